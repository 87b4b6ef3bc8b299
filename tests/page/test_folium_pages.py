"""Every part of folium in a map, as ``save_map``, ``m.save()`` and a notebook give it.

A page of ``save_map`` asks for nothing. What the pages of folium itself link is answered with the
libraries that the package ships, and with folium's own; what they do not use, with nothing.
"""

import json
from importlib import resources
from urllib.parse import urlsplit

import folium
import folium.plugins as plugins
import geopandas
import pytest
from branca.colormap import LinearColormap
from folium.utilities import JsCode

import browsing
import kzborder as kz
from kzborder.errors import OutputError
from kzborder.maps import MAPS

pytestmark = pytest.mark.browser
#: Linked by folium in every page, and used by nothing that it writes.
UNUSED = {"bootstrap.bundle.min.js", "bootstrap.min.css", "jquery-ui.min.js", "default.min.css"}
UNUSED |= {"leaflet.awesome.rotate.min.css"}
PLACE = [44.21, 80.41]
PIXEL = "data:image/gif;base64,R0lGODlhAQABAAAAACw="
PATH = [[44 + i / 20, 80 + i / 10] for i in range(12)]
SQUARES = {
    "type": "FeatureCollection",
    "features": [
        {
            "type": "Feature",
            "id": str(i),
            "properties": {"unit name": name, "value": i + 0.5},
            "geometry": {
                "type": "Polygon",
                "coordinates": [[[x, 44], [x + 1, 44], [x + 1, 45], [x, 45], [x, 44]]],
            },
        }
        for i, (name, x) in enumerate([("Панфилов", 80), ("`Ile`", 81)])
    ],
}
TIMES = {
    "type": "FeatureCollection",
    "features": [
        {
            "type": "Feature",
            "geometry": {"type": "LineString", "coordinates": [[80, 44], [81, 45]]},
            "properties": {"times": ["2020-01-01", "2020-01-03"], "popup": "<b>a line</b>"},
        }
    ],
}
SPAN = {
    "type": "Feature",
    "geometry": {"type": "Point", "coordinates": [80.4, 44.2]},
    "properties": {"start": "2020-01-01", "end": "2020-02-01"},
}
TOPOLOGY = {
    "type": "Topology",
    "objects": {
        'my "lines"': {
            "type": "GeometryCollection",
            "geometries": [{"type": "LineString", "arcs": [0], "properties": {"name": "x"}}],
        }
    },
    "arcs": [[[80, 44], [1, 1]]],
}


def put(make, *values, **options):
    """A part that is made and added to a map."""
    return lambda m: make(*values, **options).add_to(m)


def frame():
    return geopandas.GeoDataFrame.from_features(SQUARES, crs=4326)


def pins(m):
    signs = {"red": "flag", "darkblue": "car", "cadetblue": "fa-regular fa-star"}
    for color, sign in signs.items():
        prefix = "glyphicon" if color == "red" else "fa"
        icon = folium.Icon(color=color, icon=sign, prefix=prefix, angle=45)
        folium.Marker(PLACE, popup="<b>Khorgos</b>", tooltip="a pass", icon=icon).add_to(m)


def fields(m):
    style = {"style_function": lambda f: {"fillColor": f"#{int(f['properties']['value']):06x}"}}
    tips = folium.GeoJsonTooltip(["unit name", "value"], aliases=["Unit", "Value"])
    popup = folium.GeoJsonPopup(["unit name"])
    folium.GeoJson(SQUARES, tooltip=tips, popup=popup, **style).add_to(m)


def framed(m):
    page = folium.IFrame("<p>in a frame</p>", width=200, height=80)
    folium.Marker(PLACE, popup=folium.Popup(page, show=True)).add_to(m)


def clustered(m):
    group = plugins.MarkerCluster(icon_create_function=None).add_to(m)
    for place in PATH:
        folium.Marker(place, popup="x").add_to(group)


def beside(make, **options):
    def add(m):
        group = folium.FeatureGroup("one").add_to(m)
        folium.Marker(PLACE).add_to(group)
        make(group, **options).add_to(m)

    return add


def searched(m):
    units = folium.GeoJson(SQUARES).add_to(m)
    options = {"search_label": "unit name", "placeholder": "Find `unit`"}
    plugins.Search(units, geom_type="Polygon", **options).add_to(m)


def spidered(m):
    for _ in range(3):
        folium.Marker(PLACE, popup="s").add_to(m)
    plugins.OverlappingMarkerSpiderfier().add_to(m)


def patterned(make):
    def add(m):
        pattern = make().add_to(m)
        folium.GeoJson(SQUARES, style_function=lambda _: {"fillPattern": pattern}).add_to(m)

    return add


def beautiful(m):
    folium.Marker(PLACE, icon=plugins.BeautifyIcon(icon="plane", icon_shape="marker")).add_to(m)


def written_along(m):
    line = folium.PolyLine(PATH).add_to(m)
    plugins.PolyLineTextPath(line, "► `text` ", repeat=True).add_to(m)


def sliding(m):
    day = {"1577836800": {"color": "red", "opacity": 0.5}}
    plugins.TimeSliderChoropleth(json.dumps(SQUARES), styledict={"0": day, "1": day}).add_to(m)


def timed(m):
    line = plugins.Timeline({"type": "FeatureCollection", "features": [SPAN]}).add_to(m)
    plugins.TimelineSlider(auto_play=False).add_timelines(line).add_to(m)


def tagged(m):
    folium.Marker(PLACE, tags=["a"]).add_to(m)
    plugins.TagFilterButton(["a", "b"]).add_to(m)


#: Parts of folium, and what stands in the page where they work.
PARTS = {
    "Icon": (pins, ".awesome-marker-icon-red .glyphicon-flag"),
    "Icon of Font Awesome": (
        pins,
        ".awesome-marker-icon-cadetblue .fa-regular.fa-star.fa-rotate-45",
    ),
    "GeoJson": (fields, "path.leaflet-interactive[fill='#000001']"),
    "IFrame": (framed, ".leaflet-popup-content iframe"),
    "Choropleth": (
        put(folium.Choropleth, SQUARES, data={"0": 1, "1": 2}, key_on="id", legend_name="`Share`"),
        ".legend text.caption >> text=`Share`",
    ),
    "explore": (
        lambda m: frame().explore("value", m=m),
        ".legend text.caption >> text=value",
    ),
    "explore of names": (lambda m: frame().explore("unit name", m=m), ".maplegend >> text=`Ile`"),
    "LinearColormap": (put(LinearColormap, ["red", "blue"], caption="a"), "#legend rect"),
    "TopoJson": (put(folium.TopoJson, TOPOLOGY, 'objects.my "lines"'), "path.leaflet-interactive"),
    "RegularPolygonMarker": (put(folium.RegularPolygonMarker, PLACE), "path.leaflet-interactive"),
    "ColorLine": (
        put(folium.ColorLine, PATH, colors=range(11), colormap=["y", "r"]),
        "path.leaflet-interactive",
    ),
    "AntPath": (put(plugins.AntPath, PATH), "path.leaflet-ant-path"),
    "BeautifyIcon": (beautiful, ".beautify-marker .fa-plane"),
    "BoatMarker": (
        put(plugins.BoatMarker, PLACE, heading=30, wind_heading=20, wind_speed=5),
        "canvas.leaflet-boat-icon",
    ),
    "CirclePattern": (patterned(plugins.CirclePattern), "pattern > *"),
    "StripePattern": (patterned(plugins.StripePattern), "pattern path"),
    "Draw": (
        put(plugins.Draw, export=True, on={"click": JsCode("(e) => {}")}),
        ".leaflet-draw-draw-polygon",
    ),
    "FastMarkerCluster": (put(plugins.FastMarkerCluster, PATH), ".marker-cluster"),
    "FeatureGroupSubGroup": (beside(plugins.FeatureGroupSubGroup, name="sub"), None),
    "FloatImage": (put(plugins.FloatImage, PIXEL), "img[alt=float_image]"),
    "Fullscreen": (put(plugins.Fullscreen), ".leaflet-control-zoom-fullscreen"),
    "GeoMan": (put(plugins.GeoMan), ".leaflet-pm-toolbar"),
    "GroupedLayerControl": (
        beside(lambda g: plugins.GroupedLayerControl({"g`": [g]}, exclusive_groups=False)),
        ".leaflet-control-layers-group-name >> text=g`",
    ),
    "HeatMap": (put(plugins.HeatMap, PATH), "canvas.leaflet-heatmap-layer"),
    "HeatMapWithTime": (
        put(plugins.HeatMapWithTime, [PATH, PATH[:5]], index=["it's", "`b`"]),
        ".timecontrol-play",
    ),
    "LocateControl": (put(plugins.LocateControl), ".leaflet-control-locate"),
    "MarkerCluster": (clustered, ".marker-cluster"),
    "MeasureControl": (put(plugins.MeasureControl), ".leaflet-control-measure .js-start"),
    "MiniMap": (
        put(plugins.MiniMap, folium.TileLayer(PIXEL, attr="none")),
        ".leaflet-control-minimap",
    ),
    "MousePosition": (
        put(plugins.MousePosition, lat_formatter="(n) => n.toFixed(2)"),
        ".leaflet-control-mouseposition",
    ),
    "OverlappingMarkerSpiderfier": (spidered, "img.leaflet-marker-icon"),
    "PolyLineFromEncoded": (
        put(plugins.PolyLineFromEncoded, "_p~iF~cn~U_ulLn{vA_mqNvxq`@"),
        "path.leaflet-interactive",
    ),
    "PolygonFromEncoded": (
        put(plugins.PolygonFromEncoded, "w`j~FpxivO}jz@qnnCd}~Bsa{@~f`C`lkH"),
        "path.leaflet-interactive",
    ),
    "PolyLineOffset": (put(plugins.PolyLineOffset, PATH, offset=5), "path.leaflet-interactive"),
    "PolyLineTextPath": (written_along, "textPath"),
    "Realtime": (
        put(plugins.Realtime, JsCode(f"(ok) => ok({json.dumps(SQUARES)})")),
        "path.leaflet-interactive",
    ),
    "Search": (searched, '.leaflet-control-search input[placeholder="Find `unit`"]'),
    "SemiCircle": (
        put(plugins.SemiCircle, PLACE, radius=9000, start_angle=20, stop_angle=90),
        "path.leaflet-interactive",
    ),
    "TagFilterButton": (tagged, ".easy-button-container"),
    "Terminator": (put(plugins.Terminator), "path.leaflet-interactive"),
    "TimeSliderChoropleth": (sliding, "input[type=range]"),
    "Timeline": (timed, ".leaflet-timeline-control"),
    "TimestampedGeoJson": (
        put(plugins.TimestampedGeoJson, TIMES, period="P1D", date_options="YYYY", duration="P2D"),
        ".timecontrol-play",
    ),
    "TreeLayerControl": (
        beside(lambda g: plugins.TreeLayerControl(overlay_tree={"label": "L`", "layer": g})),
        ".leaflet-layerstree-header-name >> text=L`",
    ),
}
#: What cannot be in a file without a network.
SERVED = {
    "Geocoder": put(plugins.Geocoder),
    "MiniMap": put(plugins.MiniMap),
    "ScrollZoomToggler": put(plugins.ScrollZoomToggler),
    "SideBySideLayers": lambda m: plugins.SideBySideLayers(
        folium.TileLayer(PIXEL, attr="a").add_to(m), folium.TileLayer(PIXEL, attr="b").add_to(m)
    ).add_to(m),
    "TimestampedWmsTileLayers": put(
        plugins.TimestampedWmsTileLayers, folium.WmsTileLayer("https://example.org", layers="a")
    ),
    "Vega": lambda m: folium.Marker(PLACE, popup=folium.Popup(folium.Vega({}))).add_to(m),
    "VegaLite": lambda m: folium.Marker(PLACE, popup=folium.Popup(folium.VegaLite({}))).add_to(m),
    "VectorGridProtobuf": put(plugins.VectorGridProtobuf, "https://example.org/{z}/{x}/{y}.pbf"),
    "Realtime": put(plugins.Realtime, "https://example.org/a.geojson"),
    "Control of the name Geocoder": put(folium.Control, "Geocoder"),
    "https://example.org/a.png": lambda m: folium.Marker(
        PLACE, icon=folium.CustomIcon("https://example.org/a.png")
    ).add_to(m),
    "https://example.org/b.png": lambda m: folium.Marker(
        PLACE, popup="<p class='a'><img alt='b' src='https://example.org/b.png'>"
    ).add_to(m),
    "images/a.png of mine": put(plugins.FloatImage, "images/a.png\nof mine"),
    "//example.org/c.png": lambda m: folium.Marker(
        PLACE, icon=folium.DivIcon("<b style='background: url(//example.org/c.png)'>c</b>")
    ).add_to(m),
}
#: Addresses that a browser completes, and where else pictures may be.
SERVED |= {
    address: lambda m, html=html: folium.Marker(PLACE, popup=html).add_to(m)
    for address, html in {
        "https:example.org/d.png": "<img src=https:example.org/d.png>",
        "/\\example.org/e.png": "<img src='/\\example.org/e.png'>",
        "//example.org/f.png": "<img srcset='data:, 1x, &#47;/example.org/f.png 2x'>",
        "https://example.org/g.svg": "<svg><use href='https://example.org/g.svg#a'/></svg>",
        "https://example.org/h.png": "<p style='background: u\\72l(https://example.org/h.png)'>",
        "https://example.org/i.png": folium.Popup(
            folium.IFrame("<img src='https://example.org/i.png'>")
        ),
    }.items()
}
#: Parts that change what a whole map does, or stand in each other's place.
ALONE = {
    "BoatMarker",  # folium takes its library for that of MarkerCluster
    "HeatMapWithTime",
    "TimestampedGeoJson",
    "GeoMan",
    "TagFilterButton",
    "RegularPolygonMarker",
}


@pytest.fixture(scope="module")
def answer():
    """Give what the servers that folium links to would answer."""
    shipped = resources.files("kzborder") / "_assets"
    assets = json.loads((shipped / "manifest.json").read_text("utf-8"))["assets"]

    def of(url):
        name = urlsplit(url).path.rsplit("/", 1)[-1]
        if name in UNUSED or name.endswith((".png", ".svg", ".gif", ".woff2", ".woff", ".ttf")):
            return ""
        if "/folium/templates/" in url:
            return (resources.files("folium") / "templates" / name).read_text("utf-8")
        files = [a["file"] for a in assets if any(part in url for part in a["matches"])]
        return "".join((shipped / f).read_text("utf-8") for f in files) if files else None

    return of


@pytest.fixture
def open_linked(browser, answer):
    """Open a page that links libraries; at the end nothing failed and nothing else was asked."""
    context = browser.new_context(reduced_motion="reduce", viewport={"width": 1200, "height": 800})
    heard = []

    def route(route):
        url = route.request.url
        text = answer(url) if url.startswith("http") else None
        if url.startswith(("file:", "data:")):
            route.continue_()
        elif text is None:
            heard.append(url)
            route.abort()
        else:
            kind = "text/css" if urlsplit(url).path.endswith(".css") else "text/javascript"
            route.fulfill(body=text, content_type=kind)

    context.route("**/*", route)

    def go(path):
        page = context.new_page()
        page.on("pageerror", lambda e: heard.append(str(e)))
        page.goto(f"file://{path}")
        return page

    yield go
    context.close()
    assert heard == []


@pytest.fixture
def open_closed(browser):
    """Open a page of ours; at the end nothing failed and nothing was asked."""
    context = browser.new_context(offline=True, viewport={"width": 1200, "height": 800})
    heard = []

    def go(path):
        page = context.new_page()
        page.on("pageerror", lambda e: heard.append(str(e)))
        page.on("request", lambda r: heard.append(r.url) if r.url.startswith("http") else None)
        page.goto(f"file://{path}")
        return page

    yield go
    context.close()
    assert heard == []


def fresh(name, **options):
    if name in MAPS:
        return kz.draw(name)
    m = folium.Map(PLACE, zoom_start=7, tiles=None)
    m.options |= options
    return m


def shows(page, name):
    mark = PARTS[name][1]
    if mark is not None:
        page.locator(mark).first.wait_for(state="attached", timeout=10_000)


def together(base):
    """A map with all parts that get on with each other."""
    m = fresh(base, max_zoom=12)
    names = [name for name in PARTS if name not in ALONE]
    for name in names:
        PARTS[name][0](m)
    return m, names


@pytest.mark.parametrize("name", PARTS)
def test_each_part_works_in_a_file_without_a_network(open_closed, tmp_path, name):
    m = fresh("plain")
    PARTS[name][0](m)
    kz.save_map(m, tmp_path / "m.html")
    shows(open_closed(tmp_path / "m.html"), name)


@pytest.mark.parametrize("name", PARTS)
def test_each_part_works_in_a_page_of_folium(open_linked, tmp_path, name):
    m = fresh("plain", max_zoom=12)
    PARTS[name][0](m)
    m.save(tmp_path / "m.html")
    shows(open_linked(tmp_path / "m.html"), name)


@pytest.mark.parametrize("base", ["border", "article"])
def test_parts_work_on_our_maps(open_closed, open_linked, tmp_path, base):
    m, names = together(base)
    m.get_root().html.add_child(folium.Element("<h3>Of mine</h3>"))
    kz.save_map(m, tmp_path / "saved.html")
    m.save(tmp_path / "folium.html")
    for page in (open_closed(tmp_path / "saved.html"), open_linked(tmp_path / "folium.html")):
        for name in names:
            shows(page, name)
        assert page.get_by_text("Of mine").bounding_box()["y"] < 100
        signs = page.locator(".leaflet-draw-draw-polygon, .leaflet-control-zoom-fullscreen")
        style = "all => all.map((n) => getComputedStyle(n).backgroundImage.includes('url'))"
        assert signs.evaluate_all(style) == [True, True]
        font = "node => getComputedStyle(node).fontFamily"
        assert "Awesome" in page.locator(".leaflet-control-locate .fa").evaluate(font)


@pytest.mark.parametrize("base", ["border", "article", "plain"])
def test_parts_work_in_a_notebook(open_linked, tmp_path, base):
    m, names = together(base)
    (tmp_path / "m.html").write_text(f"<!DOCTYPE html><body>{m._repr_html_()}</body>", "utf-8")
    page = open_linked(tmp_path / "m.html")
    for name in names:
        shows(page.frames[1], name)


def test_two_maps_side_by_side(open_closed, tmp_path):
    m = plugins.DualMap(PLACE, tiles=None)
    folium.Marker(PLACE).add_to(m.m1)
    kz.save_map(m, tmp_path / "m.html")
    page = open_closed(tmp_path / "m.html")
    assert page.locator(".leaflet-container").count() == 2
    assert page.locator("img.leaflet-marker-icon").count() == 1


def test_maps_in_parts_of_a_page_are_saved_together(open_closed, tmp_path):
    page = folium.Figure()
    maps = [fresh("plain"), fresh("border")]
    for i, m in enumerate(maps):
        page.add_subplot(1, 2, i + 1).add_child(m)
        folium.Marker(PLACE, popup="x").add_to(m)
    kz.save_map(maps[1], tmp_path / "m.html", credit="(c) Somebody")
    opened = open_closed(tmp_path / "m.html")
    assert opened.locator(".leaflet-container").count() == 2
    assert opened.locator("img.leaflet-marker-icon").count() == 2
    assert opened.get_by_text("(c) Somebody").count() == 1


@pytest.mark.parametrize("name", SERVED)
def test_what_needs_a_server_is_refused_by_name(tmp_path, name):
    m = fresh("plain")
    SERVED[name](m)
    with pytest.raises(OutputError) as caught:
        kz.save_map(m, tmp_path / "m.html")
    assert name in str(caught.value)
    assert "\n" not in str(caught.value)
    assert not [*tmp_path.iterdir()]


def test_data_beside_the_page_are_refused(tmp_path):
    (tmp_path / "squares.json").write_text(json.dumps(SQUARES), "utf-8")
    m = fresh("plain")
    folium.GeoJson(str(tmp_path / "squares.json"), embed=False).add_to(m)
    with pytest.raises(OutputError, match=r"loads \S+squares.json when the page opens: embed it"):
        kz.save_map(m, tmp_path / "m.html")


def test_every_plugin_of_folium_works_or_is_refused():
    known = (
        {name.split(" of ")[0] for name in PARTS}
        | set(SERVED)
        | {
            "DualMap",
            "EncodedPolygon",
            "FeatureGroupSubGroup",
            "SideBySideLayers",
            "TimelineSlider",
            "TimestampedWmsTileLayers",
        }
    )
    assert set(plugins.__all__) - known == set()


def test_pages_hold_only_the_libraries_that_they_use(tmp_path):
    kz.save_map(fresh("plain"), tmp_path / "m.html")
    text = (tmp_path / "m.html").read_text("utf-8")
    assert len(text) < 200_000
    assert "font-src" not in text
    for signed in (pins, PARTS["LocateControl"][0], tagged):
        signed(m := fresh("plain"))
        kz.save_map(m, tmp_path / "m.html")
        assert "font-src data:" in (tmp_path / "m.html").read_text("utf-8")


@pytest.mark.parametrize("name", MAPS)
def test_a_map_of_ours_saved_by_folium_draws(open_linked, tmp_path, name):
    kz.draw(name).save(tmp_path / "m.html")
    page = open_linked(tmp_path / "m.html")
    page.wait_for_function(f"Boolean({browsing.MAP})")
    assert page.locator("h1").count() == 1
