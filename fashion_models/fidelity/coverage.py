"""Does cloth cover what it should, and is the backdrop what was asked? `check_coverage`, `check_backdrop`."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from scipy import ndimage

from fashion_models.arrays import Bool
from fashion_models.fidelity.check import Check
from fashion_models.studio.backdrop import resolve_backdrop
from fashion_models.studio.maps import BACKGROUND, exact_maps
from fashion_models.studio.model import Draft, Piece, Role, Surface
from fashion_models.studio.scene import build_scene, load_shapes
from fashion_models.studio.shadow import floor_window

LIMIT_PERCENT = 0.5
#: What lies in front of the cloth by less than this came through it; a hand lies farther in front [m].
_THROUGH_M = 0.012
#: A gap larger than this share of the garment belongs to its cut.
_LARGEST_HOLE = 0.01
#: Share of a gap's rim that must be garment for the gap to be a hole.
_ENCLOSED = 0.97


def check_coverage(draft: Draft, pieces: Sequence[Piece]) -> tuple[Check, Check]:
    """Count garment pixels where skin or base clothing comes through, and holes.

    The garment is looked at alone by the same camera; where it would be seen but skin or base clothing
    shows a few millimetres in front of it, the body came through.

    Args:
        draft: The picture with its maps.
        pieces: What was photographed.

    Returns:
        Share that comes through and share of holes, both in percent of the garment's pixels.
    """
    cloth = [piece for piece in pieces if piece.role is Role.GARMENT and isinstance(piece, Surface)]
    if not cloth or not (draft.masks[Role.GARMENT.value] > 0.5).any():
        note = "no garment is in the picture."
        return (
            Check(name="body_through_cloth", value=None, limit=LIMIT_PERCENT, unit="%", note=note),
            Check(name="holes", value=None, limit=LIMIT_PERCENT, unit="%", note=note),
        )
    shapes = load_shapes(cloth)
    alone = exact_maps(build_scene(shapes, draft.camera, "studio"), draft.camera, shapes)
    shown = draft.masks[Role.SKIN.value] + draft.masks[Role.BASE.value] > 0.5
    in_front = alone.depth - draft.depth
    through = shown & (alone.piece >= 0) & (in_front > 0) & (in_front < _THROUGH_M)
    garment = draft.masks[Role.GARMENT.value] > 0.5
    return (
        Check(
            name="body_through_cloth",
            value=100 * float(through.sum() / garment.sum()),
            limit=LIMIT_PERCENT,
            unit="%",
            note="garment pixels that show skin or base clothing instead.",
        ),
        Check(
            name="holes",
            value=100 * float(_holes(draft, garment).sum() / garment.sum()),
            limit=LIMIT_PERCENT,
            unit="%",
            note="gaps with cloth all round.",
        ),
    )


def check_backdrop(draft: Draft, pieces: Sequence[Piece], backdrop: str) -> Check:
    """Count pixels that should be bare backdrop and are not, bit for bit.

    Args:
        draft: The picture with its maps.
        pieces: What was photographed: their shadow may lie on the floor.
        backdrop: As it was asked for.

    Returns:
        Number of pixels without person or shadow that differ.
    """
    bare = draft.alpha == 0
    window = floor_window(pieces, draft.camera)
    if window is not None:
        bare[window.slices] = False
    empty = resolve_backdrop(backdrop).picture(draft.camera.width, draft.camera.height)
    wrong = (draft.display != empty).any(axis=-1) & bare
    return Check(
        name="backdrop",
        value=float(wrong.sum()),
        limit=0,
        unit="px",
        note=f"pixels that are not '{backdrop}'.",
    )


def _holes(draft: Draft, garment: Bool) -> Bool:
    """Small gaps in the garment through which skin, base clothing or background shows."""
    gap = draft.masks[Role.SKIN.value] + draft.masks[Role.BASE.value] + draft.masks[BACKGROUND] > 0.5
    labels, count = ndimage.label(gap)
    holes = np.zeros_like(garment)
    for number, part in enumerate(ndimage.find_objects(labels), start=1):
        rows, columns = (slice(max(s.start - 1, 0), s.stop + 1) for s in part)
        inside = labels[rows, columns] == number
        if inside.sum() > _LARGEST_HOLE * garment.sum():
            continue
        rim = ndimage.binary_dilation(inside) & ~inside
        if garment[rows, columns][rim].mean() >= _ENCLOSED:
            holes[rows, columns] |= inside
    return holes if count else np.zeros_like(garment)
