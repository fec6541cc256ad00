"""What ``serve``, ``worker`` and ``keys`` do."""

from __future__ import annotations

import argparse
import os
import signal
import sys
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from fashion_models.ui.api.texts import text

if TYPE_CHECKING:
    from fashion_models.pipelines.jobs.model import Lane
    from fashion_models.pipelines.jobs.open import Place
    from fashion_models.ui.api.identity import Identities

#: At most so many connections at a time; more are refused with 503, so memory stays bounded.
_CONNECTIONS = 2000


def serve(options: argparse.Namespace, lang: str) -> int:
    """Serve until told to stop; workers finish what they have at hand."""
    import uvicorn

    from fashion_models.pipelines.jobs.open import open_jobs
    from fashion_models.pipelines.jobs.pool import Pool
    from fashion_models.pipelines.jobs.renderer import renderer_named
    from fashion_models.pipelines.shot import check_folder
    from fashion_models.ui.api.app import make_app
    from fashion_models.ui.api.settings import Settings

    settings = Settings(
        place=_place(options),
        host=options.host,
        port=options.port,
        sign_in=options.sign_in,
        public_url=options.public_url,
        origins=tuple(options.origin),
        proxy_networks=tuple(options.proxy_network),
        user_header=options.user_header,
        tenant_header=options.tenant_header,
        workers=options.workers,
        page=not options.no_page,
        renderer=options.renderer.partition(":")[0],
    )
    renderer_named(options.renderer)
    check_folder(settings.place.data)
    parts = open_jobs(settings.place)
    pool = Pool(parts.service.store, _worker_command(options), settings.workers) if options.workers else None
    config = uvicorn.Config(
        make_app(settings, parts),
        host=settings.host,
        port=settings.port,
        log_level="warning",
        access_log=False,
        proxy_headers=False,  # sign-in by proxy looks at the true peer
        server_header=False,
        limit_concurrency=_CONNECTIONS,
        timeout_graceful_shutdown=5,
    )
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))  # so that the workers are told to stop as well
    try:
        if pool is not None:
            pool.start()
        print(f"{text('listening', lang)} http://{settings.host}:{settings.port}", flush=True)
        signal.signal(signal.SIGTERM, signal.SIG_IGN)  # uvicorn ends in order by itself, then raises it again
        uvicorn.Server(config).run()
    finally:
        if pool is not None:
            pool.close()
        parts.close()
    return 0


def worker(options: argparse.Namespace, lang: str) -> int:
    """Make pictures until told to stop."""
    import logging

    from fashion_models.pipelines.jobs.model import Lane
    from fashion_models.pipelines.jobs.open import open_jobs
    from fashion_models.pipelines.jobs.renderer import renderer_named
    from fashion_models.pipelines.jobs.work import PATIENCE, work

    del lang
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(name)s %(message)s")
    renderer = renderer_named(options.renderer)
    lanes = [Lane(name) for name in options.lane or list(Lane)]
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    if options.parent is not None:
        threading.Thread(target=_stop_without, args=(options.parent, stop), daemon=True).start()
    threading.Thread(target=_leave_after, args=(stop, PATIENCE + 15), daemon=True).start()
    parts = open_jobs(_place(options))
    try:
        work(parts, renderer, stop=stop, lanes=lanes, name=options.name, niceness=_niceness(lanes))
    finally:
        parts.close()
    os._exit(0)  # threads of the queue may wait for a database that is gone; what is left is handed on


def _leave_after(stop: threading.Event, seconds: float) -> None:
    """End this process when it could not be stopped in time."""
    stop.wait()
    time.sleep(seconds)
    os._exit(75)


def _niceness(lanes: Sequence[Lane]) -> int:
    """Answers come before previews, and previews before shots."""
    return 5 if [lane.value for lane in lanes] == ["preview"] else 10


def keys(options: argparse.Namespace, lang: str) -> int:
    """Manage who may do what."""
    from fashion_models.pipelines.jobs.open import open_jobs
    from fashion_models.ui.api.identity import SCOPES, Identities

    parts = open_jobs(_place(options))
    try:
        identities = Identities(parts.database)
        if options.action == "create":
            print(identities.create_key(options.tenant, options.scope or SCOPES, options.label))
            print(text("key_once", lang), file=sys.stderr)
        elif options.action == "list":
            _list_keys(identities, lang)
        elif options.action == "revoke":
            identities.revoke(options.key)
            print(text("revoked", lang))
        elif options.action == "account":
            identities.set_account(options.name, options.tenant, _password(lang))
            print(text("saved", lang))
        elif options.action == "webhook":
            print(parts.service.webhooks.secret(options.tenant, rotate=options.rotate))
        else:
            _set_tenant(identities, options, lang)
    finally:
        parts.close()
    return 0


def _list_keys(identities: Identities, lang: str) -> None:
    for key in identities.all_keys():
        state = text("revoked", lang) if key.revoked else ""
        print(f"{key.id}  {key.tenant}  {' '.join(key.scopes)}  {key.label}  {state}".rstrip())


def _set_tenant(identities: Identities, options: argparse.Namespace, lang: str) -> None:
    tenant = identities.tenant(options.tenant)
    given = {
        "origins": None if options.origin is None else tuple(options.origin),
        "rate": options.rate,
        "waiting": options.waiting,
    }
    changes = {name: value for name, value in given.items() if value is not None}
    identities.set_tenant(replace(tenant, **changes))
    print(text("saved", lang))


def _password(lang: str) -> str:
    """From the terminal without showing it, or the first line of the input."""
    if sys.stdin.isatty():
        from getpass import getpass

        return getpass(f"{text('password', lang)}: ")
    return sys.stdin.readline().rstrip("\n")


def _place(options: argparse.Namespace) -> Place:
    from fashion_models.pipelines.jobs.open import Place

    return Place(
        data=Path(options.data),
        database=options.database,
        pictures=options.pictures,
        private_webhooks=options.private_webhooks,
    )


def _worker_command(options: argparse.Namespace) -> Callable[[str, Sequence[Lane]], list[str]]:
    """How `serve` starts its workers: by the same command that runs them elsewhere."""
    given = [
        ("--data", options.data),
        ("--database", options.database),
        ("--pictures", options.pictures),
        ("--renderer", options.renderer),
    ]
    common = [word for flag, value in given if value is not None for word in (flag, value)]
    common += ["--private-webhooks"] * options.private_webhooks

    def command(name: str, lanes: Sequence[Lane]) -> list[str]:
        chosen = [word for lane in lanes for word in ("--lane", lane.value)]
        start = [sys.executable, "-P", "-m", "fashion_models.ui", "worker", "--name", name]
        return [*start, "--parent", str(os.getpid()), *chosen, *common]

    return command


def _stop_without(parent: int, stop: threading.Event) -> None:
    """A worker ends when the server that started it is gone."""
    while os.getppid() == parent:
        time.sleep(0.5)
    stop.set()
