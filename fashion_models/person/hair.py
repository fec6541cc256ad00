"""Strand hair: `HAIR_STYLES`, `HAIR_COLOURS`, `hair_pieces`, `scalp_map`."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from fashion_models.arrays import F32, F64
from fashion_models.cache import Arrays, remember
from fashion_models.person.beard import beard_of, beard_strands
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
from fashion_models.person.head import HeadFrame
from fashion_models.person.hijab import hijab_piece
from fashion_models.person.model import Person
from fashion_models.person.obstacle import Cloth
from fashion_models.person.scalp import off_ears, scalp_density, scalp_map
from fashion_models.person.strands import hair_material, sample_roots
from fashion_models.person.styles import HAIR_COLOURS, HAIR_STYLES, hair_rgb, style_of
from fashion_models.studio.model import Piece, Role, Strands

__all__ = ["HAIR_COLOURS", "HAIR_STYLES", "hair_pieces", "scalp_map"]

#: Share of the strands and brightness of each tint: hair is never of one colour.
_TINTS = ((0.34, 0.78), (0.42, 1.0), (0.24, 1.28))


def hair_pieces(
    person: Person, posed: PosedBody, *, cloth: Cloth | None, garment_colour: F32 | None = None
) -> list[Piece]:
    """Grow the person's hair and beard on the posed head, over the garment; kept by what it grows on.

    Args:
        person: Gives style, colour and identity; the same identity has the same strands.
        posed: The person's body in its pose.
        cloth: The draped garment as vertices (N, 3) [m] and outward triangles (M, 3), or None.
        garment_colour: Its mean colour, linear RGB, shape (3,), which a headscarf is chosen by.

    Returns:
        A headscarf where that is the style, and strands in three tints each for hair and beard; nothing for a
        bald head without a beard.

    Raises:
        PlanError: The style or the colour is unknown.
    """
    frame, colour = HeadFrame.of(posed), hair_rgb(person.hair_colour)
    pieces: list[Piece] = []
    if style_of(person.hair)["kind"] == "cloth":
        pieces.append(hijab_piece(posed, tone=person.tone, cloth=cloth, garment_colour=garment_colour))
    for name, strands, ends in (
        ("hair", *_head_hair(person, posed, frame, cloth)),
        ("beard", beard_strands(person, posed, frame, cloth), beard_of(person).get("radius", (0, 0))),
    ):
        if len(strands):
            random = np.random.default_rng([person.identity, 81])
            pieces += _tinted(name, strands, np.asarray(ends) * frame.scale, colour, random)
    return pieces


def _head_hair(
    person: Person, posed: PosedBody, frame: HeadFrame, cloth: Cloth | None
) -> tuple[F64, Sequence[float]]:
    """Strands (N, K, 3) [m] of the hair of the head, and their radii at root and tip [reference m]."""
    style = style_of(person.hair)
    if style["kind"] in ("none", "cloth"):
        return np.zeros((0, 2, 3)), (0, 0)

    def build() -> Arrays:
        roots = sample_roots(_on_scalp, int(style["strands"]), 1000 * person.identity + 5)
        ground = Ground.of(roots, posed, frame, cloth)
        strands = ground.cleared(_grow(ground, style, np.random.default_rng([person.identity, 82])))
        return {"strands": frame.to_world(strands).astype(np.float32)}

    inputs = [person.identity, style, posed.vertices, cloth]
    return remember("hair", inputs, build)["strands"].astype(np.float64), style["radius"]


def _on_scalp(places: F64, normals: F64) -> F64:
    del normals
    return off_ears(places, scalp_density(places))


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


def _tinted(name: str, strands: F64, ends: F64, colour: F64, random: np.random.Generator) -> list[Piece]:
    """One piece per tint; radii fall from root to tip."""
    radii = np.linspace(ends[0], ends[1], strands.shape[1])
    draw, first, pieces = random.random(len(strands)), 0.0, []
    for number, (share, light) in enumerate(_TINTS):
        chosen = (draw >= first) & (draw < first + share)
        first += share
        pieces.append(
            Strands(
                name=f"{name}-{number}",
                role=Role.HAIR,
                points=strands[chosen],
                radii=radii,
                material=hair_material(np.clip(colour * light, 0, 0.8)),
            )
        )
    return list(pieces)
