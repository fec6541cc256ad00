"""How S3-compatible stores differ: one `Profile` each."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal
from urllib.parse import urlsplit

from fashion_models.errors import StorageAccessError


@dataclass(frozen=True, kw_only=True)
class Profile:
    """What one kind of store needs.

    Attributes:
        name: As given in ``?profile=``.
        hosts: Endings of the endpoints by which it is recognised.
        region: Where none is configured; None leaves it to boto3.
        addressing: Bucket in the host name, or in the path.
        checksum: Send the store an SHA-256 of each object; elsewhere the signed payload hash guards it.
        calculate: When boto3 adds and checks its own checksums.
    """

    name: str
    hosts: tuple[str, ...] = ()
    region: str | None = None
    addressing: Literal["auto", "path", "virtual"] = "path"
    checksum: bool = False
    calculate: Literal["when_supported", "when_required"] = "when_required"


PROFILES = {
    profile.name: profile
    for profile in (
        Profile(
            name="aws",
            hosts=("amazonaws.com", "amazonaws.com.cn"),
            addressing="auto",
            checksum=True,
            calculate="when_supported",
        ),
        Profile(name="r2", hosts=("r2.cloudflarestorage.com",), region="auto"),
        Profile(name="gcs", hosts=("storage.googleapis.com",), region="auto"),
        Profile(name="oss", hosts=("aliyuncs.com",), addressing="virtual"),
        Profile(name="other", region="us-east-1"),  # MinIO, Ceph, Swift and their like
    )
}


def profile_for(name: str, endpoint: str) -> Profile:
    """The profile that was asked for, or the one that the endpoint's host belongs to.

    Raises:
        StorageAccessError: No profile has that name.
    """
    if name:
        if name not in PROFILES:
            raise StorageAccessError(
                f"storage profile '{name}' is unknown;", limit=f"known: {', '.join(PROFILES)}."
            )
        return PROFILES[name]
    if not endpoint:
        return PROFILES["aws"]
    host = urlsplit(endpoint).hostname or ""
    for profile in PROFILES.values():
        if any(host == ending or host.endswith(f".{ending}") for ending in profile.hosts):
            return profile
    return PROFILES["other"]
