"""The client itself: `Client`."""

from __future__ import annotations

import json
import time
import uuid
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import Any

import httpx

from fashion_models.client.model import ApiError, Event, Item, Job

#: A request that failed for a passing reason is made so many times, and waits at most so long [s].
_TRIES, _LONGEST = 6, 30.0
_PASSING = (429, 502, 503, 504)


class Client:
    """Talks to a server.

    Requests that failed for a passing reason (no connection, 429, 503) are made again, after the time that
    the server names. Jobs carry an idempotency key, so that this never makes two of one.

    Args:
        url: The server's address.
        key: An API key; none is needed at a server without sign-in.
        timeout: For each request [s].
    """

    def __init__(self, url: str, key: str | None = None, *, timeout: float = 30.0) -> None:
        headers = {"User-Agent": "fashion-models-client"}
        if key is not None:
            headers["Authorization"] = f"Bearer {key}"
        self._http = httpx.Client(base_url=url, headers=headers, timeout=timeout)

    def __enter__(self) -> Client:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Close the connections."""
        self._http.close()

    def upload(self, photo: str | Path | bytes, name: str = "photo") -> str:
        """Hand in a garment photo; gives the id that shots name.

        Raises:
            ApiError: The server cannot read it.
        """
        if not isinstance(photo, bytes):
            name, photo = Path(photo).name, Path(photo).read_bytes()
        ticket = self._json("POST", "/v1/uploads", json={"name": name})
        self._send(ticket["method"], ticket["url"], content=photo)
        return str(ticket["id"])

    def create_job(
        self,
        shots: Sequence[Mapping[str, Any]],
        *,
        title: str = "",
        webhook_url: str | None = None,
        idempotency_key: str | None = None,
    ) -> Job:
        """Ask for shots.

        Args:
            shots: Fields of a shot each; see docs/api.md.
            title: What you call the job.
            webhook_url: Told when it is finished.
            idempotency_key: Your own, if you may ask again after a crash; else a fresh one.

        Raises:
            ApiError: One of the shots cannot be done, or the queue is full for longer than we wait.
        """
        body = {"shots": list(shots), "title": title, "webhook_url": webhook_url}
        headers = {"Idempotency-Key": idempotency_key or str(uuid.uuid4())}
        return Job.parse(self._json("POST", "/v1/jobs", json=body, headers=headers))

    def create_batch(
        self, shots: Sequence[Mapping[str, Any]], *, title: str = "", idempotency_key: str | None = None
    ) -> Job:
        """Ask for many shots: one that cannot be done fails alone.

        Raises:
            ApiError: The manifest cannot be read, or the queue is full.
        """
        headers = {
            "Idempotency-Key": idempotency_key or str(uuid.uuid4()),
            "Content-Type": "application/x-ndjson",
        }
        lines = "\n".join(json.dumps(dict(shot)) for shot in shots).encode()
        answer = self._json("POST", "/v1/batches", content=lines, headers=headers, params={"title": title})
        return Job.parse(answer)

    def job(self, job: Job | str) -> Job:
        """How a job stands now."""
        return Job.parse(self._json("GET", f"/v1/jobs/{_id(job)}"))

    def jobs(self) -> Iterator[Job]:
        """All jobs, newest first."""
        for page in self._pages("/v1/jobs"):
            yield from map(Job.parse, page["jobs"])

    def items(self, job: Job | str) -> Iterator[Item]:
        """The shots of a job in their order."""
        for page in self._pages(f"/v1/jobs/{_id(job)}/items"):
            yield from map(Item.parse, page["items"])

    def cancel(self, job: Job | str) -> Job:
        """Stop a job; finished pictures stay."""
        return Job.parse(self._json("POST", f"/v1/jobs/{_id(job)}/cancel"))

    def wait(self, job: Job | str, *, timeout: float = 3600.0, every: float = 1.0) -> Job:
        """Wait until a job is final.

        Args:
            job: The job or its id.
            timeout: At most so long [s].
            every: How often to ask [s].

        Raises:
            TimeoutError: It took longer.
        """
        until = time.monotonic() + timeout
        while not (now := self.job(job)).is_final:
            if time.monotonic() > until:
                raise TimeoutError(f"job {now.id} is {now.state} after {timeout:.0f} s")
            time.sleep(every)
        return now

    def events(self, job: Job | str) -> Iterator[Event]:
        """Progress as it happens; ends when the job is final."""
        with self._http.stream("GET", f"/v1/jobs/{_id(job)}/events", timeout=60) as answer:
            if answer.is_error:
                answer.read()
                raise _error(answer)
            kind = ""
            for line in answer.iter_lines():
                name, _, value = line.partition(": ")
                if name == "event":
                    kind = value
                elif name == "data":
                    data = json.loads(value)
                    item = Item.parse(data) if kind == "item" else None
                    yield Event(kind=kind, item=item, job=None if item else Job.parse(data))

    def picture(self, item: Item) -> bytes:
        """An item's picture as PNG.

        Raises:
            ValueError: It has none.
        """
        return self._file(item.id, item.picture_url)

    def report(self, item: Item) -> dict[str, Any]:
        """An item's report.

        Raises:
            ValueError: It has none.
        """
        return dict(json.loads(self._file(item.id, item.report_url)))

    def choices(self, kind: str) -> list[dict[str, str]]:
        """Names with descriptions of 'people', 'poses', 'hair' or 'backdrops'."""
        return list(self._json("GET", f"/v1/{kind}")["choices"])

    def channels(self) -> list[dict[str, Any]]:
        """What shops and marketplaces ask of pictures: size, ratio, format, limits, source and date."""
        return list(self._json("GET", "/v1/channels")["channels"])

    def launch(self, origin: str, *, product: str = "", user: str = "", language: str = "en") -> str:
        """A URL for `<fashion-models-studio>` that opens the studio once.

        Raises:
            ApiError: The operator did not allow this origin.
        """
        body = {"origin": origin, "product": product, "user": user, "language": language}
        return str(self._json("POST", "/v1/launches", json=body)["url"])

    def _file(self, item: str, url: str | None) -> bytes:
        if url is None:
            raise ValueError(f"item {item} has no picture")
        return self._send("GET", url).content

    def _pages(self, path: str) -> Iterator[dict[str, Any]]:
        following: str | None = path
        while following is not None:
            page = self._json("GET", following)
            following = page["next"]
            yield page

    def _json(self, method: str, path: str, **given: Any) -> dict[str, Any]:
        return dict(self._send(method, path, **given).json())

    def _send(self, method: str, path: str, **given: Any) -> httpx.Response:
        for number in range(1, _TRIES + 1):
            pause = min(0.2 * 2**number, _LONGEST)
            try:
                answer = self._http.request(method, path, **given)
            except httpx.TransportError:
                if number == _TRIES:
                    raise
            else:
                if not answer.is_error:
                    return answer
                named = float(answer.headers.get("Retry-After", pause))
                if answer.status_code not in _PASSING or number == _TRIES or named > _LONGEST:
                    raise _error(answer)
                pause = named
            time.sleep(pause)
        raise AssertionError("unreachable")


def _id(job: Job | str) -> str:
    return job if isinstance(job, str) else job.id


def _error(answer: httpx.Response) -> ApiError:
    try:
        problem = answer.json()
    except ValueError:
        problem = {}
    return ApiError(answer.status_code, problem if isinstance(problem, dict) else {})
