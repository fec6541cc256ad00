"""Every store keeps the same promises: a folder, and S3 on loopback."""

from __future__ import annotations

import errno
import os
import resource
import signal
import urllib.request
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from support.s3 import FaultProxy, fault_proxy, make_bucket, moto_server, s3_keys, through
from support.swift import swift_server

from fashion_models.errors import (
    ObjectChangedError,
    ObjectMissingError,
    StorageAccessError,
    StorageError,
)
from fashion_models.pipelines.storage import LocalStorage, Storage, check_create_only, open_storage
from fashion_models.pipelines.storage.s3 import S3Storage


@pytest.fixture(scope="module")
def endpoint() -> Iterator[str]:
    with s3_keys(), moto_server() as url:
        yield url


@pytest.fixture(params=["folder", "s3", "s3 with a prefix"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Storage:
    if request.param == "folder":
        return open_storage(str(tmp_path / "store"))
    url = make_bucket(request.getfixturevalue("endpoint"))
    if "prefix" in request.param:
        url = url.replace("?", "/some/prefix?")
    return open_storage(url)


@pytest.fixture
def proxied(endpoint: str) -> Iterator[tuple[Storage, FaultProxy]]:
    with fault_proxy(endpoint) as proxy:
        yield open_storage(through(make_bucket(endpoint), proxy.url)), proxy


def test_what_is_put_can_be_had_listed_and_deleted(store: Storage) -> None:
    tag = store.put("a/b.txt", b"hello", content_type="text/plain", metadata={"sku": "X-1"})
    store.put("a/c.txt", b"")
    store.put("ab", b"1")
    assert store.get("a/b.txt", etag=tag) == b"hello"
    assert {stat.key: stat.size for stat in store.list("a/")} == {"a/b.txt": 5, "a/c.txt": 0}
    assert {stat.key for stat in store.list("a")} == {"a/b.txt", "a/c.txt", "ab"}
    found = store.head("a/b.txt")
    assert found is not None
    assert (found.etag, found.size) == (tag, 5)
    store.delete("a/b.txt")
    store.delete("a/b.txt")
    assert store.head("a/b.txt") is None
    with pytest.raises(ObjectMissingError, match=r"a/b\.txt"):
        store.get("a/b.txt")


def test_a_second_create_leaves_the_first_as_it_is(store: Storage) -> None:
    assert store.put("k", b"first", create_only=True)
    assert store.put("k", b"second", create_only=True) == ""
    assert store.get("k") == b"first"
    check_create_only(store)


def test_of_many_that_create_at_once_exactly_one_succeeds(store: Storage) -> None:
    with ThreadPoolExecutor(16) as pool:
        for race in range(5):
            written = list(
                pool.map(lambda n, k=f"k{race}": store.put(k, b"%d" % n, create_only=True), range(16))
            )
            assert sum(map(bool, written)) == 1


def test_an_object_that_was_changed_is_refused(store: Storage) -> None:
    tag = store.put("k", b"first")
    store.put("k", b"other")
    with pytest.raises(ObjectChangedError, match="was changed"):
        store.get("k", etag=tag)


def test_a_store_opens_again_from_its_own_url(store: Storage) -> None:
    store.put("k", b"1")
    again = open_storage(store.url)
    assert again.get("k") == b"1"
    assert again.url == store.url


@pytest.mark.parametrize("key", ["../x", "/x", "a//b", "a/../../b", "a\\..\\b", ""])
def test_a_name_cannot_leave_a_folder(tmp_path: Path, key: str) -> None:
    with pytest.raises(StorageAccessError, match="names stay in their store"):
        LocalStorage(tmp_path / "store").put(key, b"1")


def test_an_unfinished_file_is_not_listed(tmp_path: Path) -> None:
    (tmp_path / ".part-x").write_bytes(b"half")
    assert list(LocalStorage(tmp_path).list()) == []


def test_a_full_disk_leaves_no_half_object(tmp_path: Path) -> None:
    store = LocalStorage(tmp_path)
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    handler = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (1000, before[1]))
    try:
        with pytest.raises(StorageError, match=os.strerror(errno.EFBIG)):
            store.put("k", bytes(5000))
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
        signal.signal(signal.SIGXFSZ, handler)
    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_may_not_be_written_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"")
    with pytest.raises(StorageAccessError, match="cannot write"):
        open_storage(str(tmp_path / "file/folder")).put("k", b"1")


def test_a_missing_bucket_is_named_with_the_cure(endpoint: str) -> None:
    store = open_storage(f"s3://nobody-has-this?endpoint={endpoint}")
    with pytest.raises(StorageAccessError, match="create the bucket"):
        check_create_only(store)


@pytest.mark.parametrize("url", ["s3://", "s3://bucket?colour=red", "ftp://host/x", "s3://b?profile=none"])
def test_an_address_that_is_none_is_refused(url: str) -> None:
    with pytest.raises(StorageAccessError):
        open_storage(url)


@pytest.mark.parametrize(
    ("url", "profile"),
    [
        ("s3://b", "aws"),
        ("s3://b?endpoint=https://abc.r2.cloudflarestorage.com", "r2"),
        ("s3://b?endpoint=https://storage.googleapis.com", "gcs"),
        ("s3://b?endpoint=https://oss-cn-hangzhou.aliyuncs.com", "oss"),
        ("s3://b?endpoint=http://localhost:9000", "other"),
        ("s3://b?endpoint=http://localhost:9000&profile=oss", "oss"),
    ],
)
def test_a_store_is_recognised_by_its_endpoint(
    url: str, profile: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("AWS_ENDPOINT_URL", raising=False)
    store = open_storage(url)
    assert isinstance(store, S3Storage)
    assert store.profile.name == profile
    assert open_storage(store.url).url == store.url


def test_an_answer_that_is_lost_does_not_hide_that_we_created(proxied: tuple[Storage, FaultProxy]) -> None:
    store, proxy = proxied
    proxy.rules = [{"method": "PUT", "path": "/k", "do": "lose", "share": 0.3}]
    assert all(store.put(f"k{n}", b"1", create_only=True) for n in range(30))
    assert proxy.hits["lose"] > 3


def test_a_busy_store_is_asked_again(proxied: tuple[Storage, FaultProxy]) -> None:
    store, proxy = proxied
    proxy.rules = [{"path": "/", "do": "503", "times": 3}]
    assert store.put("k", b"1")
    assert proxy.hits["503"] == 3


@pytest.mark.slow
def test_a_store_that_stays_away_is_an_error_that_may_pass(proxied: tuple[Storage, FaultProxy]) -> None:
    store, proxy = proxied
    proxy.rules = [{"method": "PUT", "path": "/", "do": "503"}]
    with pytest.raises(StorageError, match="after 6 attempts"):
        store.put("k", b"1")


def test_presigned_addresses_take_and_hand_out(store: Storage) -> None:
    put = store.presigned_put("up.txt", 60, content_type="text/plain")
    if isinstance(store, LocalStorage):
        assert put is None
        return
    assert put is not None
    request = urllib.request.Request(put, data=b"sent", method="PUT", headers={"Content-Type": "text/plain"})
    urllib.request.urlopen(request).close()
    get = store.presigned_get("up.txt", 60, filename="x.txt")
    assert get is not None
    with urllib.request.urlopen(get) as answer:
        assert answer.read() == b"sent"


@pytest.mark.slow
def test_swift_checks_signatures_and_content(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with swift_server(tmp_path) as (endpoint, keys):
        for name, value in keys.items():
            monkeypatch.setenv(name, value)
        url = make_bucket(endpoint, keys)
        store = open_storage(url)
        check_create_only(store)
        tag = store.put("a/b", b"hello" * 1000, metadata={"sku": "X"})
        assert store.get("a/b", etag=tag) == b"hello" * 1000
        assert [stat.key for stat in store.list("a/")] == ["a/b"]
        get = store.presigned_get("a/b", 60)
        assert get is not None
        with urllib.request.urlopen(get) as answer:
            assert answer.read() == b"hello" * 1000
        store.delete("a/b")
        assert store.head("a/b") is None
        monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "wrong")
        wrong = open_storage(url.replace("?", "?region=us-east-1&"))  # another client: keys are read once
        with pytest.raises(StorageAccessError, match="check the secret key"):
            wrong.put("k", b"1")
