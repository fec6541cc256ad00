"""Product lists that are no tables: Google's XML feed, and our own JSONL and Parquet manifests."""

from __future__ import annotations

import io
import json
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from fashion_models.errors import ManifestError
from fashion_models.pipelines.catalogue.products import Entry, Problem

#: Rows of a Parquet file that are held at once.
_BATCH = 1000

#: Fields of a manifest's line; the names are Google's but for the pictures.
FIELDS = (
    "sku",
    "variant_id",
    "item_group_id",
    "title",
    "category",
    "product_type",
    "google_product_category",
    "gender",
    "age_group",
    "color",
    "size",
    "images",
)


def google_xml(data: bytes, name: str) -> Iterator[tuple[str, Mapping[str, str]]]:
    """Rows of an RSS or Atom product feed, with the column names of the tab-separated one.

    Raises:
        ManifestError: It is no XML, or holds what a feed has no use for, such as entities.
    """
    from xml.etree.ElementTree import ParseError

    from defusedxml.common import DefusedXmlException
    from defusedxml.ElementTree import iterparse

    number = 0
    try:
        for _, element in iterparse(io.BytesIO(data), events=("end",)):
            if _local(element.tag) not in ("item", "entry"):
                continue
            number += 1
            cells: dict[str, list[str]] = {}
            for child in element:
                content = next((part for part in child if _local(part.tag) == "content"), child)
                cells.setdefault(_local(child.tag), []).append((content.text or "").strip())
            yield f"{name}:#{number}", {key: ",".join(filter(None, texts)) for key, texts in cells.items()}
            element.clear()
    except ParseError as error:
        raise ManifestError(
            f"'{name}' is not sound XML ({error});", cure="download the feed again."
        ) from error
    except DefusedXmlException as error:
        raise ManifestError(
            f"'{name}' declares entities, which no product feed needs;", cure="export the feed again."
        ) from error


def _local(tag: str) -> str:
    """A tag without its namespace."""
    return tag.rpartition("}")[2]


def jsonl(data: bytes, name: str) -> Iterator[Entry | Problem]:
    """Entries of a manifest with one JSON object per line; a line that is none is that line's problem."""
    for line, text in enumerate(io.BytesIO(data), 1):
        if not text.strip():
            continue
        row = f"{name}:{line}"
        try:
            values = json.loads(text.decode("utf-8-sig" if line == 1 else "utf-8"))
        except ValueError as error:
            yield Problem(row=row, sku="", reason="row", message=f"this line is no JSON ({error}).")
            continue
        yield _entry(row, values)


def parquet(data: bytes, name: str) -> Iterator[Entry | Problem]:
    """Entries of a manifest with the same fields in Parquet.

    Raises:
        ManifestError: It is no Parquet file, or has no column 'sku' and 'images'.
    """
    import pyarrow
    import pyarrow.parquet

    try:
        file = pyarrow.parquet.ParquetFile(io.BytesIO(data))
    except (pyarrow.ArrowException, OSError) as error:
        raise ManifestError(f"'{name}' is no sound Parquet file ({error});") from error
    there = [field for field in FIELDS if field in file.schema_arrow.names]
    if not {"sku", "images"} <= set(there):
        raise ManifestError(
            f"'{name}' has the columns {', '.join(file.schema_arrow.names)};", cure="it needs sku and images."
        )
    number = 0
    for batch in file.iter_batches(batch_size=_BATCH, columns=there):
        for values in batch.to_pylist():
            number += 1
            yield _entry(
                f"{name}:{number}", {key: value for key, value in values.items() if value is not None}
            )


def _entry(row: str, values: Any) -> Entry | Problem:
    """One line of a manifest."""
    if not isinstance(values, dict):
        return Problem(row=row, sku="", reason="row", message="this line is no JSON object.")
    sku = str(values.get("sku", ""))
    unknown = sorted(set(values) - set(FIELDS))
    if unknown:
        return Problem(
            row=row,
            sku=sku,
            reason="row",
            message=f"unknown: {', '.join(unknown)}; known are {', '.join(FIELDS)}.",
        )
    pictures = _pictures(values.get("images"))
    if pictures is None:
        message = "images is a list of {uri, view, sha256}; view is front or back."
        return Problem(row=row, sku=sku, reason="row", message=message)
    front = next((p for p in pictures if p.get("view", "front") == "front"), {})
    back = next((p for p in pictures if p.get("view") == "back"), {})
    group = str(values.get("item_group_id", ""))
    variant = str(values.get("variant_id", "")) or (sku if group else "")

    def text(field: str) -> str:
        return str(values.get(field, ""))

    return Entry(
        row=row,
        sku=group or sku,
        variant="" if variant == (group or sku) else variant,
        title=text("title"),
        front=front.get("uri", ""),
        back=back.get("uri", ""),
        categories=(text("category"), text("product_type"), text("google_product_category")),
        genders=(text("gender"),),
        age_group=text("age_group"),
        colour=text("color"),
        size=text("size"),
        sha256=front.get("sha256", ""),
        back_sha256=back.get("sha256", ""),
    )


def _pictures(given: Any) -> list[dict[str, str]] | None:
    """The pictures of a line; None if they are written in no way that is known."""
    if given is None:
        return []
    if not isinstance(given, Iterable) or isinstance(given, str | dict):
        return None
    found = []
    for picture in given:
        one = {"uri": picture} if isinstance(picture, str) else picture
        if not isinstance(one, dict) or not set(one) <= {"uri", "view", "sha256"}:
            return None
        one = {key: str(value) for key, value in one.items() if value}
        if one.get("view", "front") not in ("front", "back"):
            return None
        found.append(one)
    return found
