"""Beards: `BEARDS`, `beard_strands`, `beard_density`."""

from __future__ import annotations

import functools
from collections.abc import Mapping
from typing import Any

import numpy as np
from scipy.spatial import cKDTree

from fashion_models.arrays import F64
from fashion_models.cache import Arrays, remember
from fashion_models.errors import PlanError
from fashion_models.mesh import unit
from fashion_models.person.body import PosedBody
from fashion_models.person.detail import gather_locks, lock_of, loosen
from fashion_models.person.grow import Ground
from fashion_models.person.head import HeadFrame, noise, painted_points, reference_head
from fashion_models.person.model import Gender, Person
from fashion_models.person.obstacle import Cloth
from fashion_models.person.strands import sample_roots
from fashion_models.person.styles import hair_table

BEARDS: tuple[str, ...] = tuple(hair_table()["beards"])

#: Upper edge of a beard on the reference head [m]: beside the mouth by depth y, of the moustache by |x|.
_CHEEK = ([-0.02, 0.008, 0.026, 0.038, 0.046, 0.052], [-0.072, -0.070, -0.064, -0.046, -0.020, 0.004])
_LIP = ([0.0, 0.006, 0.013, 0.022, 0.032], [-0.0555, -0.0535, -0.0525, -0.057, -0.070])
#: Lower edge under the jaw, by depth y.
_THROAT = ([-0.03, 0.0, 0.03, 0.06], [-0.122, -0.128, -0.116, -0.090])
_BEHIND = 0.064
_MOUTH_WIDE = 0.030


def check_beard(name: str, gender: Gender) -> None:
    """Refuse a beard that cannot be made.

    Raises:
        PlanError: There is no such beard, or it is asked for a woman.
    """
    if name not in BEARDS:
        raise PlanError(f"beard '{name}' is unknown;", limit=f"known: {', '.join(BEARDS)}.")
    if name != "none" and gender is Gender.FEMALE:
        raise PlanError(f"beard '{name}' is for men;", cure="leave --beard out, or ask for --gender male.")


def beard_of(person: Person) -> Mapping[str, Any]:
    """Parameters of a person's beard; 'shade' says how much its roots darken the skin, 0..1."""
    beard: Mapping[str, Any] = hair_table()["beards"][person.beard]
    return beard


def beard_density(places: F64, normals: F64) -> F64:
    """How densely a beard grows on the reference head, 0..1.

    Args:
        places: Head coordinates, shape (N, 3).
        normals: Unit skin normals there, shape (N, 3).

    Returns:
        Shape (N,); 0 on the lips and inside the mouth.
    """
    x, y, z = np.abs(places[:, 0]), places[:, 1], places[:, 2]
    top = np.where(x < _MOUTH_WIDE, np.interp(x, *_LIP), np.interp(y, *_CHEEK))
    uneven = 0.0016 * noise(places, 240, 31)
    inside = np.minimum.reduce([top - z, z - np.interp(y, *_THROAT), _BEHIND - y]) + uneven
    density: F64 = np.clip(inside / 0.007, 0, 1) * (normals[:, 1] < 0.6)
    bare = density > 0
    _, nearest = cKDTree(reference_head().points).query(places[bare])
    density[bare] *= 1 - _bare()[nearest]
    return density


@functools.cache
def _bare() -> F64:
    """1 at points of lips, mouth and ears."""
    lips = np.maximum(painted_points("lips"), painted_points("inside-mouth", least=40))
    return np.maximum(lips, reference_head().ears)


def beard_strands(person: Person, posed: PosedBody, frame: HeadFrame, cloth: Cloth | None) -> F64:
    """Strands of a person's beard.

    Args:
        person: Gives the beard and the identity; the same identity has the same strands.
        posed: The body.
        frame: Its head frame.
        cloth: What the beard may fall on, as vertices (N, 3) [m] and triangles (M, 3), or None.

    Returns:
        Shape (N, K, 3) [m]; none without a beard.
    """
    beard = beard_of(person)
    if not beard["strands"]:
        return np.zeros((0, 2, 3))

    def build() -> Arrays:
        roots = sample_roots(beard_density, int(beard["strands"]), 1000 * person.identity + 6)
        ground = Ground.of(roots, posed, frame, cloth)
        strands = ground.cleared(_grown(ground, beard, np.random.default_rng([person.identity, 83])))
        return {"strands": frame.to_world(strands).astype(np.float32)}

    inputs = [person.identity, dict(beard), posed.vertices, cloth]
    return remember("beard", inputs, build)["strands"].astype(np.float64)


def _grown(ground: Ground, beard: Mapping[str, Any], random: np.random.Generator) -> F64:
    """Hairs that leave the skin obliquely, aside over the lip, down elsewhere, and bend to the ground."""
    place, count, steps = ground.place, len(ground.place), int(beard["points"]) - 1
    x, y, z = place.T
    lip = np.clip((_MOUTH_WIDE + 0.004 - np.abs(x)) / 0.006, 0, 1) * (z > -0.080) * (y < 0.0)
    chin = np.clip((-0.080 - z) / 0.015, 0, 1) * np.clip((0.035 - y) / 0.03, 0, 1)
    length = beard["cheek"] + (beard["chin"] - beard["cheek"]) * chin
    length = (length + (beard["lip"] - length) * lip) * random.uniform(0.7, 1.05, count)
    aside = np.sign(x) * np.clip(np.abs(x) / 0.010, 0, 1)
    comb = np.stack([1.1 * aside * lip, -0.25 * (1 - lip), -1.0 + 0.45 * lip], axis=1)
    way = ground.along_skin(comb) + beard["lift"] * ground.normals
    way = unit(way + random.normal(0, beard["stray"], way.shape))
    layer = beard["thickness"] * random.uniform(0.1, 1.0, count) * (1 - 0.6 * lip)
    here, strands = ground.points, [ground.points]
    for k in range(1, steps + 1):
        way = unit(way + (beard["weight"] * length / steps)[:, None] * ground.down)
        here = ground.obstacle.lifted(here + (length / steps)[:, None] * way, layer * k / steps)
        strands.append(here)
    grown = np.stack(strands, axis=1)
    if beard["clump"]:
        grown = gather_locks(grown, lock_of(ground, {}, 500), beard["clump"])
    return loosen(grown, beard["frizz"], random)
