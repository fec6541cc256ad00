"""Which part of a master a channel's file shows: `place_window`."""

from __future__ import annotations

from dataclasses import dataclass
from math import ceil

import numpy as np

from fashion_models.arrays import Bool

#: Free share of the frame where the master shows the subject's own end: those of the studio's framings.
MARGIN_TOP, MARGIN_BOTTOM, MARGIN_SIDE = 0.045, 0.05, 0.06
#: A master whose ratio is the channel's is taken as it is when the window would differ from it by less.
_SAME = 0.03


@dataclass(frozen=True)
class Padding:
    """Pixels to add around a picture."""

    left: int
    top: int
    right: int
    bottom: int


@dataclass(frozen=True)
class Window:
    """A rectangle in a master's pixels; it may reach beyond the master."""

    x: float
    y: float
    width: float
    height: float

    @property
    def x1(self) -> float:
        """Its right edge."""
        return self.x + self.width

    @property
    def y1(self) -> float:
        """Its lower edge."""
        return self.y + self.height

    def padding(self, shape: tuple[int, ...]) -> Padding:
        """What a picture of this shape (H, W) needs around it to hold the window."""
        height, width = shape[:2]
        return Padding(
            left=max(0, ceil(-self.x)),
            top=max(0, ceil(-self.y)),
            right=max(0, ceil(self.x1 - width)),
            bottom=max(0, ceil(self.y1 - height)),
        )


@dataclass(frozen=True)
class _Axis:
    """The subject along one axis: from `low` to `high` in a picture of `length` pixels."""

    low: int
    high: int
    length: int

    @property
    def cut_low(self) -> bool:
        """Does the subject go on before the picture's edge?"""
        return self.low == 0

    @property
    def cut_high(self) -> bool:
        """Does the subject go on behind the picture's edge?"""
        return self.high == self.length

    def wanted(self, margin_low: float, margin_high: float) -> float:
        """Length of a window that shows the subject with its margins."""
        free = 1 - (0 if self.cut_low else margin_low) - (0 if self.cut_high else margin_high)
        return (self.high - self.low) / free

    def longest(self) -> float:
        """Length beyond which a window would show ground behind a cut."""
        return self.length if self.cut_low and self.cut_high else float("inf")

    def start(self, length: float, margin_low: float, margin_high: float) -> float:
        """Where a window of this length begins: at a cut if there is one, else around the subject.

        Where both ends are cut the window stays within the picture, as near the subject's middle as it can.
        """
        if self.cut_low and self.cut_high:
            return min(max((self.low + self.high - length) / 2, 0), self.length - length)
        if self.cut_high:
            # Keep the end that is whole: a window too short for all of the subject loses the side of the cut.
            return min(self.length - length, self.low - margin_low * length)
        if self.cut_low:
            return max(0.0, self.high + margin_high * length - length)
        spare = length * (1 - margin_low - margin_high) - (self.high - self.low)
        return self.low - margin_low * length - spare / 2


def place_window(seen: Bool, ratio: float) -> Window:
    """The window of a ratio that shows the subject as large as its margins allow.

    Args:
        seen: True where the subject shows, (H, W). Where it touches an edge it is taken to be cut there.
        ratio: Width over height of the window.

    Returns:
        The window. It reaches beyond the master only where the subject ends before the edge. A subject that
        is cut at two opposite edges limits the window, and the other direction then loses a part: never
        the side that is whole.
    """
    height, width = seen.shape
    rows, columns = np.flatnonzero(seen.any(axis=1)), np.flatnonzero(seen.any(axis=0))
    if not len(rows):
        rows, columns = np.array([1, height - 2]), np.array([1, width - 2])
    across = _Axis(int(columns[0]), int(columns[-1]) + 1, width)
    down = _Axis(int(rows[0]), int(rows[-1]) + 1, height)
    wide = max(across.wanted(MARGIN_SIDE, MARGIN_SIDE), down.wanted(MARGIN_TOP, MARGIN_BOTTOM) * ratio)
    wide = min(wide, across.longest(), down.longest() * ratio)
    tall = wide / ratio
    window = Window(
        across.start(wide, MARGIN_SIDE, MARGIN_SIDE),
        down.start(tall, MARGIN_TOP, MARGIN_BOTTOM),
        wide,
        tall,
    )
    return _whole_if_same(window, width, height, ratio)


def _whole_if_same(window: Window, width: int, height: int, ratio: float) -> Window:
    """All of the master, when that is nearly the window: its pixels then stay as they are."""
    if abs(width / height / ratio - 1) > 1e-3:
        return window
    gap = max(abs(window.x), abs(window.x1 - width)) / width
    gap = max(gap, max(abs(window.y), abs(window.y1 - height)) / height)
    return Window(0, 0, width, height) if gap < _SAME else window
