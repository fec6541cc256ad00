"""The seller's own list with the pictures added: a copy beside the original, in the same dialect."""

from __future__ import annotations

import csv
import io
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from fashion_models.pipelines.catalogue.dialects import Dialect
from fashion_models.pipelines.catalogue.inputs import Input
from fashion_models.pipelines.catalogue.products import Product
from fashion_models.pipelines.catalogue.shops import split_pictures
from fashion_models.pipelines.catalogue.tables import Table


@dataclass(frozen=True, kw_only=True)
class Picture:
    """A picture to write into the list.

    Attributes:
        address: Where it is.
        text: What it shows, for people who cannot see it.
    """

    address: str
    text: str


@dataclass(frozen=True, kw_only=True)
class _Cell:
    """A column that holds several addresses: new ones are appended.

    Attributes:
        number: Columns that hold the row's own number; the first that is filled counts.
        column: Where the addresses are.
        separator: Between them.
        most: How many there may be.
    """

    number: tuple[str, ...]
    column: str
    separator: str = ","
    most: int = 1000


#: How each dialect takes more pictures; Shopify's takes rows instead.
_CELLS = {
    "WooCommerce CSV": _Cell(number=("sku", "id"), column="images", separator=", "),
    "Google feed": _Cell(number=("id",), column="further", most=10),
    "Magento CSV": _Cell(number=("sku",), column="further"),
}

#: A garment's name → its pictures.
Pictures = Mapping[str, Sequence[Picture]]
Record = list[str]


def list_with_pictures(source: Input, pictures: Pictures) -> tuple[str, bytes] | None:
    """The list's copy with pictures, and its name; None where the input is no shop's list.

    No cell of the seller's is changed but those that hold several pictures: new ones are appended there.
    """
    if source.dialect is None:
        return None
    wanted: dict[str, list[Picture]] = {}
    for product in source.garments():
        if isinstance(product, Product) and product.name in pictures:
            for number in _rows_of(product, source.dialect):
                wanted.setdefault(number, []).extend(pictures[product.name])
    stem, _, ending = source.reading.name.rpartition(".")
    if source.table is None:
        return f"{stem}.with-images.tsv", _supplement(wanted)
    table, columns = source.table, _Columns(source.table, source.dialect)
    if source.dialect.name in _CELLS:
        records = _in_cells(table, columns, wanted, _CELLS[source.dialect.name])
    else:
        records = _in_rows(table, columns, wanted)
    return f"{stem}.with-images.{ending}", _saved(table, [columns.header, *records])


def _rows_of(product: Product, dialect: Dialect) -> tuple[str, ...]:
    """Numbers of the rows that a garment's pictures are written to."""
    if dialect.name.startswith("Shopify"):
        return (product.sku,)
    return product.ids if product.variant or dialect.name == "Google feed" else (product.sku,)


def _saved(table: Table, records: Iterable[Record]) -> bytes:
    text = io.StringIO(newline="")
    ending = "\r\n" if "\r\n" in table.text else "\n"
    csv.writer(text, delimiter=table.delimiter, lineterminator=ending).writerows(records)
    return (table.text[: table.start] + text.getvalue()).encode(table.encoding, errors="replace")


def _supplement(wanted: Pictures) -> bytes:
    """Google's supplemental feed: the number and what is added to it."""
    text = io.StringIO(newline="")
    writer = csv.writer(text, delimiter="\t", lineterminator="\n")
    writer.writerow(["id", "additional_image_link"])
    most = _CELLS["Google feed"].most
    for number, pictures in wanted.items():
        writer.writerow([number, ",".join(picture.address for picture in pictures[:most])])
    return text.getvalue().encode()


class _Columns:
    """Finds the cells of a record by our names."""

    def __init__(self, table: Table, dialect: Dialect) -> None:
        self.dialect = dialect
        self.header = list(table.header)
        names = [name.strip().lower() for name in self.header]
        self.at = {ours: names.index(theirs) for ours, theirs in dialect.found(self.header).items()}

    def add(self, name: str) -> None:
        """Append a column if it is not there."""
        if name not in self.at:
            self.at[name] = len(self.header)
            self.header.append(self.dialect.columns[name][0])

    def get(self, record: Record, name: str) -> str:
        """The cell's text; '' where there is none."""
        index = self.at.get(name, len(record))
        return record[index].strip() if index < len(record) else ""

    def wide(self, record: Record) -> Record:
        """The record with a cell for every column."""
        return record + [""] * (len(self.header) - len(record))


def _in_cells(table: Table, columns: _Columns, wanted: Pictures, cell: _Cell) -> Iterator[Record]:
    """Every record, with addresses appended to its cell of pictures."""
    columns.add(cell.column)
    for _, record in table.records():
        number = next((found for name in cell.number if (found := columns.get(record, name))), "")
        there = columns.get(record, cell.column)
        room = max(0, cell.most - len(split_pictures(there)))
        added = [picture.address for picture in wanted.get(number, ())][:room]
        if added:
            record = columns.wide(record)
            record[columns.at[cell.column]] = cell.separator.join([*([there] if there else []), *added])
        yield record


def _in_rows(table: Table, columns: _Columns, wanted: Pictures) -> Iterator[Record]:
    """Every record; rows with pictures follow the last one of their article."""
    rows = [record for _, record in table.records()]
    handles = [columns.get(record, "handle") for record in rows]
    last = {handle: index for index, handle in enumerate(handles)}
    titles: dict[str, str] = {}
    counts: Counter[str] = Counter()
    for index, (handle, record) in enumerate(zip(handles, rows, strict=True)):
        titles.setdefault(handle, columns.get(record, "title"))
        counts[handle] += bool(columns.get(record, "picture"))
        yield record
        if last[handle] != index:
            continue
        for place, picture in enumerate(wanted.get(handle, ()), counts[handle] + 1):
            cells = {
                "handle": handle,
                "title": titles[handle],
                "picture": picture.address,
                "position": str(place),
                "alt": f"{titles[handle]}, {picture.text}".strip(", "),
            }
            new = columns.wide([])
            for name in cells.keys() & columns.at.keys():
                new[columns.at[name]] = cells[name]
            yield new
