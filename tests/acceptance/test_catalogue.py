"""The catalogue commands as a user types them."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from support.jobs import Trial

COMMAND = str(Path(sys.executable).parent / "fashion-models")
SAMPLES = Path(__file__).parent.parent.parent / "samples"

RECIPE = """
cast: [{name: ana, gender: female, size: "EU:40", identity: 3}]
looks: [{pose: front}]
quality: preview
width: 192
height: 288
channels: [shop]
own_channels:
  shop: {based_on: shopify_4x5, width: 160, height: 200}
"""


def call(*words: str, state: Path) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "FASHION_MODELS_STATE": str(state)}
    return subprocess.run(
        [COMMAND, "catalogue", *words], capture_output=True, text=True, env=environment, check=False
    )


@pytest.fixture
def listed(tmp_path: Path) -> Path:
    """A list of one garment, and a row whose photo is missing."""
    (tmp_path / "tee.jpg").write_bytes((SAMPLES / "garments/tee.jpg").read_bytes())
    rows = [
        {"sku": "TEE", "category": "t-shirt", "gender": "female", "images": ["tee.jpg"]},
        {"sku": "GONE", "category": "t-shirt", "images": ["gone.jpg"]},
    ]
    found = tmp_path / "products.jsonl"
    found.write_text("".join(json.dumps(row) + "\n" for row in rows))
    (tmp_path / "recipe.yaml").write_text(RECIPE)
    return found


def test_a_list_becomes_pictures_and_running_again_makes_nothing_new(listed: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    words = ("run", str(listed), "--recipe", str(tmp_path / "recipe.yaml"), "--out", str(out))
    done = call(*words, state=tmp_path)
    assert done.returncode == 0, done.stderr
    assert "GONE" in done.stderr or "gone.jpg" in done.stderr
    [master] = (out / "masters").glob("*/*.png")
    [file] = (out / "pictures").glob("*/shop/*.jpg")
    [page] = (out / "reports").glob("*/report.html")
    assert str(page) in done.stdout
    assert (page.parent / "_SUCCESS").exists()
    before = master.stat().st_mtime_ns, file.stat().st_mtime_ns
    again = call(*words, "--json", state=tmp_path)
    assert again.returncode == 0, again.stderr
    facts = json.loads(again.stdout)
    assert (facts["state"], facts["ok"], facts["rejected"]) == ("succeeded", 1, 1)
    assert (master.stat().st_mtime_ns, file.stat().st_mtime_ns) == before


def test_status_cancel_and_an_unknown_job(tmp_path: Path) -> None:
    trial = Trial(tmp_path, str(tmp_path / "out"))
    trial.plan(30)
    assert "0 of 30 made" in call("status", "--out", trial.out, state=tmp_path).stdout
    assert call("cancel", "--out", trial.out, state=tmp_path).returncode == 0
    [facts] = json.loads(call("status", "--out", trial.out, "--json", state=tmp_path).stdout)
    assert (facts["job"], facts["state"], facts["items"]) == (trial.job, "cancelled", 30)
    unknown = call("resume", "none", "--out", trial.out, state=tmp_path)
    assert unknown.returncode == 2
    assert "there is no job 'none'" in unknown.stderr
    assert (
        "没有任务"
        in subprocess.run(
            [COMMAND, "--lang", "zh", "catalogue", "status", "--out", str(tmp_path / "empty")],
            capture_output=True,
            text=True,
            check=True,
        ).stdout
    )
