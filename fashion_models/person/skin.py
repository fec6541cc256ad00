"""The skin as a surface for the studio: `skin_piece`."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np

from fashion_models.arrays import F32, F64
from fashion_models.colour import LUMINANCE
from fashion_models.person.beard import beard_of
from fashion_models.person.body import PosedBody
from fashion_models.person.model import Gender, Person
from fashion_models.person.scalp import scalp_map
from fashion_models.person.skin_maps import SkinMaps, skin_maps
from fashion_models.person.styles import hair_rgb, style_of
from fashion_models.person.surface import skin_mesh
from fashion_models.person.tones import base_albedo
from fashion_models.studio.model import Material, Role, Surface

#: Absorption of haemoglobin and melanin in red, green and blue, per unit of the maps.
_BLOOD = np.array([0.12, 1.0, 0.80], np.float32)
_PIGMENT = np.array([0.45, 0.80, 1.05], np.float32)
_MOUTH = np.array([0.16, 0.035, 0.03], np.float32)


@dataclass(frozen=True, kw_only=True)
class Complexion:
    """What differs between people of one tone.

    Attributes:
        freckles: 0..1.
        beard: Shadow of the beard's roots, 0..1.
        lips: Redness of the lips relative to the mean.
        ruddiness: Redness of cheeks and nose relative to the mean.
        wrinkles: 0 young, 1 old.
        spots: Age spots, 0..1.
        scalp: How much the roots darken the scalp, 0..1.
        hair: Colour of the roots, linear RGB.
    """

    freckles: float
    beard: float
    lips: float
    ruddiness: float
    wrinkles: float
    spots: float
    scalp: float
    hair: tuple[float, float, float]

    @classmethod
    def of(cls, person: Person) -> Complexion:
        """The complexion that belongs to an identity, an age and a tone."""
        r = np.random.default_rng([person.identity, 20_231])
        freckles, beard, lips, ruddiness = r.random(4)
        fair = float(np.clip((5 - person.tone) / 3, 0, 1))
        old = float(np.clip((person.age - 32) / 43, 0, 1))
        red, green, blue = hair_rgb(person.hair_colour)
        female = person.gender == Gender.FEMALE
        return cls(
            freckles=fair * float(np.clip((freckles - 0.65) / 0.35, 0, 1)),
            beard=0.0 if female else beard_of(person)["shade"] * (0.4 + 0.8 * float(beard)),
            lips=(1.1 if female else 0.8) + 0.35 * float(lips),
            ruddiness=0.6 + 0.4 * float(ruddiness),
            wrinkles=old**1.2,
            spots=float(np.clip((person.age - 45) / 30, 0, 1)),
            scalp=0.08 if style_of(person.hair)["kind"] in ("none", "cloth") else 0.88,
            hair=(float(red), float(green), float(blue)),
        )


def skin_piece(person: Person, posed: PosedBody, *, lighting: str = "studio") -> Surface:
    """The skin of a posed person.

    Args:
        person: Tone, age, gender and identity decide how it looks.
        posed: The body in its pose.
        lighting: The lighting it will be photographed in: a tone is promised as seen.

    Returns:
        The smooth skin mesh with its material.

    Raises:
        PlanError: The tone is not 1 to 10, or the lighting has no calibration.
    """
    mesh, maps = skin_mesh(), skin_maps()
    vertices, normals = mesh.split(posed.vertices)
    complexion = Complexion.of(person)
    base = base_albedo(person.tone, lighting)
    light = float(base @ LUMINANCE)
    material = Material(
        colour=skin_colour(base, complexion),
        roughness=np.float32(np.interp(light, [0.01, 0.08], [0.8, 1.0]))
        * (maps.roughness + np.float32(0.05 * complexion.wrinkles)),
        specular=0.42 * float(np.interp(light, [0.008, 0.03, 0.08], [0.38, 0.66, 1.0])),
        sheen=0.12 * float(np.interp(light, [0.01, 0.1], [0.0, 1.0])),
        flatness=0.5,
        bump=maps.pores + np.float32(complexion.wrinkles) * maps.wrinkles,
    )
    return Surface(
        name="skin",
        role=Role.SKIN,
        vertices=vertices,
        triangles=mesh.triangles,
        normals=normals,
        material=material,
        uv=mesh.uv,
    )


def skin_colour(base: F64, complexion: Complexion) -> F32:
    """Surface colour over the skin's texture.

    Args:
        base: Colour of plain skin, linear RGB, shape (3,).
        complexion: What varies over it.

    Returns:
        Linear RGB, shape (2048, 2048, 3), row 0 at v = 1.
    """
    maps = skin_maps()
    dark = float(1 - np.clip(base @ LUMINANCE / 0.6, 0, 1))
    blood = np.float32(1 - 0.45 * dark) * _blood(maps, complexion)
    pigment = np.float32(0.6 + 1.2 * dark) * _pigment(maps, complexion, dark)
    plain = base.astype(np.float32)
    colour = np.stack(
        [c * cv2.exp(-b * blood - p * pigment) for c, b, p in zip(plain, _BLOOD, _PIGMENT, strict=True)], -1
    )
    palms = maps.palms > 0
    paler = plain ** (-0.38 * maps.palms[palms][:, None])
    colour[palms] *= paler
    stubble = (0.55 * complexion.beard) * maps.beard * (1 + 0.35 * np.clip(maps.pores / 1.5e-4, -1, 1))
    roots = np.array(complexion.hair, np.float32)
    _blend(colour, 0.38 * plain + 0.25 * np.minimum(roots, plain), stubble)
    _blend(colour, np.minimum(roots, 0.6 * plain), complexion.scalp * scalp_map())
    _blend(colour, _MOUTH, maps.mouth)
    return np.clip(colour, 0.0006, 0.98, out=colour)


def _blend(colour: F32, over: F32 | F64, share: F32) -> None:
    """Lay a colour over a texture in place, where its share (H, W) is not 0."""
    there = share > 0
    below = colour[there]
    colour[there] = below + (over - below) * share[there][:, None]


def _blood(maps: SkinMaps, complexion: Complexion) -> F32:
    blood = complexion.ruddiness * maps.blood
    out: F32 = blood + 0.44 * (complexion.lips - complexion.ruddiness) * maps.lips
    return out


def _pigment(maps: SkinMaps, complexion: Complexion, dark: float) -> F32:
    """Melanin with freckles, age spots and the shade within wrinkles."""
    out = maps.pigment.copy()
    for strength, marks in (
        (0.55 * complexion.freckles, maps.freckles),
        (0.30 * complexion.spots * (1 - 0.6 * dark), maps.spots),
        (complexion.wrinkles * -0.35 / 1e-3, maps.wrinkles),
    ):
        if strength:
            out += np.float32(strength) * marks
    return out
