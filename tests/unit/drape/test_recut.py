"""Sleeves that hung beside the body are cut so that an arm fits, and their mesh stays sound."""

from __future__ import annotations

import itertools
from dataclasses import replace

import numpy as np
import pytest

from fashion_models.arrays import F64
from fashion_models.conditioning.joints import body_joints
from fashion_models.drape.dress import dress
from fashion_models.fidelity.openings import check_openings
from fashion_models.garment.arms import sleeve_ends
from fashion_models.garment.ease import arm_radii
from fashion_models.garment.limbs import flat_sleeves
from fashion_models.garment.model import Garment, GarmentSize
from fashion_models.garment.panel import Panel, make_panel
from fashion_models.garment.pattern import Pattern, make_pattern
from fashion_models.garment.recut import STEEPEST_DEG
from fashion_models.garment.split import split_long_edges, unfolded
from fashion_models.person.body import Body


@pytest.fixture(scope="module")
def photographed(garments: dict[str, Garment]) -> dict[str, F64]:
    """Landmarks of the hanging garment as drawn [m]."""
    marks = garments["hanging"].landmarks
    origin = (marks["neckL"] + marks["neckR"]) / 2
    return {name: (point - origin) * [0.0025, -0.0025] for name, point in marks.items()}


@pytest.fixture(scope="module")
def pattern(garments: dict[str, Garment], size: GarmentSize, body: Body) -> Pattern:
    return make_pattern(garments["hanging"], size, body)


def areas(points: F64, panel: Panel) -> F64:
    a, b, c = (points[panel.triangles[:, k]] for k in range(3))
    u, v = b - a, c - a
    return (u[:, 0] * v[:, 1] - u[:, 1] * v[:, 0]) / 2


def test_hanging_sleeves_are_raised_and_keep_their_length(
    pattern: Pattern, photographed: dict[str, F64]
) -> None:
    before, after = flat_sleeves(photographed), flat_sleeves(pattern.landmarks)
    for side in "LR":
        assert before[side].drop_deg > 60
        assert after[side].drop_deg < STEEPEST_DEG + 3
        length = [np.linalg.norm(s.cuff - s.tip) for s in (before[side], after[side])]
        assert length[1] == pytest.approx(length[0], rel=0.08)


def test_the_body_between_the_armholes_stays_as_photographed(
    pattern: Pattern, photographed: dict[str, F64]
) -> None:
    for name in ("neckL", "neckR", "hemL", "hemR", "tipL", "tipR"):
        assert np.allclose(pattern.landmarks[name], photographed[name], atol=0.012)


def test_armholes_are_at_least_as_long_as_the_arm_needs(
    pattern: Pattern, photographed: dict[str, F64], body: Body
) -> None:
    girth = 2 * np.pi * float(arm_radii(body, "L", np.array([0.08]))[0])
    hole = {
        name: 2 * float(np.linalg.norm(marks["pitR"] - marks["tipR"]))
        for name, marks in (("photo", photographed), ("cut", pattern.landmarks))
    }
    assert hole["photo"] < 1.25 * girth < hole["cut"]


def test_the_cut_has_no_folded_triangle_and_none_too_long(pattern: Pattern) -> None:
    corner = pattern.rest[pattern.rest_triangles]
    u, v = corner[:, 1] - corner[:, 0], corner[:, 2] - corner[:, 0]
    assert (u[:, 0] * v[:, 1] - u[:, 1] * v[:, 0]).min() > 0
    longest = np.linalg.norm(corner - np.roll(corner, 1, axis=1), axis=2).max(axis=1)
    assert np.percentile(longest, 99.5) < 2 * np.median(longest)


def test_both_arms_are_in_the_sleeves_before_the_body_grows(
    garments: dict[str, Garment], size: GarmentSize, body: Body
) -> None:
    made = make_pattern(garments["hanging"], replace(size, source="prior+body"), body)
    dressing = dress(made, body)
    check = check_openings([(dressing.start, made.triangles)], body_joints(dressing.posed))
    assert check.passed, check.sentence
    for side, arm in (("L", 1), ("R", -1)):
        axis = [dressing.posed.head(f"{bone}.{side}")[[0, 2]] for bone in ("upperarm01", "wrist")]
        way = (axis[1] - axis[0]) / np.linalg.norm(axis[1] - axis[0])
        offset = dressing.start[made.sleeves[side] & made.seam][:, [0, 2]] - axis[0]
        along, across = offset @ way, arm * (offset @ np.array([-way[1], way[0]]))
        for at in np.arange(0.14, 0.4, 0.03):  # a seam above and one below the arm all along
            near = across[np.abs(along - at) < 0.03]
            assert near.min() < -0.01 < 0.01 < near.max()


def test_halved_edges_keep_rim_and_openings_in_order(garments: dict[str, Garment]) -> None:
    panel = make_panel(garments["tee"], 0.0025, 0.024)
    flat = panel.points * [0.0025, -0.0025]
    finer, points, inside = split_long_edges(panel, flat, {"L": flat[:, 0] > 0.6}, 0.018)
    assert len(points) > 1.5 * len(flat)
    assert np.allclose(points, finer.points * [0.0025, -0.0025])
    assert areas(points, finer).min() > 0
    assert areas(points, finer).sum() == pytest.approx(areas(flat, panel).sum())
    rim = np.linalg.norm(np.diff(points[: finer.rim], axis=0), axis=1)
    assert rim.max() < 0.03
    assert list(dict.fromkeys(finer.arcs)) == list(dict.fromkeys(panel.arcs))
    assert (inside["L"] <= (points[:, 0] > 0.6)).all()


def test_a_folded_place_is_smoothed(garments: dict[str, Garment]) -> None:
    panel = make_panel(garments["tee"], 0.0025, 0.024)
    flat = panel.points * [0.0025, -0.0025]
    middle = panel.rim + int(np.linalg.norm(flat[panel.rim :] - flat.mean(axis=0), axis=1).argmin())
    spoilt = flat.copy()
    spoilt[middle] += 0.05
    assert areas(spoilt, panel).min() < 0
    mended = unfolded(panel, spoilt)
    assert areas(mended, panel).min() > 0
    assert np.linalg.norm(mended - flat, axis=1).max() < 0.06


def test_a_neck_as_wide_as_the_shoulders_is_taken_in_and_the_chest_stays(
    garments: dict[str, Garment], size: GarmentSize, body: Body
) -> None:
    coat = garments["coat"]
    marks = dict(coat.landmarks)
    wide = {"neckR": marks["tipR"] - [4, 0], "neckL": marks["tipL"] + [4, 0]}
    hooded = replace(coat, landmarks={**marks, **wide})
    own = replace(size, source="prior+body")
    cut, usual = (make_pattern(garment, own, body).landmarks for garment in (hooded, coat))
    assert cut["neckR"][0] < 0.75 * abs(body.head("upperarm01.L")[0])
    assert cut["pitR"][0] == pytest.approx(usual["pitR"][0], abs=0.02)


def test_sleeve_ends_follow_the_photo_up_to_the_wrist(
    garments: dict[str, Garment], size: GarmentSize, body: Body
) -> None:
    joints = [body.head(f"{bone}.L") for bone in ("upperarm01", "lowerarm01", "wrist")]
    arm = sum(float(np.linalg.norm(b - a)) for a, b in itertools.pairwise(joints))
    own = replace(size, source="prior+body")
    short, long = (sleeve_ends(garments[kind], own, body)["L"] for kind in ("tee", "coat"))
    assert 0.05 < short < 0.25
    assert long == pytest.approx(arm + 0.025)
    assert sleeve_ends(garments["coat"], size, body)["L"] > arm + 0.1
    assert sleeve_ends(garments["tank"], own, body) == {}
