"""The shadow a person throws on the floor: `contact_shadow`."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import cv2
import numpy as np
from scipy import ndimage
from scipy.spatial import cKDTree

from fashion_models.arrays import F32, F64, Bool
from fashion_models.studio.camera import project
from fashion_models.studio.denoise import denoise
from fashion_models.studio.lighting import environment, irradiance
from fashion_models.studio.model import Camera, Piece, Surface, visible_points
from fashion_models.studio.scene import build_scene, floor_piece
from fashion_models.studio.tracer import light_seen, surfaces_seen

#: The shadow is whole up to the first distance from what touches the floor [m], and gone at the second.
_FADE_M = (0.15, 0.9)
#: Share of the light that the darkest shadow takes away.
_DEPTH = 0.7
#: Differences below this share of the light are noise.
_NOISE = 0.015
_SPP = 36
_REFLECTANCE = 0.8
#: Height up to which a point counts as touching the floor [m].
_TOUCH_M = 0.04


def contact_shadow(pieces: Sequence[Piece], camera: Camera, lighting: str, *, seed: int = 0) -> F32:
    """How much of the studio's light reaches the backdrop.

    A floor under the person is rendered and divided by what it returns when nobody stands on it; the
    quotient fades with the distance from the feet, so that no horizon shows and far pixels stay exactly 1.

    Args:
        pieces: What throws the shadow; strands are left out.
        camera: The camera.
        lighting: A name of `LIGHTINGS`.
        seed: Of the noise.

    Returns:
        Factor for the backdrop, exactly 1 where no shadow falls, (H, W).
    """
    shadow = np.ones((camera.height, camera.width), np.float32)
    window = floor_window(pieces, camera)
    if window is None:
        return shadow
    touching = _touching(pieces)
    base, middle = float(touching[:, 2].min()), touching.mean(axis=0)
    floor = floor_piece(base, 4.0, middle, _REFLECTANCE)
    solid = [replace(piece, material=floor.material) for piece in pieces if isinstance(piece, Surface)]
    scene = build_scene([floor, *solid], camera, lighting)
    half = replace(camera, width=(camera.width + 1) // 2, height=(camera.height + 1) // 2)
    where = np.zeros((half.height, half.width), bool)
    part = tuple(slice(side.start // 2, side.stop // 2) for side in window)
    where[part] = True
    size = where[part].shape
    seen = surfaces_seen(scene, half, where)
    light = light_seen(scene, half, where, spp=_SPP, depth=2, seed=seed)[:, :3].reshape(*size, 3)
    share = _quotient(light, seen.piece.reshape(size) == 0, _empty(lighting))
    distance = np.asarray(cKDTree(touching[:, :2]).query(seen.position[:, :2])[0]).reshape(size)
    near, far = _FADE_M
    fade = np.clip((far - distance) / (far - near), 0, 1) ** 2
    dark = (_DEPTH * np.clip(1 - share - _NOISE, 0, 1) * fade).astype(np.float32)
    dark = cv2.resize(dark, shadow[window].shape[::-1], interpolation=cv2.INTER_LINEAR)
    shadow[window] = np.where(dark < 0.5 / 255, 1, 1 - dark)
    return shadow


def floor_window(pieces: Sequence[Piece], camera: Camera) -> tuple[slice, slice] | None:
    """Rows and columns in which the shadow can lie, sides even; None when it is out of the frame."""
    if not any(isinstance(piece, Surface) for piece in pieces):
        return None
    touching = _touching(pieces)
    turn = np.linspace(0, 2 * np.pi, 24, endpoint=False)
    ring = np.stack([np.cos(turn), np.sin(turn), np.zeros_like(turn)], axis=1) * _FADE_M[1]
    corners = (touching[:, None] + ring).reshape(-1, 3)
    corners[:, 2] = touching[:, 2].min()
    pixels, _ = project(camera, corners)
    low = np.maximum(np.floor(pixels.min(axis=0) / 2).astype(int) * 2, 0)
    high = np.minimum(np.ceil(pixels.max(axis=0)).astype(int), [camera.width, camera.height])
    width, height = (int(v) // 2 * 2 for v in high - low)
    if width < 8 or height < 8:
        return None
    return slice(int(low[1]), int(low[1]) + height), slice(int(low[0]), int(low[0]) + width)


def _touching(pieces: Sequence[Piece]) -> F64:
    """Points of the surfaces that touch the floor, thinned, (N, 3)."""
    points = np.concatenate([visible_points(piece) for piece in pieces if isinstance(piece, Surface)])
    low = points[points[:, 2] < points[:, 2].min() + _TOUCH_M]
    thinned: F64 = low[:: max(1, len(low) // 400)]
    return thinned


def _empty(lighting: str) -> float:
    """What the floor returns when nobody stands on it."""
    up = np.array([0.0, 0.0, 1.0])
    return _REFLECTANCE * irradiance(environment(lighting)[..., 0].astype(np.float64), up)


def _quotient(seen: F32, bare: Bool, empty: float) -> F32:
    """Share of the floor's light, read on pixels that show floor alone and carried under the feet."""
    up = np.zeros_like(seen)
    up[..., 2] = 1
    light = denoise(seen, np.full_like(up, _REFLECTANCE), up).mean(axis=-1) / empty
    nearest = ndimage.distance_transform_edt(~bare, return_distances=False, return_indices=True)
    return np.asarray(light[tuple(nearest)], np.float32)
