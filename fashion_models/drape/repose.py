"""Re-posing: the body moves from one pose to another and takes the cloth along by skinning."""

from __future__ import annotations

from typing import Any

import numpy as np

from fashion_models.arrays import F64
from fashion_models.drape.graph import smoothed
from fashion_models.person.body import Body, PosedBody, Rotations, template

_NEAREST = 4
_PASSES = 14
#: Cloth nearer to the skin moves as the skin does; from twice as far on, its weights are spread [m].
_CLOSE_M = 0.015


def bind(cloth: F64, posed: PosedBody, averaging: Any) -> F64:
    """Weights of cloth: the nearest skin's, spread where the cloth hangs free.

    Args:
        cloth: Cloth vertices on the posed body [m], shape (N, 3).
        posed: The body.
        averaging: Neighbour averaging of the cloth, (N, N).

    Returns:
        Weights over all bones, shape (N, B), rows summing to 1.
    """
    from scipy.spatial import cKDTree

    t = template()
    skin = np.unique(t.skin_triangles)
    found = cKDTree(posed.vertices[skin]).query(cloth, k=_NEAREST)
    distance, nearest = np.asarray(found[0]), skin[np.asarray(found[1])]
    share = 1 / np.maximum(distance, 1e-4)
    share /= share.sum(axis=1, keepdims=True)
    weights = np.zeros((len(cloth), len(t.parents)))
    rows = np.arange(len(cloth))
    for k in range(_NEAREST):
        for j in range(t.weights.shape[1]):
            np.add.at(
                weights, (rows, t.weight_bones[nearest[:, k], j]), share[:, k] * t.weights[nearest[:, k], j]
            )
    loose = np.clip((distance[:, :1] - _CLOSE_M) / _CLOSE_M, 0.0, 1.0)
    loose = smoothed(averaging, loose, 2, 0.5)
    weights = (1 - loose) * smoothed(averaging, weights, 2, 0.5) + loose * smoothed(
        averaging, weights, _PASSES, 0.5
    )
    return np.asarray(weights / weights.sum(axis=1, keepdims=True))


def carried(cloth: F64, weights: F64, start: PosedBody, end: PosedBody) -> F64:
    """Cloth moved along with a body by linear blend skinning.

    Args:
        cloth: Vertices on ``start`` [m], shape (N, 3).
        weights: From `bind`, shape (N, B).
        start: Pose the cloth lies on.
        end: Pose it is taken to.

    Returns:
        Vertices on ``end`` [m], shape (N, 3).
    """
    moves = end.transforms @ np.linalg.inv(start.transforms)
    blended = np.einsum("nb,bij->nij", weights, moves[:, :3])
    return np.asarray(np.einsum("nij,nj->ni", blended[:, :, :3], cloth) + blended[:, :, 3])


class Motion:
    """A body turning from one pose to another, every joint along its shortest arc."""

    def __init__(self, body: Body, start: Rotations, end: Rotations) -> None:
        from scipy.spatial.transform import Rotation

        self._body = body
        self._bones = sorted(set(start) | set(end))
        still = np.eye(3)
        first = np.stack([start.get(bone, still) for bone in self._bones])
        last = np.stack([end.get(bone, still) for bone in self._bones])
        self._start = Rotation.from_matrix(first)
        self._arcs = (self._start.inv() * Rotation.from_matrix(last)).as_rotvec()

    def at(self, share: float) -> PosedBody:
        """The body after ``share`` of the way, standing on the floor."""
        from scipy.spatial.transform import Rotation

        turned = (self._start * Rotation.from_rotvec(self._arcs * share)).as_matrix()
        return self._body.pose(dict(zip(self._bones, turned, strict=True)))
