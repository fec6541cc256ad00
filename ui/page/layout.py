"""The page put together: `Studio` has the panels and passes on what the reader does in them.

A panel is HTML made on the server. Its script (``page.js``) tells of every change and click as one event,
``act``; the answer is the panels anew. What is on the table travels in the reader's browser, so nothing is
lost on reload, and the server keeps nothing of a visit but its newest preview.
"""

from __future__ import annotations

import threading
from asyncio import sleep, to_thread
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from fashion_models.errors import FashionModelsError
from fashion_models.pipelines.jobs.model import Item, Lane, State
from fashion_models.ui.page import garment_step, make_step, people_step, results_step, scene_step
from fashion_models.ui.page.catalogue_tab import CatalogueTab
from fashion_models.ui.page.draft import Draft
from fashion_models.ui.page.events import Updates, acted, asked, streamed, turn_of
from fashion_models.ui.page.handlers import Data, Handlers, Outcome
from fashion_models.ui.page.problems import code_key, explain, explain_error
from fashion_models.ui.page.readings import Readings
from fashion_models.ui.page.style import header

if TYPE_CHECKING:
    import gradio as gr

    from fashion_models.pipelines.catalogue.desk import Desk
    from fashion_models.pipelines.jobs.service import JobService

#: How often a running set is looked at, and a preview [s].
_TICK, _LOOK = 1.0, 0.15
#: Browser tabs whose newest preview is kept, and photos that may be read or wait to be read at a time.
_TABS, _READERS = 300, 4


class Studio:
    """The page.

    Args:
        service: Photos, jobs, pictures and house styles.
        desk: Catalogue jobs.
    """

    def __init__(self, service: JobService, desk: Desk) -> None:
        from gradio.utils import get_upload_folder

        self._service = service
        self._readings = Readings(service)
        uploads = Path(get_upload_folder())
        self._handlers = Handlers(service, self._readings, uploads)
        self._catalogue = CatalogueTab(service, desk, uploads)
        self._previews: dict[str, tuple[str, str]] = {}  # browser tab to its newest preview job and picture
        threading.Thread(target=self._readings.warm, name="warm", daemon=True).start()

    def build(self) -> gr.Blocks:
        """The page as a Gradio application."""
        import gradio as gr

        page: gr.Blocks = gr.Blocks(title="fashion-models", analytics_enabled=False, fill_width=True)
        with page:
            start = Draft.from_json(None)
            self.draft = gr.BrowserState(
                start.to_json(), storage_key="fashion-draft", secret="fashion-models"
            )
            gr.HTML(header(), js_on_load="fashion.header(element)", apply_default_css=False, elem_id="top")
            with gr.Row(elem_id="studio"):
                with gr.Column(elem_id="steps"):
                    self.garment = _panel("garment-panel")
                    self.people = _panel("people-panel")
                    self.scene = _panel("scene-panel")
                with gr.Column(elem_id="aside"):
                    self.preview = _panel("preview-panel", make_step.preview_empty())
                    self.order = _panel("order-panel")
            self.results = _panel("results-panel")
            self._catalogue.build(self.draft, _panel)
            self.dialog = _panel("dialog-panel")
            self.pages = gr.State(1)
            self.clock = gr.Timer(_TICK, active=False)
            self._wire(page)
            self._catalogue.wire(page)
        return page

    def _wire(self, page: gr.Blocks) -> None:
        table = [self.draft, self.garment, self.people, self.scene, self.order, self.dialog]
        results = [self.results, self.dialog, self.clock, self.pages]
        calm: dict[str, Any] = {
            "show_progress": "hidden",
            "trigger_mode": "multiple",
            "concurrency_limit": None,
            "api_visibility": "private",
        }

        reads = (self.garment, self.dialog)

        def show(event: Any) -> None:
            event.then(streamed(self._show_preview), [self.draft], [self.preview], **calm)

        show(page.load(asked(self._open), [self.draft], [*table, *results], **calm))
        for panel, action in (
            (self.garment, self._on_garment),
            (self.people, self._on_people),
            (self.scene, self._on_scene),
            (self.dialog, self._on_dialog),
        ):
            limits = {"concurrency_id": "read", "concurrency_limit": _READERS} if panel in reads else {}
            show(panel.act(acted(action), [self.draft], table, **calm | limits))
        self.order.act(acted(self._on_order), [self.draft], [self.order, *results], **calm)
        self.results.act(acted(self._on_results), [self.pages], results, **calm)
        self.clock.tick(asked(self._tick), [self.pages], results, **calm)

    def _open(self, raw: Any, tenant: str) -> Updates:
        return self._table(Outcome(draft=Draft.from_json(raw)), tenant, self.garment) | self._results(
            tenant, 1
        )

    def _on_garment(self, raw: Any, data: Data, tenant: str) -> Updates:
        return self._acted(
            raw, data, tenant, self.garment, lambda draft: self._handlers.garment(draft, data, tenant)
        )

    def _on_people(self, raw: Any, data: Data, tenant: str) -> Updates:
        return self._acted(raw, data, tenant, self.people, lambda draft: self._handlers.people(draft, data))

    def _on_scene(self, raw: Any, data: Data, tenant: str) -> Updates:
        return self._acted(
            raw, data, tenant, self.scene, lambda draft: self._handlers.scene(draft, data, tenant)
        )

    def _on_dialog(self, raw: Any, data: Data, tenant: str) -> Updates:
        return self._acted(
            raw, data, tenant, self.garment, lambda draft: self._handlers.masked(draft, data, tenant)
        )

    def _acted(
        self, raw: Any, data: Data, tenant: str, panel: Any, action: Callable[[Draft], Outcome]
    ) -> Updates:
        draft = Draft.from_json(raw)
        try:
            outcome = action(draft)
        except FashionModelsError as error:
            outcome = Outcome(draft=draft, notice=explain_error(error))
        return self._table(outcome, tenant, panel, turn_of(data))

    def _on_order(self, raw: Any, data: Data, tenant: str) -> Updates:
        draft, wait, turn = Draft.from_json(raw), self._service.wait(tenant), turn_of(data)
        try:
            title = ", ".join(piece.name for piece in draft.ready)
            self._service.submit(tenant, list(draft.requests()), title=title)
        except FashionModelsError as error:
            return {self.order: make_step.order(draft, wait, explain_error(error), turn=turn)}
        begun = make_step.order(draft, wait, make_step.begun(), turn=turn)
        return {self.order: begun} | self._results(tenant, 1)

    def _on_results(self, pages: int, data: Data, tenant: str) -> Updates:
        try:
            if data.get("do") == "stop":
                self._service.cancel(tenant, str(data.get("job", "")))
            elif data.get("do") == "look":
                return {self.dialog: self._handlers.look(data, tenant)}
            elif data.get("do") == "older":
                pages += 1
        except FashionModelsError as error:
            return self._results(tenant, pages, explain_error(error))
        return self._results(tenant, pages)

    def _tick(self, pages: int, tenant: str) -> Updates:
        return self._results(tenant, pages)

    def _table(self, outcome: Outcome, tenant: str, panel: Any, turn: int = 0) -> Updates:
        """Everything about the draft; the notice stands in the panel in which it arose."""
        draft, notice = self._with_known_photos(outcome.draft, tenant), outcome.notice
        if len(draft.pieces) < len(outcome.draft.pieces):
            notice += explain("problem_not_found", "")
        styles = self._service.presets.all(tenant)
        updates = {
            self.draft: draft.to_json(),
            self.garment: garment_step.render(
                draft, self._readings, tenant, notice if panel is self.garment else ""
            ),
            self.people: people_step.render(draft, notice if panel is self.people else ""),
            self.scene: scene_step.render(draft, styles, notice if panel is self.scene else ""),
            self.order: make_step.order(draft, self._service.wait(tenant), turn=turn),
        }
        return updates if outcome.dialog is None else updates | {self.dialog: outcome.dialog}

    def _results(self, tenant: str, pages: int, notice: str = "") -> Updates:
        import gradio as gr

        shown, active = results_step.render(self._service, tenant, pages=pages, notice=notice)
        return {self.results: shown, self.clock: gr.Timer(active=active), self.pages: pages}

    def _with_known_photos(self, draft: Draft, tenant: str) -> Draft:
        """Without garments whose photos are gone."""
        for place in reversed(range(len(draft.pieces))):
            piece = draft.pieces[place]
            try:
                self._service.uploads.find(tenant, piece.upload)
                self._service.uploads.find(tenant, piece.original)
            except FashionModelsError:
                draft = draft.without_piece(place)
        return draft

    async def _show_preview(self, raw: Any, tenant: str, tab: str) -> AsyncIterator[Updates]:
        """Make a small picture of the person at work; a newer one of the same tab stops this one."""
        draft = Draft.from_json(raw)
        wanted = draft.preview()
        job_before, picture = self._previews.get(tab, ("", ""))
        if wanted is None:
            yield {self.preview: make_step.preview_empty()}
            return
        try:
            job = await to_thread(self._service.submit, tenant, [wanted], lane=Lane.PREVIEW)
        except FashionModelsError as error:
            yield {self.preview: make_step.preview_problem(explain_error(error))}
            return
        self._remember(tab, job.id, picture)
        if job_before:
            await to_thread(self._service.cancel, tenant, job_before)
        yield {self.preview: make_step.preview_busy(None, picture)}
        try:
            async for item in self._watch(tenant, job.id, tab):
                yield {self.preview: await to_thread(self._preview_of, tenant, draft, item, picture, tab)}
        finally:
            self._service.cancel(tenant, job.id)  # the tab is gone, or wants another

    async def _watch(self, tenant: str, job: str, tab: str) -> AsyncIterator[Item]:
        """The preview whenever it changed, until it is final or a newer one took its place."""
        before: Item | None = None
        while self._previews.get(tab, ("", ""))[0] == job:
            (item,) = await to_thread(self._service.items, tenant, job)
            if item != before:
                yield item
                before = item
            if item.state.is_final:
                return
            await sleep(_LOOK)

    def _preview_of(self, tenant: str, draft: Draft, item: Item, before: str, tab: str) -> str:
        if item.state is State.SUCCEEDED:
            picture = make_step.data_url(self._service.picture(tenant, item.id))
            self._remember(tab, item.job, picture)
            return make_step.preview_done(picture, draft.pieces[draft.piece].name, item.seconds or 0.0)
        if item.state is State.FAILED and item.problem is not None:
            return make_step.preview_problem(explain(code_key(item.problem.code), item.problem.message))
        return make_step.preview_busy(item, before)

    def _remember(self, tab: str, job: str, picture: str) -> None:
        self._previews.pop(tab, None)
        self._previews[tab] = (job, picture)
        while len(self._previews) > _TABS:
            del self._previews[next(iter(self._previews))]


def _panel(name: str, value: str = "") -> Any:
    import gradio as gr

    return gr.HTML(
        value,
        elem_id=name,
        apply_default_css=False,
        js_on_load="fashion.panel(element, d => trigger('act', d), upload, watch, () => props.value = '')",
    )
