"""A garment laid out flat, drawn layer by layer in centimetres: colour, height and coverage."""

from __future__ import annotations

import cv2
import numpy as np

from fashion_models.arrays import F32, F64
from making.noise import blur


class Canvas:
    """An upright raster of the flat garment.

    Attributes:
        k: Pixels per centimetre.
        u: Garment x of every pixel, 0 at the middle [cm], shape (H, W).
        v: Garment y of every pixel, downwards [cm], shape (H, W).
        colour: Linear RGB, shape (H, W, 3).
        height: Height over the ground [cm], shape (H, W).
        cover: Coverage in [0, 1], shape (H, W).
    """

    def __init__(self, half_width: float, top: float, bottom: float, k: float) -> None:
        self.k = k
        self.half_width, self.top = half_width, top
        rows, columns = round((bottom - top) * k), round(2 * half_width * k)
        ys, xs = np.mgrid[:rows, :columns].astype(np.float32)
        self.u: F32 = (xs + 0.5) / k - half_width
        self.v: F32 = (ys + 0.5) / k + top
        self.colour: F32 = np.zeros((rows, columns, 3), np.float32)
        self.height: F32 = np.zeros((rows, columns), np.float32)
        self.cover: F32 = np.zeros((rows, columns), np.float32)

    @property
    def shape(self) -> tuple[int, int]:
        """Height and width [px]."""
        return self.u.shape[0], self.u.shape[1]

    def pixels(self, points: F64) -> F64:
        """Pixel positions of points in centimetres, shape (N, 2)."""
        return (np.asarray(points, np.float64) + np.array([self.half_width, -self.top])) * self.k - 0.5

    def area(self, outline: F64) -> F32:
        """Antialiased coverage of a closed outline, shape (H, W)."""
        drawn = np.zeros(self.shape, np.uint8)
        fixed = np.rint(self.pixels(outline) * 16).astype(np.int32)
        cv2.fillPoly(drawn, [fixed], 255, lineType=cv2.LINE_AA, shift=4)
        return drawn.astype(np.float32) / 255

    def distance(self, line: F64) -> F32:
        """Distance to an open line [cm], shape (H, W)."""
        free = np.full(self.shape, 255, np.uint8)
        fixed = np.rint(self.pixels(line) * 16).astype(np.int32)
        cv2.polylines(free, [fixed], False, 0, 1, cv2.LINE_8, 4)
        return np.asarray(cv2.distanceTransform(free, cv2.DIST_L2, 5), np.float32) / self.k

    def lay(
        self, cover: F32, colour: F32, relief: F32 | float = 0.0, *, lift: float = 0.15, roll: float = 0.3
    ) -> None:
        """Lay a piece of cloth on top of what is there.

        Args:
            cover: Coverage of the piece, shape (H, W).
            colour: Linear RGB, shape (H, W, 3) or (3,).
            relief: Its folds [cm], shape (H, W).
            lift: How much its edge rises above what lies below [cm].
            roll: Over which distance the edge rises [cm].
        """
        inside = np.asarray(cv2.distanceTransform((cover > 0.5).astype(np.uint8), cv2.DIST_L2, 5), np.float32)
        rise = lift * (1 - np.exp(-inside / self.k / max(roll, 1e-3)))
        near = np.maximum(blur(cover, 0.35 * self.k), 0.7 * blur(cover, 0.9 * self.k))
        self.colour *= (1 - 0.5 * near * (1 - cover))[..., None]
        self.colour = self.colour * (1 - cover[..., None]) + colour * cover[..., None]
        below = blur(self.height, 0.4 * self.k)
        self.height = self.height * (1 - cover) + (below + rise + relief) * cover
        self.cover = np.maximum(self.cover, cover)

    def groove(self, line: F64, depth: float = 0.06, width: float = 0.18, dark: float = 0.25) -> None:
        """Press a seam into the cloth: a dark groove between two soft swellings."""
        gap = self.distance(line) / width
        dip = np.exp(-(gap**2))
        self.height += (0.5 * depth * np.exp(-((gap / 2.5) ** 2)) - depth * dip) * self.cover
        self.colour *= (1 - dark * dip * self.cover)[..., None]

    def stitch(self, line: F64, thread: F32 | None = None, length: float = 0.28, pitch: float = 0.42) -> None:
        """Sew a row of stitches: dashes of thread, or of shade, in a shallow groove."""
        points = self.pixels(resample(line, 0.04))
        steps = np.concatenate([[0.0], np.cumsum(np.linalg.norm(np.diff(points, axis=0), axis=1))]) / self.k
        dashes = np.zeros(self.shape, np.uint8)
        thickness = max(1, round(0.07 * self.k))
        for start, end, at in zip(points[:-1], points[1:], steps[:-1], strict=True):
            if at % pitch < length:
                a, b = np.rint(start * 16).astype(int), np.rint(end * 16).astype(int)
                cv2.line(dashes, a.tolist(), b.tolist(), 255, thickness, cv2.LINE_AA, 4)
        mark = dashes.astype(np.float32)[..., None] / 255 * self.cover[..., None]
        tone = self.colour * 0.72 if thread is None else thread
        self.colour = self.colour * (1 - 0.8 * mark) + tone * 0.8 * mark
        self.groove(line, depth=0.035, width=0.22, dark=0.06)


def resample(line: F64, step: float) -> F64:
    """Points at equal distances along an open line, shape (M, 2)."""
    line = np.asarray(line, np.float64)
    at = np.concatenate([[0.0], np.cumsum(np.linalg.norm(np.diff(line, axis=0), axis=1))])
    where = np.linspace(0, at[-1], max(2, round(at[-1] / step)))
    return np.stack([np.interp(where, at, line[:, i]) for i in range(2)], axis=1)


def curve(*points: tuple[float, float], count: int = 40) -> F64:
    """Bézier curve through the first and last point with the others as handles, shape (count, 2)."""
    control = np.array(points, np.float64)
    t = np.linspace(0, 1, count)[:, None]
    level = np.repeat(control[:, None], count, axis=1)
    while len(level) > 1:
        level = level[:-1] * (1 - t) + level[1:] * t
    return level[0]


def join(*lines: F64) -> F64:
    """One outline from several lines, shape (N, 2)."""
    return np.concatenate([np.atleast_2d(np.asarray(line, np.float64)) for line in lines])


def mirror(line: F64) -> F64:
    """The line on the other side, walked back, shape (N, 2)."""
    return np.asarray(line, np.float64)[::-1] * [-1, 1]
