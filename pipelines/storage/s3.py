"""An S3-compatible bucket as a store.

Creating is a conditional PUT (``If-None-Match: *``) with a token of its own in the metadata: when an answer
is lost and boto3 repeats the request, the store says "already there", and the token tells that it was us.
"""

from __future__ import annotations

import functools
import hashlib
import os
import time
import uuid
from base64 import b64encode
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl, urlencode, urlsplit

from fashion_models.errors import (
    FashionModelsError,
    ObjectChangedError,
    ObjectMissingError,
    StorageAccessError,
    StorageError,
)
from fashion_models.pipelines.storage.base import OWNER, Stat
from fashion_models.pipelines.storage.profiles import Profile, profile_for

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

CONNECT_SECONDS = 5
#: A lost answer costs this long: with boto3's 60 s ten of them stretch 20 s of work past four minutes.
READ_SECONDS = 10
ATTEMPTS = 6
#: How often a create that met another writer in flight (409) is tried again.
CONFLICTS = 8

#: What the store calls a request that will not succeed when repeated, and what the user can do.
_REFUSALS = {
    "NoSuchBucket": "create the bucket, or mend its name.",
    "AccessDenied": "give these credentials the right to list, read and write below this prefix.",
    "AllAccessDisabled": "give these credentials the right to list, read and write below this prefix.",
    "InvalidAccessKeyId": "check the access key and the endpoint.",
    "SignatureDoesNotMatch": "check the secret key, the region and the endpoint.",
    "RequestTimeTooSkewed": "set this machine's clock.",
    "PermanentRedirect": "give the bucket's own region with ?region=…",
    "AuthorizationHeaderMalformed": "give the bucket's own region with ?region=…",
    "403": "give these credentials the right to list, read and write below this prefix.",
}


class S3Storage:
    """Objects below ``s3://bucket/prefix``."""

    def __init__(
        self, bucket: str, prefix: str = "", *, profile: Profile, endpoint: str = "", region: str = ""
    ) -> None:
        self.bucket = bucket
        self.prefix = f"{prefix.strip('/')}/" if prefix.strip("/") else ""
        self.profile = profile
        self.endpoint = endpoint
        self.region = region

    @classmethod
    def from_url(cls, url: str) -> S3Storage:
        """Open ``s3://bucket/prefix?endpoint=…&profile=…&region=…``.

        Raises:
            StorageAccessError: The URL names no bucket, or a setting that is unknown.
        """
        parts = urlsplit(url)
        settings = dict(parse_qsl(parts.query))
        unknown = set(settings) - {"endpoint", "profile", "region"}
        if not parts.netloc or unknown:
            raise StorageAccessError(
                f"'{url}' is not understood" + (f" ({', '.join(sorted(unknown))});" if unknown else ";"),
                cure="write s3://BUCKET/PREFIX, optionally with ?endpoint=…&profile=…&region=…",
            )
        endpoint = settings.get("endpoint") or _endpoint_of_environment()
        profile = profile_for(settings.get("profile", ""), endpoint)
        region = settings.get("region", "")
        return cls(parts.netloc, parts.path, profile=profile, endpoint=endpoint, region=region)

    @property
    def url(self) -> str:
        """What `open_storage` takes; holds no credentials."""
        given = {"endpoint": self.endpoint, "region": self.region}
        if profile_for("", self.endpoint) is not self.profile:
            given["profile"] = self.profile.name
        settings = urlencode({name: value for name, value in given.items() if value}, safe=":/")
        return f"s3://{self.bucket}/{self.prefix}".rstrip("/") + (f"?{settings}" if settings else "")

    @property
    def client(self) -> S3Client:
        """The process's client for this endpoint."""
        return _client(self.profile, self.endpoint, self.region)

    def get(self, key: str, *, etag: str = "") -> bytes:
        """See `Storage.get`; content that does not match its recorded SHA-256 is refused."""
        try:
            answer = self.client.get_object(Bucket=self.bucket, Key=self.prefix + key)
            data = answer["Body"].read()
        except Exception as error:
            raise self._translated(error, key) from error
        if etag and etag != answer["ETag"].strip('"'):
            raise ObjectChangedError(
                f"'{self._name(key)}' was changed since it was listed;", cure="plan the job again."
            )
        recorded = answer["Metadata"].get("sha256")
        if recorded and recorded != hashlib.sha256(data).hexdigest():
            raise StorageError(f"'{self._name(key)}' arrived damaged;", cure="run the same again.")
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
        """See `Storage.put`; the SHA-256 is kept in the metadata."""
        sha256 = hashlib.sha256(data)
        token = uuid.uuid4().hex
        known = {**(metadata or {}), "sha256": sha256.hexdigest()}
        request: dict[str, Any] = {"ContentType": content_type, "Metadata": known}
        if create_only:
            request |= {"IfNoneMatch": "*", "Metadata": {**known, OWNER: token}}
        if cache_control:
            request["CacheControl"] = cache_control
        if self.profile.checksum:
            request["ChecksumSHA256"] = b64encode(sha256.digest()).decode()
        for attempt in range(CONFLICTS):
            try:
                written = self.client.put_object(
                    Bucket=self.bucket, Key=self.prefix + key, Body=data, **request
                )
            except Exception as error:
                status = _status(error)
                if create_only and status == 412:
                    return self._tag_if_ours(key, token)
                if create_only and status == 409:
                    time.sleep(0.05 * 2**attempt)
                    continue
                raise self._translated(error, key) from error
            return written["ETag"].strip('"')
        raise StorageError(f"'{self._name(key)}' stayed in conflict with other writers;")

    def head(self, key: str) -> Stat | None:
        """See `Storage.head`."""
        try:
            answer = self.client.head_object(Bucket=self.bucket, Key=self.prefix + key)
        except Exception as error:
            if _status(error) == 404 and _code(error) != "NoSuchBucket":
                return None
            raise self._translated(error, key) from error
        return Stat(
            key=key,
            size=answer["ContentLength"],
            etag=answer["ETag"].strip('"'),
            modified=answer["LastModified"].timestamp(),
            metadata=answer["Metadata"],
        )

    def list(self, prefix: str = "") -> Iterator[Stat]:
        """See `Storage.list`; a page of 1,000 at a time."""
        pages = self.client.get_paginator("list_objects_v2").paginate(
            Bucket=self.bucket, Prefix=self.prefix + prefix
        )
        try:
            for page in pages:
                for found in page.get("Contents", []):
                    yield Stat(
                        key=found["Key"].removeprefix(self.prefix),
                        size=found["Size"],
                        etag=found["ETag"].strip('"'),
                        modified=found["LastModified"].timestamp(),
                    )
        except Exception as error:
            raise self._translated(error, prefix) from error

    def delete(self, key: str) -> None:
        """See `Storage.delete`."""
        try:
            self.client.delete_object(Bucket=self.bucket, Key=self.prefix + key)
        except Exception as error:
            if _status(error) != 404:
                raise self._translated(error, key) from error

    def presigned_get(self, key: str, seconds: int, *, filename: str = "") -> str | None:
        """See `Storage.presigned_get`; ``filename`` makes a browser save it under that name."""
        wanted = {"Bucket": self.bucket, "Key": self.prefix + key}
        if filename:
            wanted["ResponseContentDisposition"] = f'attachment; filename="{filename}"'
        return self.client.generate_presigned_url("get_object", Params=wanted, ExpiresIn=seconds)

    def presigned_put(self, key: str, seconds: int, *, content_type: str) -> str | None:
        """See `Storage.presigned_put`; the sender must give the same media type."""
        wanted = {"Bucket": self.bucket, "Key": self.prefix + key, "ContentType": content_type}
        return self.client.generate_presigned_url("put_object", Params=wanted, ExpiresIn=seconds)

    def _tag_if_ours(self, key: str, token: str) -> str:
        found = self.head(key)
        return found.etag if found is not None and found.metadata.get(OWNER) == token else ""

    def _name(self, key: str) -> str:
        return f"s3://{self.bucket}/{self.prefix}{key}"

    def _translated(self, error: Exception, key: str) -> FashionModelsError:
        """One of ours for whatever boto3 raised."""
        from botocore.exceptions import (
            BotoCoreError,
            ClientError,
            NoCredentialsError,
            ParamValidationError,
            PartialCredentialsError,
        )

        if isinstance(error, FashionModelsError):
            return error
        name, code = self._name(key), _code(error)
        if isinstance(error, NoCredentialsError | PartialCredentialsError):
            return StorageAccessError(
                f"no credentials for '{name}';", cure="set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY."
            )
        if isinstance(error, ParamValidationError):
            return StorageAccessError(f"'{name}' is no name for an object: {error}")
        if code in _REFUSALS:
            return StorageAccessError(f"'{name}' was refused ({code});", cure=_REFUSALS[code])
        if isinstance(error, ClientError) and _status(error) == 404:
            return ObjectMissingError(f"'{name}' is not there.")
        if isinstance(error, BotoCoreError | ClientError | OSError):
            return StorageError(
                f"'{name}' failed after {ATTEMPTS} attempts: {error};", cure="run the same again."
            )
        raise error


def _code(error: Exception) -> str:
    response = getattr(error, "response", None) or {}
    return str(response.get("Error", {}).get("Code", ""))


def _status(error: Exception) -> int:
    response = getattr(error, "response", None) or {}
    return int(response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0))


def _endpoint_of_environment() -> str:
    return os.environ.get("AWS_ENDPOINT_URL_S3") or os.environ.get("AWS_ENDPOINT_URL") or ""


@functools.cache
def _client(profile: Profile, endpoint: str, region: str) -> S3Client:
    try:
        import boto3
        from botocore.config import Config
    except ImportError as error:
        raise StorageAccessError(
            "s3:// needs boto3, which is not installed;", cure="pip install 'fashion-models[s3]'."
        ) from error
    session = boto3.session.Session()
    return session.client(
        "s3",
        endpoint_url=endpoint or None,
        region_name=region or session.region_name or profile.region,
        config=Config(
            signature_version="s3v4",
            connect_timeout=CONNECT_SECONDS,
            read_timeout=READ_SECONDS,
            retries={"mode": "standard", "total_max_attempts": ATTEMPTS},
            max_pool_connections=32,
            request_checksum_calculation=profile.calculate,
            response_checksum_validation=profile.calculate,
            s3={"addressing_style": profile.addressing, "payload_signing_enabled": True},
        ),
    )
