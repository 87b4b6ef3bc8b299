"""Build, check and compare the data."""
