"""What is being done, on standard error, while a person waits."""

from __future__ import annotations

from rich.console import Console
from rich.text import Text

from kzborder.cli.messages import say, visible


class Progress:
    """Show what is being done, on standard error, if a person is watching."""

    def __enter__(self) -> Progress:
        console = Console(stderr=True, markup=False, emoji=False, highlight=False)
        self._status = console.status("starting") if console.is_terminal else None
        if self._status:
            self._status.start()
        return self

    def __call__(self, text: str) -> None:
        """Show the step at hand."""
        if self._status:
            self._status.update(Text(visible(text)))
        else:
            say(visible(text))

    def __exit__(self, *_: object) -> None:
        if self._status:
            self._status.stop()
