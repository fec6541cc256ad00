"""Skirts before they are sewn."""

from __future__ import annotations

import numpy as np
import pytest

from fashion_models.arrays import F64, Bool
from fashion_models.garment.ease import fit_waist
from fashion_models.garment.skirts import even_sides, level_hem, narrow_skirt, narrowness, widen_skirt
from fashion_models.person.body import BodyShape, build_body
from fashion_models.person.trunk import measure_legs, measure_trunk

LENGTH_M = 0.55


def drawn(waist: float, hem: float, *, tilt: float = 0.0) -> tuple[F64, Bool]:
    """Points of a skirt with straight sides, and its hem; ``tilt`` hangs its right corner lower [m]."""
    at = [(part, down) for down in np.linspace(0.0, 1.0, 56) for part in np.linspace(-1.0, 1.0, 41)]
    points = [
        (part * (waist + (hem - waist) * down), -down * (LENGTH_M + tilt * (part + 1) / 2))
        for part, down in at
    ]
    return np.array(points), np.array([down == 1.0 for _, down in at])


def sides(points: F64) -> Bool:
    """Points of the side seams, as `drawn` lays them out."""
    return np.arange(len(points)) % 41 % 40 == 0


def arc(line: F64) -> float:
    return float(np.linalg.norm(np.diff(line, axis=0), axis=1).sum())


@pytest.mark.parametrize("hem", [0.14, 0.25, 0.34])
def test_sides_of_a_skirt_are_as_long_as_its_middle_all_the_way_down(hem: float) -> None:
    points, edge = drawn(0.18, hem)
    cut = level_hem(points, sides(points), edge).reshape(56, 41, 2)
    for row in (20, 40, 55):
        assert arc(cut[: row + 1, -1]) == pytest.approx(arc(cut[: row + 1, 20]), abs=0.008)
    assert arc(cut[:, 20]) == pytest.approx(LENGTH_M, abs=0.006)


def test_a_hem_that_was_laid_askew_is_level() -> None:
    points, edge = drawn(0.18, 0.22, tilt=0.05)
    y = level_hem(points, sides(points), edge)[edge][:, 1]
    assert abs(y[0] - y[-1]) < 0.015


def test_a_bite_out_of_one_side_leaves_no_wave() -> None:
    points, _ = drawn(0.18, 0.30)
    bite = 1 - 0.3 * np.exp(-(((points[:, 1] + 0.3) / 0.03) ** 2))
    bitten = np.where(points[:, :1] < 0, points * np.column_stack([bite, np.ones(len(points))]), points)
    even = even_sides(bitten, sides(points), np.ones(len(points), bool)).reshape(56, 41, 2)
    for column in (0, 40):
        line = np.interp(np.linspace(0, 1, 56), [0, 1], even[[8, 55], column, 0])
        assert np.abs(even[8:, column, 0] - np.interp(np.arange(8, 56), [8, 55], line[[0, 55]])).max() < 0.012


def test_what_lies_above_the_armpits_is_not_straightened() -> None:
    points, _ = drawn(0.18, 0.30)
    wavy = points + np.column_stack([0.02 * np.sin(40 * points[:, 1]), np.zeros(len(points))])
    even = even_sides(wavy, sides(points), np.ones(len(points), bool), top=-0.2)
    above = points[:, 1] >= -0.2
    np.testing.assert_array_equal(even[above], wavy[above])


def test_a_narrow_skirt_is_no_barrel_on_a_large_body() -> None:
    posed = build_body(BodyShape(phenotypes=(("weight", 0.95),))).pose({})
    trunk, legs = measure_trunk(posed), measure_legs(posed)
    seat = trunk.waist - 0.02
    hips = float(trunk.girth(trunk.hip)) / 4
    points, _ = drawn(1.25 * hips, 1.25 * hips)
    points *= np.column_stack([np.interp(-points[:, 1], [0.45, LENGTH_M], [1.0, 0.75]), np.ones(len(points))])
    narrow = narrow_skirt(points, trunk, legs, seat)
    knees = np.abs(points[:, 1] + 0.42) < 0.006
    assert np.abs(narrow[knees, 0]).max() < np.abs(points[knees, 0]).max() - 0.02
    straight, _ = drawn(0.28, 0.30)
    np.testing.assert_allclose(narrow_skirt(straight, trunk, legs, seat), straight)


def test_a_pencil_is_as_wide_as_the_hips_it_is_worn_on_and_a_flared_skirt_stays() -> None:
    points, _ = drawn(0.18, 0.14)
    bulged = points * np.column_stack(
        [1 + 0.5 * np.exp(-(((points[:, 1] + 0.12) / 0.06) ** 2)), np.ones(len(points))]
    )
    assert narrowness(bulged) == 1.0
    assert narrowness(drawn(0.18, 0.30)[0]) == 0.0
    posed = build_body(BodyShape()).pose({})
    trunk = measure_trunk(posed)
    seat = trunk.waist - 0.02
    cut = fit_waist(bulged, trunk, seat, skirt=True)
    for depth in (0.06, 0.10, 0.14):
        row = np.abs(cut[:, 1] + depth) < 0.006
        assert 4 * cut[row, 0].max() == pytest.approx(float(trunk.girth(seat - depth)), rel=0.06)


def test_a_skirt_passes_hips_and_legs() -> None:
    posed = build_body(BodyShape()).pose({})
    trunk, legs = measure_trunk(posed), measure_legs(posed)
    seat = trunk.waist - 0.04
    points, edge = drawn(0.18, 0.16)
    wide = widen_skirt(points, trunk, legs, seat)
    at_hips = np.abs(seat + points[:, 1] - trunk.hip) < 0.006
    assert 4 * wide[at_hips, 0].max() > trunk.girth(trunk.hip)
    below = LENGTH_M - (seat - trunk.crotch)
    assert 4 * wide[edge, 0].max() > legs.hulls[legs.below < below].min()


def test_a_wide_skirt_stays_as_it_is() -> None:
    posed = build_body(BodyShape()).pose({})
    trunk = measure_trunk(posed)
    points, _ = drawn(0.30, 0.45)
    np.testing.assert_array_equal(widen_skirt(points, trunk, measure_legs(posed), trunk.waist), points)
