"""Did the cloth settle as a garment does? `check_cloth`."""

from __future__ import annotations

import numpy as np
from scipy.spatial import cKDTree

from fashion_models.drape.model import Drape
from fashion_models.fidelity.check import Check
from fashion_models.person.body import PosedBody
from fashion_models.studio.model import Draft, Role

#: Cloth farther from the body than this has flown off [cm]; a wide skirt's hem stays below.
LIMIT_STRAY_CM = 70.0
#: Share of the garment's pixels that show cloth stretched to twice its length [%].
LIMIT_TORN_PERCENT = 0.15
#: Share of the cloth that settled inside the body, before it was lifted out [%].
LIMIT_BURIED_PERCENT = 1.5


def check_cloth(draft: Draft, drape: Drape, posed: PosedBody) -> tuple[Check, Check, Check]:
    """Look for cloth that flew off, tore, or got caught in the body.

    Args:
        draft: The picture with its maps.
        drape: The settled cloth.
        posed: The body in its pose.

    Returns:
        How far the farthest cloth lies from the body [cm], the share of what is seen that is torn [%] and the
        share that was caught in the body [%].
    """
    points = drape.vertices[np.unique(drape.triangles)]
    distance = 100 * float(np.max(cKDTree(posed.vertices).query(points)[0]))
    cause = "More comes from wrong landmarks, a bad cut-out or a size far too small."
    return (
        Check(
            name="stray_cloth",
            value=distance,
            limit=LIMIT_STRAY_CM,
            unit="cm",
            says="The cloth reaches {value} away from the body",
        ),
        Check(
            name="torn_cloth",
            value=100 * _torn(draft, drape),
            limit=LIMIT_TORN_PERCENT,
            unit="%",
            says="{value} of the garment in the picture is stretched to more than twice its length",
            note=cause,
        ),
        Check(
            name="buried_cloth",
            value=100 * drape.figures["penetration"],
            limit=LIMIT_BURIED_PERCENT,
            unit="%",
            says="{value} of the cloth got caught in the body",
            note=cause,
        ),
    )


def _torn(draft: Draft, drape: Drape) -> float:
    """Share of the garment's pixels in which torn cloth is seen."""
    shown = (draft.masks[Role.GARMENT.value] > 0.5) & (draft.depth > 0)
    if not drape.torn.any() or not shown.any():
        return 0.0
    middles = drape.vertices[drape.triangles].mean(axis=1)
    return float(drape.torn[cKDTree(middles).query(draft.position[shown])[1]].mean())
