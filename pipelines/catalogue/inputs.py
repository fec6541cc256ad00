"""Any product list, folder or bucket as garments: `open_input` → `Input`."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, replace
from itertools import islice
from pathlib import Path, PurePosixPath
from urllib.parse import urlsplit

from fashion_models.errors import (
    BadInputError,
    FashionModelsError,
    ManifestError,
    ObjectMissingError,
    PhotoError,
    StageError,
)
from fashion_models.photo import MAX_BYTES
from fashion_models.pipelines.catalogue import feeds, listing
from fashion_models.pipelines.catalogue.dialects import DIALECTS, Dialect, dialect_of
from fashion_models.pipelines.catalogue.model import Source
from fashion_models.pipelines.catalogue.products import (
    Entry,
    Problem,
    Product,
    Reading,
    each_product,
    products_of,
)
from fashion_models.pipelines.catalogue.tables import Table, read_table
from fashion_models.pipelines.catalogue.web import fetch
from fashion_models.pipelines.storage import open_storage, split_object

#: Pictures that are looked at side by side while a job is planned.
_LOOKS = 16
#: Garments that are in hand while their pictures are looked at.
_WINDOW = 64
#: Endings of files that hold a product list.
_LISTS = (".csv", ".tsv", ".txt", ".xml", ".rss", ".json", ".jsonl", ".ndjson", ".parquet")
#: Endings that are certainly no garment photo.
_NO_PHOTOS = (
    *(".gif", ".svg", ".tif", ".tiff", ".bmp", ".heic", ".heif", ".avif", ".psd", ".raw", ".ico"),
    *(".pdf", ".txt", ".csv", ".html", ".htm", ".json", ".xml", ".zip", ".mp4", ".mov", ".webm"),
)


@dataclass(frozen=True, kw_only=True)
class Input:
    """A catalogue that was recognised.

    Attributes:
        reading: How it was understood.
        garments: Reads it from the start: garments, and rows that are none, with pictures not yet looked at.
        table: The table it came from; None for anything else.
        dialect: The table's dialect.
    """

    reading: Reading
    garments: Callable[[], Iterator[Product | Problem]]
    table: Table | None = None
    dialect: Dialect | None = None


def open_input(where: str) -> Input:
    """Recognise a folder, a bucket's prefix, an inventory or a product list.

    Args:
        where: A path or an ``s3://`` address.

    Raises:
        ManifestError: It is there but of no kind that is known.
        ObjectMissingError: There is nothing of that name.
        StorageAccessError: It may not be read.
    """
    path = urlsplit(where).path if where.startswith("s3://") else where
    local = None if "://" in where else Path(where)
    if local is not None and not local.exists():
        raise ObjectMissingError(f"there is no '{where}';", cure="check the path.")
    if (local is not None and local.is_dir()) or not path.lower().endswith(_LISTS):
        if local is not None and not local.is_dir():
            raise ManifestError(
                f"'{where}' is neither a folder nor a product list;",
                limit=f"lists end in {', '.join(_LISTS)}.",
            )
        return _of_listing(where)
    where = where if local is None else str(local.absolute())
    store, key = split_object(where)
    data = open_storage(store).get(key)
    return _of_list(data, where, key.rpartition("/")[2])


def _of_listing(where: str) -> Input:
    name = where.partition("?")[0].rstrip("/").rpartition("/")[2] or where
    if next(listing.list_store(where), None) is None:
        raise ManifestError(f"'{where}' holds no file;", cure="check the path.")

    def garments() -> Iterator[Product | Problem]:
        return each_product(listing.entries_of(listing.list_store(where), name))

    kind = "S3 prefix" if where.startswith("s3://") else "folder"
    return Input(reading=Reading(kind=kind, name=name, notes=(_LISTING_NOTE,)), garments=garments)


_LISTING_NOTE = (
    "the file's name is the article's number; NAME-back is the back of NAME; "
    "words in folders and names say category and gender"
)


def _of_list(data: bytes, where: str, name: str) -> Input:
    if data[:4] == b"PAR1":
        return _of_entries("Parquet manifest", where, name, lambda: feeds.parquet(data, name))
    head = data[:2000].lstrip(b"\xef\xbb\xbf \t\r\n")
    if head.startswith(b"<"):
        google = next(dialect for dialect in DIALECTS if dialect.name == "Google feed")
        rows = feeds.google_xml
        reading = Reading(kind="Google feed (XML)", name=name)
        return Input(
            reading=reading,
            garments=lambda: products_of(_resolved(google.entries(rows(data, name)), where)),
            dialect=google,
        )
    if head.startswith(b"{"):
        if listing.is_inventory(data):
            return Input(
                reading=Reading(kind="S3 Inventory", name=name, notes=(_LISTING_NOTE,)),
                garments=lambda: each_product(listing.entries_of(listing.inventory(data, where), name)),
            )
        return _of_entries("JSONL manifest", where, name, lambda: feeds.jsonl(data, name))
    return _of_table(data, where, name)


def _of_entries(kind: str, where: str, name: str, read: Callable[[], Iterator[Entry | Problem]]) -> Input:
    return Input(
        reading=Reading(kind=kind, name=name), garments=lambda: each_product(_resolved(read(), where))
    )


def _of_table(data: bytes, where: str, name: str) -> Input:
    try:
        table = read_table(data)
        dialect = dialect_of(table.header)
    except ManifestError as error:
        raise ManifestError(f"'{name}': {error.what}", limit=error.limit, cure=error.cure) from error

    def entries() -> Iterator[Entry | Problem]:
        problems: list[Problem] = []
        sound = (
            (f"{name}:{line}", cells)
            for line, cells in table.rows(lambda line, why: problems.append(_torn(f"{name}:{line}", why)))
        )
        yield from dialect.entries(sound)
        yield from problems

    return Input(
        reading=Reading(
            kind=dialect.name,
            name=name,
            columns=dialect.found(table.header),
            encoding=table.encoding.removesuffix("-sig"),
            delimiter=table.delimiter,
        ),
        garments=lambda: products_of(_resolved(entries(), where)),
        table=table,
        dialect=dialect,
    )


def _torn(row: str, why: str) -> Problem:
    return Problem(row=row, sku="", reason="row", message=why)


def _resolved(entries: Iterable[Entry | Problem], where: str) -> Iterator[Entry | Problem]:
    """Entries whose pictures have whole addresses; one with an impossible address becomes a problem."""
    _, _, settings = where.partition("?")
    folder = where.partition("?")[0].rpartition("/")[0]
    for entry in entries:
        if isinstance(entry, Problem):
            yield entry
            continue
        try:
            yield replace(
                entry,
                front=_address(entry.front, folder, settings),
                back=_address(entry.back, folder, settings),
            )
        except BadInputError as error:
            reason = "wrong_type" if isinstance(error, PhotoError) else "unreachable"
            yield Problem(row=entry.row, sku=entry.id, reason=reason, message=str(error))


def _address(given: str, folder: str, settings: str) -> str:
    """The whole address of a picture that a list names; one without scheme lies beside the list.

    Raises:
        PhotoError: Its ending is not a photo's.
        ManifestError: It is of another kind, or lies outside the list's folder.
    """
    if not given:
        return ""
    scheme, mark, _ = given.partition("://")
    if mark and scheme.lower() not in ("http", "https", "s3"):
        raise ManifestError(f"'{given}' is no address that is fetched;", limit="http, https and s3 are.")
    path = urlsplit(given).path if mark else given
    ending = PurePosixPath(path).suffix.lower()
    if ending in _NO_PHOTOS:
        raise PhotoError(f"'{given}' is no photo that can be read;", limit="JPEG, PNG and WebP are.")
    if given.startswith("s3://"):
        return given if "?" in given or not settings else f"{given}?{settings}"
    if mark:
        return given
    parts = given.replace("\\", "/").strip("/").split("/")
    if any(part in ("", ".", "..") for part in parts) or ":" in parts[0]:
        raise ManifestError(
            f"'{given}' leads out of the list's folder;", cure="put the pictures beside the list."
        )
    return f"{folder}/{'/'.join(parts)}" + (f"?{settings}" if settings else "")


def examine(garments: Iterable[Product | Problem]) -> Iterator[Product | Problem]:
    """Look at every picture before anything runs, several at once, in order.

    Yields:
        Garments with the tags or digests of their pictures, by which a later change is noticed; a garment
        whose picture cannot be had becomes a problem.
    """
    waiting = iter(garments)
    with ThreadPoolExecutor(_LOOKS, thread_name_prefix="examine") as pool:
        window: list[Future[Product | Problem]] = [
            pool.submit(_examined, g) for g in islice(waiting, _WINDOW)
        ]
        while window:
            yield window.pop(0).result()
            window += [pool.submit(_examined, g) for g in islice(waiting, 1)]


def _examined(garment: Product | Problem) -> Product | Problem:
    if isinstance(garment, Problem):
        return garment
    try:
        back = garment.back_photo
        return replace(
            garment,
            photo=look_at(garment.photo),
            back_photo=None if back is None else look_at(back),
        )
    except FashionModelsError as error:
        reason = "wrong_type" if isinstance(error, PhotoError) else "unreachable"
        return Problem(row=garment.row, sku=garment.name, reason=reason, message=str(error))


def look_at(source: Source) -> Source:
    """A picture's source with what tells a later change: its store's tag, or its bytes' digest.

    Raises:
        BadInputError: There is no such picture, it is none, or it may not be read.
        StageError: Its store or server does not answer.
    """
    if source.etag:
        return source
    if source.uri.startswith(("http://", "https://")):
        return _look_at_web(source)
    store, key = split_object(source.uri)
    found = open_storage(store).head(key)
    if found is None:
        raise ObjectMissingError(f"'{source.uri}' is not there.")
    if found.size > MAX_BYTES:
        raise PhotoError(
            f"'{source.uri}' has {found.size / 1e6:.1f} MB.",
            limit=f"At most {MAX_BYTES // 10**6} MB are read.",
        )
    if not source.uri.startswith("s3://"):
        _check_beginning(Path(source.uri))
    return replace(source, etag=found.etag)


def _look_at_web(source: Source) -> Source:
    try:
        etag = fetch(source.uri, head=True).etag
    except (ObjectMissingError, StageError):
        etag = ""  # some servers know no HEAD: what GET says counts
    if etag:
        return replace(source, etag=etag)
    data = fetch(source.uri).data
    return replace(source, sha256=source.sha256 or hashlib.sha256(data).hexdigest())


def _check_beginning(path: Path) -> None:
    """Refuse a local file that begins like no photo."""
    with path.open("rb") as stream:
        first = stream.read(12)
    sound = first.startswith((b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n")) or first[8:12] == b"WEBP"
    if not sound:
        raise PhotoError(f"'{path.name}' is not a picture we can read (it begins with {first[:8]!r}).")
