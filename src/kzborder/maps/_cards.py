"""Texts of the cards that a click on a map opens: values as text, and sources as links."""

from __future__ import annotations

from typing import Any

import pandas as pd

from kzborder.maps._markup import text


class Citations:
    """The layer of sources, as pieces of text that ``inline`` in ``page.js`` takes."""

    def __init__(self, frame: pd.DataFrame) -> None:
        self.rows = {row["source_id"]: row for row in frame.to_dict("records")}

    def one(self, source_id: str) -> dict[str, str] | str:
        """Publisher and date of a source, and whether it is a copy, linked to its address."""
        row = self.rows.get(source_id)
        if row is None:
            return source_id
        dated = (
            row["date"] if text(row["date"]) else None,
            "copy" if row["grade"] == "copy" else None,
        )
        words = text(row["publisher"], *dated, between=", ")
        return {"text": words, "href": str(row["url"])} if text(row["url"]) else words

    def of(self, row: dict[str, Any]) -> list[dict[str, str] | str]:
        """All sources of a row, the main one first."""
        ids = [row["source_id"], *row["other_source_ids"]]
        found = {str(c): c for c in (self.one(i) for i in ids)}
        return list(found.values())

    def event(self, row: dict[str, Any], what: str) -> list[Any]:
        """Date, and what a source says of it."""
        note = f" ({row['note']})" if text(row["note"]) else ""
        return [
            text(row["date"]) or "undated",
            [f"{row[what]}{note}. ", self.one(row["source_id"])],
        ]
