"""Pages: any folium map as one file that opens without a network, and the elements of ours."""
