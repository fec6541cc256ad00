from dataclasses import replace

import numpy as np
import pytest

from fashion_models.errors import SizeError
from fashion_models.garment.grade import graded
from fashion_models.garment.read import read_garment
from fashion_models.garment.size import extents, priors, resolve_size
from fashion_models.person.model import Gender, Measurements
from fashion_models.person.sizes import parse_size

WEARER = Measurements(height=168, bust=88, waist=72, hip=97, source="given")
LARGER = Measurements(height=168, bust=118, waist=102, hip=124, source="given")


@pytest.fixture
def tee(draw):
    return read_garment(*draw("tee"), category="t-shirt")


def test_without_a_chart_the_garment_is_the_wearer_s_size(tee):
    size = resolve_size(tee, WEARER, Gender.FEMALE)
    assert size.source == "prior+body"
    assert size.cm["chest"] == pytest.approx((88 + priors()[0]["t-shirt"].ease_cm["short"]) / 2, abs=0.2)
    assert resolve_size(tee, LARGER, Gender.FEMALE).cm["chest"] > size.cm["chest"] + 14


def test_assumed_length_stays_within_what_is_usual(tee):
    least, most = priors()[0]["t-shirt"].length_of_height["female"]
    for wearer in (WEARER, LARGER):
        length = resolve_size(tee, wearer, Gender.FEMALE).cm["length"]
        assert least * 168 * 0.85 < length < most * 168 * 1.2


def test_lengths_are_graded_far_less_than_girths(tee):
    small, large = (
        resolve_size(tee, parse_size(size, Gender.FEMALE), Gender.FEMALE).cm for size in ("EU:38", "3XL")
    )
    assert large["chest"] > 1.4 * small["chest"]
    assert 1.05 < large["length"] / small["length"] < 1.16


def test_a_dress_gains_no_more_length_than_a_t_shirt(draw):
    dress = read_garment(*draw("worn"), category="dress")
    small, large = (
        resolve_size(dress, parse_size(size, Gender.FEMALE), Gender.FEMALE).cm for size in ("EU:38", "3XL")
    )
    assert 4 < large["length"] - small["length"] < 9.5


def test_no_sleeve_is_longer_than_an_arm_so_a_narrow_chest_makes_no_tunic(draw):
    jacket = read_garment(*draw("hanging"), category="top")
    size = resolve_size(jacket, WEARER, Gender.FEMALE)
    assert size.cm["sleeve"] < 0.4 * WEARER.height
    assert size.cm["length"] < 64
    assert size.cm["chest"] == pytest.approx((88 + priors()[0]["top"].ease_cm["long"]) / 2, abs=0.2)


def test_a_top_without_long_sleeves_is_no_dress(draw):
    top = read_garment(*draw("worn"), category="top")
    assert resolve_size(top, WEARER, Gender.FEMALE).cm["length"] < 0.45 * WEARER.height


def test_a_coat_is_as_long_as_its_sleeves_say(draw):
    coat = read_garment(*draw("coat"), category="top")
    assert 85 < resolve_size(coat, WEARER, Gender.FEMALE).cm["length"] < 0.62 * WEARER.height


def test_chart_sets_length_and_width(tee):
    size = resolve_size(tee, WEARER, Gender.FEMALE, chart={"length": 70, "chest": 48})
    measured = extents(tee)
    assert size.source == "chart"
    assert size.cm["length"] == 70
    assert 100 * size.metres_per_px * size.width_factor * measured["chest"] == pytest.approx(48)


def test_length_alone_sets_the_scale(tee):
    size = resolve_size(tee, WEARER, Gender.FEMALE, chart={"length": 70})
    assert 100 * size.metres_per_px * extents(tee)["length"] == pytest.approx(70)
    assert size.width_factor == 1.0


def test_girth_is_halved(tee):
    flat = resolve_size(tee, WEARER, Gender.FEMALE, chart={"chest": 50})
    assert resolve_size(tee, WEARER, Gender.FEMALE, chart={"chest_girth": 100}) == flat


def test_ghost_mannequin_takes_its_scale_from_the_length_and_is_widened(draw):
    ghost = read_garment(*draw("worn", studio=True), category="t-shirt")
    size = resolve_size(ghost, WEARER, Gender.FEMALE, chart={"length": 60, "chest": 50})
    assert 100 * size.metres_per_px * extents(ghost)["length"] == pytest.approx(60)
    assert size.width_factor > 1
    assert resolve_size(ghost, WEARER, Gender.FEMALE).width_factor > 1


@pytest.mark.parametrize(
    ("chart", "message"),
    [
        ({"chest": 104}, r"chest 104 cm is not possible.*chest_girth"),
        ({"length": -3}, r"length -3 cm is not possible"),
        ({"length": float("nan")}, r"length nan cm is not possible"),
        ({"inseam": 80}, r"t-shirt has no 'inseam'.*length, chest"),
        ({"chest": 50, "chest_girth": 100}, r"given twice"),
        ({"length": 40, "chest": 85}, r"do not fit the photo"),
    ],
)
def test_impossible_charts_are_refused(tee, chart, message):
    with pytest.raises(SizeError, match=message):
        resolve_size(tee, WEARER, Gender.FEMALE, chart=chart)


def test_a_skirt_is_reported_as_wide_at_the_hem_as_it_is_cut(draw):
    skirt = read_garment(*draw("skirt"), category="skirt")
    size = resolve_size(skirt, LARGER, Gender.FEMALE)
    ends = np.stack([skirt.landmarks[name] for name in ("hemL", "hemR")])
    cut = graded(skirt, size, ends, {})
    assert size.cm["hem"] == pytest.approx(100 * np.linalg.norm(cut[0] - cut[1]), rel=0.02)
    charted = resolve_size(
        skirt, WEARER, Gender.FEMALE, chart={"hem": size.cm["hem"], "length": size.cm["length"]}
    )
    cut = graded(skirt, charted, ends, {})
    assert 100 * np.linalg.norm(cut[0] - cut[1]) == pytest.approx(size.cm["hem"], rel=0.02)


def test_a_wider_garment_has_no_longer_sleeves(tee):
    size = resolve_size(tee, WEARER, Gender.FEMALE)
    ends = np.array([tee.landmarks["tipR"], (tee.landmarks["cuffRo"] + tee.landmarks["cuffRi"]) / 2])
    sleeves = {"L": np.array([True, True]), "R": np.array([False, False])}

    def length(factor: float) -> float:
        tip, cuff = graded(tee, replace(size, width_factor=factor), ends, sleeves)
        return float(np.linalg.norm(cuff - tip))

    assert length(1.5) == pytest.approx(length(1.0), rel=0.12)
