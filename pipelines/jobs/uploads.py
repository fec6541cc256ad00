"""Garment photos that were handed in: read once at the door, so that no job starts with a bad one."""

from __future__ import annotations

import io
import secrets
import time

import sqlalchemy as sa

from fashion_models.errors import NotFoundError, StateError
from fashion_models.photo import GarmentPhoto, decode_photo
from fashion_models.pipelines.jobs.model import Upload
from fashion_models.pipelines.jobs.tables import Database, uploads
from fashion_models.pipelines.storage.base import Storage

_MEDIA_TYPES = {"JPEG": "image/jpeg", "PNG": "image/png", "WEBP": "image/webp"}


class Uploads:
    """Photos of all tenants.

    Args:
        database: Where they are listed.
        pictures: Where their bytes are.
    """

    def __init__(self, database: Database, pictures: Storage) -> None:
        self._database = database
        self._pictures = pictures

    def promise(self, tenant: str, name: str) -> str:
        """Make room for a photo that comes later, by `fill`; gives its id."""
        upload_id = f"up_{secrets.token_hex(10)}"
        with self._database.write() as connection:
            connection.execute(
                uploads.insert().values(
                    id=upload_id, tenant=tenant, state="promised", name=name, created=time.time()
                )
            )
        return upload_id

    def fill(self, tenant: str, upload_id: str, data: bytes) -> Upload:
        """Keep the bytes of a promised photo, once.

        Raises:
            PhotoError: They are no photo that can be read.
            StateError: It was filled before.
            NotFoundError: It was not promised.
        """
        name = str(self._row(tenant, upload_id)["name"])
        values = _described(data, name)
        self._pictures.put(_key(tenant, upload_id), data, content_type=str(values["media_type"]))
        with self._database.write() as connection:
            row = (
                connection.execute(
                    uploads.update()
                    .where(
                        uploads.c.id == upload_id, uploads.c.tenant == tenant, uploads.c.state == "promised"
                    )
                    .values(state="stored", **values)
                    .returning(*uploads.c)
                )
                .mappings()
                .one_or_none()
            )
        if row is None:
            raise StateError(f"upload '{upload_id}' was used before;", cure="ask for a new one.")
        return _upload(row)

    def find(self, tenant: str, upload_id: str) -> Upload:
        """A photo that is there.

        Raises:
            NotFoundError: The tenant has no such photo.
            StateError: Its bytes have not come yet.
        """
        row = self._row(tenant, upload_id)
        if row["state"] != "stored":
            raise StateError(f"upload '{upload_id}' has no bytes yet;", cure="send them to its URL first.")
        return _upload(row)

    def data(self, tenant: str, upload_id: str) -> bytes:
        """A photo's bytes.

        Raises:
            NotFoundError: The tenant has no such photo.
            StateError: Its bytes have not come yet.
        """
        self.find(tenant, upload_id)
        return self._pictures.get(_key(tenant, upload_id))

    def photo(self, tenant: str, upload_id: str) -> GarmentPhoto:
        """A photo, decoded.

        Raises:
            NotFoundError: The tenant has no such photo.
            StateError: Its bytes have not come yet.
        """
        return decode_photo(self.data(tenant, upload_id), self.find(tenant, upload_id).name)

    def _row(self, tenant: str, upload_id: str) -> sa.RowMapping:
        query = uploads.select().where(uploads.c.id == upload_id, uploads.c.tenant == tenant)
        with self._database.read() as connection:
            row = connection.execute(query).mappings().one_or_none()
        if row is None:
            raise NotFoundError(f"there is no upload '{upload_id}';", cure="hand the photo in again.")
        return row


def _described(data: bytes, name: str) -> dict[str, str | int]:
    """What the bytes are, after proof that they can be read."""
    from PIL import Image

    photo = decode_photo(data, name)
    with Image.open(io.BytesIO(data), formats=list(_MEDIA_TYPES)) as picture:
        kind = str(picture.format)
    return {
        "name": photo.name,
        "digest": photo.digest,
        "media_type": _MEDIA_TYPES[kind],
        "width": photo.rgb.shape[1],
        "height": photo.rgb.shape[0],
    }


def _upload(row: sa.RowMapping) -> Upload:
    return Upload(**{name: row[name] for name in Upload.__dataclass_fields__})


def _key(tenant: str, upload_id: str) -> str:
    return f"{tenant}/photos/{upload_id}"
