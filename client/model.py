"""What the API answers with."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

FINAL = ("succeeded", "partially_failed", "failed", "canceled")


class ApiError(Exception):
    """The server refused a request.

    Attributes:
        status: HTTP status.
        code: What is wrong, for programs.
        detail: What is wrong, for people.
        retryable: The same request may succeed later.
        errors: Fields that are wrong, with 'pointer' and 'detail'.
    """

    def __init__(self, status: int, problem: Mapping[str, Any]) -> None:
        self.status = status
        self.code = str(problem.get("code", "unknown"))
        self.detail = str(problem.get("detail", f"status {status}"))
        self.retryable = bool(problem.get("retryable", False))
        self.errors = tuple(problem.get("errors", ()))
        super().__init__(f"{self.code}: {self.detail}")


@dataclass(frozen=True, kw_only=True)
class Progress:
    """How many shots are done."""

    total: int
    done: int
    succeeded: int
    failed: int
    canceled: int


@dataclass(frozen=True, kw_only=True)
class Job:
    """A job; times are RFC 3339."""

    id: str
    title: str
    state: str
    progress: Progress
    created_at: str
    finished_at: str | None

    @property
    def is_final(self) -> bool:
        """True when nothing will change any more."""
        return self.state in FINAL

    @classmethod
    def parse(cls, data: Mapping[str, Any]) -> Job:
        """From the API's JSON; fields that a newer server adds are passed over."""
        known = {name: data[name] for name in ("id", "title", "state", "created_at", "finished_at")}
        progress = {name: data["progress"][name] for name in Progress.__dataclass_fields__}
        return cls(**known, progress=Progress(**progress))


@dataclass(frozen=True, kw_only=True)
class Item:
    """One shot of a job.

    Attributes:
        passed: Verdict of the checks; None without a picture.
        problem: 'code' and 'message' if there is no picture, else None.
        picture_url: Signed, good for a quarter of an hour; None in events and without a picture.
    """

    id: str
    number: int
    custom_id: str
    state: str
    stage: str
    fraction: float
    passed: bool | None
    failures: tuple[str, ...]
    problem: Mapping[str, str] | None
    seconds: float | None
    picture_url: str | None
    report_url: str | None

    @classmethod
    def parse(cls, data: Mapping[str, Any]) -> Item:
        """From the API's JSON; fields that a newer server adds are passed over."""
        known = {name: data.get(name) for name in cls.__dataclass_fields__}
        return cls(**known | {"failures": tuple(data["failures"])})


@dataclass(frozen=True, kw_only=True)
class Event:
    """News of a job: 'item' (with one), 'job' and 'done' (with the job)."""

    kind: str
    job: Job | None = None
    item: Item | None = None
