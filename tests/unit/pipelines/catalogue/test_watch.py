"""What a run tells about itself."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from opentelemetry import trace
from opentelemetry.trace import INVALID_SPAN_CONTEXT, NonRecordingSpan, NoOpTracer

from fashion_models.pipelines.catalogue.watch import Watch

MADE = {
    "event": "end",
    "worker": "a",
    "shard": "0000",
    "key": "k1",
    "sku": "tee",
    "look": "ana",
    "status": "ok",
    "seconds": 2.5,
}
GIVEN_UP = {**MADE, "key": "k2", "status": "dead", "error": "DrapeError", "reason": "torn", "seconds": None}


class Kept(NonRecordingSpan):
    """A span that remembers what it was told."""

    def __init__(self, name: str, options: dict[str, Any]) -> None:
        super().__init__(INVALID_SPAN_CONTEXT)
        self.name, self.options, self.facts = name, options, dict(options.get("attributes") or {})
        self.events: list[str] = []
        self.status: Any = None
        self.ended: int | None = None

    def set_attributes(self, attributes: Any) -> None:
        self.facts |= attributes

    def add_event(self, name: str, *_: Any, **__: Any) -> None:
        self.events.append(name)

    def set_status(self, status: Any, description: str | None = None) -> None:
        self.status = status

    def end(self, end_time: int | None = None) -> None:
        self.ended = end_time or 1


@pytest.fixture
def spans(monkeypatch: pytest.MonkeyPatch) -> list[Kept]:
    """What a tracer that somebody set up is given."""
    kept: list[Kept] = []

    class Tracer(NoOpTracer):
        def start_span(self, name: str, **options: Any) -> Kept:  # type: ignore[override]
            kept.append(Kept(name, options))
            return kept[-1]

    monkeypatch.setattr(trace, "get_tracer", lambda _: Tracer())
    return kept


def test_a_run_is_a_span_and_each_picture_one_below_it(spans: list[Kept]) -> None:
    watch = Watch("job7", 2)
    watch(MADE)
    watch({"event": "died", "shard": "0000", "reason": "killed", "keys": ["k2"]})
    watch(GIVEN_UP)
    watch.close()
    run, made, given_up = spans
    assert run.facts == {"job": "job7", "items": 2, "items.ok": 1, "items.dead": 1}
    assert run.events == ["worker died"]
    assert run.ended is not None
    assert made.facts == {
        "job": "job7", "shard": "0000", "item": "k1", "sku": "tee", "look": "ana", "status": "ok",
    }  # fmt: skip
    assert trace.get_current_span(made.options["context"]) is run
    assert made.ended is not None
    assert made.ended - made.options["start_time"] == pytest.approx(2.5e9)
    assert made.status is None
    assert given_up.status.description == "DrapeError"


def test_every_line_of_the_log_names_job_shard_and_item(tmp_path: Path) -> None:
    watch = Watch("job7", 2, log=tmp_path / "log.jsonl")
    watch({"event": "stage", "worker": "a", "stage": "drape", "share": 0.5})
    watch(MADE)
    watch.close()
    (line,) = [json.loads(text) for text in (tmp_path / "log.jsonl").read_text().splitlines()]
    assert (line["job"], line["shard"], line["key"]) == ("job7", "0000", "k1")
