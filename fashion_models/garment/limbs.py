"""Which part of a flat garment is a sleeve, and where it points."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from fashion_models.arrays import F64, I64, Bool
from fashion_models.errors import LandmarkError

#: A sleeve's underside shorter than this has no direction [m].
_LEAST_M = 0.005
#: The armhole's cut goes this share beyond its two ends, which lie on the outline.
_ARMHOLE_SLACK = 0.02
#: A sleeve with more of the cloth than this is not parted from the body.
_MOST_CLOTH = 0.45


@dataclass(frozen=True, eq=False)
class FlatSleeve:
    """One sleeve of a flat garment, x to the wearer's left, y up.

    Attributes:
        pit: Armpit [m], shape (2,).
        tip: Shoulder end of the armhole [m], shape (2,).
        cuff: Middle of the cuff [m], shape (2,).
        parting: Unit direction from the armpit between sleeve and body, shape (2,).
    """

    pit: F64
    tip: F64
    cuff: F64
    parting: F64

    @property
    def base(self) -> F64:
        """Middle of the armhole [m]."""
        return np.asarray((self.pit + self.tip) / 2)

    @property
    def axis(self) -> F64:
        """Unit direction from armhole to cuff."""
        return _unit(self.cuff - self.base)

    @property
    def normal(self) -> F64:
        """Unit direction across the sleeve."""
        return np.array([-self.axis[1], self.axis[0]])

    @property
    def head(self) -> float:
        """How far the armhole, which lies obliquely, reaches along the axis [m]."""
        return float(max(0.0, *self.coordinates(np.stack([self.pit, self.tip]))[0]))

    def coordinates(self, points: F64) -> tuple[F64, F64]:
        """Distance along the axis from the armhole and across it [m], each shape (N,)."""
        offset = points - self.base
        return np.asarray(offset @ self.axis), np.asarray(offset @ self.normal)

    def depth(self, points: F64, inside: Bool) -> F64:
        """Distance from the armhole [m], negative in the body, shape (N,).

        Args:
            points: Shape (N, 2).
            inside: Which of them lie in the sleeve, from `in_sleeve`, shape (N,).
        """
        along = self.tip - self.pit
        share = np.clip((points - self.pit) @ along / (along @ along), 0.0, 1.0)
        distance = np.linalg.norm(points - self.pit - share[:, None] * along, axis=1)
        return np.asarray(np.where(inside, distance, -distance))

    @property
    def drop_deg(self) -> float:
        """Angle of the sleeve below the horizontal [degrees]."""
        return float(np.degrees(np.arctan2(-self.axis[1], abs(self.axis[0]))))


def flat_sleeves(landmarks: Mapping[str, F64]) -> dict[str, FlatSleeve]:
    """The sleeves of a garment by the wearer's side.

    Args:
        landmarks: Flat landmarks [m]; image right is the wearer's left.

    Returns:
        'L' and 'R' to sleeve; empty for a sleeveless garment.
    """
    sleeves = {}
    for image, side in (("R", "L"), ("L", "R")):
        if f"cuff{image}o" not in landmarks:
            continue
        pit, tip, hem = (landmarks[name + image] for name in ("pit", "tip", "hem"))
        inner = landmarks[f"cuff{image}i"]
        cuff = (landmarks[f"cuff{image}o"] + inner) / 2
        # A cap sleeve ends at the armpit itself: then its axis stands for its underside.
        under = inner - pit if np.linalg.norm(inner - pit) > _LEAST_M else cuff - (pit + tip) / 2
        parting = _unit(_unit(under) + _unit(hem - pit))
        sleeves[side] = FlatSleeve(pit, tip, cuff, parting)
    return sleeves


def in_sleeve(sleeve: FlatSleeve, points: F64, edges: I64) -> Bool:
    """Points of a flat garment that belong to a sleeve: those its armhole parts from the body, shape (N,).

    The cloth decides, not the place: a wide hem may lie farther out than the sleeve beside it.

    Args:
        sleeve: The sleeve.
        points: Vertices of the flat cloth [m], shape (N, 2).
        edges: Vertex indices, shape (E, 2).

    Raises:
        LandmarkError: Sleeve and body hang together below the armpit.
    """
    from scipy.sparse import coo_matrix
    from scipy.sparse.csgraph import connected_components

    along = sleeve.tip - sleeve.pit
    over = _cross(along, points - sleeve.pit)
    a, b = edges.T
    share = over[a] / np.where(over[a] == over[b], 1.0, over[a] - over[b])
    at = (points[a] + share[:, None] * (points[b] - points[a]) - sleeve.pit) @ along / (along @ along)
    cut = ((over[a] >= 0) != (over[b] >= 0)) & (at >= -_ARMHOLE_SLACK) & (at <= 1 + _ARMHOLE_SLACK)
    ends = [np.linalg.norm(points - end, axis=1).argmin() for end in (sleeve.pit, sleeve.tip)]
    kept = edges[~cut & ~np.isin(edges, ends).any(axis=1)]
    graph = coo_matrix((np.ones(len(kept)), (kept[:, 0], kept[:, 1])), shape=(len(points),) * 2)
    part = connected_components(graph, directed=False)[1]
    inside = np.asarray(part == part[np.linalg.norm(points - sleeve.cuff, axis=1).argmin()])
    if inside.mean() > _MOST_CLOTH:
        raise LandmarkError(
            f"a sleeve and the body are one piece below the armpit, with {inside.mean():.0%} of the cloth.",
            cure="Spread the sleeves away from the body and take the photo again, or give the landmarks.",
        )
    return inside


def _unit(v: F64) -> F64:
    return np.asarray(v / np.linalg.norm(v))


def _cross(a: F64, b: F64) -> F64:
    return np.asarray(a[..., 0] * b[..., 1] - a[..., 1] * b[..., 0])
