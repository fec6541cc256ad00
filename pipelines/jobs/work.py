"""What ``fashion-models worker`` runs: take attempts from the queue until told to stop."""

from __future__ import annotations

import logging
import os
import secrets
import socket
import threading
import time
from collections.abc import Sequence

from fashion_models.pipelines.jobs.model import Lane
from fashion_models.pipelines.jobs.open import Parts
from fashion_models.pipelines.jobs.queue import Receiver
from fashion_models.pipelines.jobs.renderer import Renderer
from fashion_models.pipelines.jobs.store import LEASE
from fashion_models.pipelines.jobs.worker import Worker

#: How often shots of dead workers are looked for [s].
_SWEEP = 2.0
#: How often the queue's own tables are tidied, and how long they keep what is done [s].
_TIDY, _KEPT = 60.0, 600.0
#: How long a worker that is told to stop may finish its shot [s].
PATIENCE = 60

_log = logging.getLogger("fashion_models.worker")


def new_worker_name() -> str:
    """A name that no worker had before."""
    return f"{socket.gethostname()}-{os.getpid()}-{secrets.token_hex(4)}"


def work(
    parts: Parts,
    renderer: Renderer,
    *,
    stop: threading.Event,
    lanes: Sequence[Lane] = tuple(Lane),
    name: str | None = None,
    niceness: int = 0,
) -> None:
    """Work until ``stop`` is set, then finish what is at work.

    Args:
        parts: The service to work for.
        renderer: Makes the pictures.
        stop: Ends the work.
        lanes: Which lanes to serve.
        name: The worker's name; a new one if left out.
        niceness: How far rendering gives way to other work, 0 to 19.
    """
    store, webhooks = parts.service.store, parts.service.webhooks
    worker = Worker(
        store, parts.service.uploads, parts.pictures, renderer, name or new_worker_name(), niceness
    )
    store.present(worker.name)
    receiver = Receiver(parts.database, worker.name, lanes, run=worker.run, deliver=webhooks.deliver)
    tidy_at = time.monotonic() + _TIDY
    try:
        while not stop.wait(_SWEEP):
            try:
                store.present(worker.name)
                _sweep(parts)
                if time.monotonic() > tidy_at:
                    parts.sender.tidy(_KEPT)
                    tidy_at = time.monotonic() + _TIDY
            except Exception:  # the database may be away for a while; the shots are not lost
                _log.exception("could not look for lost work")
    finally:
        receiver.close(PATIENCE if worker.busy else 0)


def _sweep(parts: Parts) -> None:
    """Find what dead workers had: shots at work, attempts not yet claimed, webhooks not yet answered."""
    store = parts.service.store
    store.hand_on()
    taken = parts.sender.taken(LEASE)
    absent = store.absent({each.worker for each in taken})
    store.send_again([(each.item, each.attempt) for each in taken if each.broke_off or each.worker in absent])
    parts.sender.forget([each for each in taken if each.worker in absent])
    parts.service.webhooks.retry_lost()
