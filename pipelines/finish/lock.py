"""What the network may change and what it may not: `regions_of`, `paste`.

The garment, and the background unless a new scene is asked for, are *locked*: their pixels are delivered as
the draft has them, byte for byte. Round the garment lies a *band* in which the network may change more and
more; the rest is free. Kept pixels still pass through the network's autoencoder, which blurs them; therefore
the draft is pasted over the finish at the end, and the *finish* is bent to meet it, never the reverse.
"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from scipy import ndimage, sparse
from scipy.sparse.linalg import cg

from fashion_models.arrays import F32, F64, U8, Bool
from fashion_models.colour import linear_from_srgb, srgb_from_linear
from fashion_models.conditioning.joints import Joint
from fashion_models.conditioning.pictures import Window
from fashion_models.pipelines.finish.model import Strengths
from fashion_models.studio.maps import BACKGROUND
from fashion_models.studio.model import Draft, Role

#: Widths for a picture of this height [px].
_AT = 1152
_ERODE, _BAND, _FEATHER, _REACH = 2.0, 12.0, 3.0, 40.0
_CELL = 8


@dataclass(frozen=True, kw_only=True, eq=False)
class Regions:
    """A draft's regions, all (H, W).

    Attributes:
        garment: Pixels of the garment that are delivered as they are.
        lock: All pixels that are delivered as they are; contains ``garment``.
        matte: Share of the draft in the finished picture: 1 in the lock, falling to 0 round it.
        strength: How far the network may go, 0 in the lock.
    """

    garment: Bool
    lock: Bool
    matte: F32
    strength: F32


def regions_of(draft: Draft, strengths: Strengths, *, scene: bool) -> Regions:
    """Divide a draft by what may be done to it.

    Args:
        draft: The draft with its maps.
        strengths: How far each region may change.
        scene: The background is made anew.
    """
    height, width = draft.alpha.shape
    scale = max(height, width) / _AT
    garment = _shrunk(draft.masks[Role.GARMENT.value] > 0.995, max(1, round(_ERODE * scale)))
    backdrop = draft.masks[BACKGROUND] > 0.999
    lock = garment if scene else garment | _shrunk(backdrop, 1)
    strength = _wanted(draft, strengths)
    if garment.any():
        away = _distance(~garment)
        strength *= np.clip(away / max(4.0, _BAND * scale), 0, 1)
    strength[lock] = 0
    matte = np.zeros((height, width), np.float32)
    if lock.any():
        outwards = np.clip(1 - _distance(~lock) / max(1.5, _FEATHER * scale), 0, 1)
        matte = np.where(lock, 1, outwards * outwards * (3 - 2 * outwards)).astype(np.float32)
    return Regions(garment=garment, lock=lock, matte=matte, strength=strength.astype(np.float32))


def _wanted(draft: Draft, strengths: Strengths) -> F64:
    """Strength by what each pixel shows, without locks."""
    of_role = {
        Role.SKIN.value: strengths.skin,
        Role.HAIR.value: strengths.hair,
        Role.EYES.value: strengths.face,
        Role.BASE.value: strengths.base,
        Role.GARMENT.value: strengths.base,
        Role.PROP.value: strengths.base,
        BACKGROUND: strengths.background,
    }
    total = sum((mask * of_role[role] for role, mask in draft.masks.items()), np.zeros_like(draft.alpha))
    face = face_circle(draft)
    if face is not None:
        x, y, radius = face
        rows, columns = np.ogrid[: total.shape[0], : total.shape[1]]
        inside = (columns - x) ** 2 + (rows - y) ** 2 < radius**2
        skin = inside & (draft.masks[Role.SKIN.value] > 0.5)
        total = np.where(skin, strengths.face, total)
    return np.asarray(total, np.float64)


def face_circle(draft: Draft) -> tuple[float, float, float] | None:
    """Centre and radius of the face [px]; None when it is not seen."""
    points = [Joint.NOSE, Joint.RIGHT_EYE, Joint.LEFT_EYE, Joint.RIGHT_EAR, Joint.LEFT_EAR]
    seen = draft.joints[[p for p in points if draft.joints[p, 2] > 0], :2]
    if draft.joints[Joint.NOSE, 2] <= 0 or len(seen) < 3:
        return None
    centre = seen.mean(axis=0)
    radius = 1.5 * float(np.linalg.norm(seen - centre, axis=1).max())
    return float(centre[0]), float(centre[1]), radius


def latent_strength(strength: F32, window: Window) -> F32:
    """Strength per latent cell of a part: the largest of the pixels that the cell covers.

    A cell that straddles the lock's edge may therefore change; what changes inside the lock is pasted over.

    Returns:
        Shape (rows / 8, columns / 8).
    """
    part = strength[window.slices]
    rows, columns = window.rows // _CELL, window.columns // _CELL
    down = np.maximum.reduceat(part, _starts(part.shape[0], rows), axis=0)
    across = np.maximum.reduceat(down, _starts(part.shape[1], columns), axis=1)
    return np.ascontiguousarray(across, np.float32)


def _starts(length: int, cells: int) -> np.ndarray[tuple[int], np.dtype[np.intp]]:
    return np.minimum(np.arange(cells) * length // cells, length - 1).astype(np.intp)


def paste(draft: Draft, finish: F32, regions: Regions) -> U8:
    """Put the locked pixels back and bend the finish to meet them.

    Args:
        draft: The draft.
        finish: The network's picture, sRGB in [0, 1], (H, W, 3).
        regions: From `regions_of`.

    Returns:
        The finished picture, (H, W, 3); equal to the draft wherever the lock is.
    """
    original = draft.display.astype(np.float64) / 255
    toned = _hold_tone(original, finish.astype(np.float64), draft)
    scale = max(draft.alpha.shape) / _AT
    bent = np.clip(toned + membrane(original - toned, regions.lock, max(8.0, _REACH * scale)), 0, 1)
    matte = regions.matte[..., None]
    blended = np.asarray(np.rint(255 * (matte * original + (1 - matte) * bent)), np.uint8)
    return np.where(regions.lock[..., None], draft.display, blended)


def _hold_tone(original: F64, finish: F64, draft: Draft) -> F64:
    """Scale the finished skin's light to the draft's, whose lamps and tone are calibrated."""
    skin = draft.masks[Role.SKIN.value]
    inside = skin > 0.9
    if inside.sum() < 64:
        return finish
    wanted = np.median(linear_from_srgb(draft.display[inside]), axis=0)
    linear = _linear(finish)
    ratio = np.clip(wanted / np.maximum(np.median(linear[inside], axis=0), 1e-3), 0.5, 2.0)
    held = srgb_from_linear(linear * ratio).astype(np.float64)
    share = cv2.GaussianBlur(skin, (0, 0), 1.0)[..., None]
    return np.asarray(share * held + (1 - share) * finish, np.float64)


def _linear(srgb: F64) -> F64:
    return np.where(srgb <= 0.04045, srgb / 12.92, ((srgb + 0.055) / 1.055) ** 2.4)


def membrane(difference: F64, known: Bool, reach: float) -> F64:
    """The smoothest offset that equals a difference along the edge of what is known and fades to nothing.

    Solves Laplace's equation outside ``known``, with the difference along its edge and 0 beyond ``reach``.

    Args:
        difference: Known minus generated, (H, W, 3); read inside ``known`` only.
        known: Pixels that stay, (H, W).
        reach: Distance at which nothing is changed any more [px].

    Returns:
        The offset, (H, W, 3), 0 in ``known``.

    Source: Pérez, Gangnet and Blake, Poisson Image Editing, 2003.
    """
    offset = np.zeros_like(difference)
    if not known.any():
        return offset
    free = ~known & (_distance(~known) < reach)
    count = int(free.sum())
    if count == 0:
        return offset
    index = np.full(known.shape, -1, np.int64)
    index[free] = np.arange(count)
    rows, columns = np.nonzero(free)
    here, there = [], []
    edge = np.zeros((count, 3))
    for dy, dx in ((0, 1), (0, -1), (1, 0), (-1, 0)):
        y = np.clip(rows + dy, 0, known.shape[0] - 1)
        x = np.clip(columns + dx, 0, known.shape[1] - 1)
        neighbour = index[y, x]
        inside = neighbour >= 0
        here.append(np.flatnonzero(inside))
        there.append(neighbour[inside])
        rim = ~inside & known[y, x]
        edge[rim] += difference[y[rim], x[rim]]
    links = np.concatenate(here), np.concatenate(there)
    system = sparse.eye_array(count, format="csr") * 4.0 - sparse.csr_array(
        (np.ones(len(links[0])), links), shape=(count, count)
    )
    for channel in range(3):
        solved, _ = cg(system, edge[:, channel], rtol=1e-3, maxiter=300)
        offset[rows, columns, channel] = solved
    return offset


def _shrunk(mask: Bool, pixels: int) -> Bool:
    """A mask without its rim; the picture's border is no rim."""
    return np.asarray(ndimage.binary_erosion(mask, np.ones((3, 3), bool), pixels, border_value=1), bool)


def _distance(mask: Bool) -> F64:
    """Distance of each true pixel to the nearest false one [px]."""
    return np.asarray(cv2.distanceTransform(mask.astype(np.uint8), cv2.DIST_L2, 5), np.float64)
