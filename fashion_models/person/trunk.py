"""Horizontal slices of a posed body without its arms: where clothes hang and how wide they must be."""

from __future__ import annotations

import functools
from dataclasses import dataclass

import numpy as np

from fashion_models.arrays import F64
from fashion_models.person.body import BodyShape, PosedBody, build_body, template
from fashion_models.person.measure import levels, section, tape

_SLICES = 72
_LEG_SLICES = 24


@dataclass(frozen=True, eq=False, kw_only=True)
class Trunk:
    """Girths of a standing body between mid-thigh and shoulder, arms left out.

    Attributes:
        heights: Height of each slice [m], rising, shape (K,).
        girths: Length of a tape round each slice [m], shape (K,).
        crotch: Height of the crotch [m].
        hip: Height of the hip girth [m].
        waist: Height of the waist girth [m].
    """

    heights: F64
    girths: F64
    crotch: float
    hip: float
    waist: float

    def girth(self, height: F64 | float) -> F64:
        """Girth at a height [m], interpolated."""
        return np.asarray(np.interp(height, self.heights, self.girths), dtype=np.float64)


def measure_trunk(posed: PosedBody) -> Trunk:
    """Slice a posed body that stands upright.

    Args:
        posed: Any standing pose.

    Returns:
        The slices and the heights of crotch, hip and waist.
    """
    joint = posed.head("upperleg01.L")[2]
    heights = np.linspace(0.62 * joint, posed.head("upperarm01.L")[2], _SLICES)
    girths = np.array([tape(posed.vertices, z) for z in heights])
    crotch = float(posed.vertices[_crotch_vertex(), 2])
    at = levels(posed.vertices)
    return Trunk(heights=heights, girths=girths, crotch=crotch, hip=at.hip, waist=at.waist)


@functools.cache
def _crotch_vertex() -> int:
    """Lowest vertex between the legs of the reference body; heavy thighs meet below it."""
    body = build_body(BodyShape())
    skin = np.unique(template().skin_triangles)
    x, _, z = body.rest[skin].T
    middle = (np.abs(x - body.head("spine05")[0]) < 0.012) & (z < body.head("upperleg01.L")[2] + 0.05)
    return int(skin[middle][z[middle].argmin()])


@dataclass(frozen=True, eq=False, kw_only=True)
class Legs:
    """Horizontal slices of a standing body's legs.

    Attributes:
        below: Distance of each slice below the crotch [m], rising, the last at the ankle, shape (K,).
        girths: Girth of the left leg [m], shape (K,).
        hulls: Length of a tape round both legs [m], shape (K,).
        gaps: Half the distance between the legs [m], shape (K,).
    """

    below: F64
    girths: F64
    hulls: F64
    gaps: F64


def measure_legs(posed: PosedBody) -> Legs:
    """Slice the legs of a posed body that stands upright.

    Args:
        posed: Any standing pose.

    Returns:
        Slices from just below the crotch to the ankle.
    """
    from scipy.spatial import ConvexHull

    top, ankle = float(posed.vertices[_crotch_vertex(), 2]), float(posed.head("foot.L")[2])
    middle = posed.head("spine05")[0]
    below = np.linspace(0.06, 1.0, _LEG_SLICES) * (top - ankle)
    slices = [section(posed.vertices, float(top - depth)) for depth in below]
    lefts = [points[points[:, 0] > middle] for points in slices]
    return Legs(
        below=below,
        girths=np.array([float(ConvexHull(left).area) for left in lefts]),
        hulls=np.array([float(ConvexHull(points).area) for points in slices]),
        gaps=np.array([float(left[:, 0].min() - middle) for left in lefts]),
    )


def measure_rise(posed: PosedBody, height: float) -> tuple[float, float]:
    """Ways that trousers go from a waist down to the level of the crotch.

    Args:
        posed: Any standing pose.
        height: Height of the waist edge [m], above the crotch.

    Returns:
        Half the tape from the front through the crotch to the back, and the tape down one side [m].
    """
    from scipy.spatial import ConvexHull

    crotch, middle = float(posed.vertices[_crotch_vertex(), 2]), posed.head("spine05")[0]
    skin = posed.vertices[np.unique(template().skin_triangles)]
    near = (np.abs(skin[:, 0] - middle) < 0.015) & (skin[:, 2] > crotch - 0.01) & (skin[:, 2] < height)
    top = section(posed.vertices, height)
    front, back = float(top[:, 1].min()), float(top[:, 1].max())
    profile = np.vstack([skin[near][:, 1:], [[front, height], [back, height]]])
    through = float(ConvexHull(profile).area) - (back - front)
    heights = np.linspace(crotch, height, 24)
    aside = [float(np.ptp(section(posed.vertices, z)[:, 0])) / 2 for z in heights]
    flank = ConvexHull(np.vstack([np.column_stack([aside, heights]), [[0.0, crotch], [0.0, height]]]))
    return through / 2, float(flank.area) - (height - crotch) - aside[0] - aside[-1]
