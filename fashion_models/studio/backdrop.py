"""What stands behind the person: exact colours, and a shadow that fades to nothing."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from fashion_models.arrays import F32, U8
from fashion_models.colour import bytes_from_linear, linear_from_srgb, parse_hex
from fashion_models.errors import PlanError

#: Part of full scale up to which the tone curve changes nothing.
_KNEE = 0.82


@dataclass(frozen=True, kw_only=True)
class Backdrop:
    """A background of exact 8-bit colours.

    Attributes:
        name: As it was asked for.
        top: Colour of the upper edge, '#rrggbb'.
        bottom: Colour of the lower edge; equal to ``top`` for a plain backdrop.
    """

    name: str
    top: str
    bottom: str

    def picture(self, width: int, height: int) -> U8:
        """The empty backdrop, (H, W, 3)."""
        top, bottom = (parse_hex(colour).astype(np.float64) for colour in (self.top, self.bottom))
        ramp = np.linspace(0.0, 1.0, height)[:, None]
        rows = np.asarray(np.rint(top * (1 - ramp) + bottom * ramp), np.uint8)
        return np.ascontiguousarray(np.broadcast_to(rows[:, None], (height, width, 3)))


BACKDROPS = {
    "white": ("#ffffff", "#ffffff"),
    "off-white": ("#f6f5f2", "#f6f5f2"),
    "light-grey": ("#e9e9ea", "#e9e9ea"),
    "grey": ("#c9cacc", "#c9cacc"),
    "warm-grey": ("#e4dfd8", "#e4dfd8"),
    "sand": ("#e6d9c6", "#e6d9c6"),
    "blush": ("#eedad4", "#eedad4"),
    "sage": ("#ccd4c6", "#ccd4c6"),
    "sky": ("#d3dfe8", "#d3dfe8"),
    "charcoal": ("#3c3d40", "#3c3d40"),
    "gradient": ("#dcdddf", "#f4f4f5"),
}


def resolve_backdrop(name: str) -> Backdrop:
    """The backdrop of a name or of a colour '#rrggbb'.

    Raises:
        PlanError: Neither a known name nor a colour.
    """
    if name in BACKDROPS:
        top, bottom = BACKDROPS[name]
        return Backdrop(name=name, top=top, bottom=bottom)
    if name.startswith("#"):
        parse_hex(name)
        return Backdrop(name=name, top=name.lower(), bottom=name.lower())
    raise PlanError(
        f"backdrop '{name}' is unknown;", limit=f"known: {', '.join(BACKDROPS)}, or a colour such as #e9e4dc."
    )


def tone(linear: F32) -> F32:
    """Bend only what would burn out: equal below the knee, then smoothly towards 1."""
    over = np.maximum(linear - _KNEE, 0)
    room = 1 - _KNEE
    return np.where(linear <= _KNEE, linear, _KNEE + room * (1 - np.exp(-over / room))).astype(np.float32)


def compose(linear: F32, alpha: F32, shadow: F32, backdrop: Backdrop) -> U8:
    """Lay the person over a backdrop in linear light.

    Args:
        linear: Premultiplied colours, shape (H, W, 3).
        alpha: Coverage, exactly 0 where nobody is, shape (H, W).
        shadow: Light that reaches the backdrop, exactly 1 where all of it does, shape (H, W).
        backdrop: What lies behind.

    Returns:
        sRGB picture (H, W, 3), bit for bit the backdrop wherever alpha is 0 and shadow 1.
    """
    height, width = alpha.shape
    empty = backdrop.picture(width, height)
    cover = alpha[..., None]
    straight = (linear / np.maximum(cover, 1e-4)).astype(np.float32)
    mixed = tone(straight) * cover + linear_from_srgb(empty) * shadow[..., None] * (1 - cover)
    touched = (alpha > 0) | (shadow < 1)
    return np.where(touched[..., None], bytes_from_linear(mixed), empty)
