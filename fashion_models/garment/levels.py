"""The levels of a skirt: lines as far from its top as its hem is, from one side seam to the other."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from scipy.ndimage import gaussian_filter1d

from fashion_models.arrays import F64, Bool

_ROW_M = 0.02
_COLUMNS = np.linspace(-1.0, 1.0, 41)
#: Stretch of a side seam whose slope goes on below its corner [m].
_TAIL_M = 0.1

_Seam = Callable[[F64], F64]


@dataclass(frozen=True, eq=False)
class Levels:
    """A skirt's panel in the coordinates in which it is a tube.

    Attributes:
        across: Place of each point between the side seams, -1..1, shape (N,).
        down: Way of each point from the top to a level hem [m], shape (N,); negative above the top.
        rows: Levels [m], evenly from the top to the hem, shape (K,).
        sides: Place (x, y) of the left and right seam at each level [m], shape (2, K, 2).
        lengths: Length of the cloth along each level [m], shape (K,).
    """

    across: F64
    down: F64
    rows: F64
    sides: F64
    lengths: F64


def measure_levels(points: F64, seam: Bool, hem: Bool, top: float) -> Levels:
    """Find the levels of a panel below ``top``.

    Args:
        points: Flat points [m], y up, shape (N, 2).
        seam: Points on its side seams, shape (N,).
        hem: Points on its hem, shape (N,).
        top: Height of the first level, a waist or armpits [m].

    Returns:
        The levels, and where each point lies among them.
    """
    x, y = points.T
    middle = float(x[hem].mean())
    side = seam & (y < top + _ROW_M)
    left, right = (_seam(y[side & part], x[side & part]) for part in (x < middle, x > middle))
    across = np.clip(2 * (x - left(y)) / np.maximum(right(y) - left(y), 1e-3) - 1, -1.0, 1.0)
    edge = np.flatnonzero(hem)[np.argsort(across[hem])]
    drop = np.maximum(np.interp(_COLUMNS, across[edge], top - y[edge]), _ROW_M)
    drop = gaussian_filter1d(drop, 1.0, mode="nearest")
    full = float(np.median(drop))
    rows = np.linspace(0.0, full, max(3, round(full / _ROW_M) + 1))
    ys = top - rows[:, None] * drop / full
    xs = left(ys) + (right(ys) - left(ys)) * (_COLUMNS + 1) / 2
    lengths = np.hypot(np.diff(xs, axis=1), np.diff(ys, axis=1)).sum(axis=1)
    return Levels(
        across=across,
        down=(top - y) * full / np.interp(across, _COLUMNS, drop),
        rows=rows,
        sides=np.stack([np.stack([xs[:, k], ys[:, k]], axis=1) for k in (0, -1)]),
        lengths=gaussian_filter1d(lengths, 1.5, mode="nearest"),
    )


def _seam(y: F64, x: F64) -> _Seam:
    """A side seam as x of y [m]; below its corner it goes straight on."""
    order = np.argsort(y)
    y, x = y[order], gaussian_filter1d(x[order], 1.0, mode="nearest")
    tail = y < y[0] + _TAIL_M
    slope = float(np.polyfit(y[tail], x[tail], 1)[0]) if tail.sum() > 1 else 0.0
    return lambda at: np.asarray(np.interp(at, y, x) + slope * np.minimum(at - y[0], 0.0))
