<!DOCTYPE qgis PUBLIC 'http://mrcc.com/qgis.dtd' 'SYSTEM'>
<qgis version="3.22.0-Bialowieza" styleCategories="Symbology|Labeling|Rendering" labelsEnabled="1" hasScaleBasedVisibilityFlag="0" minScale="100000000" maxScale="0">
 <renderer-v2 forceraster="0" symbollevels="0" enableorderby="0" type="categorizedSymbol" attr="&quot;side&quot; || ' ' || &quot;level&quot;">
  <categories>
   <category value="KZ oblast" type="string" symbol="0" label="Oblast (Kazakhstan)" render="true" />
   <category value="KZ district" type="string" symbol="1" label="District (Kazakhstan)" render="true" />
   <category value="CN prefecture" type="string" symbol="2" label="Prefecture (China)" render="true" />
   <category value="CN county" type="string" symbol="3" label="County (China)" render="true" />
  </categories>
  <symbols>
   <symbol name="0" type="line" alpha="1" clip_to_extent="1">
    <layer class="SimpleLine" enabled="1" locked="0" pass="0">
     <Option type="Map">
      <Option name="line_color" value="143,35,66,255" type="QString" />
      <Option name="capstyle" value="round" type="QString" />
      <Option name="joinstyle" value="round" type="QString" />
      <Option name="line_width" value="0.9" type="QString" />
      <Option name="line_width_unit" value="MM" type="QString" />
      <Option name="line_style" value="solid" type="QString" />
      <Option name="offset" value="2.6" type="QString" />
      <Option name="offset_unit" value="MM" type="QString" />
     </Option>
    </layer>
    <layer class="SimpleLine" enabled="1" locked="0" pass="0">
     <Option type="Map">
      <Option name="line_color" value="251,250,246,255" type="QString" />
      <Option name="capstyle" value="flat" type="QString" />
      <Option name="joinstyle" value="round" type="QString" />
      <Option name="line_width" value="0.3" type="QString" />
      <Option name="line_width_unit" value="MM" type="QString" />
      <Option name="line_style" value="solid" type="QString" />
      <Option name="offset" value="2.6" type="QString" />
      <Option name="offset_unit" value="MM" type="QString" />
      <Option name="customdash" value="0.5;4" type="QString" />
      <Option name="use_custom_dash" value="1" type="QString" />
      <Option name="customdash_unit" value="MM" type="QString" />
     </Option>
    </layer>
   </symbol>
   <symbol name="1" type="line" alpha="1" clip_to_extent="1">
    <layer class="SimpleLine" enabled="1" locked="0" pass="0">
     <Option type="Map">
      <Option name="line_color" value="196,105,122,255" type="QString" />
      <Option name="capstyle" value="round" type="QString" />
      <Option name="joinstyle" value="round" type="QString" />
      <Option name="line_width" value="0.5" type="QString" />
      <Option name="line_width_unit" value="MM" type="QString" />
      <Option name="line_style" value="solid" type="QString" />
      <Option name="offset" value="1.3" type="QString" />
      <Option name="offset_unit" value="MM" type="QString" />
     </Option>
    </layer>
    <layer class="SimpleLine" enabled="1" locked="0" pass="0">
     <Option type="Map">
      <Option name="line_color" value="251,250,246,255" type="QString" />
      <Option name="capstyle" value="flat" type="QString" />
      <Option name="joinstyle" value="round" type="QString" />
      <Option name="line_width" value="0.3" type="QString" />
      <Option name="line_width_unit" value="MM" type="QString" />
      <Option name="line_style" value="solid" type="QString" />
      <Option name="offset" value="1.3" type="QString" />
      <Option name="offset_unit" value="MM" type="QString" />
      <Option name="customdash" value="0.5;4" type="QString" />
      <Option name="use_custom_dash" value="1" type="QString" />
      <Option name="customdash_unit" value="MM" type="QString" />
     </Option>
    </layer>
   </symbol>
   <symbol name="2" type="line" alpha="1" clip_to_extent="1">
    <layer class="SimpleLine" enabled="1" locked="0" pass="0">
     <Option type="Map">
      <Option name="line_color" value="143,35,66,255" type="QString" />
      <Option name="capstyle" value="round" type="QString" />
      <Option name="joinstyle" value="round" type="QString" />
      <Option name="line_width" value="0.9" type="QString" />
      <Option name="line_width_unit" value="MM" type="QString" />
      <Option name="line_style" value="solid" type="QString" />
      <Option name="offset" value="-2.6" type="QString" />
      <Option name="offset_unit" value="MM" type="QString" />
     </Option>
    </layer>
    <layer class="SimpleLine" enabled="1" locked="0" pass="0">
     <Option type="Map">
      <Option name="line_color" value="251,250,246,255" type="QString" />
      <Option name="capstyle" value="flat" type="QString" />
      <Option name="joinstyle" value="round" type="QString" />
      <Option name="line_width" value="0.3" type="QString" />
      <Option name="line_width_unit" value="MM" type="QString" />
      <Option name="line_style" value="solid" type="QString" />
      <Option name="offset" value="-2.6" type="QString" />
      <Option name="offset_unit" value="MM" type="QString" />
      <Option name="customdash" value="0.5;4" type="QString" />
      <Option name="use_custom_dash" value="1" type="QString" />
      <Option name="customdash_unit" value="MM" type="QString" />
     </Option>
    </layer>
   </symbol>
   <symbol name="3" type="line" alpha="1" clip_to_extent="1">
    <layer class="SimpleLine" enabled="1" locked="0" pass="0">
     <Option type="Map">
      <Option name="line_color" value="196,105,122,255" type="QString" />
      <Option name="capstyle" value="round" type="QString" />
      <Option name="joinstyle" value="round" type="QString" />
      <Option name="line_width" value="0.5" type="QString" />
      <Option name="line_width_unit" value="MM" type="QString" />
      <Option name="line_style" value="solid" type="QString" />
      <Option name="offset" value="-1.3" type="QString" />
      <Option name="offset_unit" value="MM" type="QString" />
     </Option>
    </layer>
    <layer class="SimpleLine" enabled="1" locked="0" pass="0">
     <Option type="Map">
      <Option name="line_color" value="251,250,246,255" type="QString" />
      <Option name="capstyle" value="flat" type="QString" />
      <Option name="joinstyle" value="round" type="QString" />
      <Option name="line_width" value="0.3" type="QString" />
      <Option name="line_width_unit" value="MM" type="QString" />
      <Option name="line_style" value="solid" type="QString" />
      <Option name="offset" value="-1.3" type="QString" />
      <Option name="offset_unit" value="MM" type="QString" />
      <Option name="customdash" value="0.5;4" type="QString" />
      <Option name="use_custom_dash" value="1" type="QString" />
      <Option name="customdash_unit" value="MM" type="QString" />
     </Option>
    </layer>
   </symbol>
  </symbols>
 </renderer-v2>
 <labeling type="rule-based">
  <rules key="{labels}">
   <rule key="{label-0}" description="names 1" scalemindenom="1" scalemaxdenom="4000000">
    <settings calloutType="simple">
     <text-style fieldName="&quot;name_en&quot;" isExpression="1" fontFamily="Noto Serif" fontSize="8" fontSizeUnit="Point" fontWeight="50" fontItalic="0" fontLetterSpacing="0" capitalization="0" textColor="89,97,106,255" textOpacity="1" multilineHeight="0.9">
      <families>
       <family name="Georgia" />
       <family name="Times New Roman" />
      </families>
      <text-buffer bufferDraw="1" bufferSize="0.7" bufferSizeUnits="MM" bufferNoFill="1" bufferColor="251,250,246,255" bufferOpacity="0.9" bufferJoinStyle="128" />
     </text-style>
     <text-format multilineAlign="3" wrapChar="" />
     <placement placement="3" geometryGenerator="simplify($geometry, @map_scale / 2e7)" geometryGeneratorEnabled="1" geometryGeneratorType="LineGeometry" placementFlags="10" polygonPlacementFlags="2" predefinedPositionOrder="TR,BR,R,TL,BL,L,TSR,BSR" dist="3.2" distUnits="MM" offsetType="0" quadOffset="4" offsetUnits="MM" priority="5" repeatDistance="0" repeatDistanceUnits="MM" maxCurvedCharAngleIn="25" maxCurvedCharAngleOut="-25" />
     <rendering drawLabels="1" obstacle="1" obstacleType="1" fontMinPixelSize="3" fontMaxPixelSize="10000" upsidedownLabels="0" scaleVisibility="0" />
    </settings>
   </rule>
  </rules>
 </labeling>
 <layerGeometryType>1</layerGeometryType>
</qgis>
