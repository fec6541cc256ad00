"""Girths of a body as ISO 8559-1 takes them: `measure`, `Landmarks`.

A girth is the length of a tape: the convex hull of a horizontal slice, arms left out. The levels hang on
vertices of the mesh, so they follow the body's shape and change smoothly with it.

Source: ISO 8559-1:2017, 5.1.1 stature, 5.3.4 bust, 5.3.10 waist, 5.3.13 hip girth.
"""

from __future__ import annotations

import functools
from dataclasses import dataclass

import numpy as np

from fashion_models.arrays import F64, I64
from fashion_models.person.body import template
from fashion_models.person.model import Measurements

_ARM_BONES = ("upperarm", "lowerarm", "wrist", "finger", "metacarpal")

#: The loop of the natural waist, halfway between lowest rib and hip bone (as Anny measures the waist).
_WAIST = (
    *(
        4121,
        10763,
        10760,
        10757,
        10777,
        10776,
        10779,
        10780,
        10778,
        10781,
        10771,
        10773,
        10772,
        10775,
        10774,
        10814,
    ),
    *(
        10834,
        10816,
        10817,
        10818,
        10819,
        10820,
        10821,
        4181,
        4180,
        4179,
        4178,
        4177,
        4176,
        4175,
        4196,
        4173,
        4131,
    ),
    *(4132, 4129, 4130, 4128, 4138, 4135, 4137, 4136, 4133, 4134, 4108, 4113, 4118),
)
#: How sharply the rearmost point of the seat decides its level [m].
_SEAT_SHARPNESS = 0.004


@dataclass(frozen=True)
class Levels:
    """Heights of the girths above the origin of the vertices [m]."""

    bust: float
    waist: float
    hip: float


def measure(vertices: F64) -> Measurements:
    """Measure a standing body.

    Args:
        vertices: Identity-pose vertices (arms obliquely down, clear of the trunk) [m], shape (V, 3).

    Returns:
        Measurements [cm] with the source 'mesh'.
    """
    at = levels(vertices)
    return Measurements(
        height=100 * stature(vertices),
        bust=100 * tape(vertices, at.bust),
        waist=100 * tape(vertices, at.waist),
        hip=100 * tape(vertices, at.hip),
        source="mesh",
    )


def stature(vertices: F64) -> float:
    """Height of the body's highest skin vertex above its lowest [m]."""
    return float(np.ptp(vertices[template().groups["body"], 2]))


def levels(vertices: F64) -> Levels:
    """Where the tape goes: over the bust points, round the waist, over the rearmost seat."""
    seat = vertices[_seat()]
    nearness = np.exp((seat[:, 1] - seat[:, 1].max()) / _SEAT_SHARPNESS)
    return Levels(
        bust=float(vertices[_bust_points(), 2].mean()),
        waist=float(vertices[list(_WAIST), 2].mean()),
        hip=float(nearness @ seat[:, 2] / nearness.sum()),
    )


def tape(vertices: F64, height: float) -> float:
    """Length of a tape round the trunk, or round both legs, at a height [m]; 0 where nothing is."""
    from scipy.spatial import ConvexHull

    points = section(vertices, height)
    return float(ConvexHull(points).area) if len(points) > 3 else 0.0


def section(vertices: F64, height: float) -> F64:
    """Points (x, y) where a horizontal plane cuts the edges of trunk, head and legs [m], shape (N, 2)."""
    edges = trunk_edges()
    z = vertices[:, 2] - height
    cut = edges[(z[edges[:, 0]] < 0) != (z[edges[:, 1]] < 0)]
    low, high = vertices[cut[:, 0]], vertices[cut[:, 1]]
    share = (z[cut[:, 0]] / (z[cut[:, 0]] - z[cut[:, 1]]))[:, None]
    points: F64 = (low + share * (high - low))[:, :2]
    return points


def level_vertices() -> I64:
    """Vertices that decide where the tape goes."""
    return np.concatenate([_bust_points(), np.array(_WAIST), _seat()])


@functools.cache
def arm_share() -> F64:
    """Share of each vertex's weight that hangs on the bones of the arms, shape (V,)."""
    t = template()
    arms = np.array([label.startswith(_ARM_BONES) for label in t.bone_labels])
    share: F64 = (t.weights * arms[t.weight_bones]).sum(axis=1)
    return share


@functools.cache
def trunk_edges() -> I64:
    """Edges of the skin that do not belong to the arms, shape (E, 2)."""
    t = template()
    quads = t.quads[np.isin(t.quads, t.groups["body"]).all(axis=1)].astype(np.int64)
    sides = np.stack([quads, np.roll(quads, -1, axis=1)], axis=-1).reshape(-1, 2)
    edges = np.unique(np.sort(sides, axis=1), axis=0)
    return edges[np.all(arm_share()[edges] < 0.5, axis=1)]


@functools.cache
def _bust_points() -> I64:
    """Vertices round the nipples: where breasts are most prominent, on both sides."""
    from fashion_models.person.basis import basis

    b = basis()
    more, less = b.locals["nipple-point-incr"]
    moved = np.unique(np.concatenate([b.displacements[1][row].indices for row in (more, less)]))
    return moved[np.isin(moved, template().groups["body"])].astype(np.int64)


@functools.cache
def _seat() -> I64:
    """Vertices of the buttocks."""
    from fashion_models.person.basis import basis

    row = basis().locals["buttocks-volume-incr"][0]
    moved = basis().displacements[1][row]
    return np.asarray(moved.indices[moved.data > 0.3 * moved.data.max()], np.int64)
