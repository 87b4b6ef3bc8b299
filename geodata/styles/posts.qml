<!DOCTYPE qgis PUBLIC 'http://mrcc.com/qgis.dtd' 'SYSTEM'>
<qgis version="3.22.0-Bialowieza" styleCategories="Symbology|Labeling|Rendering" labelsEnabled="1" hasScaleBasedVisibilityFlag="0" minScale="100000000" maxScale="0">
 <renderer-v2 forceraster="0" symbollevels="0" enableorderby="0" type="singleSymbol">
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
      <Option name="line_width" value="0.35" type="QString" />
      <Option name="line_width_unit" value="MM" type="QString" />
      <Option name="line_style" value="solid" type="QString" />
      <Option name="offset" value="0" type="QString" />
      <Option name="offset_unit" value="MM" type="QString" />
      <Option name="customdash" value="2;1.3" type="QString" />
      <Option name="use_custom_dash" value="1" type="QString" />
      <Option name="customdash_unit" value="MM" type="QString" />
     </Option>
    </layer>
   </symbol>
  </symbols>
 </renderer-v2>
 <labeling type="rule-based">
  <rules key="{labels}">
   <rule key="{label-0}" description="names 1">
    <settings calloutType="simple">
     <text-style fieldName="&quot;name_en&quot; || ' (about here)'" isExpression="1" fontFamily="Noto Serif" fontSize="9" fontSizeUnit="Point" fontWeight="63" fontItalic="1" fontLetterSpacing="0" capitalization="0" textColor="107,74,0,255" textOpacity="1" multilineHeight="0.9">
      <families>
       <family name="Georgia" />
       <family name="Times New Roman" />
      </families>
      <text-buffer bufferDraw="1" bufferSize="0.7" bufferSizeUnits="MM" bufferNoFill="1" bufferColor="251,250,246,255" bufferOpacity="0.9" bufferJoinStyle="128" />
     </text-style>
     <text-format multilineAlign="3" wrapChar="" />
     <placement placement="1" geometryGenerator="make_point(x(centroid($geometry)), y_max($geometry))" geometryGeneratorEnabled="1" geometryGeneratorType="PointGeometry" placementFlags="10" polygonPlacementFlags="2" predefinedPositionOrder="TR,BR,R,TL,BL,L,TSR,BSR" dist="1.2" distUnits="MM" offsetType="0" quadOffset="1" offsetUnits="MM" priority="9" repeatDistance="0" repeatDistanceUnits="MM" maxCurvedCharAngleIn="25" maxCurvedCharAngleOut="-25" />
     <rendering drawLabels="1" obstacle="1" obstacleType="1" fontMinPixelSize="3" fontMaxPixelSize="10000" upsidedownLabels="0" scaleVisibility="0" />
    </settings>
   </rule>
  </rules>
 </labeling>
 <layerGeometryType>2</layerGeometryType>
</qgis>
