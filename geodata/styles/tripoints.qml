<!DOCTYPE qgis PUBLIC 'http://mrcc.com/qgis.dtd' 'SYSTEM'>
<qgis version="3.22.0-Bialowieza" styleCategories="Symbology|Labeling|Rendering" labelsEnabled="1" hasScaleBasedVisibilityFlag="0" minScale="100000000" maxScale="0">
 <renderer-v2 forceraster="0" symbollevels="0" enableorderby="0" type="singleSymbol">
  <symbols>
   <symbol name="0" type="marker" alpha="1" clip_to_extent="1">
    <layer class="SimpleMarker" enabled="1" locked="0" pass="0">
     <Option type="Map">
      <Option name="name" value="diamond" type="QString" />
      <Option name="size" value="3.4" type="QString" />
      <Option name="size_unit" value="MM" type="QString" />
      <Option name="color" value="176,23,57,255" type="QString" />
      <Option name="outline_color" value="251,250,246,255" type="QString" />
      <Option name="outline_width" value="0.4" type="QString" />
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
   <rule key="{label-0}" description="names 1">
    <settings calloutType="simple">
     <text-style fieldName="regexp_replace(&quot;name_en&quot;, ' \\(.*$', ' tripoint')" isExpression="1" fontFamily="Noto Serif" fontSize="9" fontSizeUnit="Point" fontWeight="63" fontItalic="1" fontLetterSpacing="0" capitalization="0" textColor="176,23,57,255" textOpacity="1" multilineHeight="0.9">
      <families>
       <family name="Georgia" />
       <family name="Times New Roman" />
      </families>
      <text-buffer bufferDraw="1" bufferSize="0.7" bufferSizeUnits="MM" bufferNoFill="1" bufferColor="251,250,246,255" bufferOpacity="0.9" bufferJoinStyle="128" />
     </text-style>
     <text-format multilineAlign="3" wrapChar="" />
     <placement placement="6" geometryGenerator="" geometryGeneratorEnabled="0" geometryGeneratorType="PointGeometry" placementFlags="10" polygonPlacementFlags="2" predefinedPositionOrder="TR,BR,R,TL,BL,L,TSR,BSR" dist="1.2" distUnits="MM" offsetType="1" quadOffset="4" offsetUnits="MM" priority="10" repeatDistance="0" repeatDistanceUnits="MM" maxCurvedCharAngleIn="25" maxCurvedCharAngleOut="-25" />
     <rendering drawLabels="1" obstacle="1" obstacleType="1" fontMinPixelSize="3" fontMaxPixelSize="10000" upsidedownLabels="0" scaleVisibility="0" />
    </settings>
   </rule>
  </rules>
 </labeling>
 <layerGeometryType>0</layerGeometryType>
</qgis>
