"""What cloth collides with: the rendered skin, with mittens for fingers, socks for toes and no face."""

from __future__ import annotations

import functools
from dataclasses import dataclass
from typing import Any

import numpy as np

from fashion_models.arrays import F64, I32, Bool
from fashion_models.person.body import Body, PosedBody, template


@dataclass(frozen=True, eq=False)
class Collider:
    """A closed surface that moves with a body.

    Attributes:
        skin: Body vertex of each collider vertex, shape (C,).
        triangles: Collider vertex indices, outward, shape (T, 3).
    """

    skin: I32
    triangles: I32

    def place(self, posed: PosedBody) -> F64:
        """Collider vertices on a posed body [m], shape (C, 3)."""
        return np.asarray(posed.vertices[self.skin])

    def shrunk(self, posed: PosedBody) -> F64:
        """Collider vertices pulled onto the skeleton [m], shape (C, 3)."""
        return np.asarray(_on_skeleton(posed, self.skin))


def make_collider(body: Body) -> Collider:
    """The collider of a body; hulls of hands and feet are taken in its identity pose."""
    from scipy.spatial import ConvexHull

    triangles = template().skin_triangles
    gone = np.zeros(len(triangles), bool)
    hulls = []
    for part in ("hand.L", "hand.R", "foot.L", "foot.R"):
        members = _members(part)
        inside = members[triangles].all(axis=1)
        gone |= inside
        index = np.unique(triangles[inside])
        hull = ConvexHull(body.rest[index])
        faces = index[hull.simplices]
        corner = body.rest[faces]
        normal = np.cross(corner[:, 1] - corner[:, 0], corner[:, 2] - corner[:, 0])
        flip = (normal * hull.equations[:, :3]).sum(axis=1) < 0
        faces[flip] = faces[flip][:, ::-1]
        hulls.append(faces)
    gone |= _members("head")[triangles].all(axis=1)
    faces = np.vstack([triangles[~gone], *hulls])
    skin, packed = np.unique(faces, return_inverse=True)
    return Collider(skin.astype(np.int32), packed.reshape(-1, 3).astype(np.int32))


class BodyMesh:
    """A Warp mesh for distance questions against a surface.

    Args:
        vertices: Surface vertices [m], shape (C, 3).
        triangles: Shape (T, 3).
    """

    def __init__(self, vertices: F64, triangles: I32) -> None:
        import warp as wp

        import fashion_models.drape.kernels as kernels

        self._wp: Any = wp
        self._kernels: Any = kernels
        self.mesh: Any = wp.Mesh(
            points=wp.array(vertices.astype(np.float32), dtype=wp.vec3, device="cpu"),
            indices=wp.array(triangles.ravel(), dtype=int, device="cpu"),
        )

    def distance(self, points: F64) -> F64:
        """Signed distance of points to the surface, negative inside [m], shape (N,)."""
        wp = self._wp
        out = wp.zeros(len(points), dtype=float, device="cpu")
        at = wp.array(points.astype(np.float32), dtype=wp.vec3, device="cpu")
        wp.launch(self._kernels.signed_distance, len(points), [self.mesh.id, at], [out], device="cpu")
        return np.asarray(out.numpy(), dtype=np.float64)

    def push(self, points: F64, gap: F64 | float) -> F64:
        """Shortest moves that bring points at least ``gap`` [m] outside, shape (N, 3)."""
        wp = self._wp
        gaps = wp.array(np.broadcast_to(gap, len(points)).astype(np.float32), dtype=float, device="cpu")
        out = wp.zeros(len(points), dtype=wp.vec3, device="cpu")
        at = wp.array(points.astype(np.float32), dtype=wp.vec3, device="cpu")
        wp.launch(self._kernels.push_vector, len(points), [self.mesh.id, at, gaps], [out], device="cpu")
        return np.asarray(out.numpy(), dtype=np.float64)


@functools.cache
def _members(part: str) -> Bool:
    """Body vertices that belong to a part with more than half their weight, shape (V,)."""
    t = template()
    kind, _, side = part.partition(".")
    roots = {
        "hand": ("wrist", "finger", "metacarpal"),
        "foot": ("foot", "toe"),
        "head": ("head", "eye", "neck03"),
    }[kind]
    bones = np.array([n.startswith(roots) and (not side or n.endswith(side)) for n in t.bone_labels])
    member: Bool = (t.weights * bones[t.weight_bones]).sum(axis=1) > 0.5
    return member


def _on_skeleton(posed: PosedBody, index: I32) -> F64:
    """Weighted nearest points on the bones that move each vertex, shape (C, 3)."""
    t = template()
    tails = bone_tails(posed)
    bones, weights = t.weight_bones[index], t.weights[index]
    start = posed.heads[bones]
    along = tails[bones] - start
    reach = ((posed.vertices[index][:, None] - start) * along).sum(axis=2) / np.maximum(
        (along**2).sum(axis=2), 1e-9
    )
    near = start + np.clip(reach, 0.0, 1.0)[..., None] * along
    return np.asarray((near * weights[..., None]).sum(axis=1))


def bone_tails(posed: PosedBody) -> F64:
    """Where each bone ends: at its first child, or half its parent's length on [m], shape (B, 3)."""
    t = template()
    first: dict[int, int] = {}
    for bone, parent in enumerate(t.parents):
        first.setdefault(parent, bone)
    first[0] = t.bone("spine05")
    heads = posed.heads
    tails = np.empty_like(heads)
    for bone, parent in enumerate(t.parents):
        child = first.get(bone)
        tails[bone] = heads[child] if child is not None else heads[bone] + 0.5 * (heads[bone] - heads[parent])
    return tails
