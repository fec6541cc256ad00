"""The mesh of a panel that was cut anew: no triangle folded (`unfolded`), none long (`split_long_edges`)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import numpy as np

from fashion_models.arrays import F64, I64, Bool
from fashion_models.garment.panel import Panel

#: Most times that an edge is halved.
_ROUNDS = 3
#: A triangle with less than this share of the usual area counts as folded.
_LEAST_AREA = 0.03
#: Most times that folded places are smoothed.
_PASSES = 60


def unfolded(panel: Panel, flat: F64) -> F64:
    """Flat points with no triangle folded over: where one is, its points move between their neighbours.

    Args:
        panel: The panel.
        flat: Its points as they are cut [m], shape (P, 2).

    Returns:
        Flat positions [m], shape (P, 2).
    """
    edges = np.unique(np.sort(panel.triangles[:, [[0, 1], [1, 2], [2, 0]]].reshape(-1, 2), axis=1), axis=0)
    ends = np.vstack([edges, edges[:, ::-1]])
    count = np.bincount(ends[:, 0], minlength=len(flat))[:, None]
    for _ in range(_PASSES):
        a, b, c = (flat[panel.triangles[:, k]] for k in range(3))
        u, v = b - a, c - a
        area = (u[:, 0] * v[:, 1] - u[:, 1] * v[:, 0]) / 2
        folded = panel.triangles[area < _LEAST_AREA * np.median(area)]
        if not len(folded):
            break
        mean = np.zeros_like(flat)
        np.add.at(mean, ends[:, 0], flat[ends[:, 1]])
        moved = np.unique(folded)
        flat = flat.copy()
        flat[moved] = (flat[moved] + mean[moved] / count[moved]) / 2
    return flat


def split_long_edges(
    panel: Panel, flat: F64, sleeves: Mapping[str, Bool], longest_m: float
) -> tuple[Panel, F64, dict[str, Bool]]:
    """Halve edges that became long in the flat: long triangles would let an arm through.

    Args:
        panel: The panel.
        flat: Its points as they are cut [m], shape (P, 2).
        sleeves: Points in the sleeve of each of the wearer's sides, shape (P,).
        longest_m: Longer edges are halved [m].

    Returns:
        The finer panel, its flat points and which of them lie in the sleeves.
    """
    inside = {side: np.asarray(part) for side, part in sleeves.items()}
    for _ in range(_ROUNDS):
        edges = _long_edges(panel, flat, longest_m)
        if not len(edges):
            break
        panel, order = _split(panel, edges, len(flat))
        a, b = edges.T
        flat = np.vstack([flat, (flat[a] + flat[b]) / 2])[order]
        inside = {side: np.r_[part, part[a] & part[b]][order] for side, part in inside.items()}
    return panel, flat, inside


def _long_edges(panel: Panel, flat: F64, longest_m: float) -> I64:
    """Long edges, shape (E, 2). An ear's stay whole: a chord across it would be sewn to the other panel."""
    sides = np.sort(panel.triangles[:, [[0, 1], [1, 2], [2, 0]]], axis=2)
    edges, index, count = np.unique(sides.reshape(-1, 2), axis=0, return_inverse=True, return_counts=True)
    rim = count[index.reshape(-1, 3)] == 1
    ear = np.zeros(len(edges), bool)
    ear[index.reshape(-1, 3)[rim & (rim.sum(axis=1) > 1)[:, None]]] = True
    length = np.linalg.norm(flat[edges[:, 0]] - flat[edges[:, 1]], axis=1)
    return np.asarray(edges[(length > longest_m) & ~ear], np.int64)


def _split(panel: Panel, edges: I64, count: int) -> tuple[Panel, I64]:
    """Halve edges; also the order in which old points and then middles stand in the new panel."""
    middle = {(int(a), int(b)): count + k for k, (a, b) in enumerate(edges)}

    def between(a: int, b: int) -> int | None:
        return middle.get((min(a, b), max(a, b)))

    rim: list[int] = []
    arcs: list[str] = []
    for a, arc in enumerate(panel.arcs):
        half = between(a, (a + 1) % panel.rim)
        ends = [a] if half is None else [a, half]
        rim += ends
        arcs += [arc] * len(ends)
    points = np.vstack([panel.points, (panel.points[edges[:, 0]] + panel.points[edges[:, 1]]) / 2])
    triangles: list[tuple[int, int, int]] = []
    front: list[bool] = []
    for triangle, shown in zip(panel.triangles.tolist(), panel.front.tolist(), strict=True):
        parts = _parts(triangle, [between(triangle[k], triangle[(k + 1) % 3]) for k in range(3)])
        triangles += parts
        front += [shown] * len(parts)
    order = np.r_[rim, np.setdiff1d(np.arange(len(points)), rim)]
    place = np.empty(len(points), np.int64)
    place[order] = np.arange(len(points))
    finer = replace(
        panel,
        points=points[order],
        triangles=place[np.array(triangles)],
        rim=len(rim),
        arcs=tuple(arcs),
        front=np.array(front, bool),
    )
    return finer, order


def _parts(triangle: list[int], middles: list[int | None]) -> list[tuple[int, int, int]]:
    """A triangle in one to four, by the middles of its sides ab, bc, ca."""
    split = [k for k in range(3) if middles[k] is not None]
    if not split:
        return [(triangle[0], triangle[1], triangle[2])]
    first = split[0] if len(split) != 2 else next(k for k in split if middles[(k + 1) % 3] is not None)
    a, b, c = (triangle[(first + k) % 3] for k in range(3))
    ab, bc, ca = (middles[(first + k) % 3] for k in range(3))
    assert ab is not None
    if bc is None:
        return [(a, ab, c), (ab, b, c)]
    if ca is None:
        return [(ab, b, bc), (a, ab, bc), (a, bc, c)]
    return [(a, ab, ca), (ab, b, bc), (ca, bc, c), (ab, bc, ca)]
