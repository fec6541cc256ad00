"""Skirts: never narrower than the legs inside, hemmed level all round."""

from __future__ import annotations

import numpy as np
from scipy.ndimage import gaussian_filter1d, maximum_filter1d

from fashion_models.arrays import F64, Bool
from fashion_models.person.trunk import Legs, Trunk

#: Least width over the tape round hips and both legs, and the most a skirt is widened.
_EASE = 1.03
_MOST = 1.6
#: Least and most that a stretch of the hem is lengthened or shortened to be level.
_HEM_RANGE = (0.85, 1.15)
_ROW_M = 0.01


def widen_skirt(flat: F64, trunk: Trunk, legs: Legs, seat: float) -> F64:
    """Widen a skirt that is narrower than hips and legs: a hem far from the camera looks small.

    Args:
        flat: Flat positions [m], shape (N, 2).
        trunk: The wearer's trunk.
        legs: The wearer's legs.
        seat: Height of the waist edge on the wearer [m].

    Returns:
        Flat positions [m], shape (N, 2).
    """
    depth, rows, half = _rows(flat)
    legs_at = seat - trunk.crotch + legs.below
    together = np.minimum.accumulate(
        legs.hulls
    )  # in a narrow skirt knees are held no farther apart than thighs
    least = np.where(rows < legs_at[0], trunk.girth(seat - rows), np.interp(rows, legs_at, together))
    hips = np.clip(
        (rows - (seat - trunk.hip) + 0.06) / 0.06, 0.0, 1.0
    )  # above them a waistband is cut anyway
    factor = 1 + hips * (np.clip(least / 4 * _EASE / half, 1.0, _MOST) - 1)
    factor = gaussian_filter1d(maximum_filter1d(factor, 5), 1.5, mode="nearest")
    return np.asarray(flat * np.stack([np.interp(depth, rows, factor), np.ones_like(depth)], axis=1))


def level_hem(flat: F64, hem: Bool) -> F64:
    """Make a skirt as long at its sides as in the middle, measured along the cloth.

    A straight hem below leaning side seams would hang down in two points.

    Args:
        flat: Rest positions [m], shape (N, 2).
        hem: Points of the hem, its corners too, shape (N,).

    Returns:
        Rest positions [m], shape (N, 2).
    """
    from scipy.optimize import brentq  # half a second that only skirts pay

    depth, rows, half = _rows(flat)
    across = np.clip(flat[:, 0] / np.interp(depth, rows, half), -1.0, 1.0)
    place, drop = across[hem], depth[hem]
    middle = max(float(np.median(drop[np.abs(place) < 0.4])), 0.05)
    slopes = np.diff(half) / _ROW_M
    within = rows[1:] <= middle

    def longer(share: float) -> float:
        return float(np.hypot(slopes[within], share).mean() - 1)

    side = brentq(longer, *_HEM_RANGE) if longer(_HEM_RANGE[0]) < 0 < longer(_HEM_RANGE[1]) else _HEM_RANGE[0]
    columns = np.linspace(-1.0, 1.0, 41)
    near = [drop[np.abs(place - column) < 0.1] for column in columns]
    now = np.array([np.median(part) if len(part) else middle for part in near])
    aim = middle * (1 - (1 - side) * columns**2)
    share = np.clip(aim / np.maximum(now, 0.05), *_HEM_RANGE)
    share = gaussian_filter1d(share, 1.5, mode="nearest")
    scale = 1 + np.clip(depth / middle, 0.0, 1.0) * (np.interp(across, columns, share) - 1)
    return np.stack([flat[:, 0], -depth * scale + np.maximum(flat[:, 1], 0.0)], axis=1)


def _rows(flat: F64) -> tuple[F64, F64, F64]:
    """Depth of each point below the waist, depths of the rows and half their widths [m]."""
    depth = np.maximum(-flat[:, 1], 0.0)
    rows = np.arange(0.0, float(depth.max()) + _ROW_M, _ROW_M)
    x = np.abs(flat[:, 0])
    near = [x[np.abs(depth - row) < 0.015] for row in rows]
    half = np.array([part.max() if len(part) else 0.0 for part in near])
    return depth, rows, gaussian_filter1d(np.maximum(half, 0.01), 1.5, mode="nearest")
