"""Where rays meet the scene and what light comes back: `surfaces_seen`, `light_seen`."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from fashion_models.arrays import F32, I32, I64, Bool
from fashion_models.studio.camera import view_axes
from fashion_models.studio.model import Camera
from fashion_models.studio.renderer import mitsuba
from fashion_models.studio.scene import Scene

#: Rays per call, so that memory stays bounded.
_CALL_RAYS = 4_000_000
#: Brighter samples are fireflies.
_BRIGHTEST = 50.0
_AOVS = "albedo:albedo,normal:sh_normal,uv:uv,position:position,shape:shape_index"
#: Steps of the two-dimensional golden sequence, which spreads any number of points evenly (Roberts 2018).
_GOLDEN = (0.7548776662466927, 0.5698402909980532)


@dataclass(frozen=True, kw_only=True)
class Seen:
    """What N pixels show; all is 0 where there is nothing.

    Attributes:
        piece: Index of the piece at the pixel's middle, −1 for none, (N,).
        normal: Shading normal in the world there, (N, 3).
        uv: Texture coordinates there, v up, (N, 2).
        position: World position there [m], (N, 3).
        albedo: Mean colour of the surfaces, (N, 3).
        normals: Their mean shading normal, (N, 3).
        shares: Share of the pixel that shows each piece's group, (groups, N).
    """

    piece: I32
    normal: F32
    uv: F32
    position: F32
    albedo: F32
    normals: F32
    shares: F32


def surfaces_seen(
    scene: Scene, camera: Camera, where: Bool, *, sub: int = 1, groups: Sequence[int] | None = None
) -> Seen:
    """Look through the middle of every sub-pixel of some pixels.

    Args:
        scene: From `build_scene`.
        camera: The camera.
        where: The pixels, (H, W), one at least.
        sub: Sub-pixels per pixel and axis; odd, so that one lies in the middle.
        groups: Number of each piece's group, from 0; one group of all if left out.

    Returns:
        What is seen in the N pixels, in reading order.
    """
    group = np.zeros(len(scene.numbers), np.int64) if groups is None else np.asarray(groups)
    look = _film_seen if _scalar() else _rays_seen
    middle, means, shares = look(scene, camera, where, sub, group)
    number = np.rint(middle[:, 0]).astype(np.int64)
    hit = (number > 0)[:, None]
    uv = np.stack([middle[:, 4], 1 - middle[:, 5]], axis=-1)
    return Seen(
        piece=scene.piece_of(number),
        normal=middle[:, 1:4],
        uv=np.where(hit, uv, np.float32(0)),
        position=np.where(hit, middle[:, 6:9], np.float32(0)),
        albedo=means[:, :3],
        normals=means[:, 3:],
        shares=shares,
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
    trace = _film_light if _scalar() else _rays_light
    return trace(scene, camera, where, integrator, spp, seed)


def _scalar() -> bool:
    return bool(mitsuba().variant().startswith("scalar"))


# Compiled variants trace lists of rays. Nothing of the picture is part of the kernels, which are so compiled
# once for all pictures, and only what is known of whole pixels comes back.


def _rays_seen(scene: Scene, camera: Camera, where: Bool, sub: int, group: I64) -> tuple[F32, F32, F32]:
    mi = mitsuba()
    import drjit as dr

    table = np.zeros(int(scene.numbers.max()) + 1, np.uint32)
    table[scene.numbers] = group + 1
    parts = []
    for pixels in _calls(where, sub * sub):
        count = dr.opaque(mi.UInt32, sub * sub)
        ray = dr.arange(mi.UInt32, len(pixels) * sub * sub)
        pixel = ray // count
        cell = ray - pixel * count
        side = dr.opaque(mi.UInt32, sub)
        offset = mi.Point2f(mi.Float(cell % side) + 0.5, mi.Float(cell // side) + 0.5) / mi.Float(side)
        rays = _through(camera, pixels, pixel, offset)
        hit = scene.content.ray_intersect(rays)
        there = hit.is_valid()
        number: Any = dr.select(there, dr.reinterpret_array(mi.UInt32, hit.shape), 0)
        albedo = hit.bsdf(rays).eval_diffuse_reflectance(hit, there)
        kind = dr.gather(mi.UInt32, mi.UInt32(table), number)
        all_rays = [*albedo, *hit.sh_frame.n, mi.Float(number), *hit.uv, *hit.p]
        all_rays = [dr.select(there, channel, 0) for channel in all_rays]
        shares = [dr.select(kind == g + 1, mi.Float(1), mi.Float(0)) for g in range(int(group.max()) + 1)]
        dr.eval(all_rays, shares)
        block = sub * sub
        means = [dr.block_sum(channel, block) / block for channel in (*all_rays[:6], *shares)]
        middle = dr.arange(mi.UInt32, len(pixels)) * block + block // 2
        centre = [
            dr.gather(mi.Float, channel, middle) for channel in (all_rays[6], *all_rays[3:6], *all_rays[7:])
        ]
        parts.append((_table(centre), _table(means[:6]), _table(means[6:])))
    centre_all, mean_all, share_all = (np.concatenate(tables) for tables in zip(*parts, strict=True))
    return centre_all, mean_all, share_all.T


def _rays_light(scene: Scene, camera: Camera, where: Bool, integrator: Any, spp: int, seed: int) -> F32:
    mi = mitsuba()
    import drjit as dr

    parts = []
    random = np.random.default_rng(seed)
    for number, pixels in enumerate(_calls(where, spp)):
        shift = random.random((len(pixels), 2), np.float32)
        ray = dr.arange(mi.UInt32, len(pixels) * spp)
        count = dr.opaque(mi.UInt32, spp)
        pixel = ray // count
        step = mi.Float(ray - pixel * count)
        x, y = (
            dr.gather(mi.Float, mi.Float(np.ascontiguousarray(c)), pixel) + step * g
            for c, g in zip(shift.T, _GOLDEN, strict=True)
        )
        rays = _through(camera, pixels, pixel, mi.Point2f(x - dr.floor(x), y - dr.floor(y)))
        sampler = mi.load_dict({"type": "independent"})
        sampler.seed(dr.opaque(mi.UInt32, seed + number), len(pixels) * spp)
        light, valid, _ = integrator.sample(scene.content, sampler, rays)
        channels = [dr.clip(dr.select(dr.isfinite(c), c, 0), 0, _BRIGHTEST) for c in light]
        channels.append(dr.select(valid, mi.Float(1), mi.Float(0)))
        dr.eval(channels)
        parts.append(_table([dr.block_sum(channel, spp) / spp for channel in channels]))
    return np.concatenate(parts)


def _calls(where: Bool, rays_per_pixel: int) -> list[F32]:
    """Corners (x, y) of the pixels, in parts of bounded work."""
    corners = np.argwhere(where)[:, ::-1].astype(np.float32)
    count = -(-len(corners) * rays_per_pixel // _CALL_RAYS)
    return np.array_split(corners, max(1, count))


def _through(camera: Camera, pixels: F32, pixel: Any, offset: Any) -> Any:
    """Rays through places within pixels: each ray's pixel is an index into their corners (N, 2)."""
    mi = mitsuba()
    import drjit as dr

    scale = np.tan(np.radians(camera.fov_deg) / 2) / (camera.height / 2)
    right, up, forward = (
        mi.Vector3f(*(dr.opaque(mi.Float, float(v)) for v in axis)) for axis in view_axes(camera)
    )
    left, top, unit = (dr.opaque(mi.Float, float(v)) for v in (-camera.width / 2, camera.height / 2, scale))
    x, y = (dr.gather(mi.Float, mi.Float(np.ascontiguousarray(c)), pixel) for c in pixels.T)
    across, above = (x + offset.x + left) * unit, (top - y - offset.y) * unit
    origin = mi.Point3f(*(dr.opaque(mi.Float, float(v)) for v in camera.origin))
    return mi.RayDifferential3f(mi.Ray3f(origin, dr.normalize(forward + across * right + above * up)))


def _table(channels: Sequence[Any]) -> F32:
    return np.stack([np.array(channel) for channel in channels], axis=-1)


# The scalar variant has no lists of rays: it renders a window, from which the pixels are taken.


def _film_seen(scene: Scene, camera: Camera, where: Bool, sub: int, group: I64) -> tuple[F32, F32, F32]:
    mi = mitsuba()
    integrator = mi.load_dict({"type": "aov", "aovs": _AOVS})
    window, inside = _window(where)
    sampler = {"type": "stratified", "sample_count": 1, "jitter": False}
    sensor = _sensor(camera, window, sub, sampler)
    film = np.array(mi.render(scene.content, sensor=sensor, integrator=integrator, spp=1), np.float32)
    rows, columns = inside.shape
    blocks = np.nan_to_num(film[..., -12:]).reshape(rows, sub, columns, sub, 12).transpose(0, 2, 1, 3, 4)
    cells = blocks[inside].reshape(-1, sub * sub, 12)
    piece = scene.piece_of(np.rint(cells[..., 11]).astype(np.int64))
    kind = np.where(piece >= 0, group[piece], -1)
    shares = [(kind == g).mean(axis=1, dtype=np.float32) for g in range(int(group.max()) + 1)]
    middle = cells[:, sub * sub // 2]
    return middle[:, [11, 3, 4, 5, 6, 7, 8, 9, 10]], cells[..., :6].mean(axis=1), np.array(shares)


def _film_light(scene: Scene, camera: Camera, where: Bool, integrator: Any, spp: int, seed: int) -> F32:
    mi = mitsuba()
    window, inside = _window(where)
    sensor = _sensor(camera, window, 1, {"type": "multijitter", "sample_count": spp})
    film = mi.render(scene.content, sensor=sensor, integrator=integrator, spp=spp, seed=seed)
    return np.nan_to_num(np.clip(np.array(film, np.float32), 0, _BRIGHTEST))[inside]


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
