"""The atlas that clothes both panels: `make_texture` → `Texture`.

Left half: the front panel; right half: the back panel, both in the front's frame. A point (x, y) of the frame
(w × h) has uv (x / 2w, 1 − y / h) on the front and (½ + x / 2w, 1 − y / h) on the back.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from fashion_models.arrays import F64, U8, Bool
from fashion_models.errors import LandmarkError
from fashion_models.garment.contour import arc, nearest
from fashion_models.garment.fabric import find_ground, find_print, flatten_light, without_print
from fashion_models.garment.model import Family, Garment
from fashion_models.garment.neckline import neck_curve
from fashion_models.garment.outline import framed

#: Longest side of the atlas [px].
MAX_SIDE = 4096
#: Least enlargement of the frame: cloth seen closer than the photo shows it must not turn blocky.
MIN_SCALE = 2
#: Colours this close to the outline [frame px] may hold background and are replaced by those further in.
UNSURE = 1.5
#: … and so may those on a rim this wide [frame px] where the garment covers less than this.
RIM, SURE_ALPHA = 14.0, 0.9
#: Points that guide the warp of a back photo on each stretch of outline between two landmarks.
GUIDES = 10
#: All landmarks in the order in which a clockwise contour meets them.
RING = (
    *("neckL", "neckR", "tipR", "cuffRo", "cuffRi", "pitR"),
    *("waistL", "waistR", "legRout", "legRin", "crotch", "legLin", "legLout"),
    *("hemR", "hemL", "pitL", "cuffLi", "cuffLo", "tipL"),
)
OTHER_SIDE = str.maketrans("LR", "RL")


@dataclass(frozen=True, kw_only=True, eq=False)
class Texture:
    """Colours of both panels.

    Attributes:
        atlas: sRGB, shape (h·S, 2·w·S, 3).
        back: 'photo' when the back was photographed, 'inferred' when it was made from the front's cloth.
    """

    atlas: U8
    back: str


def make_texture(front: Garment, back: Garment | None) -> Texture:
    """Make the texture atlas of a garment.

    Args:
        front: The garment's front.
        back: Its back, or None: then the back is the front's cloth without print and neckline.

    Returns:
        The texture.

    Raises:
        LandmarkError: The back is another kind of garment than the front.
    """
    scale = atlas_scale(front)
    inside = _inside(front, scale)
    picture = bleed(framed(front.cutout, front.outline, scale=scale), inside)
    ground = find_ground(picture, inside)
    picture = flatten_light(picture, ground)
    if back is None:
        upper = (
            front.category.family is Family.UPPER
        )  # skirts and trousers have seams and pockets, not prints
        behind = without_print(picture, inside, ground, _neck_zone(front, scale), prints=upper)
        behind = bleed(behind, inside)
    else:
        behind = _warped_back(front, back, scale)
    return Texture(atlas=np.hstack([picture, behind]), back="photo" if back is not None else "inferred")


def print_reach(garment: Garment) -> float:
    """How far a print reaches from the middle of the neck to either side [frame px]; 0 without a print."""
    inside = _inside(garment, 1)
    picture = bleed(framed(garment.cutout, garment.outline, scale=1), inside)
    marks = find_print(inside & ~_neck_zone(garment, 1), find_ground(picture, inside))
    columns = np.flatnonzero(marks.any(axis=0))
    if len(columns) == 0:
        return 0.0
    middle = float(garment.landmarks["neckL"][0] + garment.landmarks["neckR"][0]) / 2
    return max(middle - float(columns[0]), float(columns[-1]) - middle, 0.0)


def atlas_scale(garment: Garment) -> int:
    """Whole-number enlargement of the frame that keeps the photo's resolution within `MAX_SIDE`."""
    height, width = garment.outline.mask.shape
    photo_per_frame = 1 / float(np.hypot(*garment.outline.frame_from_photo[0, :2]))
    most = MAX_SIDE // max(height, 2 * width)
    return int(np.clip(np.ceil(photo_per_frame - 0.1), MIN_SCALE, most))


def bleed(picture: U8, inside: Bool) -> U8:
    """Carry the colours just inside the outline outwards, softer the farther they go.

    Args:
        picture: sRGB, shape (H, W, 3).
        inside: True where the colours are sure, shape (H, W).
    """
    import cv2

    distance, labels = cv2.distanceTransformWithLabels(
        (~inside).astype(np.uint8), cv2.DIST_L2, 5, labelType=cv2.DIST_LABEL_PIXEL
    )
    sure = np.zeros((int(labels.max()) + 1, 3), np.uint8)
    sure[labels[inside]] = picture[inside]
    carried = sure[labels]
    soft = cv2.GaussianBlur(carried, (0, 0), 5)
    fade = np.clip(distance / 14, 0, 1)[..., None].astype(np.float32)
    return np.asarray(np.round(carried * (1 - fade) + soft * fade), np.uint8)


def _inside(garment: Garment, scale: int) -> Bool:
    """Where the colours are surely the garment's, shape (h·S, w·S)."""
    import cv2

    height, width = garment.outline.mask.shape
    solid = np.zeros((height * scale, width * scale), np.uint8)
    cv2.fillPoly(solid, [np.round(garment.outline.contour * scale).astype(np.int32)], 1)
    to_atlas = np.diag([scale, scale]) @ garment.outline.frame_from_photo
    alpha = cv2.warpAffine(garment.cutout.alpha, to_atlas, solid.shape[::-1])
    blur = float(np.hypot(*garment.outline.frame_from_photo[0, :2]))  # a photo pixel in the frame
    depth = cv2.distanceTransform(solid, cv2.DIST_L2, 5) / scale
    return np.asarray((depth > UNSURE + 0.5 * blur) & ((alpha > SURE_ALPHA) | (depth > RIM)), bool)


def _neck_zone(garment: Garment, scale: int) -> Bool:
    """Where the front shows its neckline, collar, label and the inside of its back, shape (h·S, w·S)."""
    import cv2

    height, width = garment.outline.mask.shape
    zone = np.zeros((height * scale, width * scale), np.uint8)
    if garment.neckline is None:
        return zone > 0
    at = garment.landmarks
    neck = float(np.linalg.norm(at["neckR"] - at["neckL"]))
    across = np.array([0.12 * neck, 0.0])
    wider = {"neckL": at["neckL"] - across, "neckR": at["neckR"] + across}
    curve = neck_curve(wider, garment.neckline.depth + 0.22 * neck, garment.neckline.power)
    top = [[curve[-1, 0], 0.0], [curve[0, 0], 0.0]]
    cv2.fillPoly(zone, [np.round(np.vstack([curve, top]) * scale).astype(np.int32)], 1)
    return zone > 0


def _warped_back(front: Garment, back: Garment, scale: int) -> U8:
    """The back photo, mirrored and moved onto the front's outline by a thin-plate spline.

    Source: Bookstein, Principal Warps: Thin-Plate Splines and the Decomposition of Deformations, 1989.
    """
    import cv2
    from scipy.interpolate import RBFInterpolator

    if front.landmarks.keys() != back.landmarks.keys():
        raise LandmarkError(
            f"the front is a {front.category.value} with {front.sleeve.value} sleeves, the back a "
            f"{back.category.value} with {back.sleeve.value} sleeves.",
            cure="Give photos of the two sides of one garment, laid alike, or the landmarks of both.",
        )
    detail = max(scale, atlas_scale(back))
    picture = bleed(framed(back.cutout, back.outline, scale=detail), _inside(back, detail))
    picture = flatten_light(picture, find_ground(picture, _inside(back, detail)))
    here, there = _guides(front, mirrored=False), _guides(back, mirrored=True)
    here, first = np.unique(here, axis=0, return_index=True)
    there = there[first]
    spline = RBFInterpolator(here, there, kernel="thin_plate_spline", smoothing=1.0)
    height, width = front.outline.mask.shape
    step = 8
    xs, ys = np.arange(0, width + step, step, dtype=float), np.arange(0, height + step, step, dtype=float)
    grid = np.stack(np.meshgrid(xs, ys), axis=-1)
    moved = spline(grid.reshape(-1, 2)).reshape(grid.shape).astype(np.float32)
    x, y = (np.arange(n * scale, dtype=np.float32) / scale / step for n in (width, height))
    fine_x, fine_y = np.meshgrid(x, y)
    target = cv2.remap(moved, fine_x, fine_y, cv2.INTER_LINEAR) * detail
    return np.asarray(cv2.remap(picture, target, None, cv2.INTER_CUBIC, borderMode=cv2.BORDER_REPLICATE))


def _guides(garment: Garment, *, mirrored: bool) -> F64:
    """Points along the outline from landmark to landmark, in the order in which a front's contour meets them.

    A back photo shows the wearer's left on the picture's left: its landmarks change sides and its contour is
    walked the other way.
    """
    contour = garment.outline.contour
    names = [name for name in RING if name in garment.landmarks]
    if mirrored:
        names = [name.translate(OTHER_SIDE) for name in names]
    at = [nearest(contour, garment.landmarks[name]) for name in names]
    points = []
    for start, end in zip(at, at[1:] + at[:1], strict=True):
        places = arc(len(contour), end, start)[::-1] if mirrored else arc(len(contour), start, end)
        stops = np.linspace(0, len(places) - 1, GUIDES + 1)[:-1].round().astype(int)
        points.append(contour[places[stops]])
    return np.vstack(points)
