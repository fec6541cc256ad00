import numpy as np
import pytest

from fashion_models.errors import LandmarkError
from fashion_models.garment.read import read_garment
from fashion_models.garment.texture import atlas_scale, make_texture


def test_atlas_is_two_frames_wide_and_bounded(draw):
    garment = read_garment(*draw("tee"), category="t-shirt")
    atlas, scale = make_texture(garment, None).atlas, atlas_scale(garment)
    height, width = garment.outline.mask.shape
    assert atlas.shape == (height * scale, 2 * width * scale, 3)
    assert max(atlas.shape) <= 4096


def test_no_background_is_left_at_the_outline(draw):
    garment = read_garment(*draw("tee"), category="t-shirt")
    atlas, scale = make_texture(garment, None).atlas, atlas_scale(garment)
    points = np.round(garment.outline.contour * scale).astype(int)
    rim = atlas[points[:, 1], points[:, 0]].astype(int)
    assert np.abs(rim - (180, 60, 50)).max() < 25


def test_inferred_back_has_the_cloth_without_the_print(draw):
    garment = read_garment(*draw("tee", print_at=True), category="t-shirt")
    texture, scale = make_texture(garment, None), atlas_scale(garment)
    middle = garment.outline.frame_from_photo @ np.array([300.0, 360.0, 1.0]) * scale
    x, y = np.round(middle).astype(int)
    width = garment.outline.mask.shape[1] * scale
    assert texture.back == "inferred"
    assert np.abs(texture.atlas[y, x].astype(int) - (250, 240, 60)).max() < 20
    assert np.abs(texture.atlas[y, x + width].astype(int) - (180, 60, 50)).max() < 20


def test_back_photo_is_mirrored_onto_the_front(draw):
    front = read_garment(*draw("tee"), category="t-shirt")
    photo, cutout = draw("tee", zoom=2.0)
    cutout.colour[160:240, 210:250] = (20, 200, 40)  # a patch on the picture's right: the wearer's right
    back = read_garment(photo, cutout, category="t-shirt", view="back")
    texture, scale = make_texture(front, back), atlas_scale(front)
    width = front.outline.mask.shape[1] * scale
    behind = texture.atlas[:, width:].astype(int)
    green = np.argwhere(np.abs(behind - (20, 200, 40)).max(axis=2) < 40)
    assert texture.back == "photo"
    assert green[:, 1].mean() < 0.45 * width


def test_back_of_another_kind_of_garment_is_refused(draw):
    front = read_garment(*draw("tee"), category="t-shirt")
    back = read_garment(*draw("skirt"), category="skirt")
    with pytest.raises(LandmarkError, match=r"front is a t-shirt.*skirt"):
        make_texture(front, back)
