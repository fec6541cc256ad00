"""Plain base clothing for what the garment leaves bare, and shoes: `base_pieces`."""

from __future__ import annotations

from collections.abc import Collection

import numpy as np

from fashion_models.arrays import F32, F64
from fashion_models.colour import delta_e, lab_from_linear, linear_from_srgb, parse_hex
from fashion_models.errors import PlanError
from fashion_models.garment.model import Category, Family
from fashion_models.person.body import Body, PosedBody
from fashion_models.person.shells import Reference, Shell, make_shell
from fashion_models.person.shoes import shoe_pieces
from fashion_models.studio.model import Material, Piece, Role, Surface

Rgb = tuple[float, float, float]

#: Neutral fabric colours, linear RGB.
PALETTE: dict[str, Rgb] = {
    "white": (0.76, 0.76, 0.74),
    "charcoal": (0.030, 0.031, 0.034),
    "navy": (0.014, 0.020, 0.050),
    "beige": (0.50, 0.40, 0.29),
    "denim": (0.060, 0.100, 0.190),
    "black": (0.012, 0.012, 0.013),
    "grey": (0.215, 0.215, 0.220),
}
#: In the order in which a stylist would try them.
_BELOW = ("denim", "charcoal", "beige", "white", "navy")
_ABOVE = ("white", "charcoal", "beige", "navy", "denim")
#: A base colour this far from the garment's reads as another piece (ΔE2000).
_APART = 28.0


def base_pieces(
    body: Body,
    posed: PosedBody,
    *,
    worn: Collection[Category],
    garment_colour: F32,
    cloth: tuple[F64, F64] | None = None,
    base_colour: str | None = None,
    shoes: str = "white",
) -> list[Piece]:
    """Base clothing and shoes.

    A top is worn over slim trousers; trousers, shorts and skirts with a plain tee tucked in; a dress with
    nothing that shows. Soles reach below z = 0.

    Args:
        body: The body.
        posed: The same body in its pose.
        worn: What the garments are, one or a top and what is worn below it.
        garment_colour: Their mean colour, linear RGB, shape (3,).
        cloth: Vertices and unit normals of the draped garment, each (N, 3); base clothing keeps below it.
        base_colour: Colour of the base clothing that shows, see `base_rgb`; contrasting with the garment if
            left out.
        shoes: One of `fashion_models.person.shoes.SHOES`.

    Returns:
        Surfaces of role BASE.

    Raises:
        PlanError: There is no such colour, or no such shoes.
    """

    def colour(names: tuple[str, ...]) -> Rgb:
        return PALETTE[contrasting(garment_colour, names)] if base_colour is None else base_rgb(base_colour)

    pieces: list[Piece] = []
    above = any(category.family is Family.UPPER for category in worn)
    below = any(category.family is not Family.UPPER for category in worn)
    if Category.DRESS in worn:
        pieces.append(_piece("briefs", BRIEFS, posed, PALETTE["beige"], cloth))
    elif not below:
        pieces.append(_piece("base-trousers", TROUSERS, posed, colour(_BELOW), cloth))
    elif not above:
        pieces.append(_piece("base-tee", TEE, posed, colour(_ABOVE), cloth))
    if below and Category.TROUSERS not in worn:
        pieces.append(_piece("briefs", BRIEFS, posed, PALETTE["charcoal"], cloth))
    return [*pieces, *shoe_pieces(body, posed, shoes=shoes)]


def base_rgb(name: str) -> Rgb:
    """Linear RGB of a palette colour or of '#rrggbb'.

    Raises:
        PlanError: Neither.
    """
    if name.startswith("#"):
        red, green, blue = linear_from_srgb(parse_hex(name))
        return float(red), float(green), float(blue)
    if name not in PALETTE:
        known = ", ".join(PALETTE)
        raise PlanError(f"base colour '{name}' is unknown;", limit=f"known: {known}, or one such as #e9e4dc.")
    return PALETTE[name]


def plain_pieces(body: Body, posed: PosedBody) -> tuple[Surface, list[Piece]]:
    """A plain tee, trousers and shoes: a person who wears no garment of a photo.

    Args:
        body: The body.
        posed: The same body in its pose.

    Returns:
        The tee, over which hair falls, and all else; surfaces of role BASE.
    """
    trousers = _piece("base-trousers", TROUSERS, posed, PALETTE["denim"], None)
    tee = _piece("base-tee", TEE, posed, PALETTE["white"], (trousers.vertices, trousers.normals))
    return tee, [trousers, *shoe_pieces(body, posed)]


def contrasting(garment_colour: F32, names: tuple[str, ...]) -> str:
    """The first palette colour that stands out from the garment, else the one that does most."""
    garment = lab_from_linear(np.asarray(garment_colour, np.float64))
    apart = {n: float(delta_e(lab_from_linear(np.array(PALETTE[n])), garment)) for n in names}
    return next((n for n in names if apart[n] >= _APART), max(apart, key=lambda n: apart[n]))


def _piece(
    name: str,
    shell: Shell,
    posed: PosedBody,
    colour: Rgb,
    cloth: tuple[F64, F64] | None,
) -> Surface:
    mesh = make_shell(shell, posed, cloth=cloth)
    return Surface(
        name=name,
        role=Role.BASE,
        vertices=mesh.vertices,
        triangles=mesh.triangles,
        normals=mesh.normals,
        material=Material(colour=np.array(colour, np.float32), roughness=0.85, specular=0.2, sheen=0.35),
    )


def _not_arms(ref: Reference) -> F64:
    return 0.35 - ref.arm


def _trousers(ref: Reference) -> F64:
    _, y, z = ref.points.T
    waist = 1.055 + 0.018 * np.clip((y + 0.02) / 0.08, -0.4, 1.0)
    hem = 0.118 + 0.006 * np.clip(-y / 0.05, -1.0, 1.0)
    keep: F64 = np.minimum.reduce([waist - z, z - hem, _not_arms(ref)])
    return keep


def _briefs(ref: Reference) -> F64:
    x, _, z = ref.points.T
    leg = 0.838 + 0.42 * np.clip(np.abs(x) - 0.035, 0.0, 0.2)
    keep: F64 = np.minimum.reduce([0.985 - z, z - leg, _not_arms(ref)])
    return keep


def _tee(ref: Reference) -> F64:
    x, y, z = ref.points.T
    front = 1.0 - _smooth_step(y, -0.03, 0.02)
    lowest, aside = 1.567 - 0.062 * front, np.abs(x) / 0.084
    round_ = 1.0 - np.sqrt(np.maximum(1.0 - aside**2.2, 0.0)) + 6.0 * np.maximum(aside - 1.0, 0.0)
    edge = lowest + (1.584 - lowest) * round_
    sleeve = np.where(ref.arm > 0.3, 0.30 * (0.52 - ref.sleeve), 1.0)
    keep: F64 = np.minimum.reduce([z - 0.935, edge - z, sleeve])
    return keep


def _smooth_step(value: F64, low: float, high: float) -> F64:
    t = np.clip((value - low) / (high - low), 0.0, 1.0)
    result: F64 = t * t * (3.0 - 2.0 * t)
    return result


def _trouser_ease(ref: Reference) -> F64:
    """Close at the hip, nearly straight from the knee: wide where calf and ankle are thin."""
    z = ref.points[:, 2]
    calf = np.clip((ref.points[:, 1] - 0.01) / 0.05, 0.0, 1.0)  # the calf's own bulge needs none
    levels = [0.10, 0.20, 0.36, 0.46, 0.56, 0.70, 0.84, 1.0]
    behind = np.interp(z, levels, [0.026, 0.022, 0.009, 0.011, 0.012, 0.008, 0.005, 0.003])
    before = np.interp(z, levels, [0.018, 0.017, 0.014, 0.011, 0.009, 0.008, 0.005, 0.003])
    ease: F64 = calf * behind + (1.0 - calf) * before
    return ease


def _trouser_folds(ref: Reference) -> F64:
    x, y, z = ref.points.T
    around = np.arctan2(y, np.abs(x) - 0.17)
    ankle = np.clip((0.34 - z) / 0.18, 0.0, 1.0) * np.sin(88 * z + 2.0 * np.sin(around) + 3 * np.sign(x))
    knee = np.exp(-(((z - 0.53) / 0.07) ** 2)) * np.sin(120 * z + 1.5 * around) * np.clip(y / 0.03, 0, 1)
    folds: F64 = 0.0016 * ankle + 0.0014 * knee
    return folds


def _tee_ease(ref: Reference) -> F64:
    z = ref.points[:, 2]
    body = np.interp(z, [0.95, 1.08, 1.14, 1.30, 1.45, 1.56], [0.002, 0.004, 0.009, 0.007, 0.0045, 0.004])
    sleeve = np.interp(ref.sleeve, [0.0, 0.25, 0.52], [0.004, 0.008, 0.012])
    ease: F64 = np.where(ref.arm > 0.3, sleeve, body)
    return ease


def _tee_hang(ref: Reference) -> F64:
    """The chest and what lies below it, not the shoulders, the arms or the tucked edge."""
    z = ref.points[:, 2]
    hang: F64 = _smooth_step(z, 0.98, 1.04) * (1.0 - _smooth_step(z, 1.42, 1.50))
    return hang * (1.0 - _smooth_step(ref.arm, 0.05, 0.30))


def _tee_folds(ref: Reference) -> F64:
    x, y, z = ref.points.T
    low = np.exp(-(((z - 1.13) / 0.07) ** 2))
    side = np.clip(np.abs(x) / 0.12, 0.2, 1.0)
    folds: F64 = 0.0018 * low * side * np.sin(95 * z + 2.2 * np.arctan2(x, -y))
    return np.where(ref.arm > 0.3, 0.0, folds)


def _snug(ref: Reference) -> F64:
    return np.full(len(ref.points), 0.002)


def _flat(ref: Reference) -> F64:
    return np.zeros(len(ref.points))


TROUSERS = Shell(keep=_trousers, ease=_trouser_ease, bridge=0.022, folds=_trouser_folds)
TEE = Shell(keep=_tee, ease=_tee_ease, bridge=0.025, folds=_tee_folds, hang=_tee_hang)
BRIEFS = Shell(keep=_briefs, ease=_snug, bridge=0.004, folds=_flat)
