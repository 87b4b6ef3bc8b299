<!DOCTYPE qgis PUBLIC 'http://mrcc.com/qgis.dtd' 'SYSTEM'>
<qgis version="3.22.0-Bialowieza" styleCategories="Symbology|Labeling|Rendering" labelsEnabled="1" hasScaleBasedVisibilityFlag="0" minScale="100000000" maxScale="0">
 <renderer-v2 forceraster="0" symbollevels="0" enableorderby="1" type="RuleRenderer">
  <rules key="{rules}">
   <rule key="{rule-0}" symbol="0" label="Near the border" filter="&quot;near_border&quot;" />
   <rule key="{rule-1}" symbol="1" label="Context, farther than 100 km" filter="NOT &quot;near_border&quot;" />
  </rules>
  <symbols>
   <symbol name="0" type="fill" alpha="1" clip_to_extent="1">
    <layer class="SimpleFill" enabled="1" locked="0" pass="0">
     <Option type="Map">
      <Option name="color" value="107,74,0,13" type="QString" />
      <Option name="style" value="solid" type="QString" />
      <Option name="outline_style" value="no" type="QString" />
     </Option>
    </layer>
    <layer class="SimpleLine" enabled="1" locked="0" pass="0">
     <Option type="Map">
      <Option name="line_color" value="107,74,0,255" type="QString" />
      <Option name="capstyle" value="flat" type="QString" />
      <Option name="joinstyle" value="round" type="QString" />
      <Option name="line_width" value="0.3" type="QString" />
      <Option name="line_width_unit" value="MM" type="QString" />
      <Option name="line_style" value="solid" type="QString" />
      <Option name="offset" value="0" type="QString" />
      <Option name="offset_unit" value="MM" type="QString" />
      <Option name="customdash" value="1.6;1.2" type="QString" />
      <Option name="use_custom_dash" value="1" type="QString" />
      <Option name="customdash_unit" value="MM" type="QString" />
     </Option>
    </layer>
    <layer class="CentroidFill" enabled="1" locked="0" pass="0">
     <Option type="Map">
      <Option name="point_on_all_parts" value="0" type="QString" />
     </Option>
     <symbol name="@0@2" type="marker" alpha="1" clip_to_extent="1">
      <layer class="SimpleMarker" enabled="1" locked="0" pass="0">
       <Option type="Map">
        <Option name="name" value="diamond" type="QString" />
        <Option name="size" value="2.8" type="QString" />
        <Option name="size_unit" value="MM" type="QString" />
        <Option name="color" value="251,250,246,255" type="QString" />
        <Option name="outline_color" value="107,74,0,255" type="QString" />
        <Option name="outline_width" value="0.45" type="QString" />
        <Option name="outline_width_unit" value="MM" type="QString" />
        <Option name="outline_style" value="solid" type="QString" />
        <Option name="joinstyle" value="miter" type="QString" />
        <Option name="angle" value="0" type="QString" />
       </Option>
      </layer>
     </symbol>
    </layer>
   </symbol>
   <symbol name="1" type="fill" alpha="1" clip_to_extent="1">
    <layer class="SimpleLine" enabled="1" locked="0" pass="0">
     <Option type="Map">
      <Option name="line_color" value="85,93,102,255" type="QString" />
      <Option name="capstyle" value="flat" type="QString" />
      <Option name="joinstyle" value="round" type="QString" />
      <Option name="line_width" value="0.25" type="QString" />
      <Option name="line_width_unit" value="MM" type="QString" />
      <Option name="line_style" value="solid" type="QString" />
      <Option name="offset" value="0" type="QString" />
      <Option name="offset_unit" value="MM" type="QString" />
      <Option name="customdash" value="0.4;0.9" type="QString" />
      <Option name="use_custom_dash" value="1" type="QString" />
      <Option name="customdash_unit" value="MM" type="QString" />
     </Option>
    </layer>
    <layer class="CentroidFill" enabled="1" locked="0" pass="0">
     <Option type="Map">
      <Option name="point_on_all_parts" value="0" type="QString" />
     </Option>
     <symbol name="@1@1" type="marker" alpha="1" clip_to_extent="1">
      <layer class="SimpleMarker" enabled="1" locked="0" pass="0">
       <Option type="Map">
        <Option name="name" value="diamond" type="QString" />
        <Option name="size" value="2.2" type="QString" />
        <Option name="size_unit" value="MM" type="QString" />
        <Option name="color" value="251,250,246,255" type="QString" />
        <Option name="outline_color" value="85,93,102,255" type="QString" />
        <Option name="outline_width" value="0.3" type="QString" />
        <Option name="outline_width_unit" value="MM" type="QString" />
        <Option name="outline_style" value="solid" type="QString" />
        <Option name="joinstyle" value="miter" type="QString" />
        <Option name="angle" value="0" type="QString" />
       </Option>
      </layer>
     </symbol>
    </layer>
   </symbol>
  </symbols>
  <orderby>
   <orderByClause asc="0" nullsFirst="0">"position_uncertainty_m"</orderByClause>
  </orderby>
 </renderer-v2>
 <labeling type="rule-based">
  <rules key="{labels}">
   <rule key="{label-0}" description="names 1" filter="&quot;near_border&quot;" scalemindenom="1" scalemaxdenom="2500000">
    <settings calloutType="simple">
     <text-style fieldName="&quot;title_en&quot; || '\n' || left(&quot;start_date&quot;, 4)" isExpression="1" fontFamily="Noto Sans" fontSize="7.5" fontSizeUnit="Point" fontWeight="50" fontItalic="0" fontLetterSpacing="0" capitalization="0" textColor="32,37,43,255" textOpacity="1" multilineHeight="0.9">
      <families>
       <family name="Open Sans" />
       <family name="Arial" />
      </families>
      <text-buffer bufferDraw="1" bufferSize="0.7" bufferSizeUnits="MM" bufferNoFill="1" bufferColor="251,250,246,255" bufferOpacity="0.9" bufferJoinStyle="128" />
     </text-style>
     <text-format multilineAlign="3" wrapChar="" />
     <placement placement="6" geometryGenerator="centroid($geometry)" geometryGeneratorEnabled="1" geometryGeneratorType="PointGeometry" placementFlags="10" polygonPlacementFlags="2" predefinedPositionOrder="TR,BR,R,TL,BL,L,TSR,BSR" dist="2" distUnits="MM" offsetType="0" quadOffset="4" offsetUnits="MM" priority="5" repeatDistance="0" repeatDistanceUnits="MM" maxCurvedCharAngleIn="25" maxCurvedCharAngleOut="-25" />
     <rendering drawLabels="1" obstacle="1" obstacleType="1" fontMinPixelSize="3" fontMaxPixelSize="10000" upsidedownLabels="0" scaleVisibility="0" />
    </settings>
   </rule>
  </rules>
 </labeling>
 <layerGeometryType>2</layerGeometryType>
</qgis>
