"""Rotations and directions that poses are made of.

Bone rotations are about world-aligned axes of the identity pose (see `fashion_models.person.body`):
x to the person's left, y backwards, z up. A rotation of the left side becomes the right side's by
mirroring at the plane x = 0.
"""

from __future__ import annotations

import math

import numpy as np

from fashion_models.arrays import F64
from fashion_models.mesh import unit
from fashion_models.person.body import Rotations

X, Y, Z = np.eye(3)
_MIRROR = np.diag([-1.0, 1.0, 1.0])


def turn(axis: F64, degrees: float) -> F64:
    """Rotation matrix (3, 3) about a unit axis (3,), counter-clockwise seen against the axis.

    Source: Rodrigues, Des lois géométriques qui régissent les déplacements d'un système solide, 1840.
    """
    angle = math.radians(degrees)
    cross = np.array([[0.0, -axis[2], axis[1]], [axis[2], 0.0, -axis[0]], [-axis[1], axis[0], 0.0]])
    matrix: F64 = np.eye(3) + math.sin(angle) * cross + (1.0 - math.cos(angle)) * cross @ cross
    return matrix


def euler(degrees: tuple[float, float, float]) -> F64:
    """Turn about x, then y, then z (fixed axes), angles in degrees."""
    x, y, z = degrees
    matrix: F64 = turn(Z, z) @ turn(Y, y) @ turn(X, x)
    return matrix


def axis_angle(rotation: F64) -> tuple[F64, float]:
    """Unit axis (3,) and angle in [0, 180] degrees of a rotation matrix (3, 3)."""
    skew = np.array(
        [
            rotation[2, 1] - rotation[1, 2],
            rotation[0, 2] - rotation[2, 0],
            rotation[1, 0] - rotation[0, 1],
        ]
    )
    sine = float(np.linalg.norm(skew)) / 2.0
    angle = math.degrees(math.atan2(sine, (float(np.trace(rotation)) - 1.0) / 2.0))
    if sine > 1e-9:
        return skew / (2.0 * sine), angle
    if angle < 90.0:
        return X, 0.0
    column = rotation[:, int(np.argmax(np.diag(rotation)))] + np.eye(3)[int(np.argmax(np.diag(rotation)))]
    return unit(column), 180.0


def share(rotation: F64, parts: int) -> F64:
    """The rotation that, applied ``parts`` times in a chain, makes the whole."""
    axis, angle = axis_angle(rotation)
    return turn(axis, angle / parts)


def swing(start: F64, end: F64) -> F64:
    """The shortest rotation that takes the direction ``start`` (3,) to ``end`` (3,)."""
    a, b = unit(start), unit(end)
    axis = np.cross(a, b)
    sine = float(np.linalg.norm(axis))
    angle = math.degrees(math.atan2(sine, float(a @ b)))
    if sine < 1e-9:
        axis, sine = np.cross(a, Z if abs(a[2]) < 0.9 else X), 1.0
        axis = unit(axis)
    return turn(axis / sine, angle)


def twist(rotation: F64, axis: F64) -> float:
    """The part of a rotation that turns about a unit axis (3,), in degrees within (−180, 180].

    Source: Dobrowolski, Swing-twist decomposition in Clifford algebra, 2015.
    """
    w = 1.0 + float(np.trace(rotation))
    skew = np.array(
        [
            rotation[2, 1] - rotation[1, 2],
            rotation[0, 2] - rotation[2, 0],
            rotation[1, 0] - rotation[0, 1],
        ]
    )
    angle = 2.0 * math.degrees(math.atan2(float(skew @ axis), w))
    return (angle + 180.0) % 360.0 - 180.0


def aim(primary: F64, secondary: F64) -> F64:
    """Frame whose columns are the first direction, the second made perpendicular to it, and their cross."""
    first = unit(primary)
    second = unit(secondary - (secondary @ first) * first)
    return np.stack([first, second, np.cross(first, second)], axis=1)


def mirror_point(point: F64) -> F64:
    """A point or direction (3,) seen from the other side of the body."""
    result: F64 = _MIRROR @ point
    return result


def mirror_turn(rotation: F64) -> F64:
    """A rotation (3, 3) of one side as the other side makes it."""
    result: F64 = _MIRROR @ rotation @ _MIRROR
    return result


def mirrored(rotations: Rotations) -> dict[str, F64]:
    """A whole pose mirrored: left becomes right."""
    swap = {".L": ".R", ".R": ".L"}
    return {name[:-2] + swap.get(name[-2:], name[-2:]): mirror_turn(m) for name, m in rotations.items()}
