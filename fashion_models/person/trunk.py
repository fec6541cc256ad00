"""Horizontal slices of a posed body without its arms: where clothes hang and how wide they must be."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from fashion_models.arrays import F64
from fashion_models.person.body import PosedBody, template
from fashion_models.person.measure import levels, tape

_SLICES = 72


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
    skin = posed.vertices[template().groups["body"]]
    middle = np.abs(skin[:, 0] - posed.head("spine05")[0]) < 0.012
    crotch = skin[middle & (skin[:, 2] < joint + 0.05), 2].min()
    at = levels(posed.vertices)
    return Trunk(heights=heights, girths=girths, crotch=float(crotch), hip=at.hip, waist=at.waist)
