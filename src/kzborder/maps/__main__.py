"""Draw maps in a process of their own: ``python -m kzborder.maps GEODATA OUT NAME ...``.

:func:`kzborder.build` starts it before it needs it, so that the imports are done in time: the
process waits for a line on its standard input and ends when that closes without one.
"""

from __future__ import annotations

import sys
from functools import partial
from pathlib import Path

from kzborder.catalog import load
from kzborder.errors import KzborderError
from kzborder.maps import draw_map, write_map

if __name__ == "__main__":
    geodata, out, *names = sys.argv[1:]
    try:
        for name in names if sys.stdin.readline() else ():
            layer = partial(load, geodata=Path(geodata))
            write_map(name, draw_map(name, layer), Path(out) / f"{name}.html")
    except KzborderError as error:
        print(error, file=sys.stderr)
        raise SystemExit(2) from error
