"""Landmarks and openings from the outline: corners are support points, armpits and crotch are concave turns.

Names and their order around the contour are those of `fashion_models.garment.model.Garment`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from fashion_models.arrays import F64
from fashion_models.errors import LandmarkError
from fashion_models.garment.contour import support
from fashion_models.garment.halves import Half, end_corners, halves
from fashion_models.garment.model import Family, Outline, Sleeve
from fashion_models.garment.outline import mirror_axis
from fashion_models.garment.upper import find_upper

#: Below this share of the height the legs are hardly longer than their own openings.
SHORT_INSEAM = 0.2

WAIST = {"waist": ("waistL", "waistR")}
HEM = {"hem": ("hemR", "hemL")}
LEGS = {"legR": ("legRout", "legRin"), "legL": ("legLin", "legLout")}
NECK = {"neck": ("neckL", "neckR")}
CUFFS = {"cuffR": ("cuffRo", "cuffRi"), "cuffL": ("cuffLi", "cuffLo")}
ARMHOLES = {"armR": ("tipR", "pitR"), "armL": ("pitL", "tipL")}


@dataclass(frozen=True, kw_only=True, eq=False)
class Reading:
    """Landmarks found for one family.

    Attributes:
        landmarks: Name to point on the contour [frame pixels].
        sleeve: Sleeve length.
    """

    landmarks: Mapping[str, F64]
    sleeve: Sleeve


def openings_of(family: Family, sleeve: Sleeve) -> dict[str, tuple[str, str]]:
    """The openings of a family: name to the landmarks between which the contour, clockwise, is not sewn."""
    if family is Family.UPPER:
        return {**NECK, **HEM, **(ARMHOLES if sleeve is Sleeve.NONE else CUFFS)}
    return {**WAIST, **(HEM if family is Family.SKIRT else LEGS)}


def names_of(family: Family, sleeve: Sleeve) -> set[str]:
    """All landmark names that a family has."""
    names = {name for ends in openings_of(family, sleeve).values() for name in ends}
    if family is Family.UPPER:
        names |= {"tipL", "tipR", "pitL", "pitR"}
    return names | ({"crotch"} if family is Family.LEGS else set())


def find_landmarks(outline: Outline, family: Family) -> Reading:
    """Find the landmarks that a family needs.

    Args:
        outline: The garment's outline.
        family: How the garment is built.

    Raises:
        LandmarkError: A part is missing in the outline; the message names it.
    """
    sleeve = Sleeve.NONE
    if family is Family.UPPER:
        index, sleeve = find_upper(outline)
    elif family is Family.SKIRT:
        index = _skirt(outline)
    else:
        index = _legs(outline)
    return Reading(landmarks={name: outline.contour[k] for name, k in index.items()}, sleeve=sleeve)


def find_crotch(outline: Outline) -> tuple[int, float] | None:
    """Contour index of the deepest point between two legs and its depth as a share of the height, or None."""
    import cv2

    contour = outline.contour
    _, axis = mirror_axis(outline.mask)
    low, high = contour.min(axis=0), contour.max(axis=0)
    width, height = (high - low).tolist()
    whole = contour.round().astype(np.int32)[:, None]
    hull = np.sort(cv2.convexHull(whole, returnPoints=False).reshape(-1))[::-1].astype(np.int32).copy()
    defects = cv2.convexityDefects(whole, hull)
    best: tuple[int, float] | None = None
    for start, end, deepest, depth in [] if defects is None else np.asarray(defects).reshape(-1, 4):
        ends, point = contour[[start, end]], contour[deepest]
        between = abs(point[0] - axis) < 0.2 * width and ends[:, 0].min() < axis < ends[:, 0].max()
        opens_down = ends[:, 1].min() > point[1] and abs(ends[0, 1] - ends[1, 1]) < 0.45 * height
        share = float(depth) / 256 / height
        if between and opens_down and share > 0.012 and (best is None or share > best[1]):
            best = int(deepest), share
    return best


def _waist_corner(half: Half) -> int:
    zone = np.flatnonzero(half.path[:, 1] < 0.25 * half.height)
    return int(zone[support(half.path[zone], (0.55, -1.0))])


def _skirt(outline: Outline) -> dict[str, int]:
    found: dict[str, int] = {}
    for side, half in zip("LR", halves(outline), strict=True):
        zone = np.flatnonzero(half.path[:, 1] > 0.6 * half.height)
        found[f"waist{side}"] = int(half.index[_waist_corner(half)])
        found[f"hem{side}"] = int(half.index[zone[support(half.path[zone], (0.75, 1.0))]])
    return found


def _legs(outline: Outline) -> dict[str, int]:
    crotch = find_crotch(outline)
    if crotch is None:
        raise LandmarkError(
            "the outline shows no gap between the legs (landmark 'crotch').",
            cure="Spread the legs and take the photo again, or give 'crotch' and the leg corners.",
        )
    found = {"crotch": crotch[0]}
    for side, half in zip("LR", halves(outline, bottom=crotch[0]), strict=True):
        waist, fork = _waist_corner(half), half.path[-1]
        leg = np.arange(waist, len(half.path))
        short = half.path[:, 1].max() - fork[1] < SHORT_INSEAM * half.height
        # on short shorts the outer corner lies above the crotch and the inner one has no turn of its own
        leg = leg[half.path[leg, 1] > fork[1] - (0.3 if short else 0.02) * half.height]
        hip = half.path[np.argmin(np.abs(half.path[: leg[0] + 1, 1] - fork[1])), 0]
        base = np.array([(fork[0] + hip) / 2, fork[1]])
        corners = None if short else end_corners(half, leg, base, float(hip - fork[0]), sleeve=False)
        if corners is None:
            below = half.path[leg[:-1]]
            corners = int(leg[support(below, (1.0, 0.6))]), int(leg[support(below, (-0.4, 1.0))])
        out, inner = corners
        found[f"waist{side}"] = int(half.index[waist])
        found[f"leg{side}out"], found[f"leg{side}in"] = int(half.index[out]), int(half.index[inner])
    return found
