"""What a garment is made of: its ground cloth, the light that lies on it, and cloth without the print."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from fashion_models.arrays import F32, F64, U8, Bool

#: Clusters of the garment's colours.
COLOURS = 5
#: Ground differs from its own colour by less than this [CIE Lab units, lightness halved].
GROUND_RADIUS = 16.0
#: A ground that covers this much of the garment and of its rim carries a print; else the pattern is all over.
MIN_GROUND, MIN_GROUND_RIM = 0.42, 0.52
#: Share of the light's fall-off that is taken out, and the most by which any pixel changes.
FLATTEN, MAX_FLATTEN = 0.7, 0.18
#: A mark with more of itself on the rim than this runs into a seam: it is part of the cut and stays.
MAX_RIM = 0.02
#: Strongest grain that is carried into a filled hole [8-bit levels].
MAX_GRAIN = 10.0
#: Marks in more than this share of the garment's parts are a pattern all over, not a print.
MAX_SPREAD = 0.85


@dataclass(frozen=True, kw_only=True, eq=False)
class Ground:
    """The ground cloth of a garment.

    Attributes:
        mask: True where the ground shows, shape (H, W).
        plain: True when the rest is a print or trim on it; False when the pattern is all over.
    """

    mask: Bool
    plain: bool


def find_ground(picture: U8, inside: Bool) -> Ground:
    """Find the ground cloth: the colour that most of the garment and of its rim has.

    Args:
        picture: sRGB, shape (H, W, 3).
        inside: True well inside the garment, shape (H, W).
    """
    import cv2

    lab = cv2.cvtColor(picture.astype(np.float32) / 255, cv2.COLOR_RGB2Lab)
    sample = lab[inside][:: max(1, int(inside.sum()) // 20000)]
    cv2.setRNGSeed(1)
    stop = (cv2.TERM_CRITERIA_EPS + cv2.TERM_CRITERIA_MAX_ITER, 30, 0.5)
    _, labels, centres = cv2.kmeans(sample, min(COLOURS, len(sample)), None, stop, 3, cv2.KMEANS_PP_CENTERS)
    colour = centres[np.bincount(labels.ravel()).argmax()]
    soft = cv2.GaussianBlur(lab, (0, 0), 2)
    distance = np.linalg.norm((soft - colour) * np.array([0.5, 1, 1], np.float32), axis=2)
    mask = (distance < GROUND_RADIUS) & inside
    rim = inside & ~_shrunk(inside, 0.06)
    share, rim_share = mask.sum() / inside.sum(), mask[rim].mean() if rim.any() else 0.0
    return Ground(mask=mask, plain=bool(share > MIN_GROUND and rim_share > MIN_GROUND_RIM))


def flatten_light(picture: U8, ground: Ground) -> U8:
    """Take most of the light's slow fall-off over the garment out; its mean colour stays.

    A quadratic surface is fitted to the logarithm of the ground's lightness, so folds and prints stay, and
    nothing changes where the ground is too small to tell light from colour.

    Args:
        picture: sRGB, shape (H, W, 3).
        ground: The ground cloth.
    """
    import cv2

    rows, columns = np.nonzero(ground.mask)
    if not ground.plain or len(rows) < 500:
        return picture
    height, width = ground.mask.shape
    step = max(1, len(rows) // 20000)
    bright = (picture[rows[::step], columns[::step]].astype(np.float32) / 255) ** 2.2
    light = np.log(bright.mean(axis=1) + 0.004)
    terms = _quadratic(columns[::step] / width, rows[::step] / height)
    weight = np.ones(len(light))
    for _ in range(4):
        fit = np.linalg.lstsq(terms * weight[:, None], light * weight, rcond=None)[0]
        weight = 1 / np.maximum(np.abs(light - terms @ fit), 0.05) ** 0.5
    x, y = np.meshgrid(np.linspace(0, 1, 64), np.linspace(0, 1, 64))
    surface = (_quadratic(x.ravel(), y.ravel()) @ fit).reshape(64, 64) - float((terms @ fit).mean())
    gain = np.exp(-np.clip(FLATTEN * surface, -MAX_FLATTEN, MAX_FLATTEN) / 2.2).astype(np.float32)
    return _to_8_bit(picture * cv2.resize(gain, (width, height))[..., None])


def find_print(inside: Bool, ground: Ground) -> Bool:
    """Where a print lies on the ground cloth; nowhere when the pattern is all over, shape (H, W).

    Args:
        inside: True well inside the garment, its neckline left out, shape (H, W).
        ground: The ground cloth.
    """
    marks = _marks(inside, ground) if ground.plain else np.zeros_like(inside)
    return np.zeros_like(inside) if _all_over(marks, inside) else _compact(marks, inside)


def without_print(picture: U8, inside: Bool, ground: Ground, neck: Bool, *, prints: bool) -> U8:
    """The cloth of an unseen back: the front's, without its print and without its neckline.

    Args:
        picture: sRGB, filled past the outline, shape (H, W, 3).
        inside: True well inside the garment, shape (H, W).
        ground: The ground cloth.
        neck: True where the front's neckline, collar and label are, shape (H, W).
        prints: Look for prints to take away; without it only the neckline goes.
    """
    neck = neck & inside
    marks = _marks(inside, ground) if prints and ground.plain else np.zeros_like(inside)
    if not ground.plain or _all_over(marks, inside):
        return _patched(picture, inside, neck) if neck.any() else picture
    unwanted = neck | _compact(marks, inside)
    return _refilled(picture, inside, _grown(unwanted, 0.015) & inside) if unwanted.any() else picture


def _marks(inside: Bool, ground: Ground) -> Bool:
    """What is not ground, without specks, neighbours joined."""
    import cv2

    size = float(np.sqrt(inside.sum()))
    marks = (inside & ~ground.mask).astype(np.uint8)
    marks = cv2.morphologyEx(marks, cv2.MORPH_OPEN, _disc(0.004 * size))
    return np.asarray(cv2.morphologyEx(marks, cv2.MORPH_CLOSE, _disc(0.03 * size)) > 0, bool) & inside


def _all_over(marks: Bool, inside: Bool) -> bool:
    """True when marks are found in most parts of the garment."""
    import cv2

    rows, columns = np.flatnonzero(inside.any(axis=1)), np.flatnonzero(inside.any(axis=0))
    box = np.s_[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]

    def parts(mask: Bool) -> F32:
        small = cv2.resize(mask[box].astype(np.float32), (5, 6), interpolation=cv2.INTER_AREA)
        return np.asarray(small, np.float32)

    cloth = parts(inside)
    marked = parts(marks) > 0.03 * cloth
    return bool(marked[cloth > 0.5].mean() > MAX_SPREAD)


def _compact(marks: Bool, inside: Bool) -> Bool:
    """Marks that do not reach the outline, each with all that lies within its convex hull."""
    import cv2

    rim = inside & ~_shrunk(inside, 0.05)
    count, labels, stats, _ = cv2.connectedComponentsWithStats(marks.astype(np.uint8))
    on_rim = np.bincount(labels[rim], minlength=count)
    found = np.zeros(inside.shape, np.uint8)
    for k in np.flatnonzero(on_rim < MAX_RIM * stats[:, 4]):
        if k == 0:
            continue
        piece = (labels == k).astype(np.uint8)
        outlines, _ = cv2.findContours(piece, cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_SIMPLE)
        cv2.fillConvexPoly(found, cv2.convexHull(np.vstack(outlines)), 1)
    return (found > 0) & inside


def _patched(picture: U8, inside: Bool, hole: Bool) -> U8:
    """Cover a hole with the piece of the garment that continues its surround best."""
    import cv2

    shrink = 6
    small = (max(1, inside.shape[1] // shrink), max(1, inside.shape[0] // shrink))
    colour = cv2.resize(picture, small, interpolation=cv2.INTER_AREA).astype(np.float32)
    cover = cv2.resize(hole.astype(np.uint8), small, interpolation=cv2.INTER_NEAREST)
    cloth = cv2.resize(inside.astype(np.uint8), small, interpolation=cv2.INTER_NEAREST) > 0
    reach = cv2.dilate(cover, _disc(0.05 * max(small))) > 0
    ring, wanted, free = reach & (cover == 0) & cloth, np.argwhere(reach & cloth), cloth & (cover == 0)
    usual, best, move = colour[ring].mean(axis=0), np.inf, (0, 0)
    for down in range(2, int(0.7 * small[1])):
        for right in range(-int(0.12 * small[0]), int(0.12 * small[0]) + 1, 2):
            there = wanted + np.array([down, right])
            fits = ((there >= 0) & (there < cloth.shape)).all(axis=1)
            there = there[fits]
            if fits.mean() < 0.97 or free[there[:, 0], there[:, 1]].mean() < 0.97:
                continue
            moved = np.roll(colour, (-down, -right), (0, 1))
            cost = float(np.abs(moved[ring] - colour[ring]).mean())
            cost += float(np.abs(moved[cover > 0].mean(axis=0) - usual).mean())  # no second print in the neck
            if cost < best:
                best, move = cost, (down * shrink, right * shrink)
    if not np.isfinite(best):
        return picture
    soft = cv2.GaussianBlur(hole.astype(np.float32), (0, 0), 0.005 * max(inside.shape))[..., None]
    patch = np.roll(picture, (-move[0], -move[1]), (0, 1)).astype(np.float32)
    return _to_8_bit(picture * (1 - soft) + patch * soft)


def _refilled(picture: U8, inside: Bool, holes: Bool) -> U8:
    """Fill holes with the surround's slow colour and the grain of cloth from elsewhere on the garment."""
    import cv2

    size = float(np.sqrt(inside.sum()))
    source = inside & ~holes
    colour = picture.astype(np.float32)
    slow = _spread(colour, source, 0.05 * size)
    grain = np.clip(colour - _spread(colour, source, 0.015 * size), -MAX_GRAIN, MAX_GRAIN)
    filled, got = np.zeros_like(colour), np.zeros(inside.shape, bool)
    for down, right in _shifts(inside.shape):
        moved = np.roll(source, (down, right), (0, 1)) & holes & ~got
        filled[moved] = np.roll(grain, (down, right), (0, 1))[moved]
        got |= moved
        if got[holes].all():
            break
    soft = np.maximum(cv2.GaussianBlur(holes.astype(np.float32), (0, 0), 0.006 * size), holes)[..., None]
    return _to_8_bit(colour * (1 - soft) + (slow + filled) * soft)


def _spread(colour: F32, source: Bool, sigma: float) -> F32:
    """Colour of the source blurred into where there is none, from afar where nothing is near."""
    import cv2

    result = np.zeros_like(colour)
    missing = np.ones(source.shape, np.float32)
    for reach in (sigma, 4 * sigma, 16 * sigma):
        small = max(1, int(reach / 6))  # a wide blur needs no fine grid
        shape = (max(1, source.shape[1] // small), max(1, source.shape[0] // small))
        weight = cv2.resize(source.astype(np.float32), shape, interpolation=cv2.INTER_AREA)
        total = cv2.resize(colour * source[..., None], shape, interpolation=cv2.INTER_AREA)
        weight = cv2.GaussianBlur(weight, (0, 0), reach / small)
        total = cv2.GaussianBlur(total, (0, 0), reach / small)
        near = cv2.resize(total / np.maximum(weight, 1e-4)[..., None], source.shape[::-1])
        trust = np.clip(cv2.resize(weight, source.shape[::-1]) / 0.05, 0, 1) * missing
        result += near * trust[..., None]
        missing = missing - trust
    result += missing[..., None] * colour[source].mean(axis=0)
    return np.asarray(result, np.float32)


def _shifts(shape: tuple[int, ...]) -> list[tuple[int, int]]:
    """Moves by which cloth is borrowed, near ones first."""
    height, width = shape[0], shape[1]
    steps = [(a, b) for a in (-2, -1, 0, 1, 2) for b in (-2, -1, 0, 1, 2) if (a, b) != (0, 0)]
    steps.sort(key=lambda step: (step[0] ** 2 + step[1] ** 2, step))
    return [(round(a * height * 0.21), round(b * width * 0.17)) for a, b in steps]


def _quadratic(x: F64, y: F64) -> F64:
    return np.stack([np.ones_like(x), x, y, x * x, x * y, y * y], axis=1)


def _to_8_bit(colour: F32) -> U8:
    return np.asarray(np.clip(np.round(colour), 0, 255), np.uint8)


def _disc(diameter: float) -> U8:
    import cv2

    side = max(3, int(diameter)) | 1
    return np.asarray(cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (side, side)), np.uint8)


def _shrunk(mask: Bool, share: float) -> Bool:
    """The mask without a rim as wide as a share of the square root of its area."""
    import cv2

    inner = cv2.distanceTransform(np.pad(mask, 1).astype(np.uint8), cv2.DIST_L2, 5)[1:-1, 1:-1]
    return np.asarray(inner > share * float(np.sqrt(mask.sum())), bool)


def _grown(mask: Bool, share: float) -> Bool:
    import cv2

    outer = cv2.distanceTransform((~mask).astype(np.uint8), cv2.DIST_L2, 5)
    return np.asarray(outer < share * float(np.sqrt(mask.size)), bool)
