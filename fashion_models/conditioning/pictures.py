"""Control pictures from the draft's exact maps: `control_picture`."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from fashion_models.arrays import F32, F64, U8
from fashion_models.conditioning.edges import EDGE_KINDS, edge_picture
from fashion_models.conditioning.openpose import draw_openpose
from fashion_models.studio.model import Draft, Role

#: What can be drawn of a draft.
KINDS = ("pose", "depth", "normal", *EDGE_KINDS)


@dataclass(frozen=True, kw_only=True)
class Window:
    """A part of a picture at some size.

    Attributes:
        top: First row [px of the whole picture].
        left: First column [px of the whole picture].
        height: Rows of the part [px of the whole picture].
        width: Columns of the part [px of the whole picture].
        rows: Height it is brought to [px].
        columns: Width it is brought to [px].
    """

    top: int
    left: int
    height: int
    width: int
    rows: int
    columns: int

    @property
    def slices(self) -> tuple[slice, slice]:
        """Rows and columns within the whole picture."""
        return slice(self.top, self.top + self.height), slice(self.left, self.left + self.width)


def whole(height: int, width: int, *, rows: int | None = None, columns: int | None = None) -> Window:
    """The window that is the whole picture, brought to another size if asked."""
    return Window(top=0, left=0, height=height, width=width, rows=rows or height, columns=columns or width)


def control_picture(kind: str, draft: Draft, window: Window | None = None) -> U8:
    """Draw one of `KINDS` for a part of the draft.

    Args:
        kind: 'pose' (OpenPose's colours), 'depth' (near is white) or 'normal' (x right, y up, z to the
            viewer, from −1…1 to 0…255; the background faces the viewer); 'canny' or 'lineart' (edges of the
            picture itself).
        draft: The draft with its maps.
        window: The part and its size; left out: all of it as it is.

    Returns:
        RGB, shape (rows, columns, 3).

    Raises:
        KeyError: No such kind.
    """
    part = window or whole(*draft.depth.shape)
    if kind in EDGE_KINDS:
        shown = _fitted(draft.display[part.slices].astype(np.float32), part)
        return edge_picture(kind, np.asarray(np.rint(shown), np.uint8))
    return {"pose": _pose, "depth": _depth, "normal": _normal}[kind](draft, part)


def _pose(draft: Draft, window: Window) -> U8:
    scale = np.array([window.columns / window.width, window.rows / window.height])
    joints: F64 = draft.joints.copy()
    joints[:, :2] = (joints[:, :2] - [window.left, window.top]) * scale
    return draw_openpose(joints, window.columns, window.rows)


def _depth(draft: Draft, window: Window) -> U8:
    """Depth is scaled over the whole person, so that all parts of one picture agree."""
    there = draft.depth > 0
    near, far = np.percentile(draft.depth[there], np.array([0.5, 99.5])) if there.any() else (0.0, 1.0)
    closeness = np.where(there, 1 - 0.9 * (draft.depth - near) / max(float(far - near), 1e-6), 0)
    grey = _fitted(np.clip(closeness, 0, 1).astype(np.float32)[window.slices], window)
    return np.asarray(np.rint(255 * np.repeat(grey[..., None], 3, axis=2)), np.uint8)


def _normal(draft: Draft, window: Window) -> U8:
    """Single hairs face everywhere: the normals of hair are smoothed to those of its shape."""
    import cv2

    facing = np.where((draft.depth > 0)[..., None], draft.normals, np.array([0, 0, 1], np.float32))
    smooth = cv2.GaussianBlur(facing, (0, 0), max(1.0, draft.depth.shape[0] / 150))
    facing = np.where((draft.masks[Role.HAIR.value] > 0.5)[..., None], smooth, facing)
    facing /= np.maximum(np.linalg.norm(facing, axis=2, keepdims=True), 1e-6)
    fitted = _fitted(facing[window.slices], window)
    return np.asarray(np.rint(255 * np.clip(fitted / 2 + 0.5, 0, 1)), np.uint8)


def _fitted(values: F32, window: Window) -> F32:
    """Values of a part at the window's size, without overshoot."""
    import cv2

    smaller = window.rows < window.height
    how = cv2.INTER_AREA if smaller else cv2.INTER_LINEAR
    return np.asarray(cv2.resize(values, (window.columns, window.rows), interpolation=how), np.float32)
