"""``python -m kzborder`` is the command line."""

from kzborder.cli.commands import main

main()
