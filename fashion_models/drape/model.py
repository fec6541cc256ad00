"""The settled cloth: `Drape`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from fashion_models.arrays import F64, I32, Bool


@dataclass(frozen=True, eq=False, kw_only=True)
class Drape:
    """Cloth settled on a posed body, ready to be photographed.

    Attributes:
        vertices: Cloth vertices [m], split where the texture has a seam, shape (N, 3).
        normals: Unit normals, smooth across seams, shape (N, 3).
        triangles: Shape (M, 3).
        uv: Coordinates in the garment's texture atlas, v up, shape (N, 2).
        torn: Triangles that lie where the cloth is stretched to more than twice its length, shape (M,).
        figures: Measured on the drape: 'penetration' (share of raw vertices inside the skin),
            'penetration_mm' (deepest), 'stretch_50' and 'stretch_99' (edge length over rest),
            'speed' (mean vertex speed at the end [m/s]), 'frames'.
        timings_s: Seconds per step.
    """

    vertices: F64
    normals: F64
    triangles: I32
    uv: F64
    torn: Bool
    figures: Mapping[str, float]
    timings_s: Mapping[str, float]
