"""Cut-out to upright frame: `make_outline` turns coverage into a clean contour of bounded size."""

from __future__ import annotations

import numpy as np

from fashion_models.arrays import F32, F64, U8, Bool
from fashion_models.errors import SegmentationError
from fashion_models.garment.contour import outer_contour
from fashion_models.garment.model import Cutout, Outline

#: Long side of the frame [px]; every later threshold in pixels rests on it.
LONG_SIDE = 640
#: Empty rim around the garment in the frame [px].
MARGIN = 12
#: Largest tilt that is taken out [degrees].
MAX_TILT = 14.0
#: A garment smaller than this share of the picture has too few pixels to be read.
MIN_AREA = 0.005


def make_outline(alpha: F32) -> Outline:
    """Turn coverage into the garment's upright frame and clean contour.

    The tilt that maximises the mirror overlap of the garment's core is taken out, the garment is scaled so
    that the frame's long side is `LONG_SIDE`, and hanger hooks and loose threads are removed.

    Args:
        alpha: Garment coverage in [0, 1], shape (H, W), photo pixels.

    Returns:
        The outline. Holes are filled; `mask` and `contour` agree.

    Raises:
        SegmentationError: The mask is empty or tiny.
    """
    import cv2

    solid = _largest((alpha > 0.5).astype(np.uint8))
    if solid.mean() < MIN_AREA:
        raise SegmentationError(
            f"the garment covers {100 * float(solid.mean()):.2f} % of the picture.",
            limit=f"At least {100 * MIN_AREA} % is needed.",
            cure="Come closer, or give a mask.",
        )
    angle, _ = find_tilt(solid)
    frame_from_photo, (width, height) = _frame(solid, angle)
    scale = float(np.hypot(*frame_from_photo[0, :2]))
    coverage = np.where(cv2.dilate(solid, np.ones((5, 5), np.uint8)) > 0, alpha, 0).astype(np.float32)
    if scale < 1:
        coverage = cv2.GaussianBlur(coverage, (0, 0), 0.4 / scale)
    warped = cv2.warpAffine(coverage, frame_from_photo, (width, height), flags=cv2.INTER_LINEAR)
    mask = clean_mask(warped > 0.5)
    return outline_of(mask, frame_from_photo=frame_from_photo, angle_deg=angle)


def framed(cutout: Cutout, outline: Outline, *, scale: float = 1.0) -> U8:
    """The cut-out's colours in the outline's frame: sRGB, shape (h · scale, w · scale, 3)."""
    import cv2

    grow = np.diag([scale, scale, 1.0])
    grow[:2, 2] = (scale - 1) / 2  # pixel centres stay pixel centres
    map_to_frame = (grow @ np.vstack([outline.frame_from_photo, [0, 0, 1]]))[:2]
    height, width = outline.mask.shape
    size = (round(width * scale), round(height * scale))
    colour, shrink = cutout.colour, float(np.hypot(*map_to_frame[0, :2]))
    if shrink < 0.7:
        colour = cv2.GaussianBlur(colour, (0, 0), 0.4 / shrink)
    flags = cv2.INTER_CUBIC if shrink > 1 else cv2.INTER_LINEAR
    return np.asarray(
        cv2.warpAffine(colour, map_to_frame, size, flags=flags, borderMode=cv2.BORDER_REPLICATE)
    )


def outline_of(mask: Bool, *, frame_from_photo: F64, angle_deg: float) -> Outline:
    """Outline of a frame mask: its outer contour, holes filled."""
    import cv2

    contour = outer_contour(mask)
    filled = np.zeros(mask.shape, np.uint8)
    cv2.fillPoly(filled, [np.round(contour).astype(np.int32)], 1)
    return Outline(
        mask=filled > 0,
        contour=contour,
        frame_from_photo=frame_from_photo,
        angle_deg=angle_deg,
        symmetry=mirror_overlap(filled > 0),
    )


def mirror_axis(mask: Bool | U8) -> tuple[float, float]:
    """Best vertical mirror line of a mask.

    The overlap with the mirror image is found for all lines at once: it is the sum of the rows' convolutions
    with themselves. Pixels weigh by their depth inside the garment, so the torso counts and a stray sleeve
    does not.

    Args:
        mask: Shape (h, w).

    Returns:
        Overlap in [0, 1] and the line's x [px].
    """
    import cv2

    depth = cv2.distanceTransform(mask.astype(np.uint8), cv2.DIST_L2, 3)
    weight = np.minimum(depth / (0.5 * float(depth.max()) + 1e-9), 1.0)
    spectrum = np.fft.rfft(weight, 2 * weight.shape[1], axis=1)
    overlap = np.fft.irfft((spectrum**2).sum(axis=0), 2 * weight.shape[1])
    best = int(np.argmax(overlap))
    return float(overlap[best] / (weight**2).sum()), best / 2


def mirror_overlap(mask: Bool) -> float:
    """Intersection over union of a mask with its image in its best vertical mirror line."""
    _, axis = mirror_axis(mask)
    columns = np.round(2 * axis).astype(int) - np.arange(mask.shape[1])
    seen = (columns >= 0) & (columns < mask.shape[1])
    mirrored = np.zeros_like(mask)
    mirrored[:, seen] = mask[:, columns[seen]]
    return float((mask & mirrored).sum() / max(1, int((mask | mirrored).sum())))


def find_tilt(solid: U8) -> tuple[float, float]:
    """Rotation [degrees, counter-clockwise] that makes the garment stand upright, and its mirror overlap."""
    import cv2

    shrink = 160 / max(solid.shape)
    small = cv2.resize(solid * 255, None, fx=shrink, fy=shrink, interpolation=cv2.INTER_AREA)
    rim = max(small.shape) // 3
    small = cv2.copyMakeBorder(small, rim, rim, rim, rim, cv2.BORDER_CONSTANT)
    centre = (small.shape[1] / 2, small.shape[0] / 2)

    def score(angle: float) -> float:
        turn = cv2.getRotationMatrix2D(centre, angle, 1.0)
        turned = cv2.warpAffine(small, turn, small.shape[::-1], flags=cv2.INTER_LINEAR) > 127
        return mirror_axis(turned)[0] - 0.001 * abs(angle)

    coarse = max(np.arange(-MAX_TILT, MAX_TILT + 1, 2.0), key=score)
    fine = max(coarse + np.arange(-1.5, 1.6, 0.5), key=score)
    return float(fine), score(float(fine))


def clean_mask(mask: Bool) -> Bool:
    """Remove threads and hanger hooks, keep the largest piece."""
    import cv2

    def disc(size: float) -> U8:
        side = int(size) | 1
        return np.asarray(cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (side, side)), np.uint8)

    solid = _largest(cv2.morphologyEx(mask.astype(np.uint8), cv2.MORPH_OPEN, disc(5)))
    columns = np.flatnonzero(solid.any(axis=0))
    rows = np.flatnonzero(solid.any(axis=1))
    width, top, height = np.ptp(columns), rows[0], np.ptp(rows)
    body = cv2.morphologyEx(solid, cv2.MORPH_OPEN, disc(0.06 * width))
    thin = solid & (1 - cv2.dilate(body, disc(0.03 * width)))
    thin[int(top + 0.3 * height) :] = 0
    _, axis = mirror_axis(solid)
    count, labels, stats, centres = cv2.connectedComponentsWithStats(thin)
    for k in range(1, count):
        near_axis = abs(centres[k][0] - axis) < 0.12 * width
        if near_axis and stats[k][4] > 0.0003 * solid.sum():
            solid[labels == k] = 0
    return _largest(solid) > 0


def _largest(solid: U8) -> U8:
    """The largest connected piece of a 0/1 mask."""
    import cv2

    count, labels, stats, _ = cv2.connectedComponentsWithStats(solid.astype(np.uint8))
    if count < 2:
        return np.zeros_like(solid)
    return np.asarray(labels == 1 + int(np.argmax(stats[1:, 4])), np.uint8)


def _frame(solid: U8, angle: float) -> tuple[F64, tuple[int, int]]:
    """Affine map from photo to frame and the frame's (width, height)."""
    import cv2

    ys, xs = np.nonzero(solid)
    turn = cv2.getRotationMatrix2D((float(xs.mean()), float(ys.mean())), angle, 1.0)
    points = np.stack([xs, ys, np.ones(len(xs))], axis=1) @ turn.T
    low, high = points.min(axis=0) - 0.5, points.max(axis=0) + 0.5
    scale = (LONG_SIDE - 2 * MARGIN) / float((high - low).max())
    frame = turn * scale
    frame[:, 2] += MARGIN - low * scale
    width, height = np.ceil((high - low) * scale).astype(int) + 2 * MARGIN
    return frame.astype(np.float64), (int(width), int(height))
