"""From pattern to settled cloth."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from fashion_models.drape.drape import DrapeSettings, drape_garment
from fashion_models.drape.fit import is_too_small, require_settled
from fashion_models.drape.model import Drape
from fashion_models.drape.solver import SolverSettings
from fashion_models.errors import CancelledError, DrapeError
from fashion_models.garment.model import Garment, GarmentSize
from fashion_models.garment.pattern import make_pattern
from fashion_models.person.body import Body
from fashion_models.person.trunk import measure_trunk

QUICK = DrapeSettings(
    grow_frames=14, pose_frames=2, settle_frames=10, least_settle_frames=10, solver=SolverSettings(substeps=2)
)
CALM = {"stretch_50": 1.0, "stretch_99": 1.1, "torn": 0.0, "stray": 0.0, "speed": 0.01}


@pytest.fixture(scope="module")
def tank(garments: dict[str, Garment], size: GarmentSize, body: Body) -> Drape:
    pattern = make_pattern(garments["tank"], size, body, step_m=0.04)
    return drape_garment(pattern, garments["tank"], body, {}, settings=QUICK)


def test_cloth_lies_outside_the_skin_on_trunk_and_shoulders(tank: Drape, body: Body) -> None:
    trunk = measure_trunk(body.pose({}))
    assert tank.figures["penetration_after"] == 0.0
    assert tank.vertices[:, 2].max() > trunk.waist + 0.25
    assert tank.vertices[:, 2].min() > trunk.crotch - 0.15


def test_sleeveless_garment_leaves_arms_bare(tank: Drape) -> None:
    assert np.abs(tank.vertices[:, 0]).max() < 0.27


def test_normals_are_unit_and_texture_stays_in_the_atlas(tank: Drape) -> None:
    assert np.allclose(np.linalg.norm(tank.normals, axis=1), 1.0, atol=1e-6)
    assert tank.uv.min() >= 0.0
    assert tank.uv.max() <= 1.0
    assert len(tank.vertices) == len(tank.normals) == len(tank.uv) == tank.triangles.max() + 1


def test_same_input_gives_the_same_bytes(
    tank: Drape,
    garments: dict[str, Garment],
    size: GarmentSize,
    body: Body,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
) -> None:
    monkeypatch.setenv("FASHION_MODELS_CACHE", str(tmp_path))
    pattern = make_pattern(garments["tank"], size, body, step_m=0.04)
    again = drape_garment(pattern, garments["tank"], body, {}, settings=QUICK)
    assert again.vertices.tobytes() == tank.vertices.tobytes()


def test_a_stopped_drape_says_so(garments: dict[str, Garment], size: GarmentSize, body: Body) -> None:
    pattern = make_pattern(garments["tank"], size, body, step_m=0.04)
    settings = replace(QUICK, pose_frames=3)
    with pytest.raises(CancelledError, match="stopped"):
        drape_garment(pattern, garments["tank"], body, {}, settings=settings, cancelled=lambda: True)


@pytest.mark.parametrize(
    ("figure", "value", "message"),
    [("speed", 0.4, "still moves"), ("torn", 0.02, "twice its length"), ("stray", 0.1, "off the body")],
)
def test_a_bad_drape_is_refused_with_its_reason(figure: str, value: float, message: str) -> None:
    require_settled(CALM)
    with pytest.raises(DrapeError, match=message):
        require_settled({**CALM, figure: value})


def test_a_cloth_that_became_nan_is_refused() -> None:
    with pytest.raises(DrapeError, match="diverged"):
        require_settled({**CALM, "stretch_99": float("nan")})


def test_a_stretched_garment_is_too_small() -> None:
    assert not is_too_small(CALM)
    assert is_too_small({**CALM, "stretch_50": 1.06})
    assert is_too_small({**CALM, "stretch_99": 1.3})
