"""The line alone: geodesy, linear referencing, exact and fast search, rulers."""
