<!DOCTYPE qgis PUBLIC 'http://mrcc.com/qgis.dtd' 'SYSTEM'>
<qgis version="3.22.0-Bialowieza" styleCategories="Symbology|Labeling|Rendering" labelsEnabled="1" hasScaleBasedVisibilityFlag="0" minScale="100000000" maxScale="0">
 <renderer-v2 forceraster="0" symbollevels="0" enableorderby="0" type="categorizedSymbol" attr="kind">
  <categories>
   <category value="crest" type="string" symbol="0" label="Crest of mountains" render="true" />
   <category value="foothills" type="string" symbol="1" label="Foothills" render="true" />
   <category value="river" type="string" symbol="2" label="River" render="true" />
   <category value="plain" type="string" symbol="3" label="Plain" render="true" />
  </categories>
  <symbols>
   <symbol name="0" type="line" alpha="1" clip_to_extent="1">
    <layer class="HashLine" enabled="1" locked="0" pass="0">
     <Option type="Map">
      <Option name="hash_length" value="3.4" type="QString" />
      <Option name="hash_length_unit" value="MM" type="QString" />
      <Option name="placement" value="interval" type="QString" />
      <Option name="interval" value="1.3" type="QString" />
      <Option name="interval_unit" value="MM" type="QString" />
      <Option name="rotate" value="1" type="QString" />
     </Option>
     <symbol name="@0@0" type="line" alpha="1" clip_to_extent="1">
      <layer class="SimpleLine" enabled="1" locked="0" pass="0">
       <Option type="Map">
        <Option name="line_color" value="106,88,64,255" type="QString" />
        <Option name="capstyle" value="round" type="QString" />
        <Option name="joinstyle" value="round" type="QString" />
        <Option name="line_width" value="0.25" type="QString" />
        <Option name="line_width_unit" value="MM" type="QString" />
        <Option name="line_style" value="solid" type="QString" />
        <Option name="offset" value="0" type="QString" />
        <Option name="offset_unit" value="MM" type="QString" />
       </Option>
      </layer>
     </symbol>
    </layer>
   </symbol>
   <symbol name="1" type="line" alpha="1" clip_to_extent="1">
    <layer class="HashLine" enabled="1" locked="0" pass="0">
     <Option type="Map">
      <Option name="hash_length" value="2.8" type="QString" />
      <Option name="hash_length_unit" value="MM" type="QString" />
      <Option name="placement" value="interval" type="QString" />
      <Option name="interval" value="2.8" type="QString" />
      <Option name="interval_unit" value="MM" type="QString" />
      <Option name="rotate" value="1" type="QString" />
     </Option>
     <symbol name="@1@0" type="line" alpha="1" clip_to_extent="1">
      <layer class="SimpleLine" enabled="1" locked="0" pass="0">
       <Option type="Map">
        <Option name="line_color" value="106,88,64,255" type="QString" />
        <Option name="capstyle" value="round" type="QString" />
        <Option name="joinstyle" value="round" type="QString" />
        <Option name="line_width" value="0.25" type="QString" />
        <Option name="line_width_unit" value="MM" type="QString" />
        <Option name="line_style" value="solid" type="QString" />
        <Option name="offset" value="0" type="QString" />
        <Option name="offset_unit" value="MM" type="QString" />
       </Option>
      </layer>
     </symbol>
    </layer>
   </symbol>
   <symbol name="2" type="line" alpha="1" clip_to_extent="1">
    <layer class="SimpleLine" enabled="1" locked="0" pass="0">
     <Option type="Map">
      <Option name="line_color" value="47,117,160,191" type="QString" />
      <Option name="capstyle" value="flat" type="QString" />
      <Option name="joinstyle" value="round" type="QString" />
      <Option name="line_width" value="2.4" type="QString" />
      <Option name="line_width_unit" value="MM" type="QString" />
      <Option name="line_style" value="solid" type="QString" />
      <Option name="offset" value="0" type="QString" />
      <Option name="offset_unit" value="MM" type="QString" />
     </Option>
    </layer>
   </symbol>
   <symbol name="3" type="line" alpha="1" clip_to_extent="1">
    <layer class="SimpleLine" enabled="1" locked="0" pass="0">
     <Option type="Map">
      <Option name="line_color" value="133,130,111,89" type="QString" />
      <Option name="capstyle" value="flat" type="QString" />
      <Option name="joinstyle" value="round" type="QString" />
      <Option name="line_width" value="1.2" type="QString" />
      <Option name="line_width_unit" value="MM" type="QString" />
      <Option name="line_style" value="solid" type="QString" />
      <Option name="offset" value="0" type="QString" />
      <Option name="offset_unit" value="MM" type="QString" />
     </Option>
    </layer>
   </symbol>
  </symbols>
 </renderer-v2>
 <labeling type="rule-based">
  <rules key="{labels}">
   <rule key="{label-0}" description="names 1" scalemindenom="1" scalemaxdenom="5000000">
    <settings calloutType="simple">
     <text-style fieldName="&quot;name_en&quot;" isExpression="1" fontFamily="Noto Serif" fontSize="8.5" fontSizeUnit="Point" fontWeight="50" fontItalic="1" fontLetterSpacing="0.4" capitalization="0" textColor="93,85,71,255" textOpacity="1" multilineHeight="0.9">
      <families>
       <family name="Georgia" />
       <family name="Times New Roman" />
      </families>
      <text-buffer bufferDraw="1" bufferSize="0.7" bufferSizeUnits="MM" bufferNoFill="1" bufferColor="251,250,246,255" bufferOpacity="0.9" bufferJoinStyle="128" />
     </text-style>
     <text-format multilineAlign="3" wrapChar="" />
     <placement placement="6" geometryGenerator="line_interpolate_point($geometry, length($geometry) / 2)" geometryGeneratorEnabled="1" geometryGeneratorType="PointGeometry" placementFlags="10" polygonPlacementFlags="2" predefinedPositionOrder="TR,BR,R,TL,BL,L,TSR,BSR" dist="3" distUnits="MM" offsetType="0" quadOffset="4" offsetUnits="MM" priority="8" repeatDistance="0" repeatDistanceUnits="MM" maxCurvedCharAngleIn="25" maxCurvedCharAngleOut="-25" />
     <rendering drawLabels="1" obstacle="1" obstacleType="1" fontMinPixelSize="3" fontMaxPixelSize="10000" upsidedownLabels="0" scaleVisibility="0" />
    </settings>
   </rule>
  </rules>
 </labeling>
 <layerGeometryType>1</layerGeometryType>
</qgis>
