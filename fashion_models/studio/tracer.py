"""Where rays meet the scene and what light comes back: `surfaces_seen`, `light_seen`."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from fashion_models.arrays import F32, F64, I32, Bool
from fashion_models.studio.camera import view_axes
from fashion_models.studio.model import Camera
from fashion_models.studio.renderer import mitsuba
from fashion_models.studio.scene import Scene

#: Rays per call, so that memory stays bounded.
_CALL_RAYS = 4_000_000
_AOVS = "albedo:albedo,normal:sh_normal,uv:uv,position:position,shape:shape_index"
#: Steps of the two-dimensional golden sequence, which spreads any number of points evenly (Roberts 2018).
_GOLDEN = np.array([0.7548776662466927, 0.5698402909980532])


@dataclass(frozen=True, kw_only=True)
class Seen:
    """The first surface that each ray meets; all are 0 where there is none.

    Attributes:
        piece: Index of the piece, −1 for none, (...).
        albedo: Its colour, (..., 3).
        normal: Its shading normal in the world, (..., 3).
        uv: Texture coordinates, v up, (..., 2).
        position: World position [m], (..., 3).
    """

    piece: I32
    albedo: F32
    normal: F32
    uv: F32
    position: F32


def surfaces_seen(scene: Scene, camera: Camera, where: Bool, *, sub: int = 1) -> Seen:
    """Look through the middle of every sub-pixel of some pixels.

    Args:
        scene: From `build_scene`.
        camera: The camera.
        where: The pixels, (H, W), one at least.
        sub: Sub-pixels per pixel and axis.

    Returns:
        What is seen, with shape (N, sub²) before the channels, for the N pixels in reading order.
    """
    table = _film_aovs(scene, camera, where, sub) if _scalar() else _ray_aovs(scene, camera, where, sub)
    table = np.nan_to_num(table)
    number = np.rint(table[..., 11]).astype(np.int64)
    hit = number > 0
    uv = np.stack([table[..., 6], 1 - table[..., 7]], axis=-1)
    return Seen(
        piece=scene.piece_of(number),
        albedo=table[..., 0:3],
        normal=table[..., 3:6],
        uv=np.where(hit[..., None], uv, 0),
        position=np.where(hit[..., None], table[..., 8:11], 0),
    )


def light_seen(scene: Scene, camera: Camera, where: Bool, *, spp: int, depth: int, seed: int) -> F32:
    """Trace paths through some pixels.

    Args:
        scene: From `build_scene`.
        camera: The camera.
        where: The pixels, (H, W), one at least.
        spp: Paths per pixel.
        depth: Longest path.
        seed: Of the noise.

    Returns:
        Premultiplied linear colour and coverage of the N pixels in reading order, (N, 4).
    """
    integrator = mitsuba().load_dict({"type": "path", "max_depth": depth, "hide_emitters": True})
    if _scalar():
        return _film_light(scene, camera, where, integrator, spp, seed)
    return _ray_light(scene, camera, where, integrator, spp, seed)


def _scalar() -> bool:
    return bool(mitsuba().variant().startswith("scalar"))


# Compiled variants trace lists of rays: nothing of the picture is then part of the kernels, so that one that
# was compiled for any picture serves all.


def _ray_aovs(scene: Scene, camera: Camera, where: Bool, sub: int) -> F32:
    mi = mitsuba()
    import drjit as dr

    offset = (np.arange(sub) + 0.5) / sub
    grid = np.stack(np.meshgrid(offset, offset), axis=-1).reshape(-1, 2)
    parts = []
    for pixels in _calls(where, sub * sub):
        ray = _rays(camera, (pixels[:, None] + grid).reshape(-1, 2))
        hit = scene.content.ray_intersect(ray)
        there = hit.is_valid()
        albedo = hit.bsdf(ray).eval_diffuse_reflectance(hit, there)
        number: Any = dr.reinterpret_array(mi.UInt32, hit.shape)
        channels = [*albedo, *hit.sh_frame.n, *hit.uv, *hit.p, mi.Float(number)]
        channels = [dr.select(there, channel, 0.0) for channel in channels]
        dr.eval(channels)
        parts.append(np.stack([np.array(c) for c in channels], axis=-1).reshape(len(pixels), sub * sub, 12))
    return np.concatenate(parts)


def _ray_light(scene: Scene, camera: Camera, where: Bool, integrator: Any, spp: int, seed: int) -> F32:
    mi = mitsuba()
    import drjit as dr

    parts = []
    random = np.random.default_rng(seed)
    for number, pixels in enumerate(_calls(where, spp)):
        spread = (random.random((len(pixels), 1, 2)) + np.arange(spp)[:, None] * _GOLDEN) % 1
        ray = _rays(camera, (pixels[:, None] + spread).reshape(-1, 2))
        sampler = mi.load_dict({"type": "independent"})
        sampler.seed(dr.opaque(mi.UInt32, seed + number), len(pixels) * spp)
        light, valid, _ = integrator.sample(scene.content, sampler, ray)
        channels = [*light, dr.select(valid, mi.Float(1), mi.Float(0))]
        dr.eval(channels)
        table = np.stack([np.array(c) for c in channels], axis=-1).reshape(len(pixels), spp, 4)
        parts.append(_bounded(table).mean(axis=1, dtype=np.float64))
    return np.concatenate(parts).astype(np.float32)


def _calls(where: Bool, rays_per_pixel: int) -> list[F64]:
    """Corners (x, y) of the pixels, in parts of bounded work."""
    corners = np.argwhere(where)[:, ::-1].astype(np.float64)
    count = -(-len(corners) * rays_per_pixel // _CALL_RAYS)
    return np.array_split(corners, max(1, count))


def _rays(camera: Camera, places: F64) -> Any:
    """Rays through places of the picture [px], shape (N, 2)."""
    mi = mitsuba()
    import drjit as dr

    right, up, forward = view_axes(camera)
    scale = np.tan(np.radians(camera.fov_deg) / 2) / (camera.height / 2)
    across, above = (places[:, 0] - camera.width / 2) * scale, (camera.height / 2 - places[:, 1]) * scale
    directions = forward + across[:, None] * right + above[:, None] * up
    directions /= np.linalg.norm(directions, axis=1, keepdims=True)
    columns = [mi.Float(np.ascontiguousarray(c, np.float32)) for c in directions.T]
    origin = mi.Point3f(*(dr.opaque(mi.Float, float(v)) for v in camera.origin))
    return mi.RayDifferential3f(mi.Ray3f(origin, mi.Vector3f(*columns)))


# The scalar variant has no lists of rays: it renders a window, from which the pixels are taken.


def _film_aovs(scene: Scene, camera: Camera, where: Bool, sub: int) -> F32:
    mi = mitsuba()
    integrator = mi.load_dict({"type": "aov", "aovs": _AOVS})
    window, inside = _window(where)
    sampler = {"type": "stratified", "sample_count": 1, "jitter": False}
    sensor = _sensor(camera, window, sub, sampler)
    film = np.array(mi.render(scene.content, sensor=sensor, integrator=integrator, spp=1), np.float32)
    rows, columns = inside.shape
    blocks = film.reshape(rows, sub, columns, sub, film.shape[2]).transpose(0, 2, 1, 3, 4)
    return blocks[inside].reshape(int(inside.sum()), sub * sub, film.shape[2])[..., -12:]


def _film_light(scene: Scene, camera: Camera, where: Bool, integrator: Any, spp: int, seed: int) -> F32:
    mi = mitsuba()
    window, inside = _window(where)
    sensor = _sensor(camera, window, 1, {"type": "multijitter", "sample_count": spp})
    film = mi.render(scene.content, sensor=sensor, integrator=integrator, spp=spp, seed=seed)
    return _bounded(np.array(film, np.float32))[inside]


def _window(where: Bool) -> tuple[tuple[slice, slice], Bool]:
    """Rows and columns round the pixels, and the pixels within them."""
    rows, columns = np.flatnonzero(where.any(axis=1)), np.flatnonzero(where.any(axis=0))
    window = slice(int(rows[0]), int(rows[-1]) + 1), slice(int(columns[0]), int(columns[-1]) + 1)
    return window, where[window]


def _sensor(camera: Camera, window: tuple[slice, slice], scale: int, sampler: dict[str, Any]) -> Any:
    """The camera as a Mitsuba sensor with a box filter, as the denoiser needs it."""
    mi = mitsuba()
    rows, columns = window
    film = {
        "type": "hdrfilm",
        "width": camera.width * scale,
        "height": camera.height * scale,
        "crop_offset_x": columns.start * scale,
        "crop_offset_y": rows.start * scale,
        "crop_width": (columns.stop - columns.start) * scale,
        "crop_height": (rows.stop - rows.start) * scale,
        "rfilter": {"type": "box"},
        "pixel_format": "rgba",
        "component_format": "float32",
    }
    look = mi.ScalarTransform4f().look_at(
        origin=list(camera.origin), target=list(camera.target), up=[0, 0, 1]
    )
    lens = {"fov": camera.fov_deg, "fov_axis": "y", "near_clip": 0.05, "far_clip": 100.0, "to_world": look}
    return mi.load_dict({"type": "perspective", **lens, "film": film, "sampler": sampler})


def _bounded(samples: F32) -> F32:
    """Without fireflies and without values that are no numbers."""
    return np.nan_to_num(np.clip(samples, 0, 50))
