"""What stands in the picture beside the person: `seat`."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from fashion_models.arrays import F64, I64
from fashion_models.person.body import PosedBody, template
from fashion_models.studio.model import Material, Piece, Role, Surface, visible_points

#: Sides of a posing cube [m]; it is as high as the seat asks for.
_WIDE, _DEEP = 0.40, 0.36
#: The seat reaches so far in front of the hip joints, and so deep into soft tissue [m].
_FRONT, _PRESSED = 0.03, 0.006
_REFLECTANCE = 0.55


def seat(posed: PosedBody, pieces: Sequence[Piece]) -> Surface:
    """A plain cube under a body that sits.

    Args:
        posed: The body, sitting.
        pieces: The person; the floor lies at their lowest point.

    Returns:
        The cube, from the floor to where the body touches it.
    """
    hips = (posed.head("upperleg01.L") + posed.head("upperleg01.R")) / 2
    skin: F64 = posed.vertices[np.unique(template().skin_triangles)]
    near = (np.abs(skin[:, 0] - hips[0]) < _WIDE / 2) & (skin[:, 1] > hips[1] - _FRONT)
    above = near & (skin[:, 1] < hips[1] - _FRONT + _DEEP)
    floor = min(float(visible_points(piece)[:, 2].min()) for piece in pieces)
    top = float(skin[above, 2].min()) + _PRESSED
    low = np.array([hips[0] - _WIDE / 2, hips[1] - _FRONT, floor])
    return _box(low, low + np.array([_WIDE, _DEEP, top - floor]))


def _box(low: F64, high: F64) -> Surface:
    """A box with flat sides."""
    vertices: list[F64] = []
    normals: list[F64] = []
    triangles: list[I64] = []
    for axis in range(3):
        for end, sign in ((low, -1.0), (high, 1.0)):
            one, two = (axis + 1) % 3, (axis + 2) % 3
            corners = np.tile(end, (4, 1))
            corners[:, one] = np.array([low, high, high, low])[:, one]
            corners[:, two] = np.array([low, low, high, high])[:, two]
            start = 4 * len(vertices)
            order = [[0, 1, 2], [0, 2, 3]] if sign > 0 else [[0, 2, 1], [0, 3, 2]]
            triangles.append(start + np.array(order))
            vertices.append(corners)
            normals.append(np.tile(sign * np.eye(3)[axis], (4, 1)))
    return Surface(
        name="seat",
        role=Role.PROP,
        vertices=np.concatenate(vertices),
        triangles=np.concatenate(triangles).astype(np.int32),
        normals=np.concatenate(normals),
        material=Material(colour=np.full(3, _REFLECTANCE, np.float32), roughness=0.8, specular=0.2),
    )
