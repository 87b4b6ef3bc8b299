"""QGIS: styles of the layers, kept in the GeoPackage, and a project that opens it."""
