"""The job service as its callers see it. Every call names the tenant it is made for.

A tenant sees nothing of another: ids of strangers are answered like ids that never were.
"""

from __future__ import annotations

import json
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

import numpy as np

from fashion_models.cache import digest
from fashion_models.conditioning.joints import Joint
from fashion_models.errors import BusyError, FashionModelsError, NotFoundError, ObjectMissingError, PlanError
from fashion_models.photo import GarmentPhoto
from fashion_models.pipelines.finish.weights import JOINT_DETECTOR, read_record
from fashion_models.pipelines.jobs.files import POSE_PHOTO, LocalFiles
from fashion_models.pipelines.jobs.model import MAX_ITEMS, PHOTOS, Item, Job, Lane, Problem, Upload, Wait
from fashion_models.pipelines.jobs.presets import Presets
from fashion_models.pipelines.jobs.rows import NewItem, NewJob
from fashion_models.pipelines.jobs.store import JobStore
from fashion_models.pipelines.jobs.turns import Load
from fashion_models.pipelines.jobs.uploads import Uploads
from fashion_models.pipelines.jobs.webhooks import Webhooks, check_webhook_url
from fashion_models.pipelines.storage.base import Storage
from fashion_models.plan import ShotRequest, plan_shot
from fashion_models.pose.reference import Joints, take_joints

#: Most shots that wait at a time, of all tenants and of one.
MAX_WAITING, MAX_WAITING_OF_TENANT = 4000, 2000
#: What a shot is assumed to take before one was made [s].
_FIRST_GUESS = {Lane.PREVIEW: 5.0, Lane.SHOTS: 40.0}

_FIELDS = frozenset(field.name for field in fields(ShotRequest))


@dataclass(frozen=True, kw_only=True)
class Order:
    """Everything that can be said when asking for shots.

    Attributes:
        requests: Fields of `ShotRequest` each, with upload ids in `PHOTOS`, and ``custom_id`` if the caller
            has a name for the shot.
        title: What the user calls the job.
        lane: `Lane.PREVIEW` for what a user waits for at the screen.
        idempotency_key: The same key and requests within a day give the same job, not another.
        webhook_url: Who is told when the job is finished.
        quota: Most shots of the tenant that may wait; `MAX_WAITING_OF_TENANT` if left out.
        lenient: A request that cannot be done becomes a failed item; else it refuses the whole order.
    """

    requests: Sequence[Mapping[str, Any]]
    title: str = ""
    lane: Lane = Lane.SHOTS
    idempotency_key: str | None = None
    webhook_url: str | None = None
    quota: int | None = None
    lenient: bool = False


class JobService:
    """Jobs, photos, pictures and presets of all tenants.

    Args:
        store: Jobs and items.
        uploads: Photos.
        pictures: Pictures and reports.
        presets: House styles.
        load: Queue lengths.
        webhooks: Who is told of finished jobs.
    """

    def __init__(
        self,
        store: JobStore,
        uploads: Uploads,
        pictures: Storage,
        presets: Presets,
        load: Load,
        webhooks: Webhooks,
    ) -> None:
        self.store = store
        self.uploads = uploads
        self.presets = presets
        self.load = load
        self.webhooks = webhooks
        self._pictures = pictures
        self._files = LocalFiles(store, uploads, pictures)

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
    ) -> Job:
        """Ask for shots; once this returns, each of them ends in exactly one result.

        Args:
            tenant: Who asks.
            requests: See `Order`.
            title: What the user calls the job.
            lane: `Lane.PREVIEW` for what a user waits for at the screen.
            idempotency_key: See `Order`.

        Raises:
            BadInputError: One of the requests cannot be done; nothing was accepted.
            NotFoundError: There is no such upload.
            ConflictError: The key was used for something else.
            BusyError: The queue is full.
        """
        order = Order(requests=requests, title=title, lane=lane, idempotency_key=idempotency_key)
        return self.accept(tenant, order)[0]

    def accept(self, tenant: str, order: Order) -> tuple[Job, bool]:
        """Like `submit`, with all that an order can say.

        Returns:
            The job, and False when its idempotency key was seen before.
        """
        count, quota = len(order.requests), order.quota or MAX_WAITING_OF_TENANT
        if not 1 <= count <= MAX_ITEMS:
            raise PlanError(f"{count} shots in one job;", limit=f"1 to {MAX_ITEMS} are possible.")
        if order.webhook_url is not None:
            check_webhook_url(order.webhook_url, private=self.webhooks.private)
        new = NewJob(
            tenant=tenant,
            title=order.title,
            lane=order.lane,
            items=[self._checked(tenant, request, order.lenient) for request in order.requests],
            webhook_url=order.webhook_url,
            idempotency_key=order.idempotency_key,
            body_digest=digest([list(order.requests), order.title, order.lane, order.webhook_url]),
        )
        return self.store.add(new, admit=lambda: self._make_room(tenant, order.lane, count, quota))

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
        return self._kept(tenant, item_id, 0)

    def report(self, tenant: str, item_id: str) -> dict[str, Any]:
        """An item's report.

        Raises:
            NotFoundError: There is no such item, or it has no picture.
        """
        found: dict[str, Any] = json.loads(self._kept(tenant, item_id, 1))
        return found

    def wait(self, tenant: str, lane: Lane = Lane.SHOTS) -> Wait:
        """How long the tenant's next shot would wait."""
        ahead = self.load.ahead(tenant, lane)
        full = sum(self.load.counts().values()) >= MAX_WAITING
        full = full or self.load.of_tenant(tenant) >= MAX_WAITING_OF_TENANT
        return Wait(ahead=ahead, seconds=round(ahead * self._pace(lane), 1), full=full)

    def _pace(self, lane: Lane) -> float:
        return self.load.pace(lane) or _FIRST_GUESS[lane]

    def _kept(self, tenant: str, item_id: str, which: int) -> bytes:
        key = self.store.keys(tenant, item_id)[which]
        if key is None:
            raise NotFoundError(f"item '{item_id}' has no picture;", cure="see its state and its problem.")
        try:
            return self._pictures.get(key)
        except ObjectMissingError as error:
            raise NotFoundError(
                f"the picture of item '{item_id}' is not kept any more;", cure="make it again."
            ) from error

    def _make_room(self, tenant: str, lane: Lane, count: int, quota: int) -> None:
        limits = (
            ("the queue", sum(self.load.counts().values()), MAX_WAITING),
            ("your share of the queue", self.load.of_tenant(tenant), quota),
        )
        for what, waiting, limit in limits:
            if waiting + count > limit:
                over = waiting + count - limit
                raise BusyError(
                    f"{what} holds {waiting} shots, and {count} more do not fit;",
                    limit=f"at most {limit} wait at a time;",
                    retry_after=max(1, round(over * self._pace(lane))),
                )

    def _checked(self, tenant: str, request: Mapping[str, Any], lenient: bool) -> NewItem:
        """Refuse what cannot be done while the caller is still there to mend it."""
        custom_id = str(request.get("custom_id", ""))
        try:
            return NewItem(request=self._plannable(tenant, request), custom_id=custom_id)
        except FashionModelsError as error:
            if not lenient:
                raise
            return NewItem(request=request, custom_id=custom_id, problem=Problem.of(error))

    def _plannable(self, tenant: str, request: Mapping[str, Any]) -> dict[str, Any]:
        """The fields of a request that can be planned."""
        given = {name: value for name, value in request.items() if name != "custom_id"}
        unknown = sorted(set(given) - _FIELDS)
        if unknown:
            raise PlanError(
                f"option '{unknown[0]}' is unknown;", limit=f"known: {', '.join(sorted(_FIELDS))}."
            )
        photos = {}
        for name in PHOTOS:
            if given.get(name) is not None:
                found = self.uploads.find(tenant, given[name])
                photos[name] = GarmentPhoto(  # the bytes were read when they came; here the name is enough
                    rgb=np.zeros((1, 1, 3), np.uint8), alpha=None, digest=found.digest, name=found.name
                )
        if "photo" not in photos:
            raise PlanError("no photo is named;", cure="upload one and give its id as 'photo'.")
        with tempfile.TemporaryDirectory() as folder:
            files = self._files.write(tenant, given, Path(folder))
            plan_shot(ShotRequest(**given | photos | files | _sought(files)))
        return given


def _sought(files: Mapping[str, str]) -> dict[str, Joints]:
    """Joints in place of a pose photo: they are looked for by the worker, if it has what it needs for that.

    Raises:
        PlanError: It has not.
    """
    if POSE_PHOTO not in files:
        return {}
    if read_record(JOINT_DETECTOR) is None:
        take_joints(Path(files[POSE_PHOTO]).name, None)  # says what to do
    return {POSE_PHOTO: Joints(points=((0.0, 0.0, 0.0),) * len(Joint))}
