from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from scipy.spatial import cKDTree

from fashion_models.arrays import F64
from fashion_models.errors import PlanError
from fashion_models.person.body import Body, BodyShape, PosedBody, build_body
from fashion_models.person.hair import HAIR_COLOURS, HAIR_STYLES, hair_pieces, scalp_map
from fashion_models.person.head import HeadFrame, reference_head
from fashion_models.person.model import Gender, Measurements, Person
from fashion_models.person.scalp import inside_hairline, scalp_density
from fashion_models.person.surface import skin_mesh
from fashion_models.pose.skeleton import Z, turn
from fashion_models.studio.model import Strands

KINDS = ("buzz", "short", "shoulder curly", "afro", "ponytail")  # one of each way to grow


def someone(hair: str = "bob", identity: int = 3) -> Person:
    size = Measurements(height=170, bust=90, waist=72, hip=98, source="given")
    return Person(
        identity=identity,
        gender=Gender.FEMALE,
        age=30,
        tone=4,
        ethnicity=(("european", 1.0),),
        measurements=size,
        hair=hair,
        hair_colour="brown",
        eyes="brown",
    )


@pytest.fixture(scope="module")
def body() -> Body:
    return build_body(BodyShape(phenotypes=(("gender", 1.0),)))


@pytest.fixture(scope="module")
def posed(body: Body) -> PosedBody:
    return body.pose({})


def strands_of(person: Person, body: Body, posed: PosedBody, **more: object) -> list[F64]:
    pieces = hair_pieces(person, posed, cloth=more.get("cloth"))  # type: ignore[arg-type]
    return [piece.points for piece in pieces if isinstance(piece, Strands)]


def depth_below(points: F64, surface: F64, normals: F64) -> F64:
    """How deep points lie under the nearest sample of a surface [m]."""
    _, index = cKDTree(surface).query(points)
    return -((points - surface[index]) * normals[index]).sum(axis=1)


@pytest.mark.parametrize("style", KINDS)
def test_no_strand_runs_inside_the_skin(style: str, body: Body, posed: PosedBody) -> None:
    strands = np.concatenate(strands_of(someone(style), body, posed))
    sample = strands[:: max(1, len(strands) // 2500)].reshape(-1, 3)
    points = skin_mesh().points(posed.vertices)
    normals = skin_mesh().normals(points)
    solid = reference_head().ears < 0.5
    assert np.quantile(depth_below(sample, points[solid], normals[solid]), 0.995) < 0.001


def test_hair_roots_lie_on_the_scalp(body: Body, posed: PosedBody) -> None:
    roots = np.concatenate([points[:, 0] for points in strands_of(someone("long straight"), body, posed)])
    points = skin_mesh().points(posed.vertices)
    assert np.abs(depth_below(roots, points, skin_mesh().normals(points))).max() < 0.003
    assert HeadFrame.of(posed).to_head(roots)[:, 2].min() > -0.1


def test_hair_lies_over_the_garment(body: Body, posed: PosedBody) -> None:
    mesh = skin_mesh()
    points = mesh.points(posed.vertices)
    shell = points + 0.012 * mesh.normals(points)
    neck = posed.head("neck01")[2]
    low = points[mesh.point_triangles, 2].max(axis=1) < neck
    cloth = (shell, mesh.point_triangles[low])
    strands = np.concatenate(strands_of(someone("long straight"), body, posed, cloth=cloth))
    near = strands[::20].reshape(-1, 3)
    near = near[near[:, 2] < neck - 0.03]
    used = np.unique(cloth[1])
    depth = depth_below(near, shell[used], mesh.normals(points)[used])
    assert len(near) > 1000
    assert np.quantile(depth, 0.995) < 0.001


@pytest.mark.parametrize("style", ["long straight", "long wavy"])
def test_long_hair_does_not_end_on_the_shoulders(style: str, body: Body, posed: PosedBody) -> None:
    tips = np.concatenate([points[:, -1] for points in strands_of(someone(style), body, posed)])
    points = skin_mesh().points(posed.vertices)
    distance, index = cKDTree(points).query(tips)
    on_top = (distance < 0.03) & (skin_mesh().normals(points)[index, 2] > 0.6)
    assert on_top.mean() < 0.01


@pytest.mark.parametrize("turn_deg", [-70, 70])
def test_long_hair_of_a_turned_head_falls_behind_the_chest(turn_deg: float, body: Body) -> None:
    turned = {f"neck0{i}": turn(Z, turn_deg / 3) for i in (1, 2, 3)}
    posed = body.pose(turned)
    strands = np.concatenate(strands_of(someone("long straight"), body, posed))
    low = strands[:, -1][strands[:, -1, 2] < posed.head("neck01")[2] - 0.05]
    assert len(low) > 1000
    assert (low[:, 1] > posed.head("neck01")[1]).mean() > 0.7
    assert np.abs(low[:, 0] - posed.head("neck01")[0]).mean() < 0.12


def test_same_identity_grows_the_same_strands(body: Body, posed: PosedBody) -> None:
    first, second = (strands_of(someone("short"), body, posed) for _ in range(2))
    other = strands_of(someone("short", identity=4), body, posed)
    assert all(np.array_equal(a, b) for a, b in zip(first, second, strict=True))
    assert first[0].shape != other[0].shape or not np.array_equal(first[0], other[0])


def test_strands_follow_the_head_when_the_body_moves(body: Body, posed: PosedBody) -> None:
    here = strands_of(someone("buzz"), body, posed)[0]
    there = strands_of(someone("buzz"), body, posed.moved(np.array([0.3, -0.1, 0.2])))[0]
    assert np.allclose(there - here, [0.3, -0.1, 0.2], atol=1e-6)


def test_forehead_and_ears_are_bare_and_the_crown_is_not() -> None:
    spots = np.array([[0.0, -0.02, 0.03], [0.0, 0.09, 0.115], [0.0, 0.19, 0.03], [0.0, 0.15, -0.13]])
    density = scalp_density(spots)
    assert density.tolist() == [0, 1, 1, 0]
    assert inside_hairline(spots)[0] < -0.01


def test_scalp_map_covers_the_scalp_alone() -> None:
    image = scalp_map()
    assert image.shape == (2048, 2048)
    assert image.dtype == np.float32
    assert 0.03 < image.mean() < 0.2


def test_bald_head_has_no_strands(body: Body, posed: PosedBody) -> None:
    assert hair_pieces(someone("bald"), posed, cloth=None) == []


def test_catalogue_lists_the_usual_styles_and_colours() -> None:
    assert {"bald", "buzz", "short", "bob", "long straight", "long wavy", "afro", "bun"} <= set(HAIR_STYLES)
    assert {"black", "brown", "blond", "grey"} <= set(HAIR_COLOURS)


def test_unknown_style_names_the_styles_there_are(body: Body, posed: PosedBody) -> None:
    with pytest.raises(PlanError, match=r"unknown hair style 'mullet'; known are bald, buzz"):
        hair_pieces(someone("mullet"), posed, cloth=None)
    with pytest.raises(PlanError, match=r"unknown hair colour 'teal'; known are black"):
        hair_pieces(replace(someone(), hair_colour="teal"), posed, cloth=None)
