import cv2
import numpy as np

from fashion_models.garment.model import Neckline
from fashion_models.garment.neckline import neck_curve
from fashion_models.garment.outline import make_outline
from fashion_models.garment.read import read_garment


def test_visible_front_edge_is_found(draw):
    photo, cutout = draw("tee")
    garment = read_garment(photo, cutout, category="t-shirt")
    curve = neck_curve(garment.landmarks, 0.5 * 130, 2.0)
    back = cv2.invertAffineTransform(garment.outline.frame_from_photo)
    inside = np.vstack([curve, [[curve[-1, 0], 0], [curve[0, 0], 0]]]) @ back[:, :2].T + back[:, 2]
    cv2.fillPoly(cutout.colour, [np.round(inside).astype(np.int32)], (120, 30, 30))
    found = read_garment(photo, cutout, category="t-shirt").neckline
    assert found is not None
    assert found.source == "photo"
    assert abs(found.depth - 65) < 10


def test_flowers_do_not_hide_the_edge_nor_pass_for_it(draw):
    photo, cutout = draw("tee")
    garment = read_garment(photo, cutout, category="t-shirt")
    curve = neck_curve(garment.landmarks, 0.8 * 130, 2.0)
    back = cv2.invertAffineTransform(garment.outline.frame_from_photo)
    inside = np.vstack([curve, [[curve[-1, 0], 0], [curve[0, 0], 0]]]) @ back[:, :2].T + back[:, 2]
    cv2.fillPoly(cutout.colour, [np.round(inside).astype(np.int32)], (140, 45, 40))
    for x, y in np.random.default_rng(2).uniform((200, 60), (400, 400), (60, 2)).astype(int):
        cv2.circle(cutout.colour, (int(x), int(y)), 9, (250, 235, 215), -1)
    found = read_garment(photo, cutout, category="t-shirt").neckline
    assert found is not None
    assert found.source == "photo"
    assert abs(found.depth - 104) < 12


def test_without_an_edge_the_default_is_taken(draw):
    neckline = read_garment(*draw("tee"), category="t-shirt").neckline
    assert isinstance(neckline, Neckline)
    assert neckline.source == "default"
    assert neckline.depth > 0


def test_curve_starts_and_ends_at_the_neck_points(draw):
    outline = make_outline(draw("tee")[1].alpha)
    ends = {"neckL": outline.contour[10], "neckR": outline.contour[60]}
    curve = neck_curve(ends, 40.0, 2.0)
    assert np.allclose(curve[[0, -1]], [ends["neckL"], ends["neckR"]])
    assert np.allclose(curve[30] - curve[[0, -1]].mean(axis=0), [0, 40])


def paint(garment, colour, low, high):
    """A light patch in the middle between two depths below the neck points, shares of the neck's width."""
    left, right = garment.landmarks["neckL"], garment.landmarks["neckR"]
    width, middle = right[0] - left[0], (left + right) / 2
    corners = [
        middle + width * np.array([x, y]) for x, y in ((-0.12, low), (0.12, low), (0.12, high), (-0.12, high))
    ]
    back = cv2.invertAffineTransform(garment.outline.frame_from_photo)
    points = np.array(corners) @ back[:, :2].T + back[:, 2]
    cv2.fillPoly(colour, [np.round(points).astype(np.int32)], (250, 250, 245))
    return float(width)


def test_a_label_lies_on_the_back_above_the_front_s_edge(draw):
    photo, cutout = draw("tee")
    width = paint(read_garment(photo, cutout, category="t-shirt"), cutout.colour, 0.38, 0.52)
    found = read_garment(photo, cutout, category="t-shirt").neckline
    assert found.depth > 0.55 * width


def test_a_print_on_the_chest_is_no_label(draw):
    photo, cutout = draw("tee")
    plain = read_garment(photo, cutout, category="t-shirt").neckline
    paint(read_garment(photo, cutout, category="t-shirt"), cutout.colour, 0.55, 1.3)
    assert read_garment(photo, cutout, category="t-shirt").neckline == plain
