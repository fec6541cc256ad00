"""Tables as sellers save them: encodings, separators, quoted line breaks."""

from __future__ import annotations

import codecs
import csv
import io
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from fashion_models.errors import ManifestError

#: Longest cell that is read; descriptions in HTML are long.
_CELL = 4_000_000
_BOMS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_SEPARATORS = (",", ";", "\t", "|")


@dataclass(frozen=True, kw_only=True)
class Table:
    """A table's text and how it was read.

    Attributes:
        text: Decoded, without byte order mark.
        encoding: For example 'utf-8', or 'utf-8-sig' with a byte order mark.
        delimiter: Between columns.
        header: Names of the columns as they stand.
        start: Characters of ``text`` before the header: Excel's 'sep=;' line.
    """

    text: str
    encoding: str
    delimiter: str
    header: tuple[str, ...]
    start: int = 0

    def records(self) -> Iterator[tuple[int, list[str]]]:
        """Rows below the header with the line they begin on; empty ones are left out.

        Raises:
            ManifestError: A row breaks the rules of quoting.
        """
        first = self.text[: self.start].count("\n") + 1
        reader = csv.reader(io.StringIO(self.text[self.start :], newline=""), delimiter=self.delimiter)
        begins = first
        try:
            for number, row in enumerate(reader):
                if number and any(cell.strip() for cell in row):
                    yield begins, row
                begins = first + reader.line_num
        except csv.Error as error:
            raise ManifestError(
                f"line {begins} cannot be read ({error});", cure="save the table again as CSV in UTF-8."
            ) from error

    def rows(self, torn: Callable[[int, str], None]) -> Iterator[tuple[int, Mapping[str, str]]]:
        """Rows as mappings from the lower-case column name; missing cells are ''.

        Args:
            torn: Told the line of a row that does not fit its header, and why; that row is left out.
        """
        names = [name.strip().lower() for name in self.header]
        for line, row in self.records():
            if any(cell.strip() for cell in row[len(names) :]):
                torn(
                    line,
                    f"{len(row)} cells under a header of {len(names)}; quote cells that hold separators.",
                )
            elif len(row) < len(names) and row[-1].count("\n") > 1:
                torn(line, "a quotation mark that opens here is never closed.")
            else:
                cells: dict[str, str] = dict.fromkeys(names, "")
                for name, cell in zip(reversed(names[: len(row)]), reversed(row[: len(names)]), strict=True):
                    cells[name] = cell.strip() or cells[name]
                yield line, cells


def read_table(data: bytes) -> Table:
    """Decode a table and find its columns.

    Raises:
        ManifestError: It is empty, or no text.
    """
    csv.field_size_limit(_CELL)
    text, encoding = decode_text(data)
    hint = re.match(r'"?sep=(.)"?\r?\n', text)
    start = hint.end() if hint else 0
    separators = (hint.group(1),) if hint else _SEPARATORS
    best: tuple[str, list[str]] = (",", [])
    for separator in separators:
        header = _header(text[start:], separator)
        if len(header) > len(best[1]):
            best = (separator, header)
    if not any(name.strip() for name in best[1]):
        raise ManifestError("the table is empty;", cure="its first row names the columns.")
    return Table(text=text, encoding=encoding, delimiter=best[0], header=tuple(best[1]), start=start)


def _header(text: str, separator: str) -> list[str]:
    try:
        return next(csv.reader(io.StringIO(text, newline=""), delimiter=separator), [])
    except csv.Error:
        return []


def decode_text(data: bytes) -> tuple[str, str]:
    """Text and its encoding: by byte order mark, else UTF-8, else GB 18030 or Windows-1252.

    Raises:
        ManifestError: It holds bytes that no text has.
    """
    for mark, encoding in _BOMS:
        if data.startswith(mark):
            return _decode(data, encoding), encoding
    if b"\0" in data:
        raise ManifestError("this is no text (it holds zero bytes);", cure="save the table as CSV in UTF-8.")
    try:
        return data.decode("utf-8"), "utf-8"
    except UnicodeDecodeError:
        encoding = "gb18030" if _looks_chinese(data) else "windows-1252"
        return _decode(data, encoding), encoding


def _decode(data: bytes, encoding: str) -> str:
    try:
        return data.decode(encoding).removeprefix("\ufeff")
    except UnicodeDecodeError as error:
        raise ManifestError(
            f"byte {error.start} is not {encoding};", cure="save the table as CSV in UTF-8."
        ) from error


def _looks_chinese(data: bytes) -> bool:
    """GB codes put high bytes in pairs; Western letters with accents stand alone."""
    runs = re.findall(rb"[\x80-\xff]+", data)
    return sum(len(run) % 2 == 0 for run in runs) > len(runs) / 2
