"""Text files of several megabytes, read block by block."""

from __future__ import annotations

import csv
import io
import random

import pytest

from kzborder.places.tables import open_table, row_end

CELLS = ["", "plain", "a,b", 'he said "no"', "two\nlines", "\r\n", '"', "Шелек", ",", '"\n"']


def text_of(rows: list[list[str]], **how) -> str:
    out = io.StringIO(newline="")
    writer = csv.writer(out, **how)
    writer.writerows([["id", "lon", "lat", "note"], *rows])
    return out.getvalue()


def rows_of(seed: int, n: int) -> list[list[str]]:
    rng = random.Random(seed)
    return [[str(i), f"80.{i}", f"44.{i}", rng.choice(CELLS) * rng.randint(1, 3)] for i in range(n)]


@pytest.fixture(scope="module")
def rows():
    return rows_of(1, 120_000)


def read(path, skip: int = 0, marks: dict[int, int] | None = None) -> list[list[str]]:
    table = open_table(path)
    table.marks.update(marks or {})
    return [[*row.values()] for b in table.batches(50_000, skip) for row in b.to_pylist()]


@pytest.mark.parametrize(
    ("encoding", "how"),
    [
        ("utf-8", {}),
        ("utf-8", {"lineterminator": "\n", "quoting": csv.QUOTE_ALL}),
        ("utf-16", {"lineterminator": "\n"}),
    ],
)
def test_rows_are_those_of_the_standard_reader(rows, tmp_path, encoding, how):
    """Of three to eight blocks, with quotes, separators and line breaks in cells."""
    path = tmp_path / "big.csv"
    text = text_of(rows, **how)
    path.write_bytes(text.encode(encoding))
    expected = [r for r in csv.reader(io.StringIO(text, newline="")) if r][1:]
    assert read(path) == expected
    assert read(path, 99_999) == expected[99_999:]


def test_quotes_within_cells_are_letters(tmp_path):
    """`5" pipe` opens no cell, wherever blocks begin."""
    path = tmp_path / "pipes.csv"
    lines = [f'{i},80.1,44.2,{"x" if i % 3 else 5}" pipe' for i in range(90_000)]
    path.write_text("id,lon,lat,note\n" + "\n".join(lines))
    found = read(path)
    assert len(found) == len(lines)
    assert [",".join(r) for r in found[::997]] == lines[::997]


def test_reading_goes_on_from_a_mark(rows, tmp_path):
    """Without a look at what is before: that part of the file is overwritten here."""
    path = tmp_path / "big.csv"
    path.write_bytes(text_of(rows).encode())
    table = open_table(path)
    before = [b.to_pylist() for b in table.batches(50_000)]
    assert len(table.marks) > 2
    row, byte = table.mark(100_000)
    assert 0 < row <= 100_000
    kept = table.marks.copy()
    head = len(b"id,lon,lat,note\r\n")
    with path.open("r+b") as file:
        file.seek(head)
        file.write(b"0,80.1,44.2,x\r\n" + b"x" * (byte - head - 15))
    after = read(path, 100_000, {row: byte})
    assert after == [[*r.values()] for r in before[2]]
    assert read(path, row, kept)[0][0] == str(row)


@pytest.mark.parametrize("seed", range(3))
def test_a_block_ends_with_a_row(seed):
    """At every length of a text: the rows before the end and after it are all rows."""
    rng = random.Random(seed)
    cells = ["a", '"b"', '"c\nd"', '"e""f"', '5" p', "", '""', '"g,h"']
    rows = [",".join(rng.choices(cells, k=3)) for _ in range(40)]
    ends, whole = [0], ""
    for row in rows:
        whole += row + "\n"
        ends.append(len(whole))
    for n in range(len(whole) + 1):
        assert row_end(whole[:n].encode(), b",") == max(e for e in ends if e <= n)


@pytest.mark.parametrize("words", [["--to", "out.csv"], ["--format", "csv"]])
def test_formulas_are_kept_and_said(words, tmp_path, monkeypatch, run):
    """A spreadsheet runs what begins with =, so that other people's texts become programs."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "e.csv").write_text('lat,lon,=a,b\n44.21,80.41,"=HYPERLINK(""x"")",-5\n')
    code, out, err = run("locate", "e.csv", *words)
    assert code == 0
    assert "kzborder: 2 cells begin like formulas, which spreadsheets run: import them" in err
    text = out or (tmp_path / "out.csv").read_text()
    assert '"=HYPERLINK(""x"")"' in text
