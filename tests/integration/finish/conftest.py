"""Tiny weights of every preset and finishers on them."""

from __future__ import annotations

import importlib.util
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import torch

from fashion_models.pipelines.finish.diffusion import DiffusionFinisher
from fashion_models.pipelines.finish.presets import PRESETS

TINY = Path(__file__).resolve().parents[2] / "tiny_weights.py"


def load_tiny() -> Any:
    spec = importlib.util.spec_from_file_location("tiny_weights", TINY)
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="session", autouse=True)
def one_thread() -> Iterator[None]:
    """Networks this small lose more by sharing work than they gain."""
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(before)


@pytest.fixture(scope="session")
def weights_of(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Path]:
    """Folder of a preset's tiny weights, written once."""
    root, tiny = tmp_path_factory.mktemp("weights"), load_tiny()

    def folder(preset: str) -> Path:
        if not (root / preset).is_dir():
            tiny.write_preset(root, preset)
        return root / preset

    return folder


@pytest.fixture(scope="session")
def finisher_of(weights_of: Callable[[str], Path]) -> Callable[[str], DiffusionFinisher]:
    """A preset's finisher on tiny weights, with eight steps at most."""
    opened: dict[str, DiffusionFinisher] = {}

    def finisher(preset: str) -> DiffusionFinisher:
        if preset not in opened:
            short = replace(PRESETS[preset], steps=min(8, PRESETS[preset].steps))
            opened[preset] = DiffusionFinisher(short, weights_of(preset), "tiny")
        return opened[preset]

    return finisher
