"""Prints on cloth: graphics and lettering whose every letter can be read."""

from __future__ import annotations

import numpy as np

from fashion_models.arrays import F32
from making.canvas import Canvas
from making.noise import blur, linear, smooth_noise


def letters(
    canvas: Canvas,
    text: str,
    middle: tuple[float, float],
    height: float,
    *,
    bold: float = 0.09,
    gap: float = 0.0,
) -> F32:
    """Coverage of a line of text.

    Args:
        canvas: The garment.
        text: What it says.
        middle: Centre of the line [cm].
        height: Height of a capital [cm].
        bold: Extra stroke as a share of the height.
        gap: Extra space between letters as a share of the height.

    Returns:
        Shape (H, W).
    """
    from PIL import Image, ImageDraw, ImageFont

    size = height * canvas.k / 0.72
    font = ImageFont.load_default(size)
    stroke = bold * height * canvas.k / 2
    widths = [font.getlength(letter) + gap * height * canvas.k for letter in text]
    page = Image.new("L", (canvas.shape[1], canvas.shape[0]), 0)
    draw = ImageDraw.Draw(page)
    at = canvas.pixels(np.array([middle]))[0]
    x = at[0] - (sum(widths) - gap * height * canvas.k) / 2
    for letter, width in zip(text, widths, strict=True):
        draw.text((x, at[1] + height * canvas.k / 2), letter, 255, font, anchor="ls", stroke_width=stroke)
        x += width
    return np.asarray(page, np.float32) / 255


def press(canvas: Canvas, cover: F32, colour: str, rng: np.random.Generator, worn: float = 0.08) -> None:
    """Print ink on the cloth: the weave shows through a little and the ink is slightly raised."""
    holes = np.clip(smooth_noise(rng, canvas.shape, (0.12 * canvas.k, 0.12 * canvas.k)) - 1.3, 0, 1)
    share = (cover * (0.96 - worn * holes))[..., None]
    tone = canvas.colour.mean(axis=2, keepdims=True)
    tone = 0.6 + 0.4 * tone / max(float(tone[cover > 0.5].mean()), 1e-6)
    canvas.colour = canvas.colour * (1 - share) + linear(colour) * tone * share
    canvas.height += 0.012 * blur(cover, 0.08 * canvas.k)


def sunrise(canvas: Canvas, top: float) -> None:
    """A setting sun in bands over two hills, with two lines of lettering."""
    rng = np.random.default_rng(21)
    u, v, k = canvas.u, canvas.v, canvas.k
    radius, centre = 9.6, top + 9.6

    def solid(signed: F32) -> F32:
        return np.clip(signed * k + 0.5, 0, 1).astype(np.float32)

    disc = solid(radius - np.hypot(u, v - centre))
    bands = np.ones_like(u)
    for y, width in ((centre + 1.2, 0.28), (centre + 3.0, 0.42), (centre + 4.8, 0.58), (centre + 6.6, 0.76)):
        bands = bands * (1 - solid(width / 2 - np.abs(v - y)))
    ridge = centre + 4.6 + 1.1 * np.sin(u / 3.4 + 0.5) + 0.5 * np.sin(u / 1.3)
    near = centre + 6.2 + 1.2 * np.sin(u / 4.3 + 2.4)
    press(canvas, disc * bands, "#f4c95d", rng)
    press(canvas, disc * solid(v - ridge), "#2f4858", rng)
    press(canvas, disc * solid(v - near), "#1d2f3a", rng)
    ring = solid(0.16 - np.abs(np.hypot(u, v - centre) - radius - 0.75))
    press(canvas, ring, "#f3e9d6", rng)
    for x, y in ((-4.2, centre - 3.2), (-2.6, centre - 4.3), (4.6, centre - 1.8)):
        wing = solid(0.11 - np.abs(v - y + 0.9 * np.abs(np.abs(u - x) - 0.75) - 0.3)) * (np.abs(u - x) < 1.3)
        press(canvas, wing.astype(np.float32), "#1d2f3a", rng)
    press(canvas, letters(canvas, "SLOW SUNDAY", (0, top + 23.4), 2.5, bold=0.13, gap=0.10), "#f3e9d6", rng)
    press(
        canvas,
        letters(canvas, "TAKE THE LONG WAY HOME", (0, top + 26.7), 0.95, bold=0.07, gap=0.18),
        "#f3e9d6",
        rng,
    )
