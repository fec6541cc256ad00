"""The shadow a person throws on the floor: `contact_shadow`."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import cv2
import numpy as np
from scipy import ndimage
from scipy.spatial import cKDTree

from fashion_models.arrays import F32, F64, Bool
from fashion_models.studio.camera import project
from fashion_models.studio.denoise import denoise
from fashion_models.studio.lighting import environment, irradiance
from fashion_models.studio.model import Camera, Piece, Surface, visible_points
from fashion_models.studio.renderer import mitsuba
from fashion_models.studio.scene import (
    Window,
    build_scene,
    floor_piece,
    load_shapes,
    make_sensor,
    shape_numbers,
)

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


def contact_shadow(
    pieces: Sequence[Piece], shapes: Sequence[Any], camera: Camera, lighting: str, *, seed: int = 0
) -> F32:
    """How much of the studio's light reaches the backdrop.

    A floor under the person is rendered and divided by what it returns when nobody stands on it; the
    quotient fades with the distance from the feet, so that no horizon shows and far pixels stay exactly 1.

    Args:
        pieces: What throws the shadow; strands are left out.
        shapes: The same from `load_shapes`.
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
    solid = [shape for piece, shape in zip(pieces, shapes, strict=True) if isinstance(piece, Surface)]
    base, middle = float(touching[:, 2].min()), touching.mean(axis=0)
    floor = load_shapes([floor_piece(base, 4.0, middle, _REFLECTANCE)])[0]
    scene = build_scene([floor, *solid], camera, lighting)
    seen = _floor_pass(scene, camera, window, seed)
    bare = np.abs(seen[..., 3] - shape_numbers([floor])[0]) < 1e-3
    overhead = irradiance(environment(lighting)[..., 0].astype(np.float64), np.array([0.0, 0.0, 1.0]))
    light = _quotient(seen, bare, _REFLECTANCE * overhead)
    near, far = _FADE_M
    distance = np.asarray(cKDTree(touching[:, :2]).query(seen[..., 4:6].reshape(-1, 2))[0]).reshape(
        light.shape
    )
    fade = np.clip((far - distance) / (far - near), 0, 1) ** 2
    dark = _DEPTH * np.clip(1 - light - _NOISE, 0, 1) * fade
    dark = cv2.resize(dark.astype(np.float32), (window.width, window.height), interpolation=cv2.INTER_LINEAR)
    shadow[window.slices] = np.where(dark < 0.5 / 255, 1, 1 - dark)
    return shadow


def floor_window(pieces: Sequence[Piece], camera: Camera) -> Window | None:
    """The part of the picture in which the shadow can lie, sides even; None when it is out of the frame."""
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
    return Window(x=int(low[0]), y=int(low[1]), width=width, height=height)


def _touching(pieces: Sequence[Piece]) -> F64:
    """Points of the surfaces that touch the floor, thinned, (N, 3)."""
    points = np.concatenate([visible_points(piece) for piece in pieces if isinstance(piece, Surface)])
    low = points[points[:, 2] < points[:, 2].min() + _TOUCH_M]
    thinned: F64 = low[:: max(1, len(low) // 400)]
    return thinned


def _floor_pass(scene: Any, camera: Camera, window: Window, seed: int) -> F32:
    """Colour, shape index and position at half size: (h, w, 7) as rgb, index, x, y, z."""
    mi = mitsuba()
    half = Camera(
        origin=camera.origin,
        target=camera.target,
        fov_deg=camera.fov_deg,
        width=(camera.width + 1) // 2,
        height=(camera.height + 1) // 2,
        azimuth_deg=camera.azimuth_deg,
    )
    part = Window(x=window.x // 2, y=window.y // 2, width=window.width // 2, height=window.height // 2)
    integrator = mi.load_dict(
        {
            "type": "aov",
            "aovs": "shape:shape_index,position:position",
            "light": {"type": "path", "max_depth": 2, "hide_emitters": True},
        }
    )
    sensor = make_sensor(half, window=part, spp=_SPP)
    picture = np.nan_to_num(
        np.array(mi.render(scene, sensor=sensor, integrator=integrator, spp=_SPP, seed=seed))
    )
    return np.asarray(picture[..., [0, 1, 2, 4, 5, 6, 7]], np.float32)


def _quotient(seen: F32, bare: Bool, empty: float) -> F32:
    """Share of the floor's light, read on pixels that show floor alone and carried under the feet."""
    up = np.zeros_like(seen[..., :3])
    up[..., 2] = 1
    light = denoise(seen[..., :3], np.full_like(up, _REFLECTANCE), up).mean(axis=-1) / empty
    nearest = ndimage.distance_transform_edt(~bare, return_distances=False, return_indices=True)
    return np.asarray(light[tuple(nearest)], np.float32)
