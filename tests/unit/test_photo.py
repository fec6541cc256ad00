"""Reading and bounding garment photos."""

from __future__ import annotations

import io
import struct
import time
import zlib
from pathlib import Path

import numpy as np
import pytest
from PIL import Image, ImageCms

from fashion_models.errors import PhotoError
from fashion_models.photo import MAX_BYTES, MIN_SIDE, WORKING_SIDE, decode_photo, load_photo


def encoded(image: Image.Image, kind: str = "PNG", **options: object) -> bytes:
    stream = io.BytesIO()
    image.save(stream, kind, **options)
    return stream.getvalue()


def marked() -> Image.Image:
    """Grey, 90 × 120, with a red upper left quarter."""
    picture = np.full((120, 90, 3), 128, np.uint8)
    picture[:60, :45] = (200, 30, 30)
    return Image.fromarray(picture)


def png_that_claims(width: int, height: int) -> bytes:
    """A PNG header of any size with next to no data behind it."""
    body = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    header = b"IHDR" + body
    chunk = struct.pack(">I", len(body)) + header + struct.pack(">I", zlib.crc32(header))
    return b"\x89PNG\r\n\x1a\n" + chunk + b"\x00" * 64


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_jpeg_png_and_webp_keep_their_colours(kind: str) -> None:
    options = {"lossless": True} if kind == "WEBP" else {}
    photo = decode_photo(encoded(marked(), kind, **options), "shirt.x")
    assert photo.rgb.shape == (120, 90, 3)
    assert photo.alpha is None
    assert np.abs(photo.rgb[20, 20].astype(int) - (200, 30, 30)).max() <= 6
    assert np.abs(photo.rgb[100, 70].astype(int) - 128).max() <= 3


def test_name_and_digest_come_from_the_file(tmp_path: Path) -> None:
    file = tmp_path / "blue.shirt.png"
    file.write_bytes(encoded(marked()))
    photo = load_photo(file)
    assert photo.name == "blue.shirt"
    assert photo.digest == decode_photo(file.read_bytes(), "other.png").digest
    assert photo.scale == 1.0


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("../../etc/tee.jpg", "tee"),
        ("C:\\photos\\tee.jpg", "tee"),
        ("te\ne\x00.jpg", "tee"),
        ("\n.jpg", "photo"),
        ("连衣裙.jpg", "连衣裙"),
        ("衣" * 300 + ".jpg", "衣" * 40),
    ],
)
def test_other_file_names_can_be_built_from_a_photos_name(given: str, kept: str) -> None:
    assert decode_photo(encoded(marked()), given).name == kept


def test_a_path_that_no_file_can_have_is_refused(tmp_path: Path) -> None:
    with pytest.raises(PhotoError, match="cannot be read: File name too long"):
        load_photo(tmp_path / ("n" * 300 + ".jpg"))


@pytest.mark.parametrize(
    ("orientation", "row", "column"),
    [(1, 0, 0), (2, 0, -1), (3, -1, -1), (4, -1, 0), (5, 0, 0), (6, 0, -1), (7, -1, -1), (8, -1, 0)],
)
def test_exif_orientation_sets_the_picture_upright(orientation: int, row: int, column: int) -> None:
    exif = Image.Exif()
    exif[0x0112] = orientation
    photo = decode_photo(encoded(marked(), "PNG", exif=exif.tobytes()), "a.png")
    assert photo.rgb.shape == ((120, 90, 3) if orientation < 5 else (90, 120, 3))
    assert tuple(photo.rgb[row, column]) == (200, 30, 30)


def test_embedded_profile_is_converted_to_srgb() -> None:
    """In a profile whose red and green are swapped, red means green."""
    lab = ImageCms.ImageCmsProfile(ImageCms.createProfile("LAB"))
    srgb = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB"))
    data = bytearray(srgb.tobytes())
    red, green = data.index(b"rXYZ"), data.index(b"gXYZ")
    data[red : red + 4], data[green : green + 4] = b"gXYZ", b"rXYZ"
    photo = decode_photo(encoded(marked(), icc_profile=bytes(data)), "swapped.png")
    assert photo.rgb[20, 20, 1] > 180 > 100 > photo.rgb[20, 20, 0]
    plain = decode_photo(encoded(marked(), icc_profile=srgb.tobytes()), "same.png")
    assert np.abs(plain.rgb[20, 20].astype(int) - (200, 30, 30)).max() <= 1
    with pytest.raises(PhotoError, match="colour profile"):
        decode_photo(encoded(marked(), icc_profile=lab.tobytes()[:200]), "broken.png")


@pytest.mark.parametrize("mode", ["1", "L", "P", "LA", "RGBA", "RGB"])
def test_every_pixel_format_becomes_rgb(mode: str) -> None:
    photo = decode_photo(encoded(marked().convert("L").convert(mode)), "a.png")
    assert photo.rgb.shape == (120, 90, 3)
    assert photo.alpha is None
    if mode != "1":
        assert np.abs(photo.rgb[100, 70].astype(int) - 128).max() <= 3


def test_sixteen_bits_are_scaled_not_cut() -> None:
    levels = np.full((80, 80), 0x8080, np.uint16)
    photo = decode_photo(encoded(Image.fromarray(levels)), "deep.png")
    assert set(photo.rgb.ravel().tolist()) == {0x80}


def test_cmyk_jpeg_is_read() -> None:
    photo = decode_photo(encoded(marked().convert("CMYK"), "JPEG", quality=95), "press.jpg")
    assert np.abs(photo.rgb[20, 20].astype(int) - (200, 30, 30)).max() <= 12


def test_transparency_is_kept_as_a_mask() -> None:
    image = marked().convert("RGBA")
    alpha = np.zeros((120, 90), np.uint8)
    alpha[30:90, 20:70] = 255
    alpha[30, 20:70] = 51
    image.putalpha(Image.fromarray(alpha))
    photo = decode_photo(encoded(image), "cut.png")
    assert photo.alpha is not None
    assert photo.alpha[60, 40] == 1.0
    assert photo.alpha[0, 0] == 0.0
    assert photo.alpha[30, 40] == pytest.approx(0.2)


def test_palette_transparency_is_kept_as_a_mask() -> None:
    image = marked().quantize(4)
    data = encoded(image, transparency=image.getpixel((20, 20)))
    photo = decode_photo(data, "cut.png")
    assert photo.alpha is not None
    assert photo.alpha[20, 20] == 0.0
    assert photo.alpha[100, 70] == 1.0


def test_large_photo_is_reduced_to_the_working_side() -> None:
    image = Image.new("RGB", (4096, 2000), (10, 120, 200))
    photo = decode_photo(encoded(image, "JPEG"), "large.jpg")
    assert photo.rgb.shape == (1000, WORKING_SIDE, 3)
    assert photo.scale == pytest.approx(0.5)


@pytest.mark.parametrize("kind", ["PNG", "WEBP"])
def test_picture_bomb_is_refused_at_once(kind: str) -> None:
    if kind == "PNG":
        data = png_that_claims(15000, 12000)
    else:
        size = (15000 - 1).to_bytes(3, "little") + (12000 - 1).to_bytes(3, "little")
        data = b"RIFF\x40\0\0\0WEBPVP8X\x0a\0\0\0\0\0\0\0" + size + b"\0" * 40
    start = time.perf_counter()
    with pytest.raises(PhotoError, match=r"180 Mpx.*40 Mpx") as caught:
        decode_photo(data, "bomb")
    assert time.perf_counter() - start < 0.5
    assert caught.value.cure


def test_small_picture_is_refused() -> None:
    with pytest.raises(PhotoError, match=f"10 × 10.*{MIN_SIDE} px"):
        decode_photo(encoded(Image.new("RGB", (10, 10))), "dot.png")


@pytest.mark.parametrize(
    ("data", "words"),
    [(b"", "empty"), (b"%PDF-1.7 hello", "not a picture"), (b"GIF89a" + b"\0" * 60, "JPEG, PNG and WebP")],
)
def test_what_is_no_picture_is_refused(data: bytes, words: str) -> None:
    with pytest.raises(PhotoError, match=words):
        decode_photo(data, "strange.jpg")


def test_file_over_the_limit_is_refused_before_it_is_read(tmp_path: Path) -> None:
    file = tmp_path / "huge.jpg"
    with file.open("wb") as stream:
        stream.truncate(MAX_BYTES + 1)
    with pytest.raises(PhotoError, match=r"20\.0 MB.*20 MB"):
        load_photo(file)


def test_missing_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(PhotoError, match="no photo at"):
        load_photo(tmp_path / "none.jpg")


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
@pytest.mark.parametrize("share", [0.02, 0.5])
def test_truncated_picture_is_refused(kind: str, share: float) -> None:
    rng = np.random.default_rng(0)
    noise = Image.fromarray(rng.integers(0, 255, (200, 200, 3), dtype=np.uint8))
    data = encoded(noise, kind)
    with pytest.raises(PhotoError, match="cut short"):
        decode_photo(data[: int(len(data) * share)], "half")


@pytest.mark.parametrize("kind", ["PNG", "WEBP"])
def test_animation_is_refused(kind: str) -> None:
    data = encoded(marked(), kind, save_all=True, append_images=[marked().rotate(180)], duration=100)
    with pytest.raises(PhotoError, match="animated"):
        decode_photo(data, "moving")
