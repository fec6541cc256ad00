"""A folder as a store: every write is whole and on the disk before it is seen."""

from __future__ import annotations

import errno
import os
import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path

from fashion_models.errors import (
    ObjectChangedError,
    ObjectMissingError,
    StorageAccessError,
    StorageError,
)
from fashion_models.pipelines.storage.base import Stat

#: Begins the name of a file that is still being written; listings pass it over.
_UNFINISHED = ".part-"

#: The file system refuses; asking again will not help.
_REFUSED = {errno.EACCES, errno.EPERM, errno.EROFS, errno.ENOTDIR, errno.ENAMETOOLONG, errno.ENOTSUP}


class LocalStorage:
    """Objects are files below a folder, which is made by the first write.

    A write goes to a temporary file that is flushed to the disk, then linked (`create_only`: the link fails
    if the name is taken, whoever took it) or moved to its name, and the folder's entry is flushed too.
    """

    def __init__(self, root: str | Path) -> None:
        self.root = Path(root).expanduser().absolute()

    @property
    def url(self) -> str:
        """The folder's path."""
        return str(self.root)

    def get(self, key: str, *, etag: str = "") -> bytes:
        """See `Storage.get`."""
        path = self._path(key)
        try:
            with path.open("rb") as stream:
                found = _etag(os.fstat(stream.fileno()))
                data = stream.read()
        except (FileNotFoundError, IsADirectoryError) as error:
            raise ObjectMissingError(f"'{path}' is not there.") from error
        except OSError as error:
            raise _failure("read", path, error) from error
        if etag and etag != found:
            raise ObjectChangedError(f"'{path}' was changed since it was listed;", cure="plan the job again.")
        return data

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
        """See `Storage.put`; a folder keeps neither media type nor metadata."""
        del content_type, cache_control, metadata
        path = self._path(key)
        temporary: str | None = None
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=_UNFINISHED)
            with os.fdopen(handle, "wb") as stream:
                stream.write(data)
                stream.flush()
                os.fchmod(stream.fileno(), 0o644)
                os.fsync(stream.fileno())
                etag = _etag(os.fstat(stream.fileno()))
            if create_only:
                os.link(temporary, path)
            else:
                Path(temporary).replace(path)
                temporary = None
            _flush_folder(path.parent)
        except FileExistsError:
            return ""
        except OSError as error:
            raise _failure("write", path, error) from error
        finally:
            if temporary is not None:
                Path(temporary).unlink(missing_ok=True)
        return etag

    def head(self, key: str) -> Stat | None:
        """See `Storage.head`."""
        path = self._path(key)
        try:
            return _stat(key, path.stat()) if path.is_file() else None
        except FileNotFoundError:
            return None
        except OSError as error:
            raise _failure("read", path, error) from error

    def list(self, prefix: str = "") -> Iterator[Stat]:
        """See `Storage.list`; the folder is walked while the caller reads."""
        folder, _, stem = prefix.rpartition("/")
        start = self._path(folder) if folder else self.root
        base = f"{folder}/" if folder else ""
        try:
            yield from _walk(start, base, f"{base}{stem}")
        except (FileNotFoundError, NotADirectoryError):
            return
        except OSError as error:
            raise _failure("read", start, error) from error

    def delete(self, key: str) -> None:
        """See `Storage.delete`."""
        path = self._path(key)
        try:
            path.unlink(missing_ok=True)
        except OSError as error:
            raise _failure("delete", path, error) from error

    def presigned_get(self, key: str, seconds: int, *, filename: str = "") -> str | None:
        """None: a folder has no addresses."""
        return None

    def presigned_put(self, key: str, seconds: int, *, content_type: str) -> str | None:
        """None: a folder has no addresses."""
        return None

    def _path(self, key: str) -> Path:
        parts = key.split("/")
        if any(part in ("", ".", "..") for part in parts) or "\0" in key or "\\" in key:
            raise StorageAccessError(f"'{key}' is no name for an object;", limit="names stay in their store.")
        return self.root.joinpath(*parts)


def _walk(folder: Path, base: str, prefix: str) -> Iterator[Stat]:
    """Every finished file below ``folder`` whose key begins with ``prefix``."""
    with os.scandir(folder) as entries:
        for entry in entries:
            key = f"{base}{entry.name}"
            if entry.is_dir(follow_symlinks=True):
                if f"{key}/".startswith(prefix) or prefix.startswith(f"{key}/"):
                    yield from _walk(folder / entry.name, f"{key}/", prefix)
            elif key.startswith(prefix) and not entry.name.startswith(_UNFINISHED):
                try:
                    yield _stat(key, entry.stat())
                except FileNotFoundError:  # deleted while the folder was read
                    continue


def _stat(key: str, found: os.stat_result) -> Stat:
    return Stat(key=key, size=found.st_size, etag=_etag(found), modified=found.st_mtime)


def _etag(found: os.stat_result) -> str:
    return f"{found.st_mtime_ns:x}-{found.st_size:x}"


def _flush_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _failure(verb: str, path: Path, error: OSError) -> StorageAccessError | StorageError:
    what = f"cannot {verb} '{path}': {error.strerror};"
    if error.errno in _REFUSED:
        return StorageAccessError(what, cure="choose a folder that may be used and that supports hard links.")
    return StorageError(what, cure="free some space or mend the disk, then run the same again.")
