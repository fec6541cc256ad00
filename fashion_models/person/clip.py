"""Cut a triangle mesh along the zero line of a function: `clip_triangles`."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from fashion_models.arrays import F64, I32, I64


@dataclass(frozen=True, eq=False)
class Clip:
    """Which triangles are left, over old and new vertices.

    Attributes:
        triangles: Shape (M, 3); indices from ``count`` on are new vertices.
        ends: Old vertices between which each new one lies, shape (K, 2).
        share: Where on the way from the first to the second, shape (K,).
        count: Number of old vertices.
    """

    triangles: I64
    ends: I64
    share: F64
    count: int

    def extend(self, values: F64) -> F64:
        """Values of old vertices (N, …) continued to the new ones (N + K, …)."""
        a, b = values[self.ends[:, 0]], values[self.ends[:, 1]]
        t = self.share.reshape(-1, *([1] * (values.ndim - 1)))
        extended: F64 = np.concatenate([values, a * (1 - t) + b * t])
        return extended


def clip_triangles(triangles: I32 | I64, level: F64) -> Clip:
    """Keep what lies where the function is positive, cutting triangles exactly on its zero line.

    Args:
        triangles: Shape (M, 3).
        level: The function at the vertices, shape (N,).

    Returns:
        The clip; a vertex on a cut edge is made once, so the cut is closed.
    """
    inside = level[triangles] > 0
    kinds = inside.sum(axis=1)
    whole = triangles[kinds == 3].astype(np.int64)
    one, two = triangles[kinds == 1], triangles[kinds == 2]
    lone_in = _rotate(one, np.argmax(inside[kinds == 1], axis=1))
    lone_out = _rotate(two, np.argmin(inside[kinds == 2], axis=1))
    sides = np.concatenate([lone_in[:, [0, 1]], lone_in[:, [0, 2]], lone_out[:, [0, 1]], lone_out[:, [0, 2]]])
    ends, new = np.unique(np.sort(sides, axis=1), axis=0, return_inverse=True)
    new = new.reshape(-1) + len(level)
    n, m = len(lone_in), len(lone_out)
    a, b = new[:n], new[n : 2 * n]
    c, d = new[2 * n : 2 * n + m], new[2 * n + m :]
    kept = [
        whole,
        np.stack([lone_in[:, 0], a, b], axis=1),
        np.stack([c, lone_out[:, 1], lone_out[:, 2]], axis=1),
        np.stack([c, lone_out[:, 2], d], axis=1),
    ]
    first, second = level[ends[:, 0]], level[ends[:, 1]]
    return Clip(np.concatenate(kept), ends, first / (first - second), len(level))


def _rotate(triangles: I32 | I64, start: I64) -> I64:
    """The same triangles beginning at another corner."""
    order = (start[:, None] + np.arange(3)) % 3
    return np.take_along_axis(triangles.astype(np.int64), order, axis=1)
