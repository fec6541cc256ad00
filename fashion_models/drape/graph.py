"""Averaging over the cloth's edges, and the width of its rows."""

from __future__ import annotations

from typing import Any

import numpy as np

from fashion_models.arrays import F64, I64, Bool


def averaging(edges: I64, count: int) -> Any:
    """Sparse matrix (count, count) that replaces each vertex by the mean of its neighbours."""
    import scipy.sparse as sparse

    ends = np.concatenate([edges, edges[:, ::-1]])
    links = sparse.coo_matrix((np.ones(len(ends)), (ends[:, 0], ends[:, 1])), shape=(count, count)).tocsr()
    degree = np.maximum(np.asarray(links.sum(axis=1)).ravel(), 1)
    return (sparse.diags(1 / degree) @ links).tocsr()


def alternate(chosen: Bool, edges: I64) -> Bool:
    """A choice of vertices without any two neighbours.

    Edges that are held whole have no stiffness: two of them that touched would divide nothing by nothing.

    Args:
        chosen: Shape (N,).
        edges: Shape (E, 2).
    """
    kept = chosen.copy()
    for first, second in edges[chosen[edges].all(axis=1)]:
        if kept[first] and kept[second]:
            kept[second] = False
    return kept


def smoothed(matrix: Any, values: F64, passes: int, share: float = 1.0) -> F64:
    """Average values over neighbours ``passes`` times; ``share`` of each pass is taken."""
    for _ in range(passes):
        values = (1 - share) * values + share * (matrix @ values)
    return values


def row_reach(x: F64, height: F64) -> F64:
    """Farthest |x| in the row that each vertex lies in [m], shape (N,)."""
    from scipy.ndimage import maximum_filter1d, uniform_filter1d

    rows = np.round(height / 0.02).astype(int)
    rows -= rows.min()
    reach = np.zeros(rows.max() + 1)
    np.maximum.at(reach, rows, np.abs(x))
    return np.asarray(uniform_filter1d(maximum_filter1d(reach, 3), 5)[rows])
