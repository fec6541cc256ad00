"""The finisher on tiny random weights: the same code as on real ones. Nothing here says how pictures look."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
import torch

from fashion_models.errors import FinishError
from fashion_models.pipelines.finish.diffusion import DiffusionFinisher
from fashion_models.pipelines.finish.lock import regions_of
from fashion_models.pipelines.finish.model import FinishRequest
from fashion_models.pipelines.finish.presets import PRESETS
from fashion_models.plan import FINISHERS

Doll = Callable[..., Any]
Finishers = Callable[[str], DiffusionFinisher]


def ask(doll: Doll, **changes: Any) -> FinishRequest:
    plain = FinishRequest(draft=doll(), prompt="a photo of a woman", avoid="blurry", seed=1, scene=True)
    return replace(plain, **changes)


def difference(a: Any, b: Any) -> int:
    return int(np.abs(a.astype(int) - b.astype(int)).max())


@pytest.mark.parametrize("preset", PRESETS)
def test_the_garment_is_the_drafts_to_the_byte_under_every_preset(
    preset: str, finisher_of: Finishers, doll: Doll
) -> None:
    for scene in (True, False):
        request = ask(doll, scene=scene)
        (finished,) = finisher_of(preset)([request])
        regions = regions_of(request.draft, request.strengths, scene=scene)
        assert regions.garment.sum() > 500
        assert np.array_equal(finished.picture[regions.lock], request.draft.display[regions.lock])
        assert difference(finished.picture, request.draft.display) > 8, "nothing was finished"
        if not scene:
            wall = request.draft.masks["background"] > 0.999
            assert (finished.picture[wall] == 255).mean() > 0.9


@pytest.mark.parametrize(
    ("preset", "kind"), [(name, c.kind) for name in ("cpu", "small", "zh") for c in PRESETS[name].controls]
)
def test_every_control_picture_changes_the_picture(
    preset: str, kind: str, finisher_of: Finishers, doll: Doll
) -> None:
    request = ask(doll)
    before = finisher_of(preset)([request])[0].picture
    other = {
        "pose": {"joints": request.draft.joints + np.array([9.0, 6.0, 0.0])},
        "depth": {"depth": np.where(request.draft.depth > 0, 5 + np.linspace(0, 1, 144)[:, None], 0)},
        "normal": {"normals": request.draft.normals[..., ::-1]},
    }[kind]
    moved = replace(request.draft, **{name: np.asarray(v, request.draft.joints.dtype if name == "joints" else
                                                       np.float32) for name, v in other.items()})  # fmt: skip
    assert difference(finisher_of(preset)([replace(request, draft=moved)])[0].picture, before) > 0


@pytest.mark.parametrize("preset", ["cpu", "small", "zh", "taiyi"])
def test_the_prompt_changes_the_picture(preset: str, finisher_of: Finishers, doll: Doll) -> None:
    before = finisher_of(preset)([ask(doll)])[0].picture
    after = finisher_of(preset)([ask(doll, prompt="一位女子，海边日落")])[0].picture
    assert difference(before, after) > 0


@pytest.mark.parametrize("preset", ["cpu", "small", "zh"])
def test_the_same_seed_gives_the_same_bytes_and_another_does_not(
    preset: str, finisher_of: Finishers, doll: Doll
) -> None:
    finisher = finisher_of(preset)
    first, again, other = (finisher([ask(doll, seed=seed)])[0].picture for seed in (1, 1, 2))
    assert np.array_equal(first, again)
    assert difference(first, other) > 0


@pytest.mark.parametrize("preset", ["cpu", "large", "zh"])
def test_a_batch_equals_its_singles(preset: str, finisher_of: Finishers, doll: Doll) -> None:
    finisher = finisher_of(preset)
    requests = [
        ask(doll),
        ask(doll, seed=5, draft=doll(shift=4), prompt="a man", scene=False),
        ask(doll, seed=6, strengths=ask(doll).strengths.lower(0.5)),
    ]
    together = finisher(requests)
    for request, finished in zip(requests, together, strict=True):
        alone = finisher([request])[0].picture
        assert difference(alone, finished.picture) <= 1


def test_the_face_and_the_hands_are_finished_once_more(finisher_of: Finishers, doll: Doll) -> None:
    notes = finisher_of("small")([ask(doll, draft=doll(192, 288))])[0].notes
    assert notes["passes"] == ["whole", "details"]


def test_an_identity_card_changes_the_face_and_nothing_else(finisher_of: Finishers, doll: Doll) -> None:
    request = ask(doll, draft=doll(192, 288))
    card = np.random.default_rng(0).integers(0, 255, (64, 64, 3), np.uint8)
    before = finisher_of("mid")([request])[0].picture
    after = finisher_of("mid")([replace(request, face=card)])[0].picture
    again = finisher_of("mid")([request])[0].picture
    changed = np.abs(before.astype(int) - after.astype(int)).max(axis=2) > 3
    rows = np.flatnonzero(changed.any(axis=1))
    assert len(rows) and rows.max() < 0.35 * 288, "the card reached below the face"
    assert np.array_equal(before, again), "a card must not stay for the next picture"


def test_a_large_picture_is_stitched_from_tiles(finisher_of: Finishers, doll: Doll) -> None:
    finisher = finisher_of("small")
    tiny = DiffusionFinisher(
        replace(finisher.preset, native_pixels=96 * 144, tiles=(128,), crop=96, steps=2),
        finisher._folder,
        "tiny",
    )
    finished = tiny([ask(doll, draft=doll(192, 288))])[0]
    assert finished.notes["passes"] == ["whole", "tiles", "details"]
    assert finished.picture.shape == (288, 192, 3)


class Memory:
    """A device on which only batches up to a size fit; more is refused as CUDA refuses it."""

    def __init__(self, network: Any, largest: int) -> None:
        self.largest = largest
        self.hook = network.pipe.unet.conv_in.register_forward_pre_hook(self.check)

    def check(self, _: Any, given: Any) -> None:
        batch, _, height, width = given[0].shape
        if batch * height * width > self.largest:
            raise torch.OutOfMemoryError("CUDA out of memory")


def test_what_does_not_fit_is_tried_with_the_next_smaller_tile_and_the_notes_say_so(
    finisher_of: Finishers, doll: Doll
) -> None:
    base = finisher_of("small")
    small = DiffusionFinisher(replace(base.preset, tiles=(256, 128, 64), steps=2), base._folder, "tiny")
    memory = Memory(small.network, largest=300)
    finished = small([ask(doll, draft=doll(192, 288))])[0]
    assert finished.notes["tile_px"] == 128
    assert finished.notes["did_not_fit"] == ["256 px, 1 at once"]
    memory.largest = 1
    with pytest.raises(FinishError, match=r"does not fit into memory: 256 px.*128 px.*64 px.*smaller preset"):
        small([ask(doll)])


@pytest.mark.parametrize(("value", "says"), [(float("nan"), "no numbers"), (-30.0, "is black")])
def test_a_picture_that_is_no_picture_is_caught(
    value: float, says: str, finisher_of: Finishers, doll: Doll
) -> None:
    finisher = finisher_of("mid")
    bias = finisher.network.pipe.vae.decoder.conv_out.bias  # type: ignore[attr-defined]
    before = bias.detach().clone()
    try:
        bias.data.fill_(value)
        with pytest.raises(FinishError, match=says):
            finisher([ask(doll)])
    finally:
        bias.data.copy_(before)


def test_the_work_can_be_stopped_between_steps(finisher_of: Finishers, doll: Doll) -> None:
    from fashion_models.errors import CancelledError

    told: list[float] = []
    with pytest.raises(CancelledError):
        finisher_of("small")(
            [ask(doll)], progress=lambda _, share: told.append(share), cancelled=lambda: len(told) > 2
        )
    assert 0 < len(told) < 8
    assert told == sorted(told)


def test_the_plan_knows_every_preset() -> None:
    assert set(FINISHERS) == {"none", *PRESETS}
