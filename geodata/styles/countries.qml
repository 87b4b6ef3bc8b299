<!DOCTYPE qgis PUBLIC 'http://mrcc.com/qgis.dtd' 'SYSTEM'>
<qgis version="3.22.0-Bialowieza" styleCategories="Symbology|Labeling|Rendering" labelsEnabled="1" hasScaleBasedVisibilityFlag="0" minScale="100000000" maxScale="0">
 <renderer-v2 forceraster="0" symbollevels="0" enableorderby="0" type="categorizedSymbol" attr="CASE WHEN &quot;country_code&quot; IN ('KZ', 'CN') THEN 'home' ELSE 'other' END">
  <categories>
   <category value="home" type="string" symbol="0" label="Kazakhstan and China" render="true" />
   <category value="other" type="string" symbol="1" label="Other countries" render="true" />
  </categories>
  <symbols>
   <symbol name="0" type="fill" alpha="1" clip_to_extent="1">
    <layer class="SimpleFill" enabled="1" locked="0" pass="0">
     <Option type="Map">
      <Option name="color" value="241,239,231,255" type="QString" />
      <Option name="style" value="solid" type="QString" />
      <Option name="outline_style" value="no" type="QString" />
     </Option>
    </layer>
    <layer class="GeometryGenerator" enabled="1" locked="0" pass="0">
     <Option type="Map">
      <Option name="SymbolType" value="Line" type="QString" />
      <Option name="geometryModifier" value="difference(boundary($geometry), buffer(boundary(layer_property(@layer, 'extent')), 0.02))" type="QString" />
      <Option name="units" value="MapUnit" type="QString" />
     </Option>
     <symbol name="@outline@" type="line" alpha="1" clip_to_extent="1">
      <layer class="SimpleLine" enabled="1" locked="0" pass="0">
       <Option type="Map">
        <Option name="line_color" value="139,133,121,255" type="QString" />
        <Option name="capstyle" value="round" type="QString" />
        <Option name="joinstyle" value="round" type="QString" />
        <Option name="line_width" value="0.3" type="QString" />
        <Option name="line_width_unit" value="MM" type="QString" />
        <Option name="line_style" value="solid" type="QString" />
        <Option name="offset" value="0" type="QString" />
        <Option name="offset_unit" value="MM" type="QString" />
       </Option>
      </layer>
     </symbol>
    </layer>
   </symbol>
   <symbol name="1" type="fill" alpha="1" clip_to_extent="1">
    <layer class="SimpleFill" enabled="1" locked="0" pass="0">
     <Option type="Map">
      <Option name="color" value="246,244,238,255" type="QString" />
      <Option name="style" value="solid" type="QString" />
      <Option name="outline_style" value="no" type="QString" />
     </Option>
    </layer>
    <layer class="GeometryGenerator" enabled="1" locked="0" pass="0">
     <Option type="Map">
      <Option name="SymbolType" value="Line" type="QString" />
      <Option name="geometryModifier" value="difference(boundary($geometry), buffer(boundary(layer_property(@layer, 'extent')), 0.02))" type="QString" />
      <Option name="units" value="MapUnit" type="QString" />
     </Option>
     <symbol name="@outline@" type="line" alpha="1" clip_to_extent="1">
      <layer class="SimpleLine" enabled="1" locked="0" pass="0">
       <Option type="Map">
        <Option name="line_color" value="139,133,121,255" type="QString" />
        <Option name="capstyle" value="round" type="QString" />
        <Option name="joinstyle" value="round" type="QString" />
        <Option name="line_width" value="0.3" type="QString" />
        <Option name="line_width_unit" value="MM" type="QString" />
        <Option name="line_style" value="solid" type="QString" />
        <Option name="offset" value="0" type="QString" />
        <Option name="offset_unit" value="MM" type="QString" />
       </Option>
      </layer>
     </symbol>
    </layer>
   </symbol>
  </symbols>
 </renderer-v2>
 <labeling type="rule-based">
  <rules key="{labels}">
   <rule key="{label-0}" description="names 1">
    <settings calloutType="simple">
     <text-style fieldName="&quot;name_en&quot;" isExpression="1" fontFamily="Noto Serif" fontSize="12" fontSizeUnit="Point" fontWeight="50" fontItalic="0" fontLetterSpacing="2.2" capitalization="1" textColor="89,97,106,255" textOpacity="1" multilineHeight="0.9">
      <families>
       <family name="Georgia" />
       <family name="Times New Roman" />
      </families>
      <text-buffer bufferDraw="1" bufferSize="0.7" bufferSizeUnits="MM" bufferNoFill="1" bufferColor="251,250,246,255" bufferOpacity="0.9" bufferJoinStyle="128" />
     </text-style>
     <text-format multilineAlign="3" wrapChar="" />
     <placement placement="4" geometryGenerator="simplify($geometry, 0.03)" geometryGeneratorEnabled="1" geometryGeneratorType="PolygonGeometry" placementFlags="10" polygonPlacementFlags="2" predefinedPositionOrder="TR,BR,R,TL,BL,L,TSR,BSR" dist="1.2" distUnits="MM" offsetType="0" quadOffset="4" offsetUnits="MM" priority="7" repeatDistance="0" repeatDistanceUnits="MM" maxCurvedCharAngleIn="25" maxCurvedCharAngleOut="-25" />
     <rendering drawLabels="1" obstacle="1" obstacleType="1" fontMinPixelSize="3" fontMaxPixelSize="10000" upsidedownLabels="0" scaleVisibility="0" />
    </settings>
   </rule>
  </rules>
 </labeling>
 <layerGeometryType>2</layerGeometryType>
</qgis>
