<!DOCTYPE qgis PUBLIC 'http://mrcc.com/qgis.dtd' 'SYSTEM'>
<qgis version="3.22.0-Bialowieza" styleCategories="Symbology|Labeling|Rendering" labelsEnabled="1" hasScaleBasedVisibilityFlag="0" minScale="100000000" maxScale="0">
 <renderer-v2 forceraster="0" symbollevels="0" enableorderby="0" type="categorizedSymbol" attr="level">
  <categories>
   <category value="region" type="string" symbol="0" label="Xinjiang" render="true" />
   <category value="prefecture" type="string" symbol="1" label="Prefecture-level unit" render="true" />
   <category value="oblast" type="string" symbol="2" label="Oblast" render="true" />
  </categories>
  <symbols>
   <symbol name="0" type="fill" alpha="1" clip_to_extent="1">
    <layer class="SimpleLine" enabled="1" locked="0" pass="0">
     <Option type="Map">
      <Option name="line_color" value="139,133,121,255" type="QString" />
      <Option name="capstyle" value="round" type="QString" />
      <Option name="joinstyle" value="round" type="QString" />
      <Option name="line_width" value="0.5" type="QString" />
      <Option name="line_width_unit" value="MM" type="QString" />
      <Option name="line_style" value="solid" type="QString" />
      <Option name="offset" value="0" type="QString" />
      <Option name="offset_unit" value="MM" type="QString" />
     </Option>
    </layer>
   </symbol>
   <symbol name="1" type="fill" alpha="1" clip_to_extent="1">
    <layer class="SimpleLine" enabled="1" locked="0" pass="0">
     <Option type="Map">
      <Option name="line_color" value="139,133,121,255" type="QString" />
      <Option name="capstyle" value="flat" type="QString" />
      <Option name="joinstyle" value="round" type="QString" />
      <Option name="line_width" value="0.2" type="QString" />
      <Option name="line_width_unit" value="MM" type="QString" />
      <Option name="line_style" value="solid" type="QString" />
      <Option name="offset" value="0" type="QString" />
      <Option name="offset_unit" value="MM" type="QString" />
      <Option name="customdash" value="1.5;1.2" type="QString" />
      <Option name="use_custom_dash" value="1" type="QString" />
      <Option name="customdash_unit" value="MM" type="QString" />
     </Option>
    </layer>
   </symbol>
   <symbol name="2" type="fill" alpha="1" clip_to_extent="1">
    <layer class="SimpleLine" enabled="1" locked="0" pass="0">
     <Option type="Map">
      <Option name="line_color" value="139,133,121,255" type="QString" />
      <Option name="capstyle" value="flat" type="QString" />
      <Option name="joinstyle" value="round" type="QString" />
      <Option name="line_width" value="0.2" type="QString" />
      <Option name="line_width_unit" value="MM" type="QString" />
      <Option name="line_style" value="solid" type="QString" />
      <Option name="offset" value="0" type="QString" />
      <Option name="offset_unit" value="MM" type="QString" />
      <Option name="customdash" value="1.5;1.2" type="QString" />
      <Option name="use_custom_dash" value="1" type="QString" />
      <Option name="customdash_unit" value="MM" type="QString" />
     </Option>
    </layer>
   </symbol>
  </symbols>
 </renderer-v2>
 <labeling type="rule-based">
  <rules key="{labels}">
   <rule key="{label-0}" description="names 1" filter="&quot;level&quot; &lt;&gt; 'region'" scalemindenom="1" scalemaxdenom="5000000">
    <settings calloutType="simple">
     <text-style fieldName="regexp_replace(&quot;name_en&quot;, ' ([A-Z][a-z]+ )?(Autonomous )?(Prefecture|Region).*$', '')" isExpression="1" fontFamily="Noto Serif" fontSize="8.5" fontSizeUnit="Point" fontWeight="50" fontItalic="1" fontLetterSpacing="0.6" capitalization="0" textColor="89,97,106,255" textOpacity="1" multilineHeight="0.9">
      <families>
       <family name="Georgia" />
       <family name="Times New Roman" />
      </families>
      <text-buffer bufferDraw="1" bufferSize="0.7" bufferSizeUnits="MM" bufferNoFill="1" bufferColor="251,250,246,255" bufferOpacity="0.9" bufferJoinStyle="128" />
     </text-style>
     <text-format multilineAlign="3" wrapChar="" />
     <placement placement="4" geometryGenerator="simplify($geometry, 0.03)" geometryGeneratorEnabled="1" geometryGeneratorType="PolygonGeometry" placementFlags="10" polygonPlacementFlags="2" predefinedPositionOrder="TR,BR,R,TL,BL,L,TSR,BSR" dist="1.2" distUnits="MM" offsetType="0" quadOffset="4" offsetUnits="MM" priority="2" repeatDistance="0" repeatDistanceUnits="MM" maxCurvedCharAngleIn="25" maxCurvedCharAngleOut="-25" />
     <rendering drawLabels="1" obstacle="1" obstacleType="1" fontMinPixelSize="3" fontMaxPixelSize="10000" upsidedownLabels="0" scaleVisibility="0" />
    </settings>
   </rule>
  </rules>
 </labeling>
 <layerGeometryType>2</layerGeometryType>
</qgis>
