"""Garments drawn as polygons, whose landmarks are known, as photos with a given cut-out."""

from __future__ import annotations

from collections.abc import Callable

import cv2
import numpy as np
import pytest

from fashion_models.garment.model import Cutout
from fashion_models.photo import GarmentPhoto

#: Corners of each shape, clockwise, in a 200 × 240 picture.
SHAPES: dict[str, list[tuple[float, float]]] = {
    "tee": [
        *((82, 20), (100, 26), (118, 20), (145, 30), (195, 75), (177, 95), (154, 75)),
        *((155, 185), (45, 185), (46, 75), (23, 95), (5, 75), (55, 30)),
    ],
    "worn": [
        *((82, 20), (100, 26), (118, 20), (145, 30), (195, 75), (177, 95), (154, 75)),
        *((155, 225), (45, 225), (46, 75), (23, 95), (5, 75), (55, 30)),
    ],
    "long": [
        *((82, 20), (100, 26), (118, 20), (140, 30), (196, 150), (176, 160), (148, 75)),
        *((148, 170), (52, 170), (52, 75), (24, 160), (4, 150), (60, 30)),
    ],
    "merged": [
        *((85, 20), (100, 26), (115, 20), (135, 28), (150, 45), (165, 90), (172, 195), (148, 197)),
        *((146, 205), (54, 205), (52, 197), (28, 195), (35, 90), (50, 45), (65, 28)),
    ],
    "cape": [
        *((85, 20), (100, 26), (115, 20), (135, 28), (150, 45), (165, 90), (172, 195)),
        *((28, 195), (35, 90), (50, 45), (65, 28)),
    ],
    "hood": [
        *((84, 40), (80, 15), (100, 4), (120, 15), (116, 40), (140, 50), (196, 165), (176, 175), (148, 95)),
        *((148, 190), (52, 190), (52, 95), (24, 175), (4, 165), (60, 50)),
    ],
    "hung": [
        *((70, 18), (80, 18), (80, 30), (120, 30), (120, 18), (130, 18), (130, 30), (140, 30)),
        *((165, 125), (35, 125), (60, 30), (70, 30)),
    ],
    "tank": [
        *((70, 20), (80, 20), (85, 55), (100, 65), (115, 55), (120, 20), (130, 20), (133, 60), (148, 85)),
        *((148, 210), (52, 210), (52, 85), (67, 60)),
    ],
    "sundress": [
        *((84, 15), (90, 15), (92, 35), (108, 35), (110, 15), (116, 15), (120, 45), (125, 70)),
        *((190, 225), (10, 225), (75, 70), (80, 45)),
    ],
    "strapless": [(68, 30), (132, 30), (130, 95), (172, 180), (28, 180), (70, 95)],
    "singlet": [
        *((62, 20), (74, 20), (80, 60), (100, 72), (120, 60), (126, 20), (138, 20), (142, 60), (150, 85)),
        *((152, 170), (48, 170), (50, 85), (58, 60)),
    ],
    "jumper": [
        *((88, 20), (112, 20), (145, 40), (180, 75), (196, 130), (197, 180), (172, 182), (170, 192)),
        *((30, 192), (28, 182), (3, 180), (4, 130), (20, 75), (55, 40)),
    ],
    "sweatshirt": [
        *((75, 20), (125, 20), (150, 40), (165, 90), (172, 205), (150, 207), (140, 180), (100, 168)),
        *((60, 180), (50, 207), (28, 205), (35, 90), (50, 40)),
    ],
    "slipper": [(20, 60), (60, 30), (120, 60), (190, 110), (190, 150), (20, 150)],
    "skirt": [(70, 30), (130, 30), (165, 125), (35, 125)],
    "trousers": [(65, 20), (135, 20), (150, 220), (118, 220), (100, 85), (82, 220), (50, 220)],
    "ball": [(100 + 70 * np.cos(a), 110 + 70 * np.sin(a)) for a in np.linspace(0, 6.28, 60)],
}
COLOUR = (180, 60, 50)

Draw = Callable[..., tuple[GarmentPhoto, Cutout]]


@pytest.fixture
def draw() -> Draw:
    """Draw a shape: photo and cut-out."""

    def drawn(
        name: str, *, zoom: float = 3.0, turn: float = 0.0, studio: bool = False, print_at: bool = False
    ) -> tuple[GarmentPhoto, Cutout]:
        size = (round(200 * zoom), round(240 * zoom))
        map_to_photo = cv2.getRotationMatrix2D((100, 120), turn, 1.0) * zoom
        corners = np.array(SHAPES[name]) @ map_to_photo[:, :2].T + map_to_photo[:, 2]
        mask = np.zeros((size[1], size[0]), np.uint8)
        cv2.fillPoly(mask, [np.round(corners * 16).astype(np.int32)], 255, cv2.LINE_AA, 4)
        rgb = np.full((size[1], size[0], 3), 240, np.uint8)
        rgb[mask > 127] = COLOUR
        if print_at:
            cv2.circle(rgb, (size[0] // 2, size[1] // 2), round(18 * zoom), (250, 240, 60), -1)
        alpha = mask.astype(np.float32) / 255
        photo = GarmentPhoto(rgb=rgb, alpha=None, digest="0" * 64, name=name)
        cutout = Cutout(alpha=alpha, colour=rgb, segmenter="drawn", confidence=1.0, studio=studio)
        return photo, cutout

    return drawn


@pytest.fixture
def corners() -> Callable[[str, float], np.ndarray]:
    """Corners of a shape in photo pixels."""
    return lambda name, zoom: np.array(SHAPES[name]) * zoom
