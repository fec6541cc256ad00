"""What a job leaves behind: results, errors, the seller's list with pictures, a report; ``_SUCCESS`` last."""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from itertools import islice
from typing import Any

from fashion_models.errors import BadInputError
from fashion_models.pipelines.catalogue.inputs import Input, open_input
from fashion_models.pipelines.catalogue.model import Job, Outcome, Status, to_lines
from fashion_models.pipelines.catalogue.page import render_page
from fashion_models.pipelines.catalogue.seller import Picture, list_with_pictures
from fashion_models.pipelines.catalogue.store import JobStore
from fashion_models.pipelines.catalogue.summary import SHOWN, Summary, failed_checks
from fashion_models.pipelines.storage import Storage

#: Lines of one file of results; a larger job has several.
PART = 20_000
#: The report is written again when a job goes on, so nobody may keep an old one.
_FRESH = "no-cache"

#: Channels whose files suit a dialect best, by the beginning of both names.
_OWN = {"Shopify": "shopify", "WooCommerce": "woocommerce", "Google": "google_merchant"}


def export_job(records: JobStore) -> str:
    """Write everything that a job leaves behind below ``reports/JOB/``, as far as it has come.

    Returns:
        Address of the report.

    Raises:
        StorageError: The store fails; what is written stays, ``_SUCCESS`` is not there.
    """
    return _Export(records).write()


class _Export:
    def __init__(self, records: JobStore) -> None:
        self.records = records
        self.storage: Storage = records.storage
        self.job: Job = records.job
        self.base = f"reports/{self.job.id}"
        self.summary = Summary()
        self.pictures: dict[str, list[Picture]] = {}
        self.source = _list_of(self.job.input)
        self.channel = self._channel()
        self.written: dict[str, str] = {}

    def write(self) -> str:
        """Everything, in order."""
        finished = self.records.progress().finished
        rejected = self.records.rejected()
        self.summary.rejected = Counter(row["reason"] for row in rejected)
        self.storage.delete(f"{self.base}/_SUCCESS")
        errors = _Parts(self, "errors")
        errors.add({"stage": "plan", **row} for row in rejected)
        results = _Parts(self, "results")
        for outcomes in _blocks(self.records.final_outcomes()):
            for outcome in outcomes:
                self.summary.add(outcome)
                self._remember(outcome)
            results.add(self._result(one) for one in outcomes if one.status is Status.OK)
            errors.add(error for one in outcomes for error in _errors(one))
        results.close()
        errors.close()
        seller = self._seller_list()
        files = {name: name.partition(".")[0].partition("-")[0] for name in self.written}
        page = render_page(
            self.job,
            self.summary,
            finished=finished,
            rejected=rejected[:SHOWN],
            files={**files, **({seller: "seller"} if seller else {})},
            read=self._read,
        )
        self.put("summary.json", _json(self.summary.as_dict()), "application/json")
        self.put("report.html", page.encode(), "text/html; charset=utf-8")
        if finished:
            facts = {"items": self.summary.items, "sha256": self.written}
            self.put("_SUCCESS", _json(facts), "application/json")
        return f"{self.storage.url.partition('?')[0].rstrip('/')}/{self.base}/report.html"

    def put(self, name: str, data: bytes, content_type: str) -> None:
        """Write one of the report's files and remember its digest."""
        self.storage.put(f"{self.base}/{name}", data, content_type=content_type, cache_control=_FRESH)
        self.written[name] = hashlib.sha256(data).hexdigest()

    def _read(self, key: str) -> bytes | None:
        try:
            return self.storage.get(key)
        except BadInputError:
            return None

    def _address(self, key: str) -> str:
        """Where others find an object."""
        root = self.job.recipe.get("public_url")
        if root is None:
            root = self.storage.url.partition("?")[0]
        return f"{root.rstrip('/')}/{key}" if root else key

    def _result(self, outcome: Outcome) -> dict[str, Any]:
        report = outcome.report
        return {
            "sku": outcome.sku,
            "variant": outcome.variant,
            "look": outcome.look,
            "row": outcome.row,
            "plan": report.get("plan_id", ""),
            "passed": bool(report.get("passed")),
            "failures": list(report.get("failures", ())),
            "checks": report.get("checks", {}),
            "seconds": report.get("timings_s", {}).get("total", 0.0),
            "files": [
                {
                    "channel": file.channel or "master",
                    "url": self._address(file.key),
                    "sha256": file.sha256,
                    "bytes": file.size,
                    "warnings": list(file.warnings),
                }
                for file in outcome.files
            ],
        }

    def _channel(self) -> str:
        """The channel whose files go into the seller's list; '' for the masters."""
        named = [name for name, one in self.job.channels.items() if one.get("subject", "model") == "model"]
        if self.source is None or not named:
            return ""
        kind = self.source.reading.kind
        own = next((channel for shop, channel in _OWN.items() if kind.startswith(shop)), "-")
        return next((name for name in named if name.startswith(own)), named[0])

    def _remember(self, outcome: Outcome) -> None:
        """Keep where a picture is for the seller's list."""
        if self.source is None:
            return
        view = outcome.report.get("plan", {}).get("view", "front")
        for file in outcome.files:
            if file.channel == self.channel:
                text = f"{view} view, AI-generated model"
                picture = Picture(address=self._address(file.key), text=text)
                self.pictures.setdefault(outcome.variant or outcome.sku, []).append(picture)

    def _seller_list(self) -> str:
        """Write the seller's list with pictures; gives its name, '' if there is none."""
        made = None if self.source is None else list_with_pictures(self.source, self.pictures)
        if made is None:
            return ""
        name, data = made
        self.put(name, data, "text/tab-separated-values" if name.endswith(".tsv") else "text/csv")
        return name


def _list_of(where: str) -> Input | None:
    """The seller's list; None if the job came from no list, or it has gone."""
    try:
        source = open_input(where)
    except BadInputError:
        return None
    return source if source.dialect is not None else None


class _Parts:
    """JSON lines in files of a bounded length: ``results.jsonl``, ``results-2.jsonl`` and so on."""

    def __init__(self, export: _Export, name: str) -> None:
        self.export = export
        self.name = name
        self.number = 0
        self.lines: list[Mapping[str, Any]] = []

    def add(self, rows: Iterable[Mapping[str, Any]]) -> None:
        """Append rows; a file that is full is written."""
        self.lines += rows
        while len(self.lines) > PART:
            self._write(self.lines[:PART])
            del self.lines[:PART]

    def close(self) -> None:
        """Write what is left; the first file is there even if it is empty."""
        if self.lines or not self.number:
            self._write(self.lines)

    def _write(self, lines: list[Mapping[str, Any]]) -> None:
        self.number += 1
        suffix = f"-{self.number}" if self.number > 1 else ""
        self.export.put(f"{self.name}{suffix}.jsonl", to_lines(lines), "application/jsonl")


def _errors(outcome: Outcome) -> Iterator[dict[str, Any]]:
    """Everything about a picture that somebody has to look at."""
    known = {"row": outcome.row, "sku": outcome.variant or outcome.sku, "look": outcome.look}
    if outcome.status is Status.DEAD:
        yield {"stage": "run", **known, "reason": outcome.error, "message": outcome.reason}
        return
    for name in failed_checks(outcome.report):
        message = outcome.report["checks"][name].get("sentence", "")
        yield {"stage": "check", **known, "reason": name, "message": message}
    for channel, why in outcome.refused.items():
        yield {"stage": "channel", **known, "reason": channel, "message": why}


def _blocks(outcomes: Iterator[Outcome]) -> Iterator[list[Outcome]]:
    while block := list(islice(outcomes, 1000)):
        yield block


def _json(values: Mapping[str, Any]) -> bytes:
    return (json.dumps(values, indent=1, ensure_ascii=False) + "\n").encode()
