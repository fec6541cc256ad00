"""Folds of cloth lying flat, as heights in centimetres."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np

from fashion_models.arrays import F32
from making.canvas import Canvas
from making.noise import fractal_noise, smooth_noise


@dataclass(frozen=True)
class Crease:
    """A soft ridge from one point to another.

    Attributes:
        start, end: Ends in garment centimetres.
        height: How high it stands [cm].
        width: Its half width [cm].
        bend: How far its middle leaves the straight line [cm].
    """

    start: tuple[float, float]
    end: tuple[float, float]
    height: float = 0.25
    width: float = 1.2
    bend: float = 0.0


def crease_field(canvas: Canvas, creases: list[Crease], rng: np.random.Generator) -> F32:
    """Sum of creases, each wandering a little, shape (H, W)."""
    u, v, reduced = _coarse(canvas)
    wander = 0.8 * smooth_noise(rng, u.shape, (6 * reduced, 6 * reduced))
    total = np.zeros_like(u)
    for one in creases:
        start, end = np.array(one.start), np.array(one.end)
        length = float(np.linalg.norm(end - start))
        along = (end - start) / length
        s = ((u - start[0]) * along[0] + (v - start[1]) * along[1]) / length
        q = -(u - start[0]) * along[1] + (v - start[1]) * along[0] + wander
        q = q - 4 * one.bend * s * (1 - s)
        fade = np.clip(s / 0.25, 0, 1) * np.clip((1 - s) / 0.45, 0, 1)
        width = one.width * (0.7 + 0.6 * np.clip(s, 0, 1))
        side = np.where(q > 0, 1.0, 0.65)
        total += one.height * fade * fade * (3 - 2 * fade) * np.exp(-((q / (width * side)) ** 2))
    return _fine(canvas, total)


def soft_waves(
    canvas: Canvas,
    rng: np.random.Generator,
    *,
    size: tuple[float, float] = (14.0, 9.0),
    height: float = 0.25,
    angle: float = 0.0,
) -> F32:
    """Broad undulation of cloth that was smoothed by hand.

    Args:
        canvas: The garment.
        rng: Source of randomness.
        size: Length and breadth of a wave [cm].
        height: Deviation [cm].
        angle: Turn of the long direction away from vertical [degrees].

    Returns:
        Heights [cm], shape (H, W).
    """
    u, _, reduced = _coarse(canvas)
    diagonal = int(np.hypot(*u.shape)) + 8
    noise = smooth_noise(rng, (diagonal, diagonal), (size[0] * reduced, size[1] * reduced))
    noise = noise + 0.35 * smooth_noise(rng, noise.shape, (size[0] * reduced / 2.2, size[1] * reduced / 2.2))
    turn = cv2.getRotationMatrix2D((diagonal / 2, diagonal / 2), angle, 1.0)
    turned = cv2.warpAffine(noise, turn, (diagonal, diagonal), borderMode=cv2.BORDER_REFLECT)
    top, left = (diagonal - u.shape[0]) // 2, (diagonal - u.shape[1]) // 2
    return _fine(canvas, height * turned[top : top + u.shape[0], left : left + u.shape[1]])


def crumple(canvas: Canvas, rng: np.random.Generator, *, cell: float = 7.0, height: float = 0.08) -> F32:
    """Thin random creases of cloth that lay folded: ridges where noise changes sign, shape (H, W) [cm]."""
    u, _, reduced = _coarse(canvas)
    warp = fractal_noise(rng, u.shape, cell * reduced, 3)
    ridge = np.exp(-np.abs(warp) * 5)
    where = np.clip(0.5 + 0.7 * smooth_noise(rng, u.shape, (9 * reduced, 9 * reduced)), 0, 1)
    return _fine(canvas, height * ridge * where)


def _coarse(canvas: Canvas) -> tuple[F32, F32, float]:
    """Coordinates on a third of the resolution, and its pixels per centimetre."""
    size = (canvas.shape[1] // 3, canvas.shape[0] // 3)
    u = cv2.resize(canvas.u, size, interpolation=cv2.INTER_AREA)
    v = cv2.resize(canvas.v, size, interpolation=cv2.INTER_AREA)
    return u, v, canvas.k / 3


def _fine(canvas: Canvas, values: F32) -> F32:
    size = (canvas.shape[1], canvas.shape[0])
    return np.asarray(cv2.resize(values.astype(np.float32), size, interpolation=cv2.INTER_CUBIC), np.float32)
