<!DOCTYPE qgis PUBLIC 'http://mrcc.com/qgis.dtd' 'SYSTEM'>
<qgis version="3.22.0-Bialowieza" styleCategories="Symbology|Labeling|Rendering" labelsEnabled="1" hasScaleBasedVisibilityFlag="0" minScale="100000000" maxScale="0">
 <renderer-v2 forceraster="0" symbollevels="0" enableorderby="1" type="RuleRenderer">
  <rules key="{rules}">
   <rule key="{rule-0}" symbol="0" label="Whole of Xinjiang, all units together" filter="&quot;level&quot; = 'region'" />
   <rule key="{rule-1}" symbol="1" label="0 to 5 %" filter="&quot;level&quot; &lt;&gt; 'region' AND &quot;geometry_kind&quot; = 'unit' AND &quot;share_pct&quot; &gt;= 0 AND &quot;share_pct&quot; &lt; 5" />
   <rule key="{rule-2}" symbol="2" label="5 to 20 %" filter="&quot;level&quot; &lt;&gt; 'region' AND &quot;geometry_kind&quot; = 'unit' AND &quot;share_pct&quot; &gt;= 5 AND &quot;share_pct&quot; &lt; 20" />
   <rule key="{rule-3}" symbol="3" label="20 to 40 %" filter="&quot;level&quot; &lt;&gt; 'region' AND &quot;geometry_kind&quot; = 'unit' AND &quot;share_pct&quot; &gt;= 20 AND &quot;share_pct&quot; &lt; 40" />
   <rule key="{rule-4}" symbol="4" label="40 to 60 %" filter="&quot;level&quot; &lt;&gt; 'region' AND &quot;geometry_kind&quot; = 'unit' AND &quot;share_pct&quot; &gt;= 40 AND &quot;share_pct&quot; &lt; 60" />
   <rule key="{rule-5}" symbol="5" label="60 to 80 %" filter="&quot;level&quot; &lt;&gt; 'region' AND &quot;geometry_kind&quot; = 'unit' AND &quot;share_pct&quot; &gt;= 60 AND &quot;share_pct&quot; &lt; 80" />
   <rule key="{rule-6}" symbol="6" label="80 % and more" filter="&quot;level&quot; &lt;&gt; 'region' AND &quot;geometry_kind&quot; = 'unit' AND &quot;share_pct&quot; &gt;= 80 AND &quot;share_pct&quot; &lt; 101" />
   <rule key="{rule-7}" symbol="7" label="A count, but no published share" filter="&quot;level&quot; &lt;&gt; 'region' AND &quot;geometry_kind&quot; = 'unit' AND &quot;has_figure&quot; AND &quot;share_pct&quot; IS NULL" />
   <rule key="{rule-8}" symbol="8" label="No published figure" filter="&quot;level&quot; &lt;&gt; 'region' AND &quot;geometry_kind&quot; = 'unit' AND NOT &quot;has_figure&quot;" />
   <rule key="{rule-9}" symbol="9" label="Derived settlement area; the figure is of the whole district" filter="&quot;geometry_kind&quot; &lt;&gt; 'unit'" />
  </rules>
  <symbols>
   <symbol name="0" type="fill" alpha="1" clip_to_extent="1">
    <layer class="SimpleLine" enabled="1" locked="0" pass="0">
     <Option type="Map">
      <Option name="line_color" value="74,37,116,255" type="QString" />
      <Option name="capstyle" value="round" type="QString" />
      <Option name="joinstyle" value="round" type="QString" />
      <Option name="line_width" value="0.6" type="QString" />
      <Option name="line_width_unit" value="MM" type="QString" />
      <Option name="line_style" value="solid" type="QString" />
      <Option name="offset" value="0" type="QString" />
      <Option name="offset_unit" value="MM" type="QString" />
     </Option>
    </layer>
   </symbol>
   <symbol name="1" type="fill" alpha="1" clip_to_extent="1">
    <layer class="SimpleFill" enabled="1" locked="0" pass="0">
     <Option type="Map">
      <Option name="color" value="236,227,242,255" type="QString" />
      <Option name="style" value="solid" type="QString" />
      <Option name="outline_style" value="no" type="QString" />
     </Option>
    </layer>
    <layer class="SimpleLine" enabled="1" locked="0" pass="0">
     <Option type="Map">
      <Option name="line_color" value="251,250,246,255" type="QString" />
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
   <symbol name="2" type="fill" alpha="1" clip_to_extent="1">
    <layer class="SimpleFill" enabled="1" locked="0" pass="0">
     <Option type="Map">
      <Option name="color" value="210,191,226,255" type="QString" />
      <Option name="style" value="solid" type="QString" />
      <Option name="outline_style" value="no" type="QString" />
     </Option>
    </layer>
    <layer class="SimpleLine" enabled="1" locked="0" pass="0">
     <Option type="Map">
      <Option name="line_color" value="251,250,246,255" type="QString" />
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
   <symbol name="3" type="fill" alpha="1" clip_to_extent="1">
    <layer class="SimpleFill" enabled="1" locked="0" pass="0">
     <Option type="Map">
      <Option name="color" value="181,152,207,255" type="QString" />
      <Option name="style" value="solid" type="QString" />
      <Option name="outline_style" value="no" type="QString" />
     </Option>
    </layer>
    <layer class="SimpleLine" enabled="1" locked="0" pass="0">
     <Option type="Map">
      <Option name="line_color" value="251,250,246,255" type="QString" />
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
   <symbol name="4" type="fill" alpha="1" clip_to_extent="1">
    <layer class="SimpleFill" enabled="1" locked="0" pass="0">
     <Option type="Map">
      <Option name="color" value="148,112,184,255" type="QString" />
      <Option name="style" value="solid" type="QString" />
      <Option name="outline_style" value="no" type="QString" />
     </Option>
    </layer>
    <layer class="SimpleLine" enabled="1" locked="0" pass="0">
     <Option type="Map">
      <Option name="line_color" value="251,250,246,255" type="QString" />
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
   <symbol name="5" type="fill" alpha="1" clip_to_extent="1">
    <layer class="SimpleFill" enabled="1" locked="0" pass="0">
     <Option type="Map">
      <Option name="color" value="112,74,153,255" type="QString" />
      <Option name="style" value="solid" type="QString" />
      <Option name="outline_style" value="no" type="QString" />
     </Option>
    </layer>
    <layer class="SimpleLine" enabled="1" locked="0" pass="0">
     <Option type="Map">
      <Option name="line_color" value="251,250,246,255" type="QString" />
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
   <symbol name="6" type="fill" alpha="1" clip_to_extent="1">
    <layer class="SimpleFill" enabled="1" locked="0" pass="0">
     <Option type="Map">
      <Option name="color" value="74,37,116,255" type="QString" />
      <Option name="style" value="solid" type="QString" />
      <Option name="outline_style" value="no" type="QString" />
     </Option>
    </layer>
    <layer class="SimpleLine" enabled="1" locked="0" pass="0">
     <Option type="Map">
      <Option name="line_color" value="251,250,246,255" type="QString" />
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
   <symbol name="7" type="fill" alpha="1" clip_to_extent="1">
    <layer class="SimpleFill" enabled="1" locked="0" pass="0">
     <Option type="Map">
      <Option name="color" value="246,244,238,255" type="QString" />
      <Option name="style" value="solid" type="QString" />
      <Option name="outline_style" value="no" type="QString" />
     </Option>
    </layer>
    <layer class="LinePatternFill" enabled="1" locked="0" pass="0">
     <Option type="Map">
      <Option name="angle" value="45" type="QString" />
      <Option name="distance" value="2.4" type="QString" />
      <Option name="distance_unit" value="MM" type="QString" />
     </Option>
     <symbol name="@7@1" type="line" alpha="1" clip_to_extent="1">
      <layer class="SimpleLine" enabled="1" locked="0" pass="0">
       <Option type="Map">
        <Option name="line_color" value="181,152,207,255" type="QString" />
        <Option name="capstyle" value="round" type="QString" />
        <Option name="joinstyle" value="round" type="QString" />
        <Option name="line_width" value="0.15" type="QString" />
        <Option name="line_width_unit" value="MM" type="QString" />
        <Option name="line_style" value="solid" type="QString" />
        <Option name="offset" value="0" type="QString" />
        <Option name="offset_unit" value="MM" type="QString" />
       </Option>
      </layer>
     </symbol>
    </layer>
    <layer class="SimpleLine" enabled="1" locked="0" pass="0">
     <Option type="Map">
      <Option name="line_color" value="139,133,121,255" type="QString" />
      <Option name="capstyle" value="round" type="QString" />
      <Option name="joinstyle" value="round" type="QString" />
      <Option name="line_width" value="0.15" type="QString" />
      <Option name="line_width_unit" value="MM" type="QString" />
      <Option name="line_style" value="solid" type="QString" />
      <Option name="offset" value="0" type="QString" />
      <Option name="offset_unit" value="MM" type="QString" />
     </Option>
    </layer>
   </symbol>
   <symbol name="8" type="fill" alpha="1" clip_to_extent="1">
    <layer class="SimpleFill" enabled="1" locked="0" pass="0">
     <Option type="Map">
      <Option name="color" value="246,244,238,255" type="QString" />
      <Option name="style" value="solid" type="QString" />
      <Option name="outline_style" value="no" type="QString" />
     </Option>
    </layer>
    <layer class="LinePatternFill" enabled="1" locked="0" pass="0">
     <Option type="Map">
      <Option name="angle" value="45" type="QString" />
      <Option name="distance" value="1.3" type="QString" />
      <Option name="distance_unit" value="MM" type="QString" />
     </Option>
     <symbol name="@8@1" type="line" alpha="1" clip_to_extent="1">
      <layer class="SimpleLine" enabled="1" locked="0" pass="0">
       <Option type="Map">
        <Option name="line_color" value="85,93,102,255" type="QString" />
        <Option name="capstyle" value="round" type="QString" />
        <Option name="joinstyle" value="round" type="QString" />
        <Option name="line_width" value="0.15" type="QString" />
        <Option name="line_width_unit" value="MM" type="QString" />
        <Option name="line_style" value="solid" type="QString" />
        <Option name="offset" value="0" type="QString" />
        <Option name="offset_unit" value="MM" type="QString" />
       </Option>
      </layer>
     </symbol>
    </layer>
    <layer class="SimpleLine" enabled="1" locked="0" pass="0">
     <Option type="Map">
      <Option name="line_color" value="139,133,121,255" type="QString" />
      <Option name="capstyle" value="round" type="QString" />
      <Option name="joinstyle" value="round" type="QString" />
      <Option name="line_width" value="0.15" type="QString" />
      <Option name="line_width_unit" value="MM" type="QString" />
      <Option name="line_style" value="solid" type="QString" />
      <Option name="offset" value="0" type="QString" />
      <Option name="offset_unit" value="MM" type="QString" />
     </Option>
    </layer>
   </symbol>
   <symbol name="9" type="fill" alpha="1" clip_to_extent="1">
    <layer class="SimpleFill" enabled="1" locked="0" pass="0">
     <Option type="Map">
      <Option name="color" value="181,152,207,128" type="QString" />
      <Option name="style" value="solid" type="QString" />
      <Option name="outline_style" value="no" type="QString" />
     </Option>
    </layer>
    <layer class="SimpleLine" enabled="1" locked="0" pass="0">
     <Option type="Map">
      <Option name="line_color" value="74,37,116,255" type="QString" />
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
   </symbol>
  </symbols>
  <orderby>
   <orderByClause asc="0" nullsFirst="0">$area</orderByClause>
  </orderby>
 </renderer-v2>
 <labeling type="rule-based">
  <rules key="{labels}">
   <rule key="{label-0}" description="names 1" filter="&quot;level&quot; &lt;&gt; 'region' AND (coalesce(&quot;share_pct&quot;, 0) &lt; 40 OR &quot;geometry_kind&quot; &lt;&gt; 'unit')" scalemindenom="1" scalemaxdenom="15000000">
    <settings calloutType="simple">
     <text-style fieldName="regexp_replace(&quot;name_en&quot;, ' ([A-Z][a-z]+ )?(Autonomous )?(Prefecture|Region).*$', '') || '\n' || CASE WHEN &quot;share_pct&quot; IS NOT NULL THEN &quot;share_pct&quot; || ' % (' || coalesce(to_string(&quot;share_year&quot;), 'undated') || ')' || CASE WHEN &quot;figure_unit_id&quot; &lt;&gt; &quot;unit_id&quot; THEN ', whole prefecture' ELSE '' END WHEN &quot;has_figure&quot; THEN 'count only' ELSE 'no figure' END" isExpression="1" fontFamily="Noto Sans" fontSize="7.5" fontSizeUnit="Point" fontWeight="50" fontItalic="0" fontLetterSpacing="0" capitalization="0" textColor="32,37,43,255" textOpacity="1" multilineHeight="0.9">
      <families>
       <family name="Open Sans" />
       <family name="Arial" />
      </families>
      <text-buffer bufferDraw="1" bufferSize="0.7" bufferSizeUnits="MM" bufferNoFill="1" bufferColor="251,250,246,255" bufferOpacity="0.9" bufferJoinStyle="128" />
     </text-style>
     <text-format multilineAlign="3" wrapChar="" />
     <placement placement="4" geometryGenerator="simplify($geometry, 0.03)" geometryGeneratorEnabled="1" geometryGeneratorType="PolygonGeometry" placementFlags="10" polygonPlacementFlags="2" predefinedPositionOrder="TR,BR,R,TL,BL,L,TSR,BSR" dist="1.2" distUnits="MM" offsetType="0" quadOffset="4" offsetUnits="MM" priority="5" repeatDistance="0" repeatDistanceUnits="MM" maxCurvedCharAngleIn="25" maxCurvedCharAngleOut="-25" />
     <rendering drawLabels="1" obstacle="1" obstacleType="1" fontMinPixelSize="3" fontMaxPixelSize="10000" upsidedownLabels="0" scaleVisibility="0" />
    </settings>
   </rule>
   <rule key="{label-1}" description="names 2" filter="&quot;level&quot; &lt;&gt; 'region' AND NOT (coalesce(&quot;share_pct&quot;, 0) &lt; 40 OR &quot;geometry_kind&quot; &lt;&gt; 'unit')" scalemindenom="1" scalemaxdenom="15000000">
    <settings calloutType="simple">
     <text-style fieldName="regexp_replace(&quot;name_en&quot;, ' ([A-Z][a-z]+ )?(Autonomous )?(Prefecture|Region).*$', '') || '\n' || CASE WHEN &quot;share_pct&quot; IS NOT NULL THEN &quot;share_pct&quot; || ' % (' || coalesce(to_string(&quot;share_year&quot;), 'undated') || ')' || CASE WHEN &quot;figure_unit_id&quot; &lt;&gt; &quot;unit_id&quot; THEN ', whole prefecture' ELSE '' END WHEN &quot;has_figure&quot; THEN 'count only' ELSE 'no figure' END" isExpression="1" fontFamily="Noto Sans" fontSize="7.5" fontSizeUnit="Point" fontWeight="50" fontItalic="0" fontLetterSpacing="0" capitalization="0" textColor="255,255,255,255" textOpacity="1" multilineHeight="0.9">
      <families>
       <family name="Open Sans" />
       <family name="Arial" />
      </families>
      <text-buffer bufferDraw="1" bufferSize="0.7" bufferSizeUnits="MM" bufferNoFill="1" bufferColor="61,28,98,255" bufferOpacity="0.9" bufferJoinStyle="128" />
     </text-style>
     <text-format multilineAlign="3" wrapChar="" />
     <placement placement="4" geometryGenerator="simplify($geometry, 0.03)" geometryGeneratorEnabled="1" geometryGeneratorType="PolygonGeometry" placementFlags="10" polygonPlacementFlags="2" predefinedPositionOrder="TR,BR,R,TL,BL,L,TSR,BSR" dist="1.2" distUnits="MM" offsetType="0" quadOffset="4" offsetUnits="MM" priority="5" repeatDistance="0" repeatDistanceUnits="MM" maxCurvedCharAngleIn="25" maxCurvedCharAngleOut="-25" />
     <rendering drawLabels="1" obstacle="1" obstacleType="1" fontMinPixelSize="3" fontMaxPixelSize="10000" upsidedownLabels="0" scaleVisibility="0" />
    </settings>
   </rule>
  </rules>
 </labeling>
 <layerGeometryType>2</layerGeometryType>
</qgis>
