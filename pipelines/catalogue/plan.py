"""Turn items into an accepted job: cut them into shards, write the shards, then the job."""

from __future__ import annotations

import hashlib
import json
import tempfile
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from importlib.metadata import version
from itertools import groupby
from typing import IO, Any

from fashion_models.errors import ManifestError
from fashion_models.pipelines.catalogue.model import PROTOCOL, Item, Job, Status, to_lines
from fashion_models.pipelines.catalogue.store import JobStore, job_key, shard_name
from fashion_models.pipelines.storage import Storage, check_create_only

#: A shard's work on one device [s]: what a second driver or a lost node may waste at most.
SHARD_SECONDS = 600.0
MIN_SHARD, MAX_SHARD = 4, 2000
#: A job is cut into about so many shards at least, so that several devices have something to do.
SHARDS = 32


def shard_size(seconds_per_item: float, items: int) -> int:
    """Items per shard, so that a shard takes at most about `SHARD_SECONDS`.

    Args:
        seconds_per_item: On one device.
        items: Of the whole job.
    """
    longest = SHARD_SECONDS / max(seconds_per_item, 1e-9)
    return round(min(max(min(longest, items / SHARDS), MIN_SHARD), MAX_SHARD))


def accept_job(
    storage: Storage,
    items: Iterable[Item],
    *,
    size: int | Callable[[int], int],
    recipe: Mapping[str, Any] | None = None,
    channels: Mapping[str, Mapping[str, Any]] | None = None,
    source: str = "",
    rejected: Callable[[], Sequence[Mapping[str, Any]]] = tuple,
) -> Job:
    """Write a job's manifest and accept it. The same items give the same job, which is then left as it is.

    Args:
        storage: Where the job and its pictures go.
        items: Read once; the items of one garment stand together.
        size: Items per shard, or what gives it for a number of items; a garment's items are not parted
            unless it has more.
        recipe: Kept with the job, for people.
        channels: Settings of the channels that the items name.
        source: Where the products came from, for people.
        rejected: Rows that were refused, with their reasons; asked after the last item.

    Returns:
        The accepted job.

    Raises:
        ManifestError: There is no item, or two are the same.
        StorageAccessError: The store cannot be written, or overwrites what it should only create.
    """
    check_create_only(storage)
    release = version("fashion-models")
    with tempfile.TemporaryFile() as spool:  # how many there are is known only after the last one
        count = 0
        for line in _lines(items, release):
            spool.write(line)
            count += 1
        if not count:
            raise ManifestError("there is nothing to make: no row is left with a picture and a look.")
        size = size if isinstance(size, int) else size(count)
        identity = hashlib.sha256(json.dumps([PROTOCOL, release, size, channels], sort_keys=True).encode())
        sizes = []
        for shard in _shards(_rewound(spool), size):
            identity.update(shard)
            sizes.append(shard.count(b"\n"))
        job = Job(
            id=identity.hexdigest()[:12],
            release=release,
            sizes=tuple(sizes),
            recipe=recipe or {},
            channels=channels or {},
            input=source,
            rejected=len(rejected()),
            reuse=next(iter(storage.list("masters/")), None) is not None,
        )
        records = JobStore(storage, job.id)
        if storage.head(job_key(job.id)) is None:
            for index, shard in enumerate(_shards(_rewound(spool), size)):
                records.write_manifest(shard_name(0, index), shard)
            records.write_rejected(rejected())
            records.accept(job)
    return records.job


def retry_dead(records: JobStore) -> int:
    """Add shards with the items that were given up; nothing is added while the job still runs.

    Returns:
        How many items are tried again.
    """
    if records.pending():
        return 0
    dead = {outcome.key for outcome in records.final_outcomes() if outcome.status is Status.DEAD}
    if not dead:
        return 0
    rounds = records.rounds()
    job = records.job
    again = [
        item
        for index in range(len(job.sizes))
        for item in records.read_items(shard_name(0, index))
        if item.key(job.release) in dead
    ]
    shards = list(_shards(_lines(again, job.release), max(job.sizes)))
    for index, lines in enumerate(shards):
        records.write_manifest(shard_name(len(rounds), index), lines)
    records.add_round([lines.count(b"\n") for lines in shards], len(rounds))
    return len(again)


def _lines(items: Iterable[Item], release: str) -> Iterator[bytes]:
    """Items as JSONL; the same item twice is refused."""
    seen: set[bytes] = set()
    for item in items:
        key = bytes.fromhex(item.key(release))
        if key in seen:
            raise ManifestError(
                f"{item.row}: '{item.sku}' {item.variant} {item.look} is asked for twice;",
                cure="remove one of the two rows.",
            )
        seen.add(key)
        yield to_lines([item.as_dict()])


def _rewound(spool: IO[bytes]) -> IO[bytes]:
    spool.seek(0)
    return spool


def _shards(lines: Iterable[bytes], size: int) -> Iterator[bytes]:
    """JSONL cut where garments end."""
    waiting: list[bytes] = []
    for _, looks in groupby(lines, key=lambda line: json.loads(line)["garment"]):
        garment = list(looks)
        if waiting and len(waiting) + len(garment) > size:
            yield b"".join(waiting)
            waiting = []
        waiting += garment
        while len(waiting) > size:  # one garment alone has more looks than a shard takes
            yield b"".join(waiting[:size])
            waiting = waiting[size:]
    if waiting:
        yield b"".join(waiting)
