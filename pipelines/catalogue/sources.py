"""Read a garment photo from wherever the product list says it is."""

from __future__ import annotations

import functools
import hashlib
import urllib.error
import urllib.request

from fashion_models.errors import ObjectChangedError, ObjectMissingError, PhotoError, StageError
from fashion_models.photo import MAX_BYTES
from fashion_models.pipelines.catalogue.model import Source
from fashion_models.pipelines.storage import Storage, open_storage, split_object

#: A web address that does not answer within this is given up [s].
WEB_SECONDS = 20


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
        data = _download(source.uri)
    else:
        store, key = split_object(source.uri)
        data = _store(store).get(key, etag=source.etag)
    if source.sha256 and hashlib.sha256(data).hexdigest() != source.sha256:
        raise ObjectChangedError(
            f"'{source.uri}' was changed since it was listed;", cure="plan the job again."
        )
    return data


@functools.lru_cache(maxsize=64)
def _store(url: str) -> Storage:
    return open_storage(url)


def _download(address: str) -> bytes:
    request = urllib.request.Request(address, headers={"User-Agent": "fashion-models"})
    try:
        with urllib.request.urlopen(request, timeout=WEB_SECONDS) as answer:
            data: bytes = answer.read(MAX_BYTES + 1)
    except urllib.error.HTTPError as error:
        kind = StageError if error.code >= 500 or error.code == 429 else ObjectMissingError
        raise kind(f"'{address}' answers {error.code} {error.reason};", cure="check the address.") from error
    except (OSError, ValueError) as error:
        raise StageError(f"'{address}' does not answer: {error};", cure="check the address.") from error
    if len(data) > MAX_BYTES:
        raise PhotoError(
            f"'{address}' has more than {MAX_BYTES // 10**6} MB.", cure="Save it smaller or as a JPEG."
        )
    return data
