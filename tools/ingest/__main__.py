"""Write the extracts and ``sources.toml``: ``python -m ingest [--out DIR] [ID ...]``."""

from __future__ import annotations

import argparse
import dataclasses
import json
import sys
import tempfile
import tomllib
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from ingest import UPSTREAMS, Upstream, run
from kzborder.errors import KzborderError
from kzborder.files import sha256, write_parquet, write_text

HEADER = (
    "# Written by `make ingest`: do not edit. One table an upstream source, with its extracts.\n"
)


def main(argv: list[str] | None = None) -> int:
    """Run the recipes asked for (all by default)."""
    import tomli_w

    parser = argparse.ArgumentParser(prog="python -m ingest", description=__doc__)
    parser.add_argument("source_id", nargs="*", choices=[[], *(u.source_id for u in UPSTREAMS)])
    parser.add_argument("--out", type=Path, default=Path("geodata/sources"))
    args = parser.parse_args(argv)
    registry = args.out / "sources.toml"
    tables = tomllib.loads(registry.read_text("utf-8")) if registry.exists() else {}
    try:
        for upstream in UPSTREAMS:
            if not args.source_id or upstream.source_id in args.source_id:
                tables[upstream.source_id] = ingest(upstream, args.out)
                text = HEADER + tomli_w.dumps(dict(sorted(tables.items())))
                write_text(registry, text)
    except KzborderError as error:
        print(f"ingest: {error}", file=sys.stderr)
        return 2
    return 0


def ingest(upstream: Upstream, out: Path) -> dict[str, Any]:
    """Write the extracts of one upstream source and return its table for ``sources.toml``."""
    record = dataclasses.asdict(upstream)
    del record["source_id"]
    record["extracts"] = []
    for stem, recipe in record.pop("recipes").items():
        frame = run(recipe)
        path = out / f"{stem}.parquet"
        said = _write_if_new(frame, path)
        row = {"file": path.name, "recipe": f"ingest.{recipe}", "rows": len(frame)}
        record["extracts"].append({**row, "sha256": sha256(path)})
        size = path.stat().st_size
        print(f"{path}: {len(frame)} rows, {size:,} bytes, {said}", file=sys.stderr)
    return record


def _write_if_new(frame: Any, path: Path) -> str:
    # another writer of Parquet packs the same rows into other bytes: that is no news
    is_old = path.exists()
    with tempfile.TemporaryDirectory() as folder:
        write_parquet(frame, fresh := Path(folder) / path.name)
        if is_old and same_content(fresh, path):
            return "as before"
    write_parquet(frame, path)
    return "changed" if is_old else "new"


def same_content(first: Path, second: Path) -> bool:
    """Tell whether two Parquet files hold the same, whatever program wrote them."""
    try:
        one, two = (pq.read_table(path) for path in (first, second))
    except pa.ArrowException:  # a broken file is replaced
        return False
    return bool(one.equals(two)) and _said(one.schema) == _said(two.schema)


def _said(schema: pa.Schema) -> dict[bytes, dict[str, Any]]:
    """Metadata, without the versions of the programs that wrote them."""
    return {
        key: {k: v for k, v in json.loads(text).items() if k not in ("creator", "pandas_version")}
        for key, text in (schema.metadata or {}).items()
    }


if __name__ == "__main__":
    raise SystemExit(main())
