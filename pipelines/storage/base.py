"""What a store must do (`Storage`), and how one is opened from a URL."""

from __future__ import annotations

import uuid
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Protocol
from urllib.parse import unquote, urlsplit

from fashion_models.errors import StorageAccessError

#: Metadata name of the token that tells a repeated request from another writer's.
OWNER = "owner"


@dataclass(frozen=True, kw_only=True)
class Stat:
    """What a store knows of an object without handing it out.

    Attributes:
        key: Its name below the store's root, with '/' between parts.
        size: Its length [bytes].
        etag: Changes when the content does; comparable only with tags of the same store.
        modified: When it was written, seconds since 1970 by the store's clock.
        metadata: Written with it. Listings leave it out, and a local folder keeps none.
    """

    key: str
    size: int
    etag: str
    modified: float
    metadata: Mapping[str, str] = field(default_factory=dict)


class Storage(Protocol):
    """A flat set of named byte strings. Methods may be called from several threads.

    Every method raises `StorageAccessError` where it may not do what was asked, and `StorageError` where
    the store fails or does not answer after retries.
    """

    @property
    def url(self) -> str:
        """What `open_storage` takes to open the same store again."""

    def get(self, key: str, *, etag: str = "") -> bytes:
        """An object's content.

        Args:
            key: Its name.
            etag: The version that is expected; any, if left out.

        Raises:
            ObjectMissingError: There is none.
            ObjectChangedError: It is there in another version.
        """

    def put(
        self,
        key: str,
        data: bytes,
        *,
        create_only: bool = False,
        content_type: str = "application/octet-stream",
        cache_control: str = "",
        metadata: Mapping[str, str] | None = None,
    ) -> str:
        """Write an object, completely or not at all.

        Args:
            key: Its name.
            data: Its content.
            create_only: Leave what is already there as it is; of many writers exactly one succeeds.
            content_type: Its media type.
            cache_control: How long a cache may keep it.
            metadata: ASCII, below 2 KB together.

        Returns:
            The written object's tag; '' if ``create_only`` and it was there already.
        """

    def head(self, key: str) -> Stat | None:
        """What is known of an object; None if there is none."""

    def list(self, prefix: str = "") -> Iterator[Stat]:
        """Every object whose key begins with ``prefix``, in no promised order."""

    def delete(self, key: str) -> None:
        """Remove an object; nothing happens if there is none."""

    def presigned_get(self, key: str, seconds: int, *, filename: str = "") -> str | None:
        """An address that hands out the object for a while; None where the store has no addresses."""

    def presigned_put(self, key: str, seconds: int, *, content_type: str) -> str | None:
        """An address that takes the object for a while; None where the store has no addresses."""


def open_storage(url: str) -> Storage:
    """Open a store.

    Args:
        url: A folder's path, ``file:///…``, or ``s3://BUCKET/PREFIX`` with the optional settings
            ``?endpoint=https://…&profile=aws|r2|gcs|oss|other&region=…``. Credentials come from where
            boto3 looks for them, never from the URL.

    Returns:
        The store; nothing has been asked of it yet.

    Raises:
        StorageAccessError: The URL is of no known kind, or boto3 is not installed.
    """
    scheme = urlsplit(url).scheme if "://" in url else ""
    if scheme == "s3":
        from fashion_models.pipelines.storage.s3 import S3Storage

        return S3Storage.from_url(url)
    if scheme in ("", "file"):
        from fashion_models.pipelines.storage.local import LocalStorage

        return LocalStorage(unquote(urlsplit(url).path) if scheme else url)
    raise StorageAccessError(
        f"'{url}' is no storage that is known;", cure="give a folder or s3://BUCKET/PREFIX."
    )


def split_object(url: str) -> tuple[str, str]:
    """Split the URL or path of one object into its store's URL and its key.

    ``s3://bucket/a/b.jpg?profile=r2`` gives ``s3://bucket?profile=r2`` and ``a/b.jpg``; a path is split into
    folder and name.
    """
    if not url.startswith("s3://"):
        folder, _, name = url.rpartition("/")
        return folder or ("/" if url.startswith("/") else "."), name
    address, _, settings = url.partition("?")
    bucket, _, key = address.removeprefix("s3://").partition("/")
    return f"s3://{bucket}" + (f"?{settings}" if settings else ""), key


def check_create_only(storage: Storage) -> None:
    """Prove that the store can be written and never overwrites what it was told to create.

    Raises:
        StorageAccessError: It cannot be written, or it overwrites.
    """
    key = f".probe/{uuid.uuid4().hex}"
    try:
        first = storage.put(key, b"1", create_only=True)
        second = storage.put(key, b"2", create_only=True)
        kept = storage.get(key)
    finally:
        storage.delete(key)
    if not first or second or kept != b"1":
        raise StorageAccessError(
            f"'{storage.url}' overwrites objects that it was told only to create;",
            limit="without that two workers could undo each other's work, so bulk jobs are refused.",
            cure="use a store that honours If-None-Match: * on PUT.",
        )
