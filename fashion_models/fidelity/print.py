"""Can the print be read? `check_print`."""

from __future__ import annotations

import cv2
import numpy as np

from fashion_models.arrays import F32, F64, I32, U8, Bool
from fashion_models.cache import remember
from fashion_models.colour import LUMINANCE, linear_from_srgb, srgb_from_linear
from fashion_models.fidelity.check import Check
from fashion_models.fidelity.colour import garment_pixels, sample_atlas
from fashion_models.fidelity.motif import find_prints
from fashion_models.studio.model import Draft

LIMIT = 0.8
#: A print that shows on fewer pixels cannot be judged.
_FEWEST_PIXELS = 150
#: Cosine between cloth and view from which the cloth faces the camera.
_FACING = 0.6
#: Cloth whose texture is stretched or pressed beyond this factor in area lies in a fold.
_FOLDED = 2.0
#: Contrast of display values below which what is in sight of the print is plain.
_PLAIN = 0.02


def check_print(draft: Draft, atlas: U8, uv: F64, triangles: I32) -> Check:
    """Correlate the print as photographed with the print as pictured, where it lies open to the camera.

    Both are compared at the picture's resolution as fine detail (light and shade of the folds taken out),
    pixel by pixel through the exact texture coordinates; cloth that shows the print mirrored counts as −1.

    Args:
        draft: The picture with its maps.
        atlas: The garment's texture: front in the left half, back in the right, sRGB.
        uv: Texture coordinates of the cloth, v up, shape (N, 2).
        triangles: The cloth's triangles, shape (M, 3).

    Returns:
        The check: normalised cross-correlation, 1 is perfect.
    """
    cloth = garment_pixels(draft)
    key = [atlas, uv, triangles]
    prints = remember("prints", key, lambda: {"where": find_prints(atlas, uv, triangles)})["where"]
    if not prints.any():
        return _check(None, "The garment has no print.")
    printed = np.zeros(cloth.shape, bool)
    printed[cloth] = sample_atlas(prints.astype(np.float32)[..., None], draft.uv[cloth])[:, 0] > 0.5
    rows, columns = np.flatnonzero(printed.any(axis=1)), np.flatnonzero(printed.any(axis=0))
    if len(rows) == 0:
        return _check(None, "The print is out of sight.")
    sigma = max(2.0, draft.display.shape[0] / 100)
    margin = round(3 * sigma)
    window = (
        slice(max(rows[0] - margin, 0), rows[-1] + margin + 1),
        slice(max(columns[0] - margin, 0), columns[-1] + margin + 1),
    )
    cloth, printed, place = cloth[window], printed[window], draft.uv[window]
    area = _texels(place, atlas)
    usual = float(np.median(np.abs(area[printed])))
    facing = np.maximum(draft.normals[window][..., 2], 1e-3)
    stretch = np.abs(area) * facing / max(usual, 1e-9)
    inner = cv2.erode(cloth.astype(np.uint8), np.ones((3, 3), np.uint8)) > 0
    open_to_view = printed & inner & (facing > _FACING) & (stretch < _FOLDED) & (stretch > 1 / _FOLDED)
    if open_to_view.sum() < _FEWEST_PIXELS:
        return _check(None, "Too little of the print faces the camera.")
    wanted = np.zeros(cloth.shape, np.float32)
    wanted[cloth] = _grey(sample_atlas(linear_from_srgb(_shrunk(atlas, usual)), place[cloth]))
    shown = _grey(linear_from_srgb(draft.display[window]))
    a, b = (_detail(values, cloth, sigma)[open_to_view] for values in (wanted, shown))
    a, b = a - a.mean(), b - b.mean()
    if a.std() < _PLAIN:
        return _check(None, "What is in sight of the print is plain.")
    sign = np.where(_reads_right(area, place, inner)[open_to_view], 1.0, -1.0)
    spread = max(float(np.sqrt((a**2).sum() * (b**2).sum())), 1e-9)
    return _check(
        float((a * b * sign).sum()) / spread, "1 is a perfect match; lower is blurred, warped or wrong."
    )


def _check(value: float | None, note: str) -> Check:
    says = "The print matches the photo to {value}"
    return Check(name="print", value=value, limit=LIMIT, unit="", says=says, note=note, at_least=True)


def _texels(uv: F32, atlas: U8) -> F32:
    """Texture area [texels] that a pixel shows, negative where the texture is mirrored, (H, W)."""
    height, width = atlas.shape[:2]
    u_right, u_down = (np.gradient(uv[..., 0], axis=axis) * width for axis in (1, 0))
    v_right, v_down = (np.gradient(uv[..., 1], axis=axis) * height for axis in (1, 0))
    return np.asarray(u_down * v_right - u_right * v_down, np.float32)


def _reads_right(area: F32, uv: F32, inner: Bool) -> Bool:
    """Where the texture is not mirrored: the front's u grows to the right, the back's to the left.

    Only pixels with cloth all round count: beside an arm the texture jumps to nothing.
    """
    smooth = _blur(area, inner, 1.5)
    right: Bool = np.where(uv[..., 0] > 0.5, -smooth, smooth) >= 0
    return right


def _shrunk(atlas: U8, texels: float) -> U8:
    """The atlas at the picture's resolution: an area of ``texels`` becomes one."""
    scale = 1 / np.sqrt(max(texels, 1.0))
    size = (max(2, round(atlas.shape[1] * scale)), max(2, round(atlas.shape[0] * scale)))
    return np.asarray(cv2.resize(atlas, size, interpolation=cv2.INTER_AREA), np.uint8)


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
