"""The GeoPackage in R, as the documentation says to open it."""

from __future__ import annotations

import shutil
import subprocess

import numpy as np
import pytest

from kzborder import export

#: Stands word for word in the documentation, but for the folder.
SNIPPET = """
library(sf)
border <- st_read("kzborder.gpkg", layer = "border", quiet = TRUE)
crossings <- st_read("kzborder.gpkg", layer = "crossings", quiet = TRUE)
st_length(border)                          # metres, on a sphere: 0.1 % less than length_km
table(crossings$mode, crossings$status)
plot(st_geometry(border), axes = TRUE)
plot(st_geometry(crossings), pch = 15, add = TRUE)
"""
PROBE = """
cat(nrow(border), nrow(crossings), sum(crossings$status == "open"), "\\n")
cat(format(as.numeric(st_length(border)), digits = 12), "\\n")
"""
#: Of the sphere that sf measures on (s2), in metres.
RADIUS = 6_371_010


def rscript(code: str, folder) -> subprocess.CompletedProcess[str]:
    command = ["Rscript", "--vanilla", "-e", code]
    return subprocess.run(command, capture_output=True, text=True, timeout=300, cwd=folder)


@pytest.mark.slow
def test_r_reads_the_same(frames, tmp_path):
    if not shutil.which("Rscript") or rscript("library(sf)", tmp_path).returncode:
        pytest.skip("R with the package sf is not here (Debian: r-cran-sf)")
    part = {n: frames[n] for n in ("border", "crossings")}
    export.write_geopackage(part, tmp_path / export.GPKG)
    done = rscript(SNIPPET + PROBE, tmp_path)
    assert done.returncode == 0, done.stderr
    counts, length = (line.split() for line in done.stdout.strip().splitlines()[-2:])
    crossings = frames["crossings"]
    assert counts == ["1", str(len(crossings)), str((crossings["status"] == "open").sum())]
    border = frames["border"].iloc[0]
    assert float(length[0]) == pytest.approx(on_sphere(border["geometry"]), rel=1e-6)
    # a sphere and an ellipsoid differ by a tenth of a per cent here
    assert float(length[0]) == pytest.approx(border["length_km"] * 1000, rel=1.1e-3)


def on_sphere(line) -> float:
    lon, lat = np.radians(np.asarray(line.coords)[:, :2]).T
    half = np.sin(np.diff(lat) / 2) ** 2
    half += np.cos(lat[:-1]) * np.cos(lat[1:]) * np.sin(np.diff(lon) / 2) ** 2
    return float(2 * RADIUS * np.arcsin(np.sqrt(half)).sum())
