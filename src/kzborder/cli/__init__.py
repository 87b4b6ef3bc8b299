"""The command line ``kzborder``."""
