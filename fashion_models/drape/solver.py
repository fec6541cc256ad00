"""Cloth dynamics: Newton's Style3D solver behind six methods.

Source: Newton (Apache-2.0), SolverStyle3D; Liu et al., Fast Simulation of Mass-Spring Systems, 2013.
"""

from __future__ import annotations

import contextlib
import io
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from fashion_models.arrays import F64, I32, Bool
from fashion_models.drape.collider import BodyMesh


@dataclass(frozen=True, kw_only=True)
class Fabric:
    """How cloth behaves.

    Attributes:
        stretch: Resistance to stretch along weft, along warp, and to shear [N/m].
        bend: Resistance to bending along weft, along warp, and diagonally [N m].
        density: Mass [kg/m²].
        friction: Coulomb friction on skin.
    """

    stretch: tuple[float, float, float] = (1e2, 1e2, 1e1)
    bend: tuple[float, float, float] = (5e-6, 3e-6, 1e-6)
    density: float = 0.2
    friction: float = 0.3


@dataclass(frozen=True, kw_only=True)
class SolverSettings:
    """Accuracy of the simulation: one frame is 1/60 s in ``substeps`` steps."""

    substeps: int = 4
    iterations: int = 4
    linear_iterations: int = 10
    radius_m: float = 0.004
    contact_stiffness: float = 100.0
    contact_reach_m: float = 0.02
    self_contact: bool = True


class ClothSolver:
    """A cloth and the body it lies on.

    Args:
        rest: Panel vertices [m], shape (R, 2).
        rest_triangles: Panel vertex indices, shape (M, 3).
        triangles: Cloth vertex indices, shape (M, 3).
        start: Cloth vertices [m], shape (N, 3).
        body: Collider vertices [m], shape (C, 3).
        body_triangles: Shape (T, 3).

    Attributes:
        frames: Frames simulated so far.
        distance: Signed distance to the skin at the end of the last frame, before `frame` brought
            vertices back that lay too deep [m], shape (N,).
    """

    def __init__(
        self,
        rest: F64,
        rest_triangles: I32,
        triangles: I32,
        start: F64,
        body: F64,
        body_triangles: I32,
        *,
        fabric: Fabric,
        settings: SolverSettings,
    ) -> None:
        self._shape = BodyMesh(body, body_triangles)  # first: it quiets Warp before Newton starts it
        import newton
        import warp as wp
        from newton.solvers import SolverStyle3D, style3d

        self._active = int(newton.ParticleFlags.ACTIVE)
        self._settings = settings
        builder = newton.ModelBuilder(up_axis=newton.Axis.Z)
        SolverStyle3D.register_custom_attributes(builder)
        style3d.add_cloth_mesh(
            builder,
            pos=wp.vec3(0.0, 0.0, 0.0),
            rot=wp.quat_identity(),
            vel=wp.vec3(0.0, 0.0, 0.0),
            panel_verts=rest.tolist(),
            panel_indices=rest_triangles.ravel().tolist(),
            vertices=start.tolist(),
            indices=triangles.ravel().tolist(),
            density=fabric.density,
            scale=1.0,
            particle_radius=settings.radius_m,
            tri_aniso_ke=wp.vec3(*fabric.stretch),
            edge_aniso_ke=wp.vec3(*fabric.bend),
        )
        # Contacts are culled by the box the mesh had when it was built: build it far too large.
        middle = body.mean(axis=0)
        self._mesh: Any = newton.Mesh(
            ((body - middle) * 4 + middle).astype(np.float32), body_triangles.ravel(), compute_inertia=False
        )
        builder.add_shape_mesh(body=-1, mesh=self._mesh)
        with contextlib.redirect_stdout(io.StringIO()):
            self._model: Any = builder.finalize(device="cpu")
            self._model.soft_contact_ke = settings.contact_stiffness
            self._model.soft_contact_kd = 1e-5
            self._model.soft_contact_mu = fabric.friction
            config = SolverStyle3D.Config(
                iterations=settings.iterations, linear_iterations=settings.linear_iterations
            )
            self._solver: Any = SolverStyle3D(model=self._model, config=config)
            self._pipeline: Any = newton.CollisionPipeline(
                self._model, soft_contact_gap=settings.contact_reach_m
            )
        self.set_self_contact(settings.self_contact)
        self._contacts: Any = self._pipeline.contacts()
        self._now, self._next = self._model.state(), self._model.state()
        self._control: Any = self._model.control()
        self.frames = 0
        self.distance = np.ones(len(start))
        self.move_body(body)

    @property
    def positions(self) -> F64:
        """Cloth vertices [m], shape (N, 3)."""
        return np.asarray(self._now.particle_q.numpy(), dtype=np.float64)

    def carry(self, positions: F64) -> None:
        """Put the cloth somewhere else, at rest."""
        self._now.particle_q.assign(positions.astype(np.float32))
        self._now.particle_qd.zero_()

    def move_body(self, vertices: F64) -> None:
        """Move the collider's vertices [m], shape (C, 3)."""
        points = vertices.astype(np.float32)
        for mesh in (self._mesh.mesh, self._shape.mesh):
            mesh.points.assign(points)
            mesh.refit()

    def set_gravity(self, downwards: float) -> None:
        """Gravity [m/s²]."""
        self._model.set_gravity((0.0, 0.0, -downwards))

    def set_self_contact(self, on: bool) -> None:
        """Let the cloth feel itself."""
        contact = self._solver.collision
        contact.stiff_vf, contact.stiff_ee, contact.stiff_ef = (0.5, 0.1, 1.0) if on else (0.0, 0.0, 0.0)

    def freeze(self, held: Bool) -> None:
        """Hold vertices where they are; only `carry` moves them."""
        flags = self._model.particle_flags.numpy()
        self._model.particle_flags.assign(np.where(held, flags & ~self._active, flags | self._active))

    def frame(self, keep: float, body: Callable[[float], F64] | None = None) -> float:
        """Simulate 1/60 s.

        Args:
            keep: Share of the velocity that survives the frame.
            body: Collider vertices at a share of the frame in (0, 1], where the body moves.

        Returns:
            Mean speed of the vertices [m/s].
        """
        dt = 1 / 60 / self._settings.substeps
        for step in range(self._settings.substeps):
            if body is not None:
                self.move_body(body((step + 1) / self._settings.substeps))
            self._pipeline.collide(self._now, self._contacts)
            self._now.clear_forces()
            self._solver.step(self._now, self._next, self._control, self._contacts, dt)
            self._now, self._next = self._next, self._now
        velocity = self._now.particle_qd.numpy() * keep
        speed = np.linalg.norm(velocity, axis=1)
        velocity *= np.minimum(1.0, 2.0 / np.maximum(speed, 1e-9))[:, None]
        self._project(velocity)
        self.frames += 1
        return float(speed.mean())

    def _project(self, velocity: F64) -> None:
        """Bring vertices that the contact forces could not hold back to the skin."""
        at = self._now.particle_q.numpy()
        held = (self._model.particle_flags.numpy() & self._active) == 0
        self.distance = self._shape.distance(at)
        push = self._shape.push(at, 0.5 * self._settings.radius_m)
        push[held] = 0.0
        hit = np.linalg.norm(push, axis=1) > 0
        velocity[hit] *= 0.5
        self._now.particle_q.assign((at + push).astype(np.float32))
        self._now.particle_qd.assign(velocity.astype(np.float32))
