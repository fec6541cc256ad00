"""Can the print be read? `check_print`."""

from __future__ import annotations

import cv2
import numpy as np

from fashion_models.arrays import F32, U8, Bool
from fashion_models.colour import LUMINANCE, linear_from_srgb, srgb_from_linear
from fashion_models.fidelity.check import Check
from fashion_models.fidelity.colour import garment_pixels, sample_atlas
from fashion_models.studio.model import Draft

LIMIT = 0.8
#: Local contrast of display values from which cloth counts as printed.
_CONTRAST = 0.06
_FEWEST_SHARE = 0.02
_FACING = 0.5


def check_print(draft: Draft, atlas: U8) -> Check:
    """Correlate the print as photographed with the print as pictured, where it can be seen.

    Both are compared as fine detail (light and shade of the folds taken out), pixel by pixel through the
    exact texture coordinates; cloth that shows the print mirrored counts as −1.

    Args:
        draft: The picture with its maps.
        atlas: The garment's texture: front in the left half, back in the right, sRGB.

    Returns:
        The check: normalised cross-correlation, 1 is perfect.
    """
    cloth = garment_pixels(draft) & (draft.normals[..., 2] > _FACING)
    nothing = Check(
        name="print",
        value=None,
        limit=LIMIT,
        unit="",
        note="the garment has no print in sight.",
        at_least=True,
    )
    if cloth.sum() < 200:
        return nothing
    wanted = np.zeros(cloth.shape, np.float32)
    wanted[cloth] = _grey(sample_atlas(linear_from_srgb(atlas), draft.uv[cloth]))
    shown = _grey(linear_from_srgb(draft.display))
    scale = max(2.0, draft.display.shape[0] / 100)
    detail, seen = _detail(wanted, cloth, scale), _detail(shown, cloth, scale)
    contrast = np.sqrt(_blur(detail**2, cloth, scale))
    inner = cv2.erode(cloth.astype(np.uint8), np.ones((3, 3), np.uint8)).astype(bool)
    printed = inner & (contrast > _CONTRAST)
    if printed.sum() < _FEWEST_SHARE * cloth.sum():
        return nothing
    sign = np.where(_reads_right(draft.uv)[printed], 1.0, -1.0)
    a, b = detail[printed] - detail[printed].mean(), seen[printed] - seen[printed].mean()
    value = float((a * b * sign).sum() / np.sqrt((a**2).sum() * (b**2).sum()))
    return Check(
        name="print", value=value, limit=LIMIT, unit="", note="the print against the photo.", at_least=True
    )


def _reads_right(uv: F32) -> Bool:
    """Where the texture is not mirrored: the front's u grows to the right, the back's to the left."""
    u_right, u_down = (cv2.blur(np.gradient(uv[..., 0], axis=axis), (5, 5)) for axis in (1, 0))
    v_right, v_down = (cv2.blur(np.gradient(uv[..., 1], axis=axis), (5, 5)) for axis in (1, 0))
    area = u_down * v_right - u_right * v_down
    right: Bool = np.where(uv[..., 0] > 0.5, -area, area) >= 0
    return right


def _grey(linear: F32) -> F32:
    grey = srgb_from_linear((linear @ LUMINANCE).astype(np.float32))
    return grey.reshape(linear.shape[:-1])


def _blur(values: F32, where: Bool, sigma: float) -> F32:
    """Gaussian mean over the pixels that count."""
    weight = cv2.GaussianBlur(where.astype(np.float32), (0, 0), sigma)
    total = cv2.GaussianBlur(np.where(where, values, 0).astype(np.float32), (0, 0), sigma)
    return np.asarray(total / np.maximum(weight, 1e-6), np.float32)


def _detail(values: F32, where: Bool, sigma: float) -> F32:
    return np.asarray(np.where(where, values - _blur(values, where, sigma), 0), np.float32)
