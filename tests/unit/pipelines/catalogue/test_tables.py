"""`pipelines.catalogue.tables`: every cell comes back, however the table was saved."""

from __future__ import annotations

import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fashion_models.errors import ManifestError
from fashion_models.pipelines.catalogue.tables import decode_text, read_table

CELLS = st.text(
    st.characters(codec="utf-8", exclude_characters="\0\r", exclude_categories=("Cs", "Cc")), max_size=12
) | st.sampled_from(['5" inseam', "a,b", "a;b", "a\tb", "line\nbreak", "连衣裙", "Größe"])


def saved(rows: list[list[str]], separator: str, encoding: str, ending: str) -> bytes:
    text = io.StringIO(newline="")
    csv.writer(text, delimiter=separator, lineterminator=ending).writerows(rows)
    return text.getvalue().encode(encoding)


@given(
    rows=st.lists(st.lists(CELLS, min_size=3, max_size=3), max_size=6),
    separator=st.sampled_from([",", ";", "\t", "|"]),
    encoding=st.sampled_from(["utf-8", "utf-8-sig", "utf-16", "utf-32"]),
    ending=st.sampled_from(["\n", "\r\n"]),
)
def test_every_cell_comes_back(rows: list[list[str]], separator: str, encoding: str, ending: str) -> None:
    header = ["Handle", "Title", "Image Src"]
    table = read_table(saved([header, *rows], separator, encoding, ending))
    assert table.header == tuple(header)
    assert table.delimiter == separator
    found = [row for _, row in table.records()]
    assert found == [row for row in rows if any(cell.strip() for cell in row)]


def test_a_row_is_named_by_the_line_it_begins_on() -> None:
    table = read_table(b'a,b\n1,"two\nlines"\n\n3,4\n')
    assert [line for line, _ in table.records()] == [2, 5]


@pytest.mark.parametrize(
    ("text", "encoding", "name"),
    [
        ("Größe für Männer: à la carte", "windows-1252", "windows-1252"),
        ("连衣裙,半身裙,女装", "gb18030", "gb18030"),
        ("连衣裙", "utf-8-sig", "utf-8-sig"),
        ("naïve", "utf-8", "utf-8"),
    ],
)
def test_encodings_are_told_apart(text: str, encoding: str, name: str) -> None:
    assert decode_text(text.encode(encoding)) == (text, name)


def test_excels_separator_line_is_obeyed_and_not_read() -> None:
    table = read_table(b"sep=;\nid;image_link,x\n1;2\n")
    assert table.header == ("id", "image_link,x")
    assert list(table.records()) == [(3, ["1", "2"])]


@pytest.mark.parametrize("data", [b"", b"\n\n", b",,\n"])
def test_an_empty_table_is_refused(data: bytes) -> None:
    with pytest.raises(ManifestError, match="the table is empty"):
        read_table(data)


def test_a_spreadsheet_is_no_text() -> None:
    with pytest.raises(ManifestError, match=r"no text.*save the table as CSV in UTF-8"):
        read_table(b"PK\x03\x04\0\0")


def rows_of(data: bytes) -> tuple[list[tuple[int, dict[str, str]]], list[tuple[int, str]]]:
    torn: list[tuple[int, str]] = []
    rows = [
        (line, dict(cells))
        for line, cells in read_table(data).rows(lambda line, why: torn.append((line, why)))
    ]
    return rows, torn


def test_a_row_with_too_many_cells_is_told_and_the_next_is_read() -> None:
    rows, torn = rows_of(b"id,title\n1,a,b\n2,c\n")
    assert rows == [(3, {"id": "2", "title": "c"})]
    assert torn == [(2, "3 cells under a header of 2; quote cells that hold separators.")]


def test_a_quotation_mark_that_never_closes_is_told() -> None:
    rows, torn = rows_of(b'id,title,x\n1,a,b\n2,"c\n3,d,e\n4,f,g\n')
    assert [line for line, _ in rows] == [2]
    assert torn == [(3, "a quotation mark that opens here is never closed.")]


def test_a_short_row_has_empty_cells_and_a_doubled_column_keeps_its_first() -> None:
    rows, _ = rows_of(b"ID,Title,Title,x\n1,a,b\n")
    assert rows == [(2, {"id": "1", "title": "a", "x": ""})]
