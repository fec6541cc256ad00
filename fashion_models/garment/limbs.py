"""Which part of a flat garment is a sleeve, and where it points."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from fashion_models.arrays import F64

#: A sleeve's underside shorter than this has no direction [m].
_LEAST_M = 0.005


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

    def coordinates(self, points: F64) -> tuple[F64, F64]:
        """Distance along the axis from the armhole and across it [m], each shape (N,)."""
        offset = points - self.base
        return np.asarray(offset @ self.axis), np.asarray(offset @ self.normal)

    @property
    def drop_deg(self) -> float:
        """Angle of the sleeve below the horizontal [degrees]."""
        return float(np.degrees(np.arctan2(-self.axis[1], abs(self.axis[0]))))

    def depth(self, points: F64) -> F64:
        """How far beyond the armhole points lie in the sleeve [m]; negative in the body, shape (N,)."""
        up = _unit(self.tip - self.pit)
        turn = np.sign(_cross(up, self.axis))
        v = points - self.pit
        beyond_armhole = turn * _cross(up, v)
        beyond_parting = turn * _cross(v, self.parting)
        return np.where(beyond_parting > 0, beyond_armhole, np.minimum(beyond_armhole, beyond_parting))


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


def _unit(v: F64) -> F64:
    return np.asarray(v / np.linalg.norm(v))


def _cross(a: F64, b: F64) -> F64:
    return np.asarray(a[..., 0] * b[..., 1] - a[..., 1] * b[..., 0])
