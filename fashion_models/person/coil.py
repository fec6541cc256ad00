"""Hair that stands or is tied: cropped, coiled, gathered into a bun or a tail."""

from __future__ import annotations

import numpy as np

from fashion_models.arrays import F64
from fashion_models.mesh import unit
from fashion_models.person.grow import Ground, Style, table
from fashion_models.person.head import noise


def cropped(ground: Ground, style: Style, random: np.random.Generator) -> F64:
    """Straight hairs of a few millimetres that lean down and back. Shape (N, K, 3)."""
    count = len(ground.points)
    length = table(style["length"], ground.place[:, 2]) * random.uniform(0.75, 1.1, count)
    lean = ground.along_skin(np.tile([0.0, 0.5, -0.6], (count, 1)))
    way = unit(ground.normals + style["lean"] * lean + random.normal(0, 0.22, (count, 3)))
    along = np.linspace(0, 1, int(style["points"]))[None, :, None]
    return ground.points[:, None] + along * length[:, None, None] * way[:, None]


def coiled(ground: Ground, style: Style, random: np.random.Generator) -> F64:
    """Tight coils out to a lumpy ellipsoid, their last turns lying in its surface. Shape (N, K, 3)."""
    count, points = len(ground.points), int(style["points"])
    centre, radii = np.asarray(style["centre"]), np.asarray(style["radii"])
    inside = (ground.points - centre) / radii
    way = unit(inside * [1.0, 1.0, 1.0] + 0.35 * ground.normals / radii * 0.1)
    way = unit(way + random.normal(0, style["frizz"], (count, 3)))
    along, across = (inside * way).sum(axis=1), (inside**2).sum(axis=1)
    span = -along + np.sqrt(np.maximum(along**2 - across + 1, 0))
    lumps = 1 + 0.03 * noise(ground.place, 55, 21) + 0.05 * noise(ground.place, 130, 22)
    reach = (way * radii) * (np.clip(span, 0.04, None) * lumps * random.uniform(0.80, 1.0, count))[:, None]
    axis = unit(reach)
    first = unit(np.cross(axis, random.normal(0, 1, (count, 3))))
    second = np.cross(axis, first)
    step = np.linspace(0, 1, points)[None]
    low, high = style["turns"]
    angle = (
        2 * np.pi * random.uniform(low, high, count)[:, None] * step + random.uniform(0, 6.28, count)[:, None]
    )
    size = random.uniform(0.6, 1.3, count)[:, None] * style["coil"] * np.minimum(4 * step, 1.0)
    ring = (size * np.cos(angle))[..., None] * first[:, None] + (size * np.sin(angle))[..., None] * second[
        :, None
    ]
    start = ground.points[:, None] - ring[:, :1]
    coils: F64 = start + step[..., None] ** 0.9 * reach[:, None] + ring
    return coils


def gathered(ground: Ground, style: Style, random: np.random.Generator) -> F64:
    """Hair combed tight over the skull to a tie. Shape (N, K, 3)."""
    points = int(style["points"])
    tie = np.asarray(style["tie"])
    side = unit(ground.points - tie)
    end = tie + 0.014 * side * [1.0, 0.6, 1.0] + random.normal(0, 0.0008, ground.points.shape)
    rank = 0.4 + 0.6 * np.clip(0.5 + noise(ground.place, 120, 23), 0, 1)
    strands = [ground.points]
    for k in range(1, points):
        share = k / (points - 1)
        straight = ground.points * (1 - share) + end * share
        clear = style["hug"] * rank * np.sin(np.pi * share) ** 0.5 + 0.0010
        strands.append(ground.obstacle.lifted(straight, clear))
    return np.stack(strands, axis=1)


def knot(style: Style, points: int, random: np.random.Generator) -> F64:
    """A bun: strands wound round a flattened ball behind the tie. Shape (n, ``points``, 3)."""
    spec = style["knot"]
    count, radius = int(spec["strands"]), float(spec["radius"])
    tie = np.asarray(style["tie"])
    out = unit(tie - np.array([0.0, 0.088, 0.020]))
    axis = unit(out + random.normal(0, 0.16, (count, 3)))
    first = unit(np.cross(axis, random.normal(0, 1, (count, 3))))
    second = np.cross(axis, first)
    height = random.uniform(-0.9, 0.97, count)[:, None]
    step = np.linspace(0, 1, points)[None]
    angle = step * random.uniform(1.2, 2.8, count)[:, None] + random.uniform(0, 6.28, count)[:, None]
    shell = 1 - 0.10 * random.uniform(0, 1, (count, 1)) ** 2
    drift = height + 0.30 * (step - 0.5)
    ring = radius * shell * np.sqrt(np.clip(1 - np.clip(drift, -0.98, 0.98) ** 2, 0.03, 1))
    swirl = np.cos(angle)[..., None] * first[:, None] + np.sin(angle)[..., None] * second[:, None]
    centre = tie + 0.55 * radius * out
    return centre + ring[..., None] * swirl + (0.8 * radius * shell * drift)[..., None] * axis[:, None]


def tail(style: Style, ground: Ground, random: np.random.Generator) -> F64:
    """A tail from the tie that arcs out and falls down the back. Shape (n, K, 3)."""
    spec = style["tail"]
    count, steps = int(spec["strands"]), int(style["points"]) - 1
    tie = np.asarray(style["tie"])
    out = unit(tie - np.array([0.0, 0.088, 0.020]))
    here = tie + random.normal(0, 0.0045, (count, 3))
    way = unit(out + random.normal(0, 0.13, (count, 3)))
    step = (float(spec["length"]) * random.uniform(0.78, 1.0, count) / steps)[:, None]
    fall = random.uniform(16, 30, count)[:, None]
    strands = [here]
    for _ in range(steps):
        way = unit(way + fall * step * ground.down)
        here = ground.obstacle.lifted(here + step * way, 0.004)
        strands.append(here)
    return np.stack(strands, axis=1)
