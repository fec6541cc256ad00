"""Fetching weights with the hub's real client from a hub on loopback."""

from __future__ import annotations

import json
import pickle
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from safetensors.numpy import save

from fashion_models.errors import WeightsError
from fashion_models.pipelines.finish.download import pull
from fashion_models.pipelines.finish.origins import Folder, Hub
from fashion_models.pipelines.finish.presets import Source
from fashion_models.pipelines.finish.weights import (
    JOINT_DETECTOR,
    SEGMENTER,
    Bundle,
    bundle_named,
    faults,
    identity,
    is_here,
    read_record,
    to_accept,
    verified_folder,
)

COMMIT = JOINT_DETECTOR.sources[0].revision
REPOSITORY = JOINT_DETECTOR.sources[0].hub
Served = Any


def tensors(size: int = 1000, seed: int = 0) -> bytes:
    return save({"weight": np.random.default_rng(seed).random(size, np.float32)})


@pytest.fixture
def served(hub: Any, weights: Path) -> Served:
    """The joint detector's repository, tiny, beside what nobody asked for."""
    hub.repositories[REPOSITORY] = {
        "config.json": b"{}",
        "preprocessor_config.json": b'{"size": 1}',
        "model.safetensors": tensors(),
        "pytorch_model.bin": b"a pickle",
        "README.md": b"long",
    }
    return hub


def fetch(hub: Any, bundle: Bundle = JOINT_DETECTOR, **options: Any) -> None:
    pull(bundle, Hub(hub.endpoint), **{"accepted": True} | options)


def test_weights_are_fetched_recorded_and_verified(served: Served, weights: Path) -> None:
    told: list[tuple[str, float]] = []
    fetch(served, progress=lambda file, share: told.append((file, share)))
    folder = verified_folder("joints")
    assert folder == weights / "joints"
    assert sorted(file.name for file in folder.iterdir()) == [
        "config.json",
        "model.safetensors",
        "preprocessor_config.json",
        "weights.json",
    ]
    record = read_record(JOINT_DETECTOR)
    assert record is not None
    assert record[0].revision == COMMIT
    assert record[0].licence == "Apache-2.0"
    assert told[-1][1] == pytest.approx(1.0)
    assert [share for _, share in told] == sorted(share for _, share in told)


def test_a_second_pull_sends_no_file_again(served: Served) -> None:
    fetch(served)
    fetch(served)
    assert served.sent["model.safetensors"] == len(tensors())


def test_the_pinned_commit_is_asked_for(served: Served) -> None:
    fetch(served)
    assert f"/api/models/{REPOSITORY}/revision/{COMMIT}" in served.asked


def test_what_is_not_pinned_stays_at_the_commit_of_its_first_pull(served: Served) -> None:
    loose = Source(folder="base", hub="some/base", files=("*.safetensors",), licence="MIT", gigabytes=0.0)
    served.repositories["some/base"] = {"model.safetensors": tensors()}
    fetch(served, Bundle(name="other", about=("", ""), sources=(loose,)))
    assert "/api/models/some/base" in served.asked
    served.asked.clear()
    fetch(served, Bundle(name="other", about=("", ""), sources=(loose,)))
    assert f"/api/models/some/base/revision/{COMMIT}" in served.asked


def test_a_file_that_two_bundles_share_is_fetched_once(served: Served, weights: Path) -> None:
    shared = Source(folder="base", hub="some/base", files=("*.safetensors",), licence="MIT", gigabytes=0.0)
    served.repositories["some/base"] = {"model.safetensors": tensors()}
    fetch(served)
    fetch(served, Bundle(name="other", about=("", ""), sources=(shared,)))
    assert served.sent["model.safetensors"] == len(tensors())
    first, second = weights / "joints/model.safetensors", weights / "other/base/model.safetensors"
    assert first.stat().st_ino == second.stat().st_ino


def test_other_bytes_than_declared_are_deleted_and_refused(served: Served, weights: Path) -> None:
    good = served.repositories[REPOSITORY]["model.safetensors"]
    served.altered["model.safetensors"] = good[:-1] + b"\xff"
    with pytest.raises(WeightsError, match=r"model\.safetensors of .* is not the file that was declared"):
        fetch(served)
    assert not list((weights / "joints").rglob("*model.safetensors*"))
    assert not is_here(JOINT_DETECTOR)
    served.altered.clear()
    fetch(served)
    assert is_here(JOINT_DETECTOR)


def test_a_small_file_that_was_altered_on_its_way_is_refused_by_gits_digest(served: Served) -> None:
    served.altered["config.json"] = b"[]"
    with pytest.raises(WeightsError, match=r"config\.json of .* is not the file that was declared"):
        fetch(served)


def test_a_file_that_the_hub_lacks_is_named(served: Served) -> None:
    del served.repositories[REPOSITORY]["preprocessor_config.json"]
    with pytest.raises(WeightsError, match=rf"{REPOSITORY} has no preprocessor_config\.json"):
        fetch(served)
    assert not served.sent


def test_a_pickle_is_never_fetched(served: Served, weights: Path) -> None:
    fetch(served)
    assert "pytorch_model.bin" not in served.sent
    everything = Source(folder=".", hub=REPOSITORY, files=("*.bin",), licence="MIT", gigabytes=0.0)
    with pytest.raises(WeightsError, match=r"offers pytorch_model\.bin; only \.safetensors.*can run code"):
        fetch(served, Bundle(name="careless", about=("", ""), sources=(everything,)))
    assert "pytorch_model.bin" not in served.sent


def test_a_pickle_under_a_safe_name_is_deleted_and_refused(served: Served, weights: Path) -> None:
    served.repositories[REPOSITORY]["model.safetensors"] = pickle.dumps({"weight": [1.0] * 50})
    with pytest.raises(WeightsError, match="is no safetensors file"):
        fetch(served)
    assert not list((weights / "joints").rglob("*model.safetensors*"))


def test_nothing_is_fetched_before_the_licence_is_accepted_and_it_is_asked_once(
    served: Served, weights: Path
) -> None:
    with pytest.raises(WeightsError, match=r"licence of .*Apache-2\.0.*--accept-licence"):
        fetch(served, accepted=False)
    assert not served.asked
    fetch(served)
    assert to_accept(JOINT_DETECTOR) == []
    assert json.loads((weights / "licences.json").read_text()) == {REPOSITORY: "Apache-2.0"}
    fetch(served, accepted=False)


def test_a_changed_byte_is_found_before_a_model_is_loaded(served: Served, weights: Path) -> None:
    fetch(served)
    verified_folder("joints")
    file = weights / "joints/model.safetensors"
    data = bytearray(file.read_bytes())
    data[-1] ^= 1
    file.write_bytes(data)
    with pytest.raises(WeightsError, match=r"model\.safetensors is altered.*weights pull joints"):
        verified_folder("joints")
    fetch(served)
    verified_folder("joints")


def test_what_is_missing_or_was_slipped_in_is_found(served: Served, weights: Path) -> None:
    fetch(served)
    (weights / "joints/config.json").unlink()
    (weights / "joints/pytorch_model.bin").write_bytes(b"trap")
    (weights / "joints/.DS_Store").write_bytes(b"harmless")
    assert faults(JOINT_DETECTOR) == [
        "config.json is missing",
        "pytorch_model.bin was not fetched and may be loaded by mistake",
    ]


def test_weights_that_were_never_fetched_name_the_command(weights: Path) -> None:
    with pytest.raises(WeightsError, match=r"fashion-models weights pull small"):
        verified_folder("small")
    with pytest.raises(WeightsError, match=r"weights 'huge' are unknown; known: cpu, small"):
        bundle_named("huge")


def test_other_weights_have_another_identity(served: Served) -> None:
    fetch(served)
    first = identity(JOINT_DETECTOR)
    served.repositories[REPOSITORY]["model.safetensors"] = tensors(seed=1)
    fetch(served)
    assert identity(JOINT_DETECTOR) != first


def test_a_folder_of_repositories_serves_as_well_as_the_hub(weights: Path, tmp_path: Path) -> None:
    repository = tmp_path / "disk" / REPOSITORY
    repository.mkdir(parents=True)
    for name in ("config.json", "preprocessor_config.json"):
        (repository / name).write_text("{}")
    (repository / "model.safetensors").write_bytes(tensors())
    parts = pull(JOINT_DETECTOR, Folder(tmp_path / "disk"), accepted=True)
    assert parts[0].revision == "local"
    verified_folder("joints")
    with pytest.raises(WeightsError, match="has no folder facebook/sam-vit-base"):
        pull(SEGMENTER, Folder(tmp_path / "nowhere"), accepted=True)


def test_a_hub_that_is_away_says_what_to_do(weights: Path) -> None:
    with pytest.raises(WeightsError, match=r"could not be fetched.*repeat the command"):
        pull(JOINT_DETECTOR, Hub("http://127.0.0.1:9"), accepted=True)


def test_an_unknown_repository_is_named(hub: Any, weights: Path) -> None:
    with pytest.raises(WeightsError, match=rf"the hub has no {REPOSITORY}"):
        fetch(hub)
