"""`pipelines.catalogue.inputs` on S3: prefixes, inventories, and lists whose pictures lie in the bucket."""

from __future__ import annotations

import csv
import gzip
import io
import json
from collections.abc import Iterable, Iterator

import pyarrow
import pyarrow.parquet
import pytest
from support.s3 import KEYS, make_bucket, moto_server

from fashion_models.errors import ManifestError, ObjectChangedError, StorageAccessError
from fashion_models.pipelines.catalogue.inputs import examine, open_input
from fashion_models.pipelines.catalogue.products import Problem, Product
from fashion_models.pipelines.catalogue.sources import read_source
from fashion_models.pipelines.storage import Storage, open_storage

JPEG = b"\xff\xd8\xff\xe0 picture "


@pytest.fixture(scope="module")
def endpoint() -> Iterator[str]:
    with moto_server() as address:
        yield address


@pytest.fixture
def bucket(endpoint: str, monkeypatch: pytest.MonkeyPatch) -> Storage:
    """A bucket with four photos."""
    for name, value in KEYS.items():
        monkeypatch.setenv(name, value)
    storage = open_storage(make_bucket(endpoint))
    for key in ("women/tee.jpg", "women/tee-back.jpg", "women/dresses/a b+c.jpg", "notes.txt"):
        storage.put(key, JPEG + key.encode())
    return storage


def address(bucket: Storage, key: str) -> str:
    """An object's address with the bucket's settings."""
    root, _, settings = bucket.url.partition("?")
    return f"{root}/{key}?{settings}"


def products(found: Iterable[Product | Problem]) -> list[Product]:
    return [one for one in found if isinstance(one, Product)]


def test_a_prefix_is_a_list_of_its_pictures(bucket: Storage) -> None:
    found = open_input(address(bucket, "women"))
    assert found.reading.kind == "S3 prefix"
    garments = {one.name: one for one in products(examine(found.garments()))}
    assert set(garments) == {"tee", "dresses/a b+c"}
    assert garments["tee"].back_photo is not None
    assert read_source(garments["dresses/a b+c"].photo) == JPEG + b"women/dresses/a b+c.jpg"


def test_an_object_that_changes_after_the_plan_is_refused(bucket: Storage) -> None:
    [tee] = [one for one in products(open_input(address(bucket, "women")).garments()) if one.name == "tee"]
    bucket.put("women/tee.jpg", JPEG + b"another")
    with pytest.raises(ObjectChangedError, match="was changed since it was listed"):
        read_source(tee.photo)


SCHEMA = "Bucket, Key, VersionId, IsLatest, IsDeleteMarker, Size, ETag"


def inventory(bucket: Storage, kind: str, *, schema: str = SCHEMA) -> str:
    """An inventory's report as S3 writes it; gives the address of its manifest."""
    name = bucket.url.removeprefix("s3://").partition("?")[0]
    rows = [
        (name, key, "v1", latest, deleted, "10", bucket.head(key).etag)  # type: ignore[union-attr]
        for key, latest, deleted in (
            ("women/tee.jpg", "true", "false"),
            ("women/dresses/a b+c.jpg", "true", "false"),
            ("women/tee-back.jpg", "true", "true"),
            ("notes.txt", "true", "false"),
        )
    ]
    if kind == "CSV":
        text = io.StringIO()
        encoded = [(*row[:1], row[1].replace("+", "%2B").replace(" ", "+"), *row[2:]) for row in rows]
        csv.writer(text, quoting=csv.QUOTE_ALL).writerows(encoded)
        data = gzip.compress(text.getvalue().encode())
    else:
        names = ("bucket", "key", "version_id", "is_latest", "is_delete_marker", "size", "e_tag")
        sink = io.BytesIO()
        values = [(*row[:3], row[3] == "true", row[4] == "true", 10, row[6]) for row in rows]
        lines = [dict(zip(names, one, strict=True)) for one in values]
        pyarrow.parquet.write_table(pyarrow.Table.from_pylist(lines), sink)
        data = sink.getvalue()
    bucket.put("inventory/data/part-1", data)
    manifest = {
        "sourceBucket": name,
        "destinationBucket": f"arn:aws:s3:::{name}",
        "fileFormat": kind,
        "fileSchema": schema,
        "files": [{"key": "inventory/data/part-1", "size": len(data), "MD5checksum": ""}],
    }
    bucket.put("inventory/manifest.json", json.dumps(manifest).encode())
    return address(bucket, "inventory/manifest.json")


@pytest.mark.parametrize("kind", ["CSV", "Parquet"])
def test_an_inventory_lists_the_latest_versions(bucket: Storage, kind: str) -> None:
    found = open_input(inventory(bucket, kind))
    assert found.reading.kind == "S3 Inventory"
    garments = {one.name: one for one in products(examine(found.garments()))}
    assert set(garments) == {"women/tee", "women/dresses/a b+c"}
    assert garments["women/tee"].back_photo is None and garments["women/tee"].gender == "female"
    assert garments["women/dresses/a b+c"].category == "dress"
    assert read_source(garments["women/dresses/a b+c"].photo).startswith(JPEG)


@pytest.mark.parametrize(
    ("kind", "schema", "complaint"),
    [
        ("ORC", SCHEMA, "the inventory is in ORC; have S3 write it as CSV"),
        ("CSV", "Bucket, Size", "no column 'Key'"),
    ],
)
def test_an_inventory_that_cannot_be_read_is_refused(
    bucket: Storage, kind: str, schema: str, complaint: str
) -> None:
    where = inventory(bucket, kind, schema=schema)
    with pytest.raises(ManifestError, match=complaint):
        list(open_input(where).garments())


def test_a_list_in_the_bucket_finds_pictures_beside_it_and_elsewhere(bucket: Storage) -> None:
    name = bucket.url.removeprefix("s3://").partition("?")[0]
    text = f"id,image_link\nA,women/tee.jpg\nB,s3://{name}/women/tee.jpg\nC,women/gone.jpg\n"
    bucket.put("feed.csv", text.encode())
    found = list(examine(open_input(address(bucket, "feed.csv")).garments()))
    assert [one.name for one in products(found)] == ["A", "B"]
    assert all(read_source(one.photo) == JPEG + b"women/tee.jpg" for one in products(found))
    [gone] = [one for one in found if isinstance(one, Problem)]
    assert (gone.row, gone.reason) == ("feed.csv:4", "unreachable")


def test_a_bucket_that_is_not_there_is_told_before_anything_runs(bucket: Storage) -> None:
    settings = bucket.url.partition("?")[2]
    with pytest.raises(StorageAccessError, match="NoSuchBucket"):
        open_input(f"s3://no-such-bucket/photos?{settings}")


def test_an_empty_prefix_is_refused(bucket: Storage) -> None:
    with pytest.raises(ManifestError, match="holds no file"):
        open_input(address(bucket, "nothing/here"))
