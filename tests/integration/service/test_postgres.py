"""PostgreSQL and workers of their own: what a service on several machines is made of."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from fashion_models.pipelines.jobs.model import State
from fashion_models.pipelines.jobs.open import Place, open_jobs

from .served import TEE, free_port

BIN = next(Path("/usr/lib/postgresql").glob("*/bin"), None)
#: PostgreSQL refuses to be run by root.
AS_USER = ["setpriv", "--reuid=postgres", "--regid=postgres", "--clear-groups"] if os.getuid() == 0 else []


@pytest.fixture
def postgres(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    if BIN is None:
        pytest.skip("no PostgreSQL on this machine: apt-get install postgresql")
    folder = Path("/tmp") / f"postgres-{os.getpid()}"  # readable for its own user, which tmp_path is not
    folder.mkdir(mode=0o777)
    folder.chmod(0o777)
    port = free_port()

    def run(tool: str, *options: str) -> None:
        quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
        subprocess.run([*AS_USER, str(BIN / tool), *options], check=True, cwd="/tmp", **quiet)

    data = str(folder / "data")
    try:
        run("initdb", "-D", data, "-A", "trust", "-U", "postgres")
        run("pg_ctl", "-D", data, "-o", f"-p {port} -k {folder} -h 127.0.0.1", "-w", "start")
        yield f"postgresql://postgres@127.0.0.1:{port}/postgres"
        run("pg_ctl", "-D", data, "-m", "immediate", "-w", "stop")
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def test_two_workers_share_a_postgres_queue_and_one_may_die(postgres: str, tmp_path: Path) -> None:
    parts = open_jobs(Place(data=tmp_path, database=postgres))
    options = ["--database", postgres, "--data", str(tmp_path), "--renderer", "stub:0.1"]
    command = [sys.executable, "-P", "-m", "fashion_models.ui", "worker", *options]
    workers = [subprocess.Popen(command, stderr=subprocess.DEVNULL) for _ in range(2)]
    try:
        photo = parts.service.upload("shop", TEE.read_bytes(), "tee.jpg").id
        job = parts.service.submit("shop", [{"photo": photo, "seed": seed} for seed in range(12)])
        while not parts.service.job("shop", job.id).done:
            assert workers[0].poll() is None and workers[1].poll() is None
            time.sleep(0.2)
        workers[0].kill()
        workers[0].wait()
        while not parts.service.job("shop", job.id).state.is_final:
            assert workers[1].poll() is None
            time.sleep(0.2)
        found = parts.service.items("shop", job.id)
        assert {item.state for item in found} == {State.SUCCEEDED}
        assert parts.service.job("shop", job.id).succeeded == 12
    finally:
        for worker in workers:
            worker.terminate()
            worker.wait()
        parts.close()
