from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from fashion_models.studio.model import Camera, Material, Role, Strands
from fashion_models.studio.ribbons import as_ribbons

NEAR = Camera(origin=(0, -5, 1.5), target=(0, 0, 1.5), fov_deg=1.0, width=400, height=800, azimuth_deg=0.0)
FAR = replace(NEAR, fov_deg=20.0)


@pytest.fixture(scope="module")
def strands() -> Strands:
    """Wavy strands that hang down before the camera."""
    random = np.random.default_rng(3)
    points = np.zeros((6000, 12, 3))
    points[..., 0] = random.uniform(-0.1, 0.1, (6000, 1)) + 0.004 * np.sin(np.arange(12))
    points[..., 2] = 1.6 - 0.2 * np.linspace(0, 1, 12)
    material = Material(colour=np.full(3, 0.1, np.float32))
    return Strands(
        name="hair", role=Role.HAIR, points=points, radii=np.linspace(1e-4, 5e-5, 12), material=material
    )


def area(strands: Strands, camera: Camera) -> float:
    mesh = as_ribbons(strands, camera)
    corners = mesh.vertices[mesh.triangles]
    facets = np.cross(corners[:, 1] - corners[:, 0], corners[:, 2] - corners[:, 0])
    return float(np.linalg.norm(facets, axis=1).sum() / 2)


def test_a_small_picture_needs_far_fewer_triangles(strands: Strands) -> None:
    assert 5 * len(as_ribbons(strands, FAR).triangles) < len(as_ribbons(strands, NEAR).triangles)


def test_thinned_strands_cover_as_much(strands: Strands) -> None:
    assert area(strands, FAR) == pytest.approx(area(strands, NEAR), rel=0.12)


def test_normals_face_the_camera(strands: Strands) -> None:
    mesh = as_ribbons(strands, FAR)
    towards = np.array(FAR.origin) - mesh.vertices
    assert ((mesh.normals * towards).sum(axis=1) > 0).all()
    assert np.linalg.norm(mesh.normals, axis=1) == pytest.approx(1.0)
