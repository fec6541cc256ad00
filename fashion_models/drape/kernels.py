"""Warp kernels. Importing this module starts Warp; import it inside functions only."""

# ruff: noqa: D103
# mypy: ignore-errors
# Warp reads the annotations as values: no postponed evaluation in this file.

import os
from contextlib import contextmanager

import warp as wp


@contextmanager
def _silent():
    """Keep Warp's native library from writing to standard error that there is no GPU."""
    kept, nowhere = os.dup(2), os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, 2)
    try:
        yield
    finally:
        os.dup2(kept, 2)
        os.close(kept)
        os.close(nowhere)


wp.config.log_level = wp.LOG_ERROR
with _silent():
    wp.init()


@wp.kernel
def signed_distance(mesh: wp.uint64, points: wp.array(dtype=wp.vec3), distance: wp.array(dtype=float)):
    i = wp.tid()
    query = wp.mesh_query_point_sign_normal(mesh, points[i], 1.0)
    distance[i] = 1.0
    if query.result:
        surface = wp.mesh_eval_position(mesh, query.face, query.u, query.v)
        distance[i] = wp.length(surface - points[i]) * query.sign


@wp.kernel
def push_vector(
    mesh: wp.uint64,
    points: wp.array(dtype=wp.vec3),
    gap: wp.array(dtype=float),
    push: wp.array(dtype=wp.vec3),
):
    i = wp.tid()
    query = wp.mesh_query_point_sign_normal(mesh, points[i], 0.25)
    push[i] = wp.vec3(0.0)
    if query.result:
        surface = wp.mesh_eval_position(mesh, query.face, query.u, query.v)
        away = points[i] - surface
        distance = wp.length(away) * query.sign
        if distance < gap[i]:
            normal = wp.mesh_eval_face_normal(mesh, query.face)
            if distance > 1.0e-5:
                normal = wp.normalize(away)
            if distance < -1.0e-5:
                normal = -wp.normalize(away)
            push[i] = surface + normal * gap[i] - points[i]
