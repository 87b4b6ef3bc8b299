"""``kz.save_map`` on a Folium map of a user's own, in a real browser."""

import folium
import pytest

import kzborder as kz
from kzborder.errors import InputError, OutputError
from kzborder.page import libraries

pytestmark = pytest.mark.browser
HOSTILE = 'Ours & <img src=x onerror="document.title=1"> `${1}` </script> قازاق'


@pytest.fixture
def own():
    m = folium.Map([45, 82], zoom_start=6, tiles=None)
    line = kz.load("border").query("border_id == 'kz-cn'").simplify(0.01)
    folium.GeoJson(line, style_function=lambda _: {"color": "#b01739"}).add_to(m)
    folium.Marker([44.21, 80.41], tooltip="Khorgos").add_to(m)
    return m


def test_a_credit_stands_in_the_corner_as_plain_text(own, open_page, tmp_path):
    kz.save_map(own, tmp_path / "own.html", title="Mine", credit=HOSTILE)
    page = open_page(tmp_path / "own.html")
    assert page.title() == "Mine"
    assert HOSTILE in page.locator(".leaflet-control-attribution").inner_text()
    assert page.locator("path.leaflet-interactive").count() == 1
    assert page.locator("img[src=x]").count() == 0


def test_saving_leaves_the_map_as_it_was_and_gives_the_same_bytes(own, tmp_path):
    before = len(own._children)
    for name in ("a.html", "b.html"):
        kz.save_map(own, tmp_path / name, credit="Ours")
    kz.save_map(own, tmp_path / "plain.html")
    assert len(own._children) == before
    own.save(tmp_path / "folium.html")
    kz.save_map(own, tmp_path / "again.html")
    assert (tmp_path / "again.html").read_text("utf-8").count("leaflet 1.9.4, BSD") == 1
    assert (tmp_path / "a.html").read_bytes() == (tmp_path / "b.html").read_bytes()
    assert "addAttribution" not in (tmp_path / "plain.html").read_text("utf-8").split("</head>")[1]


def test_a_map_without_the_corner_gets_one_for_its_credit(open_page, tmp_path):
    m = folium.Map([45, 82], tiles=None, attributionControl=False)
    kz.save_map(m, tmp_path / "own.html", credit="Ours")
    assert "Ours" in open_page(tmp_path / "own.html").locator("body").inner_text()


@pytest.mark.parametrize(
    ("where", "markup"),
    [
        ("html", '<link rel="stylesheet" href="https://example.org/a.css">'),
        ("html", '<script src="https://example.org/a.js"></script>'),
        ("html", '<img src="https://example.org/a.png">'),
        ("header", "<style>body { background: url('https://example.org/a.png') }</style>"),
    ],
)
def test_what_asks_the_network_is_named_and_nothing_is_written(own, tmp_path, where, markup):
    getattr(own.get_root(), where).add_child(folium.Element(markup))
    with pytest.raises(OutputError, match=r"the map needs https://example\.org/a\.\w+, which"):
        kz.save_map(own, tmp_path / "own.html")
    assert not [*tmp_path.iterdir()]


def test_comments_characters_and_titles_pass(own, open_page, tmp_path):
    body = (
        "<!-- a remark --><p id=own>&#8470; 5 &lt; 6 &amp; &eacute;</p><p>a<p>\ud800<svg><g/></svg>"
    )
    body += "<html class=other><head><style>#own { color: red }</style></head><body class=other>"
    own.get_root().html.add_child(folium.Element(body))
    own.get_root().header.add_child(folium.Element("<title>Inner &amp; outer</title>"))
    kz.save_map(own, tmp_path / "own.html")
    page = open_page(tmp_path / "own.html")
    assert page.locator("#own").inner_text() == "\u2116 5 < 6 & \u00e9"
    assert page.title() == "Inner & outer"
    assert page.locator("html.other, body.other").count() == 0
    assert page.locator("path.leaflet-interactive").count() == 1


def test_an_element_without_a_map_and_libraries_that_are_gone_are_sentences(
    own, tmp_path, monkeypatch
):
    empty, poor = tmp_path / "empty", tmp_path / "poor"
    poor.mkdir()
    (poor / "manifest.json").write_text(
        '{"assets": [{"file": "leaflet/dist/leaflet.js", "matches": ["leaflet.js"]},'
        ' {"file": "leaflet/dist/leaflet.css", "matches": ["leaflet.css"]}]}'
    )
    for folder, words in (
        (empty, "libraries of the maps are missing: reinstall"),
        (poor, r"leaflet\S+ is missing among the browser libraries"),
    ):
        monkeypatch.setattr(libraries, "LIBRARIES", folder)
        with pytest.raises(OutputError, match=words):
            kz.save_map(own, tmp_path / "own.html")


def test_what_is_no_map_and_what_is_no_page_are_refused(own, tmp_path):
    with pytest.raises(InputError, match=r"'border' is no folium map .* kz.draw"):
        kz.save_map("border", tmp_path / "border.html")
    with pytest.raises(InputError, match=r"own\.png: a map is written as \.html"):
        kz.save_map(own, tmp_path / "own.png")
    assert not list(tmp_path.iterdir())


def test_what_folium_cannot_write_is_a_sentence(own, tmp_path):
    folium.Marker([45, 82], icon=folium.DivIcon(html=b"not text")).add_to(own)
    with pytest.raises(OutputError, match=r"cannot write this map: TypeError: .*bytes"):
        kz.save_map(own, tmp_path / "own.html")
    assert not [*tmp_path.iterdir()]


def test_two_maps_of_ours_are_not_one_page(tmp_path):
    root, other = kz.draw("border").get_root(), kz.draw("uyghur")
    root.add_child(other)
    with pytest.raises(OutputError, match=r"one map of kz\.draw, not of two: save"):
        kz.save_map(other, tmp_path / "own.html")
    assert not [*tmp_path.iterdir()]


def test_tiles_of_the_network_are_refused(tmp_path):
    with pytest.raises(OutputError, match="make the map with tiles=None"):
        kz.save_map(folium.Map([45, 82]), tmp_path / "own.html")
    assert not [*tmp_path.iterdir()]
