"""What the studio photographs and what it hands back: `Material`, `Surface`, `Strands`, `Camera`, `Draft`."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

import numpy as np

from fashion_models.arrays import F32, F64, I32, U8


class Role(StrEnum):
    """What a surface is, for masks and measurements."""

    SKIN = "skin"
    HAIR = "hair"
    GARMENT = "garment"
    BASE = "base"  # plain base clothing and shoes
    EYES = "eyes"
    PROP = "prop"  # what the person sits on


@dataclass(frozen=True, kw_only=True)
class Material:
    """How a surface reflects light (Disney principled BSDF; values linear, in [0, 1]).

    Attributes:
        colour: Linear RGB, shape (3,), or a texture (H, W, 3) whose row 0 is v = 1.
        roughness: A number, or a texture (H, W).
        bump: Height texture (H, W) in metres, or None.
    """

    colour: F32
    roughness: float | F32 = 0.6
    specular: float = 0.4
    sheen: float = 0.0
    flatness: float = 0.0
    clearcoat: float = 0.0
    bump: F32 | None = None


@dataclass(frozen=True, kw_only=True)
class Surface:
    """A triangle mesh with a material.

    Attributes:
        name: Unique within a scene.
        vertices: Positions [m], shape (N, 3).
        triangles: Vertex indices, shape (M, 3).
        normals: Unit vertex normals, shape (N, 3).
        uv: Texture coordinates, v up, shape (N, 2), or None.
    """

    name: str
    role: Role
    vertices: F64
    triangles: I32
    normals: F64
    material: Material
    uv: F64 | None = None


@dataclass(frozen=True, kw_only=True)
class Strands:
    """Hairs as curves.

    Attributes:
        points: Control points [m], shape (n, k, 3).
        radii: Radius along a strand [m], shape (k,).
    """

    name: str
    role: Role
    points: F64
    radii: F64
    material: Material


Piece = Surface | Strands


def visible_points(piece: Piece) -> F64:
    """The points that make up a piece; vertices that no triangle uses are left out, (N, 3)."""
    if isinstance(piece, Strands):
        return piece.points.reshape(-1, 3)
    used = np.zeros(len(piece.vertices), bool)
    used[piece.triangles] = True
    points: F64 = piece.vertices[used]
    return points


@dataclass(frozen=True, kw_only=True)
class Camera:
    """A perspective camera, z up.

    Attributes:
        origin: Position [m], shape (3,).
        target: Point in the middle of the picture [m], shape (3,).
        fov_deg: Vertical field of view [degrees].
        width: Picture width [px].
        height: Picture height [px].
        azimuth_deg: Where it stands: 0 in front, 180 behind, positive towards the person's left.
    """

    origin: tuple[float, float, float]
    target: tuple[float, float, float]
    fov_deg: float
    width: int
    height: int
    azimuth_deg: float

    @property
    def pixel_m(self) -> float:
        """Size of a pixel at the target's distance [m]."""
        distance = float(np.linalg.norm(np.subtract(self.target, self.origin)))
        return 2 * distance * math.tan(math.radians(self.fov_deg) / 2) / self.height


@dataclass(frozen=True, kw_only=True)
class Draft:
    """The studio picture and its exact maps, all (height, width).

    Attributes:
        display: sRGB picture on its backdrop, uint8 (H, W, 3).
        linear: Linear premultiplied picture without backdrop, (H, W, 3).
        alpha: Coverage by person and clothes, (H, W).
        masks: Role to coverage in [0, 1], (H, W); with 'background' they sum to 1.
        depth: Distance along the view axis [m], 0 where empty, (H, W).
        normals: Unit normals in camera space (x right, y up, z to the viewer), 0 where empty, (H, W, 3).
        uv: Texture coordinates of what is seen, (H, W, 2).
        position: World position of what is seen [m], (H, W, 3).
        joints: OpenPose COCO-18 joints, (18, 3): x, y [px], visible 0/1.
        camera: The camera it was taken with.
        renderer: For example 'mitsuba llvm_ad_rgb (LLVM 19)'.
        timings_s: Seconds per step.
    """

    display: U8
    linear: F32
    alpha: F32
    masks: Mapping[str, F32]
    depth: F32
    normals: F32
    uv: F32
    position: F32
    joints: F64
    camera: Camera
    renderer: str
    timings_s: Mapping[str, float] = field(default_factory=dict)
