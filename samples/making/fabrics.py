"""Fabrics as linear colour over the cloth's own coordinates in centimetres."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from fashion_models.arrays import F32
from making.canvas import Canvas
from making.noise import blur, fractal_noise, linear, smooth_noise

#: Colour of the cloth at every pixel of a canvas.
Fabric = Callable[[Canvas, F32, F32, np.random.Generator], F32]


def _grainy(canvas: Canvas, rng: np.random.Generator, along: float, across: float) -> F32:
    """Fine irregular threads: noise stretched along one direction [cm]."""
    return smooth_noise(rng, canvas.shape, (max(1.0, along * canvas.k), max(1.0, across * canvas.k)))


def jersey(colour: str, heather: float = 0.0, other: str = "#ffffff") -> Fabric:
    """T-shirt knit: faint wales, uneven dye, and for a heather yarn fibres of a second colour."""

    def cloth(canvas: Canvas, u: F32, v: F32, rng: np.random.Generator) -> F32:
        wales = np.sin(u * (2 * np.pi / 0.16)) * 0.012
        rows = _grainy(canvas, rng, 0.05, 0.4) * 0.014
        uneven = fractal_noise(rng, canvas.shape, 18 * canvas.k, 3) * 0.012
        tone = (1 + wales + rows + uneven)[..., None]
        base = linear(colour) * tone
        if heather == 0:
            return base.astype(np.float32)
        fibre = blur(_grainy(canvas, rng, 0.07, 0.3), 0.5) + 0.7 * blur(_grainy(canvas, rng, 0.22, 0.06), 0.5)
        share = np.clip(heather * (0.5 + 0.9 * fibre), 0, 1)[..., None]
        return (base * (1 - share) + linear(other) * share).astype(np.float32)

    return cloth


def stripes(cloth: Fabric, colour: str, pitch: float, band: float, start: float, end: float) -> Fabric:
    """Horizontal stripes knitted into another cloth, between two heights [cm]."""

    def striped(canvas: Canvas, u: F32, v: F32, rng: np.random.Generator) -> F32:
        base = cloth(canvas, u, v, rng)
        wobble = v + 0.02 * _grainy(canvas, rng, 0.2, 1.5)
        phase = np.mod(wobble - start, pitch)
        edge = np.clip(np.minimum(phase, band - phase) * canvas.k + 0.5, 0, 1)
        edge = edge * ((v > start - 0.01) & (v < end))
        tone = base.mean(axis=2, keepdims=True) / max(float(base.mean()), 1e-6)
        return np.asarray(base * (1 - edge[..., None]) + linear(colour) * tone * edge[..., None], np.float32)

    return striped


def rib(colour: str, pitch: float = 0.32, depth: float = 0.26) -> Fabric:
    """Rib knit: columns of light and shade."""

    def cloth(canvas: Canvas, u: F32, v: F32, rng: np.random.Generator) -> F32:
        wander = 0.05 * smooth_noise(rng, canvas.shape, (9 * canvas.k, 3 * canvas.k))
        columns = np.sin((u + wander) * (2 * np.pi / pitch))
        shade = 1 + depth * (columns - 0.3 * columns**2)
        loops = 1 + 0.02 * _grainy(canvas, rng, 0.06, 0.2)
        return np.asarray(linear(colour) * (shade * loops)[..., None], np.float32)

    return cloth


def twill(
    colour: str, worn: str, *, contrast: float = 0.10, fade: float = 0.0,
    thigh: tuple[float, float, float, float] | None = None,
) -> Fabric:  # fmt: skip
    """Twill or denim: diagonal threads, slubs running down, and a worn tone.

    Args:
        colour: Unworn tone.
        worn: Worn tone.
        contrast: Strength of the weave.
        fade: Share of the worn tone.
        thigh: Where each leg is worn most: x, y and the patch's half width and height [cm]; None for evenly.
    """

    def cloth(canvas: Canvas, u: F32, v: F32, rng: np.random.Generator) -> F32:
        diagonal = np.sin((u * 1.0 + v * 0.62) * (2 * np.pi / 0.21)) * contrast * 0.5
        slub = _grainy(canvas, rng, 1.6, 0.07) * contrast
        grain = _grainy(canvas, rng, 0.06, 0.06) * contrast
        tone = (1 + diagonal + 0.6 * slub + 0.6 * grain)[..., None]
        patch = 0.5 + 0.07 * fractal_noise(rng, canvas.shape, 9 * canvas.k, 4)
        if thigh is not None:
            x, y, wide, high = thigh
            spot = np.exp(-(((np.abs(u) - x) / wide) ** 2) - ((v - y) / high) ** 2)
            patch = patch * (0.25 + 1.25 * spot)
        share = np.clip(fade * patch, 0, 1)[..., None]
        return np.asarray((linear(colour) * (1 - share) + linear(worn) * share) * tone, np.float32)

    return cloth


def plain_weave(colour: str, contrast: float = 0.03) -> Fabric:
    """Woven cloth with visible warp and weft."""

    def cloth(canvas: Canvas, u: F32, v: F32, rng: np.random.Generator) -> F32:
        warp = _grainy(canvas, rng, 1.2, 0.06)
        weft = _grainy(canvas, rng, 0.06, 1.2)
        uneven = fractal_noise(rng, canvas.shape, 12 * canvas.k, 2)
        tone = 1 + contrast * (warp + weft) * 0.7 + 0.01 * uneven
        return np.asarray(linear(colour) * tone[..., None], np.float32)

    return cloth


def floral(cloth: Fabric, petals: list[str], leaf: str, eye: str, *, pitch: float = 6.5) -> Fabric:
    """Scattered printed blossoms with leaves on another cloth."""

    def printed(canvas: Canvas, u: F32, v: F32, rng: np.random.Generator) -> F32:
        base = cloth(canvas, u, v, rng)
        tone = base.mean(axis=2, keepdims=True) / max(float(base.mean()), 1e-6)
        reach = float(np.abs(u).max()) + pitch, float(v.min()) - pitch, float(v.max()) + pitch
        for x, y in _scatter(rng, reach, pitch):
            size = pitch * rng.uniform(0.20, 0.34)
            _leaves(base, u, v, tone, (x, y), size, rng, linear(leaf))
            _blossom(
                base,
                u,
                v,
                tone,
                (x, y),
                size,
                rng,
                linear(petals[int(rng.integers(len(petals)))]),
                linear(eye),
            )
        return base

    return printed


def _scatter(
    rng: np.random.Generator, reach: tuple[float, float, float], pitch: float
) -> list[tuple[float, float]]:
    """Points on a shaken hexagonal grid."""
    half, top, bottom = reach
    points = []
    for row, y in enumerate(np.arange(top, bottom, pitch * 0.87)):
        for x in np.arange(-half, half, pitch):
            shake = rng.uniform(-0.28, 0.28, 2) * pitch
            points.append((float(x + (row % 2) * pitch / 2 + shake[0]), float(y + shake[1])))
    return points


def _window(u: F32, v: F32, centre: tuple[float, float], radius: float) -> tuple[slice, slice] | None:
    """Rows and columns around a point of the cloth, whose coordinates are an even, perhaps turned, grid."""
    steps = np.array(
        [[u[0, 1] - u[0, 0], u[1, 0] - u[0, 0]], [v[0, 1] - v[0, 0], v[1, 0] - v[0, 0]]], np.float64
    )
    column, row = np.linalg.solve(steps, [centre[0] - float(u[0, 0]), centre[1] - float(v[0, 0])])
    reach = radius / np.sqrt(abs(np.linalg.det(steps)))
    rows = slice(max(0, int(row - reach)), min(u.shape[0], int(row + reach) + 1))
    columns = slice(max(0, int(column - reach)), min(u.shape[1], int(column + reach) + 1))
    if rows.stop - rows.start < 2 or columns.stop - columns.start < 2:
        return None
    return rows, columns


def _blossom(
    base: F32, u: F32, v: F32, tone: F32, at: tuple[float, float], size: float,
    rng: np.random.Generator, colour: F32, eye: F32,
) -> None:  # fmt: skip
    view = _window(u, v, at, 1.3 * size)
    turn, count = rng.uniform(0, 6.28), int(rng.integers(5, 7))
    if view is None:
        return
    x, y = u[view] - at[0], v[view] - at[1]
    radius, angle = np.hypot(x, y), np.arctan2(y, x) + turn
    rim = size * (0.72 + 0.28 * np.abs(np.cos(angle * count / 2)) ** 0.7)
    soft = size * 0.05
    petal = np.clip((rim - radius) / soft, 0, 1)[..., None]
    vein = 1 - 0.22 * np.exp(-((np.sin(angle * count / 2) / 0.22) ** 2)) * (radius < rim)
    glow = 0.82 + 0.3 * np.clip(radius / size, 0, 1)
    base[view] = base[view] * (1 - petal) + colour * (vein * glow)[..., None] * tone[view] * petal
    heart = np.clip((0.24 * size - radius) / soft, 0, 1)[..., None]
    base[view] = base[view] * (1 - heart) + eye * tone[view] * heart


def _leaves(
    base: F32, u: F32, v: F32, tone: F32, at: tuple[float, float], size: float,
    rng: np.random.Generator, colour: F32,
) -> None:  # fmt: skip
    for _ in range(3):
        turn = rng.uniform(0, 6.28)
        middle = at[0] + 1.25 * size * np.cos(turn), at[1] + 1.25 * size * np.sin(turn)
        view = _window(u, v, middle, 0.9 * size)
        if view is None:
            continue
        x, y = u[view] - middle[0], v[view] - middle[1]
        along = (x * np.cos(turn) + y * np.sin(turn)) / (0.75 * size)
        across = (-x * np.sin(turn) + y * np.cos(turn)) / (0.26 * size)
        leaf = np.clip((1 - along**2 - np.abs(across)) * 5, 0, 1)[..., None]
        spine = 1 - 0.25 * np.exp(-((across / 0.12) ** 2))
        base[view] = base[view] * (1 - leaf) + colour * spine[..., None] * tone[view] * leaf
