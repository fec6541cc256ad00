"""``fashion-models weights`` as it is typed, in a process of its own, against a hub on loopback."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from safetensors.numpy import save

from fashion_models.pipelines.finish.weights import JOINT_DETECTOR

REPOSITORY = JOINT_DETECTOR.sources[0].hub
#: The client writes pieces of this size.
PIECE = 10 * 1024 * 1024


def command(*arguments: str) -> list[str]:
    return [sys.executable, "-P", "-m", "fashion_models.ui", *arguments]


def run(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        command(*arguments),
        capture_output=True,
        text=True,
        env=os.environ | environment,
        check=False,
        stdin=subprocess.DEVNULL,
    )


@pytest.fixture
def served(hub: Any, weights: Path) -> Any:
    hub.repositories[REPOSITORY] = {
        "config.json": b"{}",
        "preprocessor_config.json": b"{}",
        "model.safetensors": save({"weight": np.zeros(PIECE * 3 // 8, np.float32)}),
    }
    return hub


def test_a_killed_download_goes_on_where_it_was(served: Any, weights: Path) -> None:
    served.stall_at["model.safetensors"] = PIECE
    with subprocess.Popen(
        command("weights", "pull", "joints", "--accept-licence"),
        env=os.environ | {"HF_ENDPOINT": served.endpoint},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    ) as first:
        deadline = time.monotonic() + 120
        while not any(part.stat().st_size == PIECE for part in weights.rglob("*.part")):
            assert time.monotonic() < deadline, "the first piece never arrived"
            time.sleep(0.05)
        first.kill()
    done = run("weights", "pull", "joints", HF_ENDPOINT=served.endpoint)
    assert done.returncode == 0, done.stderr
    assert served.sent["model.safetensors"] == len(served.repositories[REPOSITORY]["model.safetensors"])
    assert run("weights", "verify", "joints").returncode == 0
    assert not list(weights.rglob("*.part"))


def test_licences_are_shown_and_nothing_is_fetched_until_they_are_accepted(served: Any) -> None:
    refused = run("weights", "pull", "joints", HF_ENDPOINT=served.endpoint)
    assert refused.returncode == 2
    assert f"{REPOSITORY}: Apache-2.0" in refused.stderr
    assert "--accept-licence" in refused.stderr
    assert not served.asked
    chinese = run("--lang", "zh", "weights", "pull", "joints", HF_ENDPOINT=served.endpoint)
    assert "许可证" in chinese.stderr


def test_list_and_verify_say_what_is_here_and_what_is_altered(served: Any, weights: Path) -> None:
    assert run("weights", "pull", "joints", "--accept-licence", HF_ENDPOINT=served.endpoint).returncode == 0
    listed = {row["name"]: row for row in json.loads(run("weights", "list", "--json").stdout)}
    assert listed["joints"]["state"] == "ready"
    assert {row["state"] for name, row in listed.items() if name != "joints"} == {"missing"}
    assert all(part["licence"] and part["hub"] for row in listed.values() for part in row["parts"])
    (weights / "joints/config.json").write_bytes(b"[]")
    verified = run("weights", "verify", "--json")
    assert verified.returncode == 1
    assert "config.json is altered" in json.loads(verified.stdout)["joints"][0]
    assert "CreativeML" in run("weights", "list").stdout


def test_unknown_weights_name_the_known(weights: Path) -> None:
    done = run("weights", "pull", "huge")
    assert done.returncode == 2
    assert "segment-anything" in done.stderr


def test_the_offline_switch_of_the_hub_is_respected(served: Any) -> None:
    done = run(
        "weights", "pull", "joints", "--accept-licence", HF_ENDPOINT=served.endpoint, HF_HUB_OFFLINE="1"
    )
    assert done.returncode == 2
    assert "HF_HUB_OFFLINE is set" in done.stderr
    assert not served.asked
