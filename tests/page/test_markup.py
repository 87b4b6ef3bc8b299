"""HTML that is written anew: what Chromium finds in it, also inside of other elements."""

import contextlib
import random
import re

import pytest

from kzborder.errors import OutputError
from kzborder.page.html import Head, self_contained
from kzborder.page.markup import ELEMENTS, UNWANTED, harmless

RUN = "window.ran=1"
LEAD = "<meta http-equiv=refresh content='0;url=https://example.org/'>"
#: Texts that parsers of HTML read in unlike ways.
TEXTS = [
    f'<math><mtext><table><mglyph><style><!--</style><img title="--&gt;&lt;img onerror={RUN}&gt;">',
    f"<form><math><mtext></form><form><mglyph><style></math><img src onerror={RUN}>",
    f'<svg></p><style><a id="</style><img src=data:, onerror={RUN}>">',
    f"<svg><style>{LEAD}</style></svg><svg><desc><p></svg></p></desc><style>{LEAD}</style>",
    f'<noscript><p title="</noscript><img src=data:, onerror={RUN}>">',
    f"<select><style></select><img src=data:, onerror={RUN}></style>",
    f"<!--><img src=data:, onerror={RUN}>--><!--x--!>{LEAD}--><!-x><!>{LEAD}",
    f"<svg><![CDATA[><img src=data:, onerror={RUN}>]]></svg><![CDATA[{LEAD}]]>",
    f"<a/href=javascript:{RUN}>a</a><a href=' &#1;java\tscript&colon;{RUN}'>b</a>",
    f"<img src=data:, SRC=x onerror={RUN} onerror=''><img\x00 src=data:,><scr\x00ipt>{RUN}",
    f"<form><form><input formaction=javascript:{RUN} name=parentNode></form></form>",
    f"<plaintext><xmp><p title='</xmp><script>{RUN}</script>'></xmp><listing>",
    f"<template><script>{RUN}</script></template><textarea><title></textarea>{LEAD}",
    f"<svg><a xlink:href=javascript:{RUN}><set attributeName=href to=javascript:{RUN}></set></a>",
    "<button title='>' popovertarget=over>x</button><p title='>' popover id=over name=body>",
    f"<frameset onload={RUN}><frame src=javascript:{RUN}><body onload={RUN}><base href=//a.test>",
    f"<iframe sandbox='allow-popups allow-popups-to-escape-sandbox' srcdoc='<b>'><b title='{LEAD}",
    f"<iframe onload={RUN} sandbox='allow-popups allow-popups-to-escape-sandbox' src=data:,>",
]
BITS = re.findall(r"<[!?/]?[\w-]*|[\w-]+=|['\"`=/>\x00]|--!?>|[^<>'\"]{3,9}", "".join(TEXTS))


def mutated(count: int, seed: int = 1) -> list[str]:
    """Texts of the table, and others made of their pieces."""
    made, chance = [*TEXTS], random.Random(seed)
    while len(made) < count:
        text = chance.choice([chance.choice(TEXTS), "".join(chance.choices(BITS, k=9))])
        for _ in range(chance.randint(1, 4)):
            at, end = sorted(chance.choices(range(len(text) + 1), k=2))
            text = text[:at] + chance.choice(BITS) + text[min(end, at + chance.randint(0, 5)) :]
        made.append(text)
    return made


def allowed(text: str) -> str:
    try:
        return harmless(text)
    except OutputError:
        return ""


#: Reads texts inside of elements, as HTML, again as what came of it, and as JSON, as folium shows
#: the lists in a property, and gives all it found.
FOUND = """([texts, places]) => {
  const found = new Set();
  const look = (box) => {
    for (const n of box.querySelectorAll("*")) {
      const links = [n.getAttribute("href"), n.getAttribute("xlink:href"), n.getAttribute("src")];
      const names = [...n.attributes].map((a) => a.name);
      found.add(JSON.stringify([n.localName, names, links.filter((a) => a !== null)]));
    }
    const comments = document.createTreeWalker(box, NodeFilter.SHOW_COMMENT);
    if (comments.nextNode()) found.add('["#", [], []]');
  };
  for (const place of places) {
    for (const text of texts) {
      const [space, name] = place.includes(":") ? place.split(":") : ["xhtml", place];
      const spaces = { svg: "2000/svg", math: "1998/Math/MathML", xhtml: "1999/xhtml" };
      const box = document.createElementNS("http://www.w3.org/" + spaces[space], name);
      box.innerHTML = text;
      look(box.content ?? box);
      for (const again of [box.innerHTML, JSON.stringify(text)]) {
        box.innerHTML = again;
        look(box.content ?? box);
      }
    }
  }
  return [...found].map((one) => JSON.parse(one));
}"""
#: Elements that a browser adds, and the frame that is allowed as a whole.
ADDED = {"tbody", "colgroup", "iframe"}


@pytest.mark.browser
@pytest.mark.parametrize("count", [300, pytest.param(20_000, marks=pytest.mark.slow)])
def test_a_browser_finds_only_what_is_allowed(browser, count):
    page = browser.new_page()
    places = ["div", "td", "table", "select", "template", "svg:svg", "svg:desc", "math:mtext"]
    places += ["noscript", "style", "xmp"] * (count > 300)
    found = page.evaluate(FOUND, [[*map(allowed, mutated(count))], places])
    page.close()
    assert len(found) > 30
    for name, attributes, links in found:
        assert ELEMENTS.fullmatch(name.lower()) or name in ADDED, name
        wrong = [
            a for a in attributes if UNWANTED.fullmatch(a) and (name, a) != ("iframe", "srcdoc")
        ]
        assert wrong == []
        assert not [a for a in links if re.sub(r"[\x00-\x20]", "", a).startswith("javascript:")]


MAP = '<div class="folium-map" id="map_1" ></div>'
STYLE = "<style>html, body, #map_1 { height: 100%; margin: 0 }</style>"
WORKS = "window.works = 1;"
#: Opens pages one after the other, and says what has become of each.
OPENED = """async (pages) => {
  const told = [];
  for (const page of pages) {
    const frame = document.createElement("iframe");
    frame.srcdoc = page;
    frame.height = 100;
    await new Promise((done) => { frame.onload = done; document.body.append(frame); });
    const { works, ran, location } = frame.contentWindow;
    const map = frame.contentDocument?.querySelector("#map_1");
    told.push([works, ran ?? 0, location.href, map?.offsetHeight]);
    frame.remove();
  }
  return told;
}"""


@pytest.mark.browser
@pytest.mark.parametrize("count", [60, pytest.param(3_000, marks=pytest.mark.slow)])
def test_no_text_around_a_map_hides_it_runs_or_leads_away(browser, count):
    pages = {}
    for text in mutated(count):
        for head, body in ((text, ""), ("", text)):
            start = f"<html><head>{STYLE}{head}</head><body>{body}"
            html = f"{start}{MAP}</body><script>{WORKS}</script></html>"
            with contextlib.suppress(OutputError):
                pages[head, body] = self_contained(html, Head("m", "", ""), vouched=[WORKS])
    page, asked = browser.new_page(), []
    page.on("request", lambda r: asked.append(r.url) if r.url.startswith("http") else None)
    told = page.evaluate(OPENED, [*pages.values()])
    page.close()
    assert asked == []
    assert len(pages) > count / 4
    assert {
        k: v for k, v in zip(pages, told, strict=True) if v != [1, 0, "about:srcdoc", 100]
    } == {}


def test_what_is_written_anew_stays_so():
    for text in mutated(2_000, seed=2):
        once = allowed(text)
        assert harmless(once) == once
        assert not re.search(r"<(?=[a-z/!?])", re.sub(r"</?[a-z][^<>]*>", "", once), re.IGNORECASE)


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("1 < 2, x<y, <none> <a.b@c.example>", "1 < 2, x&lt;y, &lt;none&gt; &lt;a.b@c.example>"),
        ("<a href='?a=1&copy=2&amp;b=3'>", "<a href='?a=1&amp;copy=2&amp;b=3'>"),
        ("<IMG SRC=data:, Alt=''>", "<img SRC='data:,' Alt>"),
        ("<p onclick=x() title='>' style=color:red>", "<p title='&gt;' style='color:red'>"),
        (
            "<svg viewBox='0 0 1 1'><path d=M0 /></svg>",
            "<svg viewBox='0 0 1 1'><path d='M0'/></svg>",
        ),
        ("a<!-- b -->c<?xml x?>d<!-->e<!--f", "acde&lt;!--f"),
        (f"<<!-- -->img onerror={RUN}> <", f"&lt;img onerror={RUN}> &lt;"),
        ("<a href=https://a.example/?b=c>", "<a href='https://a.example/?b=c'>"),
        ("<button class=a type=submit>b", "<button type='button' class='a'>b"),
        ("<i title='\\\"'>", "<i title='&#92;&quot;'>"),
        ("<script a='<b>'>", "&lt;script a='&lt;b&gt;'&gt;"),
    ],
)
def test_what_is_written(text, shown):
    assert harmless(text) == shown
