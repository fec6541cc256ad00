"""Skirts before they are sewn."""

from __future__ import annotations

import numpy as np
import pytest

from fashion_models.arrays import F64, Bool
from fashion_models.garment.skirts import level_hem, widen_skirt
from fashion_models.person.body import BodyShape, build_body
from fashion_models.person.trunk import measure_legs, measure_trunk

LENGTH_M = 0.55


def drawn(waist: float, hem: float, *, tilt: float = 0.0) -> tuple[F64, Bool]:
    """Points of a skirt with straight sides; ``tilt`` hangs its right corner lower [m]."""
    at = [(part, down) for down in np.linspace(0.0, 1.0, 56) for part in np.linspace(-1.0, 1.0, 41)]
    points = [
        (part * (waist + (hem - waist) * down), -down * (LENGTH_M + tilt * (part + 1) / 2))
        for part, down in at
    ]
    return np.array(points), np.array([down == 1.0 for _, down in at])


@pytest.mark.parametrize("hem", [0.25, 0.34])
def test_sides_of_a_flared_skirt_are_as_long_as_its_middle(hem: float) -> None:
    points, edge = drawn(0.18, hem)
    cut = level_hem(points, edge)
    corner, middle = cut[edge][-1], cut[edge][20]
    assert np.hypot(corner[0] - 0.18, corner[1]) == pytest.approx(-middle[1], abs=0.012)
    assert -middle[1] == pytest.approx(LENGTH_M, abs=0.006)


def test_a_hem_that_was_laid_askew_is_level() -> None:
    points, edge = drawn(0.18, 0.22, tilt=0.05)
    y = level_hem(points, edge)[edge][:, 1]
    assert abs(y[0] - y[-1]) < 0.015


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
