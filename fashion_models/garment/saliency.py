"""What stands out from the ground: superpixels, their distance to the border's colours, and saliency.

Everything here works on a small Lab picture (about 400 px); the outline is made exact later.
"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np

from fashion_models.arrays import F32, F64, I32, I64, Bool

#: Superpixels asked for.
REGIONS = 400
#: Weight of compact shape against colour, whose range SLIC scales to 1.
COMPACTNESS = 0.15
#: Weights of L, a, b in a colour difference: shadows and creases change L most.
SHADOW_WEIGHTS = np.array([0.6, 1.3, 1.3])
#: A border colour that fewer border regions share than this is perhaps the garment touching the frame.
RARE = 0.08
#: Extra distance granted for matching only a rare border colour [Lab].
RARE_PENALTY = 15.0
#: Fall-off of colour similarity along a path [Lab]. Source: Zhu et al. 2014, section 3.3 (sigma_clr).
PATH_SIGMA = 7.0


@dataclass(frozen=True, kw_only=True)
class Regions:
    """Superpixels of a Lab picture.

    Attributes:
        labels: Region of every pixel, shape (H, W).
        colour: Mean Lab, shape (K, 3).
        centre: Mean position as a share of width and height, shape (K, 2).
        border: True for regions on the frame of the picture, shape (K,).
        edges: Pairs of neighbours, shape (E, 2).
    """

    labels: I32
    colour: F64
    centre: F64
    border: Bool
    edges: I64

    def paint(self, values: F64) -> F32:
        """Spread one value per region over the pixels, shape (H, W)."""
        return values.astype(np.float32)[self.labels]


def find_regions(lab: F32) -> Regions:
    """Split a picture into superpixels.

    Args:
        lab: CIE Lab, shape (H, W, 3).

    Returns:
        The regions.

    Source: Achanta et al., SLIC Superpixels, 2012.
    """
    from skimage.segmentation import slic

    smooth = cv2.bilateralFilter(lab, 7, 12.0, 7.0)
    labels = slic(
        smooth, n_segments=REGIONS, compactness=COMPACTNESS, convert2lab=False, start_label=0, max_num_iter=5
    )
    labels = np.asarray(labels, np.int32)
    count = int(labels.max()) + 1
    flat = labels.ravel()
    area = np.maximum(np.bincount(flat, minlength=count), 1)
    height, width = labels.shape
    ys, xs = np.mgrid[:height, :width]

    def mean(values: F32) -> F64:
        return np.asarray(np.bincount(flat, values.ravel(), count) / area, np.float64)

    border = np.zeros(count, np.bool_)
    border[np.concatenate([labels[0], labels[-1], labels[:, 0], labels[:, -1]])] = True
    return Regions(
        labels=labels,
        colour=np.stack([mean(smooth[..., i]) for i in range(3)], axis=1),
        centre=np.stack([mean(xs / width), mean(ys / height)], axis=1),
        border=border,
        edges=_neighbours(labels, count),
    )


def _neighbours(labels: I32, count: int) -> I64:
    pairs = np.concatenate(
        [
            np.stack([labels[:, :-1].ravel(), labels[:, 1:].ravel()], axis=1),
            np.stack([labels[:-1].ravel(), labels[1:].ravel()], axis=1),
        ]
    ).astype(np.int64)
    pairs = np.sort(pairs[pairs[:, 0] != pairs[:, 1]], axis=1)
    keys = np.unique(pairs[:, 0] * count + pairs[:, 1])
    return np.stack([keys // count, keys % count], axis=1)


def ground_distance(regions: Regions, ground: Bool) -> F64:
    """Colour distance of every region to the nearest region of the ground, shape (K,) [Lab, shadow-weighted].

    A ground colour far away counts less, and one that is rare hardly counts: it may be the garment itself,
    touching the frame.

    Args:
        regions: The superpixels.
        ground: Which of them are ground, shape (K,).
    """
    weighted = regions.colour * SHADOW_WEIGHTS
    colours = weighted[ground]
    distance = np.linalg.norm(weighted[:, None] - colours[None], axis=2)
    away = np.linalg.norm(regions.centre[:, None] - regions.centre[ground][None], axis=2)
    alike = np.linalg.norm(colours[:, None] - colours[None], axis=2) < 10
    rare = np.where(alike.mean(axis=1) < RARE, RARE_PENALTY, 0.0)
    total = distance + 8 * np.maximum(away - 0.25, 0) + rare[None]
    return np.asarray(total.min(axis=1), np.float64)


def side_distances(regions: Regions) -> F64:
    """Colour distance of every region to each side of the frame, nearest side first, shape (K, 4).

    Ground is seen on most sides; a garment that touches the frame is seen on one or two.
    """
    labels = regions.labels
    weighted = regions.colour * SHADOW_WEIGHTS
    columns = []
    for line in (labels[0], labels[-1], labels[:, 0], labels[:, -1]):
        gap = np.linalg.norm(weighted[:, None] - weighted[np.unique(line)][None], axis=2)
        columns.append(gap.min(axis=1))
    return np.sort(np.stack(columns, axis=1), axis=1)


def palette_distance(lab: F32, regions: Regions, ground: Bool, colours: int = 8) -> F32:
    """Colour distance of every pixel to the ground's palette, shape (H, W) [Lab, shadow-weighted].

    Regions straddle the outline; pixels do not.

    Args:
        lab: CIE Lab, slightly smoothed, shape (H, W, 3).
        regions: The superpixels.
        ground: Which of them are ground, shape (K,).
        colours: Size of the palette.
    """
    border = regions.colour[ground].astype(np.float32)
    count = min(colours, len(border))
    cv2.setRNGSeed(2)
    criteria = (cv2.TERM_CRITERIA_MAX_ITER | cv2.TERM_CRITERIA_EPS, 40, 0.3)
    start = np.zeros((len(border), 1), np.int32)
    _, labels, centres = cv2.kmeans(border, count, start, criteria, 3, cv2.KMEANS_PP_CENTERS)
    held = np.bincount(np.asarray(labels).ravel(), minlength=count)
    kept = np.asarray(centres)[held >= max(2, 0.04 * len(border))]
    if len(kept) == 0:
        kept = np.asarray(centres)
    weights = SHADOW_WEIGHTS.astype(np.float32)
    each = [np.linalg.norm(lab * weights - centre * weights, axis=2) for centre in kept]
    return np.asarray(np.min(each, axis=0), np.float32)


def saliency(regions: Regions) -> F64:
    """How much each region stands out and is enclosed, shape (K,), scaled to [0, 1].

    Half boundary-weighted colour contrast, half geodesic distance to the border; regions well connected to
    the border are held down.

    Source: Zhu, Liang, Wei & Sun, Saliency Optimization from Robust Background Detection, 2014;
        Wei et al., Geodesic Saliency Using Background Priors, 2012.
    """
    paths = _path_lengths(regions)
    similar = np.exp(-(paths**2) / (2 * PATH_SIGMA**2))
    connectivity = similar[:, regions.border].sum(axis=1) / np.sqrt(similar.sum(axis=1))
    ground = 1 - np.exp(-(connectivity**2) / 2)
    colour_gap = np.linalg.norm(regions.colour[:, None] - regions.colour[None], axis=2)
    gap = np.linalg.norm(regions.centre[:, None] - regions.centre[None], axis=2)
    contrast = (colour_gap * np.exp(-(gap**2) / (2 * 0.25**2)) * ground[None]).sum(axis=1)
    contrast /= contrast.max() + 1e-9
    enclosed = paths[regions.border].min(axis=0)
    enclosed = np.clip(enclosed / (np.percentile(enclosed, 98) + 1e-9), 0, 1)
    value = (0.5 * contrast + 0.5 * enclosed) * (1 - 0.75 * ground)
    return np.asarray((value - value.min()) / (np.ptp(value) + 1e-9), np.float64)


def _path_lengths(regions: Regions) -> F64:
    """Accumulated colour change between all regions, shape (K, K); border regions are joined freely."""
    from scipy.sparse import coo_array
    from scipy.sparse.csgraph import dijkstra

    first, second = regions.edges.T
    step = np.linalg.norm(regions.colour[first] - regions.colour[second], axis=1)
    at_border = regions.border[first] | regions.border[second]
    usual = np.percentile(step[at_border], 60)  # the ground's own texture costs nothing
    cost = np.maximum(step - usual, 0) + 1e-3
    ring = np.flatnonzero(regions.border)
    a, b = (side.ravel() for side in np.meshgrid(ring, ring))
    joined = a < b
    rows = np.concatenate([first, a[joined]])
    columns = np.concatenate([second, b[joined]])
    weights = np.concatenate([cost, np.full(int(joined.sum()), 1e-3)])
    # An edge between two border regions stands twice; only the cheaper one may count.
    order = np.argsort(weights, kind="stable")
    keys = rows[order] * len(regions.colour) + columns[order]
    _, kept = np.unique(keys, return_index=True)
    chosen = order[kept]
    count = len(regions.colour)
    graph = coo_array((weights[chosen], (rows[chosen], columns[chosen])), shape=(count, count)).tocsr()
    return np.asarray(dijkstra(graph, directed=False), np.float64)
