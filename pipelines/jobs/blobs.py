"""Where photos and pictures lie: a folder."""

from __future__ import annotations

from pathlib import Path
from typing import Protocol

from fashion_models.errors import NotFoundError
from fashion_models.pipelines.shot import write_whole


class Blobs(Protocol):
    """Bytes under keys."""

    def put(self, key: str, data: bytes, media_type: str) -> None:
        """Keep bytes; whole or not at all."""
        ...

    def get(self, key: str) -> bytes:
        """Bytes that were kept.

        Raises:
            NotFoundError: There is nothing under this key.
        """
        ...

    def delete(self, key: str) -> None:
        """Forget bytes; no error when there are none."""
        ...


class FolderBlobs:
    """Files in a folder.

    Args:
        root: The folder; made if it is not there.
    """

    def __init__(self, root: Path) -> None:
        self.root = root
        root.mkdir(parents=True, exist_ok=True)

    def put(self, key: str, data: bytes, media_type: str) -> None:
        """See `Blobs`."""
        del media_type
        path = self.root / key
        path.parent.mkdir(parents=True, exist_ok=True)
        write_whole(path, data)

    def get(self, key: str) -> bytes:
        """See `Blobs`."""
        try:
            return (self.root / key).read_bytes()
        except FileNotFoundError as error:
            raise NotFoundError(f"'{key}' is not there any more;", cure="make the picture again.") from error

    def delete(self, key: str) -> None:
        """See `Blobs`."""
        (self.root / key).unlink(missing_ok=True)
