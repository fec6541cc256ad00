"""How much of the studio's direct light reaches what the camera sees: `received_light`."""

from __future__ import annotations

import functools

import numpy as np

from fashion_models.arrays import F64, I64, Bool
from fashion_models.studio.camera import project, view_axes
from fashion_models.studio.lighting import HEIGHT, WIDTH, directions, environment
from fashion_models.studio.model import Draft

#: Side of the environment's cells that are looked at as one direction [px].
_CELL = 16
#: Distances from the surface at which something may stand in the light [m].
_STEPS_M = np.geomspace(0.006, 0.35, 18)
#: Nearer to the camera than the light's path by this much: it shades; by more: it lies before the path [m].
_SHADES_M = (0.004, 0.1)


def received_light(draft: Draft, rows: I64, columns: I64, *, lighting: str = "studio") -> tuple[F64, F64]:
    """Direct light on pixels, from the draft's own geometry; light from other surfaces does not count.

    Args:
        draft: The picture with its maps.
        rows: Of the pixels, shape (N,).
        columns: Of the pixels, shape (N,).
        lighting: What it was taken with.

    Returns:
        What a matt white surface there would return with nothing in the way, and with all that the camera
        sees in the way, both shape (N,); about 1 where it faces the camera.
    """
    away, weight = _cells(lighting)
    a = np.radians(draft.camera.azimuth_deg)
    towards = away @ np.array([[np.cos(a), np.sin(a), 0], [-np.sin(a), np.cos(a), 0], [0, 0, 1]])
    right, up, forward = view_axes(draft.camera)
    normals = draft.normals[rows, columns].astype(np.float64) @ np.stack([right, up, -forward])
    points = draft.position[rows, columns] + _SHADES_M[0] * normals
    cosine = np.clip(normals @ towards.T, 0, None) * weight
    received = np.zeros(len(points))
    for direction, light in zip(towards, cosine.T, strict=True):
        faces = np.flatnonzero(light)
        received[faces] += np.where(_shaded(draft, points[faces], direction), 0, light[faces])
    return cosine.sum(axis=1), received


def _shaded(draft: Draft, points: F64, direction: F64) -> Bool:
    """True where something that the camera sees stands between a point and the light."""
    path = (points[:, None] + _STEPS_M[:, None] * direction).reshape(-1, 3)
    pixels, depth = project(draft.camera, path)
    column, row = np.floor(pixels).astype(np.int64).T
    height, width = draft.depth.shape
    inside = (column >= 0) & (column < width) & (row >= 0) & (row < height)
    seen = np.where(inside, draft.depth[np.clip(row, 0, height - 1), np.clip(column, 0, width - 1)], 0)
    nearer = depth - seen
    blocks = (seen > 0) & (nearer > _SHADES_M[0]) & (nearer < _SHADES_M[1])
    return np.asarray(blocks.reshape(-1, len(_STEPS_M)).any(axis=1), bool)


@functools.cache
def _cells(lighting: str) -> tuple[F64, F64]:
    """Directions of the light in the camera's frame, (K, 3), and what each adds to a surface facing it."""
    theta = (np.arange(HEIGHT) + 0.5) / HEIGHT * np.pi
    solid = np.sin(theta)[:, None] * (np.pi / HEIGHT) * (2 * np.pi / WIDTH)
    share = environment(lighting)[..., 0].astype(np.float64) * solid / np.pi
    blocks = (HEIGHT // _CELL, _CELL, WIDTH // _CELL, _CELL)
    weight = share.reshape(blocks).sum(axis=(1, 3)).ravel()
    middle = (directions() * share[..., None]).reshape(*blocks, 3).sum(axis=(1, 3)).reshape(-1, 3)
    return middle / np.linalg.norm(middle, axis=1, keepdims=True), weight
