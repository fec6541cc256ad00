"""Pictures without a list: a folder, a prefix, an S3 Inventory. File names are the article numbers."""

from __future__ import annotations

import csv
import gzip
import io
import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import unquote_plus

from fashion_models.errors import ManifestError
from fashion_models.pipelines.catalogue.products import Entry
from fashion_models.pipelines.storage import Storage, open_storage, split_object

#: Endings of files that may be garment photos.
PHOTO_ENDINGS = (".jpg", ".jpeg", ".png", ".webp")

_SIDE = re.compile(r"[-_ ](front|back|rear|正面|背面)$", re.IGNORECASE)


@dataclass(frozen=True, kw_only=True)
class Found:
    """A file in a listing.

    Attributes:
        key: Its name below the listing's root.
        uri: How `read_source` gets it.
        etag: Its tag in the store.
    """

    key: str
    uri: str
    etag: str


def list_store(where: str) -> Iterator[Found]:
    """Every file below a folder or prefix, hidden ones left out."""
    storage = open_storage(where)
    for stat in storage.list():
        if not any(part.startswith(".") for part in stat.key.split("/")):
            yield Found(key=stat.key, uri=object_uri(storage, stat.key), etag=stat.etag)


def object_uri(storage: Storage, key: str) -> str:
    """The address of an object in a store."""
    address, _, settings = storage.url.partition("?") if "://" in storage.url else (storage.url, "", "")
    return f"{address.rstrip('/')}/{key}" + (f"?{settings}" if settings else "")


def entries_of(files: Iterable[Found], name: str) -> Iterator[Entry]:
    """One article per picture; 'tee-back.jpg' is the back of 'tee.jpg'. Folder names say what it is.

    Args:
        files: In any order.
        name: The listing's name, for messages.
    """
    fronts: dict[str, Entry] = {}
    backs: dict[str, Found] = {}
    clashing: list[Entry] = []
    for file in files:
        stem, ending = _split_ending(file.key)
        if ending not in PHOTO_ENDINGS:
            continue
        side = _SIDE.search(stem)
        article = stem[: side.start()] if side else stem
        if side and side.group(1).lower() not in ("front", "正面"):
            backs[article] = file
            continue
        folders, _, last = article.rpartition("/")
        entry = Entry(
            row=f"{name}:{file.key}",
            sku=article,
            title=last.replace("-", " ").replace("_", " "),
            front=file.uri,
            etag=file.etag,
            categories=(last.replace("_", " "), folders),
            genders=(folders, last.replace("_", " ")),
        )
        if article in fronts:
            clashing.append(entry)
        else:
            fronts[article] = entry
    for article, entry in fronts.items():
        back = backs.get(article)
        yield entry if back is None else replace(entry, back=back.uri, back_etag=back.etag)
    yield from clashing


def _split_ending(key: str) -> tuple[str, str]:
    stem, dot, ending = key.rpartition(".")
    return (stem, f".{ending.lower()}") if dot else (key, "")


def inventory(data: bytes, where: str) -> Iterator[Found]:
    """The files that an S3 Inventory report lists; the newest version of each, deleted ones left out.

    Args:
        data: The report's manifest.json.
        where: Address of manifest.json; its data files are read from the bucket that holds it.

    Raises:
        ManifestError: The report is of a format that is not read, or names no column 'Key'.
    """
    manifest = json.loads(data)
    store, _ = split_object(where)
    settings = store.partition("?")[2]
    columns = [name.strip() for name in str(manifest["fileSchema"]).split(",")]
    bucket = manifest["sourceBucket"]
    kind = str(manifest.get("fileFormat", "CSV")).upper()
    if kind not in ("CSV", "PARQUET"):
        raise ManifestError(f"the inventory is in {kind};", cure="have S3 write it as CSV or Parquet.")
    read = _csv_rows if kind == "CSV" else _parquet_rows
    storage = open_storage(store)
    for part in manifest["files"]:
        for row in read(storage.get(part["key"]), columns):
            if str(row.get("IsLatest", "true")).lower() == "false":
                continue
            if str(row.get("IsDeleteMarker", "false")).lower() == "true":
                continue
            key = row["Key"]
            uri = f"s3://{bucket}/{key}" + (f"?{settings}" if settings else "")
            yield Found(key=key, uri=uri, etag=str(row.get("ETag", "")).strip('"'))


def is_inventory(data: bytes) -> bool:
    """Is this the manifest.json of an S3 Inventory?"""
    try:
        values = json.loads(data)
    except ValueError:
        return False
    return isinstance(values, dict) and {"sourceBucket", "fileSchema", "files"} <= set(values)


def _csv_rows(data: bytes, columns: list[str]) -> Iterator[dict[str, Any]]:
    text = gzip.decompress(data) if data.startswith(b"\x1f\x8b") else data
    if "Key" not in columns:
        raise ManifestError("the inventory has no column 'Key'.")
    for cells in csv.reader(io.StringIO(text.decode("utf-8"), newline="")):
        row = dict(zip(columns, cells, strict=False))
        yield {**row, "Key": unquote_plus(row["Key"])}


def _parquet_rows(data: bytes, columns: list[str]) -> Iterator[dict[str, Any]]:
    import pyarrow.parquet

    del columns  # a Parquet file names its own, in lower case with underscores
    names = {"key": "Key", "e_tag": "ETag", "is_latest": "IsLatest", "is_delete_marker": "IsDeleteMarker"}
    file = pyarrow.parquet.ParquetFile(io.BytesIO(data))
    for batch in file.iter_batches(columns=[name for name in names if name in file.schema_arrow.names]):
        for row in batch.to_pylist():
            yield {names[name]: value for name, value in row.items()}
