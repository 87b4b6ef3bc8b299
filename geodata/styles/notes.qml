<!DOCTYPE qgis PUBLIC 'http://mrcc.com/qgis.dtd' 'SYSTEM'>
<qgis version="3.22.0-Bialowieza" styleCategories="Symbology|Labeling|Rendering" labelsEnabled="0" hasScaleBasedVisibilityFlag="0" minScale="100000000" maxScale="0">
 <renderer-v2 type="pointDisplacement" labelAttributeName="number" labelColor="32,37,43,255" labelDistanceFactor="0.4" circleColor="133,130,111,255" circleWidth="0.15" circleRadiusAddition="0" maxLabelScaleDenominator="0" tolerance="4" toleranceUnit="MM" placement="0">
  <labelFontProperties description="Noto Sans,7,-1,5,63,0,0,0,0,0" />
  <renderer-v2 forceraster="0" symbollevels="0" enableorderby="0" type="categorizedSymbol" attr="verdict">
   <categories>
    <category value="confirmed" type="string" symbol="0" label="Confirmed" render="true" />
    <category value="partial" type="string" symbol="1" label="Partial" render="true" />
    <category value="contradicted" type="string" symbol="2" label="Contradicted" render="true" />
    <category value="overtaken" type="string" symbol="3" label="Overtaken" render="true" />
    <category value="unverifiable" type="string" symbol="4" label="Unverifiable" render="true" />
    <category value="opinion" type="string" symbol="5" label="Opinion" render="true" />
   </categories>
   <symbols>
    <symbol name="0" type="marker" alpha="1" clip_to_extent="1">
     <layer class="SimpleMarker" enabled="1" locked="0" pass="0">
      <Option type="Map">
       <Option name="name" value="circle" type="QString" />
       <Option name="size" value="4.2" type="QString" />
       <Option name="size_unit" value="MM" type="QString" />
       <Option name="color" value="251,250,246,255" type="QString" />
       <Option name="outline_color" value="10,92,65,255" type="QString" />
       <Option name="outline_width" value="0.6" type="QString" />
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
       <Option name="name" value="hexagon" type="QString" />
       <Option name="size" value="4.2" type="QString" />
       <Option name="size_unit" value="MM" type="QString" />
       <Option name="color" value="251,250,246,255" type="QString" />
       <Option name="outline_color" value="124,74,0,255" type="QString" />
       <Option name="outline_width" value="0.6" type="QString" />
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
       <Option name="size" value="4.2" type="QString" />
       <Option name="size_unit" value="MM" type="QString" />
       <Option name="color" value="251,250,246,255" type="QString" />
       <Option name="outline_color" value="156,31,99,255" type="QString" />
       <Option name="outline_width" value="0.6" type="QString" />
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
       <Option name="name" value="star" type="QString" />
       <Option name="size" value="4.2" type="QString" />
       <Option name="size_unit" value="MM" type="QString" />
       <Option name="color" value="251,250,246,255" type="QString" />
       <Option name="outline_color" value="91,58,155,255" type="QString" />
       <Option name="outline_width" value="0.6" type="QString" />
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
       <Option name="name" value="square" type="QString" />
       <Option name="size" value="4.2" type="QString" />
       <Option name="size_unit" value="MM" type="QString" />
       <Option name="color" value="251,250,246,255" type="QString" />
       <Option name="outline_color" value="79,88,97,255" type="QString" />
       <Option name="outline_width" value="0.6" type="QString" />
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
       <Option name="name" value="triangle" type="QString" />
       <Option name="size" value="4.2" type="QString" />
       <Option name="size_unit" value="MM" type="QString" />
       <Option name="color" value="251,250,246,255" type="QString" />
       <Option name="outline_color" value="35,85,143,255" type="QString" />
       <Option name="outline_width" value="0.6" type="QString" />
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
 <layerGeometryType>0</layerGeometryType>
</qgis>
