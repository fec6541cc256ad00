"""Clean-up: every vertex outside the skin, the move spread over its neighbours."""

from __future__ import annotations

from typing import Any

import numpy as np

from fashion_models.arrays import F64
from fashion_models.drape.collider import BodyMesh


def push_out(cloth: F64, skin: BodyMesh, averaging: Any, gap_m: float, rounds: int = 8) -> F64:
    """Move cloth until every vertex is at least ``gap_m`` outside the skin.

    The first rounds take the neighbours along, so that no dents show; the last move single vertices.

    Args:
        cloth: Vertices [m], shape (N, 3).
        skin: What must stay covered.
        averaging: Neighbour averaging of the cloth, (N, N).
        gap_m: Least distance from the skin [m].
        rounds: Most repetitions.

    Returns:
        Vertices [m], shape (N, 3).
    """
    for k in range(rounds):
        push = skin.push(cloth, gap_m)
        hit = np.linalg.norm(push, axis=1) > 1e-6
        if not hit.any():
            break
        spread = push
        if k < rounds - 3:
            for _ in range(3):
                spread = np.where(hit[:, None], push, 0.9 * (averaging @ spread))
        cloth = cloth + spread * 1.02
    return cloth
