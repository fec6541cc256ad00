"""Take the picture: lay the garment on a ground, light it, and let a camera see it."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np

from fashion_models.arrays import F32, U8
from making.canvas import Canvas
from making.noise import blur, encoded, smooth_noise

#: Where the key light stands: from the upper left, half high.
LIGHT = np.array([-0.52, -0.60, 0.85]) / np.linalg.norm([-0.52, -0.60, 0.85])
AMBIENT = 0.42


@dataclass(frozen=True, kw_only=True)
class Setting:
    """How the picture is taken.

    Attributes:
        width, height: Size of the picture [px].
        share: Height of the garment as a share of the picture's.
        angle: How far the garment is turned [degrees].
        seed: Of the outline's unevenness and the camera's noise.
        middle: Garment point in the middle of the picture [cm].
        length: Height of the garment [cm].
    """

    width: int
    height: int
    share: float
    angle: float
    seed: int
    middle: tuple[float, float]
    length: float

    @property
    def px_per_cm(self) -> float:
        """Scale of the picture."""
        return self.share * self.height / self.length


class Layout:
    """The map from picture pixels to garment centimetres: turned, scaled, and a little uneven."""

    def __init__(self, setting: Setting) -> None:
        self._setting = setting
        rng = np.random.default_rng(setting.seed)
        cell = 14 * setting.px_per_cm
        shape = (setting.height, setting.width)
        wave = np.stack([smooth_noise(rng, shape, (cell, cell)) for _ in range(2)], axis=2)
        wave += 0.3 * np.stack([smooth_noise(rng, shape, (cell / 3, cell / 3)) for _ in range(2)], axis=2)
        self._wave: F32 = (0.17 * wave).astype(np.float32)
        turn = np.deg2rad(setting.angle)
        self._axes = np.array([[np.cos(turn), np.sin(turn)], [-np.sin(turn), np.cos(turn)]])

    def garment_points(self) -> F32:
        """Garment coordinates of every pixel [cm], shape (H, W, 2)."""
        s = self._setting
        ys, xs = np.mgrid[: s.height, : s.width]
        flat = (np.stack([xs, ys], axis=2) - [(s.width - 1) / 2, (s.height - 1) / 2]) / s.px_per_cm
        return (flat @ self._axes.T + np.array(s.middle) + self._wave).astype(np.float32)

    def picture_point(self, point: tuple[float, float]) -> tuple[float, float]:
        """Where a garment point [cm] is seen [px]."""
        s = self._setting
        centre = np.array([(s.width - 1) / 2, (s.height - 1) / 2])
        seen = centre.copy()
        for _ in range(12):
            column, row = np.rint(seen).astype(int)
            shift = self._wave[np.clip(row, 0, s.height - 1), np.clip(column, 0, s.width - 1)]
            flat = np.array(point) - shift - np.array(s.middle)
            seen = centre + (flat @ self._axes) * s.px_per_cm
        return round(float(seen[0]), 1), round(float(seen[1]), 1)


def photograph(canvas: Canvas, setting: Setting, ground: F32, sheen: float = 0.0) -> tuple[U8, F32]:
    """Photograph a garment.

    Args:
        canvas: The garment.
        setting: How.
        ground: Linear RGB of what it lies on, shape (H, W, 3).
        sheen: Strength of a soft highlight.

    Returns:
        sRGB picture, shape (H, W, 3), and true coverage, shape (H, W).
    """
    at = Layout(setting).garment_points().astype(np.float64)
    pixels = canvas.pixels(at.reshape(-1, 2)).reshape(at.shape).astype(np.float32)
    pre = max(0.0, 0.45 * canvas.k / setting.px_per_cm - 0.3)  # the raster is finer than the picture
    colour, height, cover = (
        _seen(blur(layer, pre), pixels) for layer in (canvas.colour, canvas.height, canvas.cover)
    )
    cover = np.clip(cover, 0, 1)
    bare = np.maximum(cover, 1e-3)[..., None]
    lit = colour / bare * _shade(height, cover, setting.px_per_cm, sheen)[..., None]
    picture = (
        ground * _shadow(cover, setting.px_per_cm)[..., None] * (1 - cover[..., None])
        + lit * cover[..., None]
    )
    return _camera(picture, setting), cover


def _seen(layer: F32, pixels: F32) -> F32:
    return np.asarray(
        cv2.remap(layer, pixels, None, cv2.INTER_CUBIC, borderMode=cv2.BORDER_CONSTANT), np.float32
    )


def _shade(height: F32, cover: F32, scale: float, sheen: float) -> F32:
    """Light on the folds relative to flat cloth, shape (H, W)."""
    relief = np.where(cover > 0.02, height / np.maximum(cover, 0.02), 0).astype(np.float32)
    soft = blur(relief, 0.7)
    slope_x = cv2.Sobel(soft, cv2.CV_32F, 1, 0, ksize=3) / 8 * scale
    slope_y = cv2.Sobel(soft, cv2.CV_32F, 0, 1, ksize=3) / 8 * scale
    length = np.sqrt(1 + slope_x**2 + slope_y**2)
    facing = (-slope_x * LIGHT[0] - slope_y * LIGHT[1] + LIGHT[2]) / length
    direct = np.maximum(facing, 0) / LIGHT[2]
    hollow = np.clip((relief - blur(relief, 1.2 * scale)) * 0.5, -0.35, 0.12)
    half = LIGHT + np.array([0, 0, 1.0])
    half /= np.linalg.norm(half)
    gloss = np.maximum((-slope_x * half[0] - slope_y * half[1] + half[2]) / length, 0) ** 24
    total = (AMBIENT + (1 - AMBIENT) * direct) * (1 + hollow) + sheen * (gloss - half[2] ** 24)
    return np.asarray(np.clip(total, 0.25, 1.6), np.float32)


def _shadow(cover: F32, scale: float) -> F32:
    """Light that reaches the ground beside the garment, shape (H, W)."""
    offset = np.array([-LIGHT[0], -LIGHT[1]]) / np.linalg.norm(LIGHT[:2])

    def cast(reach: float, softness: float) -> F32:
        move = np.array([[1, 0, offset[0] * reach * scale], [0, 1, offset[1] * reach * scale]])
        size = (cover.shape[1], cover.shape[0])
        return blur(np.asarray(cv2.warpAffine(cover, move, size), np.float32), softness * scale)

    return (1 - 0.42 * cast(0.25, 0.18)) * (1 - 0.30 * cast(0.6, 0.55)) * (1 - 0.14 * cast(0.9, 2.2))


def _camera(picture: F32, setting: Setting) -> U8:
    """Uneven light, fall-off to the corners, softness and noise of a real camera."""
    height, width = picture.shape[:2]
    ys, xs = np.mgrid[:height, :width].astype(np.float32)
    x, y = xs / width - 0.5, ys / height - 0.5
    light = 1.0 - 0.05 * x - 0.06 * y - 0.10 * (x * x + y * y)
    rng = np.random.default_rng(setting.seed + 1)
    seen = blur((picture * light[..., None]).astype(np.float32), 0.45)
    grain = blur(rng.standard_normal(seen.shape).astype(np.float32), 0.5)
    return encoded(seen + grain * 0.012 * np.sqrt(np.maximum(seen, 0.002)))


def alpha_picture(cover: F32, side: int) -> U8:
    """Coverage as a small grey picture, shape (h, w)."""
    factor = side / max(cover.shape)
    size = (round(cover.shape[1] * factor), round(cover.shape[0] * factor))
    return np.rint(cv2.resize(cover, size, interpolation=cv2.INTER_AREA) * 255).astype(np.uint8)
