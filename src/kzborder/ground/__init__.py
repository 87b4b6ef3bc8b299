"""The basemap of our maps, drawn from our own layers: relief, outlines, water and names."""
