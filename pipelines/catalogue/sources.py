"""Read a garment photo from wherever the product list says it is."""

from __future__ import annotations

import functools
import hashlib

from fashion_models.errors import ObjectChangedError
from fashion_models.pipelines.catalogue.model import Source
from fashion_models.pipelines.catalogue.web import fetch
from fashion_models.pipelines.storage import Storage, open_storage, split_object


@functools.lru_cache(maxsize=4)  # the looks of one garment follow each other
def read_source(source: Source) -> bytes:
    """The photo's bytes.

    Raises:
        ObjectMissingError: It is not there.
        ObjectChangedError: It is not what it was when the job was planned.
        PhotoError: It is too large to be a photo.
        StorageAccessError: It may not be read.
        StorageError: Its store does not answer.
        StageError: Its web server does not answer.
    """
    if source.uri.startswith(("http://", "https://")):
        found = fetch(source.uri)
        if source.etag and found.etag and found.etag != source.etag:
            raise _changed(source)
        data = found.data
    else:
        store, key = split_object(source.uri)
        data = _store(store).get(key, etag=source.etag)
    if source.sha256 and hashlib.sha256(data).hexdigest() != source.sha256:
        raise _changed(source)
    return data


def _changed(source: Source) -> ObjectChangedError:
    return ObjectChangedError(f"'{source.uri}' was changed since it was listed;", cure="plan the job again.")


@functools.lru_cache(maxsize=64)
def _store(url: str) -> Storage:
    return open_storage(url)
