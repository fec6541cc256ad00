import numpy as np
import pytest

from fashion_models.errors import SegmentationError
from fashion_models.garment.contour import is_clockwise
from fashion_models.garment.outline import LONG_SIDE, make_outline, mirror_axis


def test_frame_has_a_fixed_long_side_whatever_the_photo_s_size(draw):
    for zoom in (1.0, 4.0):
        outline = make_outline(draw("tee", zoom=zoom)[1].alpha)
        assert abs(max(outline.mask.shape) - LONG_SIDE) <= 2


def test_contour_runs_clockwise_a_pixel_at_a_time(draw):
    contour = make_outline(draw("tee")[1].alpha).contour
    steps = np.linalg.norm(np.diff(contour, axis=0), axis=1)
    assert is_clockwise(contour)
    assert 0.8 < np.median(steps) < 1.2


@pytest.mark.parametrize("turn", [-9.0, 6.0])
def test_tilt_is_taken_out(draw, turn):
    outline = make_outline(draw("tee", turn=turn)[1].alpha)
    assert outline.angle_deg == pytest.approx(-turn, abs=2.0)
    assert outline.symmetry > 0.93


def test_frame_map_sends_photo_points_onto_the_contour(draw, corners):
    outline = make_outline(draw("skirt", zoom=4.0)[1].alpha)
    for corner in corners("skirt", 4.0):
        there = outline.frame_from_photo @ np.r_[corner, 1.0]
        assert np.linalg.norm(outline.contour - there, axis=1).min() < 4


def test_hanger_hook_is_removed(draw):
    alpha = draw("tee")[1].alpha.copy()
    plain = make_outline(alpha).mask.shape
    alpha[6:78, 297:303] = 1.0
    hooked = make_outline(alpha)
    rows = np.flatnonzero(hooked.mask.any(axis=1))
    assert np.ptp(rows) / np.ptp(np.flatnonzero(hooked.mask.any(axis=0))) == pytest.approx(
        (plain[0] - 24) / (plain[1] - 24), rel=0.03
    )


def test_empty_mask_is_refused():
    with pytest.raises(SegmentationError, match=r"covers 0\.00 %"):
        make_outline(np.zeros((100, 100), np.float32))


def test_mirror_axis_of_a_symmetric_shape_is_its_middle():
    mask = np.zeros((40, 61), bool)
    mask[5:35, 11:50] = True
    overlap, axis = mirror_axis(mask)
    assert axis == pytest.approx(30.0, abs=0.5)
    assert overlap == pytest.approx(1.0, abs=1e-6)
