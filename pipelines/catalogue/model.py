"""What a catalogue job is made of: an `Item` per picture, a `Shard` of items per commit, a `Job` of shards.

An item is complete: a worker on another machine needs nothing but the item, the job and the photo's store.
Its key is a digest of all that decides its picture, so the same item planned again is the same object.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from fashion_models.cache import digest

#: Changes when the layout of a job in its store does; a worker of another layout leaves the job alone.
PROTOCOL = 1


@dataclass(frozen=True, kw_only=True)
class Source:
    """A garment photo before anyone has read it.

    Attributes:
        uri: Absolute path, ``s3://bucket/key`` with the settings of `open_storage`, or ``https://…``.
        etag: The store's tag when the job was planned; a photo with another one is refused. '' if unknown.
        sha256: Digest of its bytes, where the product list gives it or it was read anyway; checked if known.
    """

    uri: str
    etag: str = ""
    sha256: str = ""

    @property
    def content(self) -> str:
        """What stands for the photo's content in the keys of its pictures."""
        return self.sha256 or f"{self.uri}@{self.etag}"


@dataclass(frozen=True, kw_only=True)
class Item:
    """One picture to make, and the channels to make it for.

    Attributes:
        sku: The seller's name of the article.
        variant: The seller's name of the variant (colour, size); '' if there is none.
        garment: What the looks of one garment have in common: one worker makes them one after the other.
        row: Where it was asked for, for people: 'products.csv:17'.
        look: The recipe's name of the look.
        photo: Its front (or only) photo.
        back_photo: Its back.
        request: Fields of `ShotRequest` other than the photos.
        channels: Channels that files are derived for, each with the picture's place among the article's
            pictures there, from 1; the job holds the channels' settings.
        facts: What names and texts are made from: title, colour, category, gender, size …
    """

    sku: str
    variant: str = ""
    garment: str
    row: str
    look: str
    photo: Source
    back_photo: Source | None = None
    request: Mapping[str, Any]
    channels: Mapping[str, int] = field(default_factory=dict)
    facts: Mapping[str, str] = field(default_factory=dict)

    def key(self, release: str) -> str:
        """Name of its picture: 32 hexadecimal digits from all that decides it.

        Args:
            release: Release of this package that the job was planned with.
        """
        photos = [self.photo.content, self.back_photo and self.back_photo.content]
        return digest(release, self.sku, self.variant, self.look, photos, self.request)[:32]

    def as_dict(self) -> dict[str, Any]:
        """JSON-ready values; not copied, so only for reading."""
        back = self.back_photo
        return {**vars(self), "photo": vars(self.photo), "back_photo": None if back is None else vars(back)}

    @classmethod
    def from_dict(cls, values: Mapping[str, Any]) -> Item:
        """What `as_dict` gave."""
        back = values.get("back_photo")
        return cls(
            **{
                **values,
                "photo": Source(**values["photo"]),
                "back_photo": None if back is None else Source(**back),
            }
        )


class Status(StrEnum):
    """How an item ended; every item of a finished job has exactly one."""

    OK = "ok"
    DEAD = "dead"


@dataclass(frozen=True, kw_only=True)
class File:
    """An object that was written for an item: the master (channel '') or one made from it for a channel.

    Attributes:
        warnings: What the channel would hold against it.
    """

    key: str
    channel: str
    etag: str
    sha256: str
    size: int
    warnings: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """An item's line in its shard's commit record.

    Attributes:
        key: The item's key.
        status: Whether there is a picture.
        files: What was written, the master first; empty when dead.
        report: The shot's report; empty when dead.
        refused: Channels no file could be made for, and why.
        error: The kind of error it died of, such as 'PhotoError' or 'WorkerLost'.
        reason: What the error said.
    """

    key: str
    sku: str
    variant: str
    look: str
    row: str
    status: Status
    files: tuple[File, ...] = ()
    report: Mapping[str, Any] = field(default_factory=dict)
    refused: Mapping[str, str] = field(default_factory=dict)
    error: str = ""
    reason: str = ""

    def as_dict(self) -> dict[str, Any]:
        """JSON-ready values; not copied, so only for reading."""
        return {**vars(self), "files": [vars(file) for file in self.files]}

    @classmethod
    def from_dict(cls, values: Mapping[str, Any]) -> Outcome:
        """What `as_dict` gave."""
        files = tuple(File(**{**file, "warnings": tuple(file["warnings"])}) for file in values["files"])
        return cls(**{**values, "status": Status(values["status"]), "files": files})


@dataclass(frozen=True, kw_only=True)
class Job:
    """What a job's workers share; written last of all that planning writes: its presence means 'accepted'.

    Attributes:
        id: Name of the job in its store; a digest of its items, so the same plan is the same job.
        release: Release of this package it was planned with.
        sizes: Number of items in each manifest shard.
        recipe: The recipe as it was read.
        channels: Settings of every channel that an item names, by name.
        input: Where the products came from, for people.
        rejected: Number of rows refused while planning; their reasons stand beside the job.
        reuse: The store held pictures when the job was planned: look for each before making it.
        protocol: `PROTOCOL` it was planned with.
    """

    id: str
    release: str
    sizes: tuple[int, ...]
    recipe: Mapping[str, Any] = field(default_factory=dict)
    channels: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    input: str = ""
    rejected: int = 0
    reuse: bool = False
    protocol: int = PROTOCOL

    @property
    def items(self) -> int:
        """Number of pictures to make."""
        return sum(self.sizes)


def to_lines(rows: Iterable[Mapping[str, Any]]) -> bytes:
    """JSONL: one value per line."""
    return "".join(json.dumps(row, ensure_ascii=False, sort_keys=True) + "\n" for row in rows).encode()


def from_lines(data: bytes) -> list[dict[str, Any]]:
    """What `to_lines` gave."""
    return [json.loads(line) for line in data.splitlines() if line]
