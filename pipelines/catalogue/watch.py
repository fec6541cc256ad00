"""What a run tells about itself: counts for people, metrics for Prometheus, a line per event for logs."""

from __future__ import annotations

import json
import threading
import time
from collections import Counter, deque
from collections.abc import Mapping
from pathlib import Path
from typing import Any, TextIO

#: The rate is taken over the latest so many items …
_RECENT = 200
#: … and events that come with every step of a picture are not worth a line in the log.
_SILENT = {"stage", "begin"}


class Watch:
    """Takes the events of all workers of a run; any thread may tell."""

    def __init__(self, job: str, items: int, *, log: Path | None = None, metrics_port: int = 0) -> None:
        """Begin to watch.

        Args:
            job: The job's name.
            items: Number of its items.
            log: File that events are appended to as JSON lines.
            metrics_port: Port on which Prometheus finds the metrics; 0 for none.
        """
        self.job = job
        self.items = items
        self.ended: Counter[str] = Counter()
        self.deaths = 0
        self.stages: dict[str, tuple[str, float]] = {}
        self.recent: deque[tuple[float, float]] = deque(maxlen=_RECENT)
        self.lock = threading.Lock()
        self.log: TextIO | None = None
        if log is not None:
            log.parent.mkdir(parents=True, exist_ok=True)
            self.log = log.open("a", buffering=1)
        self.metrics = _Metrics(job, metrics_port) if metrics_port else None
        self.spans = _Spans(job, items)

    def __call__(self, event: Mapping[str, Any]) -> None:
        """Take one event of a worker."""
        kind = event["event"]
        with self.lock:
            if kind == "stage":
                self.stages[event["worker"]] = (event["stage"], event["share"])
            elif kind == "end":
                self.stages.pop(event["worker"], None)
                self.ended[event["status"]] += 1
                if event["seconds"]:
                    self.recent.append((time.monotonic(), event["seconds"]))
            elif kind == "died":
                self.deaths += 1
            if self.log is not None and kind not in _SILENT:
                self.log.write(json.dumps({"job": self.job, **event}, ensure_ascii=False) + "\n")
        if self.metrics is not None:
            self.metrics(event)
        self.spans(event)

    def rate(self) -> float:
        """Pictures per second over the latest ones; 0 before the second one."""
        with self.lock:
            if len(self.recent) < 2:
                return 0.0
            span = self.recent[-1][0] - self.recent[0][0]
            return (len(self.recent) - 1) / span if span > 0 else 0.0

    def facts(self) -> dict[str, Any]:
        """What `status` on another machine shows of this run."""
        return {
            "ended": dict(self.ended),
            "worker_deaths": self.deaths,
            "items_per_second": round(self.rate(), 4),
            "time": time.time(),
        }

    def close(self) -> None:
        """End the log and the metrics' server."""
        if self.log is not None:
            self.log.close()
        if self.metrics is not None:
            self.metrics.close()
        self.spans.close(self.ended)


class _Metrics:
    """The same as Prometheus metrics, on a port of its own."""

    def __init__(self, job: str, port: int) -> None:
        from prometheus_client import CollectorRegistry, Histogram, start_http_server
        from prometheus_client import Counter as Count

        self.job = job
        registry = CollectorRegistry()
        self.items = Count(
            "fashion_models_catalogue_items", "Items that ended", ["job", "status"], registry=registry
        )
        self.shards = Count("fashion_models_catalogue_shards", "Shards done", ["job"], registry=registry)
        self.deaths = Count(
            "fashion_models_catalogue_worker_deaths", "Workers that died", ["job"], registry=registry
        )
        self.seconds = Histogram(
            "fashion_models_catalogue_item_seconds",
            "Seconds a picture took",
            ["job"],
            buckets=(0.1, 0.5, 1, 2, 5, 10, 20, 40, 80, 160, 320),
            registry=registry,
        )
        self.server, self.thread = start_http_server(port, registry=registry)

    def __call__(self, event: Mapping[str, Any]) -> None:
        match event["event"]:
            case "end":
                self.items.labels(self.job, event["status"]).inc()
                if event["seconds"]:
                    self.seconds.labels(self.job).observe(event["seconds"])
            case "done":
                self.shards.labels(self.job).inc()
            case "died":
                self.deaths.labels(self.job).inc()

    def close(self) -> None:
        self.server.shutdown()
        self.server.server_close()
        self.thread.join()


class _Spans:
    """The same as OpenTelemetry spans: one for the run, below it one for each picture.

    They go nowhere unless the process was started with an SDK, as by ``opentelemetry-instrument``.
    """

    def __init__(self, job: str, items: int) -> None:
        from opentelemetry import trace

        self.job = job
        self.tracer = trace.get_tracer("fashion_models.catalogue")
        self.run = self.tracer.start_span("catalogue run", attributes={"job": job, "items": items})
        self.below = trace.set_span_in_context(self.run)

    def __call__(self, event: Mapping[str, Any]) -> None:
        if event["event"] == "died":
            self.run.add_event("worker died", {"shard": event["shard"], "reason": str(event["reason"])})
        if event["event"] != "end":
            return
        from opentelemetry.trace import Status, StatusCode

        end = time.time_ns()
        facts = {"item": event["key"], **{name: event.get(name) or "" for name in ("sku", "look", "status")}}
        span = self.tracer.start_span(
            "picture",
            context=self.below,
            start_time=end - round(1e9 * (event["seconds"] or 0.0)),
            attributes={"job": self.job, "shard": event.get("shard", ""), **facts},
        )
        if event.get("error"):
            span.set_status(Status(StatusCode.ERROR, str(event["error"])))
        span.end(end)

    def close(self, ended: Mapping[str, int]) -> None:
        self.run.set_attributes({f"items.{status}": count for status, count in ended.items()})
        self.run.end()
