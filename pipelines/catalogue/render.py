"""What a worker needs of a picture maker (`Renderer`), and the real one."""

from __future__ import annotations

import importlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from fashion_models.pipelines.catalogue.model import Item
from fashion_models.pipelines.stages import Cancelled, Progress

#: Name of the renderer that catalogues are made with.
SHOOT = "fashion_models.pipelines.catalogue.render:ShootRenderer"
#: Renderers by the names that users know them by.
RENDERERS = {"shoot": SHOOT, "stub": "fashion_models.pipelines.catalogue.render:CardRenderer"}


@dataclass(frozen=True, kw_only=True)
class Work:
    """An item with its photos' bytes."""

    item: Item
    photo: bytes
    back_photo: bytes | None


@dataclass(frozen=True, kw_only=True)
class Rendered:
    """A picture as labelled PNG bytes, and the report that goes with it."""

    png: bytes
    report: Mapping[str, Any]


class Renderer(Protocol):
    """Makes pictures, a micro-batch at a time; built once per worker, so that models stay loaded.

    Attributes:
        batch: Items that are best made together.
    """

    batch: int

    def __call__(
        self, works: Sequence[Work], *, progress: Progress, cancelled: Cancelled
    ) -> Sequence[Rendered]:
        """Make the pictures of a micro-batch, in order; one that fails raises for all of them.

        Raises:
            BadInputError: An item cannot be made, whoever tries.
            StageError: A stage failed; another try may succeed.
            CancelledError: ``cancelled`` said so.
        """


class ShootRenderer:
    """The main path, `pipelines.shoot.shoot`; one item at a time on this machine's processors."""

    batch = 1

    def __call__(
        self, works: Sequence[Work], *, progress: Progress, cancelled: Cancelled
    ) -> Sequence[Rendered]:
        """See `Renderer`."""
        return [self._shoot(work, progress, cancelled) for work in works]

    def _shoot(self, work: Work, progress: Progress, cancelled: Cancelled) -> Rendered:
        from fashion_models.photo import decode_photo
        from fashion_models.pipelines.shoot import shoot
        from fashion_models.plan import ShotRequest

        item = work.item
        back = None
        if work.back_photo is not None and item.back_photo is not None:
            back = decode_photo(work.back_photo, item.back_photo.uri)
        photo = decode_photo(work.photo, item.photo.uri)
        request = ShotRequest(photo=photo, back_photo=back, **item.request)
        shot = shoot(request, progress=progress, cancelled=cancelled)
        return Rendered(png=shot.png(), report=shot.report)


class CardRenderer:
    """Grey cards that say STUB, through the same interface: for trying everything around the pictures."""

    batch = 1

    def __call__(
        self, works: Sequence[Work], *, progress: Progress, cancelled: Cancelled
    ) -> Sequence[Rendered]:
        """See `Renderer`."""
        return [self._card(work, progress, cancelled) for work in works]

    def _card(self, work: Work, progress: Progress, cancelled: Cancelled) -> Rendered:
        from fashion_models.photo import decode_photo
        from fashion_models.pipelines.jobs.renderer import StubRenderer

        photo = decode_photo(work.photo, work.item.photo.uri)
        card = StubRenderer()(work.item.request, {"photo": photo}, progress=progress, cancelled=cancelled)
        return Rendered(png=card.picture, report=card.report)


def load_renderer(name: str) -> Renderer:
    """Build a renderer from 'module:callable'."""
    module, _, attribute = name.partition(":")
    build: Callable[[], Renderer] = getattr(importlib.import_module(module), attribute)
    return build()
