from __future__ import annotations

import numpy as np
import pytest

from fashion_models.studio.lighting import LIGHTINGS, directions, environment, irradiance

TO_CAMERA = np.array([0.0, -1.0, 0.0])


@pytest.mark.parametrize("name", LIGHTINGS)
def test_matt_surface_facing_the_camera_returns_its_own_colour(name: str) -> None:
    radiance = environment(name)[..., 0].astype(np.float64)
    assert irradiance(radiance, TO_CAMERA) == pytest.approx(LIGHTINGS[name].exposure, rel=1e-4)


@pytest.mark.parametrize("name", LIGHTINGS)
def test_light_is_neutral(name: str) -> None:
    assert np.ptp(environment(name), axis=-1).max() == 0


def test_studio_models_form_without_burning_out() -> None:
    radiance = environment("studio")[..., 0].astype(np.float64)
    left, right = (irradiance(radiance, np.array([side, -0.5, 0.0]) / np.sqrt(1.25)) for side in (-1, 1))
    assert left > 1.2 * right, "the key comes from the left"
    sample = directions()[::8, ::8].reshape(-1, 3)
    assert max(irradiance(radiance, normal) for normal in sample) < 1.25
    assert irradiance(radiance, -TO_CAMERA) < 0.4, "dark flags keep an edge against a white backdrop"
