"""Noise on the body's surface: white within a picture, the same on the same skin in two."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from fashion_models.conditioning.pictures import whole
from fashion_models.pipelines.finish.noise import surface_noise

Doll = Callable[..., Any]


def cells(draft: Any, role: str) -> Any:
    """Latent cells that lie wholly on one surface."""
    mask = draft.masks[role] > 0.5
    height, width = mask.shape
    return mask.reshape(height // 8, 8, width // 8, 8).all(axis=(1, 3))


def test_noise_is_white_and_of_unit_variance(doll: Doll) -> None:
    draft = doll(768, 1152)
    noise = surface_noise(draft, whole(1152, 768), channels=4, seed=3)
    on = cells(draft, "garment")
    assert noise.shape == (4, 144, 96)
    assert abs(noise[:, on].mean()) < 0.05
    assert abs(noise[:, on].std() - 1) < 0.05
    pair = on[:, 1:] & on[:, :-1]
    assert abs(np.mean(noise[:, :, 1:][:, pair] * noise[:, :, :-1][:, pair])) < 0.06


def test_the_same_place_of_the_body_gets_the_same_noise_where_it_has_moved_to(doll: Doll) -> None:
    here, there = doll(768, 1152), doll(768, 1152, shift=16)
    first = surface_noise(here, whole(1152, 768), channels=4, seed=3)
    second = surface_noise(there, whole(1152, 768), channels=4, seed=3)
    on = cells(here, "skin")
    moved = np.roll(second, -2, axis=2)  # sixteen pixels are two cells
    agreement = np.corrcoef(first[:, on].ravel(), moved[:, on].ravel())[0, 1]
    assert agreement > 0.9
    assert abs(np.corrcoef(first[:, on].ravel(), second[:, on].ravel())[0, 1]) < 0.15


def test_another_seed_is_other_noise(doll: Doll) -> None:
    draft = doll(192, 288)
    a, b = (surface_noise(draft, whole(288, 192), channels=4, seed=seed) for seed in (1, 2))
    assert abs(np.corrcoef(a.ravel(), b.ravel())[0, 1]) < 0.1
