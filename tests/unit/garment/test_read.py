from dataclasses import replace

import numpy as np
import pytest

from fashion_models.errors import CategoryError, LandmarkError, SegmentationError
from fashion_models.garment.category import read_category
from fashion_models.garment.model import Category, Sleeve
from fashion_models.garment.outline import make_outline
from fashion_models.garment.read import read_garment

TRUE = {  # landmark to place among the shape's corners
    "tee": {
        "neckL": 0,
        "neckR": 2,
        "cuffRo": 4,
        "cuffRi": 5,
        "pitR": 6,
        "hemR": 7,
        "hemL": 8,
        "pitL": 9,
        "cuffLi": 10,
    },
    "long": {"neckL": 0, "cuffRo": 4, "cuffRi": 5, "pitR": 6, "hemL": 8, "pitL": 9, "cuffLo": 11},
    "tank": {"neckL": 1, "neckR": 5, "tipR": 6, "pitR": 8, "hemR": 9, "hemL": 10, "pitL": 11, "tipL": 0},
    "skirt": {"waistL": 0, "waistR": 1, "hemR": 2, "hemL": 3},
    "trousers": {"waistR": 1, "legRout": 2, "legRin": 3, "crotch": 4, "legLin": 5, "legLout": 6},
}
CATEGORY = {"tee": "t-shirt", "long": "top", "tank": "top", "skirt": "skirt", "trousers": "trousers"}


@pytest.mark.parametrize("shape", list(TRUE))
@pytest.mark.parametrize("turn", [0.0, 5.0])
def test_landmarks_lie_within_two_percent_of_the_drawn_corners(draw, corners, shape, turn):
    garment = read_garment(*draw(shape, turn=turn), category=CATEGORY[shape])
    frame = garment.outline.frame_from_photo
    height = np.ptp(garment.outline.contour[:, 1])
    drawn = corners(shape, 3.0)
    if turn:
        import cv2

        spin = cv2.getRotationMatrix2D((300, 360), turn, 1.0)
        drawn = drawn @ spin[:, :2].T + spin[:, 2]
    errors = [
        np.linalg.norm(garment.landmarks[name] - frame @ np.r_[drawn[k], 1.0]) / height
        for name, k in TRUE[shape].items()
    ]
    assert np.median(errors) < 0.02
    assert max(errors) < 0.06


@pytest.mark.parametrize(
    ("shape", "category", "sleeve"),
    [
        ("tee", Category.T_SHIRT, Sleeve.SHORT),
        ("long", Category.TOP, Sleeve.LONG),
        ("skirt", Category.SKIRT, Sleeve.NONE),
        ("trousers", Category.TROUSERS, Sleeve.NONE),
        ("singlet", Category.TOP, Sleeve.NONE),
        ("sundress", Category.DRESS, Sleeve.NONE),
    ],
)
def test_clear_outlines_tell_their_category(draw, shape, category, sleeve):
    garment = read_garment(*draw(shape))
    assert (garment.category, garment.sleeve) == (category, sleeve)
    assert garment.category_source == "outline"


@pytest.mark.parametrize(
    ("shape", "readings"),
    [("strapless", ("dress", "skirt")), ("sweatshirt", ("top", "shorts"))],
)
def test_outlines_that_two_categories_share_are_asked_about(draw, shape, readings):
    with pytest.raises(CategoryError, match="can be read as") as asked:
        read_garment(*draw(shape))
    assert all(f"--category {reading}" in str(asked.value) for reading in readings)


def test_sleeves_beside_a_broad_straight_body_make_a_top(draw):
    assert read_category(make_outline(draw("jumper")[1].alpha)) is Category.T_SHIRT


@pytest.mark.parametrize("category", [None, "skirt", "top"])
def test_shape_whose_halves_differ_is_refused_even_with_a_category(draw, category):
    with pytest.raises(CategoryError, match="halves of the outline match only"):
        read_garment(*draw("slipper"), category=category)


def test_a_shoulder_that_lies_flat_does_not_draw_the_neck_out_to_its_end(draw):
    at = read_garment(*draw("uneven"), category="t-shirt").landmarks
    middle = (at["tipL"][0] + at["tipR"][0]) / 2
    from_middle = [abs(at[name][0] - middle) for name in ("neckL", "neckR")]
    assert max(from_middle) < 1.25 * min(from_middle)


def test_rounded_armpits_are_armpits(draw):
    assert read_garment(*draw("rounded"), category="top").sleeve is Sleeve.SHORT


def test_given_category_wins_over_the_outline(draw):
    garment = read_garment(*draw("tee"), category="dress")
    assert garment.category is Category.DRESS
    assert garment.category_source == "given"


def test_unknown_category_names_the_known_ones(draw):
    with pytest.raises(CategoryError, match=r"unknown category 'scarf'.*t-shirt.*shorts"):
        read_garment(*draw("tee"), category="scarf")


def test_shape_without_hem_corners_is_refused_even_with_a_category(draw):
    with pytest.raises(CategoryError, match=r"no hem.*shoes, hats"):
        read_garment(*draw("ball"), category="t-shirt")


def test_sleeves_without_cuffs_of_their_own_are_refused_with_the_cure(draw):
    with pytest.raises(LandmarkError, match=r"sleeves cannot be told from the body.*Spread the sleeves"):
        read_garment(*draw("cape"), category="top")


def test_a_strapless_dress_is_refused_by_its_straight_top_edge(draw):
    with pytest.raises(LandmarkError, match=r"straight from side to side.*Strapless garments cannot"):
        read_garment(*draw("strapless"), category="dress")


def test_doubtful_masks_are_refused_with_the_cure(draw):
    photo, cutout = draw("tee")
    with pytest.raises(SegmentationError, match=r"hard to tell from the ground.*0\.20.*plain ground"):
        read_garment(photo, replace(cutout, confidence=0.2), category="top")


def test_openings_end_on_landmarks_and_bare_arms_have_armholes(draw):
    garment = read_garment(*draw("tank"), category="top")
    assert {"armL", "armR", "neck", "hem"} == set(garment.openings)
    assert all(end in garment.landmarks for ends in garment.openings.values() for end in ends)


def test_given_landmark_wins_and_is_moved_onto_the_contour(draw):
    photo, cutout = draw("skirt")
    garment = read_garment(photo, cutout, category="skirt", landmarks={"waistL": (204.0, 120.0)})
    there = garment.outline.frame_from_photo @ np.array([204.0, 120.0, 1.0])
    assert np.linalg.norm(garment.landmarks["waistL"] - there) < 25
    assert np.linalg.norm(garment.outline.contour - garment.landmarks["waistL"], axis=1).min() == 0


def test_landmark_far_from_the_garment_is_refused(draw):
    with pytest.raises(LandmarkError, match=r"'waistL'.*off the outline"):
        read_garment(*draw("skirt"), category="skirt", landmarks={"waistL": (5.0, 700.0)})


def test_landmark_of_another_family_is_refused(draw):
    with pytest.raises(LandmarkError, match=r"no landmark 'crotch'.*waistL"):
        read_garment(*draw("skirt"), category="skirt", landmarks={"crotch": (300.0, 374.0)})


def test_back_view_has_no_front_neckline(draw):
    assert read_garment(*draw("tee"), category="t-shirt", view="back").neckline is None
    assert read_garment(*draw("tee"), category="t-shirt").neckline is not None


def test_reading_twice_gives_the_same(draw):
    first, second = (read_garment(*draw("tee"), category="t-shirt") for _ in range(2))
    assert np.array_equal(first.outline.contour, second.outline.contour)
    assert first.neckline == second.neckline


def test_a_garment_lying_flat_on_a_studio_ground_is_no_ghost_mannequin(draw):
    assert read_garment(*draw("worn", studio=True), category="t-shirt").ghost
    assert not read_garment(*draw("worn"), category="t-shirt").ghost
    assert not read_garment(*draw("tee", studio=True), category="t-shirt").ghost
