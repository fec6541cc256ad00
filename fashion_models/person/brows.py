"""Brows and lashes as strands that follow the face."""

from __future__ import annotations

import functools
from dataclasses import dataclass

import numpy as np

from fashion_models.arrays import F64
from fashion_models.person.body import PosedBody, template
from fashion_models.person.head import SIDES, reference_head
from fashion_models.person.model import Gender, Person
from fashion_models.person.strands import Roots, hair_material, place_roots, sample_roots
from fashion_models.studio.model import Material, Role, Strands

_SIGN = {"l": 1.0, "r": -1.0}


@dataclass(frozen=True)
class BrowShape:
    """A brow on the reference head [m].

    Attributes:
        thickness: Factor on the half width.
        arch: How far the arch rises above a straight brow.
        height: Shift upwards.
        hairs: Number of hairs per side.
    """

    thickness: float
    arch: float
    height: float
    hairs: int

    def line(self, along: F64) -> tuple[F64, F64]:
        """Outward x and z of the middle line at ``along`` = 0 (nose) .. 1 (temple)."""
        inner = reference_head().eyes["l"].centre[0] - 0.0185
        x = inner + 0.044 * along
        rise = self.arch * np.sin(np.pi * np.clip(along, 0, 1) ** 1.25 * 0.93)
        z = 0.0165 + self.height + 0.003 * along + rise - 0.005 * np.clip(along - 0.62, 0, 1) / 0.38
        return x, z

    def half_width(self, along: F64) -> F64:
        """Half the brow's width at ``along`` [m]."""
        width = np.interp(along, [0.0, 0.08, 0.45, 0.75, 1.0], [0.0024, 0.0034, 0.0031, 0.0022, 0.0010])
        return self.thickness * np.asarray(width)


def brow_shape(person: Person) -> BrowShape:
    """Thickness and arch by gender, with some of the person's own."""
    own = np.random.default_rng([person.identity, 71]).normal(0.0, 1.0, 3)
    female = person.gender is Gender.FEMALE
    thin = 1.0 - 0.25 * np.clip((person.age - 55) / 20, 0, 1)
    return BrowShape(
        thickness=float((0.95 if female else 1.15) * np.clip(1 + 0.12 * own[0], 0.8, 1.25)),
        arch=float((0.0028 if female else 0.0016) * np.clip(1 + 0.3 * own[1], 0.4, 1.6)),
        height=float((0.0012 if female else -0.0006) + 0.0006 * own[2]),
        hairs=int((330 if female else 430) * thin),
    )


def brow_pieces(person: Person, posed: PosedBody, colour: F64) -> list[Strands]:
    """Both brows.

    Args:
        person: Gives gender, age and identity.
        posed: The body.
        colour: Linear RGB, shape (3,).

    Returns:
        One piece.
    """
    shape = brow_shape(person)
    hairs = [_brow(shape, side, person.identity, posed) for side in SIDES]
    return [
        Strands(
            name="brows",
            role=Role.HAIR,
            points=np.concatenate(hairs),
            radii=np.linspace(0.000085, 0.000035, 5),
            material=Material(colour=colour.astype(np.float32), roughness=0.5, specular=0.12),
        )
    ]


def _brow_place(shape: BrowShape, places: F64, sign: float) -> tuple[F64, F64]:
    """Nearest position along the brow (0..1) and signed distance above its line [m]."""
    along = np.linspace(0, 1, 60)
    x, z = shape.line(along)
    out = places[:, 0] * sign
    gap = np.hypot(out[:, None] - x, places[:, 2, None] - z)
    nearest = gap.argmin(axis=1)
    distance = gap[np.arange(len(gap)), nearest]
    return along[nearest], np.where(places[:, 2] > z[nearest], distance, -distance)


def _brow(shape: BrowShape, side: str, seed: int, posed: PosedBody) -> F64:
    sign, roots = _SIGN[side], _brow_roots(shape, side, seed)
    return _brow_hairs(shape, roots, sign, np.random.default_rng([seed, 72, int(sign > 0)]), posed)


@functools.lru_cache(maxsize=64)
def _brow_roots(shape: BrowShape, side: str, seed: int) -> Roots:
    sign = _SIGN[side]
    limit = reference_head().eyes[side].centre[1] + 0.03

    def density(places: F64, normals: F64) -> F64:
        out = np.zeros(len(places))
        front = (normals[:, 1] < 0.3) & (places[:, 1] < limit) & (places[:, 2] > 0) & (places[:, 2] < 0.04)
        along, above = _brow_place(shape, places[front], sign)
        core = np.clip(1.35 - (above / shape.half_width(along)) ** 2, 0, 1)
        out[front] = core * np.interp(along, [0, 0.12, 0.8, 1], [0.45, 1, 0.9, 0.5])
        return out

    return sample_roots(density, shape.hairs, 1000 * seed + (1 if side == "l" else 2))


def _brow_hairs(
    shape: BrowShape, roots: Roots, sign: float, random: np.random.Generator, posed: PosedBody
) -> F64:
    """Hairs stand up at the nose, lie outwards further on, and lean together at the upper edge."""
    placed = place_roots(roots, posed)
    along, above = _brow_place(shape, roots.place, sign)
    share = above / shape.half_width(along)
    upwards = np.interp(along, [0, 0.15, 0.45, 1], [1.7, 0.95, 0.30, -0.12])
    upwards = upwards - 0.42 * share + random.normal(0, 0.14, len(roots))
    ahead = np.stack([np.full(len(roots), sign), 0.25 * along, upwards], axis=1)
    course = placed.along_skin(ahead)
    length = np.interp(along, [0, 0.2, 0.7, 1], [0.0058, 0.0080, 0.0072, 0.0046])
    length = length * random.uniform(0.75, 1.1, len(roots)) * (0.75 + 0.25 * shape.thickness)
    step = np.linspace(0, 1, 5)[None, :, None]
    bend = placed.along_skin(np.stack([0 * along, 0 * along, -np.ones(len(roots))], axis=1))
    lift = 0.00012 + 0.0008 * np.sin(2.2 * step)
    return (
        placed.points[:, None]
        + step * length[:, None, None] * course[:, None]
        + 0.22 * step**2 * length[:, None, None] * bend[:, None]
        + lift * placed.normals[:, None]
    )


def lash_pieces(person: Person, posed: PosedBody) -> list[Strands]:
    """Upper and lower lashes of both eyes, from the lids outwards along Anny's lash helpers."""
    random = np.random.default_rng([person.identity, 73])
    female = person.gender is Gender.FEMALE
    hairs = []
    for side in SIDES:
        hairs.append(_lashes(posed, side, upper=True, count=100, random=random))
        hairs.append(_lashes(posed, side, upper=False, count=34, random=random))
    scale = 1.05 if female else 0.75
    points = np.concatenate(hairs)
    points = points[:, :1] + scale * (points - points[:, :1])
    return [
        Strands(
            name="lashes",
            role=Role.HAIR,
            points=points,
            radii=np.linspace(0.00010 if female else 0.00007, 0.000025, 5),
            material=hair_material((0.010, 0.008, 0.007)),
        )
    ]


def _lashes(posed: PosedBody, side: str, *, upper: bool, count: int, random: np.random.Generator) -> F64:
    """Lashes curl up (or down) from the lid's edge; neighbours lean together in small tufts."""
    group = template().groups[f"helper-{side}-eyelashes-{'2' if upper else '1'}"]
    flat, eye = reference_head().vertices[group], reference_head().eyes[side]
    reach = np.linalg.norm(flat - eye.centre, axis=1)
    edge, tip = reach < np.quantile(reach, 0.34), reach > np.quantile(reach, 0.66)
    along = np.sort(random.random(count))
    root = _read_line(flat[edge], posed.vertices[group[edge]], along)
    end = _read_line(flat[tip], posed.vertices[group[tip]], along)
    way = (end - root) * random.uniform(0.7, 1.1, (count, 1)) * (1.0 if upper else 0.5)
    tuft = np.repeat(random.normal(0, 0.10, (count // 4 + 1, 3)), 4, axis=0)[:count]
    length = np.linalg.norm(way, axis=1, keepdims=True)
    way = way + length * tuft
    up = posed.transforms[template().bone("head"), :3, 2] * (1.0 if upper else -0.35)
    step = np.linspace(0, 1, 5)[None, :, None]
    curl = 0.40 * step**2 - 0.18 * step * (1 - step)
    lashes: F64 = root[:, None] + step * way[:, None] + curl * length[:, :, None] * up
    return lashes


def _read_line(flat: F64, posed: F64, along: F64, bins: int = 8) -> F64:
    """Points at ``along`` (0..1) of the line that scattered points make when ordered by x."""
    share = (flat[:, 0] - flat[:, 0].min()) / np.ptp(flat[:, 0])
    cell = np.minimum((share * bins).astype(int), bins - 1)
    filled = np.unique(cell)
    line = np.array([posed[cell == i].mean(axis=0) for i in filled])
    where = np.array([share[cell == i].mean() for i in filled])
    columns = [np.interp(along, where, line[:, axis]) for axis in range(3)]
    return np.stack(columns, axis=1)
