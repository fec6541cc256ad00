"""The sample garments by name."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from PIL import Image

from fashion_models.arrays import F32
from making import grounds
from making.canvas import Canvas
from making.fabrics import jersey, rib
from making.photograph import Layout, Setting, alpha_picture, photograph
from making.prints import sunrise
from making.upper import Cut, Make, lay_upper

Point = tuple[float, float]


@dataclass(frozen=True, kw_only=True)
class Laid:
    """A drawn garment and what is known about it."""

    canvas: Canvas
    landmarks: dict[str, Point]
    category: str
    sleeve: str
    view: str
    size_cm: dict[str, float]
    setting: Setting
    ground: F32
    sheen: float = 0.0


TEE = Cut(
    neck=(9.2, 0.0), tip=(23.5, 4.6), pit=(27.0, 25.5), waist=(26.2, 45.0), hem=(27.0, 71.0),
    cuff_outer=(42.5, 16.5), cuff_inner=(33.6, 31.0), front_neck=10.0, back_neck=2.4,
)  # fmt: skip
TEE_SIZE = {"length": 72.0, "chest": 54.0, "sleeve": 22.4}


def _tee(back: bool) -> Laid:
    setting = Setting(width=1100, height=1100, share=0.74, angle=-2.2 if not back else 1.6, seed=11 + back, middle=(0, 36), length=72)
    canvas = Canvas(47, -3, 76, 2 * setting.px_per_cm)
    colour = "#b4573a"
    make = Make(cloth=jersey(colour, 0.10, "#d9a58c"), trim=jersey(colour, 0.05, "#d9a58c"), label="#efe6d8", seed=3 + back)
    lay_upper(canvas, TEE, make, back=back)
    if not back:
        sunrise(canvas, top=19.0)
    return Laid(
        canvas=canvas, landmarks=TEE.points(), category="t-shirt", sleeve="short", view="back" if back else "front",
        size_cm=TEE_SIZE, setting=setting, ground=grounds.paper(1100, 1100, 5, "#d3d6d8"),
    )  # fmt: skip


def tee() -> Laid:
    """Short-sleeved t-shirt with a printed sunrise, on grey card."""
    return _tee(back=False)


def tee_back() -> Laid:
    """The same t-shirt from behind."""
    return _tee(back=True)


COLLECTION: dict[str, Callable[[], Laid]] = {"tee": tee, "tee-back": tee_back}


def make_sample(name: str, folder: Path) -> dict[str, Any]:
    """Draw, photograph and save one sample.

    Returns:
        What is true about it.
    """
    laid = COLLECTION[name]()
    picture, cover = photograph(laid.canvas, laid.setting, laid.ground, laid.sheen)
    Image.fromarray(picture).save(folder / f"{name}.jpg", quality=90, optimize=True)
    Image.fromarray(alpha_picture(cover, 1200)).save(folder / f"{name}-mask.png", optimize=True)
    layout = Layout(laid.setting)
    return {
        "category": laid.category,
        "sleeve": laid.sleeve,
        "view": laid.view,
        "size_cm": laid.size_cm,
        "photo_px": [laid.setting.width, laid.setting.height],
        "landmarks_px": {key: layout.picture_point(at) for key, at in laid.landmarks.items()},
    }
