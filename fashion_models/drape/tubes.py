"""Trousers before the body grows into them: one tube round the hips, two round the legs."""

from __future__ import annotations

import numpy as np

from fashion_models.arrays import F64
from fashion_models.drape.graph import row_reach
from fashion_models.garment.pattern import Pattern, nearest_seam
from fashion_models.person.body import PosedBody

#: Least distance of a leg's tube from the middle [m].
_LEGS_APART_M = 0.006
_STEP_M = 0.015
_SIDES = (("L", 1.0), ("R", -1.0))


def leg_direction(pattern: Pattern, side: str, sign: float) -> F64:
    """Direction in which a leg points for dressing; without trouser legs nearly down."""
    marks = pattern.landmarks
    spread = 0.05
    if "crotch" in marks:
        image = "R" if side == "L" else "L"
        end = (marks[f"leg{image}out"] + marks[f"leg{image}in"]) / 2
        top = np.array([marks["crotch"][0] + sign * 0.09, marks["crotch"][1]])
        along = end - top
        spread = float(np.clip(sign * along[0] / max(-along[1], 0.05), 0.03, 0.22))
    return np.array([sign * spread, 0.0, -1.0])


def as_tubes(start: F64, pattern: Pattern, centre: F64, posed: PosedBody) -> F64:
    """Bend flat trousers into tubes of the same girth: round the hips, and round each leg below.

    Left flat, all the width of the hips would stand out at the side seams, and stay there.

    Args:
        start: Panels in the frontal plane at the height they hang [m], shape (N, 3).
        pattern: The garment.
        centre: Depth of the skeleton at each vertex [m], shape (N,).
        posed: The full-grown body.

    Returns:
        Starting positions [m], shape (N, 3).
    """
    below = pattern.landmarks["crotch"][1] - pattern.flat[:, 1]
    side = np.where(pattern.back, 1.0, -1.0)
    middle = posed.head("root")[0]
    x = start[:, 0] - pattern.landmarks["crotch"][0]
    hips = _round_hips(x, start, pattern)
    legs = _round_legs(x, below, start[:, 2], posed, middle)
    share = np.clip((below - 0.02) / 0.12, 0.0, 1.0)[:, None]
    across, out = (hips + share**2 * (3 - 2 * share) * (legs - hips)).T
    return np.stack([middle + across, centre + side * out, start[:, 2]], axis=1)


def _round_hips(x: F64, start: F64, pattern: Pattern) -> F64:
    """Place and depth on a circle as long as the row is, shallow near the crotch's seam, shape (N, 2).

    Hips are wider than deep: they push the sides out, and what is left over lies before and behind them.
    """
    half = np.maximum(row_reach(x, start[:, 2]), 1e-6)
    quarter = np.clip(x / half, -1.0, 1.0) * np.pi / 2
    radius = 2 * half / np.pi
    gap = 0.012 + 0.05 * np.sqrt(nearest_seam(pattern) / 0.06)
    gap[pattern.seam] = 0.0
    return np.stack([radius * np.sin(quarter), np.minimum(radius * np.cos(quarter), gap)], axis=1)


def _round_legs(x: F64, below: F64, height: F64, posed: PosedBody, middle: float) -> F64:
    """Place and depth on an ellipse round the nearer leg, narrow where legs are close, shape (N, 2)."""
    rows = np.arange(0.02, max(float(below.max()), 0.03), _STEP_M)
    placed = np.zeros((len(x), 2))
    for name, sign in _SIDES:
        leg = sign * x > 0
        near = [x[leg & (np.abs(below - row) < 0.02)] for row in rows]
        ends = np.array([(part.min(), part.max()) if len(part) > 1 else (0.0, 0.0) for part in near])
        joints = np.stack([posed.head(f"{bone}.{name}") for bone in ("foot", "lowerleg01", "upperleg01")])
        axis = np.interp(height[leg], joints[:, 2], joints[:, 0]) - middle
        own = np.interp(below[leg], rows, ends.mean(axis=1))
        half = np.maximum(np.interp(below[leg], rows, np.ptp(ends, axis=1) / 2), 1e-3)
        radius = 2 * half / np.pi
        wide = np.minimum(radius, np.maximum(np.abs(axis) - _LEGS_APART_M, radius / 2))
        quarter = np.clip((x[leg] - own) / half, -1.0, 1.0) * np.pi / 2
        placed[leg] = np.stack([axis + wide * np.sin(quarter), (2 * radius - wide) * np.cos(quarter)], axis=1)
    return placed
