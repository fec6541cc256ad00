"""The finish as a stage of a shot, with a finisher that a hand could have made."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from fashion_models.errors import PlanError
from fashion_models.pipelines.finish.model import Finished, FinishRequest
from fashion_models.pipelines.finish.stage import prepare_finish, read_identity_card
from fashion_models.pipelines.label import COMPOSITE_TRAINED
from fashion_models.pipelines.shoot import shoot
from fashion_models.pipelines.shot import png_bytes
from fashion_models.plan import ShotRequest

TEE = Path(__file__).resolve().parents[3] / "samples/garments/tee.jpg"


class Grain:
    """Adds a level to all skin."""

    name, weights = "grain", "film"

    def __call__(self, requests: Sequence[FinishRequest], **_: Any) -> list[Finished]:
        done = []
        for request in requests:
            self.seen = request
            picture = request.draft.display.copy()
            picture[request.draft.masks["skin"] > 0.9] += 1
            done.append(Finished(picture=picture, notes={"device": "hand"}))
        return done


def test_a_shot_holds_the_finished_picture_and_is_measured_and_labelled_as_such(tmp_path: Path) -> None:
    grain = Grain()
    request = ShotRequest(
        photo=TEE, size="EU:44", tone=8, width=192, height=288, quality="preview", finisher="small"
    )
    shot = shoot(request, finisher=grain)
    changed = (shot.draft.display != grain.seen.draft.display).any(axis=2)
    assert changed.sum() > 500
    assert shot.report["finisher"] == "grain"
    assert shot.report["finish"]["refused"] is None
    assert shot.report["finish"]["device"] == "hand"
    assert shot.report["checks"]["finish_lock"]["passed"]
    assert {"garment_colour", "skin_tone", "backdrop"} <= shot.report["checks"].keys()
    assert shot.plan.weights == "film"
    assert shot.source_type == COMPOSITE_TRAINED
    path = shot.save(tmp_path)
    assert COMPOSITE_TRAINED in Image.open(path).text["XML:com.adobe.xmp"]  # type: ignore[attr-defined]
    left, _, size = shot.report["finish"]["face_box"]
    card = read_identity_card(path)
    assert card.shape == (size, size, 3)
    assert left < 192 / 2 < left + size


def write_card(folder: Path, picture: bytes, report: object) -> Path:
    path = folder / "card.png"
    path.write_bytes(picture)
    path.with_suffix(".json").write_text(json.dumps(report))
    return path


def test_a_photo_of_somebody_is_no_identity_card(tmp_path: Path) -> None:
    face = np.zeros((64, 64, 3), np.uint8)
    stranger = tmp_path / "stranger.png"
    Image.fromarray(face).save(stranger)
    with pytest.raises(PlanError, match="no finished shot with its report"):
        read_identity_card(stranger)
    report = {"finish": {"face_box": [0, 0, 32]}}
    with pytest.raises(PlanError, match="no face made by fashion-models"):
        read_identity_card(write_card(tmp_path, stranger.read_bytes(), report))
    with pytest.raises(PlanError, match="no face made by fashion-models"):
        read_identity_card(write_card(tmp_path, png_bytes(face), {"finish": {"face_box": None}}))
    assert read_identity_card(write_card(tmp_path, png_bytes(face), report)).shape == (32, 32, 3)


def test_a_preset_that_reads_no_faces_says_which_do(tmp_path: Path) -> None:
    card = write_card(
        tmp_path, png_bytes(np.zeros((64, 64, 3), np.uint8)), {"finish": {"face_box": [0, 0, 32]}}
    )
    request = ShotRequest(photo=TEE, finisher="zh", identity_card=card)
    with pytest.raises(PlanError, match="'zh' reads no identity card; those that do: mid, large"):
        prepare_finish(request, Grain())


def test_no_finisher_prepares_nothing() -> None:
    assert prepare_finish(ShotRequest(photo=TEE)) is None
