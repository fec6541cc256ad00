"""Plain low sneakers, lofted round the wearer's own feet: `shoe_pieces`."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from fashion_models.arrays import F64
from fashion_models.errors import PlanError
from fashion_models.mesh import facets, unit, vertex_normals
from fashion_models.person.body import Body, PosedBody, template
from fashion_models.person.shells import Mesh, clip_mesh, hemmed
from fashion_models.studio.model import Material, Piece, Role, Surface

#: Height of the sole under the foot, thickness of the collar's padding [m].
SOLE = 0.021
_COLLAR = 0.0055
#: Room between foot and outline: upper, sole [m].
_ROOM, _WELT = 0.0065, 0.0110
#: Linear RGB of upper, sole and laces; barefoot wears none.
_COLOURS = {
    "white": ((0.68, 0.68, 0.67), (0.58, 0.57, 0.54), (0.76, 0.76, 0.75)),
    "black": ((0.022, 0.022, 0.024), (0.030, 0.030, 0.032), (0.035, 0.035, 0.037)),
}
SHOES = (*_COLOURS, "none")


@dataclass(frozen=True, eq=False)
class _Foot:
    """A foot in the identity pose as a left one, sole at z = 0, toes to −y.

    Attributes:
        points: Skin vertices of foot and ankle [m], shape (N, 3).
        heel: Rearmost y [m].
        length: Foot length [m].
        toes: Joints of the big and the little toe [m], shape (2, 3).
        origin: What was subtracted from the points [m], shape (3,).
    """

    points: F64
    heel: float
    length: float
    toes: F64
    origin: F64

    def along(self, y: F64) -> F64:
        """0 at the heel, 1 at the tip of the toes."""
        return (self.heel - y) / self.length


def check_shoes(name: str) -> None:
    """Refuse unknown shoes.

    Raises:
        PlanError: Names the shoes there are.
    """
    if name not in SHOES:
        raise PlanError(f"shoes '{name}' are unknown;", limit=f"known: {', '.join(SHOES)}.")


def shoe_pieces(body: Body, posed: PosedBody, *, shoes: str = "white") -> list[Piece]:
    """Both sneakers: upper, sole and laces, rigid but for the bend at the toes.

    Args:
        body: The body, for the shape of its feet.
        posed: The same body in its pose.
        shoes: One of `SHOES`.

    Returns:
        Surfaces of role BASE, none for 'none'; soles reach `SOLE` below the foot.

    Raises:
        PlanError: There are no such shoes.
    """
    check_shoes(shoes)
    pieces: list[Piece] = []
    if shoes == "none":
        return pieces
    cover, rubber, lace = _COLOURS[shoes]
    for side in "LR":
        foot = _foot(body, side)
        parts = (
            ("upper", _upper(foot), cover, 0.5),
            ("sole", _sole(foot), rubber, 0.55),
            ("laces", _laces(foot), lace, 0.8),
        )
        for name, mesh, colour, roughness in parts:
            pieces.append(_piece(f"shoe-{name}-{side}", _worn(mesh, foot, posed, side), colour, roughness))
    return pieces


def _piece(name: str, mesh: Mesh, colour: tuple[float, float, float], roughness: float) -> Surface:
    material = Material(colour=np.array(colour, np.float32), roughness=roughness, specular=0.35)
    return Surface(
        name=name,
        role=Role.BASE,
        vertices=mesh.vertices,
        triangles=mesh.triangles,
        normals=mesh.normals,
        material=material,
    )


def _foot(body: Body, side: str) -> _Foot:
    t = template()
    skin = body.rest[t.groups["body"]]
    sign = 1.0 if side == "L" else -1.0
    own = skin[skin[:, 0] * sign > 0.0] * [sign, 1.0, 1.0]
    ankle = body.head(f"foot.{side}") * [sign, 1.0, 1.0]
    origin = np.array([ankle[0], ankle[1], own[:, 2].min()])
    points = own - origin
    points = points[points[:, 2] < 1.5 * (ankle[2] - origin[2])]
    low = points[points[:, 2] < 0.6 * (ankle[2] - origin[2])]
    heel, toe = float(low[:, 1].max()), float(low[:, 1].min())
    toes = np.stack([body.head(f"toe{i}-1.{side}") for i in (1, 5)]) * [sign, 1.0, 1.0] - origin
    return _Foot(points, heel, heel - toe, toes, origin)


def _outline(foot: _Foot, room: float) -> F64:
    """The foot's footprint, convex and widened, counter-clockwise from above, shape (N, 2)."""
    low = foot.points[foot.points[:, 2] < 0.05][:, :2]
    angles = np.linspace(0.0, 2 * np.pi, 240, endpoint=False)
    directions = np.stack([np.cos(angles), np.sin(angles)], axis=1)
    reach = (low @ directions.T).max(axis=0) + room
    reach += 0.004 * np.clip(-directions[:, 1], 0.0, 1.0) ** 2  # toes need more room than heels
    kernel = np.hanning(23)
    reach = np.convolve(np.concatenate([reach[-11:], reach, reach[:11]]), kernel / kernel.sum(), "valid")
    slope = (np.roll(reach, -1) - np.roll(reach, 1)) / (angles[2] - angles[0])
    across = np.stack([-directions[:, 1], directions[:, 0]], axis=1)
    outline: F64 = directions * reach[:, None] + across * slope[:, None]
    return outline


def _height(foot: _Foot, along: F64) -> F64:
    """Top of the upper over the sole [m]: from the toe box over the instep to far above the ankle."""
    stations = np.linspace(0.0, 1.0, 26)
    where = foot.along(foot.points[:, 1])
    tops = [foot.points[np.abs(where - s) < 0.03, 2].max(initial=0.02) for s in stations]
    tops = list(np.maximum.accumulate(np.array(tops)[::-1])[::-1] + 0.006)
    top = np.convolve(np.pad(tops, 2, mode="edge"), np.array([1.0, 2.0, 3.0, 2.0, 1.0]) / 9.0, "valid")
    top = np.maximum(top, np.interp(stations, [0.0, 0.8, 1.0], [0.0, 0.040, 0.036]) * foot.length / 0.25)
    height = np.interp(along, stations, top)
    tip = np.clip((along - 0.90) / 0.165, 0.0, 1.0)
    result: F64 = height * (1.0 - tip**2.6) ** (1.0 / 2.6)
    return result


def _sections(foot: _Foot, along: F64, angles: F64, lift: float = 0.0) -> F64:
    """Points of the upper at stations and angles (0 inner edge, π outer edge), shape (S, A, 3)."""
    outline = _outline(foot, _ROOM)
    reach = foot.along(outline[:, 1])
    first, last = int(reach.argmin()), int(reach.argmax())
    inner, outer = _branch(outline, first, last), _branch(outline, last, first)
    if inner[:, 0].mean() > outer[:, 0].mean():
        inner, outer = outer, inner
    left, right = (_across(foot, branch, along) for branch in (inner, outer))
    middle, half = (left + right) / 2.0, (right - left) / 2.0
    height = _height(foot, along)
    power = 2.0 / np.interp(along, [0.0, 0.5, 0.8, 1.0], [3.2, 2.5, 2.7, 3.0])[:, None]
    c, s = np.cos(np.pi - angles)[None], np.sin(angles)[None]
    across = np.sign(c) * np.abs(c) ** power * (half[:, None] + lift)
    up = np.abs(s) ** power * (height[:, None] + lift)
    y = np.broadcast_to((foot.heel - along * foot.length)[:, None], up.shape)
    return np.stack([middle[:, None] + across, y, up], axis=2)


def _branch(outline: F64, start: int, end: int) -> F64:
    count = (end - start) % len(outline) + 1
    branch: F64 = outline[(start + np.arange(count)) % len(outline)]
    return branch


def _across(foot: _Foot, branch: F64, along: F64) -> F64:
    """Where a side of the outline is at stations, x [m]."""
    stations = foot.along(branch[:, 1])
    order = np.argsort(stations)
    across: F64 = np.interp(along, stations[order], branch[order, 0])
    return across


def _upper(foot: _Foot) -> Mesh:
    outline = foot.along(_outline(foot, _ROOM)[:, 1])
    ease = 0.5 - 0.5 * np.cos(np.linspace(0.0, np.pi, 90))
    along = outline.min() + (outline.max() - outline.min()) * ease
    mesh = _grid(_sections(foot, along, np.linspace(0.0, np.pi, 49)))
    scale = foot.length / 0.25
    line = np.interp(
        foot.along(mesh.vertices[:, 1]),
        [-0.1, 0.06, 0.20, 0.34, 0.42, 0.46, 0.60],
        np.array([0.077, 0.070, 0.059, 0.068, 0.084, 0.10, 0.40]) * scale,
    )
    return hemmed(clip_mesh(mesh.vertices, mesh.normals, mesh.triangles, line - mesh.vertices[:, 2]), _COLLAR)


def _sole(foot: _Foot) -> Mesh:
    """A cup sole: rounded under, straight wall, rounded on top."""
    outline = _outline(foot, _WELT)
    middle = outline.mean(axis=0)
    rows = [
        (-0.5, -1.0),
        (-0.030, -1.0),
        (-0.004, -1.0),
        (-0.0012, -0.94),
        (0.0, -0.82),
        (0.0, 0.30),
        (-0.0015, 0.42),
    ]
    rows += [(-0.006, 0.46)]
    spring = 0.010 * np.clip((foot.along(outline[:, 1]) - 0.72) / 0.3, 0.0, 1.0) ** 2
    normals = unit(outline - middle)
    points = []
    for inset, level in rows:
        z = SOLE * level + spring * float(np.interp(level, [-1.0, 0.0], [1.0, 0.2]))
        row = outline + inset * normals if inset > -0.5 else 0.1 * outline + 0.9 * middle
        points.append(np.column_stack([row, z]))
    ring = np.stack(points)[:, np.r_[np.arange(len(outline)), 0]]
    return _grid(ring, closed=True)


def _laces(foot: _Foot) -> Mesh:
    """Five flat laces across the instep."""
    meshes = []
    angles = np.linspace(np.radians(62), np.radians(118), 17)
    for along in np.linspace(0.47, 0.66, 5):
        around = np.linspace(0.0, 2 * np.pi, 9)
        ring = [
            _sections(foot, np.array([along + 0.013 * np.sin(a)]), angles, 0.0008 + 0.0016 * (1 + np.cos(a)))[
                0
            ]
            for a in around
        ]
        meshes.append(_grid(np.stack(ring), closed=False))
    starts = np.cumsum([0] + [len(m.vertices) for m in meshes[:-1]])
    return Mesh(
        np.concatenate([m.vertices for m in meshes]),
        np.concatenate([m.normals for m in meshes]),
        np.concatenate([m.triangles + s for m, s in zip(meshes, starts, strict=True)]).astype(np.int32),
    )


def _grid(points: F64, *, closed: bool = False) -> Mesh:
    """Mesh of a grid of points (R, C, 3), its normals outwards from the middle."""
    rows, columns = points.shape[:2]
    index = np.arange(rows * columns).reshape(rows, columns)
    a, b, c, d = index[:-1, :-1], index[:-1, 1:], index[1:, 1:], index[1:, :-1]
    triangles = np.concatenate([np.stack(t, axis=-1).reshape(-1, 3) for t in ((a, b, c), (a, c, d))])
    vertices = points.reshape(-1, 3)
    centres = vertices[triangles].mean(axis=1) - vertices.mean(axis=0)
    if float((facets(vertices, triangles) * centres).sum()) < 0.0:
        triangles = triangles[:, ::-1]
    if closed:  # the first column's points are the last one's again
        index[:, -1] = index[:, 0]
    welded = index.ravel()
    normals = vertex_normals(vertices, welded[triangles])[welded]
    return Mesh(vertices, normals, triangles.astype(np.int32))


def _worn(mesh: Mesh, foot: _Foot, posed: PosedBody, side: str) -> Mesh:
    """The shoe carried from the identity pose to the posed foot, bent at the ball."""
    t = template()
    mirror = np.array([1.0 if side == "L" else -1.0, 1.0, 1.0])
    (x0, y0, _), (x1, y1, _) = foot.toes
    outer = np.clip((mesh.vertices[:, 0] - x0) / (x1 - x0), 0.0, 1.0)
    joint = y0 + outer * (y1 - y0)
    bend = np.clip((joint + 0.018 - mesh.vertices[:, 1]) / 0.036, 0.0, 1.0)[:, None, None]
    rigid, big, little = (
        posed.transforms[t.bone(f"{name}.{side}"), :3] for name in ("foot", "toe1-1", "toe5-1")
    )
    share = outer[:, None, None]
    moves = (1.0 - bend) * rigid + bend * ((1.0 - share) * big + share * little)
    rest = (mesh.vertices + foot.origin) * mirror
    vertices = np.einsum("vij,vj->vi", moves[:, :, :3], rest) + moves[:, :, 3]
    normals = unit(np.einsum("vij,vj->vi", moves[:, :, :3], mesh.normals * mirror))
    triangles = mesh.triangles if side == "L" else mesh.triangles[:, ::-1]
    return Mesh(vertices, normals, triangles)
