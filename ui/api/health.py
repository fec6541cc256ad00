"""Is it alive, is it ready, how is it doing: /healthz, /readyz, /metrics."""

from __future__ import annotations

import time
from collections.abc import Iterator
from typing import TYPE_CHECKING

from fastapi import APIRouter, Request, Response
from prometheus_client import CollectorRegistry, Counter, Histogram, generate_latest
from prometheus_client.core import GaugeMetricFamily, Metric
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from fashion_models.pipelines.jobs.model import Lane, State
from fashion_models.ui.api.access import Bearer, Here
from fashion_models.ui.api.problems import ApiProblem, problem, spoken

if TYPE_CHECKING:
    from fashion_models.pipelines.jobs.turns import Load

router = APIRouter(include_in_schema=False)

_BUCKETS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 10.0)


@router.get("/healthz")
def alive() -> dict[str, str]:
    """The process answers."""
    return {"status": "ok"}


@router.get("/readyz")
def ready(request: Request, here: Here) -> Response:
    """Jobs can be taken: database and pictures can be written."""
    probe = ".probe/ready"
    try:
        with here.parts.database.write():
            pass
        here.parts.pictures.put(probe, b"ready")
        here.parts.pictures.delete(probe)
    except Exception as error:
        detail = f"{type(error).__name__}: {error}"[:300]
        return problem(503, "not_ready", detail, language=spoken(request))
    return Response('{"status":"ready"}', media_type="application/json")


@router.get("/metrics")
def metrics(request: Request, here: Here, bearer: Bearer) -> Response:
    """Prometheus' text; with a key of scope 'metrics', or where there is no sign-in."""
    caller = None if bearer is None else here.identities.holder(bearer.credentials)
    open_to_all = here.settings.sign_in == "none"  # then only this machine can ask
    if not open_to_all and (caller is None or "metrics" not in caller.scopes):
        raise ApiProblem(401, "unauthorized", "Send a key with the scope 'metrics'.")
    return Response(
        generate_latest(request.app.state.metrics.registry), media_type="text/plain; version=0.0.4"
    )


class Metrics:
    """What is counted.

    Args:
        load: Queue lengths.
    """

    def __init__(self, load: Load) -> None:
        self.registry = CollectorRegistry()
        self.requests = Counter(
            "fashion_models_requests", "Requests", ["method", "route", "status"], registry=self.registry
        )
        self.seconds = Histogram(
            "fashion_models_request_seconds",
            "Time to the first byte [s]",
            ["method", "route"],
            buckets=_BUCKETS,
            registry=self.registry,
        )
        self.registry.register(_Queue(load))


class _Queue:
    """Reads queue lengths when they are asked for."""

    def __init__(self, load: Load) -> None:
        self._load = load

    def collect(self) -> Iterator[Metric]:
        counts = self._load.counts()
        family = GaugeMetricFamily(
            "fashion_models_shots", "Shots that are not done", labels=["lane", "state"]
        )
        for lane in Lane:
            for state in (State.QUEUED, State.RUNNING):
                family.add_metric([lane.value, state.value], counts.get((lane, state), 0))
        yield family


class Measured:
    """ASGI middleware that counts requests by route.

    Args:
        app: The application.
        metrics: Where to count.
    """

    def __init__(self, app: ASGIApp, metrics: Metrics) -> None:
        self._app = app
        self._metrics = metrics

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Time a request to its first byte."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        began = time.perf_counter()

        async def counted(message: Message) -> None:
            if message["type"] == "http.response.start":
                route = getattr(scope.get("route"), "path", "page")
                method = scope["method"]
                self._metrics.requests.labels(method, route, message["status"]).inc()
                self._metrics.seconds.labels(method, route).observe(time.perf_counter() - began)
            await send(message)

        await self._app(scope, receive, counted)
