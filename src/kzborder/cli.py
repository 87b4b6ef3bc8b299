"""The command line: ``kzborder``. Data go to standard output, talk goes to standard error."""

from __future__ import annotations

import sys
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from kzborder import __version__
from kzborder.errors import KzborderError

if TYPE_CHECKING:
    import pandas as pd

app = typer.Typer(
    name="kzborder",
    help="The Kazakhstan-China border: layers, checks, exports and offline maps.",
    epilog="Example: kzborder layers --format csv",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode="rich",
    pretty_exceptions_enable=False,
)


class Format(StrEnum):
    """How a table is printed."""

    table = "table"
    csv = "csv"
    json = "json"


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
    """Say what the package is."""


@app.command(epilog="Examples: kzborder build   |   kzborder build --out /tmp/site")
def build(
    out: Annotated[
        Path | None,
        typer.Option(help="Folder that receives geodata/ and maps/ (default: the checkout)."),
    ] = None,
) -> None:
    """Rebuild layers, exports and maps from the sources in this checkout."""
    from kzborder.pipeline import build as run

    with _Progress() as say:
        written = run(out, progress=say)
    _table(
        ["written", "features", "bytes", "file"],
        [
            [w.layer, f"{w.features:,}" if w.features else "", f"{w.bytes:,}", str(w.path)]
            for w in written
        ],
        sys.stderr,
    )


@app.command(epilog="Examples: kzborder layers   |   kzborder layers --format json")
def layers(
    format: Annotated[Format, typer.Option(help="How to print the table.")] = Format.table,
) -> None:
    """List the layers with their size and licence."""
    from kzborder.catalog import layers as run

    frame = run().reset_index()
    _print(frame if format is not Format.table else frame.drop(columns="description"), format)


@app.command(epilog="Examples: kzborder check   |   kzborder check --geodata my/geodata")
def check(
    geodata: Annotated[
        Path | None, typer.Option(help="Folder with layers/ (default: the package's own).")
    ] = None,
) -> None:
    """Check the data; every fault is named, and the exit code is 1 if there is one."""
    from kzborder.checks import check as run

    with _Progress() as say:
        faults = run(geodata, progress=say)
    for fault in faults:
        print(fault)
    print(f"{len(faults)} faults" if faults else "all is well", file=sys.stderr)
    if faults:
        raise typer.Exit(1)


def main() -> None:
    """Run the command line; an expected error is one sentence and exit code 2."""
    try:
        app()
    except KzborderError as error:
        print(f"kzborder: {error}", file=sys.stderr)
        raise SystemExit(2) from error
    except BrokenPipeError:  # the reader of our output has gone: nothing to say
        raise SystemExit(0) from None


class _Progress:
    """Show what is being done, on standard error, if a person is watching."""

    def __enter__(self) -> _Progress:
        from rich.console import Console

        console = Console(stderr=True)
        self._status = console.status("starting") if console.is_terminal else None
        if self._status:
            self._status.start()
        return self

    def __call__(self, text: str) -> None:
        if self._status:
            self._status.update(text)
        else:
            print(text, file=sys.stderr)

    def __exit__(self, *_: object) -> None:
        if self._status:
            self._status.stop()


def _print(frame: pd.DataFrame, format: Format) -> None:
    if format is Format.csv:
        print(frame.to_csv(index=False), end="")
    elif format is Format.json:
        print(frame.to_json(orient="records", force_ascii=False, indent=1))
    else:
        rows = [
            [f"{v:,}" if isinstance(v, int) else str(v) for v in r]
            for r in frame.to_numpy().tolist()
        ]
        _table(list(frame.columns), rows, sys.stdout)


def _table(head: list[str], rows: list[list[str]], file: object) -> None:
    from rich import box
    from rich.console import Console
    from rich.table import Table

    table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    for i, name in enumerate(head):
        numeric = all(r[i].replace(",", "").replace(".", "").isdigit() or not r[i] for r in rows)
        table.add_column(name, justify="right" if numeric else "left", overflow="fold")
    for row in rows:
        table.add_row(*row)
    Console(file=file).print(table)  # type: ignore[arg-type]


if __name__ == "__main__":
    main()
