<!DOCTYPE qgis PUBLIC 'http://mrcc.com/qgis.dtd' 'SYSTEM'>
<qgis version="3.22.0-Bialowieza" styleCategories="Symbology|Labeling|Rendering" labelsEnabled="1" hasScaleBasedVisibilityFlag="1" minScale="600000" maxScale="0">
 <renderer-v2 type="pointDisplacement" labelAttributeName="" labelColor="32,37,43,255" labelDistanceFactor="0.4" circleColor="133,130,111,255" circleWidth="0.15" circleRadiusAddition="0" maxLabelScaleDenominator="0" tolerance="4" toleranceUnit="MM" placement="0">
  <labelFontProperties description="Noto Sans,7,-1,5,63,0,0,0,0,0" />
  <renderer-v2 forceraster="0" symbollevels="0" enableorderby="0" type="categorizedSymbol" attr="kind">
   <categories>
    <category value="gas pipeline" type="string" symbol="0" label="Gas pipeline" render="true" />
    <category value="oil pipeline" type="string" symbol="1" label="Oil pipeline" render="true" />
    <category value="railway" type="string" symbol="2" label="Railway" render="true" />
    <category value="road" type="string" symbol="3" label="Road" render="true" />
   </categories>
   <symbols>
    <symbol name="0" type="marker" alpha="1" clip_to_extent="1">
     <layer class="SimpleMarker" enabled="1" locked="0" pass="0">
      <Option type="Map">
       <Option name="name" value="triangle" type="QString" />
       <Option name="size" value="2.2" type="QString" />
       <Option name="size_unit" value="MM" type="QString" />
       <Option name="color" value="251,250,246,255" type="QString" />
       <Option name="outline_color" value="133,130,111,255" type="QString" />
       <Option name="outline_width" value="0.35" type="QString" />
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
       <Option name="name" value="equilateral_triangle" type="QString" />
       <Option name="size" value="2.2" type="QString" />
       <Option name="size_unit" value="MM" type="QString" />
       <Option name="color" value="251,250,246,255" type="QString" />
       <Option name="outline_color" value="133,130,111,255" type="QString" />
       <Option name="outline_width" value="0.35" type="QString" />
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
       <Option name="name" value="diamond" type="QString" />
       <Option name="size" value="2.2" type="QString" />
       <Option name="size_unit" value="MM" type="QString" />
       <Option name="color" value="251,250,246,255" type="QString" />
       <Option name="outline_color" value="133,130,111,255" type="QString" />
       <Option name="outline_width" value="0.35" type="QString" />
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
       <Option name="name" value="square" type="QString" />
       <Option name="size" value="2.2" type="QString" />
       <Option name="size_unit" value="MM" type="QString" />
       <Option name="color" value="251,250,246,255" type="QString" />
       <Option name="outline_color" value="133,130,111,255" type="QString" />
       <Option name="outline_width" value="0.35" type="QString" />
       <Option name="outline_width_unit" value="MM" type="QString" />
       <Option name="outline_style" value="solid" type="QString" />
       <Option name="joinstyle" value="miter" type="QString" />
       <Option name="angle" value="0" type="QString" />
      </Option>
     </layer>
    </symbol>
   </symbols>
  </renderer-v2>
  <symbol name="centerSymbol" type="marker" alpha="1" clip_to_extent="1">
   <layer class="SimpleMarker" enabled="1" locked="0" pass="0">
    <Option type="Map">
     <Option name="name" value="circle" type="QString" />
     <Option name="size" value="0.8" type="QString" />
     <Option name="size_unit" value="MM" type="QString" />
     <Option name="color" value="133,130,111,255" type="QString" />
     <Option name="outline_color" value="133,130,111,255" type="QString" />
     <Option name="outline_width" value="0" type="QString" />
     <Option name="outline_width_unit" value="MM" type="QString" />
     <Option name="outline_style" value="solid" type="QString" />
     <Option name="joinstyle" value="miter" type="QString" />
     <Option name="angle" value="0" type="QString" />
    </Option>
   </layer>
  </symbol>
 </renderer-v2>
 <labeling type="rule-based">
  <rules key="{labels}">
   <rule key="{label-0}" description="names 1" scalemindenom="1" scalemaxdenom="250000">
    <settings calloutType="simple">
     <text-style fieldName="&quot;name_en&quot;" isExpression="1" fontFamily="Noto Sans" fontSize="7" fontSizeUnit="Point" fontWeight="50" fontItalic="0" fontLetterSpacing="0" capitalization="0" textColor="85,93,102,255" textOpacity="1" multilineHeight="0.9">
      <families>
       <family name="Open Sans" />
       <family name="Arial" />
      </families>
      <text-buffer bufferDraw="1" bufferSize="0.7" bufferSizeUnits="MM" bufferNoFill="1" bufferColor="251,250,246,255" bufferOpacity="0.9" bufferJoinStyle="128" />
     </text-style>
     <text-format multilineAlign="3" wrapChar="" />
     <placement placement="6" geometryGenerator="" geometryGeneratorEnabled="0" geometryGeneratorType="PointGeometry" placementFlags="10" polygonPlacementFlags="2" predefinedPositionOrder="TR,BR,R,TL,BL,L,TSR,BSR" dist="1.2" distUnits="MM" offsetType="1" quadOffset="4" offsetUnits="MM" priority="2" repeatDistance="0" repeatDistanceUnits="MM" maxCurvedCharAngleIn="25" maxCurvedCharAngleOut="-25" />
     <rendering drawLabels="1" obstacle="1" obstacleType="1" fontMinPixelSize="3" fontMaxPixelSize="10000" upsidedownLabels="0" scaleVisibility="0" />
    </settings>
   </rule>
  </rules>
 </labeling>
 <layerGeometryType>0</layerGeometryType>
</qgis>
