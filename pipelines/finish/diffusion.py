"""Finish with a diffusion network: the whole figure, then tiles, then face and hands: `DiffusionFinisher`."""

from __future__ import annotations

import functools
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from fashion_models.arrays import F32, U8
from fashion_models.conditioning.pictures import Window, control_picture
from fashion_models.errors import CancelledError, FinishError
from fashion_models.pipelines.finish.crops import (
    cut,
    face_window,
    hand_windows,
    place,
    tile_windows,
    whole_window,
)
from fashion_models.pipelines.finish.lock import latent_strength, paste, regions_of
from fashion_models.pipelines.finish.model import Cancelled, Finished, FinishRequest, Progress
from fashion_models.pipelines.finish.noise import surface_noise
from fashion_models.pipelines.finish.presets import Preset
from fashion_models.pipelines.finish.sampling import Network, Patch, sample

#: A part is black when nothing in it is brighter than this, sRGB in [0, 1].
_BLACK = 0.02


@dataclass(frozen=True, kw_only=True, eq=False)
class _Part:
    """A part of one request's picture that is to be sampled.

    Attributes:
        number: Of the request.
        source: The picture to start from, (H, W, 3).
        strongest: Upper limit of the strength.
        face: A face to resemble.
    """

    number: int
    window: Window
    source: U8
    strongest: float = 1.0
    face: U8 | None = None


class DiffusionFinisher:
    """Finishes drafts with one network.

    Args:
        preset: Its settings.
        folder: Its weights; they are loaded when the first draft comes.
        weights: Digest of the weights.
    """

    def __init__(self, preset: Preset, folder: Path, weights: str) -> None:
        self.preset = preset
        self.weights = weights
        self._folder = folder

    @functools.cached_property
    def network(self) -> Network:
        """The loaded network."""
        from fashion_models.pipelines.finish.loading import open_network

        return open_network(self.preset, self._folder)

    @property
    def name(self) -> str:
        """The preset's name."""
        return self.preset.name

    def __call__(
        self,
        requests: Sequence[FinishRequest],
        *,
        progress: Progress | None = None,
        cancelled: Cancelled | None = None,
    ) -> list[Finished]:
        """Finish drafts together; see `fashion_models.pipelines.finish.model.Finisher`."""
        import torch

        refused: list[str] = []
        for tile, batch in self._sizes():
            work = _Work(self, requests, tile, batch, progress, cancelled)
            try:
                return work.finished(refused)
            except torch.OutOfMemoryError:
                refused.append(f"{tile} px, {batch} at once")
                if self.network.device.type == "cuda":
                    torch.cuda.empty_cache()
        raise FinishError(
            f"'{self.name}' does not fit into memory: {'; '.join(refused)} were tried;",
            cure="choose a smaller preset or close what else uses the device.",
        )

    def _sizes(self) -> Iterator[tuple[int, int]]:
        """Side of a tile and size of a batch, in the order in which they are tried."""
        if self.preset.batch > 1:
            yield self.preset.tiles[0], self.preset.batch
        for tile in self.preset.tiles:
            yield tile, 1


class _Work:
    """One go at finishing a batch of requests with one size of tile."""

    def __init__(
        self,
        finisher: DiffusionFinisher,
        requests: Sequence[FinishRequest],
        tile: int,
        batch: int,
        progress: Progress | None,
        cancelled: Cancelled | None,
    ) -> None:
        self._preset, self._network = finisher.preset, finisher.network
        self._requests, self._tile, self._batch = requests, tile, batch
        self._progress, self._cancelled = progress, cancelled
        self._regions = [regions_of(r.draft, r.strengths, scene=r.scene) for r in requests]
        self._done = [(request.draft.display / np.float32(255)).astype(np.float32) for request in requests]
        self._passes: list[list[str]] = [[] for _ in requests]

    def finished(self, refused: Sequence[str]) -> list[Finished]:
        """All passes, the paste, and how it was made."""
        self._sample("whole", list(self._whole()), 0.0, 0.5)
        self._sample("tiles", list(self._tiles()), 0.5, 0.3)
        self._sample("details", list(self._details()), 0.8, 0.2)
        return [
            Finished(picture=paste(request.draft, done, regions), notes=self._notes(number, refused))
            for number, (request, done, regions) in enumerate(
                zip(self._requests, self._done, self._regions, strict=True)
            )
        ]

    def _whole_window(self, request: FinishRequest) -> Window:
        height, width = request.draft.alpha.shape
        reduced = self._tile != self._preset.tiles[0]
        return whole_window(height, width, pixels=self._tile**2 if reduced else self._preset.native_pixels)

    def _whole(self) -> Iterator[_Part]:
        for number, request in enumerate(self._requests):
            yield _Part(number=number, window=self._whole_window(request), source=request.draft.display)

    def _tiles(self) -> Iterator[_Part]:
        """Of pictures that the whole was sampled smaller of."""
        for number, request in enumerate(self._requests):
            height, width = request.draft.alpha.shape
            if self._whole_window(request).rows >= 0.95 * height:
                continue
            for window in tile_windows(height, width, self._tile):
                yield _Part(
                    number=number,
                    window=window,
                    source=_bytes(self._done[number]),
                    strongest=request.strengths.detail,
                )

    def _details(self) -> Iterator[_Part]:
        """The face starts from the rendered face, which is the same person's in every picture."""
        side = min(self._preset.crop, self._tile)
        for number, request in enumerate(self._requests):
            face = face_window(request.draft, side)
            if face is not None:
                yield _Part(
                    number=number,
                    window=face,
                    source=request.draft.display,
                    strongest=request.strengths.face,
                    face=request.face,
                )
            for hand in hand_windows(request.draft, side):
                yield _Part(
                    number=number,
                    window=hand,
                    source=_bytes(self._done[number]),
                    strongest=request.strengths.detail,
                )

    def _sample(self, name: str, parts: list[_Part], begin: float, share: float) -> None:
        """Sample parts, those of one size together, and place them."""
        groups: dict[tuple[int, int, bool], list[tuple[_Part, Patch]]] = {}
        for part in parts:
            patch = self._patch(part)
            if patch.strength.max() > 0:
                shape = (*patch.picture.shape[:2], patch.face is not None)
                groups.setdefault(shape, []).append((part, patch))
        batches = [
            group[start : start + self._batch]
            for group in groups.values()
            for start in range(0, len(group), self._batch)
        ]
        found: dict[int, list[tuple[F32, Window]]] = {}
        for number, batch in enumerate(batches):

            def between(fraction: float, number: int = number) -> None:
                if self._cancelled is not None and self._cancelled():
                    raise CancelledError("stopped as asked; nothing was written.")
                if self._progress is not None:
                    self._progress(name, begin + share * (number + fraction) / len(batches))

            pictures = sample(self._network, [patch for _, patch in batch], between=between)
            for (part, patch), picture in zip(batch, pictures, strict=True):
                _check(name, picture, patch.picture)
                found.setdefault(part.number, []).append((picture, part.window))
        for number, placed in found.items():
            self._done[number] = place(self._done[number], *zip(*placed, strict=True))
            self._passes[number].append(name)

    def _patch(self, part: _Part) -> Patch:
        request, regions = self._requests[part.number], self._regions[part.number]
        strength = latent_strength(regions.strength, part.window)
        return Patch(
            picture=cut(part.source, part.window),
            controls={
                kind: control_picture(kind, request.draft, part.window) for kind in self._network.kinds
            },
            strength=np.minimum(strength, np.float32(part.strongest)),
            noise=surface_noise(
                request.draft, part.window, channels=self._network.channels, seed=request.seed
            ),
            prompt=request.prompt,
            avoid=request.avoid,
            seed=request.seed,
            face=part.face,
        )

    def _notes(self, number: int, refused: Sequence[str]) -> dict[str, Any]:
        request = self._requests[number]
        return {
            "device": self._network.device.type,
            "steps": self._preset.steps,
            "guidance": self._preset.guidance,
            "tile_px": self._tile,
            "did_not_fit": list(refused),
            "passes": self._passes[number],
            "prompt": request.prompt,
            "prompt_cut": self._network.cut_words(request.prompt),
        }


def _check(name: str, picture: F32, before: U8) -> None:
    """Raise when a sampled part is no picture.

    Raises:
        FinishError: It has values that are no numbers, or is black where there was light.
    """
    if not np.isfinite(picture).all():
        raise FinishError(f"the finish ({name}) has values that are no numbers.")
    if float(picture.max()) < _BLACK < float(before.max()) / 255:
        raise FinishError(f"the finish ({name}) is black.")


def _bytes(picture: F32) -> U8:
    return np.asarray(np.rint(255 * np.clip(picture, 0, 1)), np.uint8)
