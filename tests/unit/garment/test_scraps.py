"""What a cut took along with the garment is left out again."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from fashion_models.arrays import U8, Bool
from fashion_models.garment.candidates import Evidence, gather_evidence, judge
from fashion_models.garment.masks import overlap
from fashion_models.garment.scraps import without_scraps

TEE = [(120, 80), (160, 88), (200, 80), (270, 120), (245, 165), (215, 148), (215, 300), (105, 300)]
TEE += [(105, 148), (75, 165), (50, 120)]
RED, BROWN, TAN, WHITE, BLUE = (190, 40, 45), (70, 60, 55), (205, 160, 105), (235, 235, 230), (50, 60, 140)


def shape(points: list[tuple[int, int]]) -> Bool:
    drawn = np.zeros((380, 320), np.uint8)
    cv2.fillPoly(drawn, [np.array(points, np.int32)], 1)
    return drawn.astype(np.bool_)


def seen(*layers: tuple[Bool, tuple[int, int, int]]) -> Evidence:
    """Coloured shapes on brown ground, seen by a camera with some noise and softness."""
    picture = np.full((380, 320, 3), BROWN, np.float32)
    for mask, colour in layers:
        picture[mask] = colour
    grain = np.random.default_rng(4).standard_normal(picture.shape).astype(np.float32)
    picture = cv2.GaussianBlur(picture, (0, 0), 0.8) + 3 * grain
    rgb: U8 = np.clip(picture, 0, 255).astype(np.uint8)
    return gather_evidence(rgb)


def test_furniture_beside_a_sleeve_is_left_out() -> None:
    tee, post = shape(TEE), shape([(262, 60), (290, 60), (296, 130), (262, 130)])
    evidence = seen((post, TAN), (tee, RED))
    assert overlap(tee | post, tee) < 0.95
    assert overlap(without_scraps(evidence, tee | post), tee) > 0.98


def test_a_rug_s_stripes_between_garment_and_frame_are_left_out() -> None:
    tee, print_ = shape(TEE), shape([(130, 190), (190, 190), (190, 250), (130, 250)])
    stripes = [shape([(0, y), (90, y), (90, y + 5), (0, y + 5)]) for y in range(95, 150, 10)]
    scrap = shape([(0, 95), (90, 95), (90, 150), (0, 150)])
    evidence = seen(*((stripe, WHITE) for stripe in stripes), (tee, RED), (print_, WHITE))
    assert overlap(without_scraps(evidence, tee | scrap), tee) > 0.97


def test_ground_seen_between_two_hems_is_left_out() -> None:
    tee, back = shape(TEE), shape([(105, 307), (215, 307), (215, 310), (105, 310)])
    whole = tee | shape([(105, 300), (215, 300), (215, 310), (105, 310)])
    evidence = seen((tee, RED), (back, RED))
    assert overlap(without_scraps(evidence, whole), tee) > 0.985


def test_a_lining_of_the_grounds_colour_in_the_opening_stays() -> None:
    tee, lining = shape(TEE), shape([(146, 86), (174, 86), (174, 100), (146, 100)])
    evidence = seen((tee, RED), (lining, BROWN))
    assert overlap(without_scraps(evidence, tee), tee) > 0.985


@pytest.mark.parametrize(
    ("name", "parts"),
    [
        (
            "cuffs",
            [[(240, 130), (270, 120), (245, 165), (228, 154)], [(80, 130), (50, 120), (75, 165), (92, 154)]],
        ),
        ("hem", [[(105, 288), (215, 288), (215, 300), (105, 300)]]),
        ("label", [[(150, 88), (170, 88), (170, 100), (150, 100)]]),
    ],
)
def test_trims_and_labels_of_another_colour_stay(name: str, parts: list[list[tuple[int, int]]]) -> None:
    tee = shape(TEE)
    evidence = seen((tee, RED), *((shape(part) & tee, WHITE) for part in parts))
    assert overlap(without_scraps(evidence, tee), tee) > 0.985, name


def test_a_whole_flowered_skirt_beyond_the_frame_ranks_before_one_bitten_by_its_flowers() -> None:
    skirt = shape([(110, 60), (210, 60), (319, 250), (319, 330), (0, 330), (0, 250)])
    flowers = np.zeros((380, 320), np.uint8)
    for y in range(70, 340, 34):
        for x in range(0, 330, 34):
            cv2.circle(flowers, (x, y), 10, 1, -1)
    rim = skirt & ~cv2.erode(skirt.astype(np.uint8), np.ones((25, 25), np.uint8)).astype(np.bool_)
    evidence = seen((skirt, WHITE), (skirt & (flowers > 0), BLUE))
    bitten = skirt & ~(rim & (flowers > 0))
    bitten[:, :4] = bitten[:, -4:] = False
    whole, part = judge(evidence, skirt), judge(evidence, bitten)
    assert whole.rank > part.rank
