"""Clothing made from the body itself: a smoothed skin, moved outwards and cut along lines.

Cuts are scalar fields over the reference body (identity pose, feet at z = 0), so the same line runs at the
same place of every body. Where cloth lies over a shell, the shell keeps below it.
"""

from __future__ import annotations

import functools
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from scipy import sparse
from scipy.ndimage import gaussian_filter, map_coordinates, maximum_filter

from fashion_models.arrays import F64, I32, I64, Bool
from fashion_models.mesh import unit
from fashion_models.person.body import BodyShape, PosedBody, build_body, template
from fashion_models.person.surface import skin_mesh

#: Least distance of a shell from the skin, and from cloth over it [m].
CLEAR = 0.0012
UNDER = 0.003
#: Thickness of a hem [m].
_HEM = 0.0028
#: Map of a hanging shell's outline: height of a row [m], columns all round; rounds that even its points out.
_ROW_M, _COLUMNS = 0.01, 96
_HANG_STEPS = 60
#: Rounds that bring it out of the skin, and that even what stands out there.
_LIFTS, _EVENED = 3, 10
#: How fast cloth that hangs from the bust comes back to the body, over its way down.
_FALL = 0.45

_ARM = ("upperarm", "lowerarm", "wrist", "metacarpal", "finger")


@dataclass(frozen=True, eq=False)
class Reference:
    """Where each skin point is on the reference body.

    Attributes:
        points: Positions [m], feet at z = 0, shape (P, 3).
        arm: How much of a point moves with the arm, 0..1, shape (P,).
        sleeve: Distance down the arm from the shoulder joint in upper-arm lengths, shape (P,).
    """

    points: F64
    arm: F64
    sleeve: F64


@functools.cache
def reference() -> Reference:
    """The reference body of all cuts."""
    body, t, skin = build_body(BodyShape()), template(), skin_mesh()
    floor = np.array([0.0, 0.0, body.rest[t.groups["body"], 2].min()])
    points = skin.points(body.rest) - floor
    of_arm = np.array([label.startswith(_ARM) for label in t.bone_labels])
    arm = np.asarray(skin.operator @ (t.weights * of_arm[t.weight_bones]).sum(axis=1))
    shoulder, elbow = body.head("upperarm01.L") - floor, body.head("lowerarm01.L") - floor
    upper = elbow - shoulder
    aside = np.abs(points[:, :1]) * [1.0, 0.0, 0.0] + points * [0.0, 1.0, 1.0]
    return Reference(points, arm, (aside - shoulder) @ upper / float(upper @ upper))


Field = Callable[[Reference], F64]


@dataclass(frozen=True, kw_only=True)
class Shell:
    """What a plain garment covers and how loosely.

    Attributes:
        keep: Field that is positive where the shell is [m].
        ease: Field of the distance from the skin [m].
        bridge: Greatest distance where the shell spans a hollow [m].
        folds: Field of the height of folds [m].
        hang: Field of how freely the shell hangs instead of following the skin, 0..1.
    """

    keep: Field
    ease: Field
    bridge: float
    folds: Field
    hang: Field | None = None


@dataclass(frozen=True, eq=False)
class Mesh:
    """Vertices (N, 3) [m], unit normals (N, 3), triangles (M, 3)."""

    vertices: F64
    normals: F64
    triangles: I32


def make_shell(shell: Shell, posed: PosedBody, *, cloth: tuple[F64, F64] | None = None) -> Mesh:
    """The shell on a posed body.

    Args:
        shell: What it covers.
        posed: The body.
        cloth: Vertices and unit normals of cloth worn over it, each (N, 3).

    Returns:
        The mesh with hems, never inside the skin.
    """
    skin, ref = skin_mesh(), reference()
    points = skin.points(posed.vertices)
    normals = skin.normals(points)
    ease = shell.ease(ref)
    off = np.clip(_hollows(points, normals), ease, np.maximum(ease, shell.bridge))
    off = _relaxed(off, 4) + shell.folds(ref)
    if cloth is not None:
        off = _below(points, normals, off, cloth)
    off = np.maximum(off, CLEAR)
    outside = points + normals * off[:, None]
    if shell.hang is not None:
        free = shell.hang(ref) * (1.0 if cloth is None else _clear_of(outside, cloth[0]))
        outside = _lifted(_hung(outside, free, posed.head("spine03")[:2]), points, normals, free)
    keep = shell.keep(ref)
    cut = clip_mesh(outside, skin.normals(outside), skin.point_triangles, keep)
    return hemmed(cut, _HEM)


@functools.cache
def _average() -> sparse.csr_matrix:
    """Mean of a point and its neighbours, shape (P, P)."""
    triangles = skin_mesh().point_triangles
    count = int(triangles.max()) + 1
    ends = np.concatenate([triangles[:, [0, 1]], triangles[:, [1, 2]], triangles[:, [2, 0]]])
    ends = np.concatenate([ends, ends[:, ::-1]])
    links = sparse.csr_matrix((np.ones(len(ends)), (ends[:, 0], ends[:, 1])), (count, count))
    links.data[:] = 1.0
    links = links + sparse.eye(count)
    return (sparse.diags(1.0 / np.asarray(links.sum(axis=1)).ravel()) @ links).tocsr()


def _hollows(points: F64, normals: F64) -> F64:
    """How far a smoothed skin lies outside the skin [m], shape (P,)."""
    smooth = points
    for _ in range(100):
        smooth = np.asarray(_average() @ smooth)
    distance: F64 = ((smooth - points) * normals).sum(axis=1)
    return distance


def _hung(points: F64, free: F64, axis: F64) -> F64:
    """A shell that hangs as cloth does: it spans what is hollow all round and falls from what stands out.

    Args:
        points: The close-fitting shell [m], shape (P, 3).
        free: How far each point follows, 0..1, shape (P,).
        axis: Place (x, y) inside the trunk [m], shape (2,).

    Returns:
        The shell [m], shape (P, 3).
    """
    active = np.flatnonzero(free > 0.0)
    bottom = float(points[active, 2].min())
    around = _outline(points[active] - np.r_[axis, bottom])
    average, moved = _average()[active], points.copy()
    share = free[active]
    close = np.linalg.norm(points[active, :2] - axis, axis=1)
    for _ in range(_HANG_STEPS):
        even = moved[active] + share[:, None] * (average @ moved - moved[active])
        offset = even[:, :2] - axis
        radius = np.linalg.norm(offset, axis=1)
        row = (even[:, 2] - bottom) / _ROW_M
        column = (np.arctan2(offset[:, 1], offset[:, 0]) / (2 * np.pi) % 1.0) * _COLUMNS
        hull = map_coordinates(around, [row, column], order=1, mode="grid-wrap")
        wanted = close + share * (np.maximum(hull, radius) - close)
        even[:, :2] = axis + offset * (wanted / np.maximum(radius, 1e-6))[:, None]
        moved[active] = even
    return moved


def _lifted(shell: F64, points: F64, normals: F64, free: F64) -> F64:
    """A shell whose free points are brought out of the skin, evened where that left a dent, shape (P, 3)."""
    from scipy.spatial import cKDTree

    active, tree, out = np.flatnonzero(free > 0.0), cKDTree(points), shell.copy()
    average, share = _average()[active], free[active, None]
    for evened in (_EVENED, 0):
        for _ in range(_LIFTS):
            near = tree.query(out[active])[1]
            height = ((out[active] - points[near]) * normals[near]).sum(axis=1, keepdims=True)
            out[active] += np.maximum(2 * CLEAR - height, 0.0) * normals[near]
        for _ in range(evened):
            out[active] += share * (average @ out - out[active])
    return out


def _outline(points: F64) -> F64:
    """Greatest radius at each height and angle, hollows spanned, shape (rows, columns)."""
    rows = np.round(points[:, 2] / _ROW_M).astype(int)
    columns = np.round(np.arctan2(points[:, 1], points[:, 0]) / (2 * np.pi) * _COLUMNS).astype(int) % _COLUMNS
    angle = np.arange(_COLUMNS) * 2 * np.pi / _COLUMNS
    facing = np.cos(angle[:, None] - angle)
    radii = np.zeros((rows.max() + 1, _COLUMNS))
    np.maximum.at(radii, (rows, columns), np.linalg.norm(points[:, :2], axis=1))
    for k, row in enumerate(radii):
        reach = (row[:, None] * facing).max(axis=0)  # support of the row's convex hull
        radii[k] = np.min(np.where(facing > 0.05, reach[:, None] / np.maximum(facing, 0.05), np.inf), axis=0)
    for k in range(len(radii) - 2, -1, -1):
        radii[k] = np.maximum(radii[k], radii[k + 1] - _FALL * _ROW_M)
    wide = maximum_filter(radii, 3, mode=("nearest", "wrap"))  # so that smoothing leaves nothing outside
    smooth: F64 = gaussian_filter(wide, 1.5, mode=("nearest", "wrap"))
    return smooth


def _clear_of(points: F64, cloth: F64) -> F64:
    """0 at the cloth worn over a shell, 1 well away from it, shape (P,)."""
    from scipy.spatial import cKDTree

    distance = cKDTree(cloth).query(points, distance_upper_bound=0.06)[0]
    return np.asarray(np.clip((np.minimum(distance, 0.06) - 0.015) / 0.04, 0.0, 1.0))


def _relaxed(values: F64, steps: int) -> F64:
    for _ in range(steps):
        values = np.asarray(_average() @ values)
    return values


def _below(points: F64, normals: F64, off: F64, cloth: tuple[F64, F64]) -> F64:
    """Offsets that keep the shell under the cloth, as far as the skin leaves room."""
    from scipy.spatial import cKDTree

    vertices, cloth_normals = cloth
    outside = points + normals * off[:, None]
    distance, nearest = (np.asarray(a) for a in cKDTree(vertices).query(outside, distance_upper_bound=0.03))
    near = np.flatnonzero(np.isfinite(distance))
    out = cloth_normals[nearest[near]]
    depth = ((outside[near] - vertices[nearest[near]]) * out).sum(axis=1) + UNDER
    slope = np.maximum((normals[near] * out).sum(axis=1), 0.3)
    lowered = off.copy()
    lowered[near] -= np.maximum(depth, 0.0) / slope
    return np.minimum(lowered, np.maximum(_relaxed(lowered, 3), CLEAR))


@dataclass(frozen=True, eq=False)
class Cut:
    """A clipped mesh and the directed edges (E, 2) on which it was cut."""

    mesh: Mesh
    border: I64


def clip_mesh(vertices: F64, normals: F64, triangles: I32, field: F64) -> Cut:
    """The part of a mesh where the field is positive, cut along its zero line."""
    inside = field > 0.0
    count = inside[triangles].sum(axis=1)
    one, two = _turned(triangles[count == 1], inside, True), _turned(triangles[count == 2], inside, False)
    sides = np.concatenate([one[:, [0, 1]], one[:, [0, 2]], two[:, [0, 1]], two[:, [0, 2]]])
    pairs, inverse = np.unique(np.sort(sides, axis=1), axis=0, return_inverse=True)
    share = field[pairs[:, 0]] / (field[pairs[:, 0]] - field[pairs[:, 1]])
    new = len(vertices) + inverse.ravel()
    a1, b1, a2, b2 = np.split(new, [len(one), 2 * len(one), 2 * len(one) + len(two)])
    kept = np.concatenate(
        [
            triangles[count == 3],
            np.stack([one[:, 0], a1, b1], axis=1),
            np.stack([a2, two[:, 1], two[:, 2]], axis=1),
            np.stack([a2, two[:, 2], b2], axis=1),
        ]
    )
    border = np.concatenate([np.stack([a1, b1], axis=1), np.stack([b2, a2], axis=1)])

    def with_cuts(values: F64) -> F64:
        mixed = values[pairs[:, 0]] * (1.0 - share[:, None]) + values[pairs[:, 1]] * share[:, None]
        return np.concatenate([values, mixed])

    used, index = np.unique(kept, return_inverse=True)
    places = np.zeros(len(vertices) + len(pairs), np.int64)
    places[used] = np.arange(len(used))
    directions = unit(with_cuts(normals)[used])
    mesh = Mesh(with_cuts(vertices)[used], directions, index.reshape(-1, 3).astype(np.int32))
    return Cut(mesh, places[border])


def _turned(triangles: I32, inside: Bool, wanted: bool) -> I64:
    """Triangles turned so that the only corner with ``inside == wanted`` comes first."""
    odd = np.argmax(inside[triangles] == wanted, axis=1)
    rows = np.arange(len(triangles))[:, None]
    turned: I64 = triangles[rows, (odd[:, None] + np.arange(3)) % 3].astype(np.int64)
    return turned


def hemmed(cut: Cut, thickness: float) -> Mesh:
    """Folds the cut edge over to the inside, so that the cloth shows a thickness."""
    mesh = cut.mesh
    edge, inverse = np.unique(cut.border, return_inverse=True)
    index = inverse.reshape(-1, 2)
    start = len(mesh.vertices)
    outer, normal = mesh.vertices[edge], mesh.normals[edge]
    along = np.zeros_like(outer)
    steps = mesh.vertices[cut.border[:, 1]] - mesh.vertices[cut.border[:, 0]]
    np.add.at(along, index[:, 0], steps)
    np.add.at(along, index[:, 1], steps)
    away = unit(np.cross(along, normal))
    lip = outer + 0.35 * thickness * away - 0.5 * thickness * normal
    inner = outer - thickness * normal
    n = len(edge)
    rows = [(start, start + n), (start + n, start + 2 * n)]
    a, b = index[:, 0], index[:, 1]
    strips = [
        np.concatenate([np.stack([t + b, t + a, u + a], axis=1), np.stack([t + b, u + a, u + b], axis=1)])
        for t, u in rows
    ]
    return Mesh(
        np.concatenate([mesh.vertices, outer, lip, inner]),
        np.concatenate([mesh.normals, normal, away, -normal]),
        np.concatenate([mesh.triangles, *strips]).astype(np.int32),
    )
