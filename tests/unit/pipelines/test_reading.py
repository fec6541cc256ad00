"""Reading a photo for people to correct, and the mask they paint."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from fashion_models.errors import CategoryError, PhotoError, SegmentationError
from fashion_models.photo import GarmentPhoto, decode_photo, load_photo
from fashion_models.pipelines.reading import read_photo, with_mask

SAMPLES = Path(__file__).parents[3] / "samples/garments"


@pytest.fixture(scope="module")
def tee() -> GarmentPhoto:
    return load_photo(SAMPLES / "tee.jpg")


def test_a_good_photo_is_read_to_its_outline(tee: GarmentPhoto) -> None:
    reading = read_photo(tee)
    assert reading.problem is None and reading.garment is not None
    assert reading.garment.category.value == "t-shirt"
    height, width = tee.rgb.shape[:2]
    assert reading.outline.min() >= 0 and reading.outline[:, 0].max() < width
    assert np.ptp(reading.outline[:, 1]) > 0.5 * height


def test_what_cannot_be_cut_out_says_why_instead_of_failing() -> None:
    grey = GarmentPhoto(rgb=np.full((300, 300, 3), 128, np.uint8), alpha=None, digest="grey", name="grey")
    reading = read_photo(grey)
    assert isinstance(reading.problem, SegmentationError) and reading.cutout is None


def test_a_cut_out_that_is_no_garment_keeps_its_outline_for_correction(tee: GarmentPhoto) -> None:
    rows, columns = np.mgrid[0:300, 0:300]
    ball = (((rows - 150) ** 2 + (columns - 150) ** 2) < 90**2).astype(np.float32)
    rgb = np.where(ball[..., None] > 0, [200, 30, 30], [240, 240, 240]).astype(np.uint8)
    reading = read_photo(GarmentPhoto(rgb=rgb, alpha=ball, digest="ball", name="ball"))
    assert isinstance(reading.problem, CategoryError) and reading.garment is None
    assert len(reading.outline) > 8


def test_a_painted_mask_is_used_and_the_fine_edge_stays_where_it_was_left_alone(tee: GarmentPhoto) -> None:
    found = read_photo(tee).cutout
    assert found is not None
    height, width = found.alpha.shape
    small = found.alpha[::2, ::2] > 0.5
    small[int(0.8 * height / 2) :, : width // 4] = False
    corrected = decode_photo(with_mask(tee, small, before=found.alpha), "tee.png")
    assert corrected.alpha is not None and corrected.alpha.shape == (height, width)
    assert corrected.alpha[int(0.9 * height) :, : width // 5].max() < 0.02
    upper = slice(0, height // 2)
    assert np.abs(corrected.alpha[upper] - found.alpha[upper]).max() < 0.01
    np.testing.assert_array_equal(corrected.rgb, tee.rgb)
    again = read_photo(corrected)
    assert again.cutout is not None and again.cutout.segmenter == "given"


def test_a_mask_of_another_shape_is_refused(tee: GarmentPhoto) -> None:
    with pytest.raises(PhotoError, match="the photo has"):
        with_mask(tee, np.ones((50, 200), bool))
