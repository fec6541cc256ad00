"""A content-addressed cache outside the tree: what was computed once from the same inputs is read back.

Entries are NumPy archives (no pickles), written to a temporary name and moved into place, so a reader
never sees half an entry and two writers do no harm. ``FASHION_MODELS_CACHE`` moves the folder.
"""

from __future__ import annotations

import functools
import hashlib
import json
import os
import tempfile
import zipfile
from collections.abc import Callable, Mapping
from dataclasses import asdict, is_dataclass
from pathlib import Path
from typing import Any

import numpy as np

Arrays = dict[str, np.ndarray[Any, Any]]

#: Raise when a stage's arithmetic changes: entries of older code are then not read any more.
REVISION = 51

#: Packages whose release changes what is kept.
_MAKERS = ("anny", "newton", "warp-lang")


def cache_root() -> Path:
    """Folder of all cached results."""
    given = os.environ.get("FASHION_MODELS_CACHE")
    if given:
        return Path(given)
    return Path(os.environ.get("XDG_CACHE_HOME", Path.home() / ".cache")) / "fashion-models"


def digest(*parts: object) -> str:
    """Hexadecimal SHA-256 of any mix of bytes, arrays, dataclasses and JSON-like values.

    Two values that compare equal as JSON have the same digest; a change of any leaf changes it.
    """
    h = hashlib.sha256()
    for part in parts:
        h.update(_canonical(part))
        h.update(b"\x00")
    return h.hexdigest()


def _canonical(part: object) -> bytes:
    if isinstance(part, bytes):
        return b"b" + hashlib.sha256(part).digest()
    if isinstance(part, np.ndarray):
        head = f"a{part.dtype.str}{part.shape}".encode()
        return head + hashlib.sha256(np.ascontiguousarray(part).tobytes()).digest()
    return b"j" + json.dumps(part, sort_keys=True, ensure_ascii=False, default=_plain).encode()


def _plain(value: object) -> object:
    if is_dataclass(value) and not isinstance(value, type):
        return asdict(value)
    if isinstance(value, np.ndarray):
        return _canonical(value).hex()
    if isinstance(value, np.generic):
        return value.item()
    if isinstance(value, Path):
        return str(value)
    if isinstance(value, Mapping):
        return dict(value)
    raise TypeError(f"no digest for {type(value).__name__}")


def remember(kind: str, key: object, build: Callable[[], Arrays]) -> Arrays:
    """Read the arrays stored for ``key``, or build and store them.

    Args:
        kind: Folder name, one per stage.
        key: Anything `digest` takes; must name every input of ``build``.
        build: Called on a miss.

    Returns:
        Name to array.
    """
    path = cache_root() / kind / f"{digest(_age(), key)}.npz"
    try:
        with path.open("rb") as stream, np.load(stream, allow_pickle=False) as archive:
            return {name: archive[name] for name in archive.files}
    except (OSError, EOFError, ValueError, zipfile.BadZipFile):
        pass  # not there, or damaged: built again
    arrays = build()
    _store(path, arrays)
    return arrays


@functools.cache
def _age() -> str:
    """What every entry's key begins with: an entry of older code is not read any more."""
    from importlib.metadata import version

    return digest(REVISION, [version(package) for package in _MAKERS])


def _store(path: Path, arrays: Arrays) -> None:
    """Write an entry; a full or read-only disk costs the cache, never the result."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, temporary = tempfile.mkstemp(dir=path.parent, suffix=".part")
    except OSError:
        return
    try:
        with os.fdopen(handle, "wb") as stream:
            np.savez(stream, allow_pickle=False, **arrays)
        Path(temporary).replace(path)
    except OSError:
        Path(temporary).unlink(missing_ok=True)
