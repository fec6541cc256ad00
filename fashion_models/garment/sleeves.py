"""Sleeves that lie beside the body are cut free along the crease between sleeve and side.

Where a cuff ends, the outline turns into the hem or the side: a notch on either side. From there the crease
runs up to the armpit, which lies about half a chest below the shoulders. The path between the two that
follows the strongest edges is cut out of the mask; then the outline reads like one with its sleeves spread.
"""

from __future__ import annotations

from itertools import product

import numpy as np

from fashion_models.arrays import F32, F64, U8, Bool
from fashion_models.garment.halves import Half, halves
from fashion_models.garment.model import Outline
from fashion_models.garment.outline import mirror_axis, outline_of

#: A notch turns at least this much [radians], both together at least the second.
NOTCH_TURN, NOTCH_PAIR_TURN = 0.4, 1.6
#: Notches lie below this share of the height and differ by at most the second, over width and height.
NOTCH_DOWN, NOTCH_UNEVEN = 0.45, 0.14
#: Sleeves end at most this many times a notch's distance from the middle under the top.
NOTCH_DEPTH = 4.2
#: Outside a notch the sleeve reaches out at least this share of the notch's distance from the middle.
NOTCH_REACH = 0.28
#: The armpit lies this far below the shoulders and out from the middle, in half widths between the notches.
PIT_DOWN, PIT_OUT = 1.05, 0.97
#: The crease strays at most this far from the straight line, in half widths between the notches.
STRAY = 0.2
#: The outline's own edge reaches this far in [frame pixels].
RIM = 14.0
#: Width of the cut and reach of its smoothing [frame pixels]: its two sides must not touch in the mesh.
CUT, CUT_SMOOTH = 9, 8.0
#: Nearly all of the garment differs from the ground beside it by at least this [CIE Lab units] …
GROUND_FAR = 22.0
#: … and ground seen between sleeve and body, in their shadow, by at most this share of what the garment does.
GROUND_SHARE = 0.55


def free_sleeves(
    picture: U8, outline: Outline, notches: tuple[int, int], shoulder: float, *, through: bool
) -> Outline:
    """Cut merged sleeves free of the body.

    Source: the crease is a minimal path, after Dijkstra (1959), found row by row.

    Args:
        picture: sRGB in the outline's frame, shape (h, w, 3).
        outline: The garment's outline.
        notches: Places of the notches between cuffs and body on the outline's halves.
        shoulder: Height of the shoulders at the neck [frame pixels, y].
        through: True where ground may show through between sleeve and body.
    """
    both = halves(outline)
    axis = mirror_axis(outline.mask)[1]
    ends = [outline.contour[half.index[k]] for half, k in zip(both, notches, strict=True)]
    half_width = float(np.mean([abs(end[0] - axis) for end in ends]))
    edges = crease_strength(picture) * _well_inside(outline.mask)
    cut = np.zeros(outline.mask.shape, np.uint8)
    for side, end in zip((-1, 1), ends, strict=True):
        pit = np.array([axis + side * PIT_OUT * half_width, shoulder + PIT_DOWN * half_width])
        if end[1] - pit[1] > CUT:
            _draw(cut, crease(edges, end, pit, STRAY * half_width))
    if through and cut.any():
        cut |= _ground_beside(picture, outline.mask, cut > 0, round(STRAY * half_width))
    return outline_of(
        _largest_piece(outline.mask & (cut == 0)),
        frame_from_photo=outline.frame_from_photo,
        angle_deg=outline.angle_deg,
    )


def find_notches(both: tuple[Half, Half]) -> tuple[int, int] | None:
    """Places of the two notches between cuffs and body, or None."""
    pairs = [
        (left, right)
        for left, right in product(_notches(both[0]), _notches(both[1]))
        if -(both[0].turn[left] + both[1].turn[right]) > NOTCH_PAIR_TURN
        and _apart(both, left, right).max() < NOTCH_UNEVEN
    ]

    def score(pair: tuple[int, int]) -> float:
        sharp = -sum(max(float(half.turn[k]), -1.5) for half, k in zip(both, pair, strict=True))
        return sharp - 6 * float(_apart(both, *pair).sum())

    return max(pairs, key=score) if pairs else None


def crease_strength(picture: U8) -> F32:
    """How much each pixel looks like an upright crease: colour step across it or a dark line."""
    import cv2

    lab = cv2.cvtColor(picture.astype(np.float32) / 255, cv2.COLOR_RGB2Lab)
    soft = cv2.GaussianBlur(lab, (0, 0), 1.2)
    step = np.zeros_like(soft)
    step[:, 2:-2] = soft[:, 4:] - soft[:, :-4]
    dark = np.maximum(cv2.GaussianBlur(lab[..., 0], (0, 0), 5.0) - soft[..., 0], 0)
    # an edge that goes on along the path counts, a print's or a weave's does not
    strength = np.linalg.norm(step, axis=2) + dark
    return np.asarray(cv2.GaussianBlur(strength, (0, 0), sigmaX=0.8, sigmaY=4.0), np.float32)


def crease(edges: F32, notch: F64, pit: F64, stray: float) -> F64:
    """The strongest upright path from a notch up to a row near the armpit [frame pixels], shape (N, 2)."""
    from scipy.ndimage import gaussian_filter1d

    rows = np.arange(int(notch[1]), int(pit[1]), -1)
    line = notch[0] + (pit[0] - notch[0]) * (notch[1] - rows) / max(1.0, notch[1] - pit[1])
    reach = max(2, round(stray))
    offsets = np.arange(-reach, reach + 1)
    columns = np.clip(np.round(line[:, None] + offsets), 0, edges.shape[1] - 1).astype(int)
    strength = edges[rows[:, None], columns]
    strength = np.minimum(strength / (np.percentile(strength, 95) + 1e-6), 1.0)
    cost = 1.0 / (0.12 + strength) + 0.8 * (offsets / reach) ** 2
    total = cost.copy()
    total[0] += 3.0 * np.abs(offsets)
    origin = np.zeros(total.shape, int)
    for k in range(1, len(rows)):
        padded = np.pad(total[k - 1], 1, constant_values=np.inf)
        choices = np.stack([padded[:-2] + 0.4, padded[1:-1], padded[2:] + 0.4])
        origin[k] = choices.argmin(axis=0) - 1
        total[k] += choices.min(axis=0)
    at = int(total[-1].argmin())
    places = []
    for k in range(len(rows) - 1, -1, -1):
        places.append((columns[k, at], rows[k]))
        at = int(np.clip(at + origin[k, at], 0, len(offsets) - 1))
    path = gaussian_filter1d(np.array(places[::-1], float), CUT_SMOOTH, axis=0, mode="nearest")
    return np.vstack([[notch[0], notch[1] + CUT], path])


def _well_inside(mask: Bool) -> F32:
    """0 at the outline, which is no crease, to 1 at `RIM` pixels from it, shape (h, w)."""
    import cv2

    depth = cv2.distanceTransform(mask.astype(np.uint8), cv2.DIST_L2, 3)
    return np.asarray(np.minimum(depth / RIM, 1.0), np.float32) ** 2


def _notches(half: Half) -> list[int]:
    """Concave turns in the lower part with something reaching farther out above them."""
    path, turn, near = half.path, half.turn, half.reach // 2
    farthest = np.maximum.accumulate(path[:, 0])
    return [
        k
        for k in range(near, len(path) - near)
        if turn[k] < -NOTCH_TURN
        and turn[k] <= turn[k - near : k + near + 1].min()
        and path[k, 1] > NOTCH_DOWN * half.height
        and path[k, 1] < NOTCH_DEPTH * path[k, 0]
        and farthest[k] > (1 + NOTCH_REACH) * path[k, 0]
    ]


def _apart(both: tuple[Half, Half], left: int, right: int) -> F64:
    apart = np.abs(both[0].path[left] - both[1].path[right])
    return np.asarray(apart / [both[0].width, both[0].height])


def _draw(cut: U8, path: F64) -> None:
    import cv2

    cv2.polylines(cut, [np.round(path).astype(np.int32)], False, 1, CUT)


def _ground_beside(picture: U8, mask: Bool, cut: Bool, reach: int) -> U8:
    """Ground that shows through between sleeve and body, where its colour is surely not the garment's."""
    import cv2

    def grown(area: Bool, by: int) -> Bool:
        square = np.ones((2 * by + 1, 2 * by + 1), np.uint8)
        return np.asarray(cv2.dilate(area.astype(np.uint8), square), np.bool_)

    lab = cv2.cvtColor(picture.astype(np.float32) / 255, cv2.COLOR_RGB2Lab)
    rim = grown(mask, 14) & ~grown(mask, 4)
    none = np.zeros(mask.shape, np.uint8)
    if not rim.any():
        return none
    far = np.linalg.norm(lab - np.median(lab[rim], axis=0), axis=2)
    nearby = grown(cut, reach) & mask
    garment = float(np.percentile(far[mask & ~nearby], 2))
    if garment < GROUND_FAR:
        return none
    ground = (nearby & (far < GROUND_SHARE * garment)) | cut
    _, labels = cv2.connectedComponents(ground.astype(np.uint8))
    return np.asarray(np.isin(labels, np.unique(labels[cut])) & ground, np.uint8)


def _largest_piece(mask: Bool) -> Bool:
    """A mask without crumbs."""
    import cv2

    count, labels, stats, _ = cv2.connectedComponentsWithStats(mask.astype(np.uint8))
    best = 1 + int(np.argmax(stats[1:, 4])) if count > 1 else 0
    piece: Bool = np.asarray(labels) == best
    return piece
