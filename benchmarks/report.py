"""Write docs/performance.md and its pictures from the tables in results/."""

from __future__ import annotations

import textwrap
from typing import Any

import matplotlib as mpl
from common import HERE, PICTURES, RESULTS, load

mpl.use("svg")
mpl.rcParams["svg.hashsalt"] = "kzborder"
import matplotlib.pyplot as plt  # noqa: E402

PLOTS = {
    "points": ("points", "number of points", ("search_per_s", "locate_per_s")),
    "distance": ("km_from_a_place", "kilometres from a place on the line", ("search_per_s",)),
    "vertices": ("vertices", "vertices of the line", ("search_per_s",)),
}
LABELS = {
    "search_per_s": "search (chainage, distance, side)",
    "locate_per_s": "kz.locate (units too)",
}


def draw(name: str) -> None:
    """Rows per second, both axes logarithmic, with zero far away on purpose: powers show."""
    x, label, series = PLOTS[name]
    rows = load(name)["rows"]
    figure, axes = plt.subplots(figsize=(6, 3.4), layout="constrained")
    for key, mark in zip(series, ("o-", "s--"), strict=False):
        axes.plot([r[x] for r in rows], [r[key] for r in rows], mark, label=LABELS[key])
    axes.set(xscale="log", yscale="log", xlabel=label, ylabel="points per second")
    axes.set_ylim(1e4, 1e7)
    axes.grid(alpha=0.3)
    axes.legend(frameon=False)
    figure.savefig(PICTURES / f"performance-{name}.svg", metadata={"Date": None})
    plt.close(figure)


def number(value: Any) -> str:
    if isinstance(value, float):
        return f"{value:,.0f}" if value >= 1000 else f"{value:.3g}"
    return f"{value:,}" if isinstance(value, int) else "" if value is None else str(value)


def table(name: str, **heads: str) -> str:
    """Chosen columns as Markdown."""
    rows = load(name)["rows"]
    lines = [f"| {' | '.join(heads.values())} |", f"|{'---|' * len(heads)}"]
    lines += [f"| {' | '.join(number(r.get(k)) for k in heads)} |" for r in rows]
    return "\n".join(lines)


def files() -> str:
    heads = {"what": "what", "rows": "rows", "per_s": "rows/s", "seconds": "seconds",
             "input_mib": "input MiB", "peak_mib": "peak memory MiB"}  # fmt: skip
    names = [n for n in ("files", "files-big") if (RESULTS / f"{n}.json").exists()]
    first, *rest = (table(n, **heads) for n in names)
    return "\n".join([first, *("\n".join(t.splitlines()[2:]) for t in rest)])


def build() -> str:
    """The stages that take long, and the others of their kind together, in their threads."""
    rows = load("build")["rows"]
    kinds = {"layer ": "other layers", ".parquet": "Parquet files", ".html": "maps"}
    sums: dict[tuple[str, str], float] = {}
    for row in rows:
        stage, seconds = row["stage"], row["seconds"]
        kind = next((v for k, v in kinds.items() if k in stage), "other exports")
        long = seconds >= 0.5 and kind == "other layers"
        key = (stage if long or stage == "all" else kind, row["thread"])
        sums[key] = sums.get(key, 0.0) + seconds
    lines = [f"| {name} | {thread} | {seconds:.2f} |" for (name, thread), seconds in sums.items()]
    return "\n".join(["| stage | thread | seconds |", "|---|---|---|", *lines])


def write() -> None:
    for name in PLOTS:
        draw(name)
    m = load("peers")["machine"]
    versions = ", ".join(f"{k} {v}" for k, v in m["versions"].items())
    parts = {
        "machine": textwrap.fill(
            f"{m['processor']}, {m['cores']} cores, {m['memory_gib']} GiB, {m['system']}, "
            f"Python {m['python']}; {versions}. Load before the start: {m['load_before']}.",
            width=120,
        ),
        "peers": table(
            "peers",
            engine="engine",
            per_s="points/s",
            times_slower="times slower",
            worst_m="largest difference, m",
            why_not="remark",
        ),
        "points": table(
            "points", points="points", search_per_s="search/s", locate_per_s="kz.locate/s"
        ),
        "distance": table(
            "distance",
            km_from_a_place="km from a place on the line",
            median_distance_km="median distance, km",
            search_per_s="search/s",
        ),
        "vertices": table("vertices", vertices="vertices", search_per_s="search/s"),
        "memory": table(
            "memory",
            input="input",
            points="points",
            input_mib="input MiB",
            peak_mib="peak MiB, input included",
            times="times",
        ),
        "files": files(),
        "compile": table("compile", call="call", seconds="seconds"),
        "startup": table("startup", what="what", seconds="seconds", at_most="at most"),
        "build": build(),
    }
    text = (HERE / "performance.in.md").read_text("utf-8")
    for name, part in parts.items():
        text = text.replace(f"<!-- {name} -->", part)
    (HERE.parent / "docs" / "performance.md").write_text(text, "utf-8")


if __name__ == "__main__":
    write()
