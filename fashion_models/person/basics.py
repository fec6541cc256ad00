"""Plain base clothing and shoes for what the garment leaves bare: `base_pieces`."""

from __future__ import annotations

import numpy as np

from fashion_models.arrays import F32, F64
from fashion_models.garment.model import Category, Family
from fashion_models.person.body import Body, PosedBody
from fashion_models.person.shells import Cloth, Figure, ShellCut, shell_piece
from fashion_models.person.shoes import shoe_pieces
from fashion_models.studio.model import Piece

#: Linear colours of base clothing, from light to dark.
PALETTE: dict[str, tuple[float, float, float]] = {
    "white": (0.72, 0.72, 0.70),
    "beige": (0.46, 0.37, 0.27),
    "grey": (0.22, 0.22, 0.225),
    "denim": (0.060, 0.085, 0.145),
    "charcoal": (0.030, 0.031, 0.035),
}
_BOTTOMS = ("denim", "charcoal", "beige", "grey")
_TOPS = ("white", "charcoal", "grey")


def base_pieces(
    body: Body,
    posed: PosedBody,
    *,
    category: Category,
    garment_colour: F32,
    cloth: Cloth | None = None,
) -> list[Piece]:
    """Dress the rest of the person.

    Args:
        body: The body in its identity pose.
        posed: The same body in its pose.
        category: What the garment is: a top gets trousers, trousers get a top, a dress gets briefs.
        garment_colour: The garment's linear RGB, shape (3,): base clothing contrasts with it.
        cloth: Vertices and normals of the draped garment, each (N, 3): base clothing stays below it.

    Returns:
        Surfaces; the soles of the shoes reach below z = 0.
    """
    shoes = shoe_pieces(body, posed)
    if category is Category.DRESS:
        return [shell_piece(BRIEFS, posed, _colour("charcoal"), cloth=cloth), *shoes]
    if category.family is Family.UPPER:
        colour = contrasting(garment_colour, _BOTTOMS)
        return [shell_piece(TROUSERS, posed, colour, cloth=cloth), *shoes]
    under = shell_piece(BRIEFS, posed, _colour("charcoal"), cloth=cloth)
    return [shell_piece(TEE, posed, contrasting(garment_colour, _TOPS), cloth=cloth), under, *shoes]


def contrasting(colour: F32, names: tuple[str, ...]) -> F32:
    """The first colour of the list that differs clearly from the garment's, else the one that differs most.

    Args:
        colour: Linear RGB, shape (3,).
        names: Names of `PALETTE`, the liked ones first.
    """
    apart = {name: float(np.linalg.norm(np.cbrt(_colour(name)) - np.cbrt(colour))) for name in names}
    liked = [name for name in names if apart[name] > 0.3]
    return _colour(liked[0] if liked else max(apart, key=lambda name: apart[name]))


def _colour(name: str) -> F32:
    return np.array(PALETTE[name], np.float32)


def _legs(top: float, bottom: float, f: Figure) -> F64:
    """Between two heights, without arms and hands."""
    z = f.points[:, 2]
    region: F64 = np.minimum.reduce([top - z, z - bottom, 0.3 * (0.5 - f.arm)])
    return region


def _trousers(f: Figure) -> F64:
    return _legs(f.level("spine04") + 0.012, f.level("foot.L") + 0.025, f)


def _trouser_ease(f: Figure) -> F64:
    """Close at the waist, straight from the thigh down."""
    heights = [f.level("foot.L"), f.level("lowerleg01.L"), f.level("upperleg01.L") - 0.08, f.level("spine05")]
    ease: F64 = np.interp(f.points[:, 2], heights, [0.017, 0.013, 0.006, 0.003])
    return ease


def _briefs(f: Figure) -> F64:
    z, x = f.points[:, 2], np.abs(f.points[:, 0])
    hip = f.level("upperleg01.L")
    leg = hip - 0.09 + 0.62 * np.clip(x - 0.02, 0, 0.2)
    region: F64 = np.minimum.reduce([hip + 0.06 - z, z - leg, 0.3 * (0.5 - f.arm)])
    return region


def _tee(f: Figure) -> F64:
    """Short sleeves, a crew neck cut by a plane that leans forward, tucked in below the waist."""
    y, z = f.points[:, 1], f.points[:, 2]
    neck = f.level("neck01")
    collar = neck - 0.022 + 0.62 * (y - _neck_depth()) - z
    sleeve = 0.25 * (0.62 - f.sleeve)
    torso = z - (f.level("upperleg01.L") - 0.01)
    on_arm = f.arm > 0.5
    region: F64 = np.minimum(collar, np.where(on_arm, sleeve, np.minimum(torso, sleeve)))
    return region


def _neck_depth() -> float:
    from fashion_models.person.body import BodyShape, build_body

    return float(build_body(BodyShape()).head("neck01")[1])


def _tee_ease(f: Figure) -> F64:
    """Loose at the sleeve, close under a waistband."""
    z = f.points[:, 2]
    torso = np.interp(
        z, [f.level("spine05") - 0.02, f.level("spine04") + 0.05, f.level("spine02")], [0.0015, 0.003, 0.006]
    )
    ease: F64 = np.where(f.arm > 0.3, 0.004 + 0.012 * np.clip(f.sleeve / 0.6, 0, 1), torso)
    return ease


def _close(f: Figure) -> F64:
    return np.full(len(f.points), 0.0015)


TROUSERS = ShellCut(name="base-trousers", region=_trousers, ease=_trouser_ease, smooth=14)
BRIEFS = ShellCut(name="base-briefs", region=_briefs, ease=_close, smooth=4)
TEE = ShellCut(name="base-tee", region=_tee, ease=_tee_ease, smooth=14)
