"""Photograph pieces in the studio: `photograph` → `Draft`."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy import ndimage

from fashion_models.arrays import F32, F64, Bool
from fashion_models.errors import CancelledError, PlanError, RenderError
from fashion_models.studio.backdrop import compose, resolve_backdrop
from fashion_models.studio.denoise import denoise
from fashion_models.studio.lighting import LIGHTINGS
from fashion_models.studio.maps import Maps, exact_maps, project_joints, role_masks
from fashion_models.studio.model import Camera, Draft, Piece, Role
from fashion_models.studio.renderer import choose_renderer
from fashion_models.studio.scene import Scene, build_scene
from fashion_models.studio.shadow import contact_shadow
from fashion_models.studio.tracer import light_seen

Progress = Callable[[str, float], None]
Cancelled = Callable[[], bool]


@dataclass(frozen=True, kw_only=True)
class Quality:
    """Samples per pixel.

    Attributes:
        base: For everybody and everything.
        strands: For the pixels round hair, on top of ``base``.
        depth: Longest light path.
        fast: Denoise with the smaller network.
    """

    base: int
    strands: int
    depth: int
    fast: bool


QUALITIES = {
    "preview": Quality(base=4, strands=5, depth=3, fast=True),
    "standard": Quality(base=9, strands=12, depth=4, fast=False),
    "high": Quality(base=25, strands=36, depth=6, fast=False),
}


def photograph(
    pieces: Sequence[Piece],
    camera: Camera,
    *,
    joints: F64,
    lighting: str = "studio",
    backdrop: str = "white",
    quality: str = "standard",
    seed: int = 0,
    progress: Progress | None = None,
    cancelled: Cancelled | None = None,
) -> Draft:
    """Render the picture and its exact maps.

    Args:
        pieces: Everything in the picture; the floor lies at their lowest point.
        camera: From `frame_person`.
        joints: COCO-18 world positions [m], shape (18, 3).
        lighting: A name of `LIGHTINGS`.
        backdrop: A name of `BACKDROPS` or '#rrggbb'.
        quality: 'preview', 'standard' or 'high'.
        seed: Of the renderer's noise.
        progress: Called with the step's name and the share done, 0 to 1.
        cancelled: Asked between steps.

    Returns:
        The draft; the same arguments give the same picture within one 8-bit level.

    Raises:
        PlanError: Lighting, backdrop or quality are unknown.
        RenderError: The picture has no person in it, is black, or is not made of numbers.
        CancelledError: ``cancelled`` said so.
    """
    settings = _setting("quality", quality, QUALITIES)
    _setting("lighting", lighting, LIGHTINGS)
    ground = resolve_backdrop(backdrop)
    steps = _Steps(progress, cancelled)
    steps.begin("scene", 0.0)
    scene = build_scene(pieces, camera, lighting)
    steps.begin("maps", 0.15)
    maps = exact_maps(scene, camera, pieces)
    _check_seen(maps)
    steps.begin("light", 0.25)
    noisy = _trace(scene, camera, maps, settings, seed, steps)
    steps.begin("denoise", 0.75)
    linear, alpha = _clean(noisy, maps, settings)
    _check_picture(linear, alpha)
    steps.begin("shadow", 0.9)
    shadow = contact_shadow(pieces, camera, lighting, seed=seed)
    steps.begin("compose", 0.98)
    display = compose(linear, alpha, shadow, ground)
    masks = role_masks(maps, alpha)
    steps.begin("done", 1.0)
    return Draft(
        display=display,
        linear=linear,
        alpha=alpha,
        masks=masks,
        depth=maps.depth,
        normals=maps.normals,
        uv=maps.uv,
        position=maps.position,
        joints=project_joints(camera, joints),
        camera=camera,
        renderer=choose_renderer().label,
        timings_s=steps.seconds,
    )


class _Steps:
    """Times the steps, tells about them and lets the caller stop."""

    def __init__(self, progress: Progress | None, cancelled: Cancelled | None) -> None:
        self.seconds: dict[str, float] = {}
        self._progress, self._cancelled = progress, cancelled
        self._name, self._began = "", time.perf_counter()

    def begin(self, name: str, fraction: float) -> None:
        now = time.perf_counter()
        if self._name:
            self.seconds[self._name] = round(now - self._began, 3)
        self._name, self._began = name, now
        self.report(fraction)

    def report(self, fraction: float) -> None:
        if self._cancelled is not None and self._cancelled():
            raise CancelledError("stopped as asked; nothing was written.")
        if self._progress is not None:
            self._progress(self._name, fraction)


def _setting(what: str, name: str, known: Any) -> Any:
    if name not in known:
        raise PlanError(f"{what} '{name}' is unknown;", limit=f"known: {', '.join(known)}.")
    return known[name]


def _trace(scene: Scene, camera: Camera, maps: Maps, settings: Quality, seed: int, steps: _Steps) -> F32:
    """Premultiplied linear colours and coverage with noise, (H, W, 4); more paths round hair."""
    person, hair = maps.covered > 0, maps.shares[Role.HAIR] > 0
    sums, counts = np.zeros((*person.shape, 4), np.float32), np.zeros(person.shape, np.float32)
    for number, (where, spp) in enumerate([(person, settings.base), (hair, settings.strands)]):
        if not where.any():
            continue
        noise = 7919 * seed + 1009 * number
        sums[where] += spp * light_seen(scene, camera, where, spp=spp, depth=settings.depth, seed=noise)
        counts[where] += spp
        steps.report(0.5 + 0.2 * number)
    return np.asarray(sums / np.maximum(counts, 1)[..., None], np.float32)


def _box(where: Bool, margin: int = 6) -> tuple[slice, slice] | None:
    """Rows and columns round the pixels that are true, with a margin."""
    rows, columns = np.flatnonzero(where.any(axis=1)), np.flatnonzero(where.any(axis=0))
    if len(rows) == 0:
        return None
    return (
        slice(max(int(rows[0]) - margin, 0), int(rows[-1]) + margin + 1),
        slice(max(int(columns[0]) - margin, 0), int(columns[-1]) + margin + 1),
    )


def _clean(noisy: F32, maps: Maps, settings: Quality) -> tuple[F32, F32]:
    """Denoised premultiplied colours and coverage; coverage is exactly 0 and 1 where the samples agree."""
    linear, alpha = np.zeros_like(noisy[..., :3]), np.zeros_like(noisy[..., 3])
    part = _box(noisy[..., 3] > 0)
    if part is None:
        return linear, alpha
    albedo, normals = maps.albedo[part], maps.shading_normals[part]
    colour = denoise(noisy[part][..., :3], albedo, normals, fast=settings.fast)
    raw = np.clip(noisy[part][..., 3], 0, 1)
    cover = denoise(np.repeat(raw[..., None], 3, axis=2), albedo, normals, fast=True)[..., 0]
    cover = np.where(ndimage.minimum_filter(raw, 3) >= 0.999, 1, np.clip(cover, 0, 1))
    cover = np.where(ndimage.maximum_filter(raw, 3) <= 0, 0, cover)
    cover = np.where(cover < 0.5 / 255, 0, cover)
    alpha[part] = cover
    linear[part] = np.where(cover[..., None] > 0, np.maximum(colour, 0), 0)
    return linear, alpha


def _check_seen(maps: Maps) -> None:
    share = float((maps.piece >= 0).mean())
    if share < 0.001:
        raise RenderError(f"the camera sees nobody: {100 * share:.2f} % of the picture is covered.")


def _check_picture(linear: F32, alpha: F32) -> None:
    if not np.isfinite(linear).all():
        raise RenderError("the picture has values that are no numbers.")
    seen = linear[alpha > 0.5]
    if len(seen) == 0 or float(np.median(seen)) <= 1e-5:
        raise RenderError("the picture is empty or black.")
