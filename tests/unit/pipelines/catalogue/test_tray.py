"""What strangers drop becomes a catalogue, and never more than that."""

from __future__ import annotations

import io
import json
import zipfile
from pathlib import Path

import pytest
from support.stand_in import picture

from fashion_models.errors import ManifestError
from fashion_models.pipelines.catalogue.inputs import examine
from fashion_models.pipelines.catalogue.products import Problem, Product
from fashion_models.pipelines.catalogue.tray import Tray, open_tray

LIST = b"ID,Type,SKU,Name,Categories,Images\n1,simple,A,Tee,T-shirts,%s\n"


@pytest.fixture
def tray(tmp_path: Path) -> Tray:
    return Tray(tmp_path / "shop" / "tray")


def drop(tray: Tray, name: str, data: bytes, folder: Path) -> None:
    file = folder / "arrived"
    file.write_bytes(data)
    tray.take(name, file)


def packed(*files: tuple[str, bytes]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name, data in files:
            archive.writestr(name, data)
    return buffer.getvalue()


def found(tray: Tray) -> list[Product | Problem]:
    return list(examine(open_tray(tray).garments()))


def test_a_zip_of_a_list_and_photos_is_a_catalogue(tray: Tray, tmp_path: Path) -> None:
    files = [("shop/list.csv", LIST % b"photos/a.png"), ("shop/photos/a.png", picture())]
    drop(tray, "shop.zip", packed(*files, ("__MACOSX/._a.png", b"x"), ("shop/notes.pdf", b"x")), tmp_path)
    assert list(tray.files) == ["shop/list.csv", "shop/photos/a.png"]
    [garment] = found(tray)
    assert isinstance(garment, Product) and garment.name == "A" and garment.photo.etag


def test_photos_alone_are_a_catalogue(tray: Tray, tmp_path: Path) -> None:
    for name in ("a.png", "b.png", "b-back.png"):
        drop(tray, name, picture(), tmp_path)
    assert [one.name for one in found(tray) if isinstance(one, Product)] == ["a", "b"]


@pytest.mark.parametrize(
    "name", ["../a.png", "/etc/a.png", "a/../../b.png", "..\\a.png", "a\nb.png", "run.sh", ".hidden.png", ""]
)
def test_a_name_that_leads_elsewhere_is_refused(tray: Tray, tmp_path: Path, name: str) -> None:
    with pytest.raises(ManifestError):
        drop(tray, name, picture(), tmp_path)
    assert tray.files == {}


def test_a_zip_that_leads_elsewhere_or_is_torn_is_refused(tray: Tray, tmp_path: Path) -> None:
    for data in (packed(("../../a.png", picture())), b"PK\3\4 torn", packed(("a.png", picture()))[:-30]):
        with pytest.raises(ManifestError):
            drop(tray, "x.zip", data, tmp_path)
    assert list(tmp_path.rglob("*.png")) == []


def test_a_zip_that_unpacks_to_too_much_is_refused(
    tray: Tray, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("fashion_models.pipelines.catalogue.tray.MAX_TOTAL", 3000)
    monkeypatch.setattr("fashion_models.pipelines.catalogue.tray.MAX_FILES", 3)
    with pytest.raises(ManifestError, match="does not fit"):
        drop(tray, "x.zip", packed(("a.csv", b"0" * 4000)), tmp_path)
    with pytest.raises(ManifestError, match="too many files"):
        drop(tray, "x.zip", packed(*((f"{n}.png", b"x") for n in range(4))), tmp_path)


@pytest.mark.parametrize("address", [b"s3://bucket/a.png", b"S3://bucket/a.png", b"../a.png", b"/etc/a.png"])
def test_a_list_reads_nothing_but_the_web_and_what_came_with_it(
    tray: Tray, tmp_path: Path, address: bytes
) -> None:
    drop(tray, "list.csv", LIST % address, tmp_path)
    [problem] = found(tray)
    assert isinstance(problem, Problem) and problem.reason == "unreachable"


def test_a_manifest_of_somebodys_bucket_is_refused(tray: Tray, tmp_path: Path) -> None:
    inventory = {"sourceBucket": "b", "fileFormat": "CSV", "fileSchema": "Bucket, Key", "files": []}
    drop(tray, "manifest.json", json.dumps(inventory).encode(), tmp_path)
    with pytest.raises(ManifestError, match="command line"):
        open_tray(tray)


def test_a_manifest_of_lines_is_confined_as_well(tray: Tray, tmp_path: Path) -> None:
    lines = [{"sku": "a", "images": ["s3://b/a.png"]}, {"sku": "b", "images": ["file:///etc/b.png"]}]
    drop(tray, "list.jsonl", "\n".join(map(json.dumps, lines)).encode(), tmp_path)
    assert [one.reason for one in found(tray) if isinstance(one, Problem)] == ["unreachable", "unreachable"]


def test_two_lists_are_a_question_and_a_readme_is_none(tray: Tray, tmp_path: Path) -> None:
    drop(tray, "a.csv", LIST % b"a.png", tmp_path)
    drop(tray, "README.txt", b"read me", tmp_path)
    assert tray.source().endswith("a.csv")
    drop(tray, "b.csv", LIST % b"a.png", tmp_path)
    with pytest.raises(ManifestError, match=r"a\.csv' and 'b\.csv"):
        tray.source()
    tray.empty()
    with pytest.raises(ManifestError, match="no product has arrived"):
        tray.source()
