import numpy as np

from fashion_models.garment.read import read_garment


def test_hood_is_cut_at_the_shoulders(draw):
    garment = read_garment(*draw("hood"), category="top")
    in_photo = np.linalg.inv(np.vstack([garment.outline.frame_from_photo, [0, 0, 1]]))
    for side in "LR":
        y = (in_photo @ np.r_[garment.landmarks[f"neck{side}"], 1.0])[1] / 3
        assert 28 < y < 48  # the hood's top lies at 4, its root at 40


def test_hood_that_lies_on_the_shoulders_makes_no_wide_neck(draw):
    garment = read_garment(*draw("lying-hood"), category="top")
    in_photo = np.linalg.inv(np.vstack([garment.outline.frame_from_photo, [0, 0, 1]]))
    for side in "LR":
        x = (in_photo @ np.r_[garment.landmarks[f"neck{side}"], 1.0])[0] / 3
        assert abs(x - 100) < 25  # the hood reaches out to 36


def test_garment_without_a_hood_is_left_alone(draw):
    tee = read_garment(*draw("tee"), category="t-shirt")
    assert abs(tee.outline.contour[:, 1].min() - 12) < 2


def test_hanger_clips_do_not_raise_the_waist(draw):
    garment = read_garment(*draw("hung"), category="skirt")
    in_photo = np.linalg.inv(np.vstack([garment.outline.frame_from_photo, [0, 0, 1]]))
    y = (in_photo @ np.r_[garment.landmarks["waistL"], 1.0])[1] / 3
    assert abs(y - 30) < 4


def test_a_hanger_s_bar_does_not_become_the_waistband(draw):
    garment = read_garment(*draw("clipped"), category="trousers")
    in_photo = np.linalg.inv(np.vstack([garment.outline.frame_from_photo, [0, 0, 1]]))
    waist = [(in_photo @ np.r_[garment.landmarks[name], 1.0])[:2] / 3 for name in ("waistL", "waistR")]
    assert np.allclose(waist, [(64, 22), (136, 22)], atol=3)
    plain = read_garment(*draw("trousers"), category="trousers")
    assert abs(plain.outline.contour[:, 1].min() - 12) < 2
