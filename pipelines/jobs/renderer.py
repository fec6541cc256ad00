"""What a worker does with a request: `ShotRenderer` makes the picture, `StubRenderer` only pretends."""

from __future__ import annotations

import time
from collections.abc import Mapping
from typing import Any, Protocol

from fashion_models.cache import digest
from fashion_models.photo import GarmentPhoto
from fashion_models.pipelines.jobs.model import Rendered
from fashion_models.pipelines.stages import Cancelled, Progress, Stages
from fashion_models.plan import ShotRequest


class Renderer(Protocol):
    """Makes a picture of a request.

    Attributes:
        name: Stands in every report.
    """

    name: str

    def __call__(
        self,
        fields: Mapping[str, Any],
        photos: Mapping[str, GarmentPhoto],
        *,
        progress: Progress,
        cancelled: Cancelled,
    ) -> Rendered:
        """Render.

        Args:
            fields: Fields of `ShotRequest` but for the photos.
            photos: Those of `PHOTOS` that were named.
            progress: Called with the stage and the share that is done.
            cancelled: Asked between steps; True stops the work.

        Raises:
            FashionModelsError: There is no picture, and why.
        """
        ...


class ShotRenderer:
    """The real thing: `shoot`."""

    name = "shoot"

    def __call__(
        self,
        fields: Mapping[str, Any],
        photos: Mapping[str, GarmentPhoto],
        *,
        progress: Progress,
        cancelled: Cancelled,
    ) -> Rendered:
        """See `Renderer`."""
        from fashion_models.pipelines.shoot import shoot

        shot = shoot(ShotRequest(**{**fields, **photos}), progress=progress, cancelled=cancelled)
        return Rendered(picture=shot.png(), report=shot.report, name=shot.stem)


class StubRenderer:
    """A grey card that says STUB: for trying an integration, and for the queue's own tests.

    Args:
        seconds: How long a card takes.
    """

    name = "stub"

    def __init__(self, seconds: float = 0.2) -> None:
        self.seconds = seconds

    def __call__(
        self,
        fields: Mapping[str, Any],
        photos: Mapping[str, GarmentPhoto],
        *,
        progress: Progress,
        cancelled: Cancelled,
    ) -> Rendered:
        """See `Renderer`."""
        steps = 10
        stages = Stages(progress, cancelled)
        with stages.stage("render") as tell:
            for step in range(steps):
                tell("render", step / steps)
                time.sleep(self.seconds / steps)
        name = f"{photos['photo'].name}-{fields.get('view', 'front')}-stub"
        report = {
            "renderer": self.name,
            "request": dict(fields),
            "checks": {},
            "passed": True,
            "failures": [],
            "timings_s": stages.seconds,
        }
        card = _card(f"STUB {digest(dict(fields), photos['photo'].digest)[:8]}")
        return Rendered(picture=card, report=report, name=name)


def _card(line: str) -> bytes:
    import numpy as np
    from PIL import Image, ImageDraw

    from fashion_models.pipelines.shot import png_bytes

    card = Image.new("RGB", (192, 288), "#9a9a9a")
    ImageDraw.Draw(card).text((96, 144), line, fill="black", anchor="mm")
    return png_bytes(np.asarray(card))


def renderer_named(name: str) -> Renderer:
    """The renderer a worker was told to use: 'shoot', 'stub' or 'stub:SECONDS'.

    Raises:
        PlanError: There is no such renderer.
    """
    from fashion_models.errors import PlanError

    kind, _, seconds = name.partition(":")
    if kind == "shoot" and not seconds:
        return ShotRenderer()
    if kind == "stub" and seconds.replace(".", "", 1).isdigit() | (not seconds):
        return StubRenderer(float(seconds)) if seconds else StubRenderer()
    raise PlanError(f"renderer '{name}' is unknown;", limit="known: shoot, stub, stub:SECONDS.")
