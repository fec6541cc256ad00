from __future__ import annotations

from pathlib import Path

import pytest

from fashion_models.studio import renderer
from fashion_models.studio.renderer import choose_renderer, find_llvm


def test_llvm_is_told_by_the_version_in_its_name_or_its_targets(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "llvm"
    folder.mkdir()
    for name in ("libLLVM-14.so.1", "libLLVM.so.19.1", "libLLVM-20.so", "libLLVMCore.a"):
        (folder / name).touch()
    monkeypatch.setenv("FASHION_MODELS_CACHE", str(tmp_path))
    monkeypatch.setattr(renderer, "_FOLDERS", ())
    monkeypatch.setattr(renderer, "_versioned_folders", list)
    monkeypatch.setattr("ctypes.util.find_library", lambda name: None)
    assert find_llvm() == [(20, str(folder / "libLLVM-20.so")), (19, str(folder / "libLLVM.so.19.1"))]


def test_a_library_that_is_no_llvm_is_found_out_without_harm(tmp_path: Path) -> None:
    fake = tmp_path / "libLLVM.so.19.1"
    fake.write_bytes(b"not a library")
    assert renderer._probe("llvm_ad_rgb", str(fake)) is False


def test_chosen_renderer_says_what_it_is() -> None:
    chosen = choose_renderer()
    assert chosen.variant in chosen.label
    assert bool(chosen.note) == (chosen.variant == "scalar_rgb")
