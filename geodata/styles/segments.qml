<!DOCTYPE qgis PUBLIC 'http://mrcc.com/qgis.dtd' 'SYSTEM'>
<qgis version="3.22.0-Bialowieza" styleCategories="Symbology|Labeling|Rendering" labelsEnabled="1" hasScaleBasedVisibilityFlag="0" minScale="100000000" maxScale="0">
 <renderer-v2 forceraster="0" symbollevels="0" enableorderby="0" type="graduatedSymbol" attr="elevation_mean_m" graduatedMethod="GraduatedColor">
  <ranges>
   <range lower="0.000" upper="500.000" symbol="0" label="below 500 m" render="true" />
   <range lower="500.000" upper="1000.000" symbol="1" label="500 to 1,000 m" render="true" />
   <range lower="1000.000" upper="2000.000" symbol="2" label="1,000 to 2,000 m" render="true" />
   <range lower="2000.000" upper="3000.000" symbol="3" label="2,000 to 3,000 m" render="true" />
   <range lower="3000.000" upper="9000.000" symbol="4" label="3,000 m and more" render="true" />
  </ranges>
  <symbols>
   <symbol name="0" type="line" alpha="1" clip_to_extent="1">
    <layer class="SimpleLine" enabled="1" locked="0" pass="0">
     <Option type="Map">
      <Option name="line_color" value="196,105,122,255" type="QString" />
      <Option name="capstyle" value="round" type="QString" />
      <Option name="joinstyle" value="round" type="QString" />
      <Option name="line_width" value="1.25" type="QString" />
      <Option name="line_width_unit" value="MM" type="QString" />
      <Option name="line_style" value="solid" type="QString" />
      <Option name="offset" value="0" type="QString" />
      <Option name="offset_unit" value="MM" type="QString" />
     </Option>
    </layer>
   </symbol>
   <symbol name="1" type="line" alpha="1" clip_to_extent="1">
    <layer class="SimpleLine" enabled="1" locked="0" pass="0">
     <Option type="Map">
      <Option name="line_color" value="174,74,98,255" type="QString" />
      <Option name="capstyle" value="round" type="QString" />
      <Option name="joinstyle" value="round" type="QString" />
      <Option name="line_width" value="1.7" type="QString" />
      <Option name="line_width_unit" value="MM" type="QString" />
      <Option name="line_style" value="solid" type="QString" />
      <Option name="offset" value="0" type="QString" />
      <Option name="offset_unit" value="MM" type="QString" />
     </Option>
    </layer>
   </symbol>
   <symbol name="2" type="line" alpha="1" clip_to_extent="1">
    <layer class="SimpleLine" enabled="1" locked="0" pass="0">
     <Option type="Map">
      <Option name="line_color" value="143,35,66,255" type="QString" />
      <Option name="capstyle" value="round" type="QString" />
      <Option name="joinstyle" value="round" type="QString" />
      <Option name="line_width" value="2.15" type="QString" />
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
      <Option name="line_color" value="106,11,44,255" type="QString" />
      <Option name="capstyle" value="round" type="QString" />
      <Option name="joinstyle" value="round" type="QString" />
      <Option name="line_width" value="2.6" type="QString" />
      <Option name="line_width_unit" value="MM" type="QString" />
      <Option name="line_style" value="solid" type="QString" />
      <Option name="offset" value="0" type="QString" />
      <Option name="offset_unit" value="MM" type="QString" />
     </Option>
    </layer>
   </symbol>
   <symbol name="4" type="line" alpha="1" clip_to_extent="1">
    <layer class="SimpleLine" enabled="1" locked="0" pass="0">
     <Option type="Map">
      <Option name="line_color" value="61,0,24,255" type="QString" />
      <Option name="capstyle" value="round" type="QString" />
      <Option name="joinstyle" value="round" type="QString" />
      <Option name="line_width" value="3.05" type="QString" />
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
   <rule key="{label-0}" description="names 1" scalemindenom="1" scalemaxdenom="3000000">
    <settings calloutType="simple">
     <text-style fieldName="&quot;name_en&quot;" isExpression="1" fontFamily="Noto Sans" fontSize="8" fontSizeUnit="Point" fontWeight="50" fontItalic="0" fontLetterSpacing="0" capitalization="0" textColor="106,11,44,255" textOpacity="1" multilineHeight="0.9">
      <families>
       <family name="Open Sans" />
       <family name="Arial" />
      </families>
      <text-buffer bufferDraw="1" bufferSize="0.7" bufferSizeUnits="MM" bufferNoFill="1" bufferColor="251,250,246,255" bufferOpacity="0.9" bufferJoinStyle="128" />
     </text-style>
     <text-format multilineAlign="3" wrapChar="" />
     <placement placement="3" geometryGenerator="simplify($geometry, @map_scale / 2e7)" geometryGeneratorEnabled="1" geometryGeneratorType="LineGeometry" placementFlags="10" polygonPlacementFlags="2" predefinedPositionOrder="TR,BR,R,TL,BL,L,TSR,BSR" dist="2" distUnits="MM" offsetType="0" quadOffset="4" offsetUnits="MM" priority="5" repeatDistance="0" repeatDistanceUnits="MM" maxCurvedCharAngleIn="25" maxCurvedCharAngleOut="-25" />
     <rendering drawLabels="1" obstacle="1" obstacleType="1" fontMinPixelSize="3" fontMaxPixelSize="10000" upsidedownLabels="0" scaleVisibility="0" />
    </settings>
   </rule>
  </rules>
 </labeling>
 <layerGeometryType>1</layerGeometryType>
</qgis>
