"""The lock, the membrane and the latent grid."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from fashion_models.conditioning.pictures import Window, whole
from fashion_models.pipelines.finish.lock import latent_strength, membrane, paste, regions_of
from fashion_models.pipelines.finish.model import Strengths

Doll = Callable[..., Any]


def test_a_drift_of_colour_is_bent_away_at_the_seam_and_the_garment_is_not_touched(doll: Doll) -> None:
    draft = doll(192, 288)
    regions = regions_of(draft, Strengths(), scene=True)
    drifted = np.clip(draft.display / 255 * 0.9 + [0.06, 0.02, -0.03], 0, 1).astype(np.float32)
    finished = paste(draft, drifted, regions)
    assert np.array_equal(finished[regions.lock], draft.display[regions.lock])
    wall = draft.masks["background"] > 0.5
    beside = np.zeros_like(wall)
    beside[1:-1, 1:-1] = regions.lock[:-2, 1:-1] | regions.lock[2:, 1:-1]
    beside &= ~regions.lock
    drift = np.abs(255 * drifted - draft.display).mean(axis=2)
    left = np.abs(finished.astype(float) - draft.display).mean(axis=2)
    assert left[beside].mean() < 0.35 * drift[beside].mean()
    assert left[wall & (np.indices(wall.shape)[0] < 8)].mean() == pytest.approx(
        drift[:8][wall[:8]].mean(), abs=1.0
    )


def test_the_membrane_is_linear_between_an_edge_and_its_reach() -> None:
    known = np.zeros((60, 40), bool)
    known[:10] = True
    difference = np.zeros((60, 40, 3))
    difference[:10] = (0.2, -0.1, 0.05)
    offset = membrane(difference, known, reach=20)
    assert not offset[known].any()
    assert not offset[31:].any()
    middle = offset[10:29, 20, 0]
    assert middle[0] == pytest.approx(0.2 * 19 / 20, abs=0.01)
    assert np.allclose(np.diff(middle), -0.01, atol=0.002)


def test_a_latent_cell_that_straddles_the_lock_is_free_to_change() -> None:
    strength = np.zeros((16, 24), np.float32)
    strength[3, 17] = 0.5
    cells = latent_strength(strength, whole(16, 24))
    assert cells.tolist() == [[0, 0, 0.5], [0, 0, 0]]
    enlarged = Window(top=0, left=16, height=8, width=8, rows=32, columns=32)
    assert latent_strength(strength, enlarged).max() == 0.5
    reduced = whole(16, 24, rows=8, columns=16)
    assert latent_strength(strength, reduced).tolist() == [[0, 0.5]]


def test_strength_rises_with_the_distance_to_the_garment(doll: Doll) -> None:
    draft = doll(384, 576)
    regions = regions_of(draft, Strengths(), scene=True)
    row = 230  # from the garment's side through an arm to the wall
    along = regions.strength[row, 266:384]
    assert along[0] < 0.2
    assert (np.diff(along[:4]) >= 0).all()
    assert along[-1] == pytest.approx(Strengths().background, abs=0.01)
    assert not regions.strength[regions.lock].any()


def test_without_a_scene_the_backdrop_is_locked_too(doll: Doll) -> None:
    draft = doll(192, 288)
    assert regions_of(draft, Strengths(), scene=False).lock[:5].all()
    assert not regions_of(draft, Strengths(), scene=True).lock[:5].any()


def test_the_finished_skin_keeps_the_light_of_the_drafts(doll: Doll) -> None:
    draft = doll(192, 288)
    regions = regions_of(draft, Strengths(), scene=True)
    pale = (draft.display / 255).astype(np.float32)
    skin = draft.masks["skin"] > 0.9
    pale[skin] = np.clip(pale[skin] * 1.3, 0, 1)
    finished = paste(draft, pale, regions)
    assert np.abs(np.median(finished[skin], axis=0) - np.median(draft.display[skin], axis=0)).max() <= 3
