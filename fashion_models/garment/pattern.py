"""The sewing pattern: two panels in metres, sewn along the outline, with the photo's texture coordinates."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from scipy.spatial import cKDTree

from fashion_models.arrays import F64, I32, I64, Bool
from fashion_models.garment.arms import narrow_neck, neck_share, shorten_sleeves
from fashion_models.garment.ease import fit_sleeves, fit_waist, longest_leg, rise_share, seat_height
from fashion_models.garment.grade import graded
from fashion_models.garment.legs import fit_legs, fit_rise, fork_legs, straighten_legs
from fashion_models.garment.limbs import flat_sleeves, in_sleeve
from fashion_models.garment.model import Category, Family, Garment, GarmentSize
from fashion_models.garment.opened import cut_open
from fashion_models.garment.panel import Panel, make_panel
from fashion_models.garment.recut import recut_sleeves
from fashion_models.garment.skirts import even_sides, level_hem, narrow_skirt, widen_skirt
from fashion_models.garment.split import split_long_edges, unfolded
from fashion_models.garment.texture import print_reach
from fashion_models.person.body import Body
from fashion_models.person.trunk import measure_legs, measure_rise, measure_trunk

#: Cloth vertices a pattern aims at, and the edge lengths allowed for it [m].
_VERTICES = 2900
_STEP_M = (0.011, 0.024)
#: Edges of widened cloth that are longer than this many steps are halved.
_LONGEST = 1.6


@dataclass(frozen=True, eq=False, kw_only=True)
class Pattern:
    """A front and a back panel, sewn.

    Panel vertices (R) are cloth vertices (N) split along the seams. Rest coordinates carry the shape the
    cloth was cut to; flat coordinates lie in one frame for both panels (x to the wearer's left, y up, origin
    at the middle of neck or waist) and keep the photo's outline.

    Attributes:
        rest: Panel vertices [m], shape (R, 2).
        rest_triangles: Panel vertex indices, shape (M, 3).
        triangles: The same triangles as cloth vertex indices, outward normals, shape (M, 3).
        welded: Cloth vertex of each panel vertex, shape (R,).
        uv: Atlas coordinates of each panel vertex, v up, shape (R, 2).
        flat: Flat position of each cloth vertex [m], shape (N, 2).
        back: Cloth vertices of the back panel; seam vertices count as front, shape (N,).
        seam: Cloth vertices on a seam, shape (N,).
        opening: Opening a cloth vertex borders, '' elsewhere; the front neck is 'neckline'; length N.
        landmarks: Landmark name to flat position [m].
        sleeves: Cloth vertices in the sleeve of the wearer's side 'L' or 'R', each shape (N,); empty without.
        seat_m: Height of the waist edge above the crotch of the wearer [m]; None for the upper family.
        family: Construction.
    """

    rest: F64
    rest_triangles: I32
    triangles: I32
    welded: I32
    uv: F64
    flat: F64
    back: Bool
    seam: Bool
    opening: tuple[str, ...]
    landmarks: Mapping[str, F64]
    sleeves: Mapping[str, Bool]
    seat_m: float | None
    family: Family

    @property
    def edges(self) -> I64:
        """Cloth edges, each once, shape (E, 2)."""
        t = self.triangles.astype(np.int64)
        both = np.sort(np.concatenate([t[:, [0, 1]], t[:, [1, 2]], t[:, [2, 0]]]), axis=1)
        return np.unique(both, axis=0)

    def borders(self, name: str) -> Bool:
        """Cloth vertices on an opening, its sewn ends not counted, shape (N,)."""
        return np.array([o == name for o in self.opening], bool)


def make_pattern(
    garment: Garment,
    size: GarmentSize,
    body: Body,
    *,
    step_m: float | None = None,
    open_front: bool = False,
) -> Pattern:
    """Cut and sew the pattern of a garment.

    Args:
        garment: What the photo shows.
        size: Scale and width factor.
        body: Wearer; a waistband is cut to sit on this body, and no sleeve narrower than its arm.
        step_m: Edge length [m]; None chooses it for about 2900 vertices.
        open_front: Cut the front of an upper garment open down its middle.

    Returns:
        The pattern.
    """
    scale = size.metres_per_px
    if step_m is None:
        area = float(garment.outline.mask.sum()) * scale**2 * size.width_factor
        step_m = float(np.clip(np.sqrt(2 * area / (0.866 * _VERTICES)), *_STEP_M))
    panel = make_panel(garment, scale, step_m, open_front=open_front)
    if garment.category.family is Family.UPPER:
        top = 1.0 if size.source == "chart" else neck_share(garment, size, body)
        kept = print_reach(garment) * scale if size.width_factor != 1 else 0.0
        frame, sleeves = _Frame(garment, size, top=top, kept=kept), parted_sleeves(panel, garment)
        flat, marks = frame.flat(panel.points, sleeves), frame.landmarks
        if size.source != "chart":
            flat, marks = narrow_neck(flat, marks, garment, size, body)
        flat, marks = recut_sleeves(flat, marks, sleeves, body)
        if size.source != "chart":
            flat, marks = shorten_sleeves(flat, marks, sleeves, body)
        if garment.category is Category.DRESS:
            trunk = ~np.any([np.zeros(len(flat), bool), *sleeves.values()], axis=0)
            pits = float(np.mean([marks[f"pit{side}"][1] for side in "LR"]))
            flat = even_sides(flat, _on_seam(panel), trunk, pits)
            flat = level_hem(flat, _on_seam(panel) & trunk, _on(panel, "hem"), pits)
        flat = fit_sleeves(flat, marks, sleeves, body)
        flat = unfolded(panel, flat)
        panel, flat, sleeves = split_long_edges(panel, flat, sleeves, _LONGEST * step_m)
        sewn = _sew(garment, marks, panel, flat, flat, None, sleeves)
        if panel.middle is None:
            return sewn
        return cut_open(sewn, _in_atlas(panel.middle, garment))
    if garment.category.family is Family.LEGS:
        return _trousers(garment, size, panel, body)
    return _skirt(garment, size, panel, body)


def _trousers(garment: Garment, size: GarmentSize, panel: Panel, body: Body) -> Pattern:
    """Cut trousers and shorts: straight, with a fork, their rise and waist the wearer's."""
    posed = body.pose({})
    trunk = measure_trunk(posed)
    seat = seat_height(garment, size, trunk)
    frame = _Frame(garment, size, rise_share(garment, size, trunk))
    names = list(frame.landmarks)
    count = len(panel.points)
    points = np.vstack([frame.flat(panel.points), *frame.landmarks.values()])
    seam = np.r_[_on_seam(panel), np.zeros(len(names), bool)]

    def marks() -> dict[str, F64]:
        return dict(zip(names, points[count:], strict=True))

    points = even_sides(points, seam & (points[:, 1] > marks()["crotch"][1]), np.ones(len(points), bool))
    points = straighten_legs(points, seam, marks(), longest_leg(size, trunk))
    points = fit_legs(points, marks(), body)
    flat = points[:count]
    rest = fit_waist(fork_legs(flat, marks()), trunk, seat, skirt=False)
    lower = trunk.crotch - seat - float(marks()["crotch"][1])  # where the cut has its crotch
    through, side = (way + lower for way in measure_rise(posed, seat))
    rest = fit_rise(rest, _on_seam(panel), _on(panel, "waist"), marks(), through, side)
    return _sew(garment, marks(), panel, flat, rest, seat - trunk.crotch)


def _skirt(garment: Garment, size: GarmentSize, panel: Panel, body: Body) -> Pattern:
    """Cut a skirt: even sides, wide enough for hips and legs, its hem level all round."""
    posed = body.pose({})
    trunk = measure_trunk(posed)
    seat = seat_height(garment, size, trunk)
    frame = _Frame(garment, size)
    cut = frame.flat(panel.points)
    cut = even_sides(cut, _on_seam(panel), np.ones(len(cut), bool))
    if size.source != "chart":
        legs = measure_legs(posed)
        cut = narrow_skirt(widen_skirt(cut, trunk, legs, seat), trunk, legs, seat)
    rest = level_hem(fit_waist(cut, trunk, seat, skirt=True), _on_seam(panel), _on(panel, "hem"))
    return _sew(garment, frame.landmarks, panel, rest, rest, seat - trunk.crotch)


def _on_seam(panel: Panel) -> Bool:
    """Panel points on a seam, shape (P,)."""
    return np.concatenate([~panel.open_rim, np.zeros(len(panel.points) - panel.rim, bool)])


def _on(panel: Panel, opening: str) -> Bool:
    """Panel points on an opening, its corners too, shape (P,)."""
    arcs = np.array([arc == opening for arc in panel.arcs], bool)
    inner = np.zeros(len(panel.points) - panel.rim, bool)
    return np.concatenate([arcs | np.roll(arcs, 1), inner])


@dataclass(frozen=True, eq=False)
class _Frame:
    """From frame pixels to flat metres; ``rise`` is the share that rows above a crotch keep.

    ``top`` is the share of their width that shoulders keep, ``kept`` how far a print reaches from the middle
    [m]: within it nothing is widened, for a print is as large on every size.
    """

    garment: Garment
    size: GarmentSize
    rise: float = 1.0
    top: float = 1.0
    kept: float = 0.0

    def flat(self, points: F64, sleeves: Mapping[str, Bool] | None = None) -> F64:
        """Flat positions [m], shape (N, 2), of points that lie in the sleeves or the body."""
        flat = graded(self.garment, self.size, points, sleeves or {}, top=self.top, kept=self.kept)
        if self.rise == 1.0:
            return flat
        crotch = graded(self.garment, self.size, np.asarray(self.garment.landmarks["crotch"])[None], {})[0, 1]
        y = flat[:, 1] - (1 - self.rise) * np.maximum(flat[:, 1], crotch)
        return np.stack([flat[:, 0], y], axis=1)

    @property
    def landmarks(self) -> dict[str, F64]:
        """Landmarks in the flat frame [m]."""
        marks = self.garment.landmarks
        cuffs = {"L": "cuffR", "R": "cuffL"}
        sleeves = {
            side: np.array([mark.startswith(cuff) for mark in marks], bool) for side, cuff in cuffs.items()
        }
        points = self.flat(np.stack([np.asarray(point) for point in marks.values()]), sleeves)
        return dict(zip(marks, points, strict=True))


def parted_sleeves(panel: Panel, garment: Garment) -> dict[str, Bool]:
    """Panel points in the sleeve of each of the wearer's sides, shape (P,)."""
    edges = panel.triangles[:, [[0, 1], [1, 2], [2, 0]]].reshape(-1, 2)
    sleeves = flat_sleeves(garment.landmarks)
    return {side: in_sleeve(sleeve, panel.points, edges) for side, sleeve in sleeves.items()}


def _sew(
    garment: Garment,
    landmarks: Mapping[str, F64],
    panel: Panel,
    flat: F64,
    rest: F64,
    seat: float | None,
    sleeves: Mapping[str, Bool] | None = None,
) -> Pattern:
    """Join front and back: the seam part of the boundary is shared."""
    count = len(panel.points)
    seam = np.zeros(count, bool)
    seam[: panel.rim] = ~panel.open_rim
    partner = np.where(seam, np.arange(count), np.arange(count) + count)
    front, back = panel.triangles[panel.front], panel.triangles[:, ::-1]
    split = np.vstack([front, back + count])
    sewn = np.vstack([front, partner[back]])
    cloth_used, panel_used = np.unique(sewn), np.unique(split)
    new_cloth = np.full(2 * count, -1)
    new_cloth[cloth_used] = np.arange(len(cloth_used))
    new_panel = np.full(2 * count, -1)
    new_panel[panel_used] = np.arange(len(panel_used))
    owner = np.r_[np.arange(count), partner]
    uv = _in_atlas(panel.points, garment)
    apart = [-1.0, 1.0], [4 * float(np.abs(rest[:, 0]).max()), 0.0]
    on_seam = np.r_[seam, np.zeros(count, bool)][cloth_used]
    return Pattern(
        rest=np.vstack([rest, rest * apart[0] + apart[1]])[panel_used],
        rest_triangles=new_panel[split].astype(np.int32),
        triangles=new_cloth[sewn].astype(np.int32),
        welded=new_cloth[owner[panel_used]].astype(np.int32),
        uv=np.vstack([uv, uv + np.array([0.5, 0.0])])[panel_used],
        flat=np.vstack([flat, flat])[cloth_used],
        back=cloth_used >= count,
        seam=on_seam,
        opening=_openings(panel, cloth_used, new_cloth[sewn], on_seam),
        landmarks=landmarks,
        sleeves={side: np.r_[inside, inside][cloth_used] for side, inside in (sleeves or {}).items()},
        seat_m=seat,
        family=garment.category.family,
    )


def _in_atlas(points: F64, garment: Garment) -> F64:
    """Atlas coordinates on the front of frame pixels, v up, shape (N, 2)."""
    height, width = garment.outline.mask.shape
    return np.stack([points[:, 0] / (2 * width), 1 - points[:, 1] / height], axis=1)


def _openings(panel: Panel, used: I64, triangles: I64, seam: Bool) -> tuple[str, ...]:
    """Opening of each cloth vertex: those of the rim, and the cut neckline on the front."""
    count = len(panel.points)
    rim = np.full(count, "", dtype="<U16")
    rim[: panel.rim] = np.where(panel.open_rim, panel.arcs, "")
    names = np.r_[rim, rim][used]
    edges = np.sort(
        np.concatenate([triangles[:, [0, 1]], triangles[:, [1, 2]], triangles[:, [2, 0]]]), axis=1
    )
    each, times = np.unique(edges, axis=0, return_counts=True)
    border = np.zeros(len(used), bool)
    border[each[times == 1].ravel()] = True
    names[border & (names == "") & ~seam & (used < count)] = "neckline"
    return tuple(str(n) for n in names)


def nearest_seam(pattern: Pattern) -> F64:
    """Flat distance of each cloth vertex to the nearest seam [m], shape (N,)."""
    return np.asarray(cKDTree(pattern.flat[pattern.seam]).query(pattern.flat)[0])
