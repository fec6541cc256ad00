"""Skirt, trousers and shorts, cut and laid flat."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from fashion_models.arrays import F32, F64
from making.canvas import Canvas, curve, join, mirror
from making.fabrics import Fabric
from making.folds import Crease, crease_field, crumple, soft_waves
from making.noise import linear, smooth_noise

Point = tuple[float, float]


def half_at(side: F64, y: float) -> float:
    """Half width of a garment at a height, from its side seam [cm]."""
    return float(np.interp(y, side[:, 1], side[:, 0]))


@dataclass(frozen=True, kw_only=True)
class Legs:
    """Right half of trousers or shorts; the left is its mirror image [cm].

    Attributes:
        waist: Corner of the waist.
        hip: Widest point of the hip.
        crotch: Height of the crotch, on the middle line.
        hem_out, hem_in: Outer and inner corner of the leg's hem.
        band: Height of the waistband.
        waist_dip: How much lower the waist is in the middle.
    """

    waist: Point
    hip: Point
    crotch: float
    hem_out: Point
    hem_in: Point
    band: float = 3.8
    waist_dip: float = 1.3

    @property
    def fall(self) -> float:
        """How far the side moves in per third of the leg, so that the hip is no corner."""
        return (self.hem_out[0] - self.hip[0]) * 0.12

    def side(self) -> F64:
        """Side seam from the waist to the hem."""
        (wx, wy), (hx, hy), (ox, oy) = self.waist, self.hip, self.hem_out
        down = (oy - hy) / 3
        return join(
            curve(
                self.waist,
                (wx + 0.5 * (hx - wx), wy + 0.3 * (hy - wy)),
                (hx - self.fall, hy - 0.35 * (hy - wy)),
                self.hip,
            ),
            curve(
                self.hip, (hx + self.fall, hy + 0.3 * down), (ox - 0.25 * (ox - hx), oy - down), self.hem_out
            ),
        )

    def inseam(self) -> F64:
        """From the hem's inner corner up to the crotch."""
        (ix, iy), length = self.hem_in, self.hem_in[1] - self.crotch
        return curve(
            self.hem_in,
            (ix - 0.15 * ix, iy - 0.5 * length),
            (0.25 * ix, iy - 0.9 * length),
            (0.0, self.crotch),
        )

    def waist_line(self, down: float = 0.0) -> F64:
        """From the left corner of the waist to the right."""
        x, y = half_at(self.side(), self.waist[1] + down), self.waist[1] + down
        dip = 1.35 * self.waist_dip
        return curve((-x, y), (-0.5 * x, y + dip), (0.5 * x, y + dip), (x, y))

    def hem_line(self, up: float = 0.0) -> F64:
        """Hem of the right leg from outside to inside."""
        lift = np.array([0.0, -up])
        a, b = np.array(self.hem_out) + lift, np.array(self.hem_in) + lift
        middle = (a + b) / 2 + [0, 0.35]
        return curve(tuple(a), tuple(middle), tuple(b), count=12)

    def half(self) -> F64:
        """Outline of the right half from waist to crotch."""
        return join(self.side(), self.hem_line(), self.inseam())

    def outline(self) -> F64:
        """Closed outline."""
        half = self.half()
        return join(half, mirror(half), self.waist_line())

    def points(self) -> dict[str, Point]:
        """True landmarks, left and right as seen."""
        right = {"waistR": self.waist, "legRout": self.hem_out, "legRin": self.hem_in}
        other = {name.replace("R", "L"): (-x, y) for name, (x, y) in right.items()}
        return right | other | {"crotch": (0.0, self.crotch)}


@dataclass(frozen=True, kw_only=True)
class Flare:
    """Right half of a skirt [cm]: corners of waist and hem, and the widest point of the hip."""

    waist: Point
    hip: Point
    hem: Point
    band: float = 3.5
    waist_dip: float = 1.2
    hem_drop: float = 2.6

    def side(self) -> F64:
        """Side seam from the waist to the hem."""
        (wx, wy), (hx, hy) = self.waist, self.hip
        return join(
            curve(self.waist, (wx + 0.6 * (hx - wx), wy + 0.4 * (hy - wy)), self.hip), np.array([self.hem])
        )

    def waist_line(self, down: float = 0.0) -> F64:
        """From the left corner of the waist to the right."""
        x, y = half_at(self.side(), self.waist[1] + down), self.waist[1] + down
        dip = 1.35 * self.waist_dip
        return curve((-x, y), (-0.5 * x, y + dip), (0.5 * x, y + dip), (x, y))

    def hem_line(self, up: float = 0.0) -> F64:
        """From the right corner of the hem to the left."""
        x, y, drop = self.hem[0], self.hem[1] - up, 1.35 * self.hem_drop
        return curve((x, y), (0.5 * x, y + drop), (-0.5 * x, y + drop), (-x, y), count=400)

    def outline(self, scallop: float = 0.0, pleats: int = 1) -> F64:
        """Closed outline; pleats leave the hem in small steps."""
        hem = self.hem_line()
        phase = np.linspace(0, pleats, len(hem)) % 1.0
        hem = hem + np.stack([np.zeros_like(phase), scallop * (phase - 0.5)], axis=1)
        return join(self.side(), hem, mirror(self.side()), self.waist_line())

    def points(self) -> dict[str, Point]:
        """True landmarks, left and right as seen."""
        (wx, wy), (hx, hy) = self.waist, self.hem
        return {"waistR": (wx, wy), "hemR": (hx, hy), "waistL": (-wx, wy), "hemL": (-hx, hy)}


def lay_pleated(canvas: Canvas, cut: Flare, cloth: Fabric, trim: Fabric, *, pleats: int, seed: int) -> None:
    """Draw a pleated skirt with a waistband.

    Args:
        canvas: Empty canvas.
        cut: Its lines.
        cloth: Fabric of the skirt.
        trim: Fabric of the waistband.
        pleats: Number of knife pleats seen.
        seed: Of every random detail.
    """
    rng = np.random.default_rng(seed)
    across, down = _fan(canvas, cut)
    wander = 0.03 * smooth_noise(rng, canvas.shape, (22 * canvas.k, 7 * canvas.k)) * np.clip(down, 0, 1)
    phase = (across + 1) / 2 * pleats + wander * pleats * 0.28
    within = np.mod(phase, 1.0).astype(np.float32)
    width = 2 * (cut.waist[0] + (cut.hem[0] - cut.waist[0]) * np.clip(down, 0, 1)) / pleats
    # A knife pleat: cloth rises slowly to its folded edge, then drops to the next one.
    depth = (0.10 + 0.30 * np.clip(down, 0, 1)) * np.minimum(width / 3, 1)
    relief = depth * within + 0.15 * depth * np.sin(within * np.pi)
    drop = np.exp(-((within / 0.06) ** 2))
    colour = cloth(canvas, (within * width).astype(np.float32), canvas.v, rng)
    colour = colour * (1 - 0.34 * drop * (0.5 + 0.5 * np.clip(down, 0, 1)))[..., None]
    folds = soft_waves(canvas, rng, size=(24, 7), height=0.22, angle=0) * np.clip(down, 0, 1)
    canvas.lay(_inside_waist(canvas, cut), colour * 0.5, lift=0.08)
    canvas.lay(canvas.area(cut.outline(0.5, pleats)), colour.astype(np.float32), relief + folds, lift=0.2)
    canvas.stitch(cut.hem_line(2.2)[4:-4])
    _lay_waistband(canvas, cut, trim, rng)


def _fan(canvas: Canvas, cut: Flare) -> tuple[F32, F32]:
    """Place of every pixel on the skirt: −1…1 across, and 0…1 from below the band to the hem."""
    (wx, wy), hy = cut.waist, cut.hem[1]
    top = wy + cut.band
    down = (canvas.v - top - cut.waist_dip * (1 - (canvas.u / wx) ** 2).clip(0, 1)) / (hy - top)
    half = np.interp(np.clip(down, 0, 1), *_widths(cut))
    return (canvas.u / half).astype(np.float32), down.astype(np.float32)


def _widths(cut: Flare) -> tuple[F64, F64]:
    side = cut.side()
    top = cut.waist[1] + cut.band
    share = (side[:, 1] - top) / (cut.hem[1] - top)
    return share, side[:, 0]


def _inside_waist(canvas: Canvas, cut: Flare | Legs) -> F32:
    """The inside of the back that shows above a waist that dips in front."""
    back = cut.waist_line() * [1, 0] + [0, cut.waist[1] + 0.15]
    return canvas.area(join(back, cut.waist_line(1.5)[::-1]))


def _lay_waistband(
    canvas: Canvas, cut: Flare | Legs, trim: Fabric, rng: np.random.Generator, thread: F32 | None = None
) -> None:
    band = join(cut.waist_line(), cut.waist_line(cut.band)[::-1])
    colour = trim(canvas, canvas.v, canvas.u, rng)
    ripple = 0.05 * smooth_noise(rng, canvas.shape, (12 * canvas.k, 2.2 * canvas.k))
    canvas.lay(canvas.area(band), colour, ripple, lift=0.14, roll=0.25)
    canvas.stitch(cut.waist_line(0.5)[1:-1], thread)
    canvas.stitch(cut.waist_line(cut.band - 0.45)[1:-1], thread)


def lay_legs(
    canvas: Canvas, cut: Legs, cloth: Fabric, *, seed: int, thread: str | None = None,
    hem: float = 2.5, jeans: bool = False, press: float = 0.0,
) -> None:  # fmt: skip
    """Draw trousers or shorts.

    Args:
        canvas: Empty canvas.
        cut: Their lines.
        cloth: Their fabric.
        seed: Of every random detail.
        thread: Colour of visible stitches, or None for a shade of the cloth.
        hem: Height of the hem's stitches [cm].
        jeans: Curved front pockets with rivets and two rows of stitches, instead of slanted ones.
        press: Height of a pressed crease down each leg [cm].
    """
    rng = np.random.default_rng(seed)
    yarn = None if thread is None else linear(thread)
    colour = cloth(canvas, canvas.u, canvas.v, rng)
    folds = soft_waves(canvas, rng, height=0.3, size=(16, 6)) + crumple(canvas, rng, height=0.06)
    folds += crease_field(canvas, _leg_creases(cut, rng), rng)
    if press > 0:
        folds += press * _pressed(canvas, cut)
    canvas.lay(_inside_waist(canvas, cut), colour * 0.5, lift=0.08)
    canvas.lay(canvas.area(cut.outline()), colour, folds, lift=0.3, roll=0.5)
    for side in (1, -1):
        for up in (hem,) if not jeans else (hem, hem - 0.6):
            canvas.stitch(cut.hem_line(up) * [side, 1], yarn)
    _front(canvas, cut, yarn, jeans)
    _lay_waistband(canvas, cut, cloth, rng, yarn)
    _fittings(canvas, cut, cloth, rng, yarn, jeans)


def _pressed(canvas: Canvas, cut: Legs) -> F32:
    """A sharp ridge down the middle of each leg, fading in below the hip."""
    knee = np.array(
        [(cut.waist[0] * 0.55, cut.hip[1]), ((cut.hem_out[0] + cut.hem_in[0]) / 2, cut.hem_out[1])]
    )
    away = np.minimum(canvas.distance(knee), canvas.distance(knee * [-1, 1]))
    fade = np.clip((canvas.v - cut.hip[1]) / 15, 0, 1)
    return np.asarray(np.exp(-away / 0.5) * fade, np.float32)


def _leg_creases(cut: Legs, rng: np.random.Generator) -> list[Crease]:
    """Whiskers from the crotch, folds across the knee and along the leg."""
    found = []
    length = cut.hem_out[1] - cut.crotch
    for side in (1, -1):
        for _ in range(5):
            start = (side * rng.uniform(0.3, 2.5), cut.crotch + rng.uniform(-4, 1.5))
            end = (side * rng.uniform(9, 17), cut.crotch + rng.uniform(-9, 7))
            found.append(
                Crease(start, end, rng.uniform(0.2, 0.5), rng.uniform(0.6, 1.4), rng.uniform(-1.5, 1.5))
            )
        for _ in range(max(2, int(length / 11))):
            at = rng.uniform(0.12, 0.92)
            middle = np.interp(at, [0, 1], [cut.hip[0] * 0.5, (cut.hem_out[0] + cut.hem_in[0]) / 2])
            x, y = middle + rng.uniform(-4, 4), cut.crotch + at * length
            turn, reach = rng.uniform(0.2, 1.2) * rng.choice([-1, 1]), rng.uniform(6, 11)
            start = (side * (x - reach * np.cos(turn)), y - reach * np.sin(turn))
            end = (side * (x + reach * np.cos(turn)), y + reach * np.sin(turn))
            found.append(
                Crease(start, end, rng.uniform(0.12, 0.34), rng.uniform(0.8, 1.8), rng.uniform(-0.8, 0.8))
            )
    return found


def _front(canvas: Canvas, cut: Legs, yarn: F32 | None, jeans: bool) -> None:
    """Fly, centre seam and pockets."""
    top = cut.waist[1] + cut.band + cut.waist_dip * 0.9
    canvas.groove(np.array([(0.0, top), (0.0, cut.crotch)]), depth=0.12, width=0.22, dark=0.4)
    fly = join(np.array([(3.2, top)]), curve((3.2, top + 9), (3.1, top + 13.5), (0.3, top + 15)))
    canvas.stitch(fly, yarn)
    for side in (1, -1):
        x, y = cut.waist[0], cut.waist[1] + cut.band + 0.4
        low = y + (6.4 if jeans else 15.5)
        edge = half_at(cut.side(), low) - 0.3
        if jeans:
            pocket = curve((x - 8.5, y + 0.3), (x - 8.2, y + 6.0), (edge, low), count=30)
        else:
            pocket = curve((x - 4.5, y), (x - 1.5, y + 9), (edge, low), count=30)
        canvas.groove(pocket * [side, 1], depth=0.16, width=0.25, dark=0.45)
        for inset in (0.5, 1.1) if jeans else (0.6,):
            canvas.stitch((pocket + np.array([-inset, 0.6 * inset])) * [side, 1], yarn)


def _fittings(
    canvas: Canvas, cut: Legs, cloth: Fabric, rng: np.random.Generator, yarn: F32 | None, jeans: bool
) -> None:
    """Belt loops, button and rivets."""
    colour = cloth(canvas, canvas.u, canvas.v, rng)
    for x in (-0.62, -0.30, 0.30, 0.62):
        at, y = x * cut.waist[0], cut.waist[1] + cut.waist_dip * (1 - x * x) - 0.25
        loop = np.array(
            [(at - 0.55, y), (at + 0.55, y), (at + 0.55, y + cut.band + 0.9), (at - 0.55, y + cut.band + 0.9)]
        )
        canvas.lay(canvas.area(loop), colour, lift=0.16, roll=0.15)
        for edge in (-0.3, 0.3):
            canvas.stitch(np.array([(at + edge, y + 0.2), (at + edge, y + cut.band + 0.6)]), yarn)
    studs = [(0.4, cut.waist[1] + cut.waist_dip + cut.band / 2, 0.85)]
    if jeans:
        y = cut.waist[1] + cut.band
        studs += [
            (side * (cut.waist[0] - dx), y + dy, 0.32)
            for side in (1, -1)
            for dx, dy in ((9.0, 1.2), (-1.4, 6.7))
        ]
    metal = linear("#a9845a" if jeans else "#4a3f33")
    for x, y, radius in studs:
        away = np.hypot(canvas.u - x, canvas.v - y)
        cover = np.clip((radius - away) * canvas.k + 0.5, 0, 1).astype(np.float32)
        canvas.lay(cover, metal, 0.12 * np.clip(1 - (away / radius) ** 2, 0, 1), lift=0.12, roll=0.1)
