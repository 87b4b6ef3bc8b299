#!/bin/sh
# Make sure that QGIS, GDAL and PostGIS are there for their tests: installed ones, else Debian's packages.
if /usr/bin/python3 -c 'import qgis.core' >/dev/null 2>&1 && command -v ogrinfo >/dev/null 2>&1 \
  && ls /usr/share/postgresql/*/extension/postgis.control >/dev/null 2>&1; then
  exit 0
fi
if command -v apt-get >/dev/null 2>&1 && [ "$(id -u)" = 0 ]; then
  echo "installing QGIS, GDAL and PostGIS for the tests of the exports ..."
  if apt-get update -qq && DEBIAN_FRONTEND=noninteractive \
     apt-get install -y -qq --no-install-recommends python3-qgis gdal-bin python3-gdal postgresql-postgis \
     >/dev/null; then
    exit 0
  fi
fi
echo "QGIS or PostGIS was not found: install python3-qgis, gdal-bin and postgresql-postgis to run their tests (they are skipped)" >&2
exit 0
