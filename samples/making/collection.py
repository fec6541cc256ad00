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
from making.fabrics import floral, jersey, plain_weave, rib, stripes, twill
from making.lower import Flare, Legs, lay_legs, lay_pleated
from making.photograph import Layout, Setting, alpha_picture, photograph
from making.prints import sunrise
from making.upper import Cut, Make, lay_dress, lay_upper

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
    setting = Setting(
        width=1100,
        height=1100,
        share=0.74,
        angle=-2.2 if not back else 1.6,
        seed=11 + back,
        middle=(0, 36),
        length=72,
    )
    canvas = Canvas(47, -3, 76, 2 * setting.px_per_cm)
    colour = "#b4573a"
    make = Make(
        cloth=jersey(colour, 0.10, "#d9a58c"),
        trim=jersey(colour, 0.05, "#d9a58c"),
        label="#efe6d8",
        seed=3 + back,
    )
    lay_upper(canvas, TEE, make, back=back)
    if not back:
        sunrise(canvas, top=19.0)
    return Laid(
        canvas=canvas, landmarks=TEE.points(), category="t-shirt", sleeve="short",
        view="back" if back else "front", size_cm=TEE_SIZE, setting=setting,
        ground=grounds.paper(1100, 1100, 5, "#d3d6d8"),
    )  # fmt: skip


def tee() -> Laid:
    """Short-sleeved t-shirt with a printed sunrise, on grey card."""
    return _tee(back=False)


def tee_back() -> Laid:
    """The same t-shirt from behind."""
    return _tee(back=True)


BRETON = Cut(
    neck=(11.5, 0.0), tip=(21.0, 3.6), pit=(24.0, 23.5), waist=(22.6, 42.0), hem=(24.0, 62.0), hem_drop=0.7,
    cuff_outer=(53.0, 43.0), cuff_inner=(45.5, 50.0), front_neck=6.0, back_neck=1.8, band=1.3, square=0.25,
)  # fmt: skip


def breton() -> Laid:
    """Long-sleeved striped top, on pale boards."""
    setting = Setting(width=1200, height=900, share=0.74, angle=1.8, seed=31, middle=(0, 30.5), length=62.7)
    canvas = Canvas(60, -3, 67, 2 * setting.px_per_cm)
    ground_cloth = jersey("#efe8da")
    cloth = stripes(ground_cloth, "#26334d", pitch=2.9, band=1.15, start=13.5, end=58.5)
    lay_upper(canvas, BRETON, Make(cloth=cloth, trim=ground_cloth, label="#26334d", sleeve_bend=1.8, seed=9))
    return Laid(
        canvas=canvas, landmarks=BRETON.points(), category="top", sleeve="long", view="front",
        size_cm={"length": 62.7, "chest": 48.0, "sleeve": 50.7}, setting=setting,
        ground=grounds.boards(900, 1200, 8, "#c4a27c"),
    )  # fmt: skip


TANK = Cut(
    neck=(10.2, 0.0), tip=(14.6, 0.5), pit=(21.5, 21.0), waist=(19.6, 38.0), hem=(21.8, 58.0), hem_drop=0.8,
    front_neck=13.0, back_neck=8.0, band=1.2, square=0.95,
)  # fmt: skip


def tank() -> Laid:
    """Ribbed tank top, on studio white."""
    setting = Setting(width=900, height=1100, share=0.80, angle=-1.2, seed=41, middle=(0, 29.4), length=58.8)
    canvas = Canvas(30, -3, 63, 2 * setting.px_per_cm)
    colour = "#7f9a80"
    lay_upper(
        canvas, TANK, Make(cloth=rib(colour), trim=jersey(colour), label="#f2efe6", seed=12, waves=0.26)
    )
    return Laid(
        canvas=canvas, landmarks=TANK.points(), category="top", sleeve="none", view="front",
        size_cm={"length": 58.8, "chest": 43.0}, setting=setting,
        ground=grounds.paper(1100, 900, 6, "#f1f1f0"),
    )  # fmt: skip


DRESS = Cut(
    neck=(8.8, 0.0), tip=(19.5, 3.8), pit=(22.5, 22.5), waist=(18.4, 39.0), hem=(37.0, 108.0), hem_drop=3.0,
    cuff_outer=(34.0, 14.5), cuff_inner=(27.6, 27.6), front_neck=14.0, back_neck=2.0, band=1.0, square=0.05,
)  # fmt: skip


def dress() -> Laid:
    """Short-sleeved dress with printed blossoms, on studio white."""
    setting = Setting(width=960, height=1200, share=0.86, angle=0.9, seed=51, middle=(0, 55), length=111)
    canvas = Canvas(45, -3, 115, 2 * setting.px_per_cm)
    plain = plain_weave("#22324e", 0.02)
    cloth = floral(plain, ["#e8b7b0", "#f3e3d0", "#d9737a"], "#6f8f7d", "#e2b04a", pitch=5.6)
    make = Make(cloth=cloth, trim=plain, label="#efe9df", seed=17, waves=0.24, inside=0.42)
    lay_dress(canvas, DRESS, make)
    return Laid(
        canvas=canvas, landmarks=DRESS.points(), category="dress", sleeve="short", view="front",
        size_cm={"length": 111.0, "chest": 45.0, "waist": 36.8}, setting=setting,
        ground=grounds.paper(1200, 960, 7, "#ededeb"),
    )  # fmt: skip


SKIRT = Flare(waist=(17.5, 0.0), hip=(24.0, 17.0), hem=(36.0, 62.0))


def skirt() -> Laid:
    """Pleated skirt, on light plaster."""
    setting = Setting(width=1000, height=1000, share=0.80, angle=-1.5, seed=61, middle=(0, 32.5), length=65)
    canvas = Canvas(43, -3, 69, 2 * setting.px_per_cm)
    cloth = plain_weave("#6d2436", 0.04)
    lay_pleated(canvas, SKIRT, cloth, cloth, pleats=17, seed=19)
    return Laid(
        canvas=canvas, landmarks=SKIRT.points(), category="skirt", sleeve="none", view="front",
        size_cm={"length": 64.6, "waist": 35.0, "hem": 72.0}, setting=setting,
        ground=grounds.plaster(1000, 1000, 9, "#c9c6c0"), sheen=0.05,
    )  # fmt: skip


CHINOS = Legs(waist=(20.5, 0.0), hip=(26.0, 24.0), crotch=29.0, hem_out=(24.0, 104.0), hem_in=(7.0, 104.6))


def trousers() -> Laid:
    """Cotton chinos, on bed linen."""
    setting = Setting(width=900, height=1200, share=0.86, angle=1.4, seed=71, middle=(0, 52.3), length=104.6)
    canvas = Canvas(34, -3, 109, 2 * setting.px_per_cm)
    lay_legs(canvas, CHINOS, twill("#6b6a45", "#8b885f", contrast=0.07, fade=0.25), seed=23, press=0.10)
    return Laid(
        canvas=canvas, landmarks=CHINOS.points(), category="trousers", sleeve="none", view="front",
        size_cm={"length": 104.6, "waist": 41.0, "hip": 52.0, "inseam": 75.6}, setting=setting,
        ground=grounds.linen(1200, 900, 10, "#dcdad5"),
    )  # fmt: skip


DENIM = Legs(
    waist=(20.0, 0.0), hip=(25.5, 20.0), crotch=26.5, hem_out=(29.5, 43.0), hem_in=(3.0, 45.5), band=4.0
)


def shorts() -> Laid:
    """Denim shorts, on pale boards."""
    setting = Setting(width=1100, height=900, share=0.76, angle=-1.8, seed=81, middle=(0, 22.5), length=45.5)
    canvas = Canvas(38, -3, 49, 2 * setting.px_per_cm)
    denim = twill("#3d5a80", "#a9bfd3", contrast=0.16, fade=0.85, thigh=(14.5, 24, 9, 17))
    lay_legs(canvas, DENIM, denim, seed=29, thread="#c98d4a", hem=2.2, jeans=True)
    return Laid(
        canvas=canvas, landmarks=DENIM.points(), category="shorts", sleeve="none", view="front",
        size_cm={"length": 45.5, "waist": 40.0, "hip": 51.0, "inseam": 19.0}, setting=setting,
        ground=grounds.boards(900, 1100, 14, "#d8c3a3", board=0.26),
    )  # fmt: skip


COLLECTION: dict[str, Callable[[], Laid]] = {
    "tee": tee,
    "tee-back": tee_back,
    "breton": breton,
    "tank": tank,
    "dress": dress,
    "skirt": skirt,
    "trousers": trousers,
    "shorts": shorts,
}


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
