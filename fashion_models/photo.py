"""Read and bound a picture: `load_photo` → `GarmentPhoto`."""

from __future__ import annotations

from dataclasses import dataclass

from fashion_models.arrays import F32, U8


@dataclass(frozen=True, kw_only=True)
class GarmentPhoto:
    """A decoded, upright, size-limited sRGB picture.

    Attributes:
        rgb: sRGB, shape (H, W, 3).
        alpha: The file's own transparency as a given mask in [0, 1], shape (H, W), or None.
        digest: SHA-256 of the file's bytes, hexadecimal.
        name: File name without folder and ending.
    """

    rgb: U8
    alpha: F32 | None
    digest: str
    name: str
