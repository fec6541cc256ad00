"""Does cloth cover what it should, and is the backdrop what was asked? `check_coverage`, `check_backdrop`."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from scipy import ndimage
from scipy.spatial import cKDTree

from fashion_models.arrays import Bool
from fashion_models.fidelity.check import Check
from fashion_models.mesh import open_edges
from fashion_models.person.hijab import HIJAB
from fashion_models.studio.backdrop import resolve_backdrop
from fashion_models.studio.camera import project
from fashion_models.studio.maps import BACKGROUND
from fashion_models.studio.model import Camera, Draft, Piece, Role, Surface
from fashion_models.studio.scene import build_scene
from fashion_models.studio.shadow import floor_window
from fashion_models.studio.tracer import surfaces_seen

LIMIT_PERCENT = 0.5
#: What lies in front of the cloth by less than this may have come through it [m].
_THROUGH_M = 0.012
#: How far in front of the cloth the body must be solid for that [m]; a hand has air behind it.
_SOLID_M = 0.001
#: A gap larger than this share of the garment belongs to its cut.
_LARGEST_HOLE = 0.01
#: Share of a gap's rim that must be garment for the gap to be a hole, and share that must be torn edge.
_ENCLOSED, _TORN = 0.97, 0.5
_THROUGH_SAYS = "Skin or base clothing comes through {value} of the garment"
_HOLES_SAYS = "Holes open in {value} of the garment"


def check_coverage(draft: Draft, pieces: Sequence[Piece]) -> tuple[Check, Check]:
    """Count garment pixels where skin or base clothing comes through, and holes.

    The garment is looked at alone by the same camera. Where it would be seen but skin or base clothing
    shows a few millimetres in front of it, and the body goes on behind that up to the cloth, the body came
    through. A hole is a gap with an edge of the cloth all round; what shows between a sleeve and the side
    is none.

    Args:
        draft: The picture with its maps.
        pieces: What was photographed.

    Returns:
        Share that comes through and share of holes, both in percent of the garment's pixels.
    """
    cloth = [piece for piece in pieces if piece.role is Role.GARMENT and isinstance(piece, Surface)]
    garment = draft.masks[Role.GARMENT.value] > 0.5
    if not cloth or not garment.any():
        note = "No garment is in the picture."
        return (
            _percent("body_through_cloth", None, _THROUGH_SAYS, note),
            _percent("holes", None, _HOLES_SAYS, note),
        )
    below = [p for p in pieces if p.role in (Role.SKIN, Role.BASE) and p.name != HIJAB]
    body = [p for p in below if isinstance(p, Surface)]
    through = _through(draft, cloth, body) / garment.sum()
    holes = _holes(draft, garment, cloth).sum() / garment.sum()
    return (
        _percent("body_through_cloth", through, _THROUGH_SAYS),
        _percent("holes", holes, _HOLES_SAYS),
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
        bare[window] = False
    empty = resolve_backdrop(backdrop).picture(draft.camera.width, draft.camera.height)
    wrong = (draft.display != empty).any(axis=-1) & bare
    return Check(
        name="backdrop",
        value=float(wrong.sum()),
        limit=0,
        unit="px",
        says="The backdrop is wrong in {value}",
        note=f"Without person or shadow every pixel must be exactly '{backdrop}'.",
    )


def _percent(name: str, share: float | None, says: str, note: str = "") -> Check:
    value = None if share is None else 100 * float(share)
    return Check(name=name, value=value, limit=LIMIT_PERCENT, unit="%", says=says, note=note)


def _through(draft: Draft, cloth: Sequence[Surface], body: Sequence[Surface]) -> int:
    """Number of pixels in which the body has come through the cloth."""
    shown = draft.masks[Role.SKIN.value] + draft.masks[Role.BASE.value] > 0.5
    if not shown.any():
        return 0
    alone = surfaces_seen(build_scene(cloth, draft.camera, "studio"), draft.camera, shown)
    points, met = alone.position, alone.piece >= 0
    eye = np.array(draft.camera.origin)
    behind = np.linalg.norm(points - eye, axis=-1)
    seen = np.linalg.norm(draft.position[shown] - eye, axis=-1)
    near = met & (behind > seen) & (behind < seen + _THROUGH_M)
    if not near.any():
        return 0
    probe = points[near] - _SOLID_M * (points[near] - eye) / behind[near][:, None]
    skin = np.concatenate([piece.vertices for piece in body])
    outwards = np.concatenate([piece.normals for piece in body])
    index = cKDTree(skin).query(probe)[1]
    return int((((probe - skin[index]) * outwards[index]).sum(axis=1) < 0).sum())


def _holes(draft: Draft, garment: Bool, cloth: Sequence[Surface]) -> Bool:
    """Small gaps, edged by cloth that ends, through which skin, base clothing or background shows."""
    gap = draft.masks[Role.SKIN.value] + draft.masks[Role.BASE.value] + draft.masks[BACKGROUND] > 0.5
    labels, _ = ndimage.label(gap)
    holes, ends = np.zeros_like(garment), None
    for number, part in enumerate(ndimage.find_objects(labels), start=1):
        rows, columns = (slice(max(s.start - 1, 0), s.stop + 1) for s in part)
        inside = labels[rows, columns] == number
        if inside.sum() > _LARGEST_HOLE * garment.sum():
            continue
        rim = ndimage.binary_dilation(inside) & ~inside
        if garment[rows, columns][rim].mean() < _ENCLOSED:
            continue
        ends = _cloth_ends(draft.camera, cloth) if ends is None else ends
        if ends[rows, columns][rim].mean() >= _TORN:
            holes[rows, columns] |= inside
    return holes


def _cloth_ends(camera: Camera, cloth: Sequence[Surface]) -> Bool:
    """Pixels in or beside which an edge of the cloth lies, (H, W)."""
    import cv2

    drawn = np.zeros((camera.height, camera.width), np.uint8)
    for piece in cloth:
        edges = piece.vertices[open_edges(piece.vertices, piece.triangles)]
        lines = project(camera, edges.reshape(-1, 3))[0].reshape(-1, 2, 2)
        cv2.polylines(drawn, list(np.floor(lines).astype(np.int32)), False, 1)
    return np.asarray(cv2.dilate(drawn, np.ones((5, 5), np.uint8)) > 0, bool)
