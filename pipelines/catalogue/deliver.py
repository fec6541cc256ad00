"""Put a picture and its channels' files into the store, each created once and never overwritten."""

from __future__ import annotations

import hashlib
import json
import struct
import zlib
from collections.abc import Mapping
from typing import Any

from fashion_models.errors import FashionModelsError, StorageError
from fashion_models.pipelines.catalogue.model import File, Item, Job, Outcome, Status
from fashion_models.pipelines.catalogue.render import Rendered
from fashion_models.pipelines.catalogue.store import master_key
from fashion_models.pipelines.label import labelled_as, short_term
from fashion_models.pipelines.storage import Storage

#: Objects are named by their content's plan and never change, so any cache may keep them for good.
CACHE_CONTROL = "public, max-age=31536000, immutable"
#: Keyword of the PNG text in which a master carries its own report.
_KEYWORD = b"fashion-models report"
_SIGNATURE = 8
_HEADER = _SIGNATURE + 25


def deliver(storage: Storage, job: Job, item: Item, rendered: Rendered) -> Outcome:
    """Store an item's master and its channels' files.

    The master is created first and carries its report; if another worker's is there already, that one
    counts, and the files are made from it. A channel that takes no such picture is recorded, not fatal.
    """
    key = item.key(job.release)
    png = with_report(rendered.png, rendered.report)
    metadata = _metadata(item, png, rendered.report)
    etag = storage.put(
        master_key(key),
        png,
        create_only=True,
        content_type="image/png",
        cache_control=CACHE_CONTROL,
        metadata=metadata,
    )
    if not etag:
        found = recover(storage, job, item)
        if found is None:
            raise StorageError(f"'{master_key(key)}' is there and is not there;", cure="run the same again.")
        return found
    return _outcome(storage, job, item, _file(master_key(key), "", etag, png), png, rendered.report)


def recover(storage: Storage, job: Job, item: Item) -> Outcome | None:
    """What an earlier attempt, or an earlier job, left of an item; its channels' files are completed."""
    key = item.key(job.release)
    found = storage.head(master_key(key))
    if found is None:
        return None
    png = storage.get(master_key(key), etag=found.etag)
    return _outcome(storage, job, item, _file(master_key(key), "", found.etag, png), png, report_of(png))


def _outcome(
    storage: Storage, job: Job, item: Item, master: File, png: bytes, report: Mapping[str, Any]
) -> Outcome:
    files, refused = [master], {}
    for channel, n in item.channels.items():
        try:
            files.append(_derive(storage, job, item, channel, n, png, report))
        except StorageError:
            raise
        except FashionModelsError as error:
            refused[channel] = str(error)
    return Outcome(
        key=item.key(job.release),
        sku=item.sku,
        variant=item.variant,
        look=item.look,
        row=item.row,
        status=Status.OK,
        files=tuple(files),
        report=report,
        refused=refused,
    )


def _derive(
    storage: Storage, job: Job, item: Item, name: str, n: int, png: bytes, report: Mapping[str, Any]
) -> File:
    """One channel's file, made from the master."""
    from fashion_models.pipelines.catalogue.channels import Channel
    from fashion_models.pipelines.catalogue.derive import derive
    from fashion_models.pipelines.catalogue.masters import master_for

    channel = Channel(**job.channels[name])
    request = item.request
    file = channel.file_name(
        item.variant or item.sku, n=n, view=request.get("view", "front"), pose=request.get("pose", "front")
    )
    made = derive(master_for(channel, item, png), channel)
    key = f"pictures/{job.id}/{name}/{file}"
    etag = storage.put(
        key,
        made.data,
        create_only=True,
        content_type=channel.content_type,
        cache_control=CACHE_CONTROL,
        metadata=_metadata(item, made.data, report),
    )
    if not etag:
        there = storage.head(key)
        etag = "" if there is None else there.etag
    return _file(key, name, etag, made.data, made.warnings)


def _file(key: str, channel: str, etag: str, data: bytes, warnings: tuple[str, ...] = ()) -> File:
    return File(
        key=key,
        channel=channel,
        etag=etag,
        sha256=hashlib.sha256(data).hexdigest(),
        size=len(data),
        warnings=warnings,
    )


def _metadata(item: Item, data: bytes, report: Mapping[str, Any]) -> dict[str, str]:
    """What travels with an object where the store keeps metadata: ASCII, well below 2 KB."""
    known = {
        "sku": item.sku,
        "plan": str(report.get("plan_id", "")),
        "ai": short_term(labelled_as(data) or ""),
    }
    return {name: _ascii(value)[:200] for name, value in known.items() if value}


def _ascii(text: str) -> str:
    return text.encode("ascii", "backslashreplace").decode()


def with_report(png: bytes, report: Mapping[str, Any]) -> bytes:
    """A PNG that carries its report, so that picture and report are one object and never part."""
    text = zlib.compress(json.dumps(report, ensure_ascii=False).encode())
    return png[:_HEADER] + _chunk(b"iTXt", _KEYWORD + b"\0\1\0\0\0" + text) + png[_HEADER:]


def report_of(png: bytes) -> dict[str, Any]:
    """The report that `with_report` put in; empty if there is none."""
    at = _SIGNATURE
    while at + 8 <= len(png):
        length, kind = struct.unpack(">I4s", png[at : at + 8])
        body = png[at + 8 : at + 8 + length]
        if kind == b"iTXt" and body.startswith(_KEYWORD + b"\0"):
            found: dict[str, Any] = json.loads(zlib.decompress(body[len(_KEYWORD) + 5 :]))
            return found
        if kind == b"IDAT":
            break
        at += length + 12
    return {}


def _chunk(kind: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))
