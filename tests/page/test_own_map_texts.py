"""Text that tries to run, in every place of a map that shows text: it is shown, or refused."""

import folium
import folium.plugins as plugins
import geopandas
import pytest
from branca.colormap import LinearColormap

import kzborder as kz
from kzborder.errors import OutputError

pytestmark = pytest.mark.browser
RUN = "window.ran=1"
PIXEL = "data:image/gif;base64,R0lGODlhAQABAAAAACw="
#: Texts that folium writes as they are, and what of them must be read on the page.
PLAIN = {
    f"`${{{RUN}}}`": f"`${{{RUN}}}`",
    "C:\\1\\new\\x\\u{z}": "C:\\1\\new\\x\\u{z}",
    "{{ 7*7 }} {% if %} {# c #} {{ x": "{{ 7*7 }} {% if %} {# c #} {{ x",
    "a\u2028b\u2029c": "c",
    "__proto__": "__proto__",
    "half \ud800 of a character": "of a character",
    f"</script><script>{RUN}</script>": f"</script><script>{RUN}</script>",
    f"<!--<script>{RUN}//--> shown": "shown",
    "<meta http-equiv=refresh content='0;url=https://example.org/'>": "http-equiv=refresh",
    "<link rel=dns-prefetch href=//example.org>": "rel=dns-prefetch",
    f"<iframe srcdoc='<script>top.{RUN}</script>'></iframe>": "<iframe srcdoc",
    f'<iframe src="javascript:top.{RUN}"></iframe>': "<iframe src",
    "<style>body { display: none }</style>": "<style>body { display: none }</style>",
    "<none> <a.b@example.org> x<y <b title='": "<none> <a.b@example.org> x<y <b title='",
    f"<form><input name=parentNode><input onfocus={RUN} autofocus></form>shown": "</form>shown",
    f"<xmp><p title='</xmp><img src=data:, onerror={RUN}>'>shown": "shown",
    f"<svg></p><style><a id='</style><img src=data:, onerror={RUN}>'>shown": "shown",
    f"<math><mtext><table><mglyph><style><!--</style><img onerror={RUN} src=data:,>shown": "shown",
    f"<noscript><p title='</noscript><script>{RUN}</script>'>shown": "shown",
}
#: HTML that stays HTML, without what runs, lies over others or takes a name that scripts use.
MARKUP = {
    f'<img src="data:," onerror="{RUN}">shown': "shown",
    f'<svg onload="{RUN}"></svg>shown': "shown",
    f'<a class=try href="javascript:{RUN}">shown</a>': "shown",
    f'<details open ontoggle="{RUN}">shown</details>': "shown",
    f"<a/href=' java&Tab;script:{RUN}' class=try>shown</a>": "shown",
    f"<svg><a class=try xlink:href='&#1;javascript&colon;{RUN}'><text y=9>shown</text></a></svg>": (
        "shown"
    ),
    "<button title='>' class=try popovertarget=over>shown</button><p title='>' popover id=over>": (
        "shown"
    ),
    "<img name=createElement src='data:,'><img name=getElementById src='data:,'>shown": "shown",
    f'"\'><b onmouseover="{RUN}" style="animation:x" onanimationstart="{RUN}">shown</b>': "shown",
}
TEXTS = PLAIN | MARKUP


def at(i):
    return [44 + i * 0.3, 80.4]


def marker(**options):
    """A place that gives each text to a marker."""

    def put(m, texts):
        for i, text in enumerate(texts):
            made = {key: value(text) for key, value in options.items()}
            folium.Marker(at(i), **made).add_to(m)

    return put


def geojson(**options):
    """A place that gives each text to a feature, as value, name and alias."""

    def put(m, texts):
        for i, text in enumerate(texts):
            geometry = {"type": "Point", "coordinates": at(i)[::-1]}
            feature = {"type": "Feature", "id": i, "geometry": geometry}
            feature["properties"] = {text: text, "of": [text]}
            made = {
                key: value([text, "of"], aliases=[text, "of"]) for key, value in options.items()
            }
            style = {"style_function": lambda _: {"color": "#111111"}, "marker": folium.Circle()}
            folium.GeoJson(
                {"type": "FeatureCollection", "features": [feature]}, **made, **style
            ).add_to(m)

    return put


def layers(m, texts):
    for i, text in enumerate(texts):
        group = folium.FeatureGroup(name=text).add_to(m)
        folium.GeoJson({"type": "Point", "coordinates": at(i)[::-1]}, name=f"g {text}").add_to(
            group
        )
    folium.LayerControl(collapsed=False).add_to(m)


def frame(text):
    # branca reads the text of a frame as a template already when it is given
    return folium.Popup(folium.IFrame(text, width=200, height=80))


def icon(text):
    return folium.DivIcon(html=text, class_name="read")


POPUP, TIP, NAMES = ".leaflet-popup-content", ".leaflet-tooltip", ".leaflet-control-layers"
PLACES = {
    "popup": (marker(popup=str), POPUP),
    "Popup": (marker(popup=folium.Popup), POPUP),
    "lazy popup": (marker(popup=lambda t: folium.Popup(t, lazy=True)), POPUP),
    "escaped popup": (marker(popup=lambda t: folium.Popup(t, parse_html=True)), POPUP),
    "Html": (marker(popup=lambda t: folium.Popup(folium.Html(t, script=True))), POPUP),
    "tooltip": (marker(tooltip=str), TIP),
    "styled": (marker(tooltip=lambda t: folium.Tooltip(t, style=f"color:red;{t}")), TIP),
    "title": (marker(title=str, popup=lambda _: "shown", alt=str), None),
    "DivIcon": (marker(icon=icon), ".read"),
    "layer": (layers, NAMES),
    "GeoJsonPopup": (geojson(popup=folium.GeoJsonPopup), POPUP),
    "GeoJsonTooltip": (geojson(tooltip=folium.GeoJsonTooltip), TIP),
}
BASES = {
    "border": lambda: kz.draw("border"),
    "plain": lambda: folium.Map([45, 82], zoom_start=6, tiles=None),
}
#: On the larger map they take up to 150 s each, which is for the slow tests.
PLAIN_FIRST = ["plain", pytest.param("border", marks=pytest.mark.slow)]
#: Clicks on what is to be tried: a link of a drawing has no method for it.
TRY = """document.querySelectorAll(".try").forEach((n) =>
  n.dispatchEvent(new MouseEvent("click", { bubbles: true, cancelable: true })))"""
#: Opens every popup and tooltip in turn, tries what is in it, and gives what it reads.
READ = """async ([kind]) => {
  const map = Object.values(window).find((v) => v instanceof L.Map);
  const all = new Set();
  const gather = (layer) => (layer.eachLayer ? layer.eachLayer(gather) : all.add(layer));
  map.eachLayer(gather);
  const read = [];
  const [event, way] = kind.includes("popup") ? ["click", "Popup"] : ["mouseover", "Tooltip"];
  for (const layer of all) {
    const latlng = layer.getLatLng && layer.getLatLng();
    if (!latlng || !layer.listens(event, true)) continue;
    layer.fire(event, { latlng, layer, originalEvent: new Event(event) }, true);
    await new Promise((done) => setTimeout(done, 30));
    for (const node of document.querySelectorAll(kind)) {
      node.querySelectorAll(".try").forEach((n) => n.dispatchEvent(new MouseEvent("click")));
      for (const n of node.querySelectorAll("*"))
        for (const e of ["mouseover", "mousemove", "mouseout"])
          n.dispatchEvent(new MouseEvent(e, { bubbles: true, relatedTarget: document.body }));
      read.push(node.innerText);
    }
    way === "Popup" ? map.closePopup() : layer.fire("mouseout", { latlng, layer }, true);
  }
  return read;
}"""


@pytest.fixture
def safely(browser, tmp_path):
    """Open a page; at the end nothing has run, nothing was asked, and nothing is broken."""
    context = browser.new_context(offline=True, viewport={"width": 1200, "height": 800})
    page, heard = context.new_page(), []
    page.on("pageerror", lambda e: heard.append(str(e)))
    page.on("dialog", lambda d: (heard.append(d.message), d.dismiss()))
    page.on("request", lambda r: heard.append(r.url) if r.url.startswith("http") else None)

    def go(m, **options):
        kz.save_map(m, tmp_path / "own.html", **options)
        page.goto(f"file://{tmp_path}/own.html")
        page.wait_for_timeout(100)
        return page

    yield go
    page.wait_for_timeout(50)
    assert heard == []
    state = "[window.ran, document.querySelector(':popover-open'), typeof document.createElement]"
    assert page.evaluate(state) == [None, None, "function"]
    assert page.locator(".leaflet-pane").count() > 0
    assert page.url.partition("#")[0] == f"file://{tmp_path}/own.html"
    context.close()


COVER = (
    "<b style='position:fixed;inset:0;margin:-9999px;z-index:9999;background:red;"
    "pointer-events:auto'>shown</b>"
)
BOXES = {
    "popup": marker(popup=lambda t: folium.Popup(t, show=True)),
    "tooltip": marker(tooltip=lambda t: folium.Tooltip(t, permanent=True)),
    "layer": layers,
    "attribution": lambda m, texts: folium.TileLayer(PIXEL, attr=texts[0]).add_to(m),
}


@pytest.mark.parametrize("box", BOXES)
def test_no_text_covers_what_is_around_it(safely, box):
    m = BASES["plain"]()
    BOXES[box](m, [COVER])
    page = safely(m)
    assert page.locator("b", has_text="shown").count() == 1
    over = "([x, y]) => document.elementFromPoint(x, y).tagName"
    places = [(x, y) for x in (300, 1190) for y in (300, 750)]
    assert [place for place in places if page.evaluate(over, place) == "B"] == []


def test_braces_that_geopandas_marks_stay_braces(safely):
    m = BASES["plain"]()
    point = {"type": "Point", "coordinates": at(0)[::-1]}
    made = geopandas.GeoDataFrame.from_features(features(feature("{{ 7*7 }}", point)), crs=4326)
    made.explore("name", m=m, legend=False)
    (read,) = safely(m).evaluate(READ, [TIP])
    assert "{{ 7*7 }}" in read
    assert "raw" not in read


# a map of ours takes some seconds to draw; the tests of all parts below put the texts on it, too
@pytest.mark.parametrize("base", PLAIN_FIRST)
@pytest.mark.parametrize("place", PLACES)
def test_text_is_shown_and_nothing_runs(safely, base, place):
    put, where = PLACES[place]
    m = BASES[base]()
    put(m, TEXTS)
    page = safely(m)
    if where is None:
        assert page.locator(".leaflet-marker-icon[title]").count() >= len(TEXTS)
        read = page.locator(".leaflet-marker-icon").evaluate_all("all => all.map((n) => n.title)")
        wanted = [t for t in TEXTS if "\ud800" not in t]
    elif where in (POPUP, TIP):
        read, wanted = page.evaluate(READ, [where]), TEXTS.values()
    else:
        page.evaluate(TRY)
        read, wanted = page.locator(where).all_inner_texts(), TEXTS.values()
    everything = "\n".join(read)
    assert [text for text in wanted if text not in everything] == []


def feature(text, geometry=None, **properties):
    square = [[[80, 44], [81, 44], [81, 45], [80, 44]]]
    return {
        "type": "Feature",
        "properties": {"name": text, text: text} | properties,
        "geometry": geometry or {"type": "Polygon", "coordinates": square},
    }


def features(*made):
    return {"type": "FeatureCollection", "features": [*made]}


def everywhere(m, text):
    """Give a text to every part of folium that shows or keeps one."""
    point = {"type": "Point", "coordinates": at(2)[::-1]}
    line = {"type": "LineString", "coordinates": [at(1)[::-1], at(3)[::-1]]}
    units = features(feature(text))
    folium.CircleMarker(at(1), popup=text, tooltip=text).add_to(m)
    path = folium.PolyLine([at(1), at(5)], popup=text, tooltip=text).add_to(m)
    plugins.PolyLineTextPath(path, text, attributes={"fill": text}).add_to(m)
    folium.TileLayer(PIXEL, attr=text, name=text, subdomains=text).add_to(m)
    LinearColormap(["red", "blue"], caption=text).add_to(m)
    options = {"key_on": "feature.properties.name", "legend_name": text, "name": text}
    folium.Choropleth(units, data={text: 1.0, "other": 2.0}, **options).add_to(m)
    searched = folium.GeoJson(units, name=text).add_to(m)
    labels = {"search_label": "name", "placeholder": text}
    plugins.Search(searched, geom_type="Polygon", **labels).add_to(m)
    group = plugins.MarkerCluster(name=text, options={text: text}).add_to(m)
    folium.Marker(at(4), icon=plugins.BeautifyIcon(icon=text, number=text)).add_to(group)
    plugins.GroupedLayerControl({text: [group]}, collapsed=False).add_to(m)
    tree = {"label": text, "children": [{"label": text, "layer": group}]}
    plugins.TreeLayerControl(overlay_tree=tree).add_to(m)
    plugins.MousePosition(prefix=text, separator=text, empty_string=text).add_to(m)
    plugins.Fullscreen(title=text, title_cancel=text).add_to(m)
    plugins.Draw(export=True, filename=text).add_to(m)
    plugins.LocateControl(strings={"title": text, text: text}).add_to(m)
    plugins.MeasureControl(popup_options={text: text}).add_to(m)
    plugins.AntPath([at(1), at(2)], tooltip=text, color=text).add_to(m)
    span = {"start": "2020-01-01", "end": "2020-02-01"}
    times = plugins.Timeline(features(feature(text, point, **span))).add_to(m)
    plugins.TimelineSlider(playback=text, auto_play=False).add_timelines(times).add_to(m)
    shown = {"times": ["2020-01-01", "2020-01-02"], "popup": text, "tooltip": text}
    data = features(feature(text, line, **shown))
    plugins.TimestampedGeoJson(data, date_options=text, period="P1D").add_to(m)
    names = geopandas.GeoDataFrame.from_features(features(feature(text), feature("b")), crs=4326)
    names.explore("name", m=m, legend_kwds={"caption": text})


@pytest.mark.parametrize("base", PLAIN_FIRST)
def test_no_part_of_folium_runs_a_text(safely, base):
    m = BASES[base]()
    # branca reads the templates of some texts already when they are given
    text = " ".join(t for t in TEXTS if "{%" not in t and "\ud800" not in t)
    everywhere(m, text)
    page = safely(m)
    assert text in page.locator(".legend text.caption").first.text_content()
    assert page.locator(".legend-title").text_content() == text
    assert page.locator(".legend-labels li").first.text_content().split() == text.split()
    assert page.locator(".leaflet-control-search input").get_attribute("placeholder") == text
    assert "${window.ran=1}" in page.locator(".leaflet-control-layers-group-name").inner_text()
    assert page.locator("textPath").evaluate("node => node.textContent").count("shown") > 4
    page.evaluate(TRY)
    assert page.evaluate(READ, [POPUP])
    assert page.evaluate(READ, [TIP])


@pytest.mark.parametrize("base", PLAIN_FIRST)
def test_frames_in_popups_show_and_nothing_in_them_runs(safely, base):
    m = BASES[base]()
    texts = [t for t in TEXTS if "{%" not in t and "\ud800" not in t]
    for i, text in enumerate(texts):
        folium.Marker(at(i), popup=frame(f"<p>first</p>{text}")).add_to(m)
    folium.Marker(
        at(20), popup=frame("<a target=_blank href='javascript:window.ran=1'>go</a>")
    ).add_to(m)
    page = safely(m)
    for pin in page.locator("img.leaflet-marker-icon").all():
        pin.dispatch_event("click")
        page.wait_for_timeout(40)
        inside = page.frame_locator(f"{POPUP} iframe >> nth=-1").locator(
            "p:first-child, a[target] >> nth=0"
        )
        if inside.inner_text() == "go":
            inside.dispatch_event("click")
        else:
            assert inside.inner_text() == "first"


@pytest.mark.parametrize("base", BASES)
def test_titles_and_credits_are_text(safely, base):
    m = BASES[base]()
    text = " ".join(text for text in TEXTS if "\u2028" not in text)
    page = safely(m, credit=text, title=text, description=text)
    assert page.title() == " ".join(text.replace("\ud800", "?").split())
    assert text in page.locator(".leaflet-control-attribution").inner_text()
    m.get_root().title = f"</title><script>{RUN}</script>"
    assert safely(m, title=None if base == "plain" else "").title() in (m.get_root().title, "Map")


def test_what_the_author_wrote_as_a_program_runs(safely):
    m = BASES["plain"]()
    m.get_root().script.add_child(folium.Element("window.own = 1 < 2;"))
    code = folium.JsCode("(feature, layer) => { window.each = {a: {b: 1}}; }")
    folium.GeoJson({"type": "Point", "coordinates": [82, 45]}, on_each_feature=code).add_to(m)
    folium.ClickForMarker("`at` ${lat} ${window.ran=1}").add_to(m)
    page = safely(m)
    assert page.evaluate("[window.own, window.each.a.b]") == [True, 1]
    page.mouse.click(600, 400)
    page.locator(".leaflet-marker-icon").last.click()
    assert page.locator(POPUP).inner_text().startswith("`at` 4")
    assert page.locator(POPUP).inner_text().endswith("${window.ran=1}")


def in_body(m, text):
    m.get_root().html.add_child(folium.Html(text, script=True))


def in_title(m, text):
    m.get_root().header.add_child(folium.Element(f"<title>{text}</title>"))


def test_what_has_no_end_in_the_page_is_shown(safely):
    m = BASES["plain"]()
    texts = [
        "<b title='",
        '<b title="',
        "<textarea>",
        "<plaintext>",
        "<frameset>",
        "<!-- a",
        "<script>",
    ]
    for text in texts:
        in_body(m, text)
        m.get_root().html.add_child(folium.Element(f"<h1>{text}</h1>"))
    plugins.FloatImage(PIXEL, left="0} body {display: none}").add_to(m)
    m.get_root().html.add_child(
        folium.Element("<svg><style><meta http-equiv=refresh content='0;#x'></style></svg>")
    )
    page = safely(m)
    assert page.locator("h1").all_inner_texts() == texts
    assert page.locator("body > .folium-map").bounding_box()["height"] > 700


def as_style(m, text):
    point = {"type": "Point", "coordinates": [82, 45]}
    feature = {"type": "Feature", "geometry": point, "properties": {"colour": text}}
    style = {"style_function": lambda f: {"color": f["properties"]["colour"]}}
    folium.GeoJson({"type": "FeatureCollection", "features": [feature]}, **style).add_to(m)


def as_key(m, text):
    point = {"type": "Point", "coordinates": [82, 45]}
    feature = {"type": "Feature", "geometry": point, "properties": {text: 1}}
    style = {"style_function": lambda _: {"color": "red"}}
    folium.GeoJson({"type": "FeatureCollection", "features": [feature]}, **style).add_to(m)


def as_program(m, text):
    plugins.Draw(on={"click": text}).add_to(m)


def as_handler(m, text):
    folium.Circle([45, 82]).add_to(m).add_child(
        folium.elements.EventHandler("click", folium.JsCode(text))
    )


def as_code(m, text):
    m.get_root().script.add_child(folium.Element(f"'{text}'"))


def as_encoded(m, text):
    plugins.PolyLineFromEncoded(text).add_to(m)


@pytest.mark.parametrize(
    ("put", "text", "reason"),
    [
        (in_body, f"</div><script>{RUN}</script>", "holds a script among its texts"),
        (in_body, "<details><div>", "leaves <details> open"),
        (in_body, "<xmp>", "leaves <xmp> open"),
        (in_body, "<h3><b popover>title</h3>", "leaves <b> open"),
        (in_body, "<b><div hidden>title</b>", "leaves <div> open"),
        (in_body, "<object><table></object>", "leaves <table> open"),
        (in_body, "<svg><p></svg>", "leaves <svg> open"),
        (in_body, "<svg><desc><b></desc></svg>", "leaves <b> open"),
        (in_body, "<svg><foreignObject><p></foreignObject></svg>", "leaves <p> open"),
        (in_title, f"</title><script>{RUN}</script>", "holds a script among its texts"),
        (as_style, f"</script><script>{RUN}</script>", "is no style"),
        (as_style, "x}}", "is no style"),
        (as_key, f"x){{}} {RUN}; switch(1", "give every feature an id"),
        (as_program, f"'+({RUN})+'", "give it as folium.JsCode"),
        (as_handler, "(e) => { alert('a'", "no JavaScript"),
        (as_code, f"</script><script>{RUN}</script>", "would end it"),
        (as_code, "<!--", "would end it"),
        (as_encoded, "_p~iF~ps|U_", "is no encoded line"),
    ],
)
def test_what_cannot_be_shown_as_text_is_refused(tmp_path, put, text, reason):
    m = BASES["plain"]()
    put(m, text)
    with pytest.raises(OutputError, match=reason) as caught:
        kz.save_map(m, tmp_path / "own.html")
    assert "\n" not in str(caught.value)
    assert not [*tmp_path.iterdir()]


@pytest.mark.parametrize(
    ("code", "is_program"),
    [
        ("(e) => e?.target ?? `${e}`", True),
        ("async function (e) { for await (const x of e) { yield_ = 1_000n; } }", True),
        ("class { #a = 1; static b = this.#a; }", True),
        ("function (e) { return /[/]/u.test('\\u{41}'); }", True),
        ("(e) => {", False),
        ("function (e) { return '\n'; }", False),
        ("e => alert('it's')", False),
        ("`${`", False),
        ("'\\u{z}'", False),
    ],
)
def test_a_program_that_is_none_is_refused(tmp_path, code, is_program):
    m = BASES["plain"]()
    as_handler(m, code)
    if is_program:
        kz.save_map(m, tmp_path / "own.html")
        assert code in (tmp_path / "own.html").read_text("utf-8")
    else:
        with pytest.raises(OutputError, match="is no JavaScript") as caught:
            kz.save_map(m, tmp_path / "own.html")
        assert "\n" not in str(caught.value)
        assert not [*tmp_path.iterdir()]


def test_saving_leaves_texts_and_templates_as_they_were(tmp_path):
    m = BASES["plain"]()
    for name in ("popup", "lazy popup", "Html", "styled", "title"):  # folium adds to the others
        PLACES[name][0](m, ["<b>a</b>"])
    m.get_root().render()
    before = m.get_root().render()
    kz.save_map(m, tmp_path / "own.html")
    assert m.get_root().render() == before
    assert folium.Element("{{ 7 * 7 }}").render() == "49"
