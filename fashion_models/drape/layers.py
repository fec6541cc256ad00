"""Two garments on one body: `layered` puts one under the other, `together` makes them one cloth."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from scipy import sparse
from scipy.spatial import cKDTree

from fashion_models.arrays import F64, I32, Bool
from fashion_models.drape.model import Drape
from fashion_models.mesh import open_edges, unit, vertex_normals
from fashion_models.person.body import PosedBody
from fashion_models.person.surface import skin_mesh

#: Cloth that lies under other cloth keeps this far below it [m], half of it where the body leaves no room …
GAP = 0.004
#: … and this far outside the skin [m].
CLEAR = 0.0012
#: Cloth farther away than this [m] is no other layer.
_REACH = 0.05
#: Cloth is covered by a vertex of the other layer within the first distance sideways [m], beyond the second
#: it is not: it lies below the upper hem.
_BESIDE = (0.010, 0.025)
#: How often a layer is pushed, and how far a push spreads along the cloth each time [edges]: no crease shows
#: below the upper hem.
_ROUNDS, _SPREAD = 3, 3
#: Cloth farther than this above the upper hem [m] is never seen and left out: nothing of it can show through.
_HIDDEN = 0.06
#: Cloth that has one of so many nearest vertices of the other layer below it, or less than the second [m]
#: above it, and less than the third [m] aside, would show through.
_NEAR, _SAFE, _AT = 32, 0.001, 0.008


def layered(outer: Drape, inner: Drape, posed: PosedBody, *, tucked: bool = True) -> tuple[Drape, Drape]:
    """Let cloth lie over other cloth.

    Both were draped on the bare body, so where they overlap they lie about equally far from it: the inner one
    is pulled in as far as the skin allows, the outer one lifted off it, and what lies deep below is left out.

    Args:
        outer: What is worn above, for example a top.
        inner: What is worn below, for example trousers.
        posed: The body that wears both.
        tucked: The inner one is pulled in; without, it stays as it fell and the outer one gives way alone, as
            a jacket does that is open and shows what is below.

    Returns:
        Both, the outer one first.
    """
    below = _pushed(inner, outer, -GAP, posed) if tucked else inner
    lifted = _pushed(outer, below, GAP / 2 if tucked else GAP, posed)
    return lifted, _seen(below, lifted)


def _pushed(cloth: Drape, other: Drape, side: float, posed: PosedBody) -> Drape:
    """Cloth moved to the outer (positive) or inner side of other cloth, at least so far from it [m]."""
    tree, neighbours = cKDTree(other.vertices), _neighbours(cloth.vertices, cloth.triangles)
    vertices = cloth.vertices
    for _ in range(_ROUNDS):  # what is moved meets other places of the cloth and of the skin
        distance, nearest = (np.asarray(a) for a in tree.query(vertices, distance_upper_bound=_REACH))
        near = np.flatnonzero(np.isfinite(distance))
        out = other.normals[nearest[near]]
        away = vertices[near] - other.vertices[nearest[near]]
        height = (away * out).sum(axis=1)
        beside = np.linalg.norm(away - height[:, None] * out, axis=1)
        short = np.maximum((side - height) * np.sign(side), 0) * np.interp(beside, _BESIDE, [1.0, 0.0])
        push = np.zeros_like(vertices)
        push[near] = np.sign(side) * short[:, None] * out
        push = _spread(push, neighbours)
        moved = (push != 0).any(axis=1)
        vertices = vertices + push
        vertices[moved] = _outside(vertices[moved], posed)
    return replace(cloth, vertices=vertices, normals=_smooth_normals(vertices, cloth))


def together(outer: Drape, inner: Drape) -> Drape:
    """Two drapes as one cloth; texture coordinates stay, figures are those of the worse of the two."""
    figures = {
        name: max(value, inner.figures.get(name, value))
        for name, value in {**inner.figures, **outer.figures}.items()
    }
    return Drape(
        vertices=np.concatenate([outer.vertices, inner.vertices]),
        normals=np.concatenate([outer.normals, inner.normals]),
        triangles=np.concatenate([outer.triangles, inner.triangles + len(outer.vertices)]).astype(np.int32),
        uv=np.concatenate([outer.uv, inner.uv]),
        torn=np.concatenate([outer.torn, inner.torn]),
        figures=figures,
        timings_s={name: outer.timings_s[name] + inner.timings_s.get(name, 0.0) for name in outer.timings_s},
    )


def _seen(inner: Drape, outer: Drape) -> Drape:
    """The inner cloth without the triangles that lie deep under the outer one, or stick out of it."""
    tree = cKDTree(np.concatenate([outer.vertices, outer.vertices[outer.triangles].mean(axis=1)]))
    edge = outer.vertices[np.unique(open_edges(outer.vertices, outer.triangles))]
    inside = np.asarray(cKDTree(edge).query(inner.vertices)[0])
    distance = np.asarray(tree.query(inner.vertices)[0])
    hidden = (distance < np.minimum(_REACH, 0.6 * inside)) & (inside > _HIDDEN)
    corners = inner.vertices[inner.triangles]
    facets = unit(np.cross(corners[:, 1] - corners[:, 0], corners[:, 2] - corners[:, 0]))
    through = _stands_out(inner.vertices, inner.normals, tree) & (inside > _AT)
    pierced = _stands_out(corners.mean(axis=1), facets, tree) & (inside[inner.triangles] > _AT).all(axis=1)
    kept = ~hidden[inner.triangles].all(axis=1) & ~through[inner.triangles].any(axis=1) & ~pierced
    return replace(inner, triangles=inner.triangles[kept], torn=inner.torn[kept])


def _stands_out(points: F64, normals: F64, tree: cKDTree) -> Bool:
    """True for points (N, 3) of the inner cloth that have points of the outer cloth below them."""
    away = tree.data[np.asarray(tree.query(points, k=_NEAR)[1])] - points[:, None]
    above = (away * normals[:, None]).sum(axis=2)
    beside = np.linalg.norm(away - above[..., None] * normals[:, None], axis=2)
    return np.asarray(((above < _SAFE) & (above > -_REACH) & (beside < _AT)).any(axis=1))


def _spread(push: F64, neighbours: sparse.csr_matrix) -> F64:
    """A push (N, 3) carried on to the cloth around, nowhere weaker than it was."""
    spread = push
    for _ in range(_SPREAD):
        spread = np.asarray(neighbours @ spread)
        stronger = (spread**2).sum(axis=1) > (push**2).sum(axis=1)
        push = np.where(stronger[:, None], spread, push)
    return push


def _outside(points: F64, posed: PosedBody) -> F64:
    """Points (N, 3) that lie in the skin moved out of it."""
    mesh = skin_mesh()
    skin = mesh.points(posed.vertices)
    nearest = np.asarray(cKDTree(skin).query(points)[1])
    normals = mesh.normals(skin)[nearest]
    above = ((points - skin[nearest]) * normals).sum(axis=1)
    sunk = np.clip(CLEAR - above, 0, _REACH)
    return np.asarray(points + sunk[:, None] * normals, np.float64)


def _neighbours(vertices: F64, triangles: I32) -> sparse.csr_matrix:
    """Mean over each vertex and those it shares an edge with; vertices at one place are one."""
    _, place = np.unique(np.round(vertices, 5), axis=0, return_inverse=True)
    place = place.reshape(-1)
    edges = place[np.concatenate([triangles[:, [0, 1]], triangles[:, [1, 2]], triangles[:, [2, 0]]])]
    count = int(place.max()) + 1
    ones = np.ones(len(edges))
    joined = sparse.coo_matrix((ones, (edges[:, 0], edges[:, 1])), shape=(count, count)).tocsr()
    joined = sparse.csr_matrix((joined + joined.T).minimum(1) + sparse.identity(count))
    gathered = sparse.coo_matrix((np.ones(len(place)), (place, np.arange(len(place))))).tocsr()
    gathered = sparse.csr_matrix(sparse.diags(1 / np.asarray(gathered.sum(axis=1)).ravel()) @ gathered)
    mean = sparse.csr_matrix(sparse.diags(1 / np.asarray(joined.sum(axis=1)).ravel()) @ joined @ gathered)
    return mean[place]


def _smooth_normals(vertices: F64, drape: Drape) -> F64:
    """Unit normals smooth across the texture's seams, shape (N, 3)."""
    _, first, place = np.unique(np.round(drape.vertices, 5), axis=0, return_index=True, return_inverse=True)
    place = place.reshape(-1)
    return vertex_normals(vertices[first], place[drape.triangles].astype(np.int32))[place]
