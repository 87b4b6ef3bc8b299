<!DOCTYPE qgis PUBLIC 'http://mrcc.com/qgis.dtd' 'SYSTEM'>
<qgis version="3.22.0-Bialowieza" styleCategories="Symbology|Labeling|Rendering" labelsEnabled="0" hasScaleBasedVisibilityFlag="1" minScale="100000000" maxScale="250000">
 <renderer-v2 forceraster="0" symbollevels="0" enableorderby="0" type="RuleRenderer">
  <rules key="{transport}">
   <rule key="{transport-0}" symbol="0" filter="&quot;kind&quot; = 'road' AND NOT &quot;is_straightened&quot;" label="Main road" />
   <rule key="{transport-1}" symbol="1" filter="&quot;kind&quot; = 'road' AND &quot;is_straightened&quot;" label="Main road, course not known" />
   <rule key="{transport-2}" symbol="2" filter="&quot;kind&quot; = 'railway' AND NOT &quot;is_straightened&quot;" label="Railway" />
   <rule key="{transport-3}" symbol="3" filter="&quot;kind&quot; = 'railway' AND &quot;is_straightened&quot;" label="Railway, course not known" />
  </rules>
  <symbols>
   <symbol name="0" type="line" alpha="1" clip_to_extent="1">
    <layer class="SimpleLine" enabled="1" locked="0" pass="0">
     <Option type="Map">
      <Option name="line_color" value="178,141,94,255" type="QString" />
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
   <symbol name="1" type="line" alpha="1" clip_to_extent="1">
    <layer class="SimpleLine" enabled="1" locked="0" pass="0">
     <Option type="Map">
      <Option name="line_color" value="178,141,94,255" type="QString" />
      <Option name="capstyle" value="round" type="QString" />
      <Option name="joinstyle" value="round" type="QString" />
      <Option name="line_width" value="0.3" type="QString" />
      <Option name="line_width_unit" value="MM" type="QString" />
      <Option name="line_style" value="dot" type="QString" />
      <Option name="offset" value="0" type="QString" />
      <Option name="offset_unit" value="MM" type="QString" />
     </Option>
    </layer>
   </symbol>
   <symbol name="2" type="line" alpha="1" clip_to_extent="1">
    <layer class="SimpleLine" enabled="1" locked="0" pass="0">
     <Option type="Map">
      <Option name="line_color" value="139,133,121,255" type="QString" />
      <Option name="capstyle" value="round" type="QString" />
      <Option name="joinstyle" value="round" type="QString" />
      <Option name="line_width" value="0.4" type="QString" />
      <Option name="line_width_unit" value="MM" type="QString" />
      <Option name="line_style" value="solid" type="QString" />
      <Option name="offset" value="0" type="QString" />
      <Option name="offset_unit" value="MM" type="QString" />
     </Option>
    </layer>
   </symbol>
   <symbol name="3" type="line" alpha="1" clip_to_extent="1">
    <layer class="SimpleLine" enabled="1" locked="0" pass="0">
     <Option type="Map">
      <Option name="line_color" value="139,133,121,255" type="QString" />
      <Option name="capstyle" value="round" type="QString" />
      <Option name="joinstyle" value="round" type="QString" />
      <Option name="line_width" value="0.4" type="QString" />
      <Option name="line_width_unit" value="MM" type="QString" />
      <Option name="line_style" value="dot" type="QString" />
      <Option name="offset" value="0" type="QString" />
      <Option name="offset_unit" value="MM" type="QString" />
     </Option>
    </layer>
   </symbol>
  </symbols>
 </renderer-v2>
 <layerGeometryType>1</layerGeometryType>
</qgis>
