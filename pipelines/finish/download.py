"""Fetch weights: `pull`. Nothing else in this package uses the network, and this only when it is called.

Each file is written to a part beside its place, hashed, compared with what is declared, and moved into place;
a part that an interrupted download left is gone on with.
"""

from __future__ import annotations

import fnmatch
import hashlib
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from fashion_models.errors import WeightsError
from fashion_models.pipelines.finish.origins import LOCAL, Origin, Remote, Tell
from fashion_models.pipelines.finish.presets import Source
from fashion_models.pipelines.finish.weights import (
    BUNDLES,
    SAFE_ENDINGS,
    Bundle,
    Fetched,
    accept,
    read_record,
    sha256,
    to_accept,
    write_record,
)
from fashion_models.pipelines.stages import Progress

#: A source, the commit of it and the files that are wanted.
_Choice = tuple[Source, str, list[Remote]]


def pull(
    bundle: Bundle, origin: Origin, *, accepted: bool = False, progress: Progress | None = None
) -> tuple[Fetched, ...]:
    """Fetch what is missing of a bundle and record it.

    What was fetched before stays at its commit: to move on, delete the bundle's folder first.

    Args:
        bundle: What to fetch.
        origin: `Hub` or `Folder`.
        accepted: The user accepts the licences that were not accepted before.
        progress: Called with the file and the share of all bytes that is here.

    Returns:
        What is here now.

    Raises:
        WeightsError: A licence is not accepted; a file is missing, a pickle, or not what was declared; the
            hub cannot be reached; the disk is too small.
    """
    unaccepted = to_accept(bundle)
    if unaccepted and not accepted:
        listed = ", ".join(f"{source.hub} ({source.licence}, {source.card})" for source in unaccepted)
        raise WeightsError(
            f"not accepted yet: the licence of {listed};",
            cure="read it, then repeat the command with --accept-licence.",
        )
    before = {part.hub: part.revision for part in read_record(bundle) or () if part.revision != LOCAL}
    choices: list[_Choice] = []
    for source in bundle.sources:
        revision, files = origin.listing(source, source.revision or before.get(source.hub))
        choices.append((source, revision, _wanted(source, files)))
    _check_room(bundle, choices)
    accept(unaccepted)
    meter = _Meter(sum(remote.size for _, _, files in choices for remote in files), progress)
    parts = tuple(_fetch(bundle, origin, choice, meter) for choice in choices)
    write_record(bundle, parts)
    return parts


def _fetch(bundle: Bundle, origin: Origin, choice: _Choice, meter: _Meter) -> Fetched:
    source, revision, files = choice
    kept = {}
    for remote in files:
        path = (Path(source.folder) / remote.path).as_posix()
        with meter.file(remote) as tell:
            digest = _have(bundle.folder / path, origin, source, revision, remote, tell)
        kept[path] = (digest, remote.size)
    return Fetched(
        folder=source.folder, hub=source.hub, revision=revision, licence=source.licence, files=kept
    )


def _wanted(source: Source, files: list[Remote]) -> list[Remote]:
    """The files that a source's patterns ask for.

    Raises:
        WeightsError: One is missing, or is of a kind that is never read.
    """
    found: dict[str, Remote] = {}
    for pattern in source.files:
        matches = [file for file in files if _matches(file.path, pattern)]
        if not matches and ("*" not in pattern or pattern.endswith(".safetensors")):
            raise WeightsError(
                f"{source.hub} has no {pattern};",
                cure=f"see what it has at {source.card}, or take the weights from a folder with --from.",
            )
        found |= {file.path: file for file in matches}
    unsafe = [path for path in found if not path.endswith(SAFE_ENDINGS)]
    if unsafe:
        raise WeightsError(
            f"{source.hub} offers {', '.join(unsafe)};",
            limit=f"only {', '.join(SAFE_ENDINGS)} are fetched: reading a pickle can run code.",
        )
    return list(found.values())


def _matches(path: str, pattern: str) -> bool:
    """Shell pattern, folder by folder: ``*`` does not cross a slash."""
    names, patterns = path.split("/"), pattern.split("/")
    return len(names) == len(patterns) and all(map(fnmatch.fnmatchcase, names, patterns))


def _check_room(bundle: Bundle, choices: list[_Choice]) -> None:
    folder = bundle.folder
    folder.mkdir(parents=True, exist_ok=True)
    missing = [
        remote.size
        for source, _, files in choices
        for remote in files
        if not (folder / source.folder / remote.path).exists()
    ]
    free = shutil.disk_usage(folder).free
    if sum(missing) > free:
        raise WeightsError(
            f"{sum(missing) / 1e9:.1f} GB are to be fetched into {folder};",
            limit=f"{free / 1e9:.1f} GB are free;",
            cure="free some space or move the folder with FASHION_MODELS_WEIGHTS.",
        )


def _have(target: Path, origin: Origin, source: Source, revision: str, remote: Remote, tell: Tell) -> str:
    """Make sure that a file is there and is what was declared; gives its SHA-256."""
    if target.is_file() and _is_declared(target, remote) and remote.sha256 is not None:
        return remote.sha256
    target.parent.mkdir(parents=True, exist_ok=True)
    twin = _twin(remote)
    if twin is not None:
        _link(twin, target)
        return sha256(target)
    mark = (remote.sha256 or remote.git or revision)[:16]
    part = target.with_name(f".{target.name}.{mark}.part")
    origin.fetch(source, revision, remote, part, tell)
    if not _is_declared(part, remote):
        part.unlink()
        raise WeightsError(
            f"{remote.path} of {source.hub} is not the file that was declared (its digest differs);",
            cure="it was deleted: repeat the command, or use another mirror (HF_ENDPOINT).",
        )
    if target.suffix == ".safetensors":
        _check_safetensors(part, remote, source)
    part.replace(target)
    return sha256(target)


def _is_declared(file: Path, remote: Remote) -> bool:
    """True when size and digest are the declared ones."""
    if file.stat().st_size != remote.size:
        return False
    if remote.sha256 is not None:
        return sha256(file) == remote.sha256
    return remote.git is None or _git_digest(file) == remote.git


def _git_digest(file: Path) -> str:
    """Git's name for a file's bytes (SHA-1 with a header)."""
    data = file.read_bytes()
    return hashlib.sha1(f"blob {len(data)}\0".encode() + data, usedforsecurity=False).hexdigest()


def _check_safetensors(part: Path, remote: Remote, source: Source) -> None:
    from safetensors import SafetensorError, safe_open

    try:
        with safe_open(part, framework="np"):
            pass
    except SafetensorError as error:
        part.unlink()
        raise WeightsError(
            f"{remote.path} of {source.hub} is no safetensors file ({error});",
            limit="a pickle under another name is never read;",
            cure="it was deleted: use another mirror (HF_ENDPOINT) or tell its owner.",
        ) from error


def _twin(remote: Remote) -> Path | None:
    """The same file in another bundle: presets share their base."""
    if remote.sha256 is None:
        return None
    for bundle in BUNDLES.values():
        for part in read_record(bundle) or ():
            for path, (digest, _) in part.files.items():
                file = bundle.folder / path
                if digest == remote.sha256 and file.is_file() and _is_declared(file, remote):
                    return file
    return None


def _link(twin: Path, target: Path) -> None:
    """The same bytes under a second name, without a second copy where the disk can do that."""
    target.unlink(missing_ok=True)
    try:
        os.link(twin, target)
    except OSError:
        shutil.copyfile(twin, target)


class _Meter:
    """Adds up the bytes of all files."""

    def __init__(self, total: int, progress: Progress | None) -> None:
        self.total, self.progress, self.done = max(total, 1), progress, 0

    @contextmanager
    def file(self, remote: Remote) -> Iterator[Tell]:
        def tell(size: int) -> None:
            if self.progress is not None:
                self.progress(remote.path, min(1.0, (self.done + size) / self.total))

        tell(0)
        yield tell
        tell(remote.size)
        self.done += remote.size
