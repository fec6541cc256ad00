"""Front neckline below the back's: found as an edge inside the outline, else a sane default."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from fashion_models.arrays import F64
from fashion_models.garment.model import Neckline

#: Default drop of the front neckline over the neck's width: 7.5 cm on an 18 cm neck.
DEFAULT_DROP = 0.42


def default_neckline(landmarks: Mapping[str, F64]) -> Neckline:
    """An ellipse-like scoop of ordinary depth."""
    width = float(np.linalg.norm(landmarks["neckR"] - landmarks["neckL"]))
    return Neckline(depth=DEFAULT_DROP * width, power=2.0, source="default")
