"""A headscarf: one cloth round head and neck, over the shoulders and whatever is worn there.

The cloth is a distance from the middle of the head in every direction: seen from there it goes round the
skull, spans what is hollow, and falls from the chin to the chest. Lengths are metres of the reference head.
"""

from __future__ import annotations

import numpy as np
from scipy.ndimage import gaussian_filter, maximum_filter

from fashion_models.arrays import F32, F64, I32
from fashion_models.colour import lab_from_linear
from fashion_models.mesh import vertex_normals
from fashion_models.person.basics import PALETTE, contrasting
from fashion_models.person.body import PosedBody
from fashion_models.person.head import HeadFrame, noise
from fashion_models.person.obstacle import Cloth, Obstacle
from fashion_models.person.scalp import SKULL
from fashion_models.person.shells import clip_mesh, hemmed
from fashion_models.person.tones import skin_targets
from fashion_models.studio.model import Material, Role, Surface

#: Name of its surface; no cloth of the garment lies over it.
HIJAB = "hijab"
#: In the order in which they are tried against the garment, and how far in lightness from the face they are:
#: a scarf as dark or as light as the face would hide it.
_COLOURS = ("beige", "charcoal", "navy", "grey", "white")
_FROM_FACE = 10.0

#: Rows from the crown to below the hem, columns all round, height of the last row.
_ROWS, _COLUMNS = 110, 144
_HEM = -0.30
#: Least distance from skin and garment, looseness on top of it, and thickness of the hem.
_EASE, _LOOSE, _THICK = 0.003, 0.006, 0.004
#: The opening for the face: middle height, half width, half height.
_FACE = (-0.033, 0.061, 0.081)
#: Where the cloth ends: how far aside on the shoulders, how low on the chest.
_ASIDE, _LOW = 0.150, -0.262
#: How fast the cloth comes back to the body below what it hangs from, before and behind, and above it.
_FALL, _RISE = (0.18, 0.30), 0.30


def hijab_piece(posed: PosedBody, *, tone: int, cloth: Cloth | None, garment_colour: F32 | None) -> Surface:
    """The headscarf on a posed person.

    Args:
        posed: The body.
        tone: Skin tone of the face.
        cloth: What it lies over, as vertices (N, 3) [m] and outward triangles (M, 3), or None.
        garment_colour: Mean colour of the garment, linear RGB, shape (3,), or None.

    Returns:
        A surface of role BASE, outside skin and cloth.
    """
    frame = HeadFrame.of(posed)
    obstacle = Obstacle.of(posed, frame, cloth)
    places = _wrapped(obstacle)
    triangles = _triangles()
    normals = vertex_normals(places, triangles)
    mesh = hemmed(clip_mesh(places, normals, triangles, _kept(places)), _THICK)
    return Surface(
        name=HIJAB,
        role=Role.BASE,
        vertices=frame.to_world(mesh.vertices),
        triangles=mesh.triangles,
        normals=frame.turn(mesh.normals),
        material=Material(
            colour=np.array(PALETTE[_colour(tone, garment_colour)], np.float32),
            roughness=0.85,
            specular=0.2,
            sheen=0.3,
        ),
    )


def _colour(tone: int, garment_colour: F32 | None) -> str:
    """Of the colours that frame a face of this tone, one that stands out from the garment."""
    face = skin_targets()[tone][0]
    lightness = {name: lab_from_linear(np.array(PALETTE[name]))[0] for name in _COLOURS}
    framing = tuple(name for name in _COLOURS if abs(lightness[name] - face) >= _FROM_FACE)
    return framing[0] if garment_colour is None else contrasting(garment_colour, framing)


def _wrapped(obstacle: Obstacle) -> F64:
    """Points of the cloth, shape (_ROWS * _COLUMNS, 3)."""
    origins, ways = _rays()
    radii = _reach(obstacle.points[~_in_face(obstacle.points)])
    radii = _fallen(_spanned(maximum_filter(radii, 3, mode=("nearest", "wrap")))) + _EASE
    off_edge = np.clip((_off_face(origins + radii[..., None] * ways) - 1) / 0.4, 0, 1)
    radii = _smooth(radii + _LOOSE * off_edge, 2.0)
    places = origins + radii[..., None] * ways
    places = places + _folds(places)[..., None] * ways
    for width in (1.5, 0.7, 0.0):  # out of skin and garment without showing every bump of theirs
        lifted = obstacle.lifted(places.reshape(-1, 3), _EASE).reshape(places.shape)
        out = ((lifted - places) * ways).sum(axis=2) * ~_in_face(places, margin=1.0)
        places = places + np.maximum(_smooth(out, width), out if not width else 0)[..., None] * ways
    return places.reshape(-1, 3)


def _smooth(values: F64, width: float) -> F64:
    """Values (rows, columns) blurred, round and round."""
    smooth: F64 = gaussian_filter(values, width, mode=("nearest", "wrap"))
    return smooth


def _rays() -> tuple[F64, F64]:
    """Origin and unit direction of each row and column, both (_ROWS, _COLUMNS, 3).

    Above the skull's middle all start there, below they leave its axis level.
    """
    turn = np.arange(_COLUMNS) * 2 * np.pi / _COLUMNS
    split = _ROWS // 3
    lift = np.r_[np.linspace(np.pi / 2 - 0.02, 0, split), np.zeros(_ROWS - split)]
    height = np.r_[np.full(split, SKULL[2]), np.linspace(SKULL[2], _HEM, _ROWS - split + 1)[1:]]
    origins = np.zeros((_ROWS, _COLUMNS, 3))
    origins[..., 1], origins[..., 2] = SKULL[1], height[:, None]
    level = np.stack([np.sin(turn), -np.cos(turn), 0 * turn], axis=1)
    ways = np.cos(lift)[:, None, None] * level + np.sin(lift)[:, None, None] * [0.0, 0.0, 1.0]
    return origins, ways


def _reach(points: F64) -> F64:
    """Greatest distance of surface points at each row and column, 0 where there are none."""
    split = _ROWS // 3
    aside = points - [0.0, SKULL[1], 0.0]
    level = np.hypot(aside[:, 0], aside[:, 1])
    high = points[:, 2] - SKULL[2]
    column = np.round(np.arctan2(aside[:, 0], -aside[:, 1]) / (2 * np.pi) * _COLUMNS).astype(int) % _COLUMNS
    above = (1 - np.arctan2(high, level) / (np.pi / 2)) * (split - 1)
    below = split - 1 - high / (SKULL[2] - _HEM) * (_ROWS - split)
    row = np.round(np.where(high > 0, above, below)).astype(int)
    radii = np.zeros((_ROWS, _COLUMNS))
    seen = (row >= 0) & (row < _ROWS) & (level < 0.24)
    distance = np.where(high > 0, np.hypot(level, high), level)
    np.maximum.at(radii, (row[seen], column[seen]), distance[seen])
    return radii


def _spanned(radii: F64) -> F64:
    """Hollows of each row bridged: cloth is drawn straight over them, across the face too."""
    angle = np.arange(_COLUMNS) * 2 * np.pi / _COLUMNS
    facing = np.cos(angle[:, None] - angle)
    out = radii.copy()
    for k, row in enumerate(radii):
        reach = (row[:, None] * facing).max(axis=0)  # support of the row's convex hull
        hull = np.min(np.where(facing > 0.05, reach[:, None] / np.maximum(facing, 0.05), np.inf), axis=0)
        out[k] = np.maximum(row, hull)
    return out


def _fallen(radii: F64) -> F64:
    """Cloth hangs from what stands out and comes back slowly below it; above, it is drawn in faster."""
    split = _ROWS // 3
    step = (SKULL[2] - _HEM) / (_ROWS - split)
    behind = 0.5 - 0.5 * np.cos(np.arange(_COLUMNS) * 2 * np.pi / _COLUMNS)
    fall = (_FALL[0] + (_FALL[1] - _FALL[0]) * behind) * step
    out = radii.copy()
    for k in range(split, _ROWS):
        low = np.clip((-0.15 - (SKULL[2] - (k - split) * step)) / 0.10, 0, 1)  # lies on the chest at the hem
        out[k] = np.maximum(out[k], out[k - 1] - fall * (1 + 4 * low))
    for k in range(_ROWS // 2, 0, -1):  # over the ears
        out[k - 1] = np.maximum(out[k - 1], out[k] - _RISE * step)
    return out


def _folds(places: F64) -> F64:
    """Height of soft folds that run round the face, under the chin and down the chest, (rows, columns)."""
    x, y, z = np.moveaxis(places, -1, 0)
    round_face = np.hypot(x - 0.035, 0.9 * (z + 0.01)) + 0.25 * y
    wander = noise(places, 14, 41)
    soft = np.clip(0.75 + 0.9 * noise(places, 11, 42), 0.1, 1.3)
    neck = np.clip((-0.07 - z) / 0.05, 0, 1) * np.clip((z - _LOW) / 0.10, 0.25, 1)
    crown = np.clip((z - 0.03) / 0.05, 0, 1) * np.clip((y - 0.03) / 0.06, 0, 1)
    wave = np.sin(2 * np.pi * (round_face / 0.036 + 0.5 * wander))
    over = np.sin(2 * np.pi * (y / 0.055 + 0.4 * wander))
    folds: F64 = soft * (0.0048 * neck * wave + 0.0016 * crown * over)
    return folds


def _in_face(places: F64, *, margin: float = 1.04) -> np.ndarray[tuple[int], np.dtype[np.bool_]]:
    """True where the opening leaves the face free."""
    return _off_face(places) < margin


def _off_face(places: F64) -> F64:
    """1 on the edge of the opening, less inside; behind the cheeks all is outside."""
    middle, wide, high = _FACE
    x, z = places[..., 0] / wide, (places[..., 2] - middle) / high
    narrow = 1 + 0.22 * np.clip(-z, 0, 1.2)  # towards the chin
    oval = (np.abs(x * narrow) ** 2.2 + np.abs(z) ** 2.2) ** (1 / 2.2)
    return np.where(places[..., 1] < 0.075, oval, 2.0)


def _kept(places: F64) -> F64:
    """Positive where there is cloth [m]."""
    aside = np.abs(places[:, 0]) / _ASIDE
    low = np.clip((-0.16 - places[:, 2]) / (-0.16 - _LOW), 0, None)
    hem = 0.1 * (1 - (aside**2.6 + low**2.6) ** (1 / 2.6)) + 0.004 * noise(places, 18, 43)
    return np.minimum(0.06 * (_off_face(places) - 1), hem)


def _triangles() -> I32:
    """Triangles of the wrapped grid, outward, without the hole of a few millimetres at the crown."""
    corner = np.arange(_ROWS * _COLUMNS).reshape(_ROWS, _COLUMNS)
    after = np.roll(corner, -1, axis=1)
    a, b, c, d = (x.ravel() for x in (corner[:-1], corner[1:], after[1:], after[:-1]))
    grid = np.concatenate([np.stack([a, b, c], axis=1), np.stack([a, c, d], axis=1)])
    first = corner[0]
    cap = np.stack([np.full(_COLUMNS - 2, first[0]), first[1:-1], first[2:]], axis=1)
    return np.concatenate([grid, cap]).astype(np.int32)
