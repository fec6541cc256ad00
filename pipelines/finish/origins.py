"""Where weights come from: `Hub` (or a mirror of it) and `Folder`.

The hub's own client does the talking: tokens, mirrors (``HF_ENDPOINT``), retries. Only the parts of files are
ours, because the client begins every file anew when a download was interrupted.
"""

from __future__ import annotations

import io
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from fashion_models.errors import WeightsError
from fashion_models.pipelines.finish.presets import Source

#: Told how many bytes of a file are there.
Tell = Callable[[int], None]
#: Revision of what came from a folder.
LOCAL = "local"


@dataclass(frozen=True, kw_only=True)
class Remote:
    """A file that can be fetched.

    Attributes:
        path: Inside its repository.
        size: Bytes.
        sha256: As declared where it comes from; None where only Git's digest, or none, is declared.
        git: Git's digest of a small file; None if there is none.
    """

    path: str
    size: int
    sha256: str | None = None
    git: str | None = None


class Origin(Protocol):
    """Where weights come from."""

    def listing(self, source: Source, revision: str | None) -> tuple[str, list[Remote]]:
        """The commit and all files of a repository."""
        ...

    def fetch(self, source: Source, revision: str, remote: Remote, part: Path, tell: Tell) -> None:
        """Write a file to ``part``, going on where it ends."""
        ...


class _Part(io.BufferedWriter):
    """A file that tells how long it is."""

    def __init__(self, path: Path, tell: Tell) -> None:
        super().__init__(io.FileIO(path, "ab"))
        self._tell = tell

    def write(self, data: object) -> int:
        written = super().write(data)  # type: ignore[arg-type]  # whatever bytes the client has
        self._tell(self.tell())
        return written


@dataclass(frozen=True)
class Hub:
    """The hub, or a mirror of it.

    Attributes:
        endpoint: Its address; left out: what ``HF_ENDPOINT`` says, else the hub's own.
    """

    endpoint: str | None = None

    def listing(self, source: Source, revision: str | None) -> tuple[str, list[Remote]]:
        """The commit and all files of a repository, as the hub declares them.

        Raises:
            WeightsError: The hub cannot be reached, or has no such repository or commit.
        """
        from huggingface_hub import HfApi

        with _explained(source):
            found = HfApi(endpoint=self.endpoint).model_info(
                source.hub, revision=revision, files_metadata=True
            )
        files = [
            Remote(
                path=file.rfilename,
                size=file.size or 0,
                sha256=None if file.lfs is None else file.lfs.sha256,
                git=file.blob_id if file.lfs is None else None,
            )
            for file in found.siblings or ()
        ]
        return found.sha or revision or "main", files

    def fetch(self, source: Source, revision: str, remote: Remote, part: Path, tell: Tell) -> None:
        """Download a file, going on where ``part`` ends.

        Raises:
            WeightsError: The hub cannot be reached, or breaks off again and again.
        """
        from huggingface_hub import hf_hub_url
        from huggingface_hub.file_download import http_get
        from huggingface_hub.utils import build_hf_headers, silent_tqdm  # type: ignore[attr-defined]  # not in its __all__

        url = hf_hub_url(source.hub, remote.path, revision=revision, endpoint=self.endpoint)
        with _explained(source), _Part(part, tell) as stream:
            http_get(
                url,
                stream,
                resume_size=stream.tell(),
                headers=build_hf_headers(),
                expected_size=remote.size,
                tqdm_class=silent_tqdm,  # progress is told here
            )


@dataclass(frozen=True)
class Folder:
    """A folder on disk, for machines without a network.

    Attributes:
        root: Holds repositories as OWNER/NAME, their files as the hub has them; or is laid out as a bundle's
            own folder, copied from a machine that fetched it.
    """

    root: Path

    def listing(self, source: Source, revision: str | None) -> tuple[str, list[Remote]]:
        """All files of a repository.

        Raises:
            WeightsError: The folder does not hold it.
        """
        del revision
        folder = self._holds(source)
        files = [file for file in sorted(folder.rglob("*")) if file.is_file()]
        return LOCAL, [
            Remote(path=file.relative_to(folder).as_posix(), size=file.stat().st_size) for file in files
        ]

    def fetch(self, source: Source, revision: str, remote: Remote, part: Path, tell: Tell) -> None:
        """Copy a file."""
        del revision
        shutil.copyfile(self._holds(source) / remote.path, part)
        tell(remote.size)

    def _holds(self, source: Source) -> Path:
        for folder in (self.root / source.hub, self.root / source.folder):
            if folder.is_dir():
                return folder
        raise WeightsError(
            f"{self.root} has no folder {source.hub};",
            cure="put each repository into FOLDER/OWNER/NAME, its files as the hub has them.",
        )


@contextmanager
def _explained(source: Source) -> Iterator[None]:
    """The client's errors in our words."""
    from huggingface_hub.errors import (  # type: ignore[attr-defined]  # HTTPError is its transport's own
        GatedRepoError,
        HTTPError,
        OfflineModeIsEnabled,
        RepositoryNotFoundError,
        RevisionNotFoundError,
    )

    try:
        yield
    except GatedRepoError as error:
        raise WeightsError(
            f"{source.hub} asks for a registration;",
            cure=f"accept its terms at {source.card} and log in with 'hf auth login'.",
        ) from error
    except (RepositoryNotFoundError, RevisionNotFoundError) as error:
        raise WeightsError(
            f"the hub has no {source.hub} at revision {source.revision or 'main'};",
            cure="take it from a folder with --from, or from a mirror (HF_ENDPOINT) that has it.",
        ) from error
    except OfflineModeIsEnabled as error:
        raise WeightsError(
            "HF_HUB_OFFLINE is set: nothing is fetched;", cure="unset it, or use --from FOLDER."
        ) from error
    except (HTTPError, OSError) as error:
        raise WeightsError(
            f"{source.hub} could not be fetched ({error});",
            cure="repeat the command: what is here is kept. A mirror is named by HF_ENDPOINT.",
        ) from error
