"""What a request names by id and the studio reads from a file: pose photos and identity cards."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from fashion_models.errors import NotFoundError
from fashion_models.pipelines.jobs.store import JobStore
from fashion_models.pipelines.jobs.uploads import Uploads
from fashion_models.pipelines.storage.base import Storage

#: Fields of a request that become files: an upload's id, and that of a finished item, whose report says
#: where its face is. A photo of a real person has no such report and is no identity card.
POSE_PHOTO, IDENTITY_CARD = "pose_photo", "identity_card"
_ENDINGS = {"image/jpeg": ".jpg", "image/png": ".png", "image/webp": ".webp"}


class LocalFiles:
    """Writes such files for as long as they are needed.

    Args:
        store: Items.
        uploads: Photos.
        pictures: Pictures and reports.
    """

    def __init__(self, store: JobStore, uploads: Uploads, pictures: Storage) -> None:
        self._store = store
        self._uploads = uploads
        self._pictures = pictures

    def write(self, tenant: str, request: Mapping[str, Any], folder: Path) -> dict[str, str]:
        """Write what a request names.

        Args:
            tenant: Whose request.
            request: Its fields, with ids.
            folder: Where to.

        Returns:
            The paths, by the fields that name them.

        Raises:
            NotFoundError: The tenant has no such upload or item, or the item has no picture.
            StateError: The upload has no bytes yet.
        """
        written: dict[str, str] = {}
        if request.get(POSE_PHOTO) is not None:
            upload = self._uploads.find(tenant, request[POSE_PHOTO])
            path = folder / f"pose{_ENDINGS[upload.media_type]}"
            path.write_bytes(self._uploads.data(tenant, upload.id))
            written[POSE_PHOTO] = str(path)
        if request.get(IDENTITY_CARD) is not None:
            item = request[IDENTITY_CARD]
            keys = self._store.keys(tenant, item)
            for key, name in zip(keys, ("card.png", "card.json"), strict=True):
                if key is None:
                    raise NotFoundError(f"item '{item}' has no picture;", cure="name a finished one.")
                (folder / name).write_bytes(self._pictures.get(key))
            written[IDENTITY_CARD] = str(folder / "card.png")
        return written
