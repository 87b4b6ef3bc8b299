<!DOCTYPE qgis PUBLIC 'http://mrcc.com/qgis.dtd' 'SYSTEM'>
<qgis version="3.22.0-Bialowieza" styleCategories="Symbology|Labeling|Rendering" labelsEnabled="1" hasScaleBasedVisibilityFlag="0" minScale="100000000" maxScale="0">
 <renderer-v2 forceraster="0" symbollevels="0" enableorderby="1" type="categorizedSymbol" attr="&quot;mode&quot; || ', ' || &quot;status&quot;">
  <categories>
   <category value="road, open" type="string" symbol="0" label="Road, open" render="true" />
   <category value="rail, open" type="string" symbol="1" label="Railway, open" render="true" />
   <category value="pipeline, open" type="string" symbol="2" label="Pipeline, open" render="true" />
   <category value="pedestrian zone, open" type="string" symbol="3" label="Pedestrian zone, open" render="true" />
   <category value="rail, under construction" type="string" symbol="4" label="Railway, under construction" render="true" />
   <category value="road, replaced" type="string" symbol="5" label="Road, replaced" render="true" />
   <category value="road, never opened" type="string" symbol="6" label="Road, never opened" render="true" />
  </categories>
  <symbols>
   <symbol name="0" type="marker" alpha="1" clip_to_extent="1">
    <layer class="SimpleMarker" enabled="1" locked="0" pass="0">
     <Option type="Map">
      <Option name="name" value="square" type="QString" />
      <Option name="size" value="3.5" type="QString" />
      <Option name="size_unit" value="MM" type="QString" />
      <Option name="color" value="251,250,246,255" type="QString" />
      <Option name="outline_color" value="251,250,246,255" type="QString" />
      <Option name="outline_width" value="0.2" type="QString" />
      <Option name="outline_width_unit" value="MM" type="QString" />
      <Option name="outline_style" value="solid" type="QString" />
      <Option name="joinstyle" value="miter" type="QString" />
      <Option name="angle" value="0" type="QString" />
     </Option>
    </layer>
    <layer class="SimpleMarker" enabled="1" locked="0" pass="0">
     <Option type="Map">
      <Option name="name" value="square" type="QString" />
      <Option name="size" value="2.7" type="QString" />
      <Option name="size_unit" value="MM" type="QString" />
      <Option name="color" value="32,37,43,255" type="QString" />
      <Option name="outline_color" value="32,37,43,255" type="QString" />
      <Option name="outline_width" value="0.4" type="QString" />
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
      <Option name="name" value="diamond" type="QString" />
      <Option name="size" value="4.4" type="QString" />
      <Option name="size_unit" value="MM" type="QString" />
      <Option name="color" value="251,250,246,255" type="QString" />
      <Option name="outline_color" value="251,250,246,255" type="QString" />
      <Option name="outline_width" value="0.2" type="QString" />
      <Option name="outline_width_unit" value="MM" type="QString" />
      <Option name="outline_style" value="solid" type="QString" />
      <Option name="joinstyle" value="miter" type="QString" />
      <Option name="angle" value="0" type="QString" />
     </Option>
    </layer>
    <layer class="SimpleMarker" enabled="1" locked="0" pass="0">
     <Option type="Map">
      <Option name="name" value="diamond" type="QString" />
      <Option name="size" value="3.6" type="QString" />
      <Option name="size_unit" value="MM" type="QString" />
      <Option name="color" value="32,37,43,255" type="QString" />
      <Option name="outline_color" value="32,37,43,255" type="QString" />
      <Option name="outline_width" value="0.4" type="QString" />
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
      <Option name="name" value="triangle" type="QString" />
      <Option name="size" value="4" type="QString" />
      <Option name="size_unit" value="MM" type="QString" />
      <Option name="color" value="251,250,246,255" type="QString" />
      <Option name="outline_color" value="251,250,246,255" type="QString" />
      <Option name="outline_width" value="0.2" type="QString" />
      <Option name="outline_width_unit" value="MM" type="QString" />
      <Option name="outline_style" value="solid" type="QString" />
      <Option name="joinstyle" value="miter" type="QString" />
      <Option name="angle" value="0" type="QString" />
     </Option>
    </layer>
    <layer class="SimpleMarker" enabled="1" locked="0" pass="0">
     <Option type="Map">
      <Option name="name" value="triangle" type="QString" />
      <Option name="size" value="3.2" type="QString" />
      <Option name="size_unit" value="MM" type="QString" />
      <Option name="color" value="32,37,43,255" type="QString" />
      <Option name="outline_color" value="32,37,43,255" type="QString" />
      <Option name="outline_width" value="0.4" type="QString" />
      <Option name="outline_width_unit" value="MM" type="QString" />
      <Option name="outline_style" value="solid" type="QString" />
      <Option name="joinstyle" value="miter" type="QString" />
      <Option name="angle" value="0" type="QString" />
     </Option>
    </layer>
   </symbol>
   <symbol name="3" type="marker" alpha="1" clip_to_extent="1">
    <layer class="SimpleMarker" enabled="1" locked="0" pass="0">
     <Option type="Map">
      <Option name="name" value="circle" type="QString" />
      <Option name="size" value="3.8" type="QString" />
      <Option name="size_unit" value="MM" type="QString" />
      <Option name="color" value="251,250,246,255" type="QString" />
      <Option name="outline_color" value="251,250,246,255" type="QString" />
      <Option name="outline_width" value="0.2" type="QString" />
      <Option name="outline_width_unit" value="MM" type="QString" />
      <Option name="outline_style" value="solid" type="QString" />
      <Option name="joinstyle" value="miter" type="QString" />
      <Option name="angle" value="0" type="QString" />
     </Option>
    </layer>
    <layer class="SimpleMarker" enabled="1" locked="0" pass="0">
     <Option type="Map">
      <Option name="name" value="circle" type="QString" />
      <Option name="size" value="3" type="QString" />
      <Option name="size_unit" value="MM" type="QString" />
      <Option name="color" value="32,37,43,255" type="QString" />
      <Option name="outline_color" value="32,37,43,255" type="QString" />
      <Option name="outline_width" value="0.4" type="QString" />
      <Option name="outline_width_unit" value="MM" type="QString" />
      <Option name="outline_style" value="solid" type="QString" />
      <Option name="joinstyle" value="miter" type="QString" />
      <Option name="angle" value="0" type="QString" />
     </Option>
    </layer>
   </symbol>
   <symbol name="4" type="marker" alpha="1" clip_to_extent="1">
    <layer class="SimpleMarker" enabled="1" locked="0" pass="0">
     <Option type="Map">
      <Option name="name" value="diamond" type="QString" />
      <Option name="size" value="4.4" type="QString" />
      <Option name="size_unit" value="MM" type="QString" />
      <Option name="color" value="251,250,246,255" type="QString" />
      <Option name="outline_color" value="251,250,246,255" type="QString" />
      <Option name="outline_width" value="0.2" type="QString" />
      <Option name="outline_width_unit" value="MM" type="QString" />
      <Option name="outline_style" value="solid" type="QString" />
      <Option name="joinstyle" value="miter" type="QString" />
      <Option name="angle" value="0" type="QString" />
     </Option>
    </layer>
    <layer class="SimpleMarker" enabled="1" locked="0" pass="0">
     <Option type="Map">
      <Option name="name" value="diamond" type="QString" />
      <Option name="size" value="3.6" type="QString" />
      <Option name="size_unit" value="MM" type="QString" />
      <Option name="color" value="251,250,246,255" type="QString" />
      <Option name="outline_color" value="32,37,43,255" type="QString" />
      <Option name="outline_width" value="0.4" type="QString" />
      <Option name="outline_width_unit" value="MM" type="QString" />
      <Option name="outline_style" value="solid" type="QString" />
      <Option name="joinstyle" value="miter" type="QString" />
      <Option name="angle" value="0" type="QString" />
     </Option>
    </layer>
    <layer class="SimpleMarker" enabled="1" locked="0" pass="0">
     <Option type="Map">
      <Option name="name" value="semi_circle" type="QString" />
      <Option name="size" value="1.98" type="QString" />
      <Option name="size_unit" value="MM" type="QString" />
      <Option name="color" value="32,37,43,255" type="QString" />
      <Option name="outline_color" value="32,37,43,255" type="QString" />
      <Option name="outline_width" value="0.1" type="QString" />
      <Option name="outline_width_unit" value="MM" type="QString" />
      <Option name="outline_style" value="solid" type="QString" />
      <Option name="joinstyle" value="miter" type="QString" />
      <Option name="angle" value="0" type="QString" />
     </Option>
    </layer>
   </symbol>
   <symbol name="5" type="marker" alpha="1" clip_to_extent="1">
    <layer class="SimpleMarker" enabled="1" locked="0" pass="0">
     <Option type="Map">
      <Option name="name" value="square" type="QString" />
      <Option name="size" value="3.5" type="QString" />
      <Option name="size_unit" value="MM" type="QString" />
      <Option name="color" value="251,250,246,255" type="QString" />
      <Option name="outline_color" value="251,250,246,255" type="QString" />
      <Option name="outline_width" value="0.2" type="QString" />
      <Option name="outline_width_unit" value="MM" type="QString" />
      <Option name="outline_style" value="solid" type="QString" />
      <Option name="joinstyle" value="miter" type="QString" />
      <Option name="angle" value="0" type="QString" />
     </Option>
    </layer>
    <layer class="SimpleMarker" enabled="1" locked="0" pass="0">
     <Option type="Map">
      <Option name="name" value="square" type="QString" />
      <Option name="size" value="2.7" type="QString" />
      <Option name="size_unit" value="MM" type="QString" />
      <Option name="color" value="251,250,246,255" type="QString" />
      <Option name="outline_color" value="32,37,43,255" type="QString" />
      <Option name="outline_width" value="0.4" type="QString" />
      <Option name="outline_width_unit" value="MM" type="QString" />
      <Option name="outline_style" value="solid" type="QString" />
      <Option name="joinstyle" value="miter" type="QString" />
      <Option name="angle" value="0" type="QString" />
     </Option>
    </layer>
    <layer class="SimpleMarker" enabled="1" locked="0" pass="0">
     <Option type="Map">
      <Option name="name" value="circle" type="QString" />
      <Option name="size" value="0.81" type="QString" />
      <Option name="size_unit" value="MM" type="QString" />
      <Option name="color" value="32,37,43,255" type="QString" />
      <Option name="outline_color" value="32,37,43,255" type="QString" />
      <Option name="outline_width" value="0.1" type="QString" />
      <Option name="outline_width_unit" value="MM" type="QString" />
      <Option name="outline_style" value="solid" type="QString" />
      <Option name="joinstyle" value="miter" type="QString" />
      <Option name="angle" value="0" type="QString" />
     </Option>
    </layer>
   </symbol>
   <symbol name="6" type="marker" alpha="1" clip_to_extent="1">
    <layer class="SimpleMarker" enabled="1" locked="0" pass="0">
     <Option type="Map">
      <Option name="name" value="square" type="QString" />
      <Option name="size" value="3.5" type="QString" />
      <Option name="size_unit" value="MM" type="QString" />
      <Option name="color" value="251,250,246,255" type="QString" />
      <Option name="outline_color" value="251,250,246,255" type="QString" />
      <Option name="outline_width" value="0.2" type="QString" />
      <Option name="outline_width_unit" value="MM" type="QString" />
      <Option name="outline_style" value="solid" type="QString" />
      <Option name="joinstyle" value="miter" type="QString" />
      <Option name="angle" value="0" type="QString" />
     </Option>
    </layer>
    <layer class="SimpleMarker" enabled="1" locked="0" pass="0">
     <Option type="Map">
      <Option name="name" value="square" type="QString" />
      <Option name="size" value="2.7" type="QString" />
      <Option name="size_unit" value="MM" type="QString" />
      <Option name="color" value="251,250,246,255" type="QString" />
      <Option name="outline_color" value="32,37,43,255" type="QString" />
      <Option name="outline_width" value="0.4" type="QString" />
      <Option name="outline_width_unit" value="MM" type="QString" />
      <Option name="outline_style" value="solid" type="QString" />
      <Option name="joinstyle" value="miter" type="QString" />
      <Option name="angle" value="0" type="QString" />
     </Option>
    </layer>
   </symbol>
  </symbols>
  <orderby>
   <orderByClause asc="0" nullsFirst="0">("mode" &lt;&gt; 'road') + 2 * ("status" = 'open' AND "mode" &lt;&gt; 'road')</orderByClause>
  </orderby>
 </renderer-v2>
 <labeling type="rule-based">
  <rules key="{labels}">
   <rule key="{label-0}" description="names 1" filter="&quot;mode&quot; = 'road'" scalemindenom="1500000" scalemaxdenom="1000000000">
    <settings calloutType="simple">
     <text-style fieldName="trim(regexp_replace(&quot;name_en&quot;, '(railway|road|oil pipeline|gas pipeline)? ?crossing|\\(.*$|International.*Cooperation ', ''))" isExpression="1" fontFamily="Noto Sans" fontSize="8.5" fontSizeUnit="Point" fontWeight="63" fontItalic="0" fontLetterSpacing="0" capitalization="0" textColor="32,37,43,255" textOpacity="1" multilineHeight="0.9">
      <families>
       <family name="Open Sans" />
       <family name="Arial" />
      </families>
      <text-buffer bufferDraw="1" bufferSize="0.7" bufferSizeUnits="MM" bufferNoFill="1" bufferColor="251,250,246,255" bufferOpacity="0.9" bufferJoinStyle="128" />
     </text-style>
     <text-format multilineAlign="3" wrapChar="" />
     <placement placement="6" geometryGenerator="" geometryGeneratorEnabled="0" geometryGeneratorType="PointGeometry" placementFlags="10" polygonPlacementFlags="2" predefinedPositionOrder="TR,BR,R,TL,BL,L,TSR,BSR" dist="1.2" distUnits="MM" offsetType="1" quadOffset="4" offsetUnits="MM" priority="9" repeatDistance="0" repeatDistanceUnits="MM" maxCurvedCharAngleIn="25" maxCurvedCharAngleOut="-25" />
     <rendering drawLabels="1" obstacle="1" obstacleType="1" fontMinPixelSize="3" fontMaxPixelSize="10000" upsidedownLabels="0" scaleVisibility="0" />
    </settings>
   </rule>
   <rule key="{label-1}" description="names 2" scalemindenom="1" scalemaxdenom="1500000">
    <settings calloutType="simple">
     <text-style fieldName="&quot;name_en&quot; || CASE WHEN &quot;name_en&quot; &lt;&gt; &quot;cn_name_en&quot; THEN '\n' || &quot;cn_name_en&quot; ELSE '' END" isExpression="1" fontFamily="Noto Sans" fontSize="8" fontSizeUnit="Point" fontWeight="63" fontItalic="0" fontLetterSpacing="0" capitalization="0" textColor="32,37,43,255" textOpacity="1" multilineHeight="0.9">
      <families>
       <family name="Open Sans" />
       <family name="Arial" />
      </families>
      <text-buffer bufferDraw="1" bufferSize="0.7" bufferSizeUnits="MM" bufferNoFill="1" bufferColor="251,250,246,255" bufferOpacity="0.9" bufferJoinStyle="128" />
     </text-style>
     <text-format multilineAlign="3" wrapChar="" />
     <placement placement="6" geometryGenerator="" geometryGeneratorEnabled="0" geometryGeneratorType="PointGeometry" placementFlags="10" polygonPlacementFlags="2" predefinedPositionOrder="TR,BR,R,TL,BL,L,TSR,BSR" dist="1.2" distUnits="MM" offsetType="1" quadOffset="4" offsetUnits="MM" priority="9" repeatDistance="0" repeatDistanceUnits="MM" maxCurvedCharAngleIn="25" maxCurvedCharAngleOut="-25" />
     <rendering drawLabels="1" obstacle="1" obstacleType="1" fontMinPixelSize="3" fontMaxPixelSize="10000" upsidedownLabels="0" scaleVisibility="0" />
    </settings>
   </rule>
  </rules>
 </labeling>
 <layerGeometryType>0</layerGeometryType>
</qgis>
