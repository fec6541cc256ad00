"""/v1/jobs and /v1/batches."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import AsyncIterator, Iterator
from typing import Annotated, Any
from urllib.parse import urlencode

from fastapi import APIRouter, Header, Path, Query, Request, Response
from fastapi.responses import StreamingResponse
from pydantic import ValidationError
from starlette.concurrency import run_in_threadpool

from fashion_models.pipelines.jobs.model import MAX_ITEMS, Item, Job
from fashion_models.pipelines.jobs.service import Order
from fashion_models.ui.api.access import Here, Reader, Serving, Writer
from fashion_models.ui.api.files import item_urls
from fashion_models.ui.api.identity import Caller
from fashion_models.ui.api.problems import ApiProblem, responses, spoken
from fashion_models.ui.api.schemas import ItemList, ItemOut, JobIn, JobList, JobOut, ShotIn, WaitOut

router = APIRouter(prefix="/v1", tags=["jobs"], responses=responses(401, 403, 422, 429))

JobId = Annotated[str, Path(pattern=r"^job_[0-9a-f]{20}$")]
IdempotencyKey = Annotated[
    str | None,
    Header(
        alias="Idempotency-Key",
        min_length=1,
        max_length=200,
        description="The same key and body within a day give the same job; another body is refused.",
    ),
]
#: How often a stream of events looks for news, and how long silence lasts [s].
_LOOK, _SILENCE = 0.5, 15.0


@router.post("/jobs", status_code=202, response_model=JobOut, responses=responses(400, 404, 413))
def create_job(
    body: JobIn, response: Response, here: Here, caller: Writer, key: IdempotencyKey = None
) -> JobOut:
    """Ask for shots. All requests are checked first: one that cannot be done refuses the job."""
    order = Order(
        requests=[shot.model_dump(exclude_unset=True) for shot in body.shots],
        title=body.title,
        webhook_url=body.webhook_url,
        idempotency_key=key,
        quota=here.identities.tenant(caller.tenant).waiting,
    )
    return _accepted(here, caller, order, response)


@router.post(
    "/batches",
    status_code=202,
    response_model=JobOut,
    responses=responses(400, 413, 415),
    openapi_extra={
        "requestBody": {
            "required": True,
            "content": {"application/x-ndjson": {"schema": {"type": "string", "maxLength": 4_000_000}}},
        }
    },
)
async def create_batch(
    request: Request,
    response: Response,
    here: Here,
    caller: Writer,
    key: IdempotencyKey = None,
    title: Annotated[str, Query(max_length=200)] = "",
    webhook_url: Annotated[str | None, Query(max_length=2000)] = None,
) -> JobOut:
    """Ask for many shots by a manifest: one JSON object of a shot per line.

    A line that cannot be done becomes a failed item, and the others go on. Results and errors come as
    JSON lines from `/v1/jobs/{id}/results` and `/v1/jobs/{id}/errors`.
    """
    if request.headers.get("content-type", "").partition(";")[0].strip() != "application/x-ndjson":
        raise ApiProblem(415, "unsupported_media_type", "Send the manifest as application/x-ndjson.")
    lines = [line for line in (await request.body()).splitlines() if line.strip()]
    if len(lines) > MAX_ITEMS:
        raise ApiProblem(
            422,
            "too_many",
            f"{len(lines)} lines; at most {MAX_ITEMS} are possible. "
            "For more, or from and to S3, run 'fashion-models catalogue'.",
        )
    order = Order(
        requests=[_line(number, line) for number, line in enumerate(lines, 1)],
        title=title,
        webhook_url=webhook_url,
        idempotency_key=key,
        quota=here.identities.tenant(caller.tenant).waiting,
        lenient=True,
    )
    return await run_in_threadpool(_accepted, here, caller, order, response)


@router.get("/jobs", response_model=JobList)
def list_jobs(
    here: Here,
    caller: Reader,
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
    before: Annotated[float | None, Query(ge=0, lt=1e11, allow_inf_nan=False)] = None,
) -> JobList:
    """Your jobs, newest first."""
    found = here.service.history(caller.tenant, limit=limit, before=before)
    more = urlencode({"limit": limit, "before": found[-1].created}) if len(found) == limit else None
    return JobList(jobs=[JobOut.of(job) for job in found], next=more and f"/v1/jobs?{more}")


@router.get("/jobs/{job_id}", response_model=JobOut, responses=responses(404))
async def read_job(job_id: JobId, here: Here, caller: Reader) -> JobOut:
    """One job."""
    return JobOut.of(await here.ask(here.service.job, caller.tenant, job_id))


@router.get("/jobs/{job_id}/items", response_model=ItemList, responses=responses(404))
def list_items(
    job_id: JobId,
    here: Here,
    caller: Reader,
    request: Request,
    offset: Annotated[int, Query(ge=0, le=MAX_ITEMS)] = 0,
    limit: Annotated[int, Query(ge=1, le=MAX_ITEMS)] = 100,
) -> ItemList:
    """The shots of a job, with signed addresses of their pictures and reports."""
    found = here.service.items(caller.tenant, job_id, offset=offset, limit=limit)
    more = urlencode({"offset": offset + limit, "limit": limit}) if len(found) == limit else None
    return ItemList(
        items=[_item(here, caller, item, spoken(request)) for item in found],
        next=more and f"/v1/jobs/{job_id}/items?{more}",
    )


@router.post("/jobs/{job_id}/cancel", response_model=JobOut, responses=responses(404))
def cancel_job(job_id: JobId, here: Here, caller: Writer) -> JobOut:
    """Stop a job. Finished pictures stay; a finished job stays as it is."""
    return JobOut.of(here.service.cancel(caller.tenant, job_id))


@router.get(
    "/jobs/{job_id}/results",
    response_class=StreamingResponse,
    responses=responses(404) | {200: {"content": {"application/x-ndjson": {}}, "description": "Items"}},
)
def read_results(job_id: JobId, request: Request, here: Here, caller: Reader) -> Response:
    """The shots that have a picture, one JSON object per line."""
    return _lines(request, here, caller, here.service.items(caller.tenant, job_id), failed=False)


@router.get(
    "/jobs/{job_id}/errors",
    response_class=StreamingResponse,
    responses=responses(404) | {200: {"content": {"application/x-ndjson": {}}, "description": "Items"}},
)
def read_errors(job_id: JobId, request: Request, here: Here, caller: Reader) -> Response:
    """The shots that failed, one JSON object per line."""
    return _lines(request, here, caller, here.service.items(caller.tenant, job_id), failed=True)


@router.get(
    "/jobs/{job_id}/events",
    response_class=StreamingResponse,
    responses=responses(404) | {200: {"content": {"text/event-stream": {}}, "description": "Events"}},
)
async def stream_events(job_id: JobId, request: Request, here: Here, caller: Reader) -> Response:
    """Progress as server-sent events: 'item' for each change of a shot, 'job' for the job, 'done' last."""
    await run_in_threadpool(here.service.job, caller.tenant, job_id)  # a stranger's id is refused at once
    headers = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}
    return StreamingResponse(
        _events(request, here, caller, job_id), media_type="text/event-stream", headers=headers
    )


@router.get("/wait", response_model=WaitOut)
def read_wait(here: Here, caller: Reader) -> WaitOut:
    """How long your next shot would wait."""
    return WaitOut(**vars(here.service.wait(caller.tenant)))


def _accepted(here: Serving, caller: Caller, order: Order, response: Response) -> JobOut:
    job, fresh = here.service.accept(caller.tenant, order)
    response.headers["Location"] = f"/v1/jobs/{job.id}"
    if not fresh:
        response.headers["Idempotent-Replayed"] = "true"
    return JobOut.of(job)


def _line(number: int, line: bytes) -> dict[str, Any]:
    """A line of a manifest; what is not even an object refuses the whole manifest."""
    try:
        given = json.loads(line)
    except ValueError as error:
        raise ApiProblem(400, "bad_manifest", f"Line {number} is not JSON: {error}.") from error
    if not isinstance(given, dict):
        raise ApiProblem(400, "bad_manifest", f"Line {number} is no JSON object.")
    try:
        return ShotIn.model_validate(given).model_dump(exclude_unset=True)
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(str(part) for part in first["loc"])
        raise ApiProblem(422, "bad_manifest", f"Line {number}, {where}: {first['msg']}.") from error


def _item(here: Serving, caller: Caller, item: Item, language: str) -> ItemOut:
    return ItemOut.of(item, *item_urls(here, caller.tenant, item), language)


def _lines(request: Request, here: Serving, caller: Caller, items: list[Item], *, failed: bool) -> Response:
    def lines() -> Iterator[str]:
        for item in items:
            if item.state == ("failed" if failed else "succeeded"):
                yield _item(here, caller, item, spoken(request)).model_dump_json() + "\n"

    return StreamingResponse(lines(), media_type="application/x-ndjson")


async def _events(request: Request, here: Serving, caller: Caller, job_id: str) -> AsyncIterator[str]:
    told: dict[str, str] = {}
    language, spoke = spoken(request), time.monotonic()
    while not await request.is_disconnected():
        job, items = await run_in_threadpool(_look, here, caller, job_id)
        news = [
            ("item", item.id, _item(here, caller, item, language).model_dump_json(exclude=_QUIET))
            for item in items
        ]
        news.append(("job", job.id, JobOut.of(job).model_dump_json()))
        for kind, name, data in news:
            if told.get(name) != data:
                told[name] = data
                spoke = time.monotonic()
                yield f"event: {kind}\ndata: {data}\n\n"
        if job.state.is_final:
            yield f"event: done\ndata: {JobOut.of(job).model_dump_json()}\n\n"
            return
        if time.monotonic() - spoke > _SILENCE:
            spoke = time.monotonic()
            yield ": still there\n\n"
        await asyncio.sleep(_LOOK)


#: Left out of events: signed addresses change with time, requests are known.
_QUIET = {"picture_url", "report_url", "request"}


def _look(here: Serving, caller: Caller, job_id: str) -> tuple[Job, list[Item]]:
    return here.service.job(caller.tenant, job_id), here.service.items(caller.tenant, job_id)
