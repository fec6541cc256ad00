"""Exact maps from one pass over the first surface that every sub-pixel sees: `exact_maps`."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from fashion_models.arrays import F32, F64, I32
from fashion_models.studio.camera import project, view_axes
from fashion_models.studio.model import Camera, Piece, Role
from fashion_models.studio.renderer import mitsuba
from fashion_models.studio.scene import Window, make_sensor, shape_numbers

#: Sub-pixels per pixel and axis.
SUB = 3
_BAND_PIXELS = 1_500_000
_CHANNELS = "albedo:albedo,normal:sh_normal,uv:uv,position:position,shape:shape_index"

BACKGROUND = "background"


@dataclass(frozen=True, kw_only=True)
class Maps:
    """What each pixel shows; values of surfaces are those at its centre, never mixed.

    Attributes:
        shares: Share of each pixel that shows each piece; index 0 is the background, (P + 1, H, W).
        albedo: Mean colour of the surfaces, (H, W, 3).
        shading_normals: Mean world-space normals, (H, W, 3).
        normals: Normals in camera space, 0 where empty, (H, W, 3).
        depth: Distance along the view axis [m], 0 where empty, (H, W).
        uv: Texture coordinates, v up, (H, W, 2).
        position: World position [m], (H, W, 3).
        piece: Index of the piece at the centre, −1 where empty, (H, W).
    """

    shares: F32
    albedo: F32
    shading_normals: F32
    normals: F32
    depth: F32
    uv: F32
    position: F32
    piece: I32


def exact_maps(scene: Any, camera: Camera, shapes: Sequence[Any], *, seed: int = 0) -> Maps:
    """Read the maps of a scene, in bands so that memory stays bounded.

    Args:
        scene: From `build_scene`.
        camera: The camera.
        shapes: The shapes of the scene.
        seed: Of the position within sub-pixels.

    Returns:
        The maps.
    """
    mi = mitsuba()
    integrator = mi.load_dict({"type": "aov", "aovs": _CHANNELS})
    numbers = shape_numbers(shapes)
    lookup = np.zeros(max(numbers) + 1, np.int32)
    lookup[numbers] = np.arange(1, len(shapes) + 1)
    rows = max(1, min(camera.height, _BAND_PIXELS // (SUB * SUB * camera.width)))
    means, centres, shares = [], [], []
    left, width = _columns(scene, camera)
    for y in range(0, camera.height, rows):
        window = Window(x=left, y=y, width=width, height=min(rows, camera.height - y))
        sensor = make_sensor(camera, scale=SUB, window=window)
        band = np.array(mi.render(scene, sensor=sensor, integrator=integrator, spp=1, seed=seed))
        band = np.nan_to_num(band)
        index = lookup[np.rint(band[..., 11]).astype(np.int32)]
        means.append(_block_mean(band[..., :6]))
        centres.append(band[SUB // 2 :: SUB, SUB // 2 :: SUB])
        shares.append(
            np.stack([_block_mean((index == i)[..., None])[..., 0] for i in range(len(shapes) + 1)])
        )
    margins = (left, camera.width - left - width)
    mean, centre = (_widen(np.concatenate(parts), margins) for parts in (means, centres))
    share = np.stack([_widen(s[..., None], margins)[..., 0] for s in np.concatenate(shares, axis=1)])
    share[0] = 1 - share[1:].sum(axis=0)
    piece = lookup[np.rint(centre[..., 11]).astype(np.int32)] - 1
    there = (piece >= 0)[..., None]
    right, up, forward = view_axes(camera)
    position = np.where(there, centre[..., 8:11], 0).astype(np.float32)
    along = (position - np.array(camera.origin)) @ forward
    turned = centre[..., 3:6] @ np.stack([right, up, -forward], axis=1)
    uv = np.stack([centre[..., 6], 1 - centre[..., 7]], axis=-1)
    return Maps(
        shares=share,
        albedo=mean[..., :3],
        shading_normals=mean[..., 3:6],
        normals=np.where(there, turned, 0).astype(np.float32),
        depth=np.where(there[..., 0], along, 0).astype(np.float32),
        uv=np.where(there, uv, 0).astype(np.float32),
        position=position,
        piece=piece,
    )


def first_points(scene: Any, camera: Camera, window: Window) -> F32:
    """World positions [m] that the pixels' centres look at, 0 where empty, (h, w, 3).

    Args:
        scene: From `build_scene`.
        camera: The camera.
        window: The part of the picture to look at.
    """
    mi = mitsuba()
    integrator = mi.load_dict({"type": "aov", "aovs": "position:position"})
    sensor = make_sensor(camera, window=window, centred=True)
    points = np.array(mi.render(scene, sensor=sensor, integrator=integrator, spp=1))
    return np.asarray(np.nan_to_num(points[..., -3:]), np.float32)


def _columns(scene: Any, camera: Camera) -> tuple[int, int]:
    """First column and number of columns in which the scene's bounding box can be seen."""
    box = scene.bbox()
    low, high = np.array(box.min).ravel(), np.array(box.max).ravel()
    corners = np.array(np.meshgrid(*zip(low, high, strict=True))).reshape(3, -1).T
    x = project(camera, corners)[0][:, 0]
    first = int(np.clip(np.floor(x.min()) - 2, 0, camera.width - 1))
    last = int(np.clip(np.ceil(x.max()) + 2, first + 1, camera.width))
    return first, last - first


def _widen(values: F32, margins: tuple[int, int]) -> F32:
    """Empty columns to the left and right, (H, w, C) to (H, W, C)."""
    return np.pad(values, ((0, 0), margins, (0, 0)))


def role_masks(maps: Maps, pieces: Sequence[Piece], alpha: F32) -> dict[str, F32]:
    """Coverage per role, scaled to the picture's own alpha; with 'background' they sum to 1.

    Args:
        maps: The exact maps.
        pieces: The pieces in scene order.
        alpha: Coverage of the picture, shape (H, W).

    Returns:
        Role name, and 'background', to coverage (H, W).
    """
    by_role = {role.value: np.zeros_like(alpha) for role in Role}
    for share, piece in zip(maps.shares[1:], pieces, strict=True):
        by_role[piece.role.value] += share
    covered = sum(by_role.values(), np.zeros_like(alpha))
    scale = np.where(covered > 0, alpha / np.maximum(covered, 1e-6), 0)
    masks = {role: (share * scale).astype(np.float32) for role, share in by_role.items()}
    strays = np.where(covered > 0, 0, alpha)  # strands that no sub-pixel of the maps happened to meet
    masks[Role.HAIR.value] += strays.astype(np.float32)
    masks[BACKGROUND] = (1 - sum(masks.values(), np.zeros_like(alpha))).astype(np.float32)
    return masks


def project_joints(camera: Camera, joints: F64) -> F64:
    """Joints in the picture, as OpenPose gives them.

    Args:
        camera: The camera.
        joints: COCO-18 world positions [m], shape (18, 3).

    Returns:
        x, y [px] and 1 where visible, shape (18, 3). Joints of the body count as seen wherever they are in
        the picture; nose, eyes and ears only when the head's direction lets the camera see them.
    """
    pixels, _ = project(camera, joints)
    inside = ((pixels >= 0) & (pixels < [camera.width, camera.height])).all(axis=1)
    visible = inside & _face_visible(camera, joints)
    return np.concatenate([pixels, visible[:, None]], axis=1)


def _face_visible(camera: Camera, joints: F64) -> np.ndarray[Any, np.dtype[np.bool_]]:
    visible = np.ones(18, bool)
    left = joints[17] - joints[16]
    left = left / max(float(np.linalg.norm(left)), 1e-9)
    ahead = joints[0] - (joints[16] + joints[17]) / 2
    ahead = ahead - left * (ahead @ left)
    ahead = ahead / max(float(np.linalg.norm(ahead)), 1e-9)
    towards = np.array(camera.origin) - joints[0]
    towards /= np.linalg.norm(towards)
    visible[0] = ahead @ towards > -0.1
    for joint, side in ((14, -1.0), (15, 1.0)):
        visible[joint] = (0.85 * ahead + 0.5 * side * left) @ towards > 0.05
    for joint, side in ((16, -1.0), (17, 1.0)):
        visible[joint] = side * (left @ towards) > -0.35
    return visible


def _block_mean(values: Any) -> F32:
    rows, columns, channels = values.shape
    blocks = np.asarray(values, np.float32).reshape(rows // SUB, SUB, columns // SUB, SUB, channels)
    mean: F32 = blocks.mean(axis=(1, 3))
    return mean
