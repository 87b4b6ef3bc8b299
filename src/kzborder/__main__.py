"""``python -m kzborder`` is the command line."""

from kzborder.cli import main

main()
