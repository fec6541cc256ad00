"""The job service as its callers see it. Every call names the tenant it is made for.

A tenant sees nothing of another: ids of strangers are answered like ids that never were.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import fields
from typing import Any

import numpy as np

from fashion_models.cache import digest
from fashion_models.errors import BusyError, FashionModelsError, NotFoundError, PlanError
from fashion_models.photo import GarmentPhoto
from fashion_models.pipelines.jobs.blobs import Blobs
from fashion_models.pipelines.jobs.model import MAX_ITEMS, Item, Job, Lane, Problem, Upload, Wait
from fashion_models.pipelines.jobs.presets import Presets
from fashion_models.pipelines.jobs.rows import NewItem, NewJob
from fashion_models.pipelines.jobs.store import JobStore
from fashion_models.pipelines.jobs.turns import Load
from fashion_models.pipelines.jobs.uploads import Uploads
from fashion_models.plan import ShotRequest, plan_shot

#: Most shots that wait at a time, of all tenants and of one.
MAX_WAITING, MAX_WAITING_OF_TENANT = 4000, 2000
#: What a shot is assumed to take before one was made [s].
_FIRST_GUESS = {Lane.PREVIEW: 5.0, Lane.SHOTS: 40.0}

_FIELDS = frozenset(field.name for field in fields(ShotRequest))


class JobService:
    """Jobs, photos, pictures and presets of all tenants.

    Args:
        store: Jobs and items.
        uploads: Photos.
        blobs: Pictures and reports.
        presets: House styles.
        load: Queue lengths.
    """

    def __init__(self, store: JobStore, uploads: Uploads, blobs: Blobs, presets: Presets, load: Load) -> None:
        self.store = store
        self.uploads = uploads
        self.presets = presets
        self.load = load
        self._blobs = blobs

    def upload(self, tenant: str, data: bytes, name: str) -> Upload:
        """Hand in a garment photo.

        Args:
            tenant: Whose it is.
            data: Bytes of a JPEG, PNG or WebP file; a transparent PNG brings its own cut-out.
            name: File name.

        Raises:
            PhotoError: It cannot be read.
        """
        return self.uploads.fill(tenant, self.uploads.promise(tenant, name), data)

    def submit(
        self,
        tenant: str,
        requests: Sequence[Mapping[str, Any]],
        *,
        title: str = "",
        lane: Lane = Lane.SHOTS,
        idempotency_key: str | None = None,
        webhook_url: str | None = None,
    ) -> Job:
        """Ask for shots; once this returns, each of them ends in exactly one result.

        Args:
            tenant: Who asks.
            requests: Fields of `ShotRequest` each, with upload ids as ``photo`` and ``back_photo``, and
                ``custom_id`` if the caller has a name for the shot.
            title: What the user calls the job.
            lane: `Lane.PREVIEW` for what a user waits for at the screen.
            idempotency_key: The same key and requests within a day give the same job, not another.
            webhook_url: Who is told when the job is finished.

        Raises:
            BadInputError: One of the requests cannot be done; nothing was accepted.
            NotFoundError: There is no such upload.
            ConflictError: The key was used for something else.
            BusyError: The queue is full.
        """
        return self.submit_once(
            tenant,
            [self._checked(tenant, request) for request in requests],
            title=title,
            lane=lane,
            idempotency_key=idempotency_key,
            webhook_url=webhook_url,
        )[0]

    def submit_batch(
        self,
        tenant: str,
        requests: Sequence[Mapping[str, Any]],
        *,
        title: str = "",
        idempotency_key: str | None = None,
        webhook_url: str | None = None,
    ) -> tuple[Job, bool]:
        """Like `submit`, but a request that cannot be done becomes a failed item and the others go on.

        Returns:
            The job, and False when the key was seen before.
        """
        checked = []
        for request in requests:
            try:
                checked.append(self._checked(tenant, request))
            except FashionModelsError as error:
                custom_id = request.get("custom_id")
                checked.append(
                    NewItem(
                        request=request,
                        custom_id=custom_id if isinstance(custom_id, str) else "",
                        problem=Problem.of(error),
                    )
                )
        return self.submit_once(
            tenant, checked, title=title, idempotency_key=idempotency_key, webhook_url=webhook_url
        )

    def submit_once(
        self,
        tenant: str,
        checked: Sequence[NewItem],
        *,
        title: str = "",
        lane: Lane = Lane.SHOTS,
        idempotency_key: str | None = None,
        webhook_url: str | None = None,
    ) -> tuple[Job, bool]:
        """Accept checked items; gives the job, and False when the key was seen before."""
        if not 1 <= len(checked) <= MAX_ITEMS:
            raise PlanError(f"{len(checked)} shots in one job;", limit=f"1 to {MAX_ITEMS} are possible.")
        body = digest([[vars(item) for item in checked], title, lane, webhook_url])
        new = NewJob(
            tenant=tenant,
            title=title,
            lane=lane,
            items=checked,
            webhook_url=webhook_url,
            idempotency_key=idempotency_key,
            body_digest=body,
        )
        return self.store.add(new, admit=lambda: self._make_room(tenant, lane, len(checked)))

    def job(self, tenant: str, job_id: str) -> Job:
        """One job.

        Raises:
            NotFoundError: The tenant has no such job.
        """
        return self.store.job(tenant, job_id)

    def items(self, tenant: str, job_id: str, *, offset: int = 0, limit: int = MAX_ITEMS) -> list[Item]:
        """A job's items in their order.

        Raises:
            NotFoundError: The tenant has no such job.
        """
        return self.store.items(tenant, job_id, offset=offset, limit=limit)

    def item(self, tenant: str, item_id: str) -> Item:
        """One item.

        Raises:
            NotFoundError: The tenant has no such item.
        """
        return self.store.item(tenant, item_id)

    def cancel(self, tenant: str, job_id: str) -> Job:
        """Stop a job; finished pictures stay, and a finished job stays as it is.

        Raises:
            NotFoundError: The tenant has no such job.
        """
        return self.store.cancel(tenant, job_id)

    def history(
        self, tenant: str, *, lane: Lane = Lane.SHOTS, limit: int = 50, before: float | None = None
    ) -> list[Job]:
        """A tenant's jobs, newest first.

        Args:
            tenant: Whose.
            lane: Previews are kept apart.
            limit: At most so many.
            before: Only jobs created earlier [s since 1970]: the next page.
        """
        return self.store.history(tenant, lane=lane, limit=limit, before=before)

    def picture(self, tenant: str, item_id: str) -> bytes:
        """An item's picture as PNG.

        Raises:
            NotFoundError: There is no such item, or it has no picture.
        """
        return self._blobs.get(self._key(tenant, item_id, 0))

    def report(self, tenant: str, item_id: str) -> dict[str, Any]:
        """An item's report.

        Raises:
            NotFoundError: There is no such item, or it has no picture.
        """
        found: dict[str, Any] = json.loads(self._blobs.get(self._key(tenant, item_id, 1)))
        return found

    def wait(self, tenant: str, lane: Lane = Lane.SHOTS) -> Wait:
        """How long the tenant's next shot would wait."""
        ahead = self.load.ahead(tenant, lane)
        full = sum(self.load.counts().values()) >= MAX_WAITING
        full = full or self.load.of_tenant(tenant) >= MAX_WAITING_OF_TENANT
        return Wait(ahead=ahead, seconds=round(ahead * self._pace(lane), 1), full=full)

    def _pace(self, lane: Lane) -> float:
        return self.load.pace(lane) or _FIRST_GUESS[lane]

    def _key(self, tenant: str, item_id: str, which: int) -> str:
        key = self.store.keys(tenant, item_id)[which]
        if key is None:
            raise NotFoundError(f"item '{item_id}' has no picture;", cure="see its state and its problem.")
        return key

    def _make_room(self, tenant: str, lane: Lane, count: int) -> None:
        limits = (
            ("the queue", sum(self.load.counts().values()), MAX_WAITING),
            ("your share of the queue", self.load.of_tenant(tenant), MAX_WAITING_OF_TENANT),
        )
        for what, waiting, limit in limits:
            if waiting + count > limit:
                over = waiting + count - limit
                raise BusyError(
                    f"{what} holds {waiting} shots, and {count} more do not fit;",
                    limit=f"at most {limit} wait at a time;",
                    retry_after=max(1, round(over * self._pace(lane))),
                )

    def _checked(self, tenant: str, request: Mapping[str, Any]) -> NewItem:
        """Refuse what cannot be done while the caller is still there to mend it."""
        given = {name: value for name, value in request.items() if name != "custom_id"}
        unknown = sorted(set(given) - _FIELDS)
        if unknown:
            raise PlanError(
                f"option '{unknown[0]}' is unknown;", limit=f"known: {', '.join(sorted(_FIELDS))}."
            )
        photos = {}
        for name in ("photo", "back_photo"):
            if given.get(name) is not None:
                found = self.uploads.find(tenant, given[name])
                photos[name] = GarmentPhoto(  # the bytes were read when they came; here the name is enough
                    rgb=np.zeros((1, 1, 3), np.uint8), alpha=None, digest=found.digest, name=found.name
                )
        if "photo" not in photos:
            raise PlanError("no photo is named;", cure="upload one and give its id as 'photo'.")
        plan_shot(ShotRequest(**given | photos))
        return NewItem(request=given, custom_id=str(request.get("custom_id", "")))
