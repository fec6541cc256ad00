"""Pieces, light and camera as Mitsuba objects: `build_scene`, `make_sensor`."""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from fashion_models.arrays import F32, F64
from fashion_models.errors import RenderError
from fashion_models.studio.lighting import environment
from fashion_models.studio.model import Camera, Material, Piece, Role, Strands, Surface
from fashion_models.studio.renderer import mitsuba


@dataclass(frozen=True, kw_only=True)
class Window:
    """A part of the picture [px].

    Attributes:
        x: Left edge.
        y: Upper edge.
        width: Width.
        height: Height.
    """

    x: int
    y: int
    width: int
    height: int

    @property
    def slices(self) -> tuple[slice, slice]:
        """Rows and columns."""
        return slice(self.y, self.y + self.height), slice(self.x, self.x + self.width)


def load_shapes(pieces: Sequence[Piece]) -> list[Any]:
    """The pieces as Mitsuba shapes, in their order.

    Raises:
        RenderError: A piece has vertices that are not numbers, or none at all.
    """
    for piece in pieces:
        _check(piece)
    return [_curves(piece) if isinstance(piece, Strands) else _mesh(piece) for piece in pieces]


def shape_numbers(shapes: Sequence[Any]) -> list[int]:
    """The number that Mitsuba's shape index gives each shape of a scene made of just these.

    Compiled variants number shapes in a register of everything alive, the scalar one by place.
    """
    mi = mitsuba()
    if mi.variant().startswith("scalar"):
        return list(range(1, len(shapes) + 1))
    import drjit as dr

    numbers: Any = [dr.reinterpret_array(mi.UInt32, mi.ShapePtr(shape)) for shape in shapes]
    return [int(number[0]) for number in numbers]


def build_scene(shapes: Sequence[Any], camera: Camera, lighting: str) -> Any:
    """A Mitsuba scene.

    Args:
        shapes: From `load_shapes`.
        camera: The camera, with which the light turns.
        lighting: A name of `LIGHTINGS`.

    Returns:
        The scene.
    """
    content: dict[str, Any] = {"type": "scene", "light": _light(environment(lighting), camera)}
    content |= {f"shape{index:03d}": shape for index, shape in enumerate(shapes)}
    return mitsuba().load_dict(content, parallel=False)  # in order, so compiled kernels are found again


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


def make_sensor(
    camera: Camera, *, scale: int = 1, window: Window | None = None, spp: int = 1, centred: bool = False
) -> Any:
    """The camera as a Mitsuba sensor with a box filter, as the denoiser needs it.

    Args:
        camera: The camera.
        scale: Sub-pixels per pixel and axis.
        window: The part to render [px of the unscaled picture]; None for all.
        spp: Samples per (sub-)pixel.
        centred: Look through the middle of each (sub-)pixel instead of anywhere in it.

    Returns:
        The sensor.
    """
    mi = mitsuba()
    film: dict[str, Any] = {
        "type": "hdrfilm",
        "width": camera.width * scale,
        "height": camera.height * scale,
        "rfilter": {"type": "box"},
        "pixel_format": "rgba",
        "component_format": "float32",
    }
    if window is not None:
        film |= {
            "crop_offset_x": window.x * scale,
            "crop_offset_y": window.y * scale,
            "crop_width": window.width * scale,
            "crop_height": window.height * scale,
        }
    to_world = mi.ScalarTransform4f().look_at(
        origin=list(camera.origin), target=list(camera.target), up=[0, 0, 1]
    )
    return mi.load_dict(
        {
            "type": "perspective",
            "fov": camera.fov_deg,
            "fov_axis": "y",
            "near_clip": 0.05,
            "far_clip": 100.0,
            "to_world": to_world,
            "film": film,
            "sampler": _sampler(spp, centred),
        }
    )


def _sampler(spp: int, centred: bool) -> dict[str, Any]:
    if centred:
        return {"type": "stratified", "sample_count": spp, "jitter": False}
    return {"type": "multijitter" if spp > 1 else "independent", "sample_count": spp}


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
    mesh = mi.Mesh(
        piece.name,
        len(piece.vertices),
        len(piece.triangles),
        has_vertex_normals=True,
        has_vertex_texcoords=piece.uv is not None,
        props=properties,
    )
    data = mi.traverse(mesh)
    data["vertex_positions"] = _flat(piece.vertices, np.float32)
    data["vertex_normals"] = _flat(piece.normals, np.float32)
    data["faces"] = _flat(piece.triangles, np.uint32)
    if piece.uv is not None:
        data["vertex_texcoords"] = _flat(np.stack([piece.uv[:, 0], 1 - piece.uv[:, 1]], axis=1), np.float32)
    data.update()
    return mesh


def _curves(piece: Strands) -> Any:
    """B-spline curves; Mitsuba takes their number from a file, so it gets a blank one of the right shape."""
    mi = mitsuba()
    controls = _clamped(piece.points, piece.radii)
    n, k = controls.shape[:2]
    block = "".join(f"0 0 {i} 1\n" for i in range(k)) + "\n"
    with tempfile.TemporaryDirectory(prefix="fashion-models-") as folder:
        path = Path(folder) / "strands.txt"
        path.write_text(block * n)
        curves = mi.load_dict(
            {"type": "bsplinecurve", "filename": str(path), "bsdf": _bsdf(piece.material)}, parallel=False
        )
    data = mi.traverse(curves)
    data["control_points"] = _flat(controls, np.float32)
    data.update()
    return curves


def _clamped(points: F64, radii: F64) -> F32:
    """Control points and radii with the ends tripled, so that the curves reach them, (n, k + 4, 4)."""
    thick = np.broadcast_to(radii, points.shape[:2])[..., None]
    controls = np.concatenate([points, thick], axis=2)
    first, last = controls[:, :1], controls[:, -1:]
    return np.concatenate([first, first, controls, last, last], axis=1).astype(np.float32)


def _bsdf(material: Material) -> Any:
    mi = mitsuba()
    bsdf: dict[str, Any] = {"type": "diffuse", "reflectance": _texture(material.colour)}
    glossy = material.specular or material.sheen or material.clearcoat
    if glossy:
        bsdf = {
            "type": "principled",
            "base_color": _texture(material.colour),
            "roughness": material.roughness
            if isinstance(material.roughness, float)
            else _texture(material.roughness),
            "specular": material.specular,
            "sheen": material.sheen,
            "sheen_tint": 0.5,
            "flatness": material.flatness,
            "clearcoat": material.clearcoat,
            "clearcoat_gloss": 0.98,
        }
    if material.bump is not None:
        bsdf = {"type": "bumpmap", "arbitrary": _texture(material.bump), "bsdf": bsdf}
    if material.two_sided:
        bsdf = {"type": "twosided", "bsdf": bsdf}
    return mi.load_dict(bsdf, parallel=False)


def _texture(values: F32) -> dict[str, Any]:
    mi = mitsuba()
    values = np.ascontiguousarray(values, np.float32)
    if values.ndim == 1:
        return {"type": "rgb", "value": [float(v) for v in values]}
    picture = values if values.ndim == 3 else values[..., None]
    return {"type": "bitmap", "bitmap": mi.Bitmap(picture), "raw": True, "filter_type": "bilinear"}


def _flat(values: Any, kind: type) -> Any:
    return np.ascontiguousarray(values, kind).ravel()
