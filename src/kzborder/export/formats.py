"""File formats: name, suffix, limits of the contents, and how to open a file."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Format:
    """
    A file format.

    Attributes
    ----------
    name : str
        Name on the command line.
    suffix : str
        Suffix of its files.
    many : bool
        One file holds several layers.
    any_crs : bool
        Other coordinate systems than WGS 84 are allowed.
    holds : str
        ``all``, ``geometry`` (no tables) or ``lines`` (lines and points).
    whole : bool
        A layer that divides the same ground several times is one table, with views.
    """

    name: str
    suffix: str
    title: str
    mediatype: str
    opens: str
    many: bool = False
    any_crs: bool = True
    holds: str = "all"
    whole: bool = False


FORMATS: dict[str, Format] = {
    f.name: f
    for f in (
        Format(
            "gpkg",
            ".gpkg",
            "GeoPackage",
            "application/geopackage+sqlite3",
            'Drag it into QGIS or ArcGIS Pro. R: `sf::st_read("FILE", layer = "LAYER")`. '
            "GDAL: `ogrinfo -so FILE LAYER`.",
            many=True,
        ),
        Format(
            "parquet",
            ".parquet",
            "GeoParquet 1.1",
            "application/vnd.apache.parquet",
            "Python: `geopandas.read_parquet(\"FILE\")`. DuckDB: `SELECT * FROM 'FILE'`. "
            'R: `arrow::read_parquet("FILE")`. ArcGIS Pro opens it as a table with a map.',
        ),
        Format(
            "geojson",
            ".geojson",
            "GeoJSON (RFC 7946)",
            "application/geo+json",
            "Drag it into geojson.io, kepler.gl or QGIS; read it in any web map.",
            any_crs=False,
            holds="geometry",
        ),
        Format(
            "fgb",
            ".fgb",
            "FlatGeobuf",
            "application/flatgeobuf",
            "Drag it into QGIS. GDAL and the flatgeobuf libraries read parts of it over HTTP.",
            holds="geometry",
        ),
        Format(
            "kml",
            ".kml",
            "KML 2.2",
            "application/vnd.google-earth.kml+xml",
            "Open it in Google Earth (File, Open, or drag it onto the globe).",
            many=True,
            any_crs=False,
            holds="geometry",
        ),
        Format(
            "kmz",
            ".kmz",
            "KML 2.2, zipped",
            "application/vnd.google-earth.kmz",
            "Open it in Google Earth.",
            many=True,
            any_crs=False,
            holds="geometry",
        ),
        Format(
            "pmtiles",
            ".pmtiles",
            "PMTiles 3 with vector tiles",
            "application/vnd.pmtiles",
            "Drag it into pmtiles.io, or give it to MapLibre GL from any web server that answers "
            "range requests. QGIS 3.34 and newer open it as a vector tile layer.",
            many=True,
            any_crs=False,
            holds="lines",
        ),
        Format(
            "duckdb",
            ".duckdb",
            "DuckDB",
            "application/vnd.duckdb",
            "DuckDB 1.5 or newer: `duckdb FILE`, then `SHOW ALL TABLES`. `LOAD spatial` adds "
            "measuring and joining by place.",
            many=True,
            whole=True,
        ),
        Format(
            "csv",
            ".csv",
            "CSV with WKT",
            "text/csv",
            "Any spreadsheet (UTF-8, comma). QGIS: Add Delimited Text Layer, WKT, field "
            "`geometry_wkt`. The file `-metadata.json` beside it describes the columns.",
        ),
        Format(
            "shp",
            ".shp",
            "Shapefile",
            "application/vnd.shp",
            "Any GIS. Names have at most 10 characters, texts at most 254 bytes; the `.txt` beside "
            "it says what the columns are.",
        ),
    )
}

#: The QGIS project of the folder, which shows the layers of its GeoPackage.
PROJECT = Format(
    "qgz",
    ".qgz",
    "QGIS project",
    "application/zip",
    "Open it in QGIS 3.22 or newer; it reads the GeoPackage beside it: keep the two in one "
    "folder. Spatial bookmarks lead to Khorgos, Dostyk, Khan Tengri, Arkankergen and "
    "Xinjiang; Project, Layouts holds a page to print.",
    many=True,
)
#: Formats in ``geodata/export``, in the order of its README.
IN_FOLDER = {"gpkg": FORMATS["gpkg"], "qgz": PROJECT} | FORMATS
