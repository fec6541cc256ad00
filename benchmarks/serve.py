"""Many clients at one server while shots render: answers, waiting times and memory.

    python benchmarks/serve.py [--clients 500] [--seconds 60] [--every 1] [--keep FILE]

Starts ``fashion-models serve`` with its workers in a fresh folder, ten tenants with a job of previews each,
and clients that ask for their job as the typed client does: once a second, every tenth time for its items.
The clients share the machine with the server and the renderer. A figure is the time from sending a request
to having read its answer.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import platform
import random
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

from fashion_models.client import Client
from fashion_models.pipelines.jobs.open import Place, open_jobs
from fashion_models.ui.api.identity import Identities

ROOT = Path(__file__).resolve().parent.parent
COMMAND = str(Path(sys.executable).parent / "fashion-models")
TENANTS, SHOTS = 10, 20
SMALL = {"quality": "preview", "width": 192, "height": 288}


@dataclass
class Tally:
    """What clients saw."""

    statuses: Counter[int] = field(default_factory=Counter)
    seconds: list[float] = field(default_factory=list)
    broken: int = 0


async def ask(port: int, key: str, job: str, every: float, until: float, tally: Tally) -> None:
    """One client: a connection that is kept, and a question every so often."""
    await asyncio.sleep(random.random() * every)
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    number = 0
    while time.monotonic() < until:
        number += 1
        path = f"/v1/jobs/{job}" + ("/items?limit=20" if number % 10 == 0 else "")
        began = time.perf_counter()
        head = f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nAuthorization: Bearer {key}\r\n\r\n"
        try:
            writer.write(head.encode())
            answer = await reader.readuntil(b"\r\n\r\n")
            length = next(
                int(line.split(b":")[1])
                for line in answer.split(b"\r\n")
                if line.lower().startswith(b"content-length")
            )
            await reader.readexactly(length)
        except (OSError, asyncio.IncompleteReadError):
            tally.broken += 1
            return
        taken = time.perf_counter() - began
        tally.statuses[int(answer.split(b" ", 2)[1])] += 1
        if number % 10:
            tally.seconds.append(taken)
        await asyncio.sleep(max(0.0, every - taken))
    writer.close()


def cpu_seconds(pid: int) -> float:
    """Time a process has computed [s]."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def memory_mb(pid: int) -> float:
    """Resident memory of a process [MB]."""
    fields = Path(f"/proc/{pid}/statm").read_text().split()
    return int(fields[1]) * os.sysconf("SC_PAGE_SIZE") / 1e6


async def load(
    options: argparse.Namespace, port: int, ways: list[tuple[str, str]], pid: int
) -> dict[str, object]:
    """Let all clients ask, and watch the server's memory."""
    tally, until = Tally(), time.monotonic() + options.seconds
    before = cpu_seconds(pid)
    clients = [
        asyncio.create_task(ask(port, *ways[number % len(ways)], options.every, until, tally))
        for number in range(options.clients)
    ]
    memory = []
    while time.monotonic() < until:
        memory.append(memory_mb(pid))
        await asyncio.sleep(2)
    await asyncio.gather(*clients)
    ranked = sorted(tally.seconds)
    return {
        "requests": sum(tally.statuses.values()),
        "statuses": dict(tally.statuses),
        "broken connections": tally.broken,
        "GET /v1/jobs/{id} median ms": round(1000 * statistics.median(ranked), 1),
        "GET /v1/jobs/{id} p95 ms": round(1000 * ranked[int(0.95 * len(ranked))], 1),
        "GET /v1/jobs/{id} p99 ms": round(1000 * ranked[int(0.99 * len(ranked))], 1),
        "server computes ms per request": round(
            1000 * (cpu_seconds(pid) - before) / max(1, sum(tally.statuses.values())), 2
        ),
        "server memory MB, first and most": [round(memory[0]), round(max(memory))],
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--clients", type=int, default=500)
    parser.add_argument("--seconds", type=float, default=60.0)
    parser.add_argument("--every", type=float, default=1.0)
    parser.add_argument("--keep", metavar="FILE")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder, socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
        probe.close()
        parts = open_jobs(Place(data=Path(folder)))
        identities = Identities(parts.database)
        keys = [identities.create_key(f"shop{n}", ["jobs:read", "jobs:write"]) for n in range(TENANTS)]
        parts.close()
        command = [COMMAND, "serve", "--data", folder, "--port", str(port), "--sign-in", "accounts"]
        server = subprocess.Popen(command, stdout=subprocess.PIPE)
        try:
            assert server.stdout is not None
            server.stdout.readline()
            ways = []
            for key in keys:
                with Client(f"http://127.0.0.1:{port}", key) as client:
                    photo = client.upload(ROOT / "samples/garments/tee.jpg")
                    job = client.create_job([SMALL | {"photo": photo, "identity": n} for n in range(SHOTS)])
                    ways.append((key, job.id))
            found = asyncio.run(load(options, port, ways, server.pid))
            done = 0
            for key, job_id in ways:
                with Client(f"http://127.0.0.1:{port}", key) as client:
                    done += client.job(job_id).progress.done
                    client.cancel(job_id)
        finally:
            server.terminate()
            server.wait()
    result = {
        "clients": options.clients,
        "seconds": options.seconds,
        "every s": options.every,
        "shots made meanwhile": done,
        "cores": os.cpu_count(),
        "load of the machine before": round(os.getloadavg()[2], 1),
        "machine": platform.processor() or platform.machine(),
        **found,
    }
    print(json.dumps(result, indent=2))
    if options.keep:
        Path(options.keep).write_text(json.dumps(result, indent=2) + "\n")


if __name__ == "__main__":
    main()
