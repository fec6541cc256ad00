"""Plain low sneakers, modelled round the body's own feet: `shoe_pieces`.

A shoe is built in the identity pose as the zero surface of a smoothed distance field over convex slices of the
foot, then carried by the foot and toe bones, so it fits every foot and follows every pose.
"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from scipy import ndimage

from fashion_models.arrays import F32, F64, I32, Bool
from fashion_models.cache import Arrays, remember
from fashion_models.person.body import Body, PosedBody, template
from fashion_models.person.clip import clip_triangles
from fashion_models.studio.model import Material, Role, Surface

#: Edge of a cell of the distance field [m].
CELL_M = 0.0025
#: Thickness of the sole under the foot [m].
SOLE_M = 0.018
_UPPER_GAP_M = 0.006
_SOLE_GAP_M = 0.0045


@dataclass(frozen=True, eq=False)
class _Grid:
    """A box of cells round a foot: lower corner [m] and cell counts."""

    low: F64
    shape: tuple[int, int, int]

    def slice_of(self, points: F64) -> Bool:
        """Cells of one level inside the convex hull of points, shape (nx, ny)."""
        image = np.zeros(self.shape[:2], np.uint8)
        cells = np.round((points[:, [1, 0]] - self.low[[1, 0]]) / CELL_M).astype(np.int32)
        cv2.fillConvexPoly(image, cv2.convexHull(cells), 1)
        return image.astype(bool)

    def height(self, level: int) -> float:
        """Height of a level above the ground [m]."""
        return float(self.low[2] + level * CELL_M)


def shoe_pieces(body: Body, posed: PosedBody) -> list[Surface]:
    """Both shoes on the posed feet.

    Args:
        body: The body in its identity pose: the shoes fit its feet.
        posed: The same body posed.

    Returns:
        Upper and sole of each foot; soles reach `SOLE_M` below the feet.
    """
    made = remember("shoes", [body.shape, CELL_M, SOLE_M], lambda: _make_pair(body))
    pieces = []
    for side in "LR":
        for part, colour, rough in (("upper", (0.70, 0.70, 0.685), 0.5), ("sole", (0.76, 0.75, 0.72), 0.6)):
            vertices = _carried(made[f"{part}_{side}"], body, posed, side)
            triangles = made[f"{part}_{side}_triangles"]
            pieces.append(
                Surface(
                    name=f"shoe-{part}-{side}",
                    role=Role.BASE,
                    vertices=vertices,
                    triangles=triangles,
                    normals=_normals(vertices, triangles),
                    material=_material(colour, rough),
                )
            )
    return pieces


def _material(colour: tuple[float, float, float], rough: float) -> Material:
    linear: F32 = np.array(colour, np.float32)
    return Material(colour=linear, roughness=rough, specular=0.3, two_sided=True)


def _make_pair(body: Body) -> Arrays:
    made: Arrays = {}
    ground = float(body.rest[template().groups["body"], 2].min())
    for side, sign in (("L", 1.0), ("R", -1.0)):
        foot = _foot_points(body, sign, ground)
        scale = (body.head(f"foot.{side}")[2] - ground) / 0.07
        for part, mesh in (("upper", _upper(foot, scale)), ("sole", _sole(foot, scale))):
            made[f"{part}_{side}"] = mesh[0] + [0, 0, ground]
            made[f"{part}_{side}_triangles"] = mesh[1]
    return made


def _foot_points(body: Body, sign: float, ground: float) -> F64:
    """Dense points of one foot's skin, the ground at z = 0."""
    triangles = template().skin_triangles
    corners = body.rest[triangles]
    near = (corners[:, :, 2].max(axis=1) < ground + 0.17) & (corners[:, 0, 0] * sign > 0)
    shares = np.random.default_rng(0).dirichlet([1, 1, 1], (int(near.sum()), 12))
    points: F64 = np.einsum("tki,tij->tkj", shares, corners[near]).reshape(-1, 3) - [0, 0, ground]
    return points


def _grid(foot: F64) -> _Grid:
    low, high = foot.min(axis=0) - 0.03, foot.max(axis=0) + 0.03
    nx, ny, nz = (int(n) for n in np.ceil((high - low) / CELL_M))
    return _Grid(low, (nx, ny, nz))


def _upper(foot: F64, scale: float) -> tuple[F64, I32]:
    """Toe box, sides and heel, open at the top."""
    grid = _grid(foot)
    tread = grid.slice_of(foot[foot[:, 2] < 0.035 * scale])
    volume = np.zeros(grid.shape, bool)
    for level in range(grid.shape[2]):
        z = grid.height(level)
        if not -0.001 <= z <= 0.118 * scale:
            continue
        near = foot[np.abs(foot[:, 2] - z) < 0.005]
        if len(near) > 4:
            volume[:, :, level] = grid.slice_of(near)
        if 0 <= z < 0.012 * scale:
            volume[:, :, level] |= tread
    vertices, triangles = _surface(volume, grid, _UPPER_GAP_M, 1.8)
    from_toe = (vertices[:, 1] - foot[:, 1].min()) / np.ptp(foot[:, 1])
    places = [0, 0.40, 0.52, 0.62, 0.74, 0.86, 0.95, 1.1]
    collar = np.interp(from_toe, places, [0.2, 0.13, 0.104, 0.082, 0.066, 0.064, 0.076, 0.080]) * scale
    clip = clip_triangles(triangles, np.minimum(collar - vertices[:, 2], vertices[:, 2] + 0.002))
    return _compact(clip.extend(vertices), clip.triangles)


def _sole(foot: F64, scale: float) -> tuple[F64, I32]:
    """A slab under the foot with a low rim."""
    grid = _grid(foot)
    tread = grid.slice_of(foot[foot[:, 2] < 0.035 * scale])
    volume = np.zeros(grid.shape, bool)
    for level in range(grid.shape[2]):
        if -SOLE_M + _SOLE_GAP_M <= grid.height(level) <= 0.010 * scale:
            volume[:, :, level] = tread
    return _compact(*_surface(volume, grid, _SOLE_GAP_M, 1.0))


def _surface(volume: Bool, grid: _Grid, gap: float, blur: float) -> tuple[F64, I32]:
    """The surface at a distance from the filled cells."""
    from skimage.measure import marching_cubes

    outside = ndimage.distance_transform_edt(~volume)
    inside = ndimage.distance_transform_edt(volume)
    field = ndimage.gaussian_filter((outside - inside) * CELL_M, blur)
    vertices, triangles, _, _ = marching_cubes(field, gap, spacing=(CELL_M,) * 3)
    return vertices.astype(np.float64) + grid.low, triangles.astype(np.int32)


def _compact(vertices: F64, triangles: I32) -> tuple[F64, I32]:
    used, compact = np.unique(triangles, return_inverse=True)
    return vertices[used], compact.reshape(-1, 3).astype(np.int32)


def _carried(vertices: F64, body: Body, posed: PosedBody, side: str) -> F64:
    """Shoe vertices in the pose: rigid with the foot, bending at the ball."""
    t = template()
    ball = body.head(f"toe2-1.{side}")[1]
    toe = np.clip((ball + 0.012 - vertices[:, 1]) / 0.024, 0, 1)[:, None]
    places = []
    for bone in (f"foot.{side}", f"toe2-1.{side}"):
        transform = posed.transforms[t.bone(bone)]
        places.append(vertices @ transform[:3, :3].T + transform[:3, 3])
    carried: F64 = places[0] * (1 - toe) + places[1] * toe
    return carried


def _normals(vertices: F64, triangles: I32) -> F64:
    corners = vertices[triangles]
    facets = np.cross(corners[:, 1] - corners[:, 0], corners[:, 2] - corners[:, 0])
    total = np.zeros_like(vertices)
    for corner in range(3):
        np.add.at(total, triangles[:, corner], facets)
    unit: F64 = total / np.maximum(np.linalg.norm(total, axis=1, keepdims=True), 1e-12)
    return unit
