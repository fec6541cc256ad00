"""Where the camera stands and what it frames: `frame_person`, `project`, `FRAMINGS`, `VIEWS`."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from fashion_models.arrays import F64
from fashion_models.errors import PlanError
from fashion_models.person.body import PosedBody, template
from fashion_models.studio.model import Camera, Piece, visible_points

#: Distance of the camera [m]: a long lens, so that bodies keep their proportions.
DISTANCE_M = 5.2

#: View name to the camera's azimuth [degrees].
VIEWS = {"front": 0.0, "three-quarter": 35.0, "back": 180.0}


@dataclass(frozen=True, kw_only=True)
class Framing:
    """A vertical stretch of the person; a bound of None is the person's own end.

    Attributes:
        top: Bone and offset [share of stature] of the upper edge.
        bottom: The same for the lower edge.
        margin_top: Free share of the picture above.
        margin_bottom: Free share of the picture below.
        margin_side: Free share of the picture at each side.
        whole_width: Show arms and hems to their ends; a close-up may cut them.
    """

    top: tuple[str, float] | None
    bottom: tuple[str, float] | None
    margin_top: float = 0.0
    margin_bottom: float = 0.0
    margin_side: float = 0.06
    whole_width: bool = True


FRAMINGS = {
    "full": Framing(top=None, bottom=None, margin_top=0.045, margin_bottom=0.05),
    "three-quarter": Framing(top=None, bottom=("lowerleg01.L", 0.02), margin_top=0.05),
    "upper": Framing(top=None, bottom=("upperleg01.L", -0.06), margin_top=0.06),
    "lower": Framing(top=("spine02", 0.04), bottom=None, margin_bottom=0.05),
    "detail": Framing(top=("neck01", 0.035), bottom=("spine04", 0.0), whole_width=False),
    "chin-crop": Framing(top=("head", -0.024), bottom=("lowerleg01.L", 0.02)),
}


def frame_person(
    posed: PosedBody, pieces: Sequence[Piece], *, framing: str, view: str, width: int, height: int
) -> Camera:
    """Stand the camera so that the framing's part of the person fills the picture and nothing of it is cut.

    Args:
        posed: The posed body, for the landmarks that framings name.
        pieces: Everything that will be photographed.
        framing: A name of `FRAMINGS`.
        view: A name of `VIEWS`.
        width: Picture width [px].
        height: Picture height [px].

    Returns:
        The camera.

    Raises:
        PlanError: The framing or the view is unknown.
    """
    for what, value, known in (("framing", framing, list(FRAMINGS)), ("view", view, list(VIEWS))):
        if value not in known:
            raise PlanError(f"{what} '{value}' is unknown;", limit=f"known: {', '.join(known)}.")
    frame, azimuth = FRAMINGS[framing], VIEWS[view]
    points = np.concatenate([visible_points(piece) for piece in pieces])
    low, high = points[:, 2].min(), points[:, 2].max()
    top = high if frame.top is None else _level(posed, frame.top, high - low)
    bottom = low if frame.bottom is None else _level(posed, frame.bottom, high - low)
    inside = points[(points[:, 2] >= bottom) & (points[:, 2] <= top)]
    inside = np.concatenate([inside, [[*inside[:, :2].mean(axis=0), z] for z in (bottom, top)]])
    return _fit(inside, frame, azimuth, width, height)


def _fit(points: F64, frame: Framing, azimuth: float, width: int, height: int) -> Camera:
    right, forward = _axes(azimuth)
    across, along, up = points @ right, points @ forward, points[:, 2]
    depth0 = (along.min() + along.max()) / 2
    free_y = 1 - frame.margin_top - frame.margin_bottom
    free_x = 1 - 2 * frame.margin_side
    # A wide pose leaves height to spare: it goes where the framing cuts through the person.
    below = 1.0 if frame.bottom is not None else 0.5 if frame.top is None else 0.0
    x = z = 0.0
    distance, half = DISTANCE_M, 0.0
    for _ in range(4):
        away = distance + along - depth0
        sx, sz = (across - x) / away, (up - z) / away
        spread = np.ptp(sz) / free_y
        if frame.whole_width:
            spread = max(spread, np.ptp(sx) / free_x * height / width)
        half = spread / 2
        spare = 2 * half * free_y - np.ptp(sz)
        middle = sz.min() - spare * below - frame.margin_bottom * 2 * half + half
        x, z = x + (sx.min() + sx.max()) / 2 * distance, z + middle * distance
    centre = x * right + depth0 * forward + z * np.array([0.0, 0.0, 1.0])
    origin = centre - distance * forward
    return Camera(
        origin=(float(origin[0]), float(origin[1]), float(origin[2])),
        target=(float(centre[0]), float(centre[1]), float(centre[2])),
        fov_deg=float(np.degrees(2 * np.arctan(half))),
        width=width,
        height=height,
        azimuth_deg=azimuth,
    )


def project(camera: Camera, points: F64) -> tuple[F64, F64]:
    """Where points appear.

    Args:
        camera: The camera.
        points: World positions [m], shape (N, 3).

    Returns:
        Pixels (x to the right, y down, pixel centres at half integers), shape (N, 2); depth along the view
        axis [m], shape (N,).
    """
    right, up, forward = view_axes(camera)
    offset = np.asarray(points, np.float64) - np.array(camera.origin)
    depth = offset @ forward
    scale = camera.height / 2 / np.tan(np.radians(camera.fov_deg) / 2)
    x = camera.width / 2 + scale * (offset @ right) / depth
    y = camera.height / 2 - scale * (offset @ up) / depth
    return np.stack([x, y], axis=-1), depth


def view_axes(camera: Camera) -> tuple[F64, F64, F64]:
    """The camera's right, up and forward axes in the world, unit vectors."""
    forward = np.array(camera.target) - np.array(camera.origin)
    forward /= np.linalg.norm(forward)
    right = np.cross(forward, [0.0, 0.0, 1.0])
    right /= np.linalg.norm(right)
    return right, np.cross(right, forward), forward


def _axes(azimuth: float) -> tuple[F64, F64]:
    a = np.radians(azimuth)
    return np.array([np.cos(a), np.sin(a), 0.0]), np.array([-np.sin(a), np.cos(a), 0.0])


def _level(posed: PosedBody, mark: tuple[str, float], stature: float) -> float:
    bone, share = mark
    sides = [bone, bone[:-1] + "R"] if bone.endswith(".L") else [bone]
    heights = [posed.heads[template().bone(side), 2] for side in sides]
    return float(np.mean(heights) + share * stature)
