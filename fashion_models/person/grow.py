"""Growing hair: few guides are walked over the head, many strands follow their nearest guides.

All lengths and places are head coordinates of the posed person, so that one set of rules serves every head.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy.spatial import cKDTree

from fashion_models.arrays import F64
from fashion_models.mesh import unit
from fashion_models.person.body import PosedBody, template
from fashion_models.person.head import HeadFrame, noise, reference_head
from fashion_models.person.obstacle import Cloth, Obstacle
from fashion_models.person.scalp import SKULL
from fashion_models.person.strands import Roots, place_roots
from fashion_models.person.surface import skin_mesh

Style = Mapping[str, Any]

_GUIDES = 900
#: The neck's axis, about which the head turns.
_NECK = np.array([0.0, 0.085, 0.0])


@dataclass(frozen=True, eq=False)
class Ground:
    """What hair grows from and falls on.

    Attributes:
        place: Roots on the reference head, shape (N, 3).
        points: Roots on the posed head in its head coordinates, shape (N, 3).
        normals: Skin normals there, shape (N, 3).
        frames: Reference to posed head directions, shape (N, 3, 3).
        obstacle: What hair may not enter.
        down: Unit direction of gravity, shape (3,).
        breadth: Half width of the face over the reference's.
        turned: Rotation about the neck from the head's directions to the chest's, shape (3, 3).
    """

    place: F64
    points: F64
    normals: F64
    frames: F64
    obstacle: Obstacle
    down: F64
    breadth: float
    turned: F64

    @classmethod
    def of(cls, roots: Roots, posed: PosedBody, frame: HeadFrame, cloth: Cloth | None) -> Ground:
        """The ground of some roots on a posed person who wears a garment, or none."""
        placed, head = place_roots(roots, posed), reference_head()
        temples = np.flatnonzero(
            (np.abs(head.points[:, 2]) < 0.05) & (head.ears < 0.5) & (head.points[:, 1] < 0.05)
        )
        wide = frame.to_head(skin_mesh().points(posed.vertices)[temples])
        return cls(
            place=roots.place,
            points=frame.to_head(placed.points),
            normals=frame.turn_back(placed.normals),
            frames=np.einsum("ji,njk->nik", frame.rotation, placed.frames) / frame.scale,
            obstacle=Obstacle.of(posed, frame, cloth),
            down=frame.turn_back(np.array([0.0, 0.0, -1.0])),
            breadth=float(np.abs(wide[:, 0]).max() / np.abs(head.points[temples, 0]).max()),
            turned=_to_chest(posed, frame),
        )

    def cleared(self, strands: F64) -> F64:
        """Strands (N, K, 3) lifted out of skin and cloth; roots stay."""
        count, points, _ = strands.shape
        free = self.obstacle.lifted(strands[:, 1:].reshape(-1, 3), 0.0012)
        return np.concatenate([strands[:, :1], free.reshape(count, points - 1, 3)], axis=1)

    def only(self, chosen: np.ndarray[Any, Any]) -> Ground:
        """The same with the chosen roots."""
        return Ground(
            self.place[chosen],
            self.points[chosen],
            self.normals[chosen],
            self.frames[chosen],
            self.obstacle,
            self.down,
            self.breadth,
            self.turned,
        )

    def along_skin(self, directions: F64) -> F64:
        """Directions (N, 3) on the reference head, carried over and laid into the skin's plane."""
        carried = np.einsum("nij,nj->ni", self.frames, directions)
        return _in_plane(carried, self.normals)


def _in_plane(directions: F64, normals: F64) -> F64:
    return unit(directions - normals * (directions * normals).sum(axis=1, keepdims=True))


def table(pairs: Any, at: F64) -> F64:
    """Linear interpolation in a list of (position, value) pairs."""
    grid = np.asarray(pairs, np.float64)
    return np.asarray(np.interp(at, grid[:, 0], grid[:, 1]))


def parting_side(place: F64, part: float | None) -> F64:
    """+1 left of the parting, −1 right of it; behind the crown the parting runs to the middle. Shape (N,)."""
    if part is None:
        return np.ones(len(place))
    line = part * np.clip((0.150 - place[:, 1]) / 0.05, 0, 1)
    line = line + 0.0016 * noise(place, 160, 5)
    return np.where(place[:, 0] > line, 1.0, -1.0)


def follow_guides(
    ground: Ground, style: Style, guides: Ground, walked: F64, random: np.random.Generator
) -> F64:
    """Strands that take the course of their three nearest guides on the same side of the parting.

    Args:
        ground: All roots, N of them.
        style: Its parting.
        guides: The guides' roots, G of them.
        walked: The guides, shape (G, K, 3).
        random: For uneven lengths.

    Returns:
        Shape (N, K, 3).
    """

    def key(g: Ground) -> F64:
        side = parting_side(g.place, style.get("part"))
        split = 0.035 * side * np.clip((0.13 - g.place[:, 1]) / 0.03, 0, 1)
        return np.column_stack([g.place, split])

    distance, index = (np.asarray(a) for a in cKDTree(key(guides)).query(key(ground), k=3))
    weight = 1 / (distance + 0.0015) ** 2
    weight /= weight.sum(axis=1, keepdims=True)
    shape = (walked - walked[:, :1])[index]
    course = np.einsum("ng,ngkd->nkd", weight, shape)
    points = walked.shape[1]
    at = np.linspace(0, 1, points)[None] * random.uniform(0.90, 1.0, (len(course), 1)) * (points - 1)
    low = np.minimum(at.astype(int), points - 2)
    part = (at - low)[..., None]
    row = np.arange(len(course))[:, None]
    course = course[row, low] * (1 - part) + course[row, low + 1] * part
    strands: F64 = ground.points[:, None] + course
    return strands


def walk_swept(ground: Ground, style: Style) -> F64:
    """Guides of short hair: they lie along the skull in the direction they are combed.

    Args:
        ground: The guides' roots.
        style: 'length', 'layer' by height; 'sweep' of the top, 'rise' at the forehead, 'part'.

    Returns:
        Shape (G, K, 3).
    """
    place, steps = ground.place, int(style["points"]) - 1
    side = parting_side(place, style["part"])
    length = table(style["length"], place[:, 2]) * (1 + 0.10 * noise(place, 60, 8))
    layer = table(style["layer"], place[:, 2]) * (0.65 + 0.35 * np.clip(noise(place, 90, 9), -1, 1))
    front = np.clip((0.035 - place[:, 1]) / 0.05, 0, 1) * np.clip((place[:, 2] - 0.05) / 0.02, 0, 1)
    layer = layer * (1 + 0.6 * front)
    heading = _combed(place, side, style)
    rise = (0.15 + style["rise"] * front)[:, None]
    way = unit((1 - rise) * ground.along_skin(heading) + rise * ground.normals)
    here, walked = ground.points, [ground.points]
    step = (length / steps)[:, None]
    for k in range(1, steps + 1):
        above, normal = ground.obstacle.height(here)
        field = _in_plane(_combed(here, side, style), normal)
        way = unit(0.72 * way + 0.28 * field)
        here = here + step * way
        above, normal = ground.obstacle.height(here)
        wanted = layer * (1 - np.exp(-3.0 * k / steps))
        gap = np.where(np.isfinite(above), wanted - above, 0)
        here = here + (np.where(gap > 0, gap, 0.6 * gap))[:, None] * normal
        way = unit(here - walked[-1])
        walked.append(here)
    return np.stack(walked, axis=1)


def _combed(here: F64, side: F64, style: Style) -> F64:
    """Comb direction at places: the style's sweep on top, down and back at the sides, down at the back."""
    across, back, up = style["sweep"]
    top = np.clip((here[:, 2] - 0.050) / 0.035, 0, 1)[:, None]
    sign = side if style["part"] is not None else np.ones(len(here))
    crown = np.clip((here[:, 1] - 0.12) / 0.05, 0, 1)[:, None]
    swept = np.stack([across * sign, np.full(len(here), back), np.full(len(here), up)], axis=1)
    fan = (here - SKULL) * [1.0, 1.0, 0.0] * 8
    low = np.stack([np.zeros(len(here)), np.full(len(here), 0.42), np.full(len(here), -1.0)], axis=1)
    low = low * (1 - crown) + crown * np.array([0.0, 0.0, -1.0])
    combed: F64 = top * (swept * (1 - 0.7 * crown) + 0.7 * crown * fan) + (1 - top) * low
    return combed


def walk_falling(ground: Ground, style: Style) -> F64:
    """Guides of hair that parts, goes round the skull and falls over neck, shoulders and garment.

    Args:
        ground: The guides' roots.
        style: 'ends' is the height of the tips, 'volume' the hair's thickness on the skull, 'weight' how fast
            hair turns down per metre, 'inward' how far tips turn to the neck.

    Returns:
        Shape (G, K, 3).
    """
    place, steps = ground.place, int(style["points"]) - 1
    side = parting_side(place, style["part"])
    rank = np.clip((place[:, 2] + 0.05) / 0.15, 0, 1)
    layer = 0.002 + style["volume"] * (0.20 + 0.80 * rank) * (0.9 + 0.1 * noise(place, 60, 8))
    step = (_fall_length(place, style) / steps)[:, None]
    way = _first_way(ground, side, style)
    here, walked = ground.points, [ground.points]
    for k in range(1, steps + 1):
        turn = style["weight"] * (0.35 + 0.65 * min(1.0, k * step.mean() / 0.05))
        way = unit(way + turn * step * ground.down)
        if k > 0.7 * steps:
            way = unit(way + 0.3 * style["inward"] * _to_neck(here))
        moved = here + step * way
        low = np.clip((-0.055 - moved[:, 2]) / 0.03, 0, 1)
        clear = layer * min(1.0, k / (0.20 * steps)) * (1 - low) + low * np.minimum(layer, 0.0065)
        moved = ground.obstacle.lifted(_off_shoulders(moved, step, ground), clear)
        moved = _off_face(_drawn_in(moved, ground.turned), side, ground.breadth)
        way = unit(moved - here)
        here = moved
        walked.append(here)
    return np.stack(walked, axis=1)


def _fall_length(place: F64, style: Style) -> F64:
    """Path length from root to tip [reference m]: round the skull and down to the ends."""
    high = np.clip(place[:, 2] / 0.1, 0, 1)
    length = (place[:, 2] - style["ends"]) * 1.02 + 0.040 + 0.025 * high
    return np.asarray(np.maximum(length, 0.05) * (1 + 0.025 * noise(place, 55, 10)))


def _first_way(ground: Ground, side: F64, style: Style) -> F64:
    """Direction at the root: away from the parting, backwards at the forehead, down at the sides."""
    place = ground.place
    front = np.clip((0.02 - place[:, 1]) / 0.05, 0, 1) * np.clip((place[:, 2] - 0.02) / 0.03, 0, 1)
    crown = np.clip((place[:, 1] - 0.10) / 0.06, 0, 1)
    across = side * (0.85 - 0.1 * front) * (1 - crown) + crown * place[:, 0] * 8
    back = 0.30 + 0.45 * front + 0.6 * crown
    heading = ground.along_skin(np.stack([across, back, -0.35 + 0.15 * front - 0.3 * crown], axis=1))
    near = np.clip(1 - np.abs(place[:, 0] - (style["part"] or 0)) / 0.03, 0, 1) * (1 - crown)
    lift = (0.08 + 0.20 * near)[:, None]
    return unit(heading * (1 - lift) + ground.normals * lift)


def _to_neck(here: F64) -> F64:
    return unit((_NECK - here) * [1.0, 1.0, 0.0])


def _to_chest(posed: PosedBody, frame: HeadFrame) -> F64:
    """Rotation about the neck from the head's directions to the chest's, shape (3, 3)."""
    chest = posed.transforms[template().bone("spine01"), :3, :3]
    x, y, _ = frame.turn_back(chest @ np.array([0.0, 1.0, 0.0]))
    size = np.hypot(x, y)
    return np.array([[y / size, -x / size, 0.0], [x / size, y / size, 0.0], [0.0, 0.0, 1.0]])


def _drawn_in(here: F64, turned: F64) -> F64:
    """Below the jaw hair is put behind the shoulders, so that it hides nothing of the garment."""
    low = np.clip((-0.060 - here[:, 2]) / 0.04, 0, 1)
    x, y, _ = ((here - _NECK) @ turned.T + _NECK).T
    low = low * _beside_throat(x, y, turned)
    across = 0.16 * low * np.clip(np.abs(x) - 0.085, 0, None) * -np.sign(x)
    behind = 0.30 * low * np.clip(0.140 - y, 0, 0.09)
    drawn: F64 = here + np.stack([across, behind, 0 * behind], axis=1) @ turned
    return drawn


def _beside_throat(x: F64, y: F64, turned: F64) -> F64:
    """0 before the throat, where hair of a head turned far falls down in front, 1 elsewhere."""
    far = np.clip((0.7 - turned[0, 0]) / 0.3, 0, 1)  # from 45 degrees on
    aside = np.clip((np.abs(x) - 0.03) / 0.04, 0, 1)
    return np.asarray(1 - far * (1 - aside) * np.clip((0.075 - y) / 0.03, 0, 1))


def _off_shoulders(here: F64, step: F64, ground: Ground) -> F64:
    """Hair that comes to lie on a shoulder slides down behind it, instead of ending there in a tuft."""
    above, normal = ground.obstacle.height(here)
    lying = np.clip((normal[:, 2] - 0.1) / 0.3, 0, 1) * (above < 0.02) * (here[:, 2] < -0.06)
    x, y, _ = ((here - _NECK) @ ground.turned.T + _NECK).T
    lying = lying * _beside_throat(x, y, ground.turned)
    slide = np.stack([-0.1 * np.sign(x), np.ones(len(here)), np.zeros(len(here))], axis=1) @ ground.turned
    return np.asarray(here + (1.2 * lying[:, None] * step) * slide, np.float64)


def _off_face(here: F64, side: F64, breadth: float) -> F64:
    """Push places in front of the face out to its sides."""
    need = breadth * np.interp(
        here[:, 2], [-0.15, -0.10, -0.02, 0.03, 0.06], [0.050, 0.058, 0.066, 0.060, 0.0]
    )
    front = (here[:, 1] < 0.055) & (here[:, 2] < 0.06) & (here[:, 2] > -0.15)
    gap = np.where(front, np.clip(need - np.abs(here[:, 0]), 0, None), 0)
    sign = np.where(np.abs(here[:, 0]) < 0.012, side, np.sign(here[:, 0]))
    pushed: F64 = here + np.stack([0.6 * gap * sign, 0.25 * gap, 0 * gap], axis=1)
    return pushed


def guide_indices(count: int) -> np.ndarray[Any, np.dtype[np.int64]]:
    """Which roots become guides; roots come in random order, so the first ones do."""
    return np.arange(min(_GUIDES, count))
