"""Write ``geodata/samples/events.csv``: artificial events along the border, by a rule with a seed.

    python tools/samples.py

Nothing in the file happened. Chainages, directions, distances, days and persons are drawn by a
generator with the seed 1520; every seventh place lies 30 to 120 km away, one row has no place.
"""

from __future__ import annotations

import csv
import datetime
import io
from pathlib import Path

import numpy as np

import kzborder as kz
from kzborder.line.geodesy import GEOD

ROOT = Path(__file__).resolve().parents[1]
ROWS = 60
WITHOUT_PLACE = 41


def events() -> str:
    rng = np.random.default_rng(1520)
    line = kz.reference_line()
    km = rng.uniform(0, line.length_km, ROWS)
    distance = np.where(
        np.arange(ROWS) % 7 == 6, rng.uniform(30, 120, ROWS), rng.uniform(0, 25, ROWS)
    )
    azimuth = rng.choice([60.0, 240.0], ROWS) + rng.uniform(-40, 40, ROWS)
    lon, lat, _ = GEOD.fwd(*line.interpolate(km).T, azimuth, distance * 1e3)
    day = rng.integers(0, 365, ROWS)
    persons = rng.integers(1, 10, ROWS)
    out = io.StringIO()
    rows = csv.writer(out, lineterminator="\n")
    rows.writerow(["name", "lon", "lat", "date", "persons"])
    for i in range(ROWS):
        place = ["", ""] if i + 1 == WITHOUT_PLACE else [f"{lon[i]:.3f}", f"{lat[i]:.3f}"]
        date = datetime.date(2025, 1, 1) + datetime.timedelta(days=int(day[i]))
        rows.writerow([f"sample {i + 1:02}", *place, date.isoformat(), persons[i]])
    return out.getvalue()


if __name__ == "__main__":
    (ROOT / "geodata" / "samples" / "events.csv").write_text(events(), "utf-8", newline="\n")
