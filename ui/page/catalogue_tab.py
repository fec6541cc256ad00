"""The catalogue tab: its panels, and what happens on which action."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from fashion_models.errors import BusyError, FashionModelsError
from fashion_models.pipelines.catalogue.tray import RECIPES
from fashion_models.ui.page import catalogue_step
from fashion_models.ui.page.choices import CARDS
from fashion_models.ui.page.draft import Draft
from fashion_models.ui.page.events import Updates, acted, asked, turn_of
from fashion_models.ui.page.files import arrived
from fashion_models.ui.page.problems import explain, explain_error
from fashion_models.ui.page.recipes import FILE, SET, STYLE, Choice, recipe_of, style_of
from fashion_models.ui.page.texts import say

if TYPE_CHECKING:
    import gradio as gr

    from fashion_models.pipelines.catalogue.desk import Desk
    from fashion_models.pipelines.jobs.service import JobService

#: How often jobs at work are looked at [s].
_TICK = 2.0
#: Lists that are read at a time; reading one may fetch thousands of pictures' headers.
_READERS = 2
_SAMPLES = ("tee", "dress", "trousers")
#: Actions that choose something; the others leave the draft alone, which may change meanwhile.
_CHOOSES = ("change", "uploaded", "send")


class CatalogueTab:
    """The tab.

    Args:
        service: House styles and finished sets.
        desk: Catalogue jobs.
        uploads: Folder that files dropped on the page arrive in; nothing else is opened.
    """

    def __init__(self, service: JobService, desk: Desk, uploads: Path) -> None:
        self._service = service
        self._desk = desk
        self._uploads = uploads

    def build(self, draft: gr.BrowserState, panel: Any) -> None:
        """Its components, within the page's.

        Args:
            draft: What is on the table.
            panel: Makes a panel of a name.
        """
        import gradio as gr

        with gr.Column(elem_id="catalogue-view"):
            self.form = panel("catalogue-panel")
            self.runs = panel("runs-panel")
        self._draft = draft
        self._unused = gr.State(0)
        self._clock = gr.Timer(_TICK, active=False)

    def wire(self, page: gr.Blocks) -> None:
        """Which handler answers what."""
        calm: dict[str, Any] = {
            "show_progress": "hidden",
            "trigger_mode": "multiple",
            "concurrency_limit": None,
            "api_visibility": "private",
        }
        everything = [self._draft, self.form, self.runs, self._clock]
        reading = {"concurrency_id": "catalogue", "concurrency_limit": _READERS}
        page.load(asked(self._open), [self._draft], everything, **calm)
        self.form.act(acted(self._on_form), [self._draft], everything, **calm | reading)
        self.runs.act(acted(self._on_runs), [self._unused], [self.runs, self._clock], **calm)
        self._clock.tick(asked(self._tick), [self._unused], [self.runs, self._clock], **calm)

    def _open(self, raw: Any, tenant: str) -> Updates:
        return self._form(Draft.from_json(raw).catalogue, tenant) | self._listed(tenant)

    def _tick(self, unused: Any, tenant: str) -> Updates:
        return self._listed(tenant)

    def _on_form(self, raw: Any, data: Mapping[str, Any], tenant: str) -> Updates:
        draft = Draft.from_json(raw)
        choice = _changed(draft.catalogue, dict(data.get("form", {})))
        try:
            choice, after = self._acted(replace(draft, catalogue=choice), data, tenant)
        except BusyError as error:
            after = explain("cat_busy", str(error))
        except FashionModelsError as error:
            after = explain_error(error)
        updates = self._form(choice, tenant, after, turn_of(data)) | self._listed(tenant)
        if data.get("do") in _CHOOSES:
            updates[self._draft] = replace(draft, catalogue=choice).to_json()
        return updates

    def _acted(self, draft: Draft, data: Mapping[str, Any], tenant: str) -> tuple[Choice, str]:
        """What is chosen after an action, and what is to be said about it, as HTML."""
        tray, choice, action = self._desk.tray(tenant), draft.catalogue, data.get("do")
        if action == "uploaded":
            return self._take(choice, data, tenant)
        if action == "send":
            return self._sent(choice, str(data.get("job", "")), tenant)
        if action == "sample":
            for name in _SAMPLES:
                tray.take(f"{name}.jpg", CARDS / f"sample-{name}.jpg")
            tray.take("sample-products.csv", CARDS / "sample-products.csv")
        elif action == "empty":
            tray.empty()
        elif action == "plan":
            return choice, catalogue_step.plan(self._desk.plan(tenant, self._recipe(draft, tenant)))
        elif action == "start":
            self._desk.begin(tenant, self._recipe(draft, tenant))
        return choice, ""

    def _take(self, choice: Choice, data: Mapping[str, Any], tenant: str) -> tuple[Choice, str]:
        """Files that were dropped; one that cannot be used does not keep the others away."""
        tray = self._desk.tray(tenant)
        notices = [explain("problem_upload", str(data["failed"])[:300])] if data.get("failed") else []
        for given in list(data.get("files", [])):
            file = arrived(str(given.get("path", "")), self._uploads)
            name = str(given.get("name", ""))
            try:
                tray.take(name, file)
            except FashionModelsError as error:
                notices.append(explain_error(error))
            finally:
                file.unlink()
            if name.lower().endswith(RECIPES):
                choice = replace(choice, kind=FILE)
        return choice, "".join(notices)

    def _sent(self, choice: Choice, job: str, tenant: str) -> tuple[Choice, str]:
        """The style of a finished set is what the next catalogue is photographed like."""
        found = self._service.job(tenant, job)
        style = style_of([item.request for item in self._service.items(tenant, job)])
        said = f'<p class="notice" role="status">{say("cat_sent", name=found.title)}</p>'
        return replace(choice, kind=SET, name=found.title, style=style), said

    def _recipe(self, draft: Draft, tenant: str) -> bytes:
        choice = draft.catalogue
        given = self._desk.tray(tenant).recipe
        if choice.kind == FILE and given is not None:
            return given
        style: Mapping[str, Any] = draft.style.to_json()
        if choice.kind == STYLE:
            style = self._service.presets.all(tenant).get(choice.name, style)
        elif choice.kind == SET:
            style = choice.style
        return recipe_of(style, choice)

    def _form(self, choice: Choice, tenant: str, after: str = "", turn: int = 0) -> Updates:
        styles, tray = self._service.presets.all(tenant), self._desk.tray(tenant)
        return {self.form: catalogue_step.render(tray, choice, styles, after=after, turn=turn)}

    def _on_runs(self, unused: Any, data: Mapping[str, Any], tenant: str) -> Updates:
        run, notice = str(data.get("run", "")), ""
        try:
            if data.get("do") == "stop":
                self._desk.stop(tenant, run)
            elif data.get("do") in ("go-on", "retry"):
                self._desk.go_on(tenant, run, retry=data["do"] == "retry")
        except BusyError as error:
            notice = explain("cat_busy", str(error))
        except FashionModelsError as error:
            notice = explain_error(error)
        return self._listed(tenant, notice)

    def _listed(self, tenant: str, notice: str = "") -> Updates:
        import gradio as gr

        shown, active = catalogue_step.runs(self._desk.runs(tenant), notice)
        return {self.runs: shown, self._clock: gr.Timer(active=active)}


def _changed(choice: Choice, form: Mapping[str, Any]) -> Choice:
    """Take over what was chosen; what the form did not ask stays."""
    kind, _, name = str(form.get("recipe", choice.kind)).partition(":")
    asked = {key: form[key] for key in ("channels", "public_url") if key in form}
    return Choice.from_json({**vars(choice), **asked, "kind": kind, "name": name or choice.name})
