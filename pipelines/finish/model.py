"""What finishers take and give: `Finisher`, `FinishRequest`, `Finished`, `Strengths`."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, fields, replace
from typing import Any, Protocol

from fashion_models.arrays import U8
from fashion_models.studio.model import Draft

#: Called with a step's name and the share of the finish that is done, 0 to 1.
Progress = Callable[[str, float], None]
#: Asked between steps; True stops the work.
Cancelled = Callable[[], bool]


@dataclass(frozen=True, kw_only=True)
class Strengths:
    """How far the network may leave the draft, per region, from 0 (not at all) to 1 (entirely).

    Low strength keeps the draft's shading, high strength replaces what looks rendered.
    """

    skin: float = 0.55
    face: float = 0.4
    hair: float = 0.65
    base: float = 0.5
    background: float = 0.95
    detail: float = 0.35

    def lower(self, factor: float) -> Strengths:
        """All of them lowered, except a new scene's."""
        return replace(
            self, **{f.name: factor * getattr(self, f.name) for f in fields(self) if f.name != "background"}
        )


@dataclass(frozen=True, kw_only=True, eq=False)
class FinishRequest:
    """One draft to finish.

    Attributes:
        draft: The picture and its maps.
        prompt: What the picture shows.
        avoid: What it should not show.
        seed: Of the noise, which lies on the body's surface.
        scene: The background is made anew; otherwise it stays the draft's to the byte.
        lighting: What the draft was taken with.
        strengths: How far each region may change.
        face: Approved picture of the person's face (H, W, 3) for the presets that can use one.
    """

    draft: Draft
    prompt: str
    avoid: str
    seed: int
    scene: bool = False
    lighting: str = "studio"
    strengths: Strengths = Strengths()
    face: U8 | None = None


@dataclass(frozen=True, kw_only=True, eq=False)
class Finished:
    """A finished picture.

    Attributes:
        picture: sRGB, of the draft's size; locked pixels are the draft's.
        notes: How it was made, JSON-ready: device, precision, steps, size of the tiles and why, passes.
    """

    picture: U8
    notes: dict[str, Any]


class Finisher(Protocol):
    """Turns drafts photographic."""

    @property
    def name(self) -> str:
        """The preset's name."""
        ...

    @property
    def weights(self) -> str:
        """Digest of the weights it was made from."""
        ...

    def __call__(
        self,
        requests: Sequence[FinishRequest],
        *,
        progress: Progress | None = None,
        cancelled: Cancelled | None = None,
    ) -> list[Finished]:
        """Finish drafts together; each comes out as it would alone.

        Raises:
            FinishError: The network gave no picture.
            CancelledError: ``cancelled`` said so.
        """
        ...
