"""Exact maps from the first surface that every sub-pixel sees: `exact_maps`."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy import ndimage

from fashion_models.arrays import F32, F64, I32, Bool
from fashion_models.studio.camera import project, view_axes
from fashion_models.studio.model import Camera, Piece, Role, Strands, visible_points
from fashion_models.studio.scene import Scene
from fashion_models.studio.tracer import surfaces_seen

#: Sub-pixels per pixel and axis; odd, so that one lies in the middle.
SUB = 3
_ROLES = list(Role)
_CHANNELS = {"albedo": 3, "normals": 3, "normal": 3, "uv": 2, "position": 3}

BACKGROUND = "background"


@dataclass(frozen=True, kw_only=True)
class Maps:
    """What each pixel shows; values of surfaces are those at its centre, never mixed.

    Attributes:
        shares: Role to the share of each pixel that shows it, (H, W).
        albedo: Mean colour of the surfaces, (H, W, 3).
        shading_normals: Mean world-space normals, (H, W, 3).
        normals: Normals in camera space, 0 where empty, (H, W, 3).
        depth: Distance along the view axis [m], 0 where empty, (H, W).
        uv: Texture coordinates, v up, (H, W, 2).
        position: World position [m], (H, W, 3).
        piece: Index of the piece at the centre, −1 where empty, (H, W).
    """

    shares: dict[Role, F32]
    albedo: F32
    shading_normals: F32
    normals: F32
    depth: F32
    uv: F32
    position: F32
    piece: I32

    @property
    def covered(self) -> F32:
        """Share of each pixel that shows anything, (H, W)."""
        return np.asarray(np.sum(list(self.shares.values()), axis=0), np.float32)


def exact_maps(scene: Scene, camera: Camera, pieces: Sequence[Piece]) -> Maps:
    """Read the maps of a scene.

    Args:
        scene: From `build_scene`.
        camera: The camera.
        pieces: The pieces of the scene, in its order.

    Returns:
        The maps.
    """
    size = camera.height, camera.width
    where = _may_show(scene, camera, pieces)
    shares = np.zeros((len(_ROLES), *size), np.float32)
    values = {name: np.zeros((*size, n), np.float32) for name, n in _CHANNELS.items()}
    index = np.full(size, -1, np.int32)
    if where.any():
        groups = [_ROLES.index(piece.role) for piece in pieces]
        seen = surfaces_seen(scene, camera, where, sub=SUB, groups=groups)
        shares[: len(seen.shares), where] = seen.shares
        index[where] = seen.piece
        for name, value in values.items():
            value[where] = getattr(seen, name)
    right, up, forward = view_axes(camera)
    there = index >= 0
    along = (values["position"] - np.array(camera.origin)) @ forward
    return Maps(
        shares=dict(zip(_ROLES, shares, strict=True)),
        albedo=values["albedo"],
        shading_normals=values["normals"],
        normals=(values["normal"] @ np.stack([right, up, -forward], axis=1)).astype(np.float32),
        depth=np.where(there, along, 0).astype(np.float32),
        uv=values["uv"],
        position=values["position"],
        piece=index,
    )


def _may_show(scene: Scene, camera: Camera, pieces: Sequence[Piece]) -> Bool:
    """Pixels near one whose middle shows something, or that a strand crosses, (H, W)."""
    near = np.zeros((camera.height, camera.width), bool)
    box = _box(camera, np.concatenate([visible_points(piece) for piece in pieces]))
    near[box] = True
    if not near.any():
        return near
    near[near] = surfaces_seen(scene, camera, near).piece >= 0
    for piece in pieces:
        if isinstance(piece, Strands):
            x, y = np.floor(project(camera, piece.points.reshape(-1, 3))[0]).astype(int).T
            inside = (x >= 0) & (x < camera.width) & (y >= 0) & (y < camera.height)
            near[y[inside], x[inside]] = True
    return np.asarray(ndimage.binary_dilation(near, np.ones((3, 3), bool)))


def _box(camera: Camera, points: F64) -> tuple[slice, slice]:
    """Rows and columns in which points lie, with a margin."""
    place, _ = project(camera, points)
    low = np.clip(np.floor(place.min(axis=0)).astype(int) - 2, 0, [camera.width, camera.height])
    high = np.clip(np.ceil(place.max(axis=0)).astype(int) + 2, 0, [camera.width, camera.height])
    return slice(int(low[1]), int(high[1])), slice(int(low[0]), int(high[0]))


def role_masks(maps: Maps, alpha: F32) -> dict[str, F32]:
    """Coverage per role, scaled to the picture's own alpha; with 'background' they sum to 1.

    Args:
        maps: The exact maps.
        alpha: Coverage of the picture, shape (H, W).

    Returns:
        Role name, and 'background', to coverage (H, W).
    """
    covered = maps.covered
    scale = np.where(covered > 0, alpha / np.maximum(covered, 1e-6), 0)
    masks = {role.value: (share * scale).astype(np.float32) for role, share in maps.shares.items()}
    strays = np.where(covered > 0, 0, alpha)  # strands that no sub-pixel of the maps happened to meet
    masks[Role.HAIR.value] += strays.astype(np.float32)
    masks[BACKGROUND] = (1 - sum(masks.values(), np.zeros_like(alpha))).astype(np.float32)
    return masks


def project_joints(camera: Camera, joints: F64) -> F64:
    """Joints in the picture, as OpenPose gives them.

    Args:
        camera: The camera.
        joints: COCO-18 world positions [m], shape (18, 3).

    Returns:
        x, y [px] and 1 where visible, shape (18, 3). Joints of the body count as seen wherever they are in
        the picture; nose, eyes and ears only when the head's direction lets the camera see them.
    """
    pixels, _ = project(camera, joints)
    inside = ((pixels >= 0) & (pixels < [camera.width, camera.height])).all(axis=1)
    visible = inside & _face_visible(camera, joints)
    return np.concatenate([pixels, visible[:, None]], axis=1)


def _face_visible(camera: Camera, joints: F64) -> Bool:
    visible = np.ones(18, bool)
    left = joints[17] - joints[16]
    left = left / max(float(np.linalg.norm(left)), 1e-9)
    ahead = joints[0] - (joints[16] + joints[17]) / 2
    ahead = ahead - left * (ahead @ left)
    ahead = ahead / max(float(np.linalg.norm(ahead)), 1e-9)
    towards = np.array(camera.origin) - joints[0]
    towards /= np.linalg.norm(towards)
    visible[0] = ahead @ towards > -0.1
    for joint, side in ((14, -1.0), (15, 1.0)):
        visible[joint] = (0.85 * ahead + 0.5 * side * left) @ towards > 0.05
    for joint, side in ((16, -1.0), (17, 1.0)):
        visible[joint] = side * (left @ towards) > -0.35
    return visible
