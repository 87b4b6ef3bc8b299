<!DOCTYPE qgis PUBLIC 'http://mrcc.com/qgis.dtd' 'SYSTEM'>
<qgis version="3.22.0-Bialowieza" styleCategories="Symbology|Labeling|Rendering" labelsEnabled="1" hasScaleBasedVisibilityFlag="0" minScale="100000000" maxScale="0">
 <renderer-v2 forceraster="0" symbollevels="0" enableorderby="0" type="RuleRenderer">
  <rules key="{rules}">
   <rule key="{rule-0}" symbol="0" label="Population not known" filter="&quot;population&quot; IS NULL" />
   <rule key="{rule-1}" symbol="1" label="No listed settlement" filter="&quot;settlements&quot; = 0" />
   <rule key="{rule-2}" symbol="2" label="below 1 person per km²" filter="&quot;settlements&quot; &gt; 0 AND &quot;density&quot; &lt; 1" />
   <rule key="{rule-3}" symbol="3" label="1 to 5" filter="&quot;density&quot; &gt;= 1 AND &quot;density&quot; &lt; 5" />
   <rule key="{rule-4}" symbol="4" label="5 to 25" filter="&quot;density&quot; &gt;= 5 AND &quot;density&quot; &lt; 25" />
   <rule key="{rule-5}" symbol="5" label="25 to 100" filter="&quot;density&quot; &gt;= 25 AND &quot;density&quot; &lt; 100" />
   <rule key="{rule-6}" symbol="6" label="100 and more" filter="&quot;density&quot; &gt;= 100" />
  </rules>
  <symbols>
   <symbol name="0" type="fill" alpha="1" clip_to_extent="1">
    <layer class="SimpleFill" enabled="1" locked="0" pass="0">
     <Option type="Map">
      <Option name="color" value="207,201,186,255" type="QString" />
      <Option name="style" value="solid" type="QString" />
      <Option name="outline_color" value="139,133,121,255" type="QString" />
      <Option name="outline_style" value="solid" type="QString" />
      <Option name="outline_width" value="0.2" type="QString" />
      <Option name="outline_width_unit" value="MM" type="QString" />
      <Option name="joinstyle" value="round" type="QString" />
     </Option>
    </layer>
   </symbol>
   <symbol name="1" type="fill" alpha="1" clip_to_extent="1">
    <layer class="SimpleFill" enabled="1" locked="0" pass="0">
     <Option type="Map">
      <Option name="color" value="241,239,231,255" type="QString" />
      <Option name="style" value="solid" type="QString" />
      <Option name="outline_color" value="139,133,121,255" type="QString" />
      <Option name="outline_style" value="solid" type="QString" />
      <Option name="outline_width" value="0.2" type="QString" />
      <Option name="outline_width_unit" value="MM" type="QString" />
      <Option name="joinstyle" value="round" type="QString" />
     </Option>
    </layer>
   </symbol>
   <symbol name="2" type="fill" alpha="1" clip_to_extent="1">
    <layer class="SimpleFill" enabled="1" locked="0" pass="0">
     <Option type="Map">
      <Option name="color" value="255,227,231,255" type="QString" />
      <Option name="style" value="solid" type="QString" />
      <Option name="outline_color" value="139,133,121,255" type="QString" />
      <Option name="outline_style" value="solid" type="QString" />
      <Option name="outline_width" value="0.2" type="QString" />
      <Option name="outline_width_unit" value="MM" type="QString" />
      <Option name="joinstyle" value="round" type="QString" />
     </Option>
    </layer>
   </symbol>
   <symbol name="3" type="fill" alpha="1" clip_to_extent="1">
    <layer class="SimpleFill" enabled="1" locked="0" pass="0">
     <Option type="Map">
      <Option name="color" value="237,178,187,255" type="QString" />
      <Option name="style" value="solid" type="QString" />
      <Option name="outline_color" value="139,133,121,255" type="QString" />
      <Option name="outline_style" value="solid" type="QString" />
      <Option name="outline_width" value="0.2" type="QString" />
      <Option name="outline_width_unit" value="MM" type="QString" />
      <Option name="joinstyle" value="round" type="QString" />
     </Option>
    </layer>
   </symbol>
   <symbol name="4" type="fill" alpha="1" clip_to_extent="1">
    <layer class="SimpleFill" enabled="1" locked="0" pass="0">
     <Option type="Map">
      <Option name="color" value="196,105,122,255" type="QString" />
      <Option name="style" value="solid" type="QString" />
      <Option name="outline_color" value="139,133,121,255" type="QString" />
      <Option name="outline_style" value="solid" type="QString" />
      <Option name="outline_width" value="0.2" type="QString" />
      <Option name="outline_width_unit" value="MM" type="QString" />
      <Option name="joinstyle" value="round" type="QString" />
     </Option>
    </layer>
   </symbol>
   <symbol name="5" type="fill" alpha="1" clip_to_extent="1">
    <layer class="SimpleFill" enabled="1" locked="0" pass="0">
     <Option type="Map">
      <Option name="color" value="143,35,66,255" type="QString" />
      <Option name="style" value="solid" type="QString" />
      <Option name="outline_color" value="139,133,121,255" type="QString" />
      <Option name="outline_style" value="solid" type="QString" />
      <Option name="outline_width" value="0.2" type="QString" />
      <Option name="outline_width_unit" value="MM" type="QString" />
      <Option name="joinstyle" value="round" type="QString" />
     </Option>
    </layer>
   </symbol>
   <symbol name="6" type="fill" alpha="1" clip_to_extent="1">
    <layer class="SimpleFill" enabled="1" locked="0" pass="0">
     <Option type="Map">
      <Option name="color" value="61,0,24,255" type="QString" />
      <Option name="style" value="solid" type="QString" />
      <Option name="outline_color" value="139,133,121,255" type="QString" />
      <Option name="outline_style" value="solid" type="QString" />
      <Option name="outline_width" value="0.2" type="QString" />
      <Option name="outline_width_unit" value="MM" type="QString" />
      <Option name="joinstyle" value="round" type="QString" />
     </Option>
    </layer>
   </symbol>
  </symbols>
 </renderer-v2>
 <labeling type="rule-based">
  <rules key="{labels}">
   <rule key="{label-0}" description="names 1" scalemindenom="1" scalemaxdenom="5000000">
    <settings calloutType="simple">
     <text-style fieldName="regexp_replace(&quot;name_en&quot;, ' ?\\(.*$', '')" isExpression="1" fontFamily="Noto Serif" fontSize="8.5" fontSizeUnit="Point" fontWeight="50" fontItalic="1" fontLetterSpacing="0.6" capitalization="0" textColor="89,97,106,255" textOpacity="1" multilineHeight="0.9">
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
