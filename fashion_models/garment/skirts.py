"""Skirts: never narrower than the legs inside, hemmed level all round."""

from __future__ import annotations

import numpy as np
from scipy.ndimage import gaussian_filter1d, maximum_filter1d

from fashion_models.arrays import F64, Bool
from fashion_models.garment.levels import measure_levels
from fashion_models.garment.lines import one_line
from fashion_models.person.trunk import Legs, Trunk

#: Least width over the tape round hips and both legs, and the most a skirt is widened.
_EASE = 1.03
_MOST = 1.6
#: Hem over hips below which a skirt is narrow, and from which it is straight; a narrow one's most width over
#: the body's at the hips and at the hem.
_NARROW, _STRAIGHT = 0.9, 1.0
_NARROW_EASE = (1.0, 1.12)
#: Most that a side seam may lean (its dx over its length).
_MOST_LEAN = 0.8
_ROW_M = 0.01
#: Way below the top over which sides begin to be straightened [m].
_FADE_M = 0.06


def even_sides(flat: F64, seam: Bool, inside: Bool, top: float = 0.0) -> F64:
    """Straighten the sides of a skirt, or of trousers' hips: alike left and right, in one smooth line.

    What makes a side wavy in a photo is cloth that was laid in a fold, or a bite of the background; sewn to
    its twin every wave would stand out as a flap. A corner of the hem that was rounded is let out again.

    Args:
        flat: Flat positions [m], shape (N, 2).
        seam: Points on the side seams, shape (N,); what lies below the lowest is moved as that row is.
        inside: Points that belong to the skirt and not to a sleeve, shape (N,).
        top: Height of waist or armpits, from where sides are straightened [m].

    Returns:
        Flat positions [m], shape (N, 2).
    """
    x, y = flat.T
    side = seam & inside & (y < top + _ROW_M)
    middle = (x[side].min() + x[side].max()) / 2
    ends = [np.flatnonzero(side & part) for part in (x < middle, x > middle)]
    ends = [end[np.argsort(y[end])] for end in ends]
    bottom = max(float(y[end[0]]) for end in ends)
    rows = np.linspace(top, bottom, max(3, round((top - bottom) / _ROW_M)))
    left, right = (np.interp(rows, y[end], x[end]) for end in ends)
    half = one_line(rows, np.maximum((right - left) / 2, 0.01))
    widest = int(half.argmax())
    half[widest if widest > len(rows) // 2 else len(rows) :] = half[widest]
    fade = np.clip((top - rows) / _FADE_M, 0.0, 1.0)
    half = (right - left) / 2 * (1 - fade) + half * fade
    low, high = (np.interp(y, y[end], x[end]) for end in ends)
    centre = (
        (low + high) / 2 - np.interp(y, rows[::-1], ((left + right) / 2)[::-1]) + (left[0] + right[0]) / 2
    )
    across = (x - (low + high) / 2) / np.maximum((high - low) / 2, 0.01)
    moved = inside & (y < top)
    there = centre + across * np.interp(y, rows[::-1], half[::-1])
    return np.stack([np.where(moved, there, x), y], axis=1)


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


def half_widths(flat: F64, rows: F64, reach: float) -> F64:
    """Half width of a panel at depths below its waist [m], shape (K,).

    Args:
        flat: Flat positions [m], shape (N, 2).
        rows: The depths [m], rising, shape (K,).
        reach: Points so near to a depth count [m]; where there are none, its neighbours do.
    """
    depth, x = np.maximum(-flat[:, 1], 0.0), np.abs(flat[:, 0])
    half = np.array([x[np.abs(depth - row) < reach].max(initial=0.0) for row in rows])
    return np.asarray(np.interp(rows, rows[half > 0], half[half > 0]))


def narrowness(flat: F64) -> float:
    """How much of a narrow skirt a skirt is: 0 for straight and flared ones, 1 for a pencil."""
    _, rows, half = _rows(flat)
    hips, hem = float(half[rows <= max(0.4 * rows[-1], 0.1)].max()), float(half[rows < rows[-1] - 0.03][-1])
    return float(np.clip((_STRAIGHT - hem / hips) / (_STRAIGHT - _NARROW), 0.0, 1.0))


def narrow_skirt(flat: F64, trunk: Trunk, legs: Legs, seat: float) -> F64:
    """Keep a skirt that narrows towards its hem close to the legs on every size.

    Hips grow more than knees: with the hips' growth all the way down, a narrow skirt would be a barrel whose
    hem is caught between the legs.

    Args:
        flat: Flat positions [m], shape (N, 2).
        trunk: The wearer's trunk.
        legs: The wearer's legs.
        seat: Height of the waist edge on the wearer [m].

    Returns:
        Flat positions [m], shape (N, 2).
    """
    depth, rows, half = _rows(flat)
    hem, narrow = float(half[rows < rows[-1] - 0.03][-1]), narrowness(flat)
    at = np.r_[seat - trunk.hip, seat - trunk.crotch + legs.below]
    body = np.r_[trunk.girth(trunk.hip), legs.hulls] / 4
    ease = np.interp(rows, [at[0], rows[-1]], _NARROW_EASE)
    most = np.maximum(np.interp(rows, at, body) * ease, hem)
    most = np.maximum.accumulate(most[::-1])[::-1]  # knees are no wider in it than the hem
    most = np.where(rows < at[0], np.inf, most)
    factor = 1 + narrow * (np.minimum(most / half, 1.0) - 1)
    factor = gaussian_filter1d(factor, 4.0, mode="nearest")
    return np.asarray(flat * np.stack([np.interp(depth, rows, factor), np.ones_like(depth)], axis=1))


def level_hem(flat: F64, seam: Bool, hem: Bool, top: float = 0.0) -> F64:
    """Cut a skirt as long at its sides as in the middle, all the way down, measured along the cloth.

    A skirt whose sides lean out is part of a ring, not a trapezium: below straight rows leaning seams are too
    long, buckle, and hang down in two points.

    Args:
        flat: Flat positions [m], shape (N, 2).
        seam: Points on the side seams, shape (N,).
        hem: Points of the hem, its corners too, shape (N,).
        top: Height of waist or armpits, from where levels are counted [m].

    Returns:
        Rest positions [m], shape (N, 2); what lies above ``top`` stays.
    """
    levels = measure_levels(flat, seam, hem, top)
    rows, step = levels.rows, float(levels.rows[1])
    lean = np.gradient(levels.sides[:, :, 0], step, axis=1)
    lean = gaussian_filter1d(np.clip(lean, -_MOST_LEAN, _MOST_LEAN), 1.0, axis=1, mode="nearest")
    fall = np.sqrt(1 - lean**2)
    steps = (fall[:, 1:] + fall[:, :-1]) / 2 * step
    sides = np.concatenate([np.zeros((2, 1)), np.cumsum(steps, axis=1)], axis=1)
    shorter = [levels.down - np.interp(levels.down, rows, side) for side in sides]
    over = np.maximum(levels.down - rows[-1], 0.0)  # beyond the last level all goes on alike
    off = np.where(levels.across < 0, *shorter) - over
    y = top - levels.down + off * levels.across**2
    return np.stack([flat[:, 0], np.where(levels.down > 0, y, flat[:, 1])], axis=1)


def _rows(flat: F64) -> tuple[F64, F64, F64]:
    """Depth of each point below the waist, depths of the rows and half their widths [m]."""
    depth = np.maximum(-flat[:, 1], 0.0)
    rows = np.arange(0.0, float(depth.max()) + _ROW_M, _ROW_M)
    half = half_widths(flat, rows, 0.015)
    return depth, rows, gaussian_filter1d(np.maximum(half, 0.01), 1.5, mode="nearest")
