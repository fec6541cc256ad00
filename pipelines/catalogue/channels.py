"""Channels: what a shop or marketplace asks of a picture, as data (`fashion_models/data/channels.json`)."""

from __future__ import annotations

import functools
import hashlib
import json
import re
import unicodedata
from collections.abc import Iterable, Mapping
from pathlib import Path
from string import Formatter
from typing import Any, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator

import fashion_models
from fashion_models.errors import PlanError

#: What a file's name may be built from.
NAME_PARTS = ("product", "slug", "n", "view", "pose")

CONTENT_TYPES = {"jpeg": "image/jpeg", "png": "image/png", "webp": "image/webp"}
ENDINGS = {"jpeg": ".jpg", "png": ".png", "webp": ".webp"}


class Bilingual(BaseModel):
    """A sentence in English and Chinese."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    en: str
    zh: str

    def text(self, lang: str) -> str:
        """The sentence in one language ('en' or 'zh')."""
        return self.zh if lang == "zh" else self.en


class Channel(BaseModel):
    """What one channel asks of a picture.

    Attributes:
        name: File name without ending, with the parts of `NAME_PARTS` in braces.
        width: Picture width [px].
        height: Picture height [px].
        background: 'white' is demanded exactly, 'white-advised' warns of another, 'any' takes what is there.
        subject: 'model' shows the garment on a person, 'garment' alone, cut out of the seller's photo.
        min_fill: Share of the frame that the longer side of the subject has to fill.
        max_images: Pictures of one article that the channel takes.
        format: File format.
        quality: Quality of JPEG and WebP to begin with, 1 to 100.
        min_quality: Below this no file is made, however large it is.
        max_bytes: Largest file.
        min_bytes: Smallest file.
        label: IPTC digital source type the channel demands; None keeps the one that is true of the picture.
        warnings: What its policy says that no measurement can settle.
        source: Where the rules were read.
        standing: 'official', 'mixed', 'third-party' or 'own'.
        checked: Day on which the source was read.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    about: Bilingual = Bilingual(en="own channel", zh="自定义渠道")
    width: int = Field(ge=64, le=10_000)
    height: int = Field(ge=64, le=10_000)
    min_width: int = Field(default=1, ge=1)
    min_height: int = Field(default=1, ge=1)
    min_long_side: int = Field(default=1, ge=1)
    max_long_side: int = Field(default=10_000, ge=1)
    max_pixels: int = Field(default=100_000_000, ge=1)
    background: Literal["any", "white-advised", "white"] = "any"
    subject: Literal["model", "garment"] = "model"
    min_fill: float = Field(default=0.0, ge=0, le=0.98)
    max_images: int | None = Field(default=None, ge=1)
    format: Literal["jpeg", "png", "webp"] = "jpeg"
    quality: int = Field(default=92, ge=1, le=100)
    min_quality: int = Field(default=60, ge=1, le=100)
    min_bytes: int = Field(default=0, ge=0)
    max_bytes: int = Field(default=20_000_000, ge=1000)
    name: str = "{slug}-{n}"
    label: Literal["trainedAlgorithmicMedia", "compositeSynthetic"] | None = None
    warnings: tuple[Bilingual, ...] = ()
    source: str = "own"
    standing: Literal["official", "mixed", "third-party", "own"] = "own"
    checked: str = ""

    @field_validator("name")
    @classmethod
    def _known_parts(cls, name: str) -> str:
        try:
            parts = {part for _, part, _, _ in Formatter().parse(name) if part is not None}
            name.format(**dict.fromkeys(NAME_PARTS, 1))
        except (ValueError, KeyError, IndexError):
            parts = {name}
        unknown = sorted(parts - set(NAME_PARTS))
        if unknown or not parts & {"product", "slug"} or "/" in name:
            raise ValueError(
                f"a name is built from {', '.join(f'{{{p}}}' for p in NAME_PARTS)} and has no '/'; "
                "{product} or {slug} must be in it"
            )
        return name

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        long_side = max(self.width, self.height)
        if self.width < self.min_width or self.height < self.min_height or long_side < self.min_long_side:
            raise ValueError(f"{self.width}×{self.height} is smaller than the channel takes")
        if long_side > self.max_long_side or self.width * self.height > self.max_pixels:
            raise ValueError(f"{self.width}×{self.height} is larger than the channel takes")
        if self.min_quality > self.quality:
            raise ValueError(f"min_quality {self.min_quality} is above quality {self.quality}")
        if self.min_bytes >= self.max_bytes:
            raise ValueError(f"min_bytes {self.min_bytes} is not below max_bytes {self.max_bytes}")
        return self

    @property
    def content_type(self) -> str:
        """For example 'image/jpeg'."""
        return CONTENT_TYPES[self.format]

    def file_name(self, sku: str, *, n: int, view: str, pose: str) -> str:
        """The name a picture has in this channel.

        Args:
            sku: The article's number, any text.
            n: Counts the article's pictures in this channel from 1.
            view: The shot's view.
            pose: The shot's pose.
        """
        stem = self.name.format(product=product_name(sku), slug=slug(sku), n=n, view=view, pose=pose)
        return stem + ENDINGS[self.format]


def slug(sku: str) -> str:
    """An article number as an address may hold it; what had to be dropped is made up for by six hash digits.

    Two different numbers never give the same slug but by an accident of the hash.
    """
    return _only(sku, r"[^A-Za-z0-9._-]+", "-")


def product_name(sku: str) -> str:
    """An article number with nothing but ASCII letters and digits; see `slug` for what is dropped."""
    return _only(sku, r"[^A-Za-z0-9]+", "")


def _only(text: str, others: str, instead: str) -> str:
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode()
    kept = re.sub(others, instead, plain).strip("-.")[:80]
    if kept == text:
        return kept
    return f"{kept}{instead}{hashlib.sha256(text.encode()).hexdigest()[:6]}".lstrip("-")


@functools.cache
def _table() -> Mapping[str, Any]:
    path = Path(fashion_models.__file__).parent / "data/channels.json"
    table: dict[str, Any] = json.loads(path.read_text("utf-8"))
    return table


@functools.cache
def presets() -> Mapping[str, Channel]:
    """All channels that come with the package, by name."""
    return {name: Channel(**fields) for name, fields in _table()["channels"].items()}


def disclosure() -> Bilingual:
    """What to print beside a picture where people have to be told."""
    return Bilingual(**_table()["disclosure"])


def channels_named(names: Iterable[str], own: Mapping[str, Channel] | None = None) -> dict[str, Channel]:
    """Channels by their names, presets and one's own.

    Raises:
        PlanError: A name is unknown.
    """
    known = {**presets(), **(own or {})}
    found = {}
    for name in names:
        if name not in known:
            raise PlanError(f"channel '{name}' is unknown;", limit=f"known: {', '.join(known)}.")
        found[name] = known[name]
    return found
