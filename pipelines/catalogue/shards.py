"""Run one shard: make what is missing, give up what cannot be made, commit once.

Whatever dies at whatever moment, the next attempt finds the pictures that are there, and the commit record
is written once. An item that raises is tried `TRIES` times; one that a worker was seen to die on `CRASHES`
times, or whose machine vanished under it `STARTS` times, is given up; its neighbours are not touched.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from fashion_models.errors import BadInputError, CancelledError, StorageError
from fashion_models.pipelines.catalogue.deliver import deliver, recover
from fashion_models.pipelines.catalogue.model import Item, Outcome, Status
from fashion_models.pipelines.catalogue.render import Rendered, Renderer, Work
from fashion_models.pipelines.catalogue.sources import read_source
from fashion_models.pipelines.catalogue.store import Attempt, JobStore
from fashion_models.pipelines.stages import Cancelled, Progress, stop_if

#: How often an item that raises is tried.
TRIES = 3
#: Pause before the second try, doubled for each further one [s].
PAUSE_SECONDS = 0.5
#: Deaths of a worker, seen by its supervisor, after which an item is given up.
CRASHES = 3
#: Starts that neither ended nor were seen to fail (power, node, driver) after which an item is given up.
STARTS = 5
#: Attempts at a shard after which items are made one at a time behind a mark …
SUSPECT = 2
#: … and after which a photo whose store does not answer is held against its item, not against the store.
IMPATIENT = 3


@dataclass(frozen=True, kw_only=True)
class ShardResult:
    """How a shard ended.

    Attributes:
        made: Pictures rendered by this attempt; the others were there.
        ok: Items with a picture.
        dead: Items given up.
    """

    shard: str
    made: int
    ok: int
    dead: int


@dataclass(frozen=True, kw_only=True)
class Listener:
    """Told what happens, for supervisors, progress and metrics.

    Attributes:
        begin: The keys of a micro-batch, before it is made.
        stage: A stage's name and the share of the picture that is done; silence means that it hangs.
        end: An item's outcome and the seconds since its micro-batch began.
    """

    begin: Callable[[Sequence[str]], None] = lambda keys: None
    stage: Progress = lambda name, share: None
    end: Callable[[Outcome, float], None] = lambda outcome, seconds: None


class ShardRunner:
    """Runs shards of one job in this process, one after the other."""

    def __init__(
        self,
        records: JobStore,
        renderer: Renderer,
        *,
        listener: Listener | None = None,
        cancelled: Cancelled = lambda: False,
    ) -> None:
        self.records = records
        self.renderer = renderer
        self.listener = listener or Listener()
        self.cancelled = cancelled

    def run(self, shard: str) -> ShardResult:
        """Bring a shard to its commit.

        Raises:
            CancelledError: The job was cancelled; what was made stays.
            StorageError: The store fails; another attempt will go on from here.
        """
        if self.records.is_done(shard):
            ok, dead = self.records.tally(shard)
            return ShardResult(shard=shard, made=0, ok=ok, dead=dead)
        attempt = self.records.begin(shard)
        items = self.records.read_items(shard)
        outcomes: dict[str, Outcome] = {}
        if attempt.number or self.records.job.reuse:
            outcomes = {outcome.key: outcome for outcome in self._recovered(items)}
        todo = [item for item in items if self._key(item) not in outcomes]
        made = 0
        for batch in self._batches(todo, attempt):
            stop_if(self.cancelled)
            for outcome in self._attempt(shard, batch, attempt):
                outcomes[outcome.key] = outcome
                made += outcome.status is Status.OK
        ok, dead = self.records.commit(shard, [outcomes[self._key(item)] for item in items])
        return ShardResult(shard=shard, made=made, ok=ok, dead=dead)

    def _key(self, item: Item) -> str:
        return item.key(self.records.job.release)

    def _recovered(self, items: Sequence[Item]) -> Iterator[Outcome]:
        for item in items:
            stop_if(self.cancelled)
            found = recover(self.records.storage, self.records.job, item)
            if found is not None:
                self.listener.end(found, 0.0)
                yield found

    def _batches(self, items: Sequence[Item], attempt: Attempt) -> Iterator[Sequence[Item]]:
        start = 0
        while start < len(items):
            size = 1 if _is_suspect(attempt) else self.renderer.together(items[start])
            yield items[start : start + size]
            start += size

    def _attempt(self, shard: str, batch: Sequence[Item], attempt: Attempt) -> list[Outcome]:
        """Make a micro-batch; alone and behind a mark if the shard has a history."""
        if not _is_suspect(attempt):
            return self._make(batch, attempt)
        [item] = batch
        key = self._key(item)
        if attempt.crashes[key] >= CRASHES:
            why = self.records.last_words(shard, key)
            return [self._dead(item, "WorkerLost", f"its worker died {attempt.crashes[key]} times: {why}")]
        if attempt.starts[key] >= STARTS:
            return [
                self._dead(item, "WorkerLost", f"it was begun {attempt.starts[key]} times and never ended")
            ]
        mark = self.records.mark_start(shard, key)
        try:
            return self._make(batch, attempt)
        finally:  # not reached by a process that dies
            self.records.unmark(mark)

    def _make(self, batch: Sequence[Item], attempt: Attempt) -> list[Outcome]:
        """Render and store a micro-batch. What goes wrong while storing is the store's, not the items'."""
        began = time.perf_counter()
        outcomes = []
        for item, picture in zip(batch, self._pictures(batch, attempt), strict=True):
            if isinstance(picture, Exception):
                outcomes.append(self._dead(item, type(picture).__name__, str(picture)))
                continue
            outcomes.append(deliver(self.records.storage, self.records.job, item, picture))
            self.listener.end(outcomes[-1], time.perf_counter() - began)
        return outcomes

    def _pictures(self, batch: Sequence[Item], attempt: Attempt) -> list[Rendered | Exception]:
        """A picture or the reason there is none, for each item; a batch that fails is split."""
        try:
            return list(self._render(batch))
        except CancelledError:
            raise
        except StorageError as error:
            if attempt.number < IMPATIENT:
                raise
            failure: Exception = error
        except Exception as error:  # whatever one picture fails of must not take the others along
            failure = error
        if len(batch) > 1:
            return [picture for item in batch for picture in self._pictures([item], attempt)]
        return [self._insist(batch[0], failure)]

    def _insist(self, item: Item, failure: Exception) -> Rendered | Exception:
        """Try a failed item again, unless nobody could make it."""
        for attempt in range(1, TRIES):
            if isinstance(failure, BadInputError):
                break
            time.sleep(PAUSE_SECONDS * 2 ** (attempt - 1))
            try:
                return self._render([item])[0]
            except CancelledError:
                raise
            except Exception as error:  # the last reason is told
                failure = error
        return failure

    def _render(self, batch: Sequence[Item]) -> Sequence[Rendered]:
        self.listener.begin([self._key(item) for item in batch])
        works = [
            Work(
                item=item,
                photo=read_source(item.photo),
                back_photo=None if item.back_photo is None else read_source(item.back_photo),
            )
            for item in batch
        ]
        return self.renderer(works, progress=self.listener.stage, cancelled=self.cancelled)

    def _dead(self, item: Item, error: str, reason: str) -> Outcome:
        outcome = Outcome(
            key=self._key(item),
            sku=item.sku,
            variant=item.variant,
            look=item.look,
            row=item.row,
            status=Status.DEAD,
            error=error,
            reason=reason,
        )
        self.listener.end(outcome, 0.0)
        return outcome


def _is_suspect(attempt: Attempt) -> bool:
    return attempt.number >= SUSPECT or attempt.doubtful or bool(attempt.crashes)
