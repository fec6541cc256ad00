"""Telling garments from their background."""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np
import pytest

from fashion_models.arrays import U8, Bool
from fashion_models.errors import SegmentationError
from fashion_models.garment.masks import overlap
from fashion_models.garment.segment import ClassicalSegmenter, GivenMask, segment, segmenter_for
from fashion_models.photo import GarmentPhoto, load_photo

SAMPLES = Path(__file__).parents[3] / "samples" / "garments"
TEE = [
    (100, 60),
    (140, 68),
    (180, 60),
    (250, 100),
    (225, 145),
    (195, 128),
    (195, 260),
    (85, 260),
    (85, 128),
    (55, 145),
    (30, 100),
]
BLUE, BROWN, WHITE = (40, 60, 140), (165, 130, 100), (240, 240, 238)


def shape(points: list[tuple[int, int]], size: tuple[int, int] = (320, 280)) -> Bool:
    drawn = np.zeros(size, np.uint8)
    cv2.fillPoly(drawn, [np.array(points, np.int32)], 1)
    return drawn.astype(np.bool_)


def photo_of(
    *layers: tuple[Bool, tuple[int, int, int]], ground: tuple[int, int, int], noise: float = 4.0
) -> GarmentPhoto:
    """Coloured shapes on a ground, seen by a camera with some noise and softness."""
    rng = np.random.default_rng(5)
    picture = np.empty((*layers[0][0].shape, 3), np.float32)
    picture[:] = ground
    for mask, colour in layers:
        soft = cv2.GaussianBlur(mask.astype(np.float32), (0, 0), 0.8)[..., None]
        picture = picture * (1 - soft) + np.array(colour, np.float32) * soft
    grain = np.asarray(rng.standard_normal(picture.shape), np.float32)
    picture += cv2.GaussianBlur(grain, (0, 0), 0.7) * noise
    return photo(np.clip(picture, 0, 255).astype(np.uint8))


def photo(rgb: U8) -> GarmentPhoto:
    return GarmentPhoto(rgb=rgb, alpha=None, digest="0", name="test")


@pytest.mark.parametrize("name", ["breton", "dress"])
def test_sample_is_cut_out_as_its_true_mask_says(name: str) -> None:
    found = segment(load_photo(SAMPLES / f"{name}.jpg"))
    truth = cv2.imread(str(SAMPLES / f"{name}-mask.png"), cv2.IMREAD_GRAYSCALE)
    assert truth is not None
    truth = cv2.resize(truth, found.alpha.shape[::-1], interpolation=cv2.INTER_LINEAR)
    assert overlap(found.alpha > 0.5, np.asarray(truth > 127)) >= 0.97
    assert found.confidence > 0.5
    assert found.studio is (name == "dress")


def test_edges_are_soft_and_free_of_the_ground_colour() -> None:
    garment = shape(TEE)
    found = segment(photo_of((garment, BLUE), ground=BROWN, noise=1.0))
    soft = (found.alpha > 0.15) & (found.alpha < 0.85)
    assert 150 < soft.sum() < 4000
    red = found.colour[..., 0][soft].astype(float)
    assert np.median(red) < 75  # the mixture in the photo lies half way to the ground's 165
    assert found.alpha[garment & (cv2.erode(garment.astype(np.uint8), np.ones((9, 9))) > 0)].min() == 1.0


def test_same_photo_gives_the_same_cutout() -> None:
    picture = photo_of((shape(TEE), BLUE), ground=BROWN)
    first, second = segment(picture), segment(picture)
    assert np.array_equal(first.alpha, second.alpha)
    assert np.array_equal(first.colour, second.colour)


def test_white_garment_on_white_studio_ground_is_found() -> None:
    garment = shape(TEE)
    found = segment(photo_of((garment, (228, 229, 233)), ground=(250, 250, 250), noise=0.8))
    assert found.studio
    assert overlap(found.alpha > 0.5, garment) > 0.95


def test_shadow_on_studio_ground_is_left_out() -> None:
    garment = shape(TEE)
    picture = photo_of((garment, BLUE), ground=WHITE, noise=0.8)
    shadow = cv2.GaussianBlur(np.roll(garment.astype(np.float32), (7, 7), (0, 1)), (0, 0), 5)
    shade = np.where(garment, 1.0, 1 - 0.35 * shadow)[..., None]
    found = segment(photo((picture.rgb * shade).astype(np.uint8)))
    assert overlap(found.alpha > 0.5, garment) > 0.96


def test_garment_that_touches_the_frame_is_whole() -> None:
    garment = shape(
        [
            (0, 90),
            (60, 60),
            (220, 60),
            (279, 90),
            (279, 150),
            (215, 140),
            (215, 260),
            (65, 260),
            (65, 140),
            (0, 150),
        ]
    )
    found = segment(photo_of((garment, BLUE), ground=BROWN))
    assert overlap(found.alpha > 0.5, garment) > 0.96


def test_gap_between_the_legs_stays_open() -> None:
    legs = shape([(80, 40), (200, 40), (225, 290), (150, 290), (140, 120), (130, 290), (55, 290)])
    found = segment(photo_of((legs, BLUE), ground=BROWN))
    assert found.alpha[230:280, 137:143].max() < 0.1


def test_print_in_the_colour_of_the_ground_is_no_hole() -> None:
    block = shape([(115, 140), (165, 140), (165, 200), (115, 200)])
    found = segment(photo_of((shape(TEE), BLUE), (block, BROWN), ground=BROWN))
    assert found.alpha[block].min() == 1.0


def test_transparency_of_the_file_is_the_mask() -> None:
    picture = photo_of((shape(TEE), BLUE), ground=BROWN)
    alpha = shape(TEE).astype(np.float32)
    cut = GarmentPhoto(rgb=picture.rgb, alpha=alpha, digest="0", name="cut")
    found = segment(cut)
    assert found.segmenter == "given"
    assert np.array_equal(found.alpha, alpha)
    assert found.confidence == 1.0


def test_transparency_goes_before_any_segmenter_and_a_wanted_one_before_the_usual() -> None:
    wanted = ClassicalSegmenter(name="wanted")
    plain = photo_of((shape(TEE), BLUE), ground=BROWN)
    assert segmenter_for(plain, wanted) is wanted
    assert segmenter_for(plain).name == "classical"
    alpha = shape(TEE).astype(np.float32)
    cut = GarmentPhoto(rgb=plain.rgb, alpha=alpha, digest="0", name="cut")
    assert segmenter_for(cut, wanted).name == "given"


def test_given_mask_goes_before_the_transparency() -> None:
    picture = photo_of((shape(TEE), BLUE), ground=BROWN)
    mask = shape([(100, 60), (180, 60), (190, 260), (90, 260)]).astype(np.float32)
    cut = GarmentPhoto(rgb=picture.rgb, alpha=np.ones_like(mask), digest="0", name="cut")
    assert np.array_equal(segment(cut, mask).alpha, mask)


def test_mask_of_another_size_is_refused() -> None:
    picture = photo_of((shape(TEE), BLUE), ground=BROWN)
    with pytest.raises(SegmentationError, match=r"10 × 20 px.*280 × 320 px"):
        GivenMask(np.ones((20, 10), np.float32))(picture)


def test_empty_and_full_masks_are_refused() -> None:
    picture = photo_of((shape(TEE), BLUE), ground=BROWN)
    with pytest.raises(SegmentationError, match=r"covers 0\.0%"):
        segment(picture, np.zeros((320, 280), np.float32))
    with pytest.raises(SegmentationError, match="covers 100%"):
        segment(picture, np.ones((320, 280), np.float32))


def test_photo_of_one_colour_is_refused() -> None:
    with pytest.raises(SegmentationError, match="all one colour"):
        segment(photo(np.full((300, 300, 3), 180, np.uint8)))


def test_photo_without_a_garment_is_refused() -> None:
    """A wooden floor: streaks, but nothing that lies on it."""
    rng = np.random.default_rng(3)
    streaks = cv2.resize(
        rng.standard_normal((4, 300)).astype(np.float32), (300, 320), interpolation=cv2.INTER_CUBIC
    )
    floor = np.clip(np.array(BROWN) * (1 + 0.06 * streaks[..., None]), 0, 255).astype(np.uint8)
    with pytest.raises(SegmentationError):
        ClassicalSegmenter()(photo(floor))


@pytest.mark.parametrize("ground", [BROWN, WHITE])
def test_two_garments_are_refused(ground: tuple[int, int, int]) -> None:
    small = [(x // 2, y // 2 + 80) for x, y in TEE]
    left, right = shape(small), shape([(x + 138, y) for x, y in small])
    with pytest.raises(SegmentationError, match="Two garments"):
        segment(photo_of((left, BLUE), (right, (150, 40, 40)), ground=ground))


@pytest.mark.parametrize("ground", [BROWN, WHITE])
def test_tiny_garment_is_refused(ground: tuple[int, int, int]) -> None:
    tiny = shape([(x // 6 + 100, y // 6 + 120) for x, y in TEE])
    with pytest.raises(SegmentationError, match=r"closer|No garment"):
        segment(photo_of((tiny, BLUE), ground=ground))


def test_garment_cut_off_by_the_frame_is_refused() -> None:
    close = shape([(0, 30), (279, 0), (279, 319), (0, 319)])
    with pytest.raises(SegmentationError, match="cut off") as caught:
        segment(photo_of((close, BLUE), ground=BROWN))
    assert caught.value.cure
