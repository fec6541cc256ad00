"""Is the garment put on: does a limb pass through every opening? `check_openings`."""

from __future__ import annotations

import itertools
from collections.abc import Sequence

import numpy as np
from scipy.sparse import coo_matrix
from scipy.sparse.csgraph import connected_components

from fashion_models.arrays import F64, I32
from fashion_models.conditioning.joints import Joint
from fashion_models.fidelity.check import Check
from fashion_models.mesh import open_edges, unit

#: Shorter edges of the cloth are slits, nothing to put a limb through [m].
_SHORTEST_M = 0.12
#: From the wrist to the fingertips, from the ankle to the sole, from the nose past the crown [m].
_HAND_M, _FOOT_M, _HEAD_M = 0.2, 0.12, 0.4


def check_openings(cloths: Sequence[tuple[F64, I32]], joints: F64) -> Check:
    """Count openings of the cloth (sleeves, neck, waist, legs) through which nothing of the person passes.

    A limb passes through an opening when its line crosses the surface spanned by the opening's edge an odd
    number of times.

    Args:
        cloths: Vertices [m], shape (N, 3), and triangles, shape (M, 3), of each garment by itself.
        joints: COCO-18 joints of the posed body [m], shape (18, 3).

    Returns:
        The check.
    """
    limbs = limb_lines(joints)
    empty = sum(
        not any(len(crossings(rim, limb)) % 2 for limb in limbs) for cloth in cloths for rim in rims(*cloth)
    )
    says = "Nothing of the person passes through {value} of the garment's openings"
    return Check(
        name="empty_openings",
        value=float(empty),
        limit=0,
        unit="",
        says=says,
        note="An empty sleeve or a strap off the shoulder comes from wrong landmarks or a bad cut-out.",
    )


def rims(vertices: F64, triangles: I32) -> list[F64]:
    """The edges of each opening that is no slit [m], shape (E, 2, 3) each."""
    edges = open_edges(vertices, triangles)
    _, label = connected_components(
        coo_matrix((np.ones(len(edges)), (edges[:, 0], edges[:, 1])), shape=(len(vertices),) * 2)
    )
    each = [vertices[edges[label[edges[:, 0]] == number]] for number in np.unique(label[edges[:, 0]])]
    return [rim for rim in each if np.linalg.norm(rim[:, 1] - rim[:, 0], axis=1).sum() >= _SHORTEST_M]


def limb_lines(joints: F64) -> list[F64]:
    """Lines through trunk and head, each arm and each leg, beyond their ends, (K, 3) each."""
    at = {joint: joints[joint] for joint in Joint}
    hips = (at[Joint.LEFT_HIP] + at[Joint.RIGHT_HIP]) / 2
    neck = at[Joint.NECK]
    lines = [np.stack([hips, neck, neck + _HEAD_M * unit(neck - hips)])]
    for side in ("LEFT", "RIGHT"):
        shoulder, elbow, wrist, hip, knee, ankle = (
            at[Joint[f"{side}_{name}"]] for name in ("SHOULDER", "ELBOW", "WRIST", "HIP", "KNEE", "ANKLE")
        )
        lines.append(np.stack([neck, shoulder, elbow, wrist, wrist + _HAND_M * unit(wrist - elbow)]))
        lines.append(np.stack([neck, hips, hip, knee, ankle, ankle + _FOOT_M * unit(ankle - knee)]))
    return lines


def crossings(rim: F64, line: F64) -> F64:
    """Where a line crosses the fan from a rim's middle to its edges: lengths along the line [m], (C,).

    Args:
        rim: Edges [m], shape (E, 2, 3).
        line: Corners [m], shape (K, 3).

    Source: Möller and Trumbore, Fast, Minimum Storage Ray/Triangle Intersection, 1997.
    """
    middle = rim.mean(axis=(0, 1))
    a, b = rim[:, 0] - middle, rim[:, 1] - middle
    found, before = [], 0.0
    for start, end in itertools.pairwise(line):
        way = end - start
        across = np.cross(way, b)
        slope = (a * across).sum(axis=1)
        inverse = 1 / np.where(np.abs(slope) < 1e-15, np.inf, slope)
        off = start - middle
        u = (across @ off) * inverse
        turned = np.cross(off, a)
        v, t = (turned @ way) * inverse, (turned * b).sum(axis=1) * inverse
        met = (u >= 0) & (v >= 0) & (u + v <= 1) & (t > 0) & (t <= 1) & (slope != 0)
        length = float(np.linalg.norm(way))
        found.append(before + t[met] * length)
        before += length
    return np.concatenate(found)
