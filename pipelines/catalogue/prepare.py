"""From an input and a recipe to an accepted job, and what it will cost."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from fashion_models.pipelines.catalogue.expand import items_of
from fashion_models.pipelines.catalogue.inputs import Input, examine, open_input
from fashion_models.pipelines.catalogue.model import Item
from fashion_models.pipelines.catalogue.plan import accept_job, shard_size
from fashion_models.pipelines.catalogue.products import Problem, Reading
from fashion_models.pipelines.catalogue.recipe import Recipe, load_recipe
from fashion_models.pipelines.catalogue.store import JobStore
from fashion_models.pipelines.storage import open_storage

#: Seconds a picture takes on one worker of two cores: a garment's first look, and each further one of the
#: same drape; `make bench` measures them.
FIRST_SECONDS = {"preview": 30.0, "standard": 37.0, "high": 60.0}
NEXT_SECONDS = {"preview": 3.5, "standard": 6.1, "high": 20.0}
#: A finished PNG has about this many bytes per pixel, a channel's JPEG about that many.
_MASTER_BYTES, _FILE_BYTES = 0.7, 0.2


@dataclass(frozen=True, kw_only=True)
class Prepared:
    """An input and a recipe that were understood; nothing is accepted yet.

    Attributes:
        rejected: Filled while `items` is read: rows that give no picture.
    """

    source: Input
    recipe: Recipe
    where: str
    rejected: list[Problem] = field(default_factory=list)

    @property
    def reading(self) -> Reading:
        """How the input was understood."""
        return self.source.reading

    def items(self) -> Iterator[Item]:
        """Every picture to make, a garment's pictures together; every photo is looked at on the way."""
        self.rejected.clear()
        return items_of(examine(self.source.garments()), self.recipe, self.rejected.append)


@dataclass(frozen=True, kw_only=True)
class Estimate:
    """What a job will be.

    Attributes:
        files: Channels' files.
        shards: About how many units of work that are committed together.
        minutes: On one worker of two cores without a GPU.
        megabytes: In the store when it is done.
    """

    garments: int
    items: int
    files: int
    shards: int
    minutes: float
    megabytes: float

    def as_dict(self) -> dict[str, Any]:
        """JSON-ready values."""
        return asdict(self)


def prepare(source: str, recipe: str) -> Prepared:
    """Read an input and a recipe.

    Args:
        source: What `open_input` takes.
        recipe: What `load_recipe` takes.

    Raises:
        ManifestError: The input is of no known kind.
        RecipeError: Something in the recipe is unknown or impossible.
        BadInputError: One of the two is missing or may not be read.
    """
    return Prepared(recipe=load_recipe(recipe), source=open_input(source), where=source)


def accept(prepared: Prepared, out: str) -> JobStore:
    """Accept the job; the same input and recipe give the same job.

    Raises:
        ManifestError: No row gives a picture.
        StorageAccessError: The store cannot be written, or overwrites what it should only create.
    """
    storage = open_storage(out)
    recipe = prepared.recipe
    channels = {name: one.model_dump(mode="json") for name, one in recipe.channel_settings().items()}
    rejected: list[Problem] = prepared.rejected
    job = accept_job(
        storage,
        prepared.items(),
        size=lambda count: shard_size(NEXT_SECONDS[recipe.quality], count),
        recipe=recipe.as_dict(),
        channels=channels,
        source=prepared.where if "://" in prepared.where else str(Path(prepared.where).absolute()),
        rejected=lambda: [problem.as_dict() for problem in rejected],
    )
    return JobStore(storage, job.id)


def estimate(items: Iterable[Item], recipe: Recipe) -> Estimate:
    """Count what a job will be; the time is that of a machine without a GPU."""
    garments: set[str] = set()
    count = files = pixels = 0
    for item in items:
        garments.add(item.garment)
        count += 1
        files += len(item.channels)
        pixels += item.request["width"] * item.request["height"]
    size = shard_size(NEXT_SECONDS[recipe.quality], count)
    further = count - len(garments)
    seconds = len(garments) * FIRST_SECONDS[recipe.quality] + further * NEXT_SECONDS[recipe.quality]
    return Estimate(
        garments=len(garments),
        items=count,
        files=files,
        shards=-(-count // size),
        minutes=round(seconds / 60, 1),
        megabytes=round(pixels * (_MASTER_BYTES + _FILE_BYTES * files / max(count, 1)) / 1e6, 1),
    )
