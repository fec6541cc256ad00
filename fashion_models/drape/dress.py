"""Dressing: limbs turned to the garment's, panels placed before and behind a body shrunk to its skeleton."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from fashion_models.arrays import F64
from fashion_models.drape.collider import bone_tails
from fashion_models.drape.flutes import as_skirt
from fashion_models.drape.graph import averaging, smoothed
from fashion_models.drape.tubes import as_tubes, leg_direction
from fashion_models.garment.limbs import FlatSleeve, flat_sleeves
from fashion_models.garment.model import Family
from fashion_models.garment.opened import FRONT
from fashion_models.garment.pattern import Pattern, nearest_seam
from fashion_models.person.body import Body, PosedBody, Rotations, template
from fashion_models.person.measure import arm_share
from fashion_models.person.trunk import measure_trunk

#: Share of its thickness that the body has when the panels are placed.
SHRUNK = 0.18
#: Arms of a sleeveless dress fitting, and the range that sleeves may set [degrees below the horizontal].
_BARE_ARM_DEG = 35.0
_ARM_DEG = (8.0, 62.0)
_SLEEVE_BLEND_M = 0.14
#: An upper garment longer than this has a skirt [m].
_DRESS_M = 0.8
#: How far each edge of an open front is drawn aside before it falls as it will [m].
_OPEN_M = 0.07
_SIDES = (("L", 1.0), ("R", -1.0))


@dataclass(frozen=True, eq=False)
class Dressing:
    """Where everything is before the body grows.

    Attributes:
        rotations: The dressing pose.
        posed: The body in it, full-grown.
        start: Cloth vertices [m], shape (N, 3).
    """

    rotations: Rotations
    posed: PosedBody
    start: F64


def dress(pattern: Pattern, body: Body) -> Dressing:
    """Pose a body for dressing and put the panels round its skeleton.

    Args:
        pattern: The garment.
        body: The wearer.

    Returns:
        Pose and starting positions.
    """
    rotations = dressing_rotations(pattern, body)
    posed = body.pose(rotations)
    height = _hanging_height(pattern, posed)
    flat = _on_arms(pattern, posed, height)
    depth = _skeleton_depth(posed, flat + np.array([0.0, height]))
    matrix = averaging(pattern.edges, len(flat))
    depth = smoothed(matrix, depth, 30)
    gap = 0.012 + 0.05 * np.sqrt(np.clip(nearest_seam(pattern) / 0.06, 0.0, 1.0))
    gap[pattern.seam] = 0.0
    side = np.where(pattern.back, 1.0, -1.0)
    start = np.stack([flat[:, 0], depth + side * gap, flat[:, 1] + height], axis=1)
    if _has_skirt(pattern):
        start = as_skirt(start, pattern, depth, height, posed)
    if FRONT in pattern.opening:
        start = _swung_open(start, pattern)
    if "crotch" in pattern.landmarks:
        start = as_tubes(start, pattern, depth, posed)
    return Dressing(rotations, posed, start)


def _swung_open(start: F64, pattern: Pattern) -> F64:
    """Both halves of an open front drawn to their sides, what is too much of them standing off the body."""
    out = np.abs(pattern.flat[:, 0])
    share = out / np.maximum(out + nearest_seam(pattern), 1e-6)  # 0 at the edge, 1 at the side
    half = ~pattern.back & ~pattern.seam
    opened = np.where(half, _OPEN_M * (1 - share), 0.0)
    off = np.where(half, 4 * _OPEN_M * share * (1 - share), 0.0)
    moved: F64 = start + np.stack([np.sign(pattern.flat[:, 0]) * opened, -off, np.zeros(len(start))], axis=1)
    return moved


def _has_skirt(pattern: Pattern) -> bool:
    """True when one tube reaches below the hips."""
    return "hem" in pattern.opening and (pattern.family is Family.SKIRT or _length(pattern) > _DRESS_M)


def _length(pattern: Pattern) -> float:
    """Height of the flat garment [m]."""
    return float(np.ptp(pattern.flat[:, 1]))


def dressing_rotations(pattern: Pattern, body: Body) -> Rotations:
    """Arms along the sleeves, legs along the trouser legs, all in the frontal plane."""
    turns: dict[str, F64] = {}
    sleeves = flat_sleeves(pattern.landmarks)
    for side, sign in _SIDES:
        angle = _BARE_ARM_DEG
        if side in sleeves:
            angle = float(np.clip(sleeves[side].drop_deg, *_ARM_DEG))
        down = np.radians(angle)
        arm = np.array([sign * np.cos(down), 0.0, -np.sin(down)])
        turns |= _chain(body, ("upperarm01", "lowerarm01", "wrist"), side, arm)
        turns |= _chain(body, ("upperleg01", "lowerleg01", "foot"), side, leg_direction(pattern, side, sign))
    return turns


def _chain(body: Body, bones: tuple[str, str, str], side: str, along: F64) -> dict[str, F64]:
    """Turn two bones of a limb to one direction."""
    upper, lower, end = (f"{bone}.{side}" for bone in bones)
    first = shortest_turn(body.head(lower) - body.head(upper), along)
    second = shortest_turn(body.head(end) - body.head(lower), first.T @ along)
    return {upper: first, lower: second}


def shortest_turn(start: F64, end: F64) -> F64:
    """Smallest rotation that turns one direction into another, shape (3, 3)."""
    a, b = start / np.linalg.norm(start), end / np.linalg.norm(end)
    v, cosine = np.cross(a, b), float(a @ b)
    skew = np.array([[0, -v[2], v[1]], [v[2], 0, -v[0]], [-v[1], v[0], 0]])
    return np.asarray(np.eye(3) + skew + skew @ skew / (1 + cosine))


def _hanging_height(pattern: Pattern, posed: PosedBody) -> float:
    """Height at which the flat frame's origin is hung [m]."""
    if pattern.family is not Family.UPPER:
        return float(measure_trunk(posed).crotch + (pattern.seat_m or 0.0))
    half = abs(pattern.landmarks["neckR"][0] - pattern.landmarks["neckL"][0]) / 2
    v = posed.vertices[template().groups["body"]]
    trunk = arm_share()[template().groups["body"]] < 0.5
    base = posed.head("neck01")[2]
    near = trunk & (np.abs(np.abs(v[:, 0]) - half) < 0.012)
    near &= (v[:, 2] > posed.head("spine01")[2]) & (v[:, 2] < posed.head("head")[2])
    top = float(np.percentile(v[near, 2], 95)) if near.any() else base
    return min(top, float(base) + 0.05) + 0.01


def _on_arms(pattern: Pattern, posed: PosedBody, height: float) -> F64:
    """Flat positions with each sleeve moved rigidly onto its arm; the cut itself does not change."""
    flat = pattern.flat
    for side, sleeve in flat_sleeves(pattern.landmarks).items():
        shoulder = posed.head(f"upperarm01.{side}")[[0, 2]] - [0.0, height]
        wrist = posed.head(f"wrist.{side}")[[0, 2]] - [0.0, height]
        inside = pattern.sleeves[side]
        moved = _rigid(flat, sleeve, shoulder, wrist)
        share = np.clip(1 + sleeve.depth(pattern.flat, inside) / _SLEEVE_BLEND_M, 0.0, 1.0)[:, None]
        share = share**2 * (3 - 2 * share)
        flat = flat * (1 - share) + moved * share
    return flat


def _rigid(flat: F64, sleeve: FlatSleeve, shoulder: F64, wrist: F64) -> F64:
    """Turn and shift a sleeve so that its axis lies on the arm's."""
    arm = (wrist - shoulder) / np.linalg.norm(wrist - shoulder)
    along, across = sleeve.coordinates(flat)
    start = max(0.0, float((sleeve.base - shoulder) @ arm))
    return np.asarray(
        shoulder + (along + start)[:, None] * arm + across[:, None] * np.array([-arm[1], arm[0]])
    )


def _skeleton_depth(posed: PosedBody, points: F64) -> F64:
    """Depth (y) of the bone nearest to each point of the frontal plane (x, z), shape (N,)."""
    t = template()
    out = ("toe", "finger", "metacarpal", "eye", "pelvis", "head", "root")
    use = [i for i, name in enumerate(t.bone_labels) if not name.startswith(out)]
    start = posed.heads[use]
    along = bone_tails(posed)[use] - start
    flat = along[:, [0, 2]]
    reach = ((points[:, None] - start[None][:, :, [0, 2]]) * flat).sum(axis=2) / np.maximum(
        (flat**2).sum(axis=1), 1e-9
    )
    near = start + np.clip(reach, 0.0, 1.0)[..., None] * along
    best = np.linalg.norm(near[:, :, [0, 2]] - points[:, None], axis=2).argmin(axis=1)
    return np.asarray(near[np.arange(len(points)), best, 1])
