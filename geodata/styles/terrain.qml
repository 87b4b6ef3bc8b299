<!DOCTYPE qgis PUBLIC 'http://mrcc.com/qgis.dtd' 'SYSTEM'>
<qgis version="3.22.0-Bialowieza" styleCategories="Symbology|Labeling|Rendering" labelsEnabled="1" hasScaleBasedVisibilityFlag="0" minScale="100000000" maxScale="0">
 <renderer-v2 forceraster="0" symbollevels="0" enableorderby="0" type="RuleRenderer">
  <rules key="{rules}">
   <rule key="{rule-0}" symbol="0" label="Every 100 km" filter="&quot;chainage_km&quot; % 100 &lt; 0.001" />
   <rule key="{rule-1}" symbol="1" label="Every 10 km" filter="&quot;chainage_km&quot; % 10 &lt; 0.001" scalemindenom="1" scalemaxdenom="1500000" />
   <rule key="{rule-2}" symbol="2" label="Every kilometre" filter="ELSE" scalemindenom="1" scalemaxdenom="300000" />
  </rules>
  <symbols>
   <symbol name="0" type="marker" alpha="1" clip_to_extent="1">
    <layer class="SimpleMarker" enabled="1" locked="0" pass="0">
     <Option type="Map">
      <Option name="name" value="circle" type="QString" />
      <Option name="size" value="1.7" type="QString" />
      <Option name="size_unit" value="MM" type="QString" />
      <Option name="color" value="251,250,246,255" type="QString" />
      <Option name="outline_color" value="32,37,43,255" type="QString" />
      <Option name="outline_width" value="0.3" type="QString" />
      <Option name="outline_width_unit" value="MM" type="QString" />
      <Option name="outline_style" value="solid" type="QString" />
      <Option name="joinstyle" value="miter" type="QString" />
      <Option name="angle" value="0" type="QString" />
     </Option>
    </layer>
   </symbol>
   <symbol name="1" type="marker" alpha="1" clip_to_extent="1">
    <layer class="SimpleMarker" enabled="1" locked="0" pass="0">
     <Option type="Map">
      <Option name="name" value="circle" type="QString" />
      <Option name="size" value="1.3" type="QString" />
      <Option name="size_unit" value="MM" type="QString" />
      <Option name="color" value="251,250,246,255" type="QString" />
      <Option name="outline_color" value="32,37,43,255" type="QString" />
      <Option name="outline_width" value="0.25" type="QString" />
      <Option name="outline_width_unit" value="MM" type="QString" />
      <Option name="outline_style" value="solid" type="QString" />
      <Option name="joinstyle" value="miter" type="QString" />
      <Option name="angle" value="0" type="QString" />
     </Option>
    </layer>
   </symbol>
   <symbol name="2" type="marker" alpha="1" clip_to_extent="1">
    <layer class="SimpleMarker" enabled="1" locked="0" pass="0">
     <Option type="Map">
      <Option name="name" value="circle" type="QString" />
      <Option name="size" value="0.9" type="QString" />
      <Option name="size_unit" value="MM" type="QString" />
      <Option name="color" value="251,250,246,255" type="QString" />
      <Option name="outline_color" value="32,37,43,255" type="QString" />
      <Option name="outline_width" value="0.2" type="QString" />
      <Option name="outline_width_unit" value="MM" type="QString" />
      <Option name="outline_style" value="solid" type="QString" />
      <Option name="joinstyle" value="miter" type="QString" />
      <Option name="angle" value="0" type="QString" />
     </Option>
    </layer>
   </symbol>
  </symbols>
 </renderer-v2>
 <labeling type="rule-based">
  <rules key="{labels}">
   <rule key="{label-0}" description="names 1" filter="&quot;chainage_km&quot; % 100 &lt; 0.001" scalemindenom="1500000" scalemaxdenom="1000000000">
    <settings calloutType="simple">
     <text-style fieldName="'km ' || to_string(round(&quot;chainage_km&quot;))" isExpression="1" fontFamily="Noto Sans" fontSize="7" fontSizeUnit="Point" fontWeight="50" fontItalic="0" fontLetterSpacing="0" capitalization="0" textColor="176,23,57,255" textOpacity="1" multilineHeight="0.9">
      <families>
       <family name="Open Sans" />
       <family name="Arial" />
      </families>
      <text-buffer bufferDraw="1" bufferSize="0.7" bufferSizeUnits="MM" bufferNoFill="1" bufferColor="251,250,246,255" bufferOpacity="0.9" bufferJoinStyle="128" />
     </text-style>
     <text-format multilineAlign="3" wrapChar="" />
     <placement placement="6" geometryGenerator="" geometryGeneratorEnabled="0" geometryGeneratorType="PointGeometry" placementFlags="10" polygonPlacementFlags="2" predefinedPositionOrder="TR,BR,R,TL,BL,L,TSR,BSR" dist="1.2" distUnits="MM" offsetType="1" quadOffset="4" offsetUnits="MM" priority="7" repeatDistance="0" repeatDistanceUnits="MM" maxCurvedCharAngleIn="25" maxCurvedCharAngleOut="-25" />
     <rendering drawLabels="1" obstacle="1" obstacleType="1" fontMinPixelSize="3" fontMaxPixelSize="10000" upsidedownLabels="0" scaleVisibility="0" />
    </settings>
   </rule>
   <rule key="{label-1}" description="names 2" filter="&quot;chainage_km&quot; % 10 &lt; 0.001" scalemindenom="1" scalemaxdenom="1500000">
    <settings calloutType="simple">
     <text-style fieldName="'km ' || to_string(round(&quot;chainage_km&quot;)) || '\n' || to_string(round(&quot;elevation_m&quot;)) || ' m'" isExpression="1" fontFamily="Noto Sans" fontSize="6.5" fontSizeUnit="Point" fontWeight="50" fontItalic="0" fontLetterSpacing="0" capitalization="0" textColor="176,23,57,255" textOpacity="1" multilineHeight="0.9">
      <families>
       <family name="Open Sans" />
       <family name="Arial" />
      </families>
      <text-buffer bufferDraw="1" bufferSize="0.7" bufferSizeUnits="MM" bufferNoFill="1" bufferColor="251,250,246,255" bufferOpacity="0.9" bufferJoinStyle="128" />
     </text-style>
     <text-format multilineAlign="3" wrapChar="" />
     <placement placement="6" geometryGenerator="" geometryGeneratorEnabled="0" geometryGeneratorType="PointGeometry" placementFlags="10" polygonPlacementFlags="2" predefinedPositionOrder="TR,BR,R,TL,BL,L,TSR,BSR" dist="1.2" distUnits="MM" offsetType="1" quadOffset="4" offsetUnits="MM" priority="6" repeatDistance="0" repeatDistanceUnits="MM" maxCurvedCharAngleIn="25" maxCurvedCharAngleOut="-25" />
     <rendering drawLabels="1" obstacle="1" obstacleType="1" fontMinPixelSize="3" fontMaxPixelSize="10000" upsidedownLabels="0" scaleVisibility="0" />
    </settings>
   </rule>
   <rule key="{label-2}" description="names 3" filter="NOT &quot;chainage_km&quot; % 10 &lt; 0.001" scalemindenom="1" scalemaxdenom="100000">
    <settings calloutType="simple">
     <text-style fieldName="'km ' || to_string(round(&quot;chainage_km&quot;))" isExpression="1" fontFamily="Noto Sans" fontSize="6" fontSizeUnit="Point" fontWeight="50" fontItalic="0" fontLetterSpacing="0" capitalization="0" textColor="176,23,57,255" textOpacity="1" multilineHeight="0.9">
      <families>
       <family name="Open Sans" />
       <family name="Arial" />
      </families>
      <text-buffer bufferDraw="1" bufferSize="0.7" bufferSizeUnits="MM" bufferNoFill="1" bufferColor="251,250,246,255" bufferOpacity="0.9" bufferJoinStyle="128" />
     </text-style>
     <text-format multilineAlign="3" wrapChar="" />
     <placement placement="6" geometryGenerator="" geometryGeneratorEnabled="0" geometryGeneratorType="PointGeometry" placementFlags="10" polygonPlacementFlags="2" predefinedPositionOrder="TR,BR,R,TL,BL,L,TSR,BSR" dist="1.2" distUnits="MM" offsetType="1" quadOffset="4" offsetUnits="MM" priority="3" repeatDistance="0" repeatDistanceUnits="MM" maxCurvedCharAngleIn="25" maxCurvedCharAngleOut="-25" />
     <rendering drawLabels="1" obstacle="1" obstacleType="1" fontMinPixelSize="3" fontMaxPixelSize="10000" upsidedownLabels="0" scaleVisibility="0" />
    </settings>
   </rule>
  </rules>
 </labeling>
 <layerGeometryType>0</layerGeometryType>
</qgis>
