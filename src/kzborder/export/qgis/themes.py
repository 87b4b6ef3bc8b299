"""How exercises, people, notes and the ground around the border look in QGIS."""

from __future__ import annotations

from kzborder.export.qgis.looks import Class, Fill, Hatch, Label, Look, Mark, Stroke, Symbol, dot


def _share(step: int) -> Symbol:
    return (Fill(f"share-{step}"), Stroke("seam", 0.3))


_SERIES = {
    "Peace Mission": "triangle",
    "Antiterror": "square",
    "Tianshan": "diamond",
    "Interaction": "hexagon",
    "bilateral": "circle",
    "other": "star",
}
#: Verdicts in the order of the legend, and the shapes of their badges.
_VERDICTS = {
    "confirmed": "circle",
    "refined": "hexagon",
    "contradicted": "diamond",
    "unverifiable": "square",
    "opinion": "triangle",
}
_SHARES = ((0, 5), (5, 20), (20, 40), (40, 60), (60, 80), (80, 101))
_SITE_AREA = "\"geometry_kind\" = 'area'"
_PARTS = "\"level\" <> 'region' AND \"geometry_kind\" = 'unit'"
_SHORT = "regexp_replace(\"name_en\", ' ([A-Z][a-z]+ )?(Autonomous )?(Prefecture|Region).*$', '')"

_BELOW = "\"level\" <> 'region'"
#: Ground on which dark letters stand.
_LIGHT = 'coalesce("share_pct", 0) < 40 OR "geometry_kind" <> \'unit\''
_SHARE = (
    f"{_SHORT} || '\\n' || CASE WHEN \"share_pct\" IS NOT NULL THEN \"share_pct\" || ' % (' || "
    "coalesce(to_string(\"share_year\"), 'undated') || ')' || "
    "CASE WHEN \"figure_unit_id\" <> \"unit_id\" THEN ', whole prefecture' ELSE '' END "
    "WHEN \"has_figure\" THEN 'count only' ELSE 'no figure' END"
)

#: Looks of what is not of the border itself.
THEMES: dict[str, Look] = {
    "exercise_sites": Look(
        (
            *(
                Class(
                    series.capitalize() if series == "bilateral" else series,
                    (
                        Fill("accent", 0.1),
                        Stroke("accent", 0.3, dash=(1.6, 1.2)),
                        Mark(shape, 2.8, "halo", "accent", 0.45),
                    ),
                    f"\"series\" = '{series}' AND NOT ({_SITE_AREA})",
                )
                for series, shape in _SERIES.items()
            ),
            Class(
                "Only a region is known",
                (Hatch("soft"), Stroke("soft", 0.25, dash=(0.4, 0.9))),
                _SITE_AREA,
            ),
        ),
        (
            Label(
                "regexp_replace(\"name_en\", ' ?-?[12][0-9]{3}$| \\\\(.*$', '') || '\\n' || "
                'left("start_date", 4)',
                "beside",
                size=7.5,
                where=f"NOT ({_SITE_AREA})",
                near=25_000_000,
                distance=2,
            ),
        ),
        order='"position_uncertainty_m"',
    ),
    "regions": Look(
        (
            Class("Xinjiang", (Stroke("frontier", 0.5),), "region"),
            Class(
                "Prefecture-level unit", (Stroke("frontier", 0.2, dash=(1.5, 1.2)),), "prefecture"
            ),
            Class("Oblast", (Stroke("frontier", 0.2, dash=(1.5, 1.2)),), "oblast"),
        ),
        (
            Label(
                _SHORT,
                "inside",
                size=8.5,
                colour="country-name",
                italic=True,
                serif=True,
                spacing=0.6,
                where="\"level\" <> 'region'",
                near=5_000_000,
                priority=2,
            ),
        ),
        by="level",
    ),
    "uyghur_regions": Look(
        (
            Class(
                "Whole of Xinjiang, all units together",
                (Stroke("share-5", 0.6),),
                "\"level\" = 'region'",
            ),
            *(
                Class(
                    f"{low} to {high} %" if high < 101 else f"{low} % and more",
                    _share(i),
                    f'{_PARTS} AND "share_pct" >= {low} AND "share_pct" < {high}',
                )
                for i, (low, high) in enumerate(_SHARES)
            ),
            Class(
                "A count, but no published share",
                (Fill("veil"), Hatch("share-2", 2.4), Stroke("frontier", 0.15)),
                f'{_PARTS} AND "has_figure" AND "share_pct" IS NULL',
            ),
            Class(
                "No published figure",
                (Fill("veil"), Hatch("soft"), Stroke("frontier", 0.15)),
                f'{_PARTS} AND NOT "has_figure"',
            ),
            Class(
                "Derived settlement area; the figure is of the whole district",
                (Fill("share-2", 0.5), Stroke("share-5", 0.3, dash=(1.6, 1.2))),
                "\"geometry_kind\" <> 'unit'",
            ),
        ),
        (
            Label(_SHARE, "inside", size=7.5, where=f"{_BELOW} AND ({_LIGHT})", near=15_000_000),
            Label(
                _SHARE,
                "inside",
                size=7.5,
                colour="deep-ink",
                halo="deep-halo",
                where=f"{_BELOW} AND NOT ({_LIGHT})",
                near=15_000_000,
            ),
        ),
        order="$area",
    ),
    "notes": Look(
        tuple(
            Class(
                verdict.capitalize(),
                (Mark(shape, 4.2, "halo", verdict, 0.6),),
                verdict,
            )
            for verdict, shape in _VERDICTS.items()
        ),
        by="verdict",
        spread="number",
    ),
    "settlements": Look(
        (
            Class("200,000 and more", dot(2.8, 0.55), '"population" >= 200000'),
            Class(
                "50,000 to 200,000",
                dot(2.2, 0.4),
                '"population" >= 50000 AND "population" < 200000',
                6_000_000,
            ),
            Class(
                "10,000 to 50,000",
                dot(1.7, 0.3),
                '"population" >= 10000 AND "population" < 50000',
                3_000_000,
            ),
            Class("below 10,000", dot(1.3, 0.25), '"population" < 10000', 1_500_000),
            Class(
                "population not listed",
                (Mark("circle", 1.1, "edge", "edge", 0.1),),
                '"population" IS NULL',
                1_000_000,
            ),
        ),
        (
            Label('"name_en"', size=9.5, bold=True, where='"population" >= 200000', priority=8),
            Label(
                '"name_en"',
                size=8,
                where='"population" >= 50000 AND "population" < 200000',
                near=6_000_000,
            ),
            Label(
                '"name_en"',
                size=7.5,
                where='"population" >= 10000 AND "population" < 50000',
                near=2_500_000,
                priority=4,
            ),
            Label(
                '"name_en"',
                size=7,
                colour="soft",
                where='coalesce("population", 0) < 10000',
                near=600_000,
                priority=3,
            ),
        ),
    ),
    "lakes": Look(
        (Class("Lake", (Fill("water"), Stroke("shore", 0.15))),),
    ),
    "rivers": Look(
        (Class("River", (Stroke("shore", 0.3),)),),
    ),
    "countries": Look(
        (
            Class("Kazakhstan and China", (Fill("ground"), Stroke("frontier", 0.3)), "home"),
            Class("Other countries", (Fill("veil"), Stroke("frontier", 0.3)), "other"),
        ),
        (
            Label(
                '"name_en"',
                "inside",
                size=12,
                colour="country-name",
                serif=True,
                capitals=True,
                spacing=2.2,
                priority=7,
            ),
        ),
        by="CASE WHEN \"country_code\" IN ('KZ', 'CN') THEN 'home' ELSE 'other' END",
    ),
    # under the countries, which hide it where they are known better
    "world": Look(
        (Class("Land, small scale", (Fill("veil"), Stroke("frontier", 0.15, dash=(1, 2)))),),
    ),
}
