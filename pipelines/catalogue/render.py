"""What a worker needs of a picture maker (`Renderer`), and the real one."""

from __future__ import annotations

import importlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

from fashion_models.pipelines.catalogue.model import Item
from fashion_models.pipelines.stages import Cancelled, Progress

if TYPE_CHECKING:
    from fashion_models.plan import ShotRequest

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
    """Makes pictures, a micro-batch at a time; built once per worker, so that models stay loaded."""

    def together(self, item: Item) -> int:
        """How many items, this one and those that follow it, are best made together."""

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
    """The main path: drafts on this machine's processors, finished in batches where there is a device."""

    def together(self, item: Item) -> int:
        """See `Renderer`."""
        from fashion_models.pipelines.together import best_together

        return best_together(item.request.get("finisher", "none"))

    def __call__(
        self, works: Sequence[Work], *, progress: Progress, cancelled: Cancelled
    ) -> Sequence[Rendered]:
        """See `Renderer`."""
        from fashion_models.pipelines.together import shoot_together

        shots = shoot_together([_request(work) for work in works], progress=progress, cancelled=cancelled)
        return [Rendered(png=shot.png(), report=shot.report) for shot in shots]


def _request(work: Work) -> ShotRequest:
    from fashion_models.photo import decode_photo
    from fashion_models.plan import ShotRequest

    item, back = work.item, None
    if work.back_photo is not None and item.back_photo is not None:
        back = decode_photo(work.back_photo, item.back_photo.uri)
    return ShotRequest(photo=decode_photo(work.photo, item.photo.uri), back_photo=back, **item.request)


class CardRenderer:
    """Grey cards that say STUB, through the same interface: for trying everything around the pictures."""

    def together(self, item: Item) -> int:
        """See `Renderer`."""
        return 1

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
