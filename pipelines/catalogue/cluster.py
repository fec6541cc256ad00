"""Run a job on a Ray cluster: Ray Data hands shards to actors, each the supervisor of one worker process.

Ray keeps nothing that matters: its own checkpoints are not used, since on S3 they can lose rows. Whatever
dies, a new driver reads from the store what is left.
"""

from __future__ import annotations

import json
import logging
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from fashion_models.errors import BadInputError, CancelledError, FashionModelsError, StageError
from fashion_models.pipelines.catalogue.local import BEAT_SECONDS, run_folder
from fashion_models.pipelines.catalogue.queue import executor_name
from fashion_models.pipelines.catalogue.render import SHOOT
from fashion_models.pipelines.catalogue.store import JobStore, Progress
from fashion_models.pipelines.catalogue.supervise import PATIENCE_SECONDS, STORE_PAUSES, Supervisor
from fashion_models.pipelines.catalogue.watch import Watch

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

#: Shards an actor has beyond the one it works on.
_AHEAD = 2


def run_ray(
    out: str,
    job: str,
    *,
    address: str = "",
    workers: int = 0,
    cpus: float = 1.0,
    gpus: float = 0.0,
    renderer: str = SHOOT,
    patience: float = PATIENCE_SECONDS,
    store_pauses: tuple[float, ...] = STORE_PAUSES,
    metrics_port: int = 0,
    tell: Callable[[Watch], None] = lambda watch: None,
) -> Progress:
    """Work on a job with every machine of a cluster until every item has ended, or it is cancelled.

    Args:
        out: The store, as `open_storage` takes it; every machine must reach it under this name.
        job: The job's name.
        address: The cluster's, such as 'auto' on one of its machines; a cluster of this machine, if left out.
        workers: Most workers at once; as many as the cluster has room for, if left out.
        cpus: Processors a worker takes.
        gpus: GPUs a worker takes.
        renderer: 'module:callable' that makes the pictures.
        patience: Silence after which a worker is taken to hang [s].
        store_pauses: Pauses between attempts while the store fails [s].
        metrics_port: Port for Prometheus on this machine; 0 for none.
        tell: Called after each shard with what is known of the run.

    Returns:
        How far the job is; less than finished if it was cancelled.

    Raises:
        BadInputError: Ray is not installed.
        JobError: There is no such job.
        StageError: Workers cannot start, or the store does not come back.
    """
    records = JobStore.open(out, job)
    pending = records.pending()
    if not pending or records.is_cancelled():
        return records.progress()
    folder = run_folder(records)
    watch = Watch(job, records.job.items, log=folder / "log.jsonl", metrics_port=metrics_port)
    settings = {
        "out": out,
        "job": job,
        "renderer": renderer,
        "patience": patience,
        "store_pauses": tuple(store_pauses),
    }
    try:
        with _cluster(address), executor_name() as driver, _beating(records, f"ray-{driver}", watch):
            for shard in _shards(pending, settings, workers, cpus, gpus):
                for event in json.loads(shard["events"]):
                    watch(event)
                if shard["error"]:
                    raise StageError(shard["error"])
                tell(watch)
    finally:
        watch.close()
    return records.progress()


class ShardActor:
    """One worker of the cluster; what it supervises can die without it."""

    def __init__(self, settings: Mapping[str, Any]) -> None:
        self.events: list[Mapping[str, Any]] = []
        import ray

        name = ray.get_runtime_context().get_actor_id() or "actor"
        self.supervisor = Supervisor(name=name[:12], observer=self._observe, **settings)

    def __call__(self, batch: dict[str, NDArray[np.str_]]) -> dict[str, list[str]]:
        """Bring the one shard of a batch to its commit; trouble is told, Ray need not retry."""
        [shard] = batch["shard"]
        error = ""
        try:
            self.supervisor.run(str(shard))
        except CancelledError:
            pass
        except FashionModelsError as trouble:
            error = str(trouble)
        told, self.events = self.events, []
        return {"shard": [str(shard)], "error": [error], "events": [json.dumps(told)]}

    def _observe(self, event: Mapping[str, Any]) -> None:
        if event["event"] in ("end", "died", "done"):
            self.events.append(event)


def _shards(
    pending: list[str], settings: Mapping[str, Any], workers: int, cpus: float, gpus: float
) -> Iterator[dict[str, str]]:
    """Every pending shard as it ends, with what its worker told."""
    import ray
    import ray.data

    room: dict[str, float] = ray.cluster_resources()  # type: ignore[no-untyped-call]  # Ray leaves it untyped
    most = int(room.get("GPU", 0) // gpus) if gpus else int((room.get("CPU", 1) - 1) // cpus)
    ray.data.DataContext.get_current().enable_progress_bars = False
    shards = ray.data.from_items([{"shard": shard} for shard in pending], override_num_blocks=len(pending))
    made = shards.map_batches(
        ShardActor,
        batch_size=1,
        num_cpus=cpus,
        num_gpus=gpus or None,
        fn_constructor_args=(settings,),
        compute=ray.data.ActorPoolStrategy(
            min_size=1, max_size=max(workers or most, 1), max_tasks_in_flight_per_actor=_AHEAD
        ),
    )
    for rows in made.iter_rows():
        yield {name: str(value) for name, value in rows.items()}


@contextmanager
def _cluster(address: str) -> Iterator[None]:
    """Join a cluster, or start one of this machine."""
    try:
        import ray
    except ImportError as error:
        raise BadInputError(
            "--engine ray needs Ray, which is not installed;", cure="pip install 'fashion-models[ray]'."
        ) from error
    # Without an address Ray would take up the last cluster this machine saw, even a dead one.
    ray.init(
        address=address or "local", include_dashboard=None if address else False, logging_level=logging.ERROR
    )
    try:
        yield
    finally:
        ray.shutdown()


@contextmanager
def _beating(records: JobStore, driver: str, watch: Watch) -> Iterator[None]:
    """Show now and then that this driver lives."""
    ended = threading.Event()

    def beat() -> None:
        while True:
            records.beat(driver, watch.facts())
            if ended.wait(BEAT_SECONDS):
                return

    thread = threading.Thread(target=beat, daemon=True)
    thread.start()
    try:
        yield
    finally:
        ended.set()
        thread.join()
        records.leave(driver)
