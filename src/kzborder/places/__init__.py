"""What users bring: files and frames of places, read by one policy."""
