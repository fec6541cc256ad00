from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from fashion_models.colour import linear_from_srgb
from fashion_models.errors import CancelledError, PlanError, RenderError
from fashion_models.studio.camera import project
from fashion_models.studio.maps import BACKGROUND
from fashion_models.studio.model import Camera, Draft, Piece, Role
from fashion_models.studio.render import photograph

JOINTS = np.tile([0.0, 0.0, 1.0], (18, 1))


def shoot(pieces: list[Piece], camera: Camera, **options: Any) -> Draft:
    return photograph(pieces, camera, joints=JOINTS, **({"quality": "preview"} | options))


@pytest.fixture(scope="module")
def pieces(small: Any) -> list[Piece]:
    """Hair before a skin ball before a cloth wall; hair comes first, so that order cannot be luck."""
    return [
        small.strands("hair", count=200, x=0.3),
        small.ball(
            "skin", Role.SKIN, centre=(-0.4, -0.2, 1.0), radius=0.3, material=small.matt((0.5, 0.3, 0.2))
        ),
        small.wall("cloth", Role.GARMENT, y=0.5, half=0.7, z=1.0, material=small.matt((0.1, 0.3, 0.6))),
    ]


@pytest.fixture(scope="module")
def draft(small: Any, pieces: list[Piece]) -> Draft:
    return shoot(pieces, small.front_camera())


def at(draft: Draft, point: tuple[float, float, float]) -> tuple[int, int]:
    x, y = project(draft.camera, np.array([point]))[0][0]
    return int(y), int(x)


def test_masks_sum_to_one_and_name_what_is_seen(draft: Draft) -> None:
    total = sum(draft.masks.values())
    assert np.abs(total - 1).max() < 1e-5
    assert min(mask.min() for mask in draft.masks.values()) > -1e-5
    assert draft.masks["skin"][at(draft, (-0.4, -0.5, 1.0))] > 0.99
    assert draft.masks["garment"][at(draft, (0.6, 0.5, 1.0))] > 0.99
    assert draft.masks["hair"].sum() > 30
    assert draft.masks[BACKGROUND][0, 0] == 1


def test_wall_has_the_depth_normal_and_texture_coordinates_it_was_built_with(draft: Draft) -> None:
    point = (0.5, 0.5, 1.3)
    pixel = at(draft, point)
    assert draft.depth[pixel] == pytest.approx(5.5, abs=1e-3)
    assert draft.normals[pixel] == pytest.approx([0, 0, 1], abs=1e-3)
    assert draft.uv[pixel] == pytest.approx([1.2 / 1.4, 1.0 / 1.4], abs=0.03)
    assert draft.position[pixel] == pytest.approx(point, abs=0.03)
    assert draft.depth[0, 0] == 0


def test_normals_are_in_camera_space(draft: Draft) -> None:
    row, column = at(draft, (-0.4, -0.5, 1.0))
    assert draft.normals[row, column + 8, 0] > 0.2
    assert draft.normals[row - 8, column, 1] > 0.2


def test_projection_meets_the_rendered_edge_within_a_pixel(small: Any) -> None:
    wall = small.wall("cloth", Role.GARMENT, y=0.0, half=0.7, z=1.0, material=small.matt((0.3, 0.3, 0.3)))
    for azimuth in (0.0, 30.0):
        seen = shoot([wall], small.front_camera(azimuth=azimuth))
        covered = np.argwhere(seen.alpha > 0.5)
        corners = project(seen.camera, wall.vertices)[0]
        for axis, side in ((1, 0), (0, 1)):
            assert covered[:, axis].min() == pytest.approx(corners[:, side].min(), abs=1)
            assert covered[:, axis].max() + 1 == pytest.approx(corners[:, side].max(), abs=1)


@pytest.mark.parametrize("azimuth", [0.0, 180.0])
def test_matt_cloth_that_faces_the_camera_keeps_its_colour(small: Any, azimuth: float) -> None:
    y = 0.0
    wall = small.wall("cloth", Role.GARMENT, y=y, half=0.7, z=1.0, material=small.matt((0.1, 0.3, 0.6)))
    seen = shoot([wall], small.front_camera(azimuth=azimuth))
    inside = seen.masks["garment"] > 0.995
    shown = np.median(linear_from_srgb(seen.display)[inside], axis=0)
    assert shown == pytest.approx([0.103, 0.309, 0.618], rel=0.02)


def test_backdrop_is_exact_where_nothing_stands(small: Any, pieces: list[Piece]) -> None:
    seen = shoot(pieces, small.front_camera(), backdrop="#e9e4dc")
    assert (seen.display[:10] == [0xE9, 0xE4, 0xDC]).all()


def test_the_same_arguments_give_the_same_picture(small: Any, pieces: list[Piece], draft: Draft) -> None:
    again = shoot(pieces, small.front_camera())
    assert np.abs(again.display.astype(int) - draft.display.astype(int)).max() <= 1
    assert np.abs(again.depth - draft.depth).max() < 1e-5


def test_a_ball_darkens_the_floor_under_it_only(small: Any) -> None:
    ball = small.ball("skin", Role.SKIN, centre=(0, 0, 0.3), radius=0.3, material=small.matt((0.5, 0.3, 0.2)))
    camera = Camera(origin=(0, -5, 0.7), target=(0, 0, 0.4), fov_deg=20, width=96, height=96, azimuth_deg=0)
    seen = shoot([ball], camera)
    row, _ = at(seen, (0.0, -0.12, 0.0))
    bare = seen.alpha == 0
    assert (seen.display[:8] == 255).all()
    dark = (seen.display < 250).any(axis=-1) & bare
    assert dark.sum() > 20
    assert abs(np.argwhere(dark)[:, 0].mean() - row) < 12


def test_refusals_name_the_value(small: Any, pieces: list[Piece]) -> None:
    camera = small.front_camera()
    with pytest.raises(PlanError, match=r"lighting 'disco' is unknown; known: studio"):
        shoot(pieces, camera, lighting="disco")
    with pytest.raises(CancelledError):
        shoot(pieces, camera, cancelled=lambda: True)
    empty = small.ball("away", Role.SKIN, centre=(50, 0, 1), radius=0.3, material=small.matt((0.5, 0.3, 0.2)))
    with pytest.raises(RenderError, match="sees nobody"):
        shoot([empty], camera)
    broken = small.ball(
        "nan", Role.SKIN, centre=(np.nan, 0, 1), radius=0.3, material=small.matt((0.5, 0.3, 0.2))
    )
    with pytest.raises(RenderError, match="'nan'"):
        shoot([broken], camera)


def test_the_slow_renderer_gives_the_same_picture(
    small: Any, pieces: list[Piece], draft: Draft, tmp_path: Path
) -> None:
    if "scalar" in draft.renderer:
        pytest.skip("the slow renderer is the only one here")
    code = (
        "import sys, importlib.util, numpy as np\n"
        "spec = importlib.util.spec_from_file_location('small', sys.argv[1])\n"
        "module = importlib.util.module_from_spec(spec); spec.loader.exec_module(module)\n"
        "from fashion_models.studio.render import photograph\n"
        "from fashion_models.studio.model import Role\n"
        "s = module.SmallScenes()\n"
        "pieces = [s.strands('hair', count=200, x=0.3),\n"
        " s.ball('skin', Role.SKIN, centre=(-.4, -.2, 1.), radius=.3, material=s.matt((.5, .3, .2))),\n"
        " s.wall('cloth', Role.GARMENT, y=.5, half=.7, z=1., material=s.matt((.1, .3, .6)))]\n"
        "d = photograph(pieces, s.front_camera(), joints=np.tile([0., 0., 1.], (18, 1)), quality='preview')\n"
        "np.savez(sys.argv[2], display=d.display, depth=d.depth, garment=d.masks['garment'])\n"
    )
    scenes = Path(__file__).parent.parent / "conftest.py"
    out = tmp_path / "slow.npz"
    subprocess.run(
        [sys.executable, "-c", code, str(scenes), str(out)],
        env=os.environ | {"FASHION_MODELS_RENDERER": "scalar_rgb"},
        check=True,
        timeout=120,
    )
    slow = np.load(out)
    solid = (draft.masks["garment"] > 0.999) & (slow["garment"] > 0.999)
    assert solid.sum() > 500
    difference = np.abs(slow["display"].astype(int) - draft.display.astype(int))
    assert np.median(difference[solid]) <= 2
    assert difference.mean() < 3
    assert np.abs(slow["depth"] - draft.depth)[solid].max() < 0.01
