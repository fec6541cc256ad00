"""Read and bound a picture: `load_photo` → `GarmentPhoto`.

The declared size is checked before a single pixel is decoded, so a picture bomb costs nothing. A picture
larger than `WORKING_SIDE` is reduced while it is read: every later stage then works on a bounded picture.
"""

from __future__ import annotations

import hashlib
import io
import struct
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING

import numpy as np

from fashion_models.arrays import F32, U8
from fashion_models.errors import PhotoError

if TYPE_CHECKING:
    from PIL import Image, ImageFile

#: Largest file that is read [bytes].
MAX_BYTES = 20_000_000
#: Largest picture that is decoded [px].
MAX_PIXELS = 40_000_000
#: Shortest side a garment can be read from [px].
MIN_SIDE = 64
#: Longest side of the picture that is kept; larger files are reduced to it [px].
WORKING_SIDE = 2048
#: Longest name that is kept; file systems allow 255 bytes and the results' names add to it.
MAX_NAME_BYTES = 120

_SAVE_AGAIN = "Open it in a picture program and save it again as JPEG or PNG."
_BROKEN = (OSError, SyntaxError, ValueError, EOFError, IndexError, struct.error)


@dataclass(frozen=True, kw_only=True)
class GarmentPhoto:
    """A decoded, upright, size-limited sRGB picture.

    Attributes:
        rgb: sRGB, shape (H, W, 3).
        alpha: The file's own transparency as a given mask in [0, 1], shape (H, W), or None.
        digest: SHA-256 of the file's bytes, hexadecimal.
        name: File name without folder and ending, safe to build other file names from.
        scale: Pixels kept per pixel of the file: 1, or less when the file was larger than `WORKING_SIDE`.
    """

    rgb: U8
    alpha: F32 | None
    digest: str
    name: str
    scale: float = 1.0


def load_photo(path: Path | str) -> GarmentPhoto:
    """Read a garment photo from a JPEG, PNG or WebP file.

    Args:
        path: The file.

    Returns:
        The picture, at most `WORKING_SIDE` pixels long.

    Raises:
        PhotoError: There is no such file, or `decode_photo` refuses what is in it.
    """
    path = Path(path)
    try:
        if not path.is_file():
            raise PhotoError(f"There is no photo at {path}.", cure="Check the path.")
        size = path.stat().st_size
        _check_bytes(size, path.name)
        data = path.read_bytes()
    except OSError as error:
        raise PhotoError(
            f"{path} cannot be read: {error.strerror}.", cure="Check the path and its permissions."
        ) from error
    return decode_photo(data, path.name)


def decode_photo(data: bytes, name: str) -> GarmentPhoto:
    """Decode a garment photo held in memory.

    Orientation from EXIF is applied, colour is converted to sRGB with the embedded profile, and transparency
    is kept apart as a given mask. 16-bit, palette, grey and CMYK pictures become 8-bit sRGB.

    Args:
        data: Bytes of a JPEG, PNG or WebP file.
        name: What to call it in messages; folder and ending are dropped from the photo's name.

    Returns:
        The picture, at most `WORKING_SIDE` pixels long.

    Raises:
        PhotoError: Not such a picture, animated, truncated, too large or too small.
    """
    _check_bytes(len(data), name)
    try:
        picture = _open(data, name)
        _check_frames(picture, name)
        colour, alpha = _decode(picture)
        rgb = _to_srgb(colour, picture.info.get("icc_profile"), name)
    except PhotoError:
        raise
    except _BROKEN as error:
        raise PhotoError(f"{name} is damaged or cut short ({error}).", cure=_SAVE_AGAIN) from error
    declared = max(_declared_size(data, name))
    turn = _turn(picture)
    upright = np.asarray(rgb.transpose(turn) if turn is not None else rgb, np.uint8)
    return GarmentPhoto(
        rgb=np.ascontiguousarray(upright),
        alpha=_given_mask(alpha, turn),
        digest=hashlib.sha256(data).hexdigest(),
        name=_bare_name(name),
        scale=max(upright.shape[:2]) / declared,
    )


def _bare_name(name: str) -> str:
    """A name that other names can be built from: no folder, no control characters, not too long."""
    stem = "".join(c for c in PurePosixPath(name.replace("\\", "/")).stem if c.isprintable())
    return stem.encode()[:MAX_NAME_BYTES].decode(errors="ignore").strip() or "photo"


def _check_bytes(size: int, name: str) -> None:
    if size == 0:
        raise PhotoError(f"{name} is empty.", cure="Export or download the photo again.")
    if size > MAX_BYTES:
        raise PhotoError(
            f"{name} has {size / 1e6:.1f} MB.",
            limit=f"At most {MAX_BYTES // 10**6} MB are read.",
            cure="Save it smaller or as a JPEG of quality 90.",
        )


def _open(data: bytes, name: str) -> ImageFile.ImageFile:
    """Open without decoding, after the declared size has passed the limits."""
    from PIL import JpegImagePlugin, PngImagePlugin, WebPImagePlugin

    width, height = _declared_size(data, name)
    if width * height > MAX_PIXELS:
        raise PhotoError(
            f"{name} has {width} × {height} = {width * height / 1e6:.0f} Mpx.",
            limit=f"At most {MAX_PIXELS // 10**6} Mpx are decoded.",
            cure="Save it smaller; 2000 px on the long side are plenty.",
        )
    if min(width, height) < MIN_SIDE:
        raise PhotoError(
            f"{name} has {width} × {height} px.",
            limit=f"Each side needs at least {MIN_SIDE} px.",
            cure="Use the original photo, best 1000 px or more.",
        )
    kinds: dict[str, type[ImageFile.ImageFile]] = {
        "JPEG": JpegImagePlugin.JpegImageFile,
        "PNG": PngImagePlugin.PngImageFile,
        "WebP": WebPImagePlugin.WebPImageFile,
    }
    return kinds[_kind(data, name)](io.BytesIO(data))


def _kind(data: bytes, name: str) -> str:
    if data.startswith(b"\xff\xd8\xff"):
        return "JPEG"
    if data.startswith(b"\x89PNG\r\n\x1a\n"):
        return "PNG"
    if data[:4] == b"RIFF" and data[8:12] == b"WEBP":
        return "WebP"
    raise PhotoError(
        f"{name} is not a picture we can read (it begins with {data[:8]!r}).",
        limit="JPEG, PNG and WebP are read.",
        cure=_SAVE_AGAIN,
    )


def _declared_size(data: bytes, name: str) -> tuple[int, int]:
    """Width and height as the header claims them, with nothing allocated."""
    from PIL import JpegImagePlugin

    kind = _kind(data, name)
    try:
        if kind == "JPEG":
            return JpegImagePlugin.JpegImageFile(io.BytesIO(data)).size
        if kind == "PNG":
            width, height = struct.unpack(">II", data[16:24])
            return int(width), int(height)
        return _webp_size(data)
    except _BROKEN as error:
        raise PhotoError(f"{name} is cut short: its header has no size.", cure=_SAVE_AGAIN) from error


def _webp_size(data: bytes) -> tuple[int, int]:
    """Size from the first chunk. Source: RFC 9649, sections 2.5-2.7."""
    chunk, body = data[12:16], data[20:30]
    if chunk == b"VP8X":
        return 1 + int.from_bytes(body[4:7], "little"), 1 + int.from_bytes(body[7:10], "little")
    if chunk == b"VP8L":
        (bits,) = struct.unpack("<I", body[1:5])
        return 1 + (bits & 0x3FFF), 1 + (bits >> 14 & 0x3FFF)
    if chunk == b"VP8 ":
        width, height = struct.unpack("<HH", body[6:10])
        return int(width) & 0x3FFF, int(height) & 0x3FFF
    raise ValueError("unknown WebP chunk")


def _check_frames(picture: ImageFile.ImageFile, name: str) -> None:
    frames = int(getattr(picture, "n_frames", 1))
    if frames > 1:
        raise PhotoError(
            f"{name} is animated ({frames} frames).",
            limit="One still picture is needed.",
            cure="Save one frame as JPEG or PNG.",
        )


def _decode(picture: ImageFile.ImageFile) -> tuple[Image.Image, Image.Image | None]:
    """Decode, bound and split into colour (mode L, RGB or CMYK) and transparency (mode L)."""
    from PIL import Image

    picture.draft(picture.mode, (WORKING_SIDE, WORKING_SIDE))
    picture.load()
    image: Image.Image = picture
    if image.mode.startswith("I"):
        levels = np.asarray(image).astype(np.int64).clip(0, 65535)
        image = Image.fromarray((levels // 257).astype(np.uint8))
    elif image.has_transparency_data:
        image = image.convert("RGBA")
    elif image.mode not in ("L", "RGB", "CMYK"):
        image = image.convert("RGB")
    image = _bounded(image)
    if image.mode != "RGBA":
        return image, None
    return image.convert("RGB"), image.getchannel("A")


def _bounded(image: Image.Image) -> Image.Image:
    from PIL import Image

    factor = WORKING_SIDE / max(image.size)
    if factor >= 1:
        return image
    size = (max(1, round(image.width * factor)), max(1, round(image.height * factor)))
    return image.resize(size, Image.Resampling.LANCZOS, reducing_gap=3.0)


def _to_srgb(image: Image.Image, profile: bytes | None, name: str) -> Image.Image:
    from PIL import ImageCms

    if not profile:
        return image.convert("RGB")
    try:
        source = ImageCms.ImageCmsProfile(io.BytesIO(profile))
        if source.profile.xcolor_space.strip() == "RGB" and image.mode == "L":
            image = image.convert("RGB")
        target = ImageCms.createProfile("sRGB")
        converted = ImageCms.profileToProfile(image, source, target, outputMode="RGB")
    except (ImageCms.PyCMSError, OSError) as error:
        raise PhotoError(
            f"{name} carries a colour profile that cannot be used ({error}).",
            cure="Save it again in sRGB or without a profile.",
        ) from error
    if converted is None:
        raise PhotoError(f"{name} could not be converted to sRGB.", cure="Save it again in sRGB.")
    return converted


def _turn(picture: ImageFile.ImageFile) -> Image.Transpose | None:
    """The turn that sets the picture upright. Source: EXIF 2.32, tag 0x0112."""
    from PIL import Image

    turns = {
        2: Image.Transpose.FLIP_LEFT_RIGHT,
        3: Image.Transpose.ROTATE_180,
        4: Image.Transpose.FLIP_TOP_BOTTOM,
        5: Image.Transpose.TRANSPOSE,
        6: Image.Transpose.ROTATE_270,
        7: Image.Transpose.TRANSVERSE,
        8: Image.Transpose.ROTATE_90,
    }
    try:
        tag = picture.getexif().get(0x0112)
    except _BROKEN:
        return None  # a damaged EXIF block says nothing about the turn
    return turns.get(tag) if isinstance(tag, int) else None


def _given_mask(alpha: Image.Image | None, turn: Image.Transpose | None) -> F32 | None:
    """Transparency as a mask; a picture opaque everywhere gives none."""
    if alpha is None:
        return None
    levels = np.asarray(alpha.transpose(turn) if turn is not None else alpha, np.float32)
    return levels / np.float32(255) if levels.min() < 255 else None
