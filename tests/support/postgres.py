"""PostgreSQL from the system's own binaries, on loopback; root runs it as nobody, since it refuses root."""

from __future__ import annotations

import os
import shutil
import subprocess
import time
from dataclasses import dataclass
from pathlib import Path

import pytest

from support.s3 import free_port


@dataclass
class Postgres:
    """One server with one database; can be killed and started again."""

    folder: Path
    port: int
    process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        return f"postgresql+psycopg://test@127.0.0.1:{self.port}/postgres"

    def start(self) -> None:
        """Start it; what a killed one left behind may take a moment to go."""
        ready = [_program("pg_isready"), "-q", "-h", "127.0.0.1", "-p", str(self.port)]
        until = time.monotonic() + 180
        while self.process is None or subprocess.run(ready, check=False).returncode:
            assert time.monotonic() < until, "PostgreSQL does not start"
            if self.process is None or self.process.poll() is not None:
                self._launch()
            time.sleep(0.2)

    def _launch(self) -> None:
        command = [_program("postgres"), "-D", str(self.folder), "-p", str(self.port), "-k", ""]
        self.process = subprocess.Popen(
            [*_as_nobody(), *command, "-c", "listen_addresses=127.0.0.1"],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )

    def kill(self) -> None:
        """End all of it at once, as a power cut would."""
        if self.process is not None:
            group = subprocess.run(
                ["pgrep", "-P", str(self.process.pid)], capture_output=True, text=True, check=False
            ).stdout.split()
            subprocess.run(["kill", "-9", str(self.process.pid), *group], check=False, capture_output=True)
            self.process.wait()
            (self.folder / "postmaster.pid").unlink(missing_ok=True)
            self.process = None


def new_postgres(folder: Path) -> Postgres:
    """An empty server, started; the test is skipped where there is none."""
    if _program("initdb") == "":
        pytest.skip("PostgreSQL is not installed: apt install postgresql")
    data = folder / "postgres"
    data.mkdir()
    if os.geteuid() == 0:
        shutil.chown(data, "nobody", "nogroup")
        for parent in folder.parents:
            if parent.stat().st_uid == 0 and parent != Path("/"):
                parent.chmod(parent.stat().st_mode | 0o011)
        folder.chmod(folder.stat().st_mode | 0o011)
    init = [_program("initdb"), "-D", str(data), "-U", "test", "-A", "trust", "--no-sync"]
    subprocess.run([*_as_nobody(), *init], check=True, capture_output=True)
    server = Postgres(data, free_port())
    server.start()
    return server


def _program(name: str) -> str:
    found = sorted(Path("/usr/lib/postgresql").glob(f"*/bin/{name}"))
    return str(found[-1]) if found else shutil.which(name) or ""


def _as_nobody() -> list[str]:
    if os.geteuid() != 0:
        return []
    return ["setpriv", "--reuid=nobody", "--regid=nogroup", "--clear-groups"]
