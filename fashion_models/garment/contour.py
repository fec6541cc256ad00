"""Small geometry of a closed contour: arcs, turning angles and support points.

A contour is an (N, 2) array of (x, y) pixels, y down, walked clockwise on screen, about one pixel apart.
"""

from __future__ import annotations

import numpy as np

from fashion_models.arrays import F64, I64, Bool


def arc(count: int, start: int, end: int) -> I64:
    """Indices from ``start`` to ``end`` inclusive, walking forwards around a contour of ``count`` points."""
    if end < start:
        end += count
    return np.arange(start, end + 1, dtype=np.int64) % count


def is_clockwise(points: F64) -> bool:
    """True when a closed polygon runs clockwise on screen (y down)."""
    following = np.roll(points, -1, axis=0)
    return bool((points[:, 0] * following[:, 1] - points[:, 1] * following[:, 0]).sum() > 0)


def resample_closed(points: F64, step: float) -> F64:
    """Points about ``step`` apart along a closed polygon, shape (N, 2)."""
    closed = np.vstack([points, points[:1]])
    length = np.r_[0.0, np.cumsum(np.linalg.norm(np.diff(closed, axis=0), axis=1))]
    count = max(8, round(length[-1] / step))
    at = np.linspace(0.0, length[-1], count, endpoint=False)
    return np.stack([np.interp(at, length, closed[:, k]) for k in (0, 1)], axis=1)


def smooth_closed(points: F64, sigma: float) -> F64:
    """Gaussian smoothing along a closed polygon; ``sigma`` in points."""
    from scipy.ndimage import gaussian_filter1d

    return np.asarray(gaussian_filter1d(points, sigma, axis=0, mode="wrap"), np.float64)


def outer_contour(mask: Bool) -> F64:
    """Outer contour of the largest piece of a mask, clockwise, one pixel apart, shape (N, 2)."""
    import cv2

    found, _ = cv2.findContours(mask.astype(np.uint8), cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_NONE)
    raw = max(found, key=cv2.contourArea).reshape(-1, 2).astype(np.float64)
    if not is_clockwise(raw):
        raw = raw[::-1]
    return resample_closed(smooth_closed(raw, 1.5), 1.0)


def turning(path: F64, reach: int) -> F64:
    """How much an open path turns around each of its points [radians].

    Positive turns right on screen: convex for a clockwise contour. The angle is the difference between the
    mean headings of the ``reach`` steps behind and ahead, unwrapped, so a narrow slit reads -π and not +π.

    Args:
        path: Shape (N, 2), about one pixel apart.
        reach: Points looked at on either side; shortened near the ends.

    Returns:
        Shape (N,).
    """
    steps = np.diff(path, axis=0)
    heading = np.unwrap(np.arctan2(steps[:, 1], steps[:, 0]))
    total = np.r_[0.0, np.cumsum(heading)]
    count = len(path)
    at = np.arange(count)
    back, ahead = np.clip(at - reach, 0, None), np.clip(at + reach, None, count - 1)
    before = (total[at] - total[back]) / np.maximum(at - back, 1)
    after = (total[ahead] - total[at]) / np.maximum(ahead - at, 1)
    turn = np.asarray(after - before, np.float64)
    turn[0] = turn[-1] = 0.0
    return turn


def support(points: F64, direction: tuple[float, float]) -> int:
    """Index of the point farthest along a direction."""
    return int(np.argmax(points @ np.asarray(direction)))


def nearest(points: F64, target: F64) -> int:
    """Index of the point nearest to ``target``."""
    return int(np.argmin(((points - target) ** 2).sum(axis=1)))
