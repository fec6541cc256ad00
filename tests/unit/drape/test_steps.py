"""Skinning carry, clean-up, and the mesh for the picture."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from fashion_models.arrays import F64
from fashion_models.conditioning.joints import body_joints
from fashion_models.drape.clean import push_out
from fashion_models.drape.collider import BodyMesh, make_collider
from fashion_models.drape.dress import dress, shortest_turn
from fashion_models.drape.fit import stretch
from fashion_models.drape.graph import alternate
from fashion_models.drape.refine import ClothMesh, fold_hems, round_rim, subdivide
from fashion_models.drape.repose import Motion, bind, carried
from fashion_models.fidelity.openings import check_openings
from fashion_models.garment.model import Garment, GarmentSize
from fashion_models.garment.pattern import make_pattern
from fashion_models.person.body import Body


def square(count: int = 7) -> ClothMesh:
    """A flat square of cloth, edge 1 m."""
    x, y = np.meshgrid(np.linspace(0, 1, count), np.linspace(0, 1, count))
    points = np.stack([x.ravel(), y.ravel(), np.zeros(count**2)], axis=1)
    i = (np.arange(count - 1)[:, None] * count + np.arange(count - 1)).ravel()
    triangles = np.vstack(
        [np.stack([i, i + 1, i + count], axis=1), np.stack([i + 1, i + count + 1, i + count], axis=1)]
    )
    return ClothMesh(points, triangles, points[:, :2].copy(), triangles, np.arange(count**2))


def turned(angle: float) -> F64:
    c, s = np.cos(angle), np.sin(angle)
    return np.array([[c, 0, s], [0, 1, 0], [-s, 0, c]])


def test_shortest_turn_takes_one_direction_to_the_other() -> None:
    a, b = np.array([0.2, -0.4, 0.9]), np.array([-0.7, 0.1, 0.3])
    turn = shortest_turn(a, b)
    assert np.allclose(turn @ a / np.linalg.norm(a), b / np.linalg.norm(b))
    assert np.allclose(turn @ turn.T, np.eye(3))


def test_skin_carried_by_its_own_weights_lands_on_the_posed_skin(body: Body) -> None:
    start, end = body.pose({}), body.pose({"upperarm01.L": turned(0.6), "spine03": turned(0.1)})
    some = np.arange(0, 13000, 97)
    weights = np.zeros((len(some), len(start.heads)))
    from fashion_models.person.body import template

    t = template()
    for k in range(t.weights.shape[1]):
        np.add.at(weights, (np.arange(len(some)), t.weight_bones[some, k]), t.weights[some, k])
    assert np.allclose(carried(start.vertices[some], weights, start, end), end.vertices[some], atol=1e-9)


def test_bound_weights_sum_to_one(garments: dict[str, Garment], size: GarmentSize, body: Body) -> None:
    pattern = make_pattern(garments["skirt"], size, body, step_m=0.04)
    dressing = dress(pattern, body)
    mesh = ClothMesh(
        dressing.start,
        pattern.triangles.astype(np.int64),
        pattern.uv,
        pattern.triangles.astype(np.int64),
        pattern.welded.astype(np.int64),
    )
    assert np.allclose(bind(dressing.start, dressing.posed, mesh.averaging).sum(axis=1), 1.0)


def test_motion_starts_and_ends_at_its_poses(body: Body) -> None:
    start, end = {"upperarm01.L": turned(0.3)}, {"upperarm01.L": turned(1.1), "head": turned(0.2)}
    motion = Motion(body, start, end)
    assert np.allclose(motion.at(0.0).vertices, body.pose(start).vertices, atol=1e-9)
    assert np.allclose(motion.at(1.0).vertices, body.pose(end).vertices, atol=1e-9)


def test_push_out_leaves_no_vertex_inside(body: Body) -> None:
    collider = make_collider(body)
    posed = body.pose({})
    skin = BodyMesh(collider.place(posed), collider.triangles)
    mesh = square(25)
    cloth = mesh.points @ np.array([[0.4, 0, 0], [0, 0, 0.4], [0, 0, 0]]) + [-0.2, -0.03, 0.95]
    assert (skin.distance(cloth) < 0).mean() > 0.3
    assert skin.distance(push_out(cloth, skin, mesh.averaging, 0.004)).min() > 0.003


def test_subdivision_keeps_a_flat_cloth_flat_and_its_area() -> None:
    mesh = subdivide(square())
    assert np.allclose(mesh.points[:, 2], 0.0)
    assert len(mesh.triangles) == 4 * 72
    assert np.allclose(mesh.normals(), [0, 0, 1])
    assert np.ptp(mesh.points[:, 0]) == pytest.approx(1.0, abs=0.05)
    assert np.allclose(
        mesh.uv[mesh.uv_triangles].mean(axis=1), mesh.points[mesh.triangles].mean(axis=1)[:, :2], atol=0.05
    )


def test_hems_are_folded_behind_the_cloth_along_every_opening() -> None:
    flat = square()
    folded = fold_hems(flat, 0.002, 0.012)
    added = folded.points[len(flat.points) :]
    assert len(added) == 2 * 24
    assert np.allclose(added[:, 2], -0.002)
    assert (added[:, :2] > 0).all()
    assert (added[:, :2] < 1).all()
    assert len(folded.welded) == len(folded.uv)


def test_a_corner_in_the_edge_of_an_opening_is_taken_out_and_what_is_far_stays() -> None:
    flat = square(21)
    bent = flat.points.copy()
    corner = np.isclose(bent[:, :2], [0.5, 0.0]).all(axis=1)
    bent[corner, 2] = 0.06
    rim = np.isclose(bent[:, 1], 0.0)
    rounded = round_rim(flat.moved(bent), rim, 0.2).points
    assert 0.0 < rounded[corner, 2].item() < 0.02
    far = bent[:, 1] > 0.21
    np.testing.assert_array_equal(rounded[far], bent[far])
    untouched = round_rim(flat.moved(bent), np.zeros(len(bent), bool), 0.2)
    np.testing.assert_array_equal(untouched.points, bent)


def test_no_two_neighbours_are_held() -> None:
    mesh = square()
    held = alternate(np.isclose(mesh.points[:, 1], 0.0), mesh.edges)
    assert held.sum() == 4
    assert not held[mesh.edges].all(axis=1).any()


def test_a_skirt_starts_as_long_as_it_is_cut(
    garments: dict[str, Garment], size: GarmentSize, body: Body
) -> None:
    pattern = make_pattern(garments["skirt"], size, body)
    ratio = stretch(pattern, dress(pattern, body).start)
    assert np.median(ratio) == pytest.approx(1.0, abs=0.03)
    assert np.percentile(ratio, 2) > 0.85
    assert np.percentile(ratio, 98) < 1.15


def test_panels_start_before_and_behind_the_skeleton(
    garments: dict[str, Garment], size: GarmentSize, body: Body
) -> None:
    pattern = make_pattern(garments["tee"], size, body)
    start = dress(pattern, body).start
    spine = body.head("spine03")[1]
    middle = (np.abs(start[:, 0]) < 0.05) & (pattern.flat[:, 1] < -0.2)
    assert (start[middle & ~pattern.back, 1] < spine).all()
    assert (start[middle & pattern.back, 1] > spine).all()


def test_trouser_legs_start_round_the_legs(
    garments: dict[str, Garment], size: GarmentSize, body: Body
) -> None:
    pattern = make_pattern(garments["shorts"], size, body)
    dressing = dress(pattern, body)
    for name, side in (("legR", "L"), ("legL", "R")):
        hem = dressing.start[pattern.borders(name)]
        knee, hip = (dressing.posed.head(f"{bone}.{side}") for bone in ("lowerleg01", "upperleg01"))
        leg = np.interp(hem[:, 2].mean(), [knee[2], hip[2]], [knee[0], hip[0]])
        assert (hem[:, 0].min() + hem[:, 0].max()) / 2 == pytest.approx(leg, abs=0.02)


def test_sleeves_of_a_long_garment_start_round_the_arms(
    garments: dict[str, Garment], size: GarmentSize, body: Body
) -> None:
    pattern = make_pattern(garments["coat"], replace(size, source="prior+body"), body)
    dressing = dress(pattern, body)
    check = check_openings([(dressing.start, pattern.triangles)], body_joints(dressing.posed))
    assert check.passed, check.sentence
