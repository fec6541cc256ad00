"""Is the garment's colour the photo's? `check_colour`."""

from __future__ import annotations

import cv2
import numpy as np

from fashion_models.arrays import F32, F64, U8, Bool
from fashion_models.colour import delta_e, lab_from_linear, linear_from_srgb
from fashion_models.fidelity.check import Check
from fashion_models.fidelity.light import received_light
from fashion_models.studio.model import Draft, Role

LIMIT = 3.0
#: Cosine between a surface's normal and the view from which it counts as facing the camera.
FACING = 0.85
#: Cloth is lit where this much light reaches it, of what reaches a surface that faces the camera openly, and
#: this share of what its slope could get: in deeper shade, what other surfaces send counts too much.
_LIT, _OPEN = 0.7, 0.8
_FEWEST_PIXELS, _MOST_PIXELS = 50, 900
_DARKEST = 0.004


def check_colour(draft: Draft, atlas: U8, *, lighting: str = "studio") -> Check:
    """Compare lit garment pixels that face the camera with the photo at the same place of the cloth.

    The light that reaches each pixel is divided out. The typical ratio of picture to photo, per channel, is
    then applied to the garment's typical colour; the difference that this makes is the value. A print of many
    colours counts as a whole.

    Args:
        draft: The picture with its maps.
        atlas: The garment's texture, sRGB, shape (h, w, 3).
        lighting: What the picture was taken with.

    Returns:
        The check, in ΔE2000.
    """
    rows, columns = np.nonzero(garment_pixels(draft) & (draft.normals[..., 2] > FACING))
    step = 1 + len(rows) // _MOST_PIXELS
    rows, columns = rows[::step], columns[::step]
    unshaded, received = received_light(draft, rows, columns, lighting=lighting)
    lit = (received > _LIT) & (received > _OPEN * unshaded)
    if lit.sum() < _FEWEST_PIXELS:
        return _check(None, "Too little lit cloth faces the camera.")
    rows, columns = rows[lit], columns[lit]
    shown = linear_from_srgb(draft.display[rows, columns]).astype(np.float64) / received[lit, None]
    photo = sample_atlas(linear_from_srgb(atlas), draft.uv[rows, columns]).astype(np.float64)
    typical = np.median(photo, axis=0)
    ratio = np.median((shown + _DARKEST) / (photo + _DARKEST), axis=0)
    seen = (typical + _DARKEST) * ratio - _DARKEST
    value = float(delta_e(lab_from_linear(np.clip(seen, 0, 1)), lab_from_linear(typical)))
    return _check(value, "Compared where lit cloth faces the camera.")


def _check(value: float | None, note: str) -> Check:
    says = "The garment's colour is {value} away from the photo's"
    return Check(name="garment_colour", value=value, limit=LIMIT, unit="ΔE2000", says=says, note=note)


def garment_pixels(draft: Draft) -> Bool:
    """Pixels that show nothing but the garment, (H, W)."""
    full: Bool = draft.masks[Role.GARMENT.value] > 0.995
    return full


def sample_atlas(atlas: F32, uv: F32 | F64) -> F32:
    """The atlas at texture coordinates (v up), bilinear, shape (N, 3) for uv of shape (N, 2)."""
    height, width = atlas.shape[:2]
    x = (np.asarray(uv[:, 0], np.float32) * width - 0.5)[:, None]
    y = ((1 - np.asarray(uv[:, 1], np.float32)) * height - 0.5)[:, None]
    rows = [
        cv2.remap(
            atlas, x[i : i + 30000], y[i : i + 30000], cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE
        )
        for i in range(0, len(x), 30000)
    ]
    return np.concatenate(rows).reshape(-1, atlas.shape[2])
