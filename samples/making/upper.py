"""T-shirt, long-sleeved top, tank top and dress, cut and laid flat."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from fashion_models.arrays import F32, F64
from making.canvas import Canvas, curve, join, mirror
from making.fabrics import Fabric
from making.folds import Crease, crease_field, crumple, soft_waves
from making.noise import linear

Point = tuple[float, float]


@dataclass(frozen=True, kw_only=True)
class Cut:
    """Right half of an upper garment; the left is its mirror image [cm].

    Attributes:
        neck: Shoulder point at the neck.
        tip: Shoulder point at the arm.
        pit: Under the arm.
        waist: Side seam at the waist.
        hem: Lower corner.
        hem_drop: How much lower the hem is in the middle.
        front_neck, back_neck: Depth of the necklines.
        cuff_outer, cuff_inner: Ends of the cuff, or None without sleeves.
        band: Width of the neck band.
        square: How straight the neckline falls before it turns, from 0 for a V to 1.
    """

    neck: Point
    tip: Point
    pit: Point
    waist: Point
    hem: Point
    hem_drop: float = 1.0
    front_neck: float = 9.0
    back_neck: float = 2.0
    cuff_outer: Point | None = None
    cuff_inner: Point | None = None
    band: float = 1.9
    square: float = 0.6

    def side(self) -> F64:
        """From the armpit down the side seam to the hem's corner."""
        return join(
            curve(self.pit, (self.pit[0], self.pit[1] + 6), (self.waist[0], self.waist[1] - 9), self.waist),
            curve(
                self.waist,
                (self.waist[0], self.waist[1] + 9),
                (self.hem[0] - 0.3, self.hem[1] - 12),
                self.hem,
            ),
        )

    def shoulder(self) -> F64:
        """From the neck to the shoulder tip."""
        middle = ((self.neck[0] + self.tip[0]) / 2, (self.neck[1] + self.tip[1]) / 2 - 0.2)
        return curve(self.neck, middle, self.tip)

    def armhole(self) -> F64:
        """From the shoulder tip to the armpit, curving inwards."""
        inward = self.tip[0] - 0.16 * (self.pit[1] - self.tip[1])
        return curve(
            self.tip,
            (inward, self.tip[1] + 0.55 * (self.pit[1] - self.tip[1])),
            (inward + 1.2, self.pit[1] - 1),
            self.pit,
        )

    def half_body(self) -> F64:
        """From the neck around the arm and down to the hem's corner."""
        return join(self.shoulder(), self.armhole(), self.side())

    def neckline(self, depth: float, inset: float = 0.0) -> F64:
        """From the right neck point through the middle to the left one."""
        x, y = self.neck[0] - inset, self.neck[1]
        right = curve((x, y), (x - 0.06 * x, y + self.square * depth), (x * 0.62, depth), (0.0, depth))
        return join(right, mirror(right))

    def hem_line(self, up: float = 0.0) -> F64:
        """From the left corner to the right, a little above the edge."""
        x, y = self.hem
        return curve(
            (-x, y - up),
            (-0.5 * x, y + 1.35 * self.hem_drop - up),
            (0.5 * x, y + 1.35 * self.hem_drop - up),
            (x, y - up),
        )

    def outline(self, neck_depth: float) -> F64:
        """Closed outline of one panel without sleeves, clockwise."""
        half = self.half_body()
        return join(half, self.hem_line()[::-1], mirror(half), self.neckline(neck_depth)[::-1])

    def points(self) -> dict[str, Point]:
        """True landmarks, left and right as seen."""
        names: dict[str, Point] = {"neck": self.neck, "tip": self.tip, "pit": self.pit, "hem": self.hem}
        found = {f"{name}R": at for name, at in names.items()}
        if self.cuff_outer is not None and self.cuff_inner is not None:
            found |= {"cuffRo": self.cuff_outer, "cuffRi": self.cuff_inner}
        other = {name.replace("R", "L"): (-x, y) for name, (x, y) in found.items()}
        return found | other


@dataclass(frozen=True, kw_only=True)
class Make:
    """How a cut is made up.

    Attributes:
        cloth: Fabric of body and sleeves.
        trim: Fabric of neck band and cuffs' ribs.
        inside: How much darker the inside of the back looks.
        label: Colour of a woven neck label, or None.
        sleeve_bend: Outward bend of a long sleeve [cm].
        creases: Extra folds.
        waves: Height of the broad undulation [cm].
        seed: Of every random detail.
    """

    cloth: Fabric
    trim: Fabric
    inside: float = 0.62
    label: str | None = None
    sleeve_bend: float = 0.0
    creases: tuple[Crease, ...] = ()
    waves: float = 0.30
    seed: int = 1


def lay_upper(canvas: Canvas, cut: Cut, make: Make, *, back: bool = False) -> None:
    """Draw an upper garment: inside of the back, sleeves, body, seams and bands.

    Args:
        canvas: Empty canvas.
        cut: Its lines.
        make: Its cloth.
        back: Show the back: the neckline is high and nothing is seen inside.
    """
    rng = np.random.default_rng(make.seed)
    colour = make.cloth(canvas, canvas.u, canvas.v, rng)
    folds = soft_waves(canvas, rng, height=make.waves, angle=8) + crumple(canvas, rng, height=0.05)
    folds += crease_field(canvas, _default_creases(cut, rng) + list(make.creases), rng)
    if not back:
        canvas.lay(canvas.area(cut.outline(cut.back_neck)), colour * make.inside, 0.3 * folds, lift=0.1)
        _inside_details(canvas, cut, make, rng)
    if cut.cuff_outer is not None and cut.cuff_inner is not None:
        for side in (1, -1):
            _lay_sleeve(canvas, cut, make, side, folds, rng)
    depth = cut.back_neck if back else cut.front_neck
    cover = canvas.area(cut.outline(depth))
    canvas.lay(cover, colour, folds, lift=0.22 if cut.cuff_outer is None else 0.10)
    _seams(canvas, cut)
    _lay_band(canvas, cut, make, depth, rng)


def _default_creases(cut: Cut, rng: np.random.Generator) -> list[Crease]:
    """Folds that run from the armpits into the body, and shallow ones above the hem."""
    found = []
    x, y = cut.pit
    for side in (1, -1):
        for _ in range(4):
            reach, turn = rng.uniform(9, 20), rng.uniform(0.15, 1.25)
            end = side * (x - 1 - reach * np.cos(turn)), y + 1 + reach * np.sin(turn)
            start = side * (x - 0.5), y + rng.uniform(-1.5, 2.5)
            found.append(
                Crease(start, end, rng.uniform(0.18, 0.5), rng.uniform(0.7, 1.6), rng.uniform(-1.5, 1.5))
            )
    for _ in range(5):
        at = rng.uniform(-0.8, 0.8) * cut.hem[0]
        up = rng.uniform(10, 24)
        start, end = (at, cut.hem[1] + 0.5), (at + rng.uniform(-5, 5), cut.hem[1] - up)
        found.append(
            Crease(start, end, rng.uniform(0.16, 0.42), rng.uniform(1.0, 2.2), rng.uniform(-1.5, 1.5))
        )
    for _ in range(4):
        a = np.array([rng.uniform(-0.7, 0.7) * x, rng.uniform(y, cut.hem[1] - 10)])
        b = a + rng.uniform(-1, 1, 2) * [16, 12]
        found.append(
            Crease(
                (a[0], a[1]), (b[0], b[1]), rng.uniform(0.12, 0.3), rng.uniform(0.8, 1.8), rng.uniform(-2, 2)
            )
        )
    return found


def _inside_details(canvas: Canvas, cut: Cut, make: Make, rng: np.random.Generator) -> None:
    """Neck tape and label on the inside of the back."""
    line = cut.neckline(cut.back_neck)
    trim = make.trim(canvas, canvas.u, canvas.v, rng) * make.inside
    strip = np.clip((cut.band + 0.5 - canvas.distance(line)) * canvas.k, 0, 1) * canvas.area(
        cut.outline(cut.back_neck)
    )
    canvas.lay(strip.astype(np.float32), trim, lift=0.05)
    if make.label is None:
        return
    top = cut.back_neck + cut.band + 0.2
    box = np.array([(-2.1, top), (2.1, top), (2.1, top + 2.6), (-2.1, top + 2.6)])
    canvas.lay(canvas.area(box), linear(make.label) * 0.9, lift=0.04, roll=0.1)
    for i, half in enumerate((1.3, 0.8)):
        row = top + 0.95 + 0.75 * i
        bar = np.array([(-half, row), (half, row), (half, row + 0.3), (-half, row + 0.3)])
        canvas.lay(canvas.area(bar), linear("#3a3a40"), lift=0.0)


def _lay_sleeve(
    canvas: Canvas, cut: Cut, make: Make, side: int, folds: F32, rng: np.random.Generator
) -> None:
    """One sleeve, its cloth turned along the arm, with hem and folds."""
    outer, inner = np.array(cut.cuff_outer), np.array(cut.cuff_inner)
    tip, pit = np.array(cut.tip), np.array(cut.pit)
    axis = (outer + inner) / 2 - (tip + pit) / 2
    length = float(np.linalg.norm(axis))
    axis = axis / length
    bow = np.array([-axis[1], axis[0]]) * -make.sleeve_bend
    top = curve(
        tuple(tip),
        tuple(tip + axis * 0.3 * length + bow),
        tuple(outer - axis * 0.35 * length + bow),
        tuple(outer),
    )
    low = curve(
        tuple(inner),
        tuple(inner - axis * 0.35 * length + 0.6 * bow),
        tuple(pit + axis * 0.25 * length + 0.4 * bow),
        tuple(pit),
    )
    into_body = np.array([(pit[0] - 4, pit[1] - 1), (tip[0] - 4, tip[1] + 3)])
    shape = join(top, low, into_body) * [side, 1]
    u = (canvas.u * side - tip[0]) * axis[0] + (canvas.v - tip[1]) * axis[1]
    v = -(canvas.u * side - tip[0]) * axis[1] + (canvas.v - tip[1]) * axis[0]
    colour = make.cloth(canvas, v.astype(np.float32), u.astype(np.float32), rng)
    creases = _sleeve_creases(cut, side, length, axis, rng)
    relief = 0.6 * folds + crease_field(canvas, creases, rng)
    canvas.lay(canvas.area(shape), colour, relief, lift=0.22)
    cuff = np.stack([outer, inner]) * [side, 1]
    back = axis * [side, 1]
    for inset in (1.9, 2.5):
        canvas.stitch(cuff - back * inset)


def _sleeve_creases(cut: Cut, side: int, length: float, axis: F64, rng: np.random.Generator) -> list[Crease]:
    """Folds from the armpit towards the shoulder, and along a long sleeve."""
    found = []
    pit, tip = np.array(cut.pit), np.array(cut.tip)
    for _ in range(4):
        start = pit + axis * rng.uniform(0, 5) + [0.5, -0.5]
        end = tip + axis * rng.uniform(2, 9) + rng.uniform(-1.5, 1.5, 2)
        a, b = start * [side, 1], end * [side, 1]
        found.append(
            Crease(
                (a[0], a[1]), (b[0], b[1]), rng.uniform(0.12, 0.3), rng.uniform(0.6, 1.3), rng.uniform(-1, 1)
            )
        )
    middle = (pit + tip) / 2
    for _ in range(int(length / 7)):
        start = middle + axis * rng.uniform(0.25, 0.85) * length + rng.uniform(-4, 4, 2)
        turn = rng.uniform(-0.9, 0.9)
        away = np.array(
            [axis[0] * np.cos(turn) - axis[1] * np.sin(turn), axis[0] * np.sin(turn) + axis[1] * np.cos(turn)]
        )
        end = start + away * rng.uniform(6, 12)
        a, b = start * [side, 1], end * [side, 1]
        found.append(
            Crease(
                (a[0], a[1]),
                (b[0], b[1]),
                rng.uniform(0.10, 0.28),
                rng.uniform(0.6, 1.3),
                rng.uniform(-1.5, 1.5),
            )
        )
    return found


def _seams(canvas: Canvas, cut: Cut) -> None:
    for line in (cut.armhole(), mirror(cut.armhole())):
        if cut.cuff_outer is not None:
            canvas.groove(line, depth=0.07, width=0.2, dark=0.22)
        else:
            canvas.stitch(line + np.where(line[:, :1] > 0, -0.9, 0.9) * [1, 0])
    for up in (2.0, 2.6):
        canvas.stitch(cut.hem_line(up))


def _lay_band(canvas: Canvas, cut: Cut, make: Make, depth: float, rng: np.random.Generator) -> None:
    """The neck band with its seam and one row of stitches below."""
    if cut.band <= 0:
        return
    line = cut.neckline(depth)
    gap = canvas.distance(line)
    inside = canvas.area(cut.outline(depth))
    cover = (np.clip((cut.band - gap) * canvas.k, 0, 1) * inside).astype(np.float32)
    angle = np.arctan2(canvas.v - cut.neck[1] + 2, canvas.u) * (cut.neck[0] + depth) * 0.5
    trim = make.trim(canvas, angle.astype(np.float32), canvas.v, rng)
    canvas.lay(cover, trim, lift=0.10, roll=0.35)
    near = inside * np.exp(-(((gap - cut.band) / 0.14) ** 2))
    canvas.colour *= (1 - 0.35 * near)[..., None]
    canvas.height -= 0.05 * near


def lay_dress(canvas: Canvas, cut: Cut, make: Make) -> None:
    """Draw a dress: an upper garment with a seam at the waist from which the skirt falls in folds."""
    rng = np.random.default_rng(make.seed + 100)
    x, y = cut.waist
    flutes = []
    for at in np.linspace(-0.92, 0.92, 13):
        top = at + rng.uniform(-0.03, 0.03)
        end = (top * cut.hem[0] * 1.05, cut.hem[1] - rng.uniform(0, 25))
        flutes.append(
            Crease(end, (top * x, y + 1.0), rng.uniform(0.35, 0.9), rng.uniform(1.0, 2.2), rng.uniform(-1, 1))
        )
    folded = replace(make, creases=(*make.creases, *flutes))
    lay_upper(canvas, cut, folded)
    seam = curve((-x, y), (-0.5 * x, y + 1.2), (0.5 * x, y + 1.2), (x, y))
    canvas.groove(seam, depth=0.12, width=0.3, dark=0.35)
    facing = cut.neckline(cut.front_neck)
    canvas.stitch(facing * [1.09, 1] + [0, 0.7])
