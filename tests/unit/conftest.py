"""Small scenes for the studio's and the checks' tests: balls, walls and strands before one camera."""

from __future__ import annotations

import numpy as np
import pytest

from fashion_models.arrays import F32
from fashion_models.studio.model import Camera, Material, Role, Strands, Surface


class SmallScenes:
    """Builders of pieces a metre or less in size, one metre above the floor."""

    @staticmethod
    def matt(colour: tuple[float, float, float] | F32) -> Material:
        return Material(colour=np.asarray(colour, np.float32), specular=0.0)

    @staticmethod
    def ball(
        name: str, role: Role, *, centre: tuple[float, float, float], radius: float, material: Material
    ) -> Surface:
        """A lat-long sphere with exact normals."""
        theta, phi = np.meshgrid(np.linspace(0, np.pi, 25), np.linspace(0, 2 * np.pi, 49), indexing="ij")
        normals = np.stack([np.sin(theta) * np.cos(phi), np.sin(theta) * np.sin(phi), np.cos(theta)], axis=-1)
        index = np.arange(theta.size).reshape(theta.shape)
        a, b, c, d = index[:-1, :-1], index[1:, :-1], index[1:, 1:], index[:-1, 1:]
        triangles = np.concatenate(
            [np.stack([a, b, c], -1).reshape(-1, 3), np.stack([a, c, d], -1).reshape(-1, 3)]
        )
        flat = normals.reshape(-1, 3)
        return Surface(
            name=name,
            role=role,
            vertices=np.array(centre) + radius * flat,
            triangles=triangles.astype(np.int32),
            normals=flat,
            material=material,
        )

    @staticmethod
    def wall(name: str, role: Role, *, y: float, half: float, z: float, material: Material) -> Surface:
        """An upright square that faces the camera, u to the right, v up."""
        corners = np.array(
            [[-half, y, z - half], [half, y, z - half], [half, y, z + half], [-half, y, z + half]]
        )
        return Surface(
            name=name,
            role=role,
            vertices=corners,
            triangles=np.array([[0, 1, 2], [0, 2, 3]], np.int32),
            normals=np.tile([0.0, -1.0, 0.0], (4, 1)),
            material=material,
            uv=np.array([[0.0, 0.0], [1.0, 0.0], [1.0, 1.0], [0.0, 1.0]]),
        )

    @staticmethod
    def strands(name: str, *, count: int, x: float) -> Strands:
        rng = np.random.default_rng(0)
        points = np.zeros((count, 5, 3))
        points[..., 0] = x + rng.uniform(-0.1, 0.1, (count, 1))
        points[..., 1] = -0.5 + rng.uniform(-0.02, 0.02, (count, 1))
        points[..., 2] = 0.8 + np.linspace(0, 0.4, 5)
        return Strands(
            name=name,
            role=Role.HAIR,
            points=points,
            radii=np.full(5, 0.002),
            material=Material(colour=np.full(3, 0.05, np.float32), roughness=0.4, specular=0.5),
        )

    @staticmethod
    def front_camera(size: int = 96, azimuth: float = 0.0) -> Camera:
        a = np.radians(azimuth)
        origin = np.array([np.sin(a), -np.cos(a), 0.0]) * 5 + [0, 0, 1.0]
        return Camera(
            origin=(float(origin[0]), float(origin[1]), 1.0),
            target=(0.0, 0.0, 1.0),
            fov_deg=28.0,
            width=size,
            height=size,
            azimuth_deg=azimuth,
        )


@pytest.fixture(scope="session")
def small() -> SmallScenes:
    return SmallScenes()
