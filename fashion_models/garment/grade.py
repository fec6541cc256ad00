"""From the photographed size to the wearer's: `graded`."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from fashion_models.arrays import F64, Bool
from fashion_models.garment.limbs import FlatSleeve, flat_sleeves
from fashion_models.garment.model import Family, Garment, GarmentSize
from fashion_models.garment.size import row_growth

#: Armholes grow deeper by this share of the growth in width.
_ARMHOLE = 0.7
#: A print wider than this share of the chest is widened with it.
_WIDEST_PRINT = 0.65


def graded(
    garment: Garment,
    size: GarmentSize,
    points: F64,
    sleeves: Mapping[str, Bool],
    *,
    top: float = 1.0,
    kept: float = 0.0,
) -> F64:
    """Frame pixels to flat metres, with the size's growth in width.

    Below armpits or waist every row gains as much as these do, so a flare stays what it is; trousers and
    shorts are widened evenly, for their legs are fitted later. Sleeves keep their length, prints their width.

    Args:
        garment: Its landmarks and family.
        size: Scale and width factor.
        points: Frame pixels, shape (N, 2).
        sleeves: Points in the sleeve of each of the wearer's sides, shape (N,).
        top: Share of their width that the shoulders of an upper garment keep.
        kept: How far a print reaches from the middle [m]; within it nothing is widened.

    Returns:
        Flat positions [m], shape (N, 2), origin in the middle of neck or waist.
    """
    marks = garment.landmarks
    left, right = ("neckL", "neckR") if "neckL" in marks else ("waistL", "waistR")
    origin = (np.asarray(marks[left]) + np.asarray(marks[right])) / 2
    to_metres = np.array([1.0, -1.0]) * size.metres_per_px
    flat = (points - origin) * to_metres
    raw = {name: (np.asarray(point) - origin) * to_metres for name, point in marks.items()}
    if garment.category.family is Family.LEGS:
        return np.asarray(flat * [size.width_factor, 1.0])
    if garment.category.family is Family.SKIRT:
        half = _half(raw, "waist")
        growth = row_growth(size.width_factor, half, _rows(raw, flat[:, 1], 0.0, half))
        return np.stack([flat[:, 0] * growth, flat[:, 1]], axis=1)
    return _upper(raw, flat, size.width_factor, sleeves, top, kept)


def _upper(
    raw: Mapping[str, F64], flat: F64, factor: float, sleeves: Mapping[str, Bool], top: float, kept: float
) -> F64:
    """Growth from the shoulders' share to the whole at the armpits, which move down at the sides."""
    half, start = _half(raw, "pit"), float(raw["pitL"][1] + raw["pitR"][1]) / 2
    end = float(raw["hemL"][1] + raw["hemR"][1]) / 2
    rows = _rows(raw, flat[:, 1], start, half)
    depth = np.clip(flat[:, 1] / min(start, -1e-3), 0.0, 1.0)
    grown = top + (row_growth(factor, half, rows) - top) * _soft(depth)
    inner = min(kept, _WIDEST_PRINT * half)

    def widened(x: F64) -> F64:
        middle = np.clip(x, -inner, inner)
        out: F64 = middle + (x - middle) * (grown * rows - inner) / (rows - inner)
        return out

    x, lower = widened(flat[:, 0]), depth * np.clip((flat[:, 1] - end) / (start - end), 0.0, 1.0)
    for side, sleeve in flat_sleeves(raw).items():
        bound = sleeve.pit[0] + (flat[:, 1] - sleeve.pit[1]) * _slope(sleeve, flat[:, 1])
        x = np.where(sleeves[side], flat[:, 0] + widened(bound) - bound, x)
        lower = np.where(sleeves[side], depth, lower)
    aside = np.clip((np.abs(flat[:, 0]) - inner) / (half - inner), 0.0, 1.0)
    y = flat[:, 1] + _ARMHOLE * (factor - 1) * start * lower * _soft(aside)
    points = np.stack([x, y], axis=1)
    for side, sleeve in flat_sleeves(raw).items():
        points -= _lengthened(sleeve, flat, points, sleeves[side])
    return points


def _lengthened(sleeve: FlatSleeve, before: F64, after: F64, inside: Bool) -> F64:
    """What growth in width added to a sleeve's length; arms do not grow with the girth."""
    whole = max(float(sleeve.depth(sleeve.cuff[None], np.ones(1, bool))[0]), 1e-3)
    share = np.clip(sleeve.depth(before, inside) / whole, 0.0, 1.0)
    along = np.maximum((after - before) @ sleeve.axis, 0.0)
    return np.asarray((share * along)[:, None] * sleeve.axis)


def _half(raw: Mapping[str, F64], name: str) -> float:
    return abs(float(raw[f"{name}L"][0] - raw[f"{name}R"][0])) / 2


def _rows(raw: Mapping[str, F64], y: F64, start: float, half: float) -> F64:
    """Half the width at heights, from armpits or waist straight to a flared hem [m]; no taper counts."""
    end = float(raw["hemL"][1] + raw["hemR"][1]) / 2
    return np.interp(-y, [-start, -end], [half, max(_half(raw, "hem"), half)])


def _soft(share: F64) -> F64:
    return share**2 * (3 - 2 * share)


def _slope(sleeve: FlatSleeve, y: F64) -> F64:
    """dx/dy of the line that parts a sleeve from the body, above and below the armpit."""
    up = sleeve.tip - sleeve.pit
    down = sleeve.parting
    below = down[0] / down[1] if abs(down[1]) > 0.2 else 0.0
    return np.where(y > sleeve.pit[1], up[0] / max(up[1], 1e-3), below)
