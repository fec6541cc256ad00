"""Where pictures come from and go to: a local folder or an S3-compatible store, behind one protocol.

`open_storage` takes a path or an ``s3://`` URL. Only the S3 side needs boto3, and only when it is opened.
"""

from __future__ import annotations

from fashion_models.pipelines.storage.base import (
    Stat,
    Storage,
    check_create_only,
    open_storage,
    split_object,
)
from fashion_models.pipelines.storage.local import LocalStorage

__all__ = ["LocalStorage", "Stat", "Storage", "check_create_only", "open_storage", "split_object"]
