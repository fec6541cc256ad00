"""Studio light as an environment picture that turns with the camera: `LIGHTINGS`, `environment`.

All light comes from far away, so a garment is lit alike from head to foot and its colour can be promised:
the presets are scaled so that a matt surface facing the camera returns exactly its own colour.
"""

from __future__ import annotations

import functools
from dataclasses import dataclass

import numpy as np

from fashion_models.arrays import F32, F64

HEIGHT, WIDTH = 128, 256


@dataclass(frozen=True, kw_only=True)
class Softbox:
    """A soft-edged lamp.

    Attributes:
        azimuth_deg: From the camera towards the picture's right [degrees].
        elevation_deg: Above the horizon [degrees].
        width_deg: Half width [degrees].
        height_deg: Half height [degrees].
        share: Radiance relative to the preset's other lamps.
    """

    azimuth_deg: float
    elevation_deg: float
    width_deg: float
    height_deg: float
    share: float


@dataclass(frozen=True, kw_only=True)
class Lighting:
    """A preset.

    Attributes:
        lamps: Key, fill and rims.
        ambient: Radiance of the room towards the camera.
        behind: Radiance of the room behind the person, as a share of ``ambient``: low values are dark flags.
        bounce: Radiance of the floor in front, as a share of ``ambient``.
        exposure: Correction for what a body shades of itself.
    """

    lamps: tuple[Softbox, ...]
    ambient: float
    behind: float
    bounce: float
    exposure: float


LIGHTINGS = {
    "studio": Lighting(
        lamps=(
            Softbox(azimuth_deg=-36, elevation_deg=34, width_deg=24, height_deg=28, share=6.0),
            Softbox(azimuth_deg=42, elevation_deg=14, width_deg=26, height_deg=34, share=1.9),
            Softbox(azimuth_deg=146, elevation_deg=34, width_deg=9, height_deg=26, share=5.0),
            Softbox(azimuth_deg=-150, elevation_deg=30, width_deg=7, height_deg=26, share=3.0),
        ),
        ambient=0.55,
        behind=0.12,
        bounce=0.8,
        exposure=1.03,
    ),
    "soft": Lighting(
        lamps=(
            Softbox(azimuth_deg=-28, elevation_deg=30, width_deg=36, height_deg=34, share=1.6),
            Softbox(azimuth_deg=32, elevation_deg=20, width_deg=36, height_deg=34, share=1.2),
        ),
        ambient=0.6,
        behind=0.3,
        bounce=0.9,
        exposure=1.03,
    ),
    "dramatic": Lighting(
        lamps=(
            Softbox(azimuth_deg=-48, elevation_deg=36, width_deg=18, height_deg=24, share=10.0),
            Softbox(azimuth_deg=60, elevation_deg=8, width_deg=22, height_deg=30, share=0.7),
            Softbox(azimuth_deg=140, elevation_deg=30, width_deg=9, height_deg=30, share=9.0),
            Softbox(azimuth_deg=-140, elevation_deg=30, width_deg=8, height_deg=30, share=7.0),
        ),
        ambient=0.22,
        behind=0.1,
        bounce=0.5,
        exposure=1.03,
    ),
}


def directions() -> F64:
    """Direction of every pixel of an environment picture in the camera's frame, (HEIGHT, WIDTH, 3).

    x to the picture's right, y from the camera to the person, z up.
    """
    theta = (np.arange(HEIGHT) + 0.5) / HEIGHT * np.pi
    phi = (np.arange(WIDTH) + 0.5) / WIDTH * 2 * np.pi
    sin = np.sin(theta)[:, None]
    return np.stack(
        [-sin * np.sin(phi), -sin * np.cos(phi), np.broadcast_to(np.cos(theta)[:, None], (HEIGHT, WIDTH))],
        axis=-1,
    )


@functools.cache
def environment(name: str) -> F32:
    """Radiance of a preset, row 0 overhead, column 0 at the camera, (HEIGHT, WIDTH, 3)."""
    preset = LIGHTINGS[name]
    d = directions()
    towards_camera = np.clip(-d[..., 1], -1, 1)
    room = preset.ambient * (
        preset.behind + (1 - preset.behind) * np.clip(0.35 + 0.65 * towards_camera, 0, 1) ** 1.5
    )
    floor = preset.ambient * preset.bounce * np.clip(0.45 + 0.55 * towards_camera, 0, 1)
    radiance = np.where(d[..., 2] < 0, floor, room)
    for lamp in preset.lamps:
        radiance = radiance + lamp.share * _profile(lamp, d)
    grey = radiance / irradiance(radiance, np.array([0.0, -1.0, 0.0])) * preset.exposure
    return np.repeat(grey[..., None], 3, axis=-1).astype(np.float32)


def irradiance(radiance: F64, normal: F64) -> float:
    """What a matt white surface of this normal (camera's frame) returns, with nothing in the way."""
    theta = (np.arange(HEIGHT) + 0.5) / HEIGHT * np.pi
    solid = np.sin(theta)[:, None] * (np.pi / HEIGHT) * (2 * np.pi / WIDTH)
    cosine = np.clip(directions() @ normal, 0, None)
    return float((radiance * cosine * solid).sum() / np.pi)


def _profile(lamp: Softbox, d: F64) -> F64:
    """1 inside the lamp, falling softly to 0 at its rim."""
    azimuth = np.degrees(np.arctan2(d[..., 0], -d[..., 1]))
    elevation = np.degrees(np.arcsin(np.clip(d[..., 2], -1, 1)))
    across = ((azimuth - lamp.azimuth_deg + 180) % 360 - 180) * np.cos(np.radians(elevation)) / lamp.width_deg
    upward = (elevation - lamp.elevation_deg) / lamp.height_deg
    profile: F64 = np.exp(-((across**2 + upward**2) ** 1.5))
    return profile
