"""
The command line: ``kzborder``. Data go to standard output, messages to standard error.

Every command imports its modules when it runs: ``kzborder --help`` takes 0.07 s, and one place is
located in 0.4 s, without pandas, whose import alone takes as long.
"""

from __future__ import annotations

import functools
import inspect
import os
import signal
import sys
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Annotated, Any

import typer

from kzborder._version import __version__
from kzborder.cli.arguments import Format, is_file, layer_names
from kzborder.cli.messages import complain, report_rows, say, say_written, visible
from kzborder.defaults import DEFAULT_BORDER, MAX_GAP_M
from kzborder.errors import InputError, KzborderError, command_line
from kzborder.files import refuse_existing
from kzborder.places.paths import local

#: Options of commands that read files: their names are the fields of `Reading`, texts but for two.
_READING: dict[str, Any] = {
    "lon": typer.Option(help="Column of longitudes (default: found by its name)."),
    "lat": typer.Option(help="Column of latitudes."),
    "layer": typer.Option(help="Layer of a file with several."),
    "crs": typer.Option(help="Coordinate system, where the file says none."),
    "separator": typer.Option("--sep", help="Separator of a text file, or tab."),
    "decimal": typer.Option(help="Decimal sign (in degrees either is read)."),
    "encoding": typer.Option(help="Encoding of a text file, e.g. cp1251."),
    "skip": typer.Option(help="Lines above the names of the columns."),
    "allow_swapped": typer.Option(
        "--allow-swapped", help="Accept places that all seem to have lon and lat swapped."
    ),
}
_KINDS: dict[str, tuple[Any, Any]] = {"skip": (int | None, None), "allow_swapped": (bool, False)}
Printed = Annotated[Format, typer.Option(help="How to print the table.")]
To = Annotated[Path | None, typer.Option(help="Write a .csv, .json or .parquet file.")]
Overwrite = Annotated[bool, typer.Option("--overwrite", help="Replace a file that exists.")]
Border = Annotated[str, typer.Option("--border", help="Along another border (its border_id).")]


def _reads_files(*without: str) -> Callable[[Callable[..., None]], Callable[..., None]]:
    """Give a command, in place of its parameter `reading`, the options of `_READING` but some."""

    def declared(command: Callable[..., None]) -> Callable[..., None]:
        signature = inspect.signature(command, eval_str=True)
        parameters = [*signature.parameters.values()]
        at = [p.name for p in parameters].index("reading")
        options = []
        for name in (n for n in _READING if n not in without):
            kind, default = _KINDS.get(name, (str | None, None))
            kind = Annotated[kind, _READING[name]]
            options.append(parameters[at].replace(name=name, annotation=kind, default=default))
        parameters[at : at + 1] = options

        @functools.wraps(command)
        def run(**given: Any) -> None:
            reading = {option.name: given.pop(option.name) for option in options}
            command(**given, reading=reading)

        run.__signature__ = signature.replace(parameters=parameters)  # type: ignore[attr-defined]
        return run

    return declared


def _examples(*lines: str) -> str:
    """Text below a help: a command a line, so that each can be copied."""
    # \b keeps the lines
    return "\n".join(["\b", "Examples:", *(f"  {line}" for line in lines)])


app = typer.Typer(
    name="kzborder",
    help="The Kazakhstan-China border: layers, statistics, places along it and offline maps.",
    epilog=_examples(
        "kzborder locate 44.21 80.41", "kzborder map border", "kzborder export --to kz"
    ),
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,  # plain help takes half the time
    pretty_exceptions_enable=False,
)


def _version(value: bool) -> None:
    if value:
        from kzborder.catalog import DATA_VERSION

        print(f"kzborder {__version__} (data {DATA_VERSION})")
        raise typer.Exit


@app.callback()
def options(
    version: Annotated[
        bool,
        typer.Option(
            "--version", callback=_version, is_eager=True, help="Print versions and stop."
        ),
    ] = False,
) -> None:
    """Declare the options of ``kzborder`` without a command."""


@app.command(epilog=_examples("kzborder build", "kzborder build --out site"))
def build(
    out: Annotated[
        Path | None,
        typer.Option(help="Folder that receives geodata/ and maps/ (default: the checkout)."),
    ] = None,
) -> None:
    """Rebuild layers, exports and maps from the sources of a checkout."""
    from kzborder.cli.progress import Progress
    from kzborder.cli.tables import print_rows
    from kzborder.upkeep.build import build as run

    with Progress() as progress:
        written = run(out, progress=progress)
    folders: dict[Path, list[int]] = {}
    for w in written:
        folders.setdefault(w.path.parent, []).append(w.bytes)
    table = [
        [str(folder), f"{len(sizes):,}", f"{sum(sizes) / 1e6:.1f}"]
        for folder, sizes in folders.items()
    ]
    print_rows(["written", "files", "MB"], table, sys.stderr)
    for name, program in (("index.html", "a browser"), ("kzborder.qgz", "QGIS")):
        for path in (w.path for w in written if w.path.name == name):
            say(f"open {path} in {program}")


@app.command(epilog=_examples("kzborder layers", "kzborder layers --format json"))
def layers(
    format: Printed = Format.table,
) -> None:
    """List the layers with their size and licence."""
    from kzborder.catalog import layers as run
    from kzborder.cli.tables import output

    frame = run().reset_index()
    output(frame if format is not Format.table else frame.drop(columns="description"), format)


@app.command(epilog=_examples("kzborder check", "kzborder check --geodata my/geodata"))
def check(
    geodata: Annotated[
        Path | None, typer.Option(help="Folder with layers/ (default: the package's own).")
    ] = None,
) -> None:
    """Check the data, name every fault, and end with 1 if there is one."""
    from kzborder.cli.progress import Progress
    from kzborder.upkeep.check import check as run

    with Progress() as progress:
        faults = run(geodata, progress=progress)
    for fault in faults:
        print(fault)
    found = f"{len(faults)} fault{'s' if len(faults) > 1 else ''}"
    say(found if faults else "all is well")
    if faults:
        raise typer.Exit(1)


@app.command(
    epilog=_examples(
        "kzborder stats --by sector",
        "kzborder stats --by 25 --format csv",
        "kzborder stats --by kz_district --count events.gpkg --within-km 25 --side KZ",
    )
)
@_reads_files()
def stats(
    by: Annotated[
        str,
        typer.Option(
            help="sector, kz_district, kz_oblast, cn_county, cn_prefecture, a length in km, or a "
            "CSV file with from_km and to_km."
        ),
    ] = "sector",
    columns: Annotated[
        str,
        typer.Option(
            help="Comma-separated columns beside those counted, or 'all'. Default: a few."
        ),
    ] = "",
    valid_on: Annotated[str | None, typer.Option(help="Date of the oblasts (YYYY-MM-DD).")] = None,
    count: Annotated[
        list[Path] | None,
        typer.Option(help="Layer of any size to count per segment (repeatable)."),
    ] = None,
    within_km: Annotated[
        float | None, typer.Option(help="Count only within this distance.")
    ] = None,
    side: Annotated[str | None, typer.Option(help="Count only on this side, e.g. KZ.")] = None,
    *,
    reading: dict[str, Any],
    format: Printed = Format.table,
    to: To = None,
    plot: Annotated[
        Path | None, typer.Option(help="Strip chart of the first column (.png, .svg, .pdf).")
    ] = None,
    border: Border = DEFAULT_BORDER,
    overwrite: Overwrite = False,
) -> None:
    """Statistics per border segment, also of your own layers."""
    from kzborder.analysis.segments import segments
    from kzborder.cli.files import read_partition
    from kzborder.cli.tables import output, select_columns

    read = [*(count or []), by]
    refuse_existing(to, overwrite, read)
    refuse_existing(plot, overwrite, read)
    layers = layer_names(count or [])
    frame = segments(
        read_partition(by),
        valid_on=valid_on,
        count=layers,
        within_km=within_km,
        side=side,
        border=border,
        **reading,
    )
    for name in layers:
        report_rows({k: v[name] for k, v in frame.attrs.items()}, f"{visible(name)}: ")
    counted = [c for c in frame if c.startswith(tuple(f"{name}_" for name in layers))]
    shown = select_columns(frame, columns, counted)
    if plot:
        from kzborder.analysis.plot import plot as draw_plot

        draw_plot(frame, shown[0], plot, border=border)
        say(f"written: {plot}")
    output(frame[["name", "from_km", "to_km", *shown]], format, to)
    if any(c.startswith("population_") for c in shown):
        say("population: of listed settlements, a lower bound (GeoNames)")


@app.command(
    epilog=_examples(
        "kzborder locate 44.21 80.41  # latitude, longitude",
        "kzborder locate events.csv --lon x --lat y --to located.parquet",
        "kzborder locate events/*.parquet --to located/  # goes on after a stop",
    )
)
@_reads_files()
def locate(
    what: Annotated[
        list[str],
        typer.Argument(help="LAT LON, or files (.csv, .csv.gz, .parquet, .arrow, .gpkg ...)"),
    ],
    *,
    reading: dict[str, Any],
    format: Printed = Format.table,
    to: Annotated[
        Path | None,
        typer.Option(
            help="Write a .parquet, .csv, .json, .arrow, .gpkg, .geojson or .fgb file, or fill a "
            "folder with parts."
        ),
    ] = None,
    border: Border = DEFAULT_BORDER,
    overwrite: Annotated[
        bool,
        typer.Option(
            "--overwrite", help="Replace a file, or start anew where --to holds another run."
        ),
    ] = False,
) -> None:
    """Locate a place, or every row of files of any size.

    Printed or written: chainage, distance, side, sector and units.
    """
    if not any(is_file(w) for w in what):
        from kzborder.cli.place import coordinates, print_place
        from kzborder.places.notation import split_place

        place = split_place(what[0]) if len(what) == 1 else what
        if len(place) != 2:
            for word in what:
                local(word)  # refuses an address with its own message
            raise InputError(
                f"{' '.join(what)!r} is neither a place (LAT LON) nor a file that exists"
            )
        if format is Format.table and to is None:
            print_place(border, *place)
            return
        from kzborder.cli.tables import output
        from kzborder.places.locate import locate as run

        refuse_existing(to, overwrite)
        output(run([coordinates(*place)], border=border, allow_swapped=True), format, to)
        return
    refuse_existing(to, overwrite, what)
    if to is None or to.suffix.lower() == ".json":
        from kzborder.cli.files import located
        from kzborder.cli.tables import output
        from kzborder.places.tables import Reading

        table, left_out, swapped = located(what, Reading(**reading), border)
        report_rows({"left_out": left_out, "swapped": swapped})
        output(table, format, to)
    else:
        from kzborder.cli.meter import locate_to

        raise typer.Exit(locate_to(what, to, border=border, overwrite=overwrite, **reading))


@app.command(
    epilog=_examples(
        "kzborder export --to folder/  # everything, with a project for QGIS",
        "kzborder export sectors segments --to x.gpkg --crs EPSG:32644",
        "kzborder export crossings posts --format geojson --to folder",
        "kzborder export segments --by 25 --to segments.zip --format shp",
        "kzborder export settlements --to near.csv --where 'distance_km < 50' --bbox 79,43,82,46",
    )
)
def export(
    to: Annotated[
        str,
        typer.Option(
            help="File, or folder that receives a file a layer; without layers and --format, all "
            "of them in every format."
        ),
    ],
    names: Annotated[
        list[str] | None, typer.Argument(help="Layers (see kzborder layers). Default: all.")
    ] = None,
    format: Annotated[
        str,
        typer.Option(
            help="gpkg, parquet, geojson, fgb, kml, kmz, pmtiles, duckdb, csv or shp. Default: by "
            "the ending of --to."
        ),
    ] = "",
    crs: Annotated[str, typer.Option(help="Coordinate system. Default: WGS 84.")] = "",
    by: Annotated[str, typer.Option(help="Partition of the layer segments, as in stats.")] = "",
    where: Annotated[str, typer.Option(help="Only rows for which this holds.")] = "",
    bbox: Annotated[str, typer.Option(help="Only rows that touch W,S,E,N (degrees).")] = "",
    overwrite: Overwrite = False,
) -> None:
    """Write layers to a file of any format and coordinate system."""
    from kzborder.cli.progress import Progress
    from kzborder.export import write_folder
    from kzborder.export.select import select, within
    from kzborder.export.subset import chosen_layers, target, write

    path = target(to)
    if not (names or format or crs or by or where or bbox) and (path.is_dir() or not path.suffix):
        with Progress() as progress:
            paths = write_folder(path, overwrite=overwrite, progress=progress)
        size = sum(p.stat().st_size for p in paths)
        say(f"written: {path}, {len(paths)} files ({size:,} bytes)")
        return
    with Progress() as progress:
        wanted, left = chosen_layers(names or ["all"], to, format)
        frames, infos = select(wanted, where=where, box=within(bbox))
        if by:
            from kzborder.analysis.segments import segments
            from kzborder.cli.files import read_partition
            from kzborder.export.select import divided

            divided(frames, infos, segments(read_partition(by)))
        paths = write(
            frames, to, format, crs=crs, overwrite=overwrite, infos=infos, progress=progress
        )
    if left:
        say(f"left out, since the format cannot hold them: {', '.join(left)}")
    for path in paths:
        say_written(path)


@app.command(
    epilog=_examples(
        "kzborder diff old.gpkg new.gpkg",
        "kzborder diff kzborder-2026.11/geoparquet geodata/layers --format json",
    )
)
def diff(
    old: Annotated[Path, typer.Argument(help="GeoPackage, Parquet file, or folder of them.")],
    new: Annotated[Path, typer.Argument(help="The same of a later version.")],
    format: Printed = Format.table,
    exit_code: Annotated[
        bool, typer.Option("--exit-code", help="End with 1 if anything differs.")
    ] = False,
) -> None:
    """List what changed between two versions: rows, columns, metres."""
    from kzborder.cli.tables import output
    from kzborder.upkeep.diff import compare_versions

    changes = compare_versions(old, new)
    output(changes, format)
    for done in changes.attrs["transformations"]:
        accuracy = "not known" if done["accuracy_m"] is None else f"{done['accuracy_m']:g} m"
        say(
            f"{done['layer']}: transformed from {done['from']} to {done['to']} by "
            f"{done['operation']} (accuracy: {accuracy})"
        )
    say(f"{len(changes)} difference{'s' * (len(changes) != 1)}")
    if exit_code and len(changes):
        raise typer.Exit(1)


@app.command(
    name="map",
    epilog=_examples(
        "kzborder map border",
        "kzborder map article --to notes.html",
        "kzborder map border --online",
    ),
)
def draw(
    name: Annotated[str, typer.Argument(help="border, article, exercises or uyghur.")],
    to: Annotated[Path | None, typer.Option(help="File (default: NAME.html).")] = None,
    online: Annotated[
        bool,
        typer.Option("--online", help="Offer online basemaps, loaded once the reader agrees."),
    ] = False,
    address: Annotated[
        str, typer.Option("--address", help="Where the page will be found: for links to it.")
    ] = "",
    overwrite: Overwrite = False,
) -> None:
    """Draw a map as one HTML file that opens without a network."""
    from kzborder.maps import draw, page_path, write_map

    path = page_path(to or f"{name}{'-online' if online else ''}.html")
    refuse_existing(path, overwrite)
    write_map(name, draw(name, online=online), path, address=address)
    say_written(path)


@app.command(epilog=_examples("kzborder lengths", "kzborder lengths --border kz-kg"))
def lengths(
    format: Printed = Format.table,
    to: To = None,
    border: Border = DEFAULT_BORDER,
    overwrite: Overwrite = False,
) -> None:
    """List published and measured lengths, and the ruler of each."""
    from kzborder.analysis.lengths import lengths as run
    from kzborder.cli.tables import output

    refuse_existing(to, overwrite)
    frame = run(border=border)
    dimension, error = (frame.attrs[f"fractal_dimension{x}"] for x in ("", "_error"))
    short = frame[["kind", "value_km", "published_by", "year", "method", "ruler_km"]]
    output(short if format is Format.table and to is None else frame, format, to)
    say(f"fractal dimension {dimension:.3f} +- {error:.3f} (dividers 100 m to 10 km)")


@app.command(epilog=_examples("kzborder sample", "kzborder locate events.csv"))
def sample(
    name: Annotated[str, typer.Argument(help="Which one (events).")] = "events",
    to: Annotated[Path | None, typer.Option(help="File (default: NAME.csv).")] = None,
    overwrite: Overwrite = False,
) -> None:
    """Write a small file of artificial events, to try commands with."""
    from kzborder.catalog.samples import write_sample

    path = to or Path(f"{name}.csv")
    refuse_existing(path, overwrite)
    write_sample(name, path)
    say_written(path)


@app.command(epilog=_examples("kzborder compare other_border.gpkg"))
@_reads_files("lon", "lat", "decimal", "allow_swapped")
def compare(
    file: Annotated[Path, typer.Argument(help="File with another line of the border.")],
    *,
    reading: dict[str, Any],
    format: Printed = Format.table,
    to: To = None,
    max_gap: Annotated[
        float, typer.Option("--max-gap", help="Bridge gaps up to so many metres.")
    ] = MAX_GAP_M,
    border: Border = DEFAULT_BORDER,
    overwrite: Overwrite = False,
) -> None:
    """Compare another line of the border with ours, per sector."""
    from kzborder.analysis.compare import compare as run
    from kzborder.cli.tables import output

    refuse_existing(to, overwrite, [file])
    frame = run(file, border=border, max_gap_m=max_gap, **reading)
    output(frame.reset_index(), format, to)
    whole, (start, end) = frame.loc["whole"], frame.attrs["compared"]
    if whole["compared_km"] < whole["length_km"]:
        say(
            f"{file} follows the border from {start:.2f} km to {end:.2f} km: "
            f"{whole['length_km'] - whole['compared_km']:.2f} km are not compared"
        )
    if round(frame.attrs["left_out_km"], 2) > 0:
        say(f"left out of {file}: {frame.attrs['left_out_km']:.2f} km")
    for gap in frame.attrs["bridges"]:
        say(
            f"bridged: a gap of {gap['length_m']:.3f} m at longitude {gap['longitude']:.5f}, "
            f"latitude {gap['latitude']:.5f}"
        )


def _terminated(number: int, _: Any) -> None:
    """End as after Ctrl-C, so that nothing half-written is left."""
    raise SystemExit(128 + number)


def main() -> None:
    """Run the command line; an expected error is one sentence and exit code 2."""
    mode = ["-X", "utf8"]
    if sys.getfilesystemencoding() != "utf-8" and sys.orig_argv[1:3] != mode:
        # under such a locale Arrow and GDAL cannot open every file name; the same options are
        # passed, so that no further folder is searched for modules
        os.environ["PYTHONUTF8"] = "1"  # inherited by child processes
        os.execv(sys.executable, [sys.executable, *mode, *sys.orig_argv[1:]])
    os.environ.setdefault("CPL_LOG", os.devnull)  # what GDAL prints beside what it raises
    for number in range(3):
        try:
            os.fstat(number)
        except OSError:  # closed by the caller: else a file of data would get this number
            os.open(os.devnull, os.O_RDWR)
    for name in ("stdout", "stderr"):
        if getattr(sys, name) is None:  # closed by the caller
            setattr(sys, name, Path(os.devnull).open("w", encoding="utf-8"))  # noqa: SIM115
    for name in ("SIGTERM", "SIGHUP"):  # the latter when a terminal is closed; not on Windows
        ends = getattr(signal, name, None)
        if ends is not None and signal.getsignal(ends) is not signal.SIG_IGN:
            signal.signal(ends, _terminated)
    warnings.showwarning = lambda message, *_, **__: complain(str(message))  # may quote a file
    try:
        with command_line():
            app()
    except KzborderError as error:
        complain(str(error))
        raise SystemExit(2) from error
    except BrokenPipeError:  # the reader of standard output has ended
        raise SystemExit(0) from None
    except OSError as error:  # an invalid file name, a deleted folder
        name = str(error.filename or "")
        short = name if len(name) < 100 else f"{name[:100]}..."
        complain(f"{short or 'a file'}: {error.strerror or error}")
        raise SystemExit(2) from error


if __name__ == "__main__":
    main()
