"""From outline to panel mesh: the contour resampled with its landmarks kept, a hexagonal grid inside."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import cv2
import numpy as np
from scipy.ndimage import gaussian_filter1d
from scipy.spatial import Delaunay, cKDTree

from fashion_models.arrays import F64, I64, Bool
from fashion_models.errors import LandmarkError
from fashion_models.garment.model import Garment, Neckline

#: Smoothing of the contour [m]: cloth is cut along smooth lines, what ripples in a photo is folds. A rippled
#: seam would be longer than the cloth beside it, and buckle.
_SMOOTH_M = {"": 0.05, "hem": 0.03, "waist": 0.03, "neck": 0.012, "arm": 0.016, "cuff": 0.02, "leg": 0.02}


@dataclass(frozen=True, eq=False)
class Panel:
    """A triangulated outline; front and back share it.

    Attributes:
        points: Frame pixels, the boundary first, shape (P, 2).
        triangles: Counter-clockwise in metres (clockwise in pixels, y down), shape (M, 3).
        rim: Number of boundary points.
        arcs: Opening each boundary point starts, '' for a seam, length ``rim``.
        front: Triangles that the front panel has: those below the neckline, shape (M,).
        middle: Ends at neck and hem of the line that an open front is cut along, shape (2, 2); None for a
            closed one.
    """

    points: F64
    triangles: I64
    rim: int
    arcs: tuple[str, ...]
    front: Bool
    middle: F64 | None = None

    @property
    def open_rim(self) -> Bool:
        """Boundary points inside an opening; its two ends stay sewn, shape (rim,)."""
        arcs = np.array(self.arcs)
        return np.asarray((arcs != "") & (np.roll(arcs, 1) == arcs), bool)


def make_panel(garment: Garment, metres_per_px: float, step_m: float, *, open_front: bool = False) -> Panel:
    """Triangulate a garment's outline.

    Args:
        garment: Outline, landmarks, openings and neckline.
        metres_per_px: Scale of the frame.
        step_m: Edge length [m].
        open_front: The front will be cut open: it gets points down its middle.

    Returns:
        The panel in frame pixels.

    Raises:
        LandmarkError: The two ends of an opening are the same point.
    """
    step = step_m / metres_per_px
    rim, arcs = _resample(garment, metres_per_px, step)
    curve = neck_curve(garment)
    grid = _grid(rim, step)
    if curve is not None:
        cut = _even(curve, 0.8 * step)[1:-1]
        cut = cut[cKDTree(rim).query(cut)[0] > 0.45 * step]
        if len(cut):
            grid = np.vstack([grid[cKDTree(cut).query(grid)[0] > 0.62 * step], cut])
    middle = _middle_line(garment, rim, arcs, curve) if open_front else None
    if middle is not None:
        cut = _even(middle, 0.6 * step)  # so close that the triangles keep to the line
        inner = cut[:-1] if curve is not None else cut[1:-1]
        grid = np.vstack([grid[cKDTree(cut).query(grid)[0] > 0.5 * step], inner])
    rim, arcs, points, triangles = _conforming(rim, arcs, grid, step)
    front = np.ones(len(triangles), bool)
    if curve is not None:
        top = _walk(rim, rim[arcs.index("neck")], garment.landmarks[garment.openings["neck"][1]])
        hole = np.vstack([curve, top[::-1]])
        front = _main_piece(triangles, ~_inside(hole, points[triangles].mean(axis=1)))
    return Panel(points, triangles, len(rim), tuple(arcs), front, middle)


def _middle_line(garment: Garment, rim: F64, arcs: list[str], curve: F64 | None) -> F64:
    """From the middle of the neckline to that of the hem; where it meets the boundary, a boundary point."""

    def middle_of(name: str) -> F64:
        start, end = (np.asarray(garment.landmarks[mark], np.float64) for mark in garment.openings[name])
        on = np.flatnonzero(np.array(arcs) == name)
        return np.asarray(rim[on[int(np.linalg.norm(rim[on] - (start + end) / 2, axis=1).argmin())]])

    top = middle_of("neck") if curve is None else curve[len(curve) // 2]
    return np.stack([top, middle_of("hem")])


def neck_curve(garment: Garment, samples: int = 61) -> F64 | None:
    """The front neck edge from neckL to neckR [frame pixels], or None without a neckline.

    Returns:
        Points, shape (samples, 2).
    """
    line: Neckline | None = garment.neckline
    if line is None or line.depth <= 0 or "neck" not in garment.openings:
        return None
    t = np.linspace(-1.0, 1.0, samples)[:, None]
    start, end = (np.asarray(garment.landmarks[name], np.float64) for name in ("neckL", "neckR"))
    base = start + (end - start) * (t + 1) / 2
    drop = line.depth * (1 - np.abs(t) ** line.power)
    return np.asarray(base + np.hstack([np.zeros_like(drop), drop]))


def _main_piece(triangles: I64, kept: Bool) -> Bool:
    """The largest piece of the kept triangles that hangs together by edges: no scraps beside a cut."""
    from scipy.sparse import coo_matrix
    from scipy.sparse.csgraph import connected_components

    rows = np.nonzero(kept)[0]
    sides = np.sort(triangles[rows][:, [[0, 1], [1, 2], [2, 0]]], axis=2).reshape(-1, 2)
    _, edge = np.unique(sides, axis=0, return_inverse=True)
    owner = np.repeat(np.arange(len(rows)), 3)
    touch = coo_matrix((np.ones(len(edge)), (owner, edge.ravel())))
    _, piece = connected_components(touch @ touch.T, directed=False)
    main = np.zeros(len(triangles), bool)
    main[rows[piece == np.bincount(piece).argmax()]] = True
    return main


def _walk(points: F64, start: F64, end: F64) -> F64:
    """Boundary points from the one nearest ``start`` forward to the one nearest ``end``."""
    i = int(np.linalg.norm(points - start, axis=1).argmin())
    j = int(np.linalg.norm(points - end, axis=1).argmin())
    return np.roll(points, -i, axis=0)[: (j - i) % len(points) + 1]


def _even(line: F64, step: float, least: int = 1) -> F64:
    """Resample an open line at even spacing, both ends kept."""
    length = np.r_[0.0, np.cumsum(np.linalg.norm(np.diff(line, axis=0), axis=1))]
    count = max(least, round(length[-1] / step))
    at = np.linspace(0.0, length[-1], count + 1)
    return np.stack([np.interp(at, length, line[:, k]) for k in (0, 1)], axis=1)


def _smooth(line: F64, sigma: float) -> F64:
    """Gaussian smoothing of an evenly sampled open line that keeps its ends."""
    reach = min(len(line) - 1, int(4 * sigma) + 1)
    if reach < 2:
        return line
    head = 2 * line[0] - line[reach:0:-1]
    tail = 2 * line[-1] - line[-2 : -reach - 2 : -1]
    padded = gaussian_filter1d(np.vstack([head, line, tail]), sigma, axis=0, mode="nearest")
    middle: F64 = padded[reach : reach + len(line)]
    middle[[0, -1]] = line[[0, -1]]
    return middle


def _corners(garment: Garment) -> dict[int, F64]:
    """Contour index of every landmark and the landmark itself, in contour order."""
    contour = garment.outline.contour
    found = {
        int(np.linalg.norm(contour - point, axis=1).argmin()): np.asarray(point, np.float64)
        for point in garment.landmarks.values()
    }
    return dict(sorted(found.items()))


def _opening_of(garment: Garment, corners: Mapping[int, F64]) -> dict[int, str]:
    """Opening that the contour runs along after each corner."""
    at = list(corners)
    names: dict[int, str] = {}
    for name, ends in garment.openings.items():
        first, last = (
            at.index(int(np.linalg.norm(garment.outline.contour - garment.landmarks[end], axis=1).argmin()))
            for end in ends
        )
        if first == last:
            raise LandmarkError(
                f"the opening '{name}' has no width (landmarks '{ends[0]}' and '{ends[1]}').",
                cure="Move the two landmarks apart.",
            )
        for k in range((last - first) % len(at)):
            names[at[(first + k) % len(at)]] = name
    return names


def _resample(garment: Garment, metres_per_px: float, step: float) -> tuple[F64, list[str]]:
    """Even boundary points with every landmark among them, and the opening each one starts."""
    contour = garment.outline.contour
    corners = _corners(garment)
    opening = _opening_of(garment, corners)
    at = list(corners)
    rim: list[F64] = []
    arcs: list[str] = []
    for i, j in zip(at, at[1:] + at[:1], strict=True):
        name = opening.get(i, "")
        arc = np.roll(contour, -i, axis=0)[: (j - i) % len(contour) + 1].astype(np.float64)
        arc[0], arc[-1] = corners[i], corners[j]
        arc = _even(arc, 1.0, least=4)
        sigma = next(m for key, m in _SMOOTH_M.items() if name == key or (key and name.startswith(key)))
        points = _even(_smooth(arc, sigma / metres_per_px), step, least=3 if name else 1)[:-1]
        rim.append(points)
        arcs += [name] * len(points)
    return np.vstack(rim), arcs


def _grid(rim: F64, step: float) -> F64:
    """Hexagonal points inside the rim, clear of it."""
    low, high = rim.min(axis=0), rim.max(axis=0)
    x, y = np.meshgrid(np.arange(low[0], high[0], step), np.arange(low[1], high[1], 0.866 * step))
    x[1::2] += step / 2
    grid = np.stack([x.ravel(), y.ravel()], axis=1)
    grid = grid[_inside(rim, grid)]
    near = cKDTree(_even(np.vstack([rim, rim[:1]]), step / 4)).query(grid)[0]
    return np.asarray(grid[near > 0.6 * step])


def _inside(polygon: F64, points: F64) -> Bool:
    """Which points lie inside a polygon."""
    loop = polygon.astype(np.float32).reshape(-1, 1, 2)
    return np.array([cv2.pointPolygonTest(loop, (float(x), float(y)), False) > 0 for x, y in points], bool)


def _conforming(rim: F64, arcs: list[str], grid: F64, step: float) -> tuple[F64, list[str], F64, I64]:
    """Delaunay triangles inside the rim, refined until every boundary edge is there and no chord.

    A missing boundary edge is halved. A chord, an inner edge between two boundary points, would be sewn to
    its twin on the other panel; a point in its middle keeps the panels apart.
    """
    for _ in range(6):
        n = len(rim)
        points = np.vstack([rim, grid])
        triangles = _inner_triangles(rim, points, step)
        edges = np.sort(triangles[:, [[0, 1], [1, 2], [2, 0]]].reshape(-1, 2), axis=1)
        edges, count = np.unique(edges, axis=0, return_counts=True)
        have = set(map(tuple, edges.tolist()))
        missing = [i for i in range(n) if tuple(sorted((i, (i + 1) % n))) not in have]
        chords = edges[(count == 2) & (edges < n).all(axis=1)]
        if not missing and not len(chords):
            break
        grid = np.vstack([grid, rim[chords].mean(axis=1)])
        if missing:
            middle = np.array([(rim[i] + rim[(i + 1) % n]) / 2 for i in missing])
            grid = grid[cKDTree(middle).query(grid)[0] > 0.4 * step]
            rim = np.insert(rim, [i + 1 for i in missing], middle, axis=0)
            arcs = [name for i, arc in enumerate(arcs) for name in ([arc, arc] if i in missing else [arc])]
    return rim, arcs, points, triangles


def _inner_triangles(rim: F64, points: F64, step: float) -> I64:
    """Delaunay triangles inside the rim, counter-clockwise in metres."""
    triangles = Delaunay(points).simplices.astype(np.int64)
    corner = points[triangles]
    one, two = corner[:, 1] - corner[:, 0], corner[:, 2] - corner[:, 0]
    area = one[:, 0] * two[:, 1] - one[:, 1] * two[:, 0]
    keep = (np.abs(area) > 0.02 * step**2) & _inside(rim, corner.mean(axis=1))
    triangles, area = triangles[keep], area[keep]
    triangles[area > 0] = triangles[area > 0][:, ::-1]
    return triangles
