"""Garments drawn by hand, in metres, and one body."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from fashion_models.arrays import F64
from fashion_models.garment.model import Category, Cutout, Garment, GarmentSize, Neckline, Outline, Sleeve
from fashion_models.person.body import Body, BodyShape, build_body
from fashion_models.photo import GarmentPhoto

PX = 0.0025

#: Right half of each outline, from the top down: landmark, x, y [m].
TEE = (
    ("neckR", 0.085, 0.0), ("tipR", 0.22, 0.045), ("cuffRo", 0.39, 0.145), ("cuffRi", 0.295, 0.31),
    ("pitR", 0.25, 0.24), ("hemR", 0.25, 0.68),
)  # fmt: skip
TANK = (("neckR", 0.075, 0.0), ("tipR", 0.12, 0.01), ("pitR", 0.24, 0.24), ("hemR", 0.24, 0.66))
#: Longer than a dress' least, its bent sleeves hanging beside a flared body.
COAT = (
    ("neckR", 0.085, 0.0), ("tipR", 0.2, 0.04), ("", 0.36, 0.4), ("cuffRo", 0.6, 0.84), ("cuffRi", 0.5, 0.88),
    ("", 0.29, 0.5), ("pitR", 0.25, 0.24), ("", 0.26, 0.5), ("hemR", 0.46, 1.0),
)  # fmt: skip
#: Its sleeves hang beside the body, and its armholes are short.
HANGING = (
    ("neckR", 0.085, 0.0), ("tipR", 0.21, 0.06), ("", 0.31, 0.18), ("", 0.37, 0.4), ("cuffRo", 0.36, 0.62),
    ("cuffRi", 0.27, 0.63), ("pitR", 0.24, 0.2), ("hemR", 0.24, 0.68),
)  # fmt: skip
SKIRT = (("waistR", 0.18, 0.0), ("hemR", 0.34, 0.55))
SHORTS = (
    ("waistR", 0.20, 0.0), ("", 0.25, 0.20), ("legRout", 0.28, 0.46), ("legRin", 0.02, 0.46),
    ("crotch", 0.0, 0.27),
)  # fmt: skip

UPPER = {"neck": ("neckL", "neckR"), "hem": ("hemR", "hemL")}
CUFFS = {"cuffR": ("cuffRo", "cuffRi"), "cuffL": ("cuffLi", "cuffLo")}
ARMS = {"armR": ("tipR", "pitR"), "armL": ("pitL", "tipL")}
LEGS = {"waist": ("waistL", "waistR"), "legR": ("legRout", "legRin"), "legL": ("legLin", "legLout")}

_KINDS = {
    "tee": (TEE, Category.T_SHIRT, Sleeve.SHORT, UPPER | CUFFS),
    "coat": (COAT, Category.TOP, Sleeve.LONG, UPPER | CUFFS),
    "hanging": (HANGING, Category.TOP, Sleeve.LONG, UPPER | CUFFS),
    "tank": (TANK, Category.TOP, Sleeve.NONE, UPPER | ARMS),
    "skirt": (SKIRT, Category.SKIRT, Sleeve.NONE, {"waist": ("waistL", "waistR"), "hem": ("hemR", "hemL")}),
    "shorts": (SHORTS, Category.SHORTS, Sleeve.NONE, LEGS),
}


def draw_garment(kind: str) -> Garment:
    """A garment as a perfect photo would show it."""
    half, category, sleeve, openings = _KINDS[kind]
    left = [(_mirrored(name), -x, y) for name, x, y in reversed(half) if name != "crotch"]
    corners = [*left, *half]
    at = np.array([(x, y) for _, x, y in corners])
    low = at.min(axis=0) - 0.05
    contour = (_outline(at) - low) / PX
    width, height = np.ceil(contour.max(axis=0) + 20).astype(int)
    mask = np.zeros((height, width), np.uint8)
    cv2.fillPoly(mask, [np.round(contour).astype(np.int32)], 1)
    rgb = np.full((height, width, 3), 180, np.uint8)
    upper = category.family == "upper"
    return Garment(
        photo=GarmentPhoto(rgb=rgb, alpha=None, digest=kind, name=kind),
        cutout=Cutout(
            alpha=mask.astype(np.float32), colour=rgb, segmenter="given", confidence=1.0, studio=True
        ),
        category=category,
        category_source="given",
        sleeve=sleeve,
        outline=Outline(
            mask=mask > 0, contour=contour, frame_from_photo=np.eye(3)[:2], angle_deg=0.0, symmetry=1.0
        ),
        landmarks={name: (np.array([x, y]) - low) / PX for name, x, y in corners if name},
        openings=openings,
        neckline=Neckline(depth=0.09 / PX, power=2.0, source="default") if upper else None,
        ghost=False,
    )


def _mirrored(name: str) -> str:
    for ending in ("R", "Rout", "Rin", "Ro", "Ri"):
        if name.endswith(ending):
            return name[: -len(ending)] + ending.replace("R", "L")
    return name


def _outline(corners: F64) -> F64:
    """Corners joined by straight lines, a point about every pixel."""
    parts = []
    for a, b in zip(corners, np.roll(corners, -1, axis=0), strict=True):
        count = max(2, int(np.linalg.norm(b - a) / PX))
        parts.append(a + (b - a) * np.linspace(0, 1, count, endpoint=False)[:, None])
    return np.vstack(parts)


@pytest.fixture(scope="session")
def size() -> GarmentSize:
    return GarmentSize(cm={}, source="chart", metres_per_px=PX, width_factor=1.0)


@pytest.fixture(scope="session")
def body() -> Body:
    return build_body(BodyShape(phenotypes=(("gender", 1.0), ("height", 0.5))))


@pytest.fixture(scope="session")
def garments() -> dict[str, Garment]:
    return {kind: draw_garment(kind) for kind in _KINDS}
