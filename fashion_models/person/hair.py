"""Strand hair: `HAIR_STYLES`, `HAIR_COLOURS`, `hair_pieces`, `scalp_map`."""

from __future__ import annotations

import numpy as np

from fashion_models.arrays import F64
from fashion_models.cache import Arrays, remember
from fashion_models.person.body import PosedBody
from fashion_models.person.coil import coiled, cropped, gathered, knot, tail
from fashion_models.person.detail import curl, gather_locks, lock_of, loosen, wave
from fashion_models.person.grow import (
    Ground,
    Style,
    follow_guides,
    guide_indices,
    walk_falling,
    walk_swept,
)
from fashion_models.person.head import HeadFrame, reference_head
from fashion_models.person.model import Person
from fashion_models.person.obstacle import Cloth, Obstacle
from fashion_models.person.scalp import off_ears, scalp_density, scalp_map
from fashion_models.person.strands import hair_material, place_roots, sample_roots
from fashion_models.person.styles import HAIR_COLOURS, HAIR_STYLES, hair_rgb, style_of
from fashion_models.person.surface import skin_mesh
from fashion_models.studio.model import Piece, Role, Strands

__all__ = ["HAIR_COLOURS", "HAIR_STYLES", "hair_pieces", "scalp_map"]

#: Share of the strands and brightness of each tint: hair is never of one colour.
_TINTS = ((0.34, 0.78), (0.42, 1.0), (0.24, 1.28))


def hair_pieces(person: Person, posed: PosedBody, *, cloth: Cloth | None) -> list[Piece]:
    """Grow the person's hair on the posed head, over the garment; kept by what it grows on.

    Args:
        person: Gives style, colour and identity; the same identity has the same strands.
        posed: The person's body in its pose.
        cloth: The draped garment as vertices (N, 3) [m] and outward triangles (M, 3), or None.

    Returns:
        Strands in three tints; nothing for a bald head.

    Raises:
        PlanError: The style or the colour is unknown.
    """
    style, colour = style_of(person.hair), hair_rgb(person.hair_colour)
    if style["kind"] == "none":
        return []
    random = np.random.default_rng([person.identity, 81])
    frame = HeadFrame.of(posed)

    def build() -> Arrays:
        ground = _ground(person, style, posed, frame, cloth)
        strands = _clear(_grow(ground, style, np.random.default_rng([person.identity, 82])), ground)
        return {"strands": frame.to_world(strands).astype(np.float32)}

    inputs = [person.identity, style, posed.vertices, cloth]
    strands = remember("hair", inputs, build)["strands"].astype(np.float64)
    return _tinted(strands, np.asarray(style["radius"]) * frame.scale, colour, random)


def _ground(person: Person, style: Style, posed: PosedBody, frame: HeadFrame, cloth: Cloth | None) -> Ground:
    def density(places: F64, normals: F64) -> F64:
        del normals
        return off_ears(places, scalp_density(places))

    roots = sample_roots(density, int(style["strands"]), 1000 * person.identity + 5)
    placed = place_roots(roots, posed)
    head = reference_head()
    temples = np.flatnonzero(
        (np.abs(head.points[:, 2]) < 0.05) & (head.ears < 0.5) & (head.points[:, 1] < 0.05)
    )
    wide = frame.to_head(skin_mesh().points(posed.vertices)[temples])
    return Ground(
        place=roots.place,
        points=frame.to_head(placed.points),
        normals=frame.turn_back(placed.normals),
        frames=np.einsum("ji,njk->nik", frame.rotation, placed.frames) / frame.scale,
        obstacle=Obstacle.of(posed, frame, cloth),
        down=frame.turn_back(np.array([0.0, 0.0, -1.0])),
        breadth=float(np.abs(wide[:, 0]).max() / np.abs(head.points[temples, 0]).max()),
    )


def _grow(ground: Ground, style: Style, random: np.random.Generator) -> F64:
    kind = style["kind"]
    if kind == "cropped":
        return cropped(ground, style, random)
    if kind == "coiled":
        return coiled(ground, style, random)
    if kind == "gathered":
        tight = gathered(ground, style, random)
        tied = knot(style, tight.shape[1], random) if "knot" in style else tail(style, ground, random)
        return np.concatenate([tight, tied])
    guides = ground.only(guide_indices(len(ground.points)))
    walked = walk_falling(guides, style) if kind == "falling" else walk_swept(guides, style)
    strands = follow_guides(ground, style, guides, walked, random)
    spec = style.get("wave") or style.get("curl") or {"clumps": 420}
    locks = lock_of(ground, style, int(spec["clumps"]))
    strength = style["clump"] * random.uniform(0.55, 1.0, len(strands))
    if kind == "swept":
        strength = strength * np.clip(
            (ground.place[:, 2] + 0.02) / 0.07, 0.1, 1
        )  # cropped sides have no locks
    strands = gather_locks(strands, locks, strength)
    if "wave" in style:
        strands = wave(strands, ground, style, locks)
    if "curl" in style:
        strands = curl(strands, ground, style, locks)
    return loosen(strands, style["frizz"], random)


def _clear(strands: F64, ground: Ground) -> F64:
    """Strands (N, K, 3) lifted out of skin and cloth; roots stay."""
    count, points, _ = strands.shape
    free = ground.obstacle.lifted(strands[:, 1:].reshape(-1, 3), 0.0012)
    return np.concatenate([strands[:, :1], free.reshape(count, points - 1, 3)], axis=1)


def _tinted(strands: F64, ends: F64, colour: F64, random: np.random.Generator) -> list[Piece]:
    """One piece per tint; radii fall from root to tip."""
    radii = np.linspace(ends[0], ends[1], strands.shape[1])
    draw, first, pieces = random.random(len(strands)), 0.0, []
    for number, (share, light) in enumerate(_TINTS):
        chosen = (draw >= first) & (draw < first + share)
        first += share
        pieces.append(
            Strands(
                name=f"hair-{number}",
                role=Role.HAIR,
                points=strands[chosen],
                radii=radii,
                material=hair_material(np.clip(colour * light, 0, 0.8)),
            )
        )
    return list(pieces)
