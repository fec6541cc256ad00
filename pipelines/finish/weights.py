"""Weights on this machine: what there is, whose licence was accepted, and whether a byte has changed.

A bundle of weights lies in its own folder under `weights_root`, with a record (``weights.json``) of where
each file came from and its SHA-256; `verified_folder` reads every byte again before a model is loaded.
Nothing here touches the network: only `fashion_models.pipelines.finish.download` does, when it is called.
"""

from __future__ import annotations

import functools
import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from fashion_models.errors import WeightsError
from fashion_models.pipelines.finish.presets import PRESETS, Source, weights_root
from fashion_models.pipelines.shot import write_whole

RECORD, LICENCES = "weights.json", "licences.json"
#: What is fetched and loaded. Pickles (.bin, .pt, .pth, .ckpt) can run code when they are read: never.
SAFE_ENDINGS = (".safetensors", ".json", ".txt")
#: What a library might load although it was never fetched.
_LOADABLE = (".safetensors", ".json", ".bin", ".pt", ".pth", ".ckpt", ".pkl", ".py")


@dataclass(frozen=True, kw_only=True)
class Bundle:
    """Weights that are fetched together under one name.

    Attributes:
        name: As it is asked for; also its folder's name.
        about: One line in English and Chinese.
        sources: Where its parts come from.
    """

    name: str
    about: tuple[str, str]
    sources: tuple[Source, ...]

    @property
    def folder(self) -> Path:
        """Where it lies; it need not exist."""
        return weights_root() / self.name

    @property
    def gigabytes(self) -> float:
        """About how much is downloaded."""
        return sum(source.gigabytes for source in self.sources)


SEGMENTER = Bundle(
    name="segment-anything",
    about=("cuts garments out (ViT-B); chosen when it is here", "服装抠图（ViT-B）；就绪后自动启用"),
    sources=(
        Source(
            folder=".",
            hub="facebook/sam-vit-base",
            files=("config.json", "model.safetensors"),
            licence="Apache-2.0",
            gigabytes=0.38,
            revision="70c1a07f894ebb5b307fd9eaaee97b9dfc16068f",
        ),
    ),
)
JOINT_DETECTOR = Bundle(
    name="joints",
    about=(
        "finds joints in a photo (ViTPose-B), for --pose-photo",
        "照片关节检测（ViTPose-B），用于 --pose-photo",
    ),
    sources=(
        Source(
            folder=".",
            hub="usyd-community/vitpose-base-simple",
            revision="a93ac0c67e0b7e2c55287d21d4c460c8f3c54d45",
            files=("config.json", "preprocessor_config.json", "model.safetensors"),
            licence="Apache-2.0",
            gigabytes=0.34,
        ),
    ),
)
BUNDLES: Mapping[str, Bundle] = {
    preset.name: Bundle(name=preset.name, about=preset.about, sources=preset.sources)
    for preset in PRESETS.values()
} | {SEGMENTER.name: SEGMENTER, JOINT_DETECTOR.name: JOINT_DETECTOR}


def bundle_named(name: str) -> Bundle:
    """The weights of that name.

    Raises:
        WeightsError: There are none.
    """
    if name not in BUNDLES:
        raise WeightsError(f"weights '{name}' are unknown;", limit=f"known: {', '.join(BUNDLES)}.")
    return BUNDLES[name]


@dataclass(frozen=True, kw_only=True)
class Fetched:
    """One part of a bundle as it was fetched.

    Attributes:
        folder: Inside the bundle's folder.
        hub: Repository it came from.
        revision: Commit that was fetched; 'local' when it came from a folder.
        licence: The licence that was accepted.
        files: Path inside the bundle's folder to the file's SHA-256 and size [bytes].
    """

    folder: str
    hub: str
    revision: str
    licence: str
    files: Mapping[str, tuple[str, int]]


def read_record(bundle: Bundle) -> tuple[Fetched, ...] | None:
    """What was fetched; None when nothing was, or not to the end."""
    try:
        parts = json.loads((bundle.folder / RECORD).read_text())
    except (FileNotFoundError, NotADirectoryError):
        return None
    except ValueError as error:
        raise WeightsError(f"{bundle.folder / RECORD} is damaged ({error});", cure=_again(bundle)) from error
    return tuple(
        Fetched(**part | {"files": {path: (digest, size) for path, (digest, size) in part["files"].items()}})
        for part in parts
    )


def write_record(bundle: Bundle, parts: Sequence[Fetched]) -> None:
    """Keep what was fetched beside the files."""
    _write_json(bundle.folder / RECORD, [asdict(part) for part in parts])


def accepted_licences() -> dict[str, str]:
    """Repository to the licence that was accepted for it, once for all bundles."""
    try:
        kept: dict[str, str] = json.loads((weights_root() / LICENCES).read_text())
    except (FileNotFoundError, ValueError):
        return {}
    return kept


def to_accept(bundle: Bundle) -> list[Source]:
    """Parts whose licence has not been accepted yet."""
    accepted = accepted_licences()
    return [source for source in bundle.sources if accepted.get(source.hub) != source.licence]


def accept(sources: Sequence[Source]) -> None:
    """Remember that the licences of these parts were accepted."""
    weights_root().mkdir(parents=True, exist_ok=True)
    accepted = accepted_licences() | {source.hub: source.licence for source in sources}
    _write_json(weights_root() / LICENCES, accepted)


def is_here(bundle: Bundle) -> bool:
    """True when all files that were recorded are there in their size; their bytes are not read."""
    parts = read_record(bundle)
    return parts is not None and not any(
        _size(bundle.folder / path) != size for part in parts for path, (_, size) in part.files.items()
    )


def faults(bundle: Bundle) -> list[str]:
    """Read every byte: what is missing, altered, or lies there without having been fetched.

    Raises:
        WeightsError: Nothing was fetched.
    """
    parts = read_record(bundle)
    if parts is None:
        raise WeightsError(f"the weights '{bundle.name}' are not in {bundle.folder};", cure=_pull(bundle))
    found = []
    known = {path: digest for part in parts for path, (digest, _) in part.files.items()}
    for path, digest in known.items():
        file = bundle.folder / path
        if not file.is_file():
            found.append(f"{path} is missing")
        elif sha256(file) != digest:
            found.append(f"{path} is altered: its SHA-256 is not the recorded {digest[:12]}…")
    for file in sorted(bundle.folder.rglob("*")):
        path = file.relative_to(bundle.folder).as_posix()
        if file.suffix in _LOADABLE and path not in known and file.name != RECORD:
            found.append(f"{path} was not fetched and may be loaded by mistake")
    return found


def verified_folder(name: str) -> Path:
    """Folder of a bundle after every byte of it was compared with what was fetched.

    A file is read again only when it changed on disk since the last time in this process.

    Args:
        name: A name of `BUNDLES`.

    Raises:
        WeightsError: Missing, incomplete or altered; the message names the command that mends it.
    """
    bundle = bundle_named(name)
    found = faults(bundle)
    if found:
        raise WeightsError(f"the weights '{name}' cannot be used: {'; '.join(found)};", cure=_again(bundle))
    return bundle.folder


def identity(bundle: Bundle) -> str:
    """Eight characters that change with any weight, for names that stand in a picture's ID."""
    parts = read_record(bundle) or ()
    digests = sorted(digest for part in parts for digest, _ in part.files.values())
    return hashlib.sha256("".join(digests).encode()).hexdigest()[:8]


def sha256(file: Path) -> str:
    """SHA-256 of a file, hexadecimal."""
    facts = file.stat()
    return _sha256(file, facts.st_size, facts.st_mtime_ns)


@functools.lru_cache(maxsize=4096)
def _sha256(file: Path, size: int, changed_ns: int) -> str:
    del size, changed_ns  # part of the key: another size or time is another file
    with file.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def _size(file: Path) -> int | None:
    return file.stat().st_size if file.is_file() else None


def _write_json(path: Path, value: Any) -> None:
    write_whole(path, (json.dumps(value, indent=2, ensure_ascii=False) + "\n").encode())


def _pull(bundle: Bundle) -> str:
    return f"fetch them with 'fashion-models weights pull {bundle.name}'."


def _again(bundle: Bundle) -> str:
    return f"fetch what is wrong again with 'fashion-models weights pull {bundle.name}'."
