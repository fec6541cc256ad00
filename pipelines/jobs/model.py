"""What the job service speaks of: `Job`, `Item`, `Upload`, `Wait`."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from fashion_models.errors import FashionModelsError

#: Fields of a request that name an upload.
PHOTOS = ("photo", "back_photo", "worn_with")
#: Most shots that one job may hold.
MAX_ITEMS = 1000


class State(StrEnum):
    """Where a job or one of its items stands."""

    QUEUED = "queued"
    RUNNING = "running"
    SUCCEEDED = "succeeded"
    PARTIALLY_FAILED = "partially_failed"  # of jobs only: some items succeeded, others failed
    FAILED = "failed"
    CANCELED = "canceled"

    @property
    def is_final(self) -> bool:
        """True when nothing will change any more."""
        return self not in (State.QUEUED, State.RUNNING)


class Lane(StrEnum):
    """Which workers take a job: previews never wait behind finished shots."""

    PREVIEW = "preview"
    SHOTS = "shots"


@dataclass(frozen=True, kw_only=True)
class Upload:
    """A garment photo that was handed in and could be read.

    Attributes:
        id: What requests name as their photo.
        name: File name as given, without folder and ending.
        digest: SHA-256 of the bytes, hexadecimal.
        media_type: 'image/jpeg', 'image/png' or 'image/webp'.
        width: Picture width [px].
        height: Picture height [px].
        created: Seconds since 1970.
    """

    id: str
    name: str
    digest: str
    media_type: str
    width: int
    height: int
    created: float


@dataclass(frozen=True, kw_only=True)
class Job:
    """Several shots that were asked for together.

    Attributes:
        id: Its name everywhere.
        tenant: Whose it is.
        title: What the user calls it; may be empty.
        lane: Which workers take it.
        state: Where it stands as a whole.
        total: Number of items.
        succeeded: Items with a picture.
        failed: Items without, and with a reason.
        canceled: Items that were stopped.
        created: Seconds since 1970.
        finished: Seconds since 1970, or None.
        webhook_url: Who is told when it is finished, or None.
    """

    id: str
    tenant: str
    title: str
    lane: Lane
    state: State
    total: int
    succeeded: int
    failed: int
    canceled: int
    created: float
    finished: float | None
    webhook_url: str | None

    @property
    def done(self) -> int:
        """Items that are final."""
        return self.succeeded + self.failed + self.canceled


@dataclass(frozen=True, kw_only=True)
class Problem:
    """Why an item has no picture.

    Attributes:
        code: The error's name in snake case, for programs: 'photo', 'drape', 'worker_lost' …
        message: What is wrong, its limit and its cure, for people.
    """

    code: str
    message: str

    @classmethod
    def of(cls, error: FashionModelsError) -> Problem:
        """An error of this package as a problem."""
        return cls(code=error_code(error), message=str(error))


def error_code(error: FashionModelsError) -> str:
    """The error's class in snake case: `NotFoundError` → 'not_found'."""
    name = type(error).__name__.removesuffix("Error")
    return re.sub(r"(?<=[a-z])(?=[A-Z])", "_", name).lower()


@dataclass(frozen=True, kw_only=True)
class Item:
    """One shot of a job.

    Attributes:
        id: Its name everywhere.
        job: The job's id.
        number: Its place in the job, from 0.
        custom_id: What the caller calls it; may be empty.
        request: What was asked: fields of `ShotRequest`, photos as upload ids.
        state: Where it stands; 'succeeded' says that there is a picture, not that its checks passed.
        stage: Stage at work ('drape', 'render' …); empty before and after.
        fraction: Share that is done, 0 to 1.
        attempt: How often it was handed to a worker.
        passed: Verdict of the checks; None without a picture.
        failures: Checks that failed, in words.
        name: File name of the picture, without ending.
        problem: Why there is no picture; None unless failed.
        seconds: Working time of the attempt that counted [s], or None.
    """

    id: str
    job: str
    number: int
    custom_id: str
    request: Mapping[str, Any]
    state: State
    stage: str
    fraction: float
    attempt: int
    passed: bool | None
    failures: tuple[str, ...]
    name: str
    problem: Problem | None
    seconds: float | None


@dataclass(frozen=True, kw_only=True)
class Wait:
    """How long a tenant's next shot would wait.

    Attributes:
        ahead: Shots that would be made before it.
        seconds: Estimate until it would start [s].
        full: True when nothing more is taken at present.
    """

    ahead: int
    seconds: float
    full: bool


@dataclass(frozen=True, kw_only=True)
class Rendered:
    """What a renderer makes of a request.

    Attributes:
        picture: PNG bytes with its labels.
        report: The shot's report.
        name: File name without ending.
    """

    picture: bytes
    report: Mapping[str, Any]
    name: str
