"""One master picture, many channels: `derive` cuts, pads, scales, labels and saves."""

from __future__ import annotations

import functools
import io
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from PIL import Image, ImageCms, PngImagePlugin

from fashion_models.arrays import U8, Bool
from fashion_models.errors import StageError
from fashion_models.pipelines.catalogue.channels import Channel
from fashion_models.pipelines.catalogue.window import Window, place_window
from fashion_models.pipelines.label import full_term, xmp_packet
from fashion_models.studio.backdrop import Backdrop, resolve_backdrop

#: Levels by which a pixel has to differ from the backdrop to count as subject, not as shadow or noise.
_SEEN = 8
#: JPEG spreads an edge over its block; farther from the subject the backdrop has to be exact [px].
_JPEG_REACH = 8
#: Enlarging more than this is worth a warning.
_ENLARGED = 1.02


@dataclass(frozen=True, kw_only=True, eq=False)
class Master:
    """The picture that all of a shot's files are made from.

    Attributes:
        picture: sRGB, shape (H, W, 3).
        backdrop: What is behind the subject, bit for bit.
        source_type: IPTC digital source type that is true of the picture.
    """

    picture: U8
    backdrop: Backdrop
    source_type: str


@dataclass(frozen=True, kw_only=True, eq=False)
class Derived:
    """One channel's file.

    Attributes:
        data: The file's bytes.
        width: Width [px].
        height: Height [px].
        quality: Quality of JPEG or WebP that was used; None for PNG.
        source_type: IPTC digital source type in the file.
        fill: Share of the frame that the subject's longer side fills, measured on the file.
        warnings: What the file does not meet, in sentences; the channel's policy is not repeated.
    """

    data: bytes
    width: int
    height: int
    quality: int | None
    source_type: str
    fill: float
    warnings: tuple[str, ...]


def derive(master: Master, channel: Channel) -> Derived:
    """Make one channel's file from a master.

    The window on the master takes the channel's ratio and leaves the subject the margins of a studio picture:
    head and feet stay whole, what the framing cut stays at the edge, and new ground is the backdrop itself.

    Args:
        master: The picture and its backdrop.
        channel: What is wanted.

    Returns:
        The file, and what was measured on it.

    Raises:
        StageError: No quality brings the file under the channel's size.
    """
    difference = _difference(master.picture, master.backdrop)
    window = place_window(difference > _SEEN, channel.width / channel.height)
    picture, covered = _cut(master, difference > 0, window, channel)
    source_type = full_term(channel.label) if channel.label else master.source_type
    data, quality = _encode(picture, channel, source_type)
    decoded = np.asarray(Image.open(io.BytesIO(data)).convert("RGB"))
    fill = _fill(decoded, master.backdrop)
    return Derived(
        data=data,
        width=channel.width,
        height=channel.height,
        quality=quality,
        source_type=source_type,
        fill=fill,
        warnings=tuple(_complaints(decoded, covered, fill, channel.width / window.width, len(data), channel)),
    )


def _difference(picture: U8, backdrop: Backdrop) -> U8:
    """Levels by which each pixel differs from the backdrop in its most different channel, (H, W)."""
    import cv2

    height, width = picture.shape[:2]
    levels = cv2.absdiff(picture, backdrop.picture(width, height))
    most: U8 = np.maximum(np.maximum(levels[..., 0], levels[..., 1]), levels[..., 2])
    return most


def _cut(master: Master, subject: Bool, window: Window, channel: Channel) -> tuple[U8, Bool]:
    """The window at the channel's size, (H, W, 3), and where the subject or its shadow may show, (H, W).

    The backdrop outside the subject is written anew, so that no filter's ringing is left on it.
    """
    pad = window.padding(master.picture.shape[:2])
    around = [(pad.top, pad.bottom), (pad.left, pad.right)]
    box = (window.x + pad.left, window.y + pad.top, window.x1 + pad.left, window.y1 + pad.top)
    size = (channel.width, channel.height)

    def scaled(layer: U8, sampling: Image.Resampling) -> U8:
        widths = around + [(0, 0)] * (layer.ndim - 2)
        padded = np.pad(layer, widths, mode="edge")
        return np.asarray(Image.fromarray(padded).resize(size, sampling, box=box))

    height, width = subject.shape
    empty = scaled(master.backdrop.picture(width, height), Image.Resampling.LANCZOS)
    cover = np.pad(subject, around).astype(np.uint8) * 255
    covered = np.asarray(Image.fromarray(cover).resize(size, Image.Resampling.BOX, box=box)) > 0
    return np.where(covered[..., None], scaled(master.picture, Image.Resampling.LANCZOS), empty), covered


def _encode(picture: U8, channel: Channel, source_type: str) -> tuple[bytes, int | None]:
    """The file's bytes and the quality used: the highest up to the channel's that keeps its size."""
    xmp = xmp_packet(source_type)
    if channel.format == "png":
        data = _png(picture, xmp)
        if len(data) > channel.max_bytes:
            raise _too_large(channel, len(data), "a PNG cannot be made smaller")
        return data, None

    @functools.cache
    def at(quality: int) -> bytes:
        return _lossy(picture, channel.format, quality, xmp)

    if channel.min_bytes > len(at(channel.quality)):
        return _at_least(at, channel)
    low, high = channel.min_quality, channel.quality
    best = _highest(lambda quality: len(at(quality)) <= channel.max_bytes, low, high)
    if best is None:
        raise _too_large(channel, len(at(channel.min_quality)), f"at quality {channel.min_quality}")
    return at(best), best


def _highest(fits: Callable[[int], bool], low: int, high: int) -> int | None:
    """The highest number in [low, high] that fits, if smaller ones fit whenever larger ones do."""
    if fits(high):
        return high
    if not fits(low):
        return None
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (middle, high) if fits(middle) else (low, middle)
    return low


def _at_least(at: Callable[[int], bytes], channel: Channel) -> tuple[bytes, int]:
    """The lowest quality above the channel's that reaches its smallest size; the best if none does."""
    for quality in range(channel.quality + 1, 101):
        if channel.min_bytes <= len(at(quality)) <= channel.max_bytes:
            return at(quality), quality
    return at(100), 100


def _too_large(channel: Channel, size: int, how: str) -> StageError:
    return StageError(
        f"a picture of {channel.width}×{channel.height} has {size / 1e6:.2f} MB {how};",
        limit=f"the channel takes at most {channel.max_bytes / 1e6:.2f} MB.",
        cure="give the channel fewer pixels, a lower min_quality or the format jpeg.",
    )


def _lossy(picture: U8, kind: str, quality: int, xmp: str) -> bytes:
    buffer = io.BytesIO()
    image = Image.fromarray(picture)
    profile = _srgb_profile()
    if kind == "jpeg":
        image.save(
            buffer,
            "JPEG",
            quality=quality,
            subsampling=0,
            xmp=xmp.encode(),
            icc_profile=profile,
        )
    else:
        image.save(buffer, "WEBP", quality=quality, method=4, xmp=xmp.encode(), icc_profile=profile)
    return buffer.getvalue()


def _png(picture: U8, xmp: str) -> bytes:
    info = PngImagePlugin.PngInfo()
    info.add_itxt("XML:com.adobe.xmp", xmp)
    buffer = io.BytesIO()
    Image.fromarray(picture).save(buffer, "PNG", pnginfo=info, compress_level=6, icc_profile=_srgb_profile())
    return buffer.getvalue()


@functools.cache
def _srgb_profile() -> bytes:
    """An sRGB profile without the date of its making: the same picture is the same bytes."""
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    return profile[:24] + bytes(12) + profile[36:]


def _fill(picture: U8, backdrop: Backdrop) -> float:
    """Share of the frame that the longer side of what is seen fills; its wider side counts by the width."""
    seen = _difference(picture, backdrop) > _SEEN
    rows, columns = np.flatnonzero(seen.any(axis=1)), np.flatnonzero(seen.any(axis=0))
    if not len(rows):
        return 0.0
    height, width = seen.shape
    return round(float(max((np.ptp(rows) + 1) / height, (np.ptp(columns) + 1) / width)), 3)


def _complaints(
    picture: U8, covered: Bool, fill: float, enlarged: float, size: int, channel: Channel
) -> list[str]:
    """What the file does not meet."""
    found = []
    if channel.background != "any":
        off = _off_white(picture, covered)
        if off > 0:
            found.append(f"the background is not pure white: {off:.1%} of it differs from 255,255,255")
    if fill < channel.min_fill:
        found.append(f"the subject fills {fill:.0%} of the frame; the channel wants {channel.min_fill:.0%}")
    if enlarged > _ENLARGED:
        found.append(f"enlarged by {enlarged:.2f}: a larger master would be sharper")
    if size < channel.min_bytes:
        found.append(f"{size / 1e3:.0f} kB; the channel wants at least {channel.min_bytes / 1e3:.0f} kB")
    return found


def _off_white(picture: U8, covered: Bool) -> float:
    """Share of the background, beyond the reach of JPEG's blocks, that is not pure white."""
    import cv2

    side = 2 * _JPEG_REACH + 1
    near = cv2.dilate(covered.astype(np.uint8), np.ones((side, side), np.uint8)) > 0
    ground = ~near
    if not ground.any():
        return 0.0
    off = _difference(picture, resolve_backdrop("white")) > 0
    return float((off & ground).sum() / ground.sum())
