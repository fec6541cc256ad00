"""What was read from a garment photo: `inspection_picture` for people, `inspection_json` for programs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from fashion_models.arrays import F64, I32, U8
from fashion_models.garment.contour import arc, nearest
from fashion_models.garment.model import Garment, GarmentSize
from fashion_models.garment.neckline import neck_curve
from fashion_models.garment.outline import framed
from fashion_models.garment.texture import make_texture

if TYPE_CHECKING:
    from PIL.ImageDraw import ImageDraw
    from PIL.ImageFont import FreeTypeFont, ImageFont

    from fashion_models.garment.pattern import Pattern

#: Height of the drawn garment, of the header and of the legend, and the rim around all [px].
BODY, HEADER, LEGEND, RIM = 900, 96, 64, 36
#: Greatest width of the drawn garment [px].
MAX_WIDTH = 1000
#: Room beside the garment for the landmarks' names [px].
LABEL_ROOM = 96
INK, QUIET, OUTLINE, POINT = (28, 28, 34), (110, 112, 122), (232, 58, 142), (20, 20, 24)
#: Colour of each opening, by the beginning of its name.
OPENING_COLOURS = {
    "neckline": (22, 163, 74),
    "neck": (22, 163, 74),
    "waist": (22, 163, 74),
    "hem": (37, 99, 235),
    "cuff": (234, 120, 12),
    "arm": (234, 120, 12),
    "leg": (37, 99, 235),
}
#: Words for the legend.
OPENING_WORDS = {"cuff": "cuffs", "arm": "armholes", "leg": "legs"}


def inspection_json(garment: Garment, size: GarmentSize | None, pattern: Pattern | None) -> dict[str, Any]:
    """Everything that was read, ready for JSON. Points are in photo pixels."""
    to_photo = _photo_from_frame(garment)
    outline = garment.outline
    facts: dict[str, Any] = {
        "photo": {"name": garment.photo.name, "digest": garment.photo.digest},
        "segmenter": garment.cutout.segmenter,
        "confidence": round(garment.cutout.confidence, 3),
        "category": garment.category.value,
        "category_source": garment.category_source,
        "sleeve": garment.sleeve.value,
        "ghost_mannequin": garment.ghost,
        "tilt_deg": round(outline.angle_deg, 2),
        "symmetry": round(outline.symmetry, 3),
        "landmarks": {name: _moved(point, to_photo) for name, point in garment.landmarks.items()},
        "openings": {name: list(ends) for name, ends in garment.openings.items()},
        "outline": [_moved(point, to_photo) for point in outline.contour[::4]],
    }
    if garment.neckline is not None:
        curve = neck_curve(garment.landmarks, garment.neckline.depth, garment.neckline.power, 21)
        facts["neckline"] = {
            "source": garment.neckline.source,
            "curve": [_moved(point, to_photo) for point in curve],
        }
    if size is not None:
        facts["size_cm"], facts["size_source"] = dict(size.cm), size.source
        facts["width_factor"] = round(size.width_factor, 3)
    if pattern is not None:
        facts["pattern"] = {"vertices": len(pattern.flat), "triangles": len(pattern.triangles)}
    return facts


def inspection_picture(garment: Garment, pattern: Pattern | None, *, size: GarmentSize | None = None) -> U8:
    """Draw the cut-out with its outline, openings and landmarks, and beside it the pattern.

    Args:
        garment: What was read.
        pattern: Its pattern, drawn with its texture; None leaves it out.
        size: Its size, named in the header; None leaves it out.

    Returns:
        sRGB, shape (H, W, 3).
    """
    from PIL import Image, ImageDraw

    reading = _reading(garment)
    parts = [reading] if pattern is None else [reading, *_panels(garment, pattern)]
    width = sum(part.shape[1] for part in parts) + RIM * (len(parts) + 1)
    sheet = Image.new("RGB", (max(width, 720), HEADER + BODY + LEGEND + RIM), "white")
    left = RIM
    draw = ImageDraw.Draw(sheet)
    for part, title in zip(parts, ("", "front panel", "back panel"), strict=False):
        sheet.paste(Image.fromarray(part), (left, HEADER + (BODY - part.shape[0]) // 2))
        if title:
            draw.text((left + part.shape[1] / 2, HEADER - 8), title, QUIET, _font(20), anchor="ms")
        left += part.shape[1] + RIM
    _header(draw, garment, size)
    _legend(draw, garment, HEADER + BODY + 18)
    return np.asarray(sheet)


def _reading(garment: Garment) -> U8:
    """The cut-out on its paled photo, outline, openings and landmarks."""
    import cv2
    from PIL import Image, ImageDraw

    outline = garment.outline
    height, width = outline.mask.shape
    zoom = min(BODY / height, MAX_WIDTH / width)
    picture = framed(garment.cutout, outline, scale=zoom)
    to_sheet = np.diag([zoom, zoom]) @ outline.frame_from_photo
    alpha = cv2.warpAffine(garment.cutout.alpha, to_sheet, picture.shape[1::-1])
    white = (255, 255, 255)
    photo = cv2.warpAffine(garment.photo.rgb, to_sheet, picture.shape[1::-1], borderValue=white)
    cover = np.clip(alpha, 0, 1)[..., None]
    paled = 255 - 0.35 * (255.0 - photo)
    drawn = np.round(picture * cover + paled * (1 - cover)).astype(np.uint8)
    _line(drawn, outline.contour * zoom, OUTLINE, 2, closed=True)
    for name, (start, end) in garment.openings.items():
        ends = (nearest(outline.contour, garment.landmarks[corner]) for corner in (start, end))
        _line(drawn, outline.contour[arc(len(outline.contour), *ends)] * zoom, _colour(name), 6)
    if garment.neckline is not None:
        curve = neck_curve(garment.landmarks, garment.neckline.depth, garment.neckline.power) * zoom
        for k in range(0, len(curve) - 3, 5):
            _line(drawn, curve[k : k + 4], _colour("neckline"), 4)
    drawn = np.pad(drawn, ((0, 0), (LABEL_ROOM, LABEL_ROOM), (0, 0)), constant_values=255)
    sheet = Image.fromarray(drawn)
    _label(ImageDraw.Draw(sheet), garment, zoom, drawn.shape)
    return np.asarray(sheet)


def _label(draw: ImageDraw, garment: Garment, zoom: float, shape: tuple[int, ...]) -> None:
    """Dot every landmark and write its name at the nearer side, names of one side never on one another."""
    height, width = shape[:2]
    for side in (-1, 1):
        mine = [
            (point[0] * zoom + LABEL_ROOM, point[1] * zoom, name)
            for name, point in sorted(garment.landmarks.items(), key=lambda item: item[1][1])
            if (point[0] * zoom + LABEL_ROOM >= width / 2) == (side > 0)
        ]
        row = 14.0
        for k, (x, y, name) in enumerate(mine):
            row = min(max(y, row), height - 26.0 * (len(mine) - k) + 8)
            text_x = LABEL_ROOM - 14 if side < 0 else width - LABEL_ROOM + 14
            draw.line([(x, y), (text_x, row)], fill=QUIET, width=1)
            draw.ellipse([x - 6, y - 6, x + 6, y + 6], fill="white", outline=POINT, width=3)
            draw.text((text_x + 4 * side, row), name, INK, _font(20), anchor="rm" if side < 0 else "lm")
            row += 26


def _panels(garment: Garment, pattern: Pattern) -> list[U8]:
    """Front and back panel at one scale, cut from the atlas, the back as it is seen from behind."""
    atlas = make_texture(garment, None).atlas
    on_back = pattern.uv[pattern.rest_triangles].mean(axis=1)[:, 0] > 0.5
    sides = [pattern.rest_triangles[~on_back], pattern.rest_triangles[on_back]]
    wide, tall = np.max([np.ptp(pattern.rest[side].reshape(-1, 2), axis=0) for side in sides], axis=0)
    px_per_m = 0.92 * min(BODY / tall, MAX_WIDTH / wide)
    return [_panel(pattern.rest, side, pattern.uv, atlas, px_per_m) for side in sides]


def _panel(rest: F64, triangles: I32, uv: F64, atlas: U8, px_per_m: float) -> U8:
    """One panel on white, drawn triangle by triangle from the atlas."""
    import cv2

    corners = rest[triangles] * [1, -1] * px_per_m
    corners = corners - corners.min(axis=(0, 1)) + 6
    size = np.ceil(corners.max(axis=(0, 1))).astype(int) + 6
    owner = np.full((size[1], size[0]), -1, np.int32)
    for k, triangle in enumerate(corners):
        cv2.fillConvexPoly(owner, np.round(triangle).astype(np.int32), k)
    rows, columns = np.nonzero(owner >= 0)
    mine = owner[rows, columns]
    a, b, c = (corners[mine, k] for k in range(3))
    point = np.stack([columns, rows], axis=1) - a
    (ux, uy), (vx, vy) = (b - a).T, (c - a).T
    area = ux * vy - uy * vx
    s, t = (point[:, 0] * vy - point[:, 1] * vx) / area, (ux * point[:, 1] - uy * point[:, 0]) / area
    at = uv[triangles[mine]]
    where = at[:, 0] + s[:, None] * (at[:, 1] - at[:, 0]) + t[:, None] * (at[:, 2] - at[:, 0])
    x = np.clip(where[:, 0] * atlas.shape[1], 0, atlas.shape[1] - 1).astype(int)
    y = np.clip((1 - where[:, 1]) * atlas.shape[0], 0, atlas.shape[0] - 1).astype(int)
    drawn = np.full((*owner.shape, 3), 255, np.uint8)
    drawn[rows, columns] = atlas[y, x]
    rim, _ = cv2.findContours((owner >= 0).astype(np.uint8), cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_NONE)
    cv2.drawContours(drawn, rim, -1, OUTLINE, 2, cv2.LINE_AA)
    return drawn


def _header(draw: ImageDraw, garment: Garment, size: GarmentSize | None) -> None:
    sleeves = "" if garment.sleeve.value == "none" else f", {garment.sleeve.value} sleeves"
    draw.text((RIM, 44), f"{garment.category.value}{sleeves}", INK, _font(34), anchor="ls")
    said = [f"category {garment.category_source}", f"confidence {garment.cutout.confidence:.2f}"]
    if garment.neckline is not None:
        said.append(f"neckline {garment.neckline.source}")
    if garment.ghost:
        said.append("ghost mannequin")
    if size is not None:
        said.append(", ".join(f"{name} {cm:g}" for name, cm in size.cm.items()) + f" cm ({size.source})")
    draw.text((RIM, 72), "  ·  ".join(said), QUIET, _font(18), anchor="ls")


def _legend(draw: ImageDraw, garment: Garment, top: float) -> None:
    x = float(RIM)
    kinds = dict.fromkeys(name.rstrip("LR") for name in garment.openings)
    rows = [("outline, sewn", OUTLINE), *((OPENING_WORDS.get(k, k) + ", open", _colour(k)) for k in kinds)]
    if garment.neckline is not None:
        rows.append(("front neckline (dashed)", _colour("neckline")))
    for words, colour in rows:
        draw.rounded_rectangle([x, top + 8, x + 28, top + 16], 4, fill=colour)
        draw.text((x + 38, top + 12), words, INK, _font(18), anchor="lm")
        x += 38 + draw.textlength(words, _font(18)) + 30


def _line(
    picture: U8, points: F64, colour: tuple[int, int, int], thickness: int, *, closed: bool = False
) -> None:
    import cv2

    fixed = np.round(points * 16).astype(np.int32)  # four binary places
    cv2.polylines(picture, [fixed], closed, colour, thickness, cv2.LINE_AA, 4)


def _font(size: int) -> FreeTypeFont | ImageFont:
    from PIL import ImageFont

    return ImageFont.load_default(size)


def _colour(opening: str) -> tuple[int, int, int]:
    return next((rgb for name, rgb in OPENING_COLOURS.items() if opening.startswith(name)), QUIET)


def _photo_from_frame(garment: Garment) -> F64:
    import cv2

    return np.asarray(cv2.invertAffineTransform(garment.outline.frame_from_photo), np.float64)


def _moved(point: F64, affine: F64) -> list[float]:
    return [round(float(value), 1) for value in affine[:, :2] @ point + affine[:, 2]]
