from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from fashion_models.fidelity.light import received_light
from fashion_models.studio.lighting import environment, irradiance
from fashion_models.studio.model import Draft, Role
from fashion_models.studio.render import photograph

REFLECTANCE = 0.2


@pytest.fixture(scope="module", params=[0.0, 180.0])
def draft(request: pytest.FixtureRequest, small: Any) -> Draft:
    """A matt ball with a smaller one beside its front, so that one stands in the other's light."""
    matt = small.matt((REFLECTANCE, REFLECTANCE, REFLECTANCE))
    front = -1.0 if request.param == 0 else 1.0
    pieces = [
        small.ball("head", Role.SKIN, centre=(0.0, 0.0, 1.0), radius=0.12, material=matt),
        small.ball("lock", Role.HAIR, centre=(0.09 * front, 0.11 * front, 1.05), radius=0.03, material=matt),
    ]
    camera = small.front_camera(480, request.param)
    return photograph(pieces, camera, joints=np.tile([0.0, 0.0, 1.0], (18, 1)), quality="preview")


def test_light_of_an_open_place_is_that_of_its_slope(draft: Draft) -> None:
    rows, columns = (places[::40] for places in np.nonzero(draft.masks["skin"] > 0.995))
    unshaded, received = received_light(draft, rows, columns)
    lamps = environment("studio")[..., 0].astype(np.float64)
    slopes = draft.normals[rows, columns].astype(np.float64) @ [[1, 0, 0], [0, 0, 1], [0, -1, 0]]
    exact = np.array([irradiance(lamps, slope) for slope in slopes])
    assert np.abs(unshaded - exact).max() < 0.03
    assert (received <= unshaded + 1e-9).all()


def test_received_light_is_what_the_renderer_puts_there(draft: Draft) -> None:
    rows, columns = np.nonzero(draft.masks["skin"] > 0.995)
    unshaded, received = received_light(draft, rows, columns)
    rendered = draft.linear[rows, columns].mean(axis=1) / REFLECTANCE
    shaded = received < 0.75 * unshaded
    assert shaded.sum() > 40
    assert rendered[shaded].mean() < 0.8 * unshaded[shaded].mean()
    assert np.median(np.abs(rendered - received)) < 0.06
