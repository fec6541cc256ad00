from dataclasses import replace

import cv2
import numpy as np

from fashion_models.garment.model import Sleeve
from fashion_models.garment.read import read_garment
from fashion_models.garment.sleeves import crease, crease_strength


def test_sleeves_beside_the_body_are_cut_free_up_to_the_armpits(draw):
    garment = read_garment(*draw("merged"), category="top")
    neck, hem = (garment.landmarks[name][1] for name in ("neckL", "hemL"))
    assert garment.sleeve is Sleeve.LONG
    for side in "LR":
        assert 0.15 < (garment.landmarks[f"pit{side}"][1] - neck) / (hem - neck) < 0.5
        assert garment.landmarks[f"cuff{side}i"][1] > neck + 0.8 * (hem - neck)


def test_the_cut_follows_a_visible_crease(draw):
    photo, cutout = draw("merged")
    colour = cutout.colour.copy()
    for side in (-1, 1):  # 4 units inside the straight line from notch to armpit
        at = np.array([(100 + side * x, y) for x, y in ((47, 197), (41, 160), (41, 100), (45, 70))]) * 3
        cv2.polylines(colour, [np.round(at).astype(np.int32)], False, (60, 10, 10), 3)
    garment = read_garment(photo, replace(cutout, colour=colour), category="top")
    points = np.array([(100 - 41, 130), (100 + 41, 130)]) * 3.0
    frame = garment.outline.frame_from_photo
    for point in points:
        x, y = np.round(frame @ np.r_[point, 1.0]).astype(int)
        assert not garment.outline.mask[y, x - 2 : x + 3].all()


def test_ground_in_the_shadow_between_sleeve_and_body_is_cut_away(draw):
    photo, cutout = draw("merged")
    colour = cutout.colour.copy()
    for side in (-1, 1):
        gap = np.array([(100 + side * x, y) for x, y in ((42, 197), (52, 197), (50, 90), (44, 90))]) * 3
        cv2.fillPoly(colour, [np.round(gap).astype(np.int32)], (150, 150, 150))
    outline = read_garment(photo, replace(cutout, colour=colour), category="top").outline
    for point in ((100 - 45, 150), (100 - 49, 150), (100 + 45, 150), (100 + 49, 150)):
        x, y = np.round(outline.frame_from_photo @ np.r_[np.array(point) * 3.0, 1.0]).astype(int)
        assert not outline.mask[y, x]


def test_spread_sleeves_are_left_alone(draw):
    assert read_garment(*draw("long"), category="top").outline.mask.mean() == (
        read_garment(*draw("long"), category="skirt").outline.mask.mean()
    )


def test_crease_is_found_on_a_stepped_picture():
    picture = np.full((120, 60, 3), 90, np.uint8)
    picture[:, 33:] = 150
    path = crease(crease_strength(picture), np.array([30.0, 110.0]), np.array([30.0, 20.0]), 8.0)
    assert abs(np.median(path[:, 0]) - 32.5) <= 1.5
