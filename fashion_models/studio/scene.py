"""Pieces and light as a Mitsuba scene: `build_scene` → `Scene`."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from fashion_models.arrays import F32, F64, I32, I64
from fashion_models.errors import RenderError
from fashion_models.studio.lighting import environment
from fashion_models.studio.model import Camera, Material, Piece, Role, Strands, Surface
from fashion_models.studio.renderer import mitsuba
from fashion_models.studio.ribbons import as_ribbons

#: What Mitsuba takes for a lobe that is there: a lobe that is not makes another kind of material.
_NONE = 1e-6


@dataclass(frozen=True, kw_only=True, eq=False)
class Scene:
    """Pieces in the studio's light.

    Attributes:
        content: The Mitsuba scene.
        numbers: The number that Mitsuba's shape index gives each piece, (P,).
    """

    content: Any
    numbers: I32

    def piece_of(self, numbers: I64) -> I32:
        """Indices of pieces for Mitsuba's shape numbers, −1 where there is none."""
        lookup = np.full(int(max(self.numbers.max(), numbers.max(initial=0))) + 1, -1, np.int32)
        lookup[self.numbers] = np.arange(len(self.numbers))
        return lookup[numbers]


def build_scene(pieces: Sequence[Piece], camera: Camera, lighting: str) -> Scene:
    """Put pieces into the light.

    Args:
        pieces: The pieces; strands become ribbons no finer than the camera can show.
        camera: The camera, with which the light turns.
        lighting: A name of `LIGHTINGS`.

    Returns:
        The scene.

    Raises:
        RenderError: A piece has vertices that are not numbers, or none at all.
    """
    for piece in pieces:
        _check(piece)
    solid = [as_ribbons(piece, camera) if isinstance(piece, Strands) else piece for piece in pieces]
    shapes = [_mesh(piece) for piece in solid]
    content: dict[str, Any] = {"type": "scene", "light": _light(environment(lighting), camera)}
    content |= {f"shape{index:03d}": shape for index, shape in enumerate(shapes)}
    # One after the other, so that compiled kernels are found again.
    loaded = mitsuba().load_dict(content, parallel=False)
    return Scene(content=loaded, numbers=np.array(_numbers(shapes), np.int32))


def _numbers(shapes: Sequence[Any]) -> list[int]:
    """Compiled variants number shapes in a register of everything alive, the scalar one by place."""
    mi = mitsuba()
    if mi.variant().startswith("scalar"):
        return list(range(1, len(shapes) + 1))
    import drjit as dr

    numbers: Any = [dr.reinterpret_array(mi.UInt32, mi.ShapePtr(shape)) for shape in shapes]
    return [int(number[0]) for number in numbers]


def floor_piece(height: float, side: float, centre: F64, reflectance: float) -> Surface:
    """A matt horizontal square.

    Args:
        height: Where it lies [m].
        side: Half its side [m].
        centre: Its middle, (x, y, …) [m].
        reflectance: Share of the light it returns.

    Returns:
        The floor; its role has no meaning.
    """
    corners = np.array(
        [[-side, -side, height], [side, -side, height], [side, side, height], [-side, side, height]]
    )
    return Surface(
        name="floor",
        role=Role.BASE,
        vertices=corners + np.array([centre[0], centre[1], 0.0]),
        triangles=np.array([[0, 1, 2], [0, 2, 3]], np.int32),
        normals=np.tile([0.0, 0.0, 1.0], (4, 1)),
        material=Material(colour=np.full(3, reflectance, np.float32), specular=0.0),
    )


def _check(piece: Piece) -> None:
    points = piece.points if isinstance(piece, Strands) else piece.vertices
    if len(points) == 0 or not np.isfinite(points).all():
        raise RenderError(f"piece '{piece.name}' has no shape, or one that is not made of numbers.")


def _light(radiance: F32, camera: Camera) -> dict[str, Any]:
    mi = mitsuba()
    a = np.radians(camera.azimuth_deg)
    right, towards = np.array([np.cos(a), np.sin(a), 0.0]), np.array([np.sin(a), -np.cos(a), 0.0])
    frame = np.eye(4)
    frame[:3, 0], frame[:3, 1], frame[:3, 2] = -right, [0.0, 0.0, 1.0], -towards
    return {"type": "envmap", "bitmap": mi.Bitmap(radiance), "to_world": mi.ScalarTransform4f(frame)}


def _mesh(piece: Surface) -> Any:
    mi = mitsuba()
    properties = mi.Properties()
    properties["bsdf"] = _bsdf(piece.material)
    count = len(piece.vertices)
    uv = np.zeros((count, 2)) if piece.uv is None else piece.uv
    mesh = mi.Mesh(
        piece.name,
        count,
        len(piece.triangles),
        has_vertex_normals=True,
        has_vertex_texcoords=True,
        props=properties,
    )
    data = mi.traverse(mesh)
    data["vertex_positions"] = _flat(piece.vertices, np.float32)
    data["vertex_normals"] = _flat(piece.normals, np.float32)
    data["faces"] = _flat(piece.triangles, np.uint32)
    data["vertex_texcoords"] = _flat(np.stack([uv[:, 0], 1 - uv[:, 1]], axis=1), np.float32)
    data.update()
    return mesh


def _bsdf(material: Material) -> Any:
    """Of as few kinds as can be, with textures for all that varies: kernels are compiled per set of kinds."""
    bsdf: dict[str, Any] = {"type": "diffuse", "reflectance": _texture(material.colour)}
    if material.specular or material.sheen or material.clearcoat:
        bsdf = {
            "type": "principled",
            "base_color": _texture(material.colour),
            "roughness": _texture(material.roughness),
            "specular": material.specular,
            "sheen": max(material.sheen, _NONE),
            "sheen_tint": 0.5,
            "flatness": max(material.flatness, _NONE),
            "clearcoat": max(material.clearcoat, _NONE),
            "clearcoat_gloss": 0.98,
        }
    if material.bump is not None:
        bsdf = {"type": "bumpmap", "arbitrary": _texture(material.bump), "bsdf": bsdf}
    return mitsuba().load_dict({"type": "twosided", "bsdf": bsdf}, parallel=False)


def _texture(values: F32 | float) -> dict[str, Any]:
    """A number, a colour (3,), or a picture (H, W) or (H, W, 3) as a bitmap."""
    picture = np.asarray(values, np.float32)
    if picture.ndim < 2:
        picture = np.broadcast_to(picture, (2, 2, picture.size))
    picture = np.ascontiguousarray(picture if picture.ndim == 3 else picture[..., None])
    return {"type": "bitmap", "bitmap": mitsuba().Bitmap(picture), "raw": True, "filter_type": "bilinear"}


def _flat(values: Any, kind: type) -> Any:
    return np.ascontiguousarray(values, kind).ravel()
