"""The finisher as a user calls it: weights are fetched, a shot is finished and measured, or refused."""

from __future__ import annotations

import importlib.util
import json
import os
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

ROOT = Path(__file__).resolve().parents[2]
TEE = ROOT / "samples/garments/tee.jpg"
SHOT = ("--width", "192", "--height", "288", "--quality", "preview", "--tone", "8", "--size", "EU:44")


def run(weights: Path, *arguments: object) -> subprocess.CompletedProcess[str]:
    environment = os.environ | {"FASHION_MODELS_WEIGHTS": str(weights), "OMP_NUM_THREADS": "1"}
    command = [sys.executable, "-P", "-m", "fashion_models.ui", *(str(a) for a in arguments)]
    return subprocess.run(command, capture_output=True, text=True, env=environment, check=False)


@pytest.fixture(scope="module")
def weights(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Tiny weights of ``small``, fetched from a folder as real ones are."""
    spec = importlib.util.spec_from_file_location("tiny_weights", ROOT / "tests/tiny_weights.py")
    assert spec is not None and spec.loader is not None
    tiny: Any = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(tiny)
    source, root = tmp_path_factory.mktemp("source"), tmp_path_factory.mktemp("fetched")
    tiny.write_preset(source, "small")
    done = run(root, "weights", "pull", "small", "--from", source / "small", "--accept-licence")
    assert done.returncode == 0, done.stderr
    return root


def test_a_shot_goes_all_the_way_through_the_finisher(weights: Path, tmp_path: Path) -> None:
    """With random weights a finish is hardly ever good: it is refused, three times, and says why."""
    done = run(weights, "shoot", TEE, "--out", tmp_path, "--finisher", "small", *SHOT, "--json")
    assert done.returncode in (0, 1), done.stderr
    (report,) = json.loads(done.stdout)
    finish = report["finish"]
    assert finish["finisher"] == "small" and len(finish["weights"]) == 8
    assert finish["weights"] == report["plan"]["weights"]
    assert "T-shirt" in finish["prompt"]
    assert report["timings_s"]["finish"] > 0
    with Image.open(report["picture"]) as image:
        picture, label = np.asarray(image), image.text["XML:com.adobe.xmp"]  # type: ignore[attr-defined]
    if finish["refused"]:
        assert report["finisher"] == "refused" and len(finish["tries"]) == 3
        assert all(attempt["failures"] for attempt in finish["tries"])
        assert "compositeSynthetic" in label
    else:
        assert report["finisher"] == "small"
        assert {"finish_lock", "finish_silhouette", "finish_seam"} <= report["checks"].keys()
        assert "compositeWithTrainedAlgorithmicMedia" in label
    assert (picture[:5] == 255).all()


def test_missing_weights_are_named_with_the_command_that_gets_them_before_any_work(tmp_path: Path) -> None:
    began = time.monotonic()
    done = run(tmp_path / "none", "shoot", TEE, "--out", tmp_path / "out", "--finisher", "mid", *SHOT)
    assert done.returncode == 2
    assert "fashion-models weights pull mid" in done.stderr
    assert not list((tmp_path / "out").iterdir()), "a draft was delivered silently"
    assert time.monotonic() - began < 60


def test_altered_weights_are_not_loaded(weights: Path, tmp_path: Path) -> None:
    file = next((weights / "small" / "controlnet").glob("*.safetensors"))
    whole = file.read_bytes()
    try:
        file.write_bytes(whole[:-1] + bytes([whole[-1] ^ 1]))
        done = run(weights, "shoot", TEE, "--out", tmp_path, "--finisher", "small", *SHOT)
    finally:
        file.write_bytes(whole)
    assert done.returncode == 2
    assert "controlnet/diffusion_pytorch_model.safetensors is altered" in done.stderr
