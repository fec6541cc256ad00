"""Where files from outside arrive before they become a catalogue: `Tray`. Nothing leads out of its folder."""

from __future__ import annotations

import shutil
import zipfile
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path, PurePosixPath
from typing import IO

from fashion_models.errors import ManifestError
from fashion_models.photo import MAX_BYTES
from fashion_models.pipelines.catalogue.inputs import Input, open_input
from fashion_models.pipelines.catalogue.products import Problem, Product

#: Most files of one catalogue, and their size together [bytes].
MAX_FILES, MAX_TOTAL = 5_000, 2_000_000_000
#: Largest file that arrives in one piece, such as a zip of photos [bytes].
MAX_PIECE = 200_000_000
#: Endings of product lists, and of what is taken besides: photos, zips of all that, recipes.
LISTS = (".csv", ".tsv", ".txt", ".xml", ".json", ".jsonl", ".ndjson", ".parquet")
PHOTOS, RECIPES = (".jpg", ".jpeg", ".png", ".webp"), (".yaml", ".yml")

_RECIPE = "recipe.yaml"
_COPY = 1 << 20


class Tray:
    """A folder that takes product lists, photos, zips and a recipe.

    Args:
        folder: Made when something arrives.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._products = folder / "products"

    @property
    def files(self) -> dict[str, int]:
        """Sizes of the files that arrived [bytes], by their names in the tray."""
        found = sorted(path for path in self._products.rglob("*") if path.is_file())
        return {path.relative_to(self._products).as_posix(): path.stat().st_size for path in found}

    @property
    def recipe(self) -> bytes | None:
        """The recipe that arrived."""
        path = self._folder / _RECIPE
        return path.read_bytes() if path.is_file() else None

    def take(self, name: str, file: Path) -> None:
        """Take a file; a zip is unpacked, a newer file replaces an older one of the same name.

        Args:
            name: As its owner calls it.
            file: Where it is; it is left there.

        Raises:
            ManifestError: It is of no kind that is taken, too large, or a zip that is torn or leads away.
        """
        ending = PurePosixPath(name).suffix.lower()
        if file.stat().st_size > MAX_PIECE:
            raise ManifestError(f"'{name}' is too large;", limit=f"at most {MAX_PIECE // 10**6} MB a piece.")
        if ending in RECIPES:
            self._folder.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(file, self._folder / _RECIPE)
        elif ending == ".zip":
            self._unpack(name, file)
        else:
            with file.open("rb") as stream:
                self._keep(name, stream, sum(self.files.values()))

    def empty(self) -> None:
        """Throw everything away."""
        shutil.rmtree(self._folder, ignore_errors=True)

    def moved(self, folder: Path) -> Tray:
        """Put everything elsewhere; this tray is empty then."""
        folder.parent.mkdir(parents=True, exist_ok=True)
        self._folder.rename(folder)
        return Tray(folder)

    def source(self) -> str:
        """The product list, or the folder of photos where there is none.

        Raises:
            ManifestError: There is nothing, or there are two lists.
        """
        files = list(self.files)
        lists = [name for name in files if name.lower().endswith(LISTS)]
        lists = [name for name in lists if not name.lower().endswith(".txt")] or lists  # README.txt
        if not files:
            raise ManifestError(
                "no product has arrived;", cure="drop a product list, photos, or a zip of both."
            )
        if len(lists) > 1:
            raise ManifestError(
                f"there are two product lists, '{lists[0]}' and '{lists[1]}';", cure="keep one."
            )
        return str(self._products / lists[0] if lists else self._products)

    def _unpack(self, name: str, file: Path) -> None:
        total = sum(self.files.values())
        try:
            with zipfile.ZipFile(file) as archive:
                for entry in _wanted(archive):
                    with archive.open(entry) as stream:
                        total = self._keep(entry.filename, stream, total)
        except (
            zipfile.BadZipFile,
            EOFError,
            NotImplementedError,
            RuntimeError,
            zipfile.LargeZipFile,
        ) as error:
            raise ManifestError(f"'{name}' cannot be unpacked ({error});", cure="pack it again.") from error

    def _keep(self, name: str, stream: IO[bytes], total: int) -> int:
        """Write one file while counting what it really holds; gives the new total."""
        path = self._products / _safe(name)
        if not path.is_file() and len(self.files) >= MAX_FILES:
            raise ManifestError("there are too many files;", limit=f"at most {MAX_FILES} in one catalogue.")
        before = path.stat().st_size if path.is_file() else 0
        path.parent.mkdir(parents=True, exist_ok=True)
        size = 0
        try:
            with path.open("wb") as out:
                while piece := stream.read(_COPY):
                    size += len(piece)
                    _check_size(name, size, total - before + size)
                    out.write(piece)
        except ManifestError:
            path.unlink()
            raise
        return total - before + size


def confined(source: Input, folder: Path) -> Input:
    """The input, reading nothing but the web and what lies in a folder: a stranger's list is not trusted.

    Raises:
        ManifestError: It is a list of what lies in somebody's bucket.
    """
    if source.reading.kind == "S3 Inventory":
        raise ManifestError(
            "an S3 inventory is read by the command line alone;", cure="drop photos or a list."
        )

    def garments() -> Iterator[Product | Problem]:
        for garment in source.garments():
            found = () if isinstance(garment, Problem) else (garment.photo, garment.back_photo)
            strange = next((one.uri for one in found if one and not _allowed(one.uri, folder)), None)
            if isinstance(garment, Problem) or strange is None:
                yield garment
            else:
                message = f"'{strange}' is not read for you; put the picture beside the list or on the web."
                yield Problem(row=garment.row, sku=garment.name, reason="unreachable", message=message)

    return replace(source, garments=garments)


def open_tray(tray: Tray) -> Input:
    """What arrived, recognised.

    Raises:
        ManifestError: It is of no known kind, or there is nothing.
    """
    where = tray.source()
    return confined(open_input(where), Path(where) if Path(where).is_dir() else Path(where).parent)


def _allowed(uri: str, folder: Path) -> bool:
    if uri.startswith(("http://", "https://")):
        return True
    return "://" not in uri and Path(uri).resolve().is_relative_to(folder.resolve())


def _wanted(archive: zipfile.ZipFile) -> list[zipfile.ZipInfo]:
    """A zip's files without folders, what systems leave behind, and what is no list or photo."""
    return [
        entry
        for entry in archive.infolist()
        if not entry.is_dir()
        and not any(part.startswith((".", "__MACOSX")) and part != ".." for part in entry.filename.split("/"))
        and PurePosixPath(entry.filename).suffix.lower() in (*LISTS, *PHOTOS)
    ]


def _safe(name: str) -> str:
    """A file's name below the tray.

    Raises:
        ManifestError: It is of no kind that is taken, or leads elsewhere.
    """
    parts = name.split("/")
    sound = all(part and not part.startswith(".") and len(part.encode()) <= 200 for part in parts)
    if not sound or len(parts) > 8 or "\\" in name or not name.isprintable():
        raise ManifestError(
            f"'{name[:100]}' is no name for a file here;", cure="use plain names and folders."
        )
    if PurePosixPath(name).suffix.lower() not in (*LISTS, *PHOTOS):
        known = ", ".join((*LISTS, *PHOTOS, *RECIPES, ".zip"))
        raise ManifestError(f"'{name}' is neither a product list nor a photo;", limit=f"taken are {known}.")
    return name


def _check_size(name: str, size: int, total: int) -> None:
    photo = name.lower().endswith(PHOTOS)
    if photo and size > MAX_BYTES:
        raise ManifestError(f"'{name}' is too large;", limit=f"photos have at most {MAX_BYTES // 10**6} MB.")
    if size > MAX_PIECE or total > MAX_TOTAL:
        raise ManifestError(
            f"'{name}' does not fit;", limit=f"at most {MAX_TOTAL // 10**9} GB in one catalogue."
        )
