"""The result of a plan: `Shot`, and how it is written."""

from __future__ import annotations

import io
import json
import os
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from fashion_models.arrays import U8
from fashion_models.errors import OutputError, StageError
from fashion_models.pipelines.label import COMPOSITE_SYNTHETIC, COMPOSITE_TRAINED, xmp_packet
from fashion_models.plan import ShotPlan
from fashion_models.studio.model import Draft


@dataclass(frozen=True, kw_only=True, eq=False)
class Shot:
    """A finished picture with its report.

    Attributes:
        plan: What was made.
        draft: The picture, finished where a finisher was asked for, and the draft's aligned maps.
        report: The report as JSON-ready values.
        stem: File name without ending, NAME-VIEW-PLAN8.
    """

    plan: ShotPlan
    draft: Draft
    report: Mapping[str, Any]
    stem: str

    @property
    def passed(self) -> bool:
        """True when every check passed."""
        return bool(self.report["passed"])

    def save(self, folder: str | Path) -> Path:
        """Write the picture and its report.

        Args:
            folder: Made if it is not there.

        Returns:
            The picture's path; the report has the same name with the ending .json.

        Raises:
            OutputError: The folder cannot be written.
            StageError: The disk is full; neither of the two stays behind.
        """
        picture = check_folder(folder) / f"{self.stem}.png"
        text = json.dumps(self.report, indent=2, ensure_ascii=False) + "\n"
        write_together({picture.with_suffix(".json"): text.encode(), picture: self.png()})
        return picture

    @property
    def source_type(self) -> str:
        """IPTC term for how the picture was made."""
        return COMPOSITE_SYNTHETIC if self.report["finisher"] in ("none", "refused") else COMPOSITE_TRAINED

    def png(self) -> bytes:
        """The picture as labelled PNG bytes."""
        return png_bytes(self.draft.display, source_type=self.source_type)


def png_bytes(picture: U8, *, source_type: str = COMPOSITE_SYNTHETIC) -> bytes:
    """A picture (H, W, 3) as PNG, labelled as synthetic (IPTC in XMP)."""
    from PIL import Image, PngImagePlugin

    info = PngImagePlugin.PngInfo()
    info.add_itxt("XML:com.adobe.xmp", xmp_packet(source_type))
    info.add_text("Software", "fashion-models")
    buffer = io.BytesIO()
    Image.fromarray(picture).save(buffer, "PNG", pnginfo=info, compress_level=4)
    return buffer.getvalue()


def jpeg_bytes(picture: U8) -> bytes:
    """A picture (H, W, 3) as JPEG for a page, labelled as synthetic (IPTC in XMP)."""
    from PIL import Image

    buffer = io.BytesIO()
    Image.fromarray(picture).save(buffer, "JPEG", quality=88, xmp=xmp_packet(COMPOSITE_SYNTHETIC).encode())
    return buffer.getvalue()


def check_folder(folder: str | Path) -> Path:
    """Make the folder and prove that it can be written, before any work starts.

    Raises:
        OutputError: It cannot be made or written.
    """
    path = Path(folder)
    try:
        path.mkdir(parents=True, exist_ok=True)
        handle, probe = tempfile.mkstemp(dir=path)
        os.close(handle)
        Path(probe).unlink()
    except OSError as error:
        raise OutputError(
            f"cannot write to '{path}': {error.strerror};", cure="choose another folder with --out."
        ) from error
    return path


def write_together(files: Mapping[Path, bytes]) -> None:
    """Write files that belong together: all of them, completely, or none.

    Raises:
        StageError: The disk is full or refused a write.
    """
    try:
        for path, data in files.items():
            write_whole(path, data)
    except StageError:
        for path in files:
            path.unlink(missing_ok=True)
        raise


def write_whole(path: Path, data: bytes) -> None:
    """Write a file completely or not at all.

    Raises:
        StageError: The disk is full or refused the write.
    """
    temporary: str | None = None
    try:
        handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
        with os.fdopen(handle, "wb") as stream:
            stream.write(data)
            stream.flush()
            os.fsync(stream.fileno())
        Path(temporary).chmod(0o644)
        Path(temporary).replace(path)
    except OSError as error:
        if temporary is not None:
            Path(temporary).unlink(missing_ok=True)
        raise StageError(
            f"could not write '{path}' ({len(data) / 1e6:.1f} MB): {error.strerror};",
            cure="free some space or choose another folder with --out.",
        ) from error
