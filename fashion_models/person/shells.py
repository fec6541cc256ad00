"""Plain clothes that follow the body: smoothed, lifted off the skin and cut with clean edges: `shell_piece`."""

from __future__ import annotations

import functools
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from scipy import sparse
from scipy.spatial import cKDTree

from fashion_models.arrays import F32, F64
from fashion_models.person.body import BodyShape, PosedBody, build_body, template
from fashion_models.person.clip import clip_triangles
from fashion_models.person.surface import SubdividedSurface, skin_mesh
from fashion_models.studio.model import Material, Role, Surface

#: The shell stays this far below a cloth that lies over it [m].
UNDER_CLOTH_M = 0.002
#: A cloth farther away than this does not lie over the shell [m].
REACH_M = 0.03
#: How far the smoothed surface may stand off the skin, bridging hollows [m].
MAX_BRIDGE_M = 0.022

_ARM = ("upperarm", "lowerarm", "wrist", "finger", "metacarpal")

Cloth = tuple[F64, F64]


@dataclass(frozen=True, eq=False)
class Figure:
    """Where the points of the skin lie on the common body, for rules that hold on every body.

    Attributes:
        points: Positions on the common body in the identity pose [m], shape (P, 3).
        arm: Share of arm bones in the skinning, shape (P,).
        sleeve: Way down the upper arm, 0 at the shoulder and 1 at the elbow, shape (P,).
    """

    points: F64
    arm: F64
    sleeve: F64

    def level(self, bone: str) -> float:
        """Height of a bone on the common body [m]."""
        return float(_common().heads[template().bone(bone), 2])


@functools.cache
def _common() -> PosedBody:
    return build_body(BodyShape()).pose({}, ground=False)


@functools.cache
def figure() -> Figure:
    """The common body's points; the same for every shell."""
    t, common, mesh = template(), _common(), skin_mesh()
    arms = np.array([label.startswith(_ARM) for label in t.bone_labels])
    weight = (t.weights * arms[t.weight_bones]).sum(axis=1)
    points = mesh.points(common.vertices)
    sleeve = np.zeros(len(points))
    for side, sign in (("L", 1.0), ("R", -1.0)):
        shoulder = common.heads[t.bone(f"upperarm01.{side}")]
        way = common.heads[t.bone(f"lowerarm01.{side}")] - shoulder
        along = (points - shoulder) @ way / (way @ way)
        sleeve = np.where(points[:, 0] * sign > 0, along, sleeve)
    return Figure(points, mesh.points(weight[:, None])[:, 0], sleeve)


@functools.cache
def _smoothing() -> sparse.csr_matrix:
    """Mean of the neighbours over the skin's quads; vertices without neighbours keep their place."""
    quads = template().quads
    pairs = np.concatenate([np.stack([quads[:, i], quads[:, (i + 1) % 4]], axis=1) for i in range(4)])
    count = template().weights.shape[0]
    rows, columns = np.concatenate([pairs, pairs[:, ::-1]]).T
    links = sparse.csr_matrix((np.ones(len(rows)), (rows, columns)), (count, count))
    links.data[:] = 1
    degree = np.asarray(links.sum(axis=1)).ravel()
    return sparse.diags(1 / np.maximum(degree, 1)) @ links + sparse.diags((degree == 0).astype(float))


@dataclass(frozen=True, kw_only=True, eq=False)
class ShellCut:
    """A piece of clothing as rules on the common body.

    Attributes:
        name: Unique in a scene.
        region: Positive where the cloth is, by the figure's points, shape (P,) [m].
        ease: Distance from the skin by the figure's points, shape (P,) [m].
        smooth: Smoothing steps: more bridges more.
    """

    name: str
    region: Callable[[Figure], F64]
    ease: Callable[[Figure], F64]
    smooth: int = 10


def shell_piece(
    cut: ShellCut, posed: PosedBody, colour: F32, *, cloth: Cloth | None, rough: float = 0.9
) -> Surface:
    """Dress the posed body in a shell.

    Args:
        cut: What to cut.
        posed: The body.
        colour: Linear RGB, shape (3,).
        cloth: Vertices and normals of a garment worn over it, each (N, 3): the shell stays below.
        rough: Roughness of the fabric.

    Returns:
        The surface with an edge turned in by a few millimetres.
    """
    mesh, where = skin_mesh(), figure()
    points = _lifted(mesh, posed, cut.ease(where), cut.smooth)
    if cloth is not None:
        points = _below(points, mesh.points(posed.vertices), cloth)
    clip = clip_triangles(mesh.point_triangles, cut.region(where))
    vertices = clip.extend(points)
    normals = clip.extend(mesh.normals(points))
    normals /= np.maximum(np.linalg.norm(normals, axis=1, keepdims=True), 1e-12)
    used, compact = np.unique(clip.triangles, return_inverse=True)
    return Surface(
        name=cut.name,
        role=Role.BASE,
        vertices=vertices[used],
        normals=normals[used],
        triangles=compact.reshape(-1, 3).astype(np.int32),
        material=Material(colour=colour, roughness=rough, specular=0.15, sheen=0.25, two_sided=True),
    )


def _lifted(mesh: SubdividedSurface, posed: PosedBody, ease: F64, steps: int) -> F64:
    """Points of the smoothed body, nowhere closer to the skin than the ease."""
    smooth = posed.vertices
    for _ in range(steps):
        smooth = 0.4 * smooth + 0.6 * (_smoothing() @ smooth)
    skin = mesh.points(posed.vertices)
    normals = mesh.normals(skin)
    stand = ((mesh.points(smooth) - skin) * normals).sum(axis=1)
    lifted: F64 = skin + normals * np.clip(stand + 0.3 * ease, ease, ease + MAX_BRIDGE_M)[:, None]
    return lifted


def _below(points: F64, skin: F64, cloth: Cloth) -> F64:
    """Pull points under the cloth that lies over them, never into the skin."""
    vertices, normals = cloth
    distance, nearest = cKDTree(vertices).query(points)
    height = ((points - vertices[nearest]) * normals[nearest]).sum(axis=1)
    facing = np.where(distance < REACH_M, np.maximum(height + UNDER_CLOTH_M, 0), 0)
    inward = skin - points
    room = np.linalg.norm(inward, axis=1)
    step = np.minimum(facing, np.maximum(room - 0.0006, 0))
    pulled: F64 = points + inward * (step / np.maximum(room, 1e-9))[:, None]
    return pulled
