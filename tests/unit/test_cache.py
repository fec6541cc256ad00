"""`fashion_models.cache`."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from fashion_models.cache import digest, remember

leaves = st.none() | st.booleans() | st.integers() | st.text(max_size=8)


@pytest.fixture(autouse=True)
def own_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("FASHION_MODELS_CACHE", str(tmp_path))
    return tmp_path


def test_second_call_reads_what_the_first_built() -> None:
    calls: list[int] = []

    def build() -> dict[str, np.ndarray]:
        calls.append(1)
        return {"a": np.arange(5.0)}

    first, second = remember("kind", ["key"], build), remember("kind", ["key"], build)
    assert calls == [1]
    np.testing.assert_array_equal(first["a"], second["a"])


def test_damaged_entry_is_built_again(own_cache: Path) -> None:
    remember("kind", "key", lambda: {"a": np.ones(2)})
    (entry,) = (own_cache / "kind").glob("*.npz")
    entry.write_bytes(entry.read_bytes()[:20])
    again = remember("kind", "key", lambda: {"a": np.full(2, 7.0)})
    assert again["a"].tolist() == [7.0, 7.0]


def test_unwritable_cache_still_gives_the_result(own_cache: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    blocker = own_cache / "file"
    blocker.write_text("in the way")
    monkeypatch.setenv("FASHION_MODELS_CACHE", str(blocker))
    assert remember("kind", "key", lambda: {"a": np.ones(1)})["a"].tolist() == [1.0]
    assert blocker.read_text() == "in the way"


def test_failed_build_leaves_nothing_behind(own_cache: Path) -> None:
    def build() -> dict[str, np.ndarray]:
        raise ValueError("no")

    with pytest.raises(ValueError, match="no"):
        remember("kind", "key", build)
    assert not (own_cache / "kind").exists()


@given(st.dictionaries(st.text(max_size=5), leaves, max_size=4))
def test_digest_ignores_the_order_of_keys(values: dict[str, object]) -> None:
    assert digest(values) == digest(dict(reversed(list(values.items()))))


@given(st.lists(st.floats(-9, 9), min_size=1, max_size=6), st.integers(0, 5))
def test_digest_sees_every_element_of_an_array(values: list[float], index: int) -> None:
    a = np.array(values)
    b = a.copy()
    b[index % len(b)] += 1
    assert digest(a) != digest(b)
    assert digest(a) == digest(a.copy())
    assert digest(a) != digest(a.astype(np.float32))
