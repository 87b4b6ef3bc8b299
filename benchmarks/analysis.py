"""Seconds of everything but ``locate``: segments, lengths, belts, gaps, maps, exports, a build."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import common
import pandas as pd

import kzborder as kz
from kzborder import export
from kzborder.export.formats import FORMATS

FIRST = "import sys, kzborder as kz; eval(sys.argv[1])"
FIRSTS = ("kz.segments()", "kz.lengths()", "kz.belt(25)", "kz.draw('border')", "kz.load('border')")


def calls(folder: Path) -> dict[str, Callable[[], Any]]:
    """What is measured, by its name."""
    line = kz.reference_line()
    other = kz.load("border").query("border_id == 'kz-cn'").to_crs(32644).simplify(500)
    events = pd.DataFrame(dict(zip(("lon", "lat"), common.scatter(10**6), strict=True)))
    named = ("sector", "kz_district", "kz_oblast", "cn_county", "cn_prefecture")
    found: dict[str, Callable[[], Any]] = {
        f"segments(by={by!r})": lambda by=by: kz.segments(by=by)
        for by in (*named, 100.0, 10.0, 1.0, 0.1)
    }
    for border in ("kz-ru", "kz-uz"):
        found[f"segments(by=1.0, border={border!r})"] = lambda border=border: kz.segments(
            by=1.0, border=border
        )
    found |= {
        "segments(count=), a million points": lambda: kz.segments(count={"x": events}),
        "lengths() of a new line": lambda: kz.lengths(border=_copy(line)),
        "reference_line().buffer(25)": lambda: line.buffer(25),
        "belt(25)": lambda: kz.belt(25),
        "belt(25, by='sector')": lambda: kz.belt(25, by="sector"),
        "gaps('crossing')": lambda: kz.gaps("crossing"),
        "gaps('settlement')": lambda: kz.gaps("settlement"),
        "profile()": lambda: kz.profile(),
        "compare(a line simplified by 500 m)": lambda: kz.compare(other),
        **{
            f"draw({m!r})": lambda m=m: kz.draw(m)
            for m in ("border", "article", "uyghur", "exercises")
        },
        "save_map(draw('border'))": lambda: kz.save_map(kz.draw("border"), folder / "x.html"),
    }
    frames = {name: kz.load(name) for name in ("border", "sectors", "segments", "crossings")}
    for name in FORMATS:
        found[f"export of four layers, {name}"] = lambda name=name: export.write(
            frames, Path(tempfile.mkdtemp(dir=folder)) / "x", name
        )
    return found


def _copy(line: Any) -> Any:
    return type(line)("", line.line, line.left, line.right)


def measured(call: str, work: Callable[[], dict[str, Any]]) -> dict[str, Any]:
    """Row of the table; what fails, or takes too long on a busy machine, is said in it."""
    row: dict[str, Any] = {"call": call}
    try:
        row |= work()
    except Exception as error:
        row["remark"] = repr(error)[:100]
    row.pop("lines", None)
    print(row, flush=True)
    return row


def main() -> None:
    with tempfile.TemporaryDirectory() as name:
        rows = [
            measured(f"{c[3:]}, in a new process", lambda c=c: common.fresh(FIRST, c))
            for c in FIRSTS
        ]
        for call, work in calls(Path(name)).items():
            rows.append(measured(call, lambda work=work: common.clocks(work)))
        code = "import sys, pathlib, kzborder as kz; kz.build(pathlib.Path(sys.argv[1]))"
        rows.append(measured("build", lambda: common.fresh(code, str(Path(name) / "build"))))
    common.save("analysis", rows)


if __name__ == "__main__":
    main()
