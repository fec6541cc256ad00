"""Trouser legs before they are sewn."""

from __future__ import annotations

import numpy as np
import pytest

from fashion_models.arrays import F64, Bool
from fashion_models.garment.legs import fit_legs, fit_rise, fork_legs, straighten_legs
from fashion_models.person.body import Body, BodyShape, build_body
from fashion_models.person.trunk import measure_legs, measure_rise, measure_trunk

CROTCH_M, INSEAM_M = -0.28, 0.70


def spread_trousers(spread: float, *, thin: float = 1.0) -> tuple[F64, Bool, dict[str, F64]]:
    """Points of trousers whose legs lean outwards by dx/dy ``spread``; one leg shows a share of its width."""
    rise = np.arange(0.0, CROTCH_M, -0.01)
    above = [(x * np.interp(-y, [0, 0.2], [0.19, 0.25]), y) for y in rise for x in np.linspace(-1, 1, 41)]
    points, seam = above, [abs(x) > 0.999 * np.interp(-y, [0, 0.2], [0.19, 0.25]) for x, y in above]
    ends = {"crotch": (0.0, CROTCH_M), "waistL": (-0.19, 0.0), "waistR": (0.19, 0.0)}
    for side, sign, share in (("L", -1.0, thin), ("R", 1.0, 1.0)):
        for down in np.arange(0.0, INSEAM_M + 1e-9, 0.01):
            wide = (0.25 - 0.09 * down / INSEAM_M) * (1 - (1 - share) * min(down / 0.1, 1.0))
            for part in np.linspace(0.0, 1.0, 21):
                x = sign * (spread * down + part * wide)
                points.append((x, CROTCH_M - down))
                seam.append(part in (0.0, 1.0))
                if down > INSEAM_M - 0.005 and part in (0.0, 1.0):
                    ends[f"leg{side}{'out' if part else 'in'}"] = points[-1]
    marks = {name: np.array(at) for name, at in ends.items()}
    return np.array(points), np.array(seam), marks


def straight(spread: float, *, thin: float = 1.0, longest: float = 1.0) -> tuple[F64, dict[str, F64]]:
    points, seam, marks = spread_trousers(spread, thin=thin)
    both = np.vstack([points, *marks.values()])
    both = straighten_legs(both, np.r_[seam, np.zeros(len(marks), bool)], marks, longest)
    return both[: len(points)], dict(zip(marks, both[len(points) :], strict=True))


def leg_width(points: F64, below: float, sign: float) -> float:
    """Width of a leg at a depth below the crotch; legs drawn beside each other do not overlap."""
    row = points[np.abs(CROTCH_M - points[:, 1] - below) < 0.012]
    return float(np.ptp(row[sign * row[:, 0] > 0, 0]))


@pytest.mark.parametrize("spread", [0.03, 0.12, 0.3])
def test_spread_legs_hang_straight_down_with_seams_of_one_length(spread: float) -> None:
    _, marks = straight(spread)
    for side, sign in (("L", -1.0), ("R", 1.0)):
        inner, outer = marks[f"leg{side}in"], marks[f"leg{side}out"]
        assert inner[1] == pytest.approx(outer[1], abs=0.002)  # a level hem: in- and outseam are as long
        assert sign * (inner[0] + outer[0]) / 2 == pytest.approx(0.125, abs=0.01)
    assert marks["legLin"][1] == pytest.approx(marks["legRin"][1], abs=0.002)


def test_a_leg_that_lay_on_its_side_is_cut_as_wide_as_the_other() -> None:
    points, _ = straight(0.1, thin=0.75)
    for below in (0.25, 0.45, 0.6):
        assert leg_width(points, below, -1.0) == pytest.approx(leg_width(points, below, 1.0), rel=0.03)


def test_legs_end_above_the_floor() -> None:
    _, marks = straight(0.1, longest=0.6)
    assert CROTCH_M - marks["legLin"][1] == pytest.approx(0.6, abs=0.005)


def test_what_lies_above_the_crotch_is_not_turned() -> None:
    points, _, _ = spread_trousers(0.2)
    turned, _ = straight(0.2)
    above = points[:, 1] >= CROTCH_M
    np.testing.assert_array_equal(turned[above], points[above])


@pytest.mark.parametrize("spread", [0.03, 0.2])
def test_outseams_do_not_stand_out_below_the_hips(spread: float) -> None:
    points, marks = straight(spread)
    wide = points * [1.2, 1.0]
    hips = np.abs(wide[np.abs(wide[:, 1] - 0.7 * CROTCH_M) < 0.02, 0]).max()
    cut = fork_legs(wide, {name: at * [1.2, 1.0] for name, at in marks.items()})
    assert np.abs(cut[cut[:, 1] < 0.7 * CROTCH_M, 0]).max() < hips + 0.012
    for below in (0.1, 0.3, 0.5):  # the width that was pushed out now reaches past the middle
        row = np.abs(CROTCH_M - wide[:, 1] - below) < 0.012
        right = row & (wide[:, 0] > 0)
        assert np.ptp(cut[right, 0]) == pytest.approx(np.ptp(wide[right, 0]), abs=0.006)


@pytest.mark.parametrize("weight", [0.25, 0.5, 0.95])
def test_legs_pass_the_wearers_thighs_and_calves(weight: float) -> None:
    body: Body = build_body(BodyShape(phenotypes=(("weight", weight),)))
    points, marks = straight(0.1)
    fitted = fit_legs(points, marks, body)
    legs = measure_legs(body.pose({}))
    for below in (0.3, 0.5):
        girth = float(np.interp(below, legs.below, legs.girths))
        assert 2 * leg_width(fitted, below, 1.0) > girth


def test_the_way_through_the_crotch_is_longer_than_the_one_down_the_side() -> None:
    posed = build_body(BodyShape()).pose({})
    trunk = measure_trunk(posed)
    through, side = measure_rise(posed, trunk.waist)
    assert trunk.waist - trunk.crotch < side < 1.15 * (trunk.waist - trunk.crotch)
    assert side < through < 1.6 * (trunk.waist - trunk.crotch)


def test_a_rise_is_let_out_in_the_middle_and_fits_the_side() -> None:
    points, seam, marks = spread_trousers(0.1)
    waist = points[:, 1] == 0
    cut = fit_rise(points, seam, waist, marks, 0.36, 0.27)
    side = np.flatnonzero(seam & (points[:, 0] > 0) & (points[:, 1] > CROTCH_M))
    line = cut[side[np.argsort(points[side, 1])]]
    assert np.linalg.norm(np.diff(line, axis=0), axis=1).sum() == pytest.approx(0.27, abs=0.005)
    middle = waist & (np.abs(points[:, 0]) < 0.01)
    assert cut[middle, 1].max() > 0.02
    below = points[:, 1] <= CROTCH_M
    np.testing.assert_array_equal(cut[below], points[below])
