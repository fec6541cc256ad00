"""The commands as a user types them, each in its own process, on real files."""

from __future__ import annotations

import io
import json
import os
import struct
import subprocess
import sys
import time
import zlib
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

ROOT = Path(__file__).resolve().parents[2]
TEE = ROOT / "samples/garments/tee.jpg"
SMALL = ("--width", "192", "--height", "288", "--quality", "preview")


def run(*arguments: object, **environment: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-P", "-m", "fashion_models.ui", *(str(a) for a in arguments)]
    return subprocess.run(command, capture_output=True, text=True, env=os.environ | environment, check=False)


@pytest.fixture(scope="module")
def shots(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, list[dict[str, Any]]]:
    """One look from in front and from behind."""
    folder = tmp_path_factory.mktemp("shots")
    done = run(
        "shoot",
        TEE,
        "--out",
        folder,
        "--view",
        "front,back",
        "--tone",
        8,
        "--size",
        "EU:44",
        *SMALL,
        "--json",
    )
    assert done.returncode in (0, 1), done.stderr
    return folder, json.loads(done.stdout)


def test_a_shot_leaves_a_picture_and_its_report(shots: tuple[Path, list[dict[str, Any]]]) -> None:
    folder, results = shots
    assert len(results) == 2
    for result in results:
        picture = Path(result["picture"])
        assert picture.name == f"tee-{result['view']}-{result['plan_id'][:8]}.png"
        with Image.open(picture) as image:
            assert image.size == (192, 288)
            assert "compositeSynthetic" in image.text["XML:com.adobe.xmp"]  # type: ignore[attr-defined]
        report = json.loads(picture.with_suffix(".json").read_text())
        wanted = {"plan", "plan_id", "garment", "checks", "passed", "failures", "timings_s", "versions"}
        assert wanted <= report.keys()
        assert {"category", "size_cm", "size_source"} <= report["garment"].keys()
    assert len(list(folder.iterdir())) == 4


def test_the_report_says_that_the_back_was_inferred(shots: tuple[Path, list[dict[str, Any]]]) -> None:
    assert {result["garment"]["back"] for result in shots[1]} == {"inferred"}


def test_front_and_back_share_one_drape(shots: tuple[Path, list[dict[str, Any]]]) -> None:
    front, back = shots[1]
    assert front["drape"] == back["drape"]
    assert back["timings_s"]["drape"] < 2


def test_the_garment_and_the_skin_are_in_the_picture(shots: tuple[Path, list[dict[str, Any]]]) -> None:
    with Image.open(shots[1][0]["picture"]) as image:
        rgb = np.asarray(image).astype(int)
    orange = (rgb[..., 0] > 120) & (rgb[..., 0] > rgb[..., 2] + 60)
    white = (rgb == 255).all(axis=2)
    assert 0.03 < orange.mean() < 0.4
    assert white.mean() > 0.4
    assert (rgb[:8] == 255).all()


def test_the_same_command_gives_the_same_picture(
    shots: tuple[Path, list[dict[str, Any]]], tmp_path: Path
) -> None:
    first = shots[1][0]
    done = run("shoot", TEE, "--out", tmp_path, "--tone", 8, "--size", "EU:44", *SMALL)
    again = tmp_path / Path(first["picture"]).name
    assert done.returncode in (0, 1), done.stderr
    with Image.open(first["picture"]) as one, Image.open(again) as two:
        assert np.abs(np.asarray(one).astype(int) - np.asarray(two)).max() <= 1


def test_a_jacket_hangs_open_and_shows_the_top_below(tmp_path: Path) -> None:
    garments = ROOT / "samples/garments"
    wear = ("--category", "top", "--with", garments / "tank.jpg", "--with-category", "top")
    done = run("shoot", garments / "breton.jpg", *wear, "--out", tmp_path, *SMALL, "--json")
    (report,) = json.loads(done.stdout)
    assert report["garment"]["front"] == "open" and report["failures"] == []
    chest = np.asarray(Image.open(tmp_path / report["picture"]).convert("RGB"), int)[85:110, 85:107]
    green = (chest[..., 1] > chest[..., 0] + 15) & (chest[..., 1] > chest[..., 2] + 15)
    assert green.mean() > 0.2, "the tank's green is not in sight"


def test_inspect_draws_what_was_read(tmp_path: Path) -> None:
    done = run("inspect", TEE, "--out", tmp_path)
    assert done.returncode == 0, done.stderr
    facts = json.loads((tmp_path / "tee-inspect.json").read_text())
    assert facts["category"] == "t-shirt"
    with Image.open(tmp_path / "tee-inspect.png") as image:
        assert min(image.size) >= 400


def test_backdrops_are_listed_and_drawn(tmp_path: Path) -> None:
    done = run("--lang", "zh", "backdrops", "--out", tmp_path / "sheets" / "all.png")
    assert done.returncode == 0, done.stderr
    assert "charcoal" in done.stdout and "纯色" in done.stdout
    assert done.stdout.splitlines()[-1].endswith("all.png")
    with Image.open(tmp_path / "sheets" / "all.png") as image:
        assert image.width > 1000
        assert "compositeSynthetic" in image.text["XML:com.adobe.xmp"]  # type: ignore[attr-defined]


def test_errors_are_told_in_the_language_that_was_asked_for(tmp_path: Path) -> None:
    wrong = ("shoot", TEE, "--out", tmp_path, "--pose", "flying")
    done = run("--lang", "zh", *wrong)
    assert done.returncode == 2
    assert done.stderr.startswith(f"错误 ({TEE}): 没有名为“flying”的姿势；可用：front, ")
    assert "pose 'flying' is unknown; known: front, " in run("--lang", "en", *wrong).stderr
    whole = run("inspect", TEE, "--out", tmp_path, "--size-chart", "wide", LC_ALL="zh_CN.UTF-8")
    assert whole.stderr == "错误: 看不懂尺寸表“wide”；请写成 length=72,chest=54（厘米）。\n"


def test_doctor_names_the_renderer() -> None:
    done = run("doctor", "--json")
    facts = {fact["name"]: fact for fact in json.loads(done.stdout)}
    assert "mitsuba" in facts["renderer"]["found"].lower()


def test_help_speaks_chinese() -> None:
    assert "肤色" in run("shoot", "--help", LANG="zh_CN.UTF-8").stdout
    assert "skin tone" in run("--lang", "en", "shoot", "--help", LANG="zh_CN.UTF-8").stdout


def png_header(width: int, height: int) -> bytes:
    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)

    def chunk(name: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))

    return (
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(b"")) + chunk(b"IEND", b"")
    )


def picture_bytes(rgb: np.ndarray[Any, Any]) -> bytes:
    buffer = io.BytesIO()
    Image.fromarray(rgb).save(buffer, "PNG")
    return buffer.getvalue()


def two_garments() -> bytes:
    with Image.open(TEE) as image:
        small = np.asarray(image.convert("RGB").resize((300, 300)))
    return picture_bytes(np.hstack([small, small]))


BAD_PHOTOS = {
    "text.jpg": (lambda: b"not a picture at all", "picture"),
    "cut.jpg": (lambda: TEE.read_bytes()[:5000], "truncated"),
    "bomb.png": (lambda: png_header(18000, 10000), "180"),
    "tiny.png": (lambda: picture_bytes(np.zeros((10, 10, 3), np.uint8)), "10"),
    "flat.png": (lambda: picture_bytes(np.full((400, 300, 3), 180, np.uint8)), "colour"),
    "two.png": (two_garments, "two"),
}


@pytest.mark.parametrize("name", BAD_PHOTOS)
def test_a_bad_photo_is_refused_before_anything_is_written(name: str, tmp_path: Path) -> None:
    make, word = BAD_PHOTOS[name]
    photo = tmp_path / name
    photo.write_bytes(make())
    began = time.perf_counter()
    done = run("shoot", photo, "--out", tmp_path / "out")
    assert done.returncode == 2, done.stderr
    assert word in done.stderr.lower()
    assert "Traceback" not in done.stderr
    assert list((tmp_path / "out").iterdir()) == []
    assert time.perf_counter() - began < 20


@pytest.mark.parametrize(
    ("option", "value", "word"),
    [
        ("--pose", "headstand", "contrapposto"),
        ("--tone", "11", "10"),
        ("--size", "EU:999", "EU"),
        ("--age", "17", "18"),
        ("--width", "100000", "4096"),
        ("--backdrop", "beach?", "white"),
        ("--category", "sock", "t-shirt"),
        ("--view", "above", "back"),
        ("--size-chart", "length", "length=72"),
        ("--size-chart", "chest=900", "900"),
    ],
)
def test_a_bad_option_is_refused_with_what_is_possible(
    option: str, value: str, word: str, tmp_path: Path
) -> None:
    done = run("shoot", TEE, "--out", tmp_path / "out", option, value)
    assert done.returncode == 2, done.stderr
    assert word in done.stderr
    assert "Traceback" not in done.stderr


def test_a_folder_that_cannot_be_written_is_refused(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    done = run("shoot", TEE, "--out", tmp_path / "file" / "out")
    assert done.returncode == 2
    assert "cannot write" in done.stderr


def test_one_bad_photo_does_not_stop_the_others(tmp_path: Path) -> None:
    (tmp_path / "bad.jpg").write_bytes(b"nothing")
    done = run(
        "shoot", tmp_path / "bad.jpg", TEE, "--out", tmp_path / "out", "--tone", 8, "--size", "EU:44", *SMALL
    )
    assert done.returncode == 2
    assert [p.suffix for p in sorted((tmp_path / "out").iterdir())] == [".json", ".png"]
