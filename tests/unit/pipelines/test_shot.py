"""`pipelines.shot`: files are written whole or not at all."""

from __future__ import annotations

import resource
from collections.abc import Iterator
from pathlib import Path

import pytest

from fashion_models.errors import OutputError, StageError
from fashion_models.pipelines.shot import check_folder, write_together, write_whole


def test_a_folder_is_made_and_left_empty(tmp_path: Path) -> None:
    folder = check_folder(tmp_path / "a" / "b")
    assert list(folder.iterdir()) == []


def test_a_file_in_the_way_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    with pytest.raises(OutputError, match=r"cannot write to '.*file/out'.*--out"):
        check_folder(tmp_path / "file" / "out")


@pytest.fixture
def small_files() -> Iterator[None]:
    """Nothing above 1000 bytes can be written, as on a full disk."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (1000, before[1]))
    yield
    resource.setrlimit(resource.RLIMIT_FSIZE, before)


@pytest.mark.usefixtures("small_files")
def test_files_that_belong_together_are_all_there_or_none(tmp_path: Path) -> None:
    picture, report = tmp_path / "a.png", tmp_path / "a.json"
    with pytest.raises(StageError, match=r"could not write '.*a\.png'"):
        write_together({report: b"{}", picture: bytes(200_000)})
    assert list(tmp_path.iterdir()) == []
    write_together({report: b"{}", picture: bytes(10)})
    assert report.exists() and picture.exists()


@pytest.mark.usefixtures("small_files")
def test_a_write_that_fails_leaves_nothing_half_written(tmp_path: Path) -> None:
    with pytest.raises(StageError, match="could not write"):
        write_whole(tmp_path / "picture.png", bytes(200_000))
    assert list(tmp_path.iterdir()) == []


def test_a_second_write_replaces_the_first(tmp_path: Path) -> None:
    write_whole(tmp_path / "a.json", b"one")
    write_whole(tmp_path / "a.json", b"two")
    assert (tmp_path / "a.json").read_bytes() == b"two"
    assert len(list(tmp_path.iterdir())) == 1
