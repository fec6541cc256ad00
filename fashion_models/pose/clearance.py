"""How far arms and legs are from the rest of the body."""

from __future__ import annotations

import functools
import math
from dataclasses import dataclass

import numpy as np

from fashion_models.arrays import F64, I32, Bool
from fashion_models.mesh import unit
from fashion_models.person.body import VERTICES, PosedBody, template

_FOREARM = ("lowerarm", "wrist", "metacarpal", "finger")
_TRUNK = ("root", "pelvis", "spine", "clavicle", "neck", "upperleg", "lowerleg")


@dataclass(frozen=True, eq=False)
class _Regions:
    """Vertices by the bone that moves them most."""

    forearm: dict[str, I32]
    thigh: dict[str, I32]
    trunk: Bool
    head: I32
    arm: dict[str, Bool]
    leg: dict[str, Bool]


@functools.cache
def _regions() -> _Regions:
    t = template()
    strongest = t.weight_bones[np.arange(VERTICES), t.weights.argmax(axis=1)]
    labels = np.array(t.bone_labels)[strongest]
    skin = np.zeros(VERTICES, bool)
    skin[t.groups["body"]] = True

    def of(stems: tuple[str, ...], ending: str = "") -> Bool:
        chosen = np.array([label.startswith(stems) and label.endswith(ending) for label in labels])
        return np.asarray(chosen & skin)

    return _Regions(
        forearm={s: np.flatnonzero(of(_FOREARM, s)).astype(np.int32) for s in "LR"},
        thigh={s: np.flatnonzero(of(("upperleg", "lowerleg"), s)).astype(np.int32) for s in "LR"},
        trunk=of(_TRUNK),
        head=np.flatnonzero(of(("head",))).astype(np.int32),
        arm={s: of(("upperarm", *_FOREARM), s) for s in "LR"},
        leg={s: of(("upperleg", "lowerleg"), s) for s in "LR"},
    )


def arm_gap(posed: PosedBody, side: str) -> float:
    """Least distance of forearm and hand from torso, head, legs and the other arm [m], negative inside them.

    Args:
        posed: The body.
        side: 'L' or 'R'.
    """
    regions = _regions()
    points = posed.vertices[regions.forearm[side]]
    others = regions.trunk | regions.arm["R" if side == "L" else "L"]
    return min(float(signed_distance(points, posed, others).min()), _head_gap(points, posed))


def _head_gap(points: F64, posed: PosedBody) -> float:
    """Least distance from the head's convex hull [m]; the skin itself turns inwards at ears and lips."""
    from scipy.spatial import ConvexHull

    points = points[points[:, 2] > posed.head("neck01")[2]]
    if len(points) == 0:
        return math.inf
    planes = ConvexHull(posed.vertices[_regions().head]).equations
    return float((points @ planes[:, :3].T + planes[:, 3]).max(axis=1).min())


def thigh_gap(posed: PosedBody) -> float:
    """Least distance between the legs well below the crotch [m]; negative where they overlap."""
    regions = _regions()
    left = posed.vertices[regions.thigh["L"]]
    crotch = min(posed.head("upperleg01.L")[2], posed.head("upperleg01.R")[2])
    reach = crotch - posed.head("foot.L")[2]
    below = left[left[:, 2] < crotch - 0.3 * reach]
    return float(signed_distance(below, posed, regions.leg["R"]).min())


def signed_distance(points: F64, posed: PosedBody, part: Bool) -> F64:
    """Distance of points from a part of the skin [m], shape (N,); negative behind the skin.

    The skin is sampled at its vertices and at the middles of its quads; beside a sample the distance to
    its tangent plane counts, so the spacing of the samples does not add to small gaps.

    Args:
        points: Shape (N, 3).
        posed: The body.
        part: True for the vertices of the part, shape (V,).
    """
    from scipy.spatial import cKDTree

    quads = template().quads
    quads = quads[part[quads].all(axis=1)]
    corners = posed.vertices[quads]
    centres = corners.mean(axis=1)
    facets = unit(np.cross(corners[:, 2] - corners[:, 0], corners[:, 3] - corners[:, 1]))
    size = np.sqrt(((corners - centres[:, None]) ** 2).sum(axis=2).max(axis=1))
    distance, nearest = cKDTree(centres).query(points)
    height = ((points - centres[nearest]) * facets[nearest]).sum(axis=1)
    aside = np.sqrt(np.maximum(distance**2 - height**2, 0.0))
    beyond = np.maximum(aside - size[nearest], 0.0)
    behind = (height < 0.0) & (beyond < -height)  # beside an open edge is not behind the skin
    signed: F64 = np.where(behind, -1.0, 1.0) * np.hypot(height, beyond)
    return signed


def trunk_points(posed: PosedBody) -> F64:
    """Skin vertices of torso, head and legs [m], shape (N, 3)."""
    regions = _regions()
    return np.concatenate([posed.vertices[regions.trunk], posed.vertices[regions.head]])
