"""A job's records in its store: the truth about what is planned, tried and done.

::

    jobs/JOB.json                         written after the manifest: the job is accepted
    records/JOB/manifest/SHARD.jsonl      the items, immutable
    records/JOB/att/SHARD/try-N           one per attempt at a shard
    records/JOB/att/SHARD/crash-KEY-…     a worker was seen to die on this item
    records/JOB/att/SHARD/start-KEY-…     a suspect item was begun and has not ended
    records/JOB/done/SHARD.jsonl          the commit: one line per item, ok or dead
    records/JOB/tally/SHARD_OK_DEAD       its counts, readable from a listing
    records/JOB/rejected.jsonl            rows that were refused while planning
    records/JOB/rounds/N.json             shards that a retry added
    records/JOB/live/DRIVER.json          who works on it
    records/JOB/cancel                    no new work while it is there
    masters/KK/KEY.png                    the pictures, named by their plan
    pictures/JOB/CHANNEL/NAME             files derived for channels

Records are only ever created, never changed (but for marks that mean 'now'), so any number of workers and
drivers may look at them at once, and no clock matters.
"""

from __future__ import annotations

import json
import uuid
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from functools import cached_property
from typing import Any

from fashion_models.errors import JobError, ObjectMissingError
from fashion_models.pipelines.catalogue.model import (
    PROTOCOL,
    Item,
    Job,
    Outcome,
    Status,
    from_lines,
    to_lines,
)
from fashion_models.pipelines.storage import Storage, open_storage

JSON = "application/json"
JSONL = "application/jsonl"


@dataclass(frozen=True, kw_only=True)
class Attempt:
    """What is known of a shard when a worker begins it.

    Attributes:
        number: How many attempts came before.
        crashes: How often a worker was seen to die on an item, by its key.
        starts: How often a suspect item was begun and neither ended nor was given up in order.
        doubtful: A worker died on several items at once, so that it is unknown which.
    """

    number: int
    crashes: Counter[str]
    starts: Counter[str]
    doubtful: bool


@dataclass(frozen=True, kw_only=True)
class Progress:
    """How far a job is, read from listings alone.

    Attributes:
        items: All items.
        ok: Items with a picture.
        dead: Items given up.
        shards: All shards.
        done: Committed shards.
        cancelled: No new work is begun.
    """

    items: int
    ok: int
    dead: int
    shards: int
    done: int
    cancelled: bool

    @property
    def finished(self) -> bool:
        """True when every item has ended."""
        return self.done == self.shards


class JobStore:
    """One job's records."""

    def __init__(self, storage: Storage, job: str) -> None:
        self.storage = storage
        self.name = job
        self.base = f"records/{job}"

    @classmethod
    def open(cls, out: str, job: str) -> JobStore:
        """The records of a job below a folder or ``s3://`` URL."""
        return cls(open_storage(out), job)

    @cached_property
    def job(self) -> Job:
        """The job as it was accepted.

        Raises:
            JobError: There is none, or a later release planned it.
        """
        try:
            values = json.loads(self.storage.get(job_key(self.name)))
        except ObjectMissingError as error:
            raise JobError(
                f"there is no job '{self.name}' in '{self.storage.url}';",
                cure="'fashion-models catalogue status' lists the jobs there.",
            ) from error
        if values["protocol"] != PROTOCOL:
            raise JobError(
                f"job '{self.name}' has layout {values['protocol']};",
                limit=f"this release works on layout {PROTOCOL}.",
                cure="use the release that planned it.",
            )
        return Job(**{**values, "sizes": tuple(values["sizes"])})

    def accept(self, job: Job) -> bool:
        """Write the job; False if the same job was accepted before."""
        data = json.dumps(asdict(job), ensure_ascii=False).encode()
        return bool(self.storage.put(job_key(self.name), data, create_only=True, content_type=JSON))

    def write_manifest(self, shard: str, lines: bytes) -> None:
        """Write a shard's items."""
        self.storage.put(self._manifest(shard), lines, create_only=True, content_type=JSONL)

    def write_rejected(self, rows: Sequence[Mapping[str, Any]]) -> None:
        """Write the rows that were refused while planning, with their reasons."""
        self.storage.put(f"{self.base}/rejected.jsonl", to_lines(rows), create_only=True, content_type=JSONL)

    def rejected(self) -> list[dict[str, Any]]:
        """What `write_rejected` wrote."""
        return from_lines(self.storage.get(f"{self.base}/rejected.jsonl"))

    def read_items(self, shard: str) -> list[Item]:
        """A shard's items."""
        return [Item.from_dict(values) for values in from_lines(self.storage.get(self._manifest(shard)))]

    def rounds(self) -> list[tuple[int, ...]]:
        """Sizes of the shards of the job and of each retry, in order."""
        found = sorted(stat.key for stat in self.storage.list(f"{self.base}/rounds/"))
        return [self.job.sizes, *(tuple(json.loads(self.storage.get(key))["sizes"]) for key in found)]

    def add_round(self, sizes: Sequence[int], number: int) -> bool:
        """Accept the shards of a retry; False if another driver did first."""
        data = json.dumps({"sizes": list(sizes)}).encode()
        return bool(self.storage.put(f"{self.base}/rounds/{number:04d}.json", data, create_only=True))

    def shards(self) -> dict[str, int]:
        """Every shard's name and its number of items."""
        return {
            shard_name(round_, index): size
            for round_, sizes in enumerate(self.rounds())
            for index, size in enumerate(sizes)
        }

    def committed(self) -> set[str]:
        """Names of the shards that are done."""
        prefix = f"{self.base}/done/"
        return {stat.key.removeprefix(prefix).removesuffix(".jsonl") for stat in self.storage.list(prefix)}

    def pending(self) -> list[str]:
        """Names of the shards still to do, in order."""
        done = self.committed()
        return [shard for shard in self.shards() if shard not in done]

    def is_done(self, shard: str) -> bool:
        """True when the shard has its commit record."""
        return self.storage.head(self._done(shard)) is not None

    def begin(self, shard: str) -> Attempt:
        """Claim the shard's next attempt and read what the former ones left."""
        prefix = f"{self.base}/att/{shard}/"
        names = [stat.key.removeprefix(prefix) for stat in self.storage.list(prefix)]
        marks = [name.split("-") for name in names]
        number = sum(mark[0] == "try" for mark in marks)
        while not self.storage.put(f"{prefix}try-{number:04d}", b"", create_only=True):
            number += 1
        crashed = [mark[1].split("+") for mark in marks if mark[0] == "crash"]
        return Attempt(
            number=number,
            crashes=Counter(keys[0] for keys in crashed if len(keys) == 1),
            starts=Counter(mark[1] for mark in marks if mark[0] == "start"),
            doubtful=any(len(keys) > 1 for keys in crashed),
        )

    def witness(self, shard: str, keys: Sequence[str], why: str) -> None:
        """Record that a worker died while it made these items."""
        alone = keys[0] if len(keys) == 1 else f"{keys[0]}+{len(keys)}"
        self.storage.put(f"{self.base}/att/{shard}/crash-{alone}-{uuid.uuid4().hex[:12]}", why.encode())

    def last_words(self, shard: str, key: str) -> str:
        """How the latest worker that was seen to die on an item died; '' if none was."""
        found = list(self.storage.list(f"{self.base}/att/{shard}/crash-{key}-"))
        latest = max(found, key=lambda stat: stat.modified, default=None)
        return "" if latest is None else self.storage.get(latest.key).decode()

    def mark_start(self, shard: str, key: str) -> str:
        """Record that a suspect item is begun; gives the mark for `unmark`."""
        mark = f"{self.base}/att/{shard}/start-{key}-{uuid.uuid4().hex[:12]}"
        self.storage.put(mark, b"")
        return mark

    def unmark(self, mark: str) -> None:
        """Take a start back: the item ended, or was given up in order."""
        self.storage.delete(mark)

    def commit(self, shard: str, outcomes: Sequence[Outcome]) -> tuple[int, int]:
        """End a shard; of several workers that try, the first one counts.

        Returns:
            How many of its items are ok and how many dead, by the record that counts.
        """
        lines = to_lines(outcome.as_dict() for outcome in outcomes)
        if self.storage.put(self._done(shard), lines, create_only=True, content_type=JSONL):
            return self._count(shard, outcomes)
        return self.tally(shard)

    def outcomes(self, shard: str) -> list[Outcome]:
        """A committed shard's record."""
        return [Outcome.from_dict(values) for values in from_lines(self.storage.get(self._done(shard)))]

    def tally(self, shard: str) -> tuple[int, int]:
        """Read a committed shard's counts and leave them where a listing shows them."""
        return self._count(shard, self.outcomes(shard))

    def _count(self, shard: str, outcomes: Iterable[Outcome]) -> tuple[int, int]:
        statuses = Counter(outcome.status for outcome in outcomes)
        ok, dead = statuses[Status.OK], statuses[Status.DEAD]
        self.storage.put(f"{self.base}/tally/{shard}_{ok}_{dead}", b"")
        return ok, dead

    def final_outcomes(self) -> Iterator[Outcome]:
        """Every item's last word in the manifest's order, as far as shards are committed."""
        done = self.committed()
        shards = [shard for shard in self.shards() if shard in done]
        retried = {
            outcome.key: outcome for shard in shards if is_retry(shard) for outcome in self.outcomes(shard)
        }
        for shard in shards:
            if not is_retry(shard):
                for outcome in self.outcomes(shard):
                    yield retried.get(outcome.key, outcome)

    def progress(self) -> Progress:
        """How far the job is; a commit whose worker died before counting it is counted now."""
        sizes = self.shards()
        done = self.committed()
        prefix = f"{self.base}/tally/"
        counts: dict[str, tuple[int, int]] = {}
        for stat in self.storage.list(prefix):
            shard, *count = stat.key.removeprefix(prefix).split("_")
            counts[shard] = int(count[0]), int(count[1])
        for shard in done - set(counts):
            counts[shard] = self.tally(shard)
        items = self.job.items
        ok = sum(count[0] for shard, count in counts.items())
        waiting = sum(size for shard, size in sizes.items() if shard not in done)
        return Progress(
            items=items,
            ok=ok,
            dead=items - ok - waiting,
            shards=len(sizes),
            done=len(done),
            cancelled=self.is_cancelled(),
        )

    def is_cancelled(self) -> bool:
        """True while the cancel marker is there."""
        return self.storage.head(f"{self.base}/cancel") is not None

    def cancel(self) -> None:
        """Ask all workers to begin nothing new."""
        self.storage.put(f"{self.base}/cancel", b"")

    def uncancel(self) -> None:
        """Allow work again."""
        self.storage.delete(f"{self.base}/cancel")

    def beat(self, driver: str, facts: Mapping[str, Any]) -> None:
        """Show that a driver lives, and what it is doing; read by people and by other drivers."""
        data = json.dumps({**facts, "beat": uuid.uuid4().hex}).encode()
        self.storage.put(f"{self.base}/live/{driver}.json", data, content_type=JSON)

    def beats(self) -> dict[str, str]:
        """Every driver that has shown itself, with a tag that changes with each beat."""
        prefix = f"{self.base}/live/"
        return {
            stat.key.removeprefix(prefix).removesuffix(".json"): stat.etag
            for stat in self.storage.list(prefix)
        }

    def facts(self, driver: str) -> dict[str, Any]:
        """What a driver said with its latest beat."""
        found: dict[str, Any] = json.loads(self.storage.get(f"{self.base}/live/{driver}.json"))
        return found

    def leave(self, driver: str) -> None:
        """A driver ends in order."""
        self.storage.delete(f"{self.base}/live/{driver}.json")

    def _manifest(self, shard: str) -> str:
        return f"{self.base}/manifest/{shard}.jsonl"

    def _done(self, shard: str) -> str:
        return f"{self.base}/done/{shard}.jsonl"


def shard_name(round_: int, index: int) -> str:
    """'0-000042': the forty-third shard of the plan; the first number counts retries."""
    return f"{round_}-{index:06d}"


def master_key(key: str) -> str:
    """Where an item's picture is; the first two digits spread the load over a bucket's partitions."""
    return f"masters/{key[:2]}/{key}.png"


def is_retry(shard: str) -> bool:
    """True for a shard that a retry added."""
    return not shard.startswith("0-")


def job_key(job: str) -> str:
    """Where a job's acceptance is."""
    return f"jobs/{job}.json"


def list_jobs(storage: Storage) -> list[str]:
    """Names of the accepted jobs in a store."""
    return sorted(stat.key.removeprefix("jobs/").removesuffix(".json") for stat in storage.list("jobs/"))
