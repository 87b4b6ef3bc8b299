"""Frames of Dask and of Spark: real clusters, in processes of their own."""

from __future__ import annotations

import importlib.util
import os
import shutil
import subprocess
import sys
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest

import kzborder as kz

N = 1500


def needs(name: str):
    missing = importlib.util.find_spec(name) is None
    return pytest.mark.skipif(missing, reason=f"{name} is not installed")


@pytest.fixture(scope="module")
def frame() -> pd.DataFrame:
    rng = np.random.default_rng(3)
    frame = pd.DataFrame({"id": range(N), "lon": rng.uniform(78, 90, N)})
    frame["lat"] = rng.uniform(41, 51, N)
    frame.loc[5, "lat"], frame.loc[6, "lon"] = 95, np.nan
    return frame


def points(frame: pd.DataFrame) -> gpd.GeoDataFrame:
    shapes = gpd.points_from_xy(frame.lon, frame.lat)
    return gpd.GeoDataFrame(frame, geometry=shapes, crs=4326)


def test_a_plain_frame_is_located_like_its_points(frame):
    good = frame.drop(index=[5, 6])
    pd.testing.assert_frame_equal(kz.locate(good), kz.locate(points(good)))
    plain = kz.locate(frame)
    pd.testing.assert_frame_equal(plain.drop(index=[5, 6]), kz.locate(good))
    assert plain.loc[[5, 6]].isna().all(axis=None)
    renamed = frame.rename(columns={"lon": "x", "lat": "y"}).astype({"x": "str", "y": "str"})
    pd.testing.assert_frame_equal(kz.locate(renamed, lon="x", lat="y"), plain)


@needs("dask_geopandas")
def test_dask_frames_have_the_columns_they_announce(frame):
    import dask
    import dask.dataframe as dd
    import dask_geopandas as dg

    few = frame.head(300)
    good = points(few.drop(index=[5, 6])).to_crs(32644)
    lines = good.head(20).buffer(1000)
    with dask.config.set(scheduler="synchronous"):
        for lazy, truth in (
            (dd.from_pandas(few, npartitions=3), kz.locate(few)),
            (dg.from_geopandas(good, npartitions=3), kz.locate(good)),
            (dg.from_geopandas(good.geometry, npartitions=3), kz.locate(good)),
            (
                dg.from_geopandas(lines, npartitions=2),
                kz.locate(lines).drop(columns=["from_km", "to_km"]),
            ),
        ):
            located = kz.locate(lazy)
            assert located.divisions == lazy.divisions
            pd.testing.assert_series_equal(located.dtypes, truth.dtypes)
            pd.testing.assert_frame_equal(located.compute(), truth)
        joined = dd.from_pandas(few, npartitions=3)
        joined = joined.assign(km=kz.locate(joined).chainage_km)
        assert joined.km.sum().compute() == pytest.approx(kz.locate(few).chainage_km.sum())


DASK = """
import os, signal, sys, time
import dask.dataframe as dd, pandas as pd, kzborder as kz
from distributed import Client, LocalCluster, wait

if __name__ == "__main__":
    frame = pd.read_parquet(sys.argv[1])
    with LocalCluster(n_workers=2, threads_per_worker=1, dashboard_address=None) as cluster:
        with Client(cluster) as client:
            old = client.run(os.getpid)
            located = kz.locate(dd.from_pandas(frame, npartitions=16)).persist()
            futures = client.futures_of(located)
            while sum(f.done() for f in futures) < 3:
                time.sleep(0.01)
            os.kill(next(iter(old.values())), signal.SIGKILL)
            done = sum(f.done() for f in futures)
            located.compute().to_parquet(sys.argv[2])
            client.wait_for_workers(2)
            new = client.run(os.getpid)
    print(done, len(futures), len({*old.values()} & {*new.values()}))
"""


@pytest.mark.slow
@needs("distributed")
def test_a_killed_worker_of_dask_costs_nothing(frame, tmp_path):
    frame.to_parquet(tmp_path / "in.parquet")
    (tmp_path / "run.py").write_text(DASK)
    found = subprocess.run(
        [sys.executable, "run.py", "in.parquet", "out.parquet"],
        cwd=tmp_path, capture_output=True, text=True, timeout=120, check=False,
    )  # fmt: skip
    assert found.returncode == 0, found.stderr
    done, of, survivors = map(int, found.stdout.split())
    assert 3 <= done < of
    assert survivors == 1
    located = pd.read_parquet(tmp_path / "out.parquet")
    pd.testing.assert_frame_equal(located, kz.locate(frame))


SPARK = """
import sys
from pathlib import Path
from pyspark.sql import SparkSession
from kzborder.errors import InputError
from kzborder.places.spark import locate

spark = (
    SparkSession.builder.master("local[2]")
    .config("spark.ui.enabled", "false")
    .config("spark.sql.execution.arrow.maxRecordsPerBatch", "500")
    .getOrCreate()
)
frame = spark.read.parquet(sys.argv[1]).repartition(4)
located = locate(frame, lon="p", lat="lat")
located.write.parquet(sys.argv[2])
try:
    locate(frame)
except InputError as error:
    print(error)
spark.stop()
"""


@needs("pyspark")
@pytest.mark.skipif(shutil.which("java") is None, reason="Java is not installed")
def test_spark_gives_the_same_rows(frame, tmp_path):
    frame = frame.rename(columns={"lon": "p"}).assign(side="mine")
    frame.to_parquet(tmp_path / "in.parquet", index=False)
    (tmp_path / "run.py").write_text(SPARK)
    environment = {"PYSPARK_PYTHON": sys.executable, "SPARK_LOCAL_IP": "127.0.0.1"}
    found = subprocess.run(
        [sys.executable, "run.py", "in.parquet", "out"],
        cwd=tmp_path, capture_output=True, text=True, timeout=300, check=False,
        env=os.environ | environment,
    )  # fmt: skip
    assert found.returncode == 0, found.stderr
    assert "no columns of longitude and latitude" in found.stdout
    located = pd.read_parquet(Path(tmp_path / "out")).sort_values("id", ignore_index=True)
    pd.testing.assert_frame_equal(located[[*frame]], frame, check_dtype=False)
    truth = kz.locate(frame, lon="p").rename(columns={"side": "kz_side"})
    assert [*located] == [*frame, *truth]
    for column in truth:
        mine, its = (f[column].astype(object) for f in (located, truth))
        assert mine.where(mine.notna(), None).tolist() == its.where(its.notna(), None).tolist()
