"""Waistbands and cuffs of another colour are the garment's, though the ground has that colour too."""

from __future__ import annotations

import cv2
import numpy as np

from fashion_models.arrays import U8, Bool
from fashion_models.garment.bands import with_bands
from fashion_models.garment.candidates import Evidence, gather_evidence
from fashion_models.garment.masks import overlap

GREY, BLACK, CREAM = (150, 160, 175), (30, 30, 36), (205, 200, 180)
LEGS = [(90, 60), (210, 60), (230, 320), (165, 320), (150, 140), (135, 320), (70, 320)]
WAIST = [(90, 38), (210, 38), (210, 60), (90, 60)]
CUFFS = [
    [(70, 320), (135, 320), (132, 350), (74, 350)],
    [(165, 320), (230, 320), (226, 350), (168, 350)],
]


def shape(points: list[tuple[int, int]]) -> Bool:
    drawn = np.zeros((380, 320), np.uint8)
    cv2.fillPoly(drawn, [np.array(points, np.int32)], 1)
    return drawn.astype(np.bool_)


def seen(*layers: tuple[Bool, tuple[int, int, int]]) -> Evidence:
    """Shapes on cream cloth, with a dark floor in one corner."""
    picture = np.full((380, 320, 3), CREAM, np.float32)
    picture[shape([(0, 0), (60, 0), (0, 90)])] = BLACK
    for mask, colour in layers:
        picture[mask] = colour
    grain = np.random.default_rng(4).standard_normal(picture.shape).astype(np.float32)
    rgb: U8 = np.clip(cv2.GaussianBlur(picture, (0, 0), 0.8) + 3 * grain, 0, 255).astype(np.uint8)
    return gather_evidence(rgb)


def test_a_waistband_and_cuffs_of_its_colour_are_taken_in() -> None:
    legs, waist, cuffs = shape(LEGS), shape(WAIST), [shape(cuff) for cuff in CUFFS]
    whole = legs | waist | cuffs[0] | cuffs[1]
    evidence = seen((waist, BLACK), (cuffs[0], BLACK), (cuffs[1], BLACK), (legs, GREY))
    assert overlap(with_bands(evidence, legs), whole) > 0.97


def test_shoes_below_trousers_are_no_cuffs() -> None:
    legs, shoes = shape(LEGS), [shape(cuff) for cuff in CUFFS]
    evidence = seen((shoes[0], BLACK), (shoes[1], BLACK), (legs, GREY))
    assert np.array_equal(with_bands(evidence, legs), legs)


def test_a_floor_that_begins_at_the_hem_is_no_band() -> None:
    legs, floor = shape(LEGS), shape([(0, 320), (319, 320), (319, 379), (0, 379)])
    evidence = seen((floor, BLACK), (legs, GREY))
    assert np.array_equal(with_bands(evidence, legs), legs)
