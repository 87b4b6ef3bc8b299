"""How the border and what lies along it look in QGIS; with the themes, the table of all looks."""

from __future__ import annotations

from kzborder.defaults import DEFAULT_BORDER
from kzborder.export.qgis.looks import (
    Class,
    Fill,
    Hachures,
    Label,
    Look,
    Mark,
    Stroke,
    Symbol,
    dot,
)
from kzborder.export.qgis.themes import THEMES


def _crossing(mode: str, status: str) -> Symbol:
    _, shape, size = _MODES[mode]
    outer = Mark(shape, size, "ink" if status == "open" else "halo", "ink", 0.4)
    inner = {
        "under construction": (Mark("semi_circle", size * 0.55, "ink", "ink", 0.1),),
        "replaced": (Mark("circle", size * 0.3, "ink", "ink", 0.1),),
    }.get(status, ())
    return (Mark(shape, size + 0.8, "halo", "halo", 0.2), outer, *inner)


_MODES = {
    "road": ("Road", "square", 2.7),
    "rail": ("Railway", "diamond", 3.6),
    "pipeline": ("Pipeline", "triangle", 3.2),
    "pedestrian zone": ("Pedestrian zone", "circle", 3.0),
}
#: What there is: the legend shows no class that no crossing has.
_CROSSINGS = (
    ("road", "open"),
    ("rail", "open"),
    ("pipeline", "open"),
    ("pedestrian zone", "open"),
    ("rail", "under construction"),
    ("road", "replaced"),
    ("road", "never opened"),
)
_UNIT_LEVELS = {"oblast": 2.6, "prefecture": 2.6, "district": 1.3, "county": 1.3}
_KM = "'km ' || to_string(round(\"chainage_km\"))"
_EVERY = '"chainage_km" % {} < 0.001'
#: The look of every layer that has geometry.
LOOKS: dict[str, Look] = {
    "border": Look(
        (
            Class(
                "Kazakhstan-China border",
                (
                    Stroke("accent", 4.5, opacity=0.1),
                    Stroke("halo", 1.3, opacity=0.85),
                    Stroke("accent", 0.65),
                ),
                DEFAULT_BORDER,
            ),
            Class("Other borders", (Stroke("edge", 0.5),), "other"),
        ),
        by=f"CASE WHEN \"border_id\" = '{DEFAULT_BORDER}' THEN '{DEFAULT_BORDER}' ELSE 'other' END",
    ),
    "tripoints": Look(
        (Class("Tripoint", (Mark("diamond", 3.4, "accent", "halo", 0.4),)),),
        (
            Label(
                "regexp_replace(\"name_en\", ' \\\\(.*$', '')",
                size=9,
                colour="accent",
                italic=True,
                bold=True,
                serif=True,
                priority=10,
            ),
        ),
    ),
    "sectors": Look(
        (
            Class("Crest of mountains", (Hachures("crest", 3.4, 1.3),), "crest"),
            Class("Foothills", (Hachures("crest", 2.8, 2.8),), "foothills"),
            Class("River", (Stroke("stream", 2.4, opacity=0.75),), "river"),
            Class("Plain", (Stroke("edge", 1.2, opacity=0.35),), "plain"),
        ),
        (
            Label(
                '"name_en"',
                "middle",
                size=8.5,
                colour="range-name",
                italic=True,
                serif=True,
                spacing=0.4,
                near=5_000_000,
                distance=3,
                priority=8,
            ),
        ),
        by="kind",
    ),
    "border_units": Look(
        tuple(
            Class(
                f"{level.capitalize()} ({'Kazakhstan' if side == 'KZ' else 'China'})",
                (
                    Stroke(colour, 0.9 if gap > 2 else 0.5, offset=gap if side == "KZ" else -gap),
                    Stroke("halo", 0.3, offset=(gap if side == "KZ" else -gap), dash=(0.5, 4)),
                ),
                f"{side} {level}",
            )
            for side, level, gap, colour in (
                (side, level, gap, "step-3" if gap > 2 else "step-1")
                for side, levels in (
                    ("KZ", ("oblast", "district")),
                    ("CN", ("prefecture", "county")),
                )
                for level, gap in _UNIT_LEVELS.items()
                if level in levels
            )
        ),
        (
            Label(
                '"name_en"',
                "along",
                colour="country-name",
                serif=True,
                near=4_000_000,
                distance=3.2,
            ),
        ),
        by='"side" || \' \' || "level"',
    ),
    "segments": Look(
        tuple(
            Class(label, (Stroke(f"step-{i}", 0.8 + 0.45 * i),), lower)
            for i, (lower, label) in enumerate(
                (
                    (0, "below 500 m"),
                    (500, "500 to 1,000 m"),
                    (1000, "1,000 to 2,000 m"),
                    (2000, "2,000 to 3,000 m"),
                    (3000, "3,000 m and more"),
                ),
                start=1,
            )
        ),
        (Label('"name_en"', "along", colour="step-4", near=3_000_000, distance=2),),
        by="elevation_mean_m",
        steps=True,
    ),
    "terrain": Look(
        (
            Class("Every 100 km", dot(1.7, 0.3), _EVERY.format(100)),
            Class("Every 10 km", dot(1.3, 0.25), _EVERY.format(10), near=1_500_000),
            Class("Every kilometre", dot(0.9, 0.2), near=300_000),
        ),
        (
            Label(
                _KM,
                size=7,
                colour="accent",
                where=_EVERY.format(100),
                far=1_500_000,
                priority=7,
            ),
            Label(
                f"{_KM} || '\\n' || to_string(round(\"elevation_m\")) || ' m'",
                size=6.5,
                colour="accent",
                where=_EVERY.format(10),
                near=1_500_000,
                priority=6,
            ),
            Label(
                _KM,
                size=6,
                colour="accent",
                where=f"NOT {_EVERY.format(10)}",
                near=100_000,
                priority=3,
            ),
        ),
    ),
    "crossings": Look(
        tuple(
            Class(f"{_MODES[mode][0]}, {status}", _crossing(mode, status), f"{mode}, {status}")
            for mode, status in _CROSSINGS
        ),
        (
            Label(
                'trim(regexp_replace("name_en", \'(railway|road|oil pipeline|gas pipeline)? ?'
                "crossing|\\\\(.*$|International.*Cooperation ', ''))",
                size=8.5,
                bold=True,
                far=1_500_000,
                priority=9,
                where="\"mode\" = 'road'",
            ),
            Label(
                '"name_en" || CASE WHEN "name_en" <> "cn_name_en" THEN \'\\n\' || "cn_name_en" '
                "ELSE '' END",
                bold=True,
                near=1_500_000,
                priority=9,
            ),
        ),
        by='"mode" || \', \' || "status"',
        # open roads last, above the others
        order="(\"mode\" <> 'road') + 2 * (\"status\" = 'open' AND \"mode\" <> 'road')",
    ),
    "corridors": Look(
        tuple(
            Class(kind.capitalize(), (Mark(shape, 2.2, "halo", "edge", 0.35),), kind)
            for kind, shape in (
                ("gas pipeline", "triangle"),
                ("oil pipeline", "equilateral_triangle"),
                ("railway", "diamond"),
                ("road", "square"),
            )
        ),
        (Label('"name_en"', size=7, colour="soft", near=250_000, priority=2),),
        by="kind",
        spread=" ",
        near=600_000,
    ),
    "posts": Look(
        (
            Class(
                "Area in which a post lies",
                (Fill("doubt", 0.05), Stroke("doubt", 0.35, dash=(2, 1.3))),
            ),
        ),
        (
            Label(
                "\"name_en\" || ' (about here)'",
                "above",
                size=9,
                colour="doubt",
                italic=True,
                bold=True,
                serif=True,
                priority=9,
            ),
        ),
    ),
    "post_stretches": Look(
        (
            Class(
                "Stretch on which a post lies",
                tuple(Stroke("doubt", 1.3, opacity=0.4, offset=d) for d in (-2.3, 2.3)),
            ),
        ),
    ),
    **THEMES,
}
