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
    "points": ("points", "number of points", ("per_cpu_s", "locate_per_cpu_s")),
    "distance": ("median_distance_km", "kilometres from the line (median)", ("per_cpu_s",)),
    "vertices": ("vertices", "vertices of the line", ("per_cpu_s",)),
}
LABELS = {
    "per_cpu_s": "search (chainage, distance, side)",
    "locate_per_cpu_s": "kz.locate (units too)",
}
RATES = {"per_s": "a second", "per_cpu_s": "a second of processor"}
CLOCKS = {"wall_s": "seconds", "cpu_s": "seconds of processor"}
#: Tables of the page: columns of the results with their heads.
TABLES: dict[str, dict[str, str]] = {
    "peers": {"case": "places", "engine": "engine", "n": "rows", **RATES,
              "cpu_times": "processor, times ours", "worst_m": "largest difference, m",
              "remark": "remark"},
    "points": {"points": "points", "per_s": "search, a second", "per_cpu_s": "of processor",
               "locate_per_s": "kz.locate, a second", "locate_per_cpu_s": "of processor "},
    "distance": {"from": "points", "median_distance_km": "median distance, km", **RATES},
    "vertices": {"line": "line", "vertices": "vertices", "index_cpu_s": "index, s", **RATES},
    "memory": {"input": "input", "points": "points", "input_mib": "input MiB",
               "peak_mib": "peak MiB, input included"},
    "files": {"format": "format", "engine": "engine", "rows": "rows", **RATES, **CLOCKS,
              "peak_mib": "peak MiB", "remark": "remark"},
    "analysis": {"call": "call", **CLOCKS, "remark": "remark"},
    "compile": {"call": "call", "seconds": "seconds"},
    "startup": {"what": "what", "seconds": "seconds", "at_most": "at most"},
}  # fmt: skip


def draw(name: str) -> None:
    """Rows per second, both axes logarithmic, with zero far away on purpose: powers show."""
    x, label, series = PLOTS[name]
    rows = load(name)["rows"]
    figure, axes = plt.subplots(figsize=(6, 3.4), layout="constrained")
    for key, mark in zip(series, ("o-", "s--"), strict=False):
        at, rate = zip(*sorted((r[x], r[key]) for r in rows), strict=True)
        axes.plot(at, rate, mark, label=LABELS[key])
    axes.set(xscale="log", yscale="log", xlabel=label, ylabel="points per second of processor")
    axes.set_ylim(1e3, 1e7)
    axes.grid(alpha=0.3)
    axes.legend(frameon=False)
    figure.savefig(PICTURES / f"performance-{name}.svg", metadata={"Date": None})
    plt.close(figure)


def number(value: Any) -> str:
    if isinstance(value, float):
        return f"{value:,.0f}" if value >= 1000 else f"{value:.3g}"
    return f"{value:,}" if isinstance(value, int) else "" if value is None else str(value)


def table(name: str) -> str:
    """Chosen columns as Markdown; of files, with the runs of more rows where there are any."""
    heads = TABLES[name]
    names = [n for n in (name, f"{name}-big") if (RESULTS / f"{n}.json").exists()]
    rows = [row for n in names for row in load(n)["rows"]]
    heads = {k: v for k, v in heads.items() if any(row.get(k) for row in rows)}
    lines = [f"| {' | '.join(heads.values())} |", f"|{'---|' * len(heads)}"]
    lines += [f"| {' | '.join(number(r.get(k)) for k in heads)} |" for r in rows]
    return "\n".join(lines)


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
        **{name: table(name) for name in TABLES},
        "build": build(),
    }
    text = (HERE / "performance.in.md").read_text("utf-8")
    for name, part in parts.items():
        text = text.replace(f"<!-- {name} -->", part)
    (HERE.parent / "docs" / "performance.md").write_text(text, "utf-8")


if __name__ == "__main__":
    write()
