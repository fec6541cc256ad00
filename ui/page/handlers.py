"""What happens on which action: from a draft and what the reader did to the next draft."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from fashion_models.errors import FashionModelsError
from fashion_models.ui.page import garment_step, people_step, results_step, scene_step
from fashion_models.ui.page.choices import CARDS
from fashion_models.ui.page.draft import MAX_GARMENTS, Draft, Style
from fashion_models.ui.page.files import arrived
from fashion_models.ui.page.problems import explain, explain_error
from fashion_models.ui.page.readings import Readings
from fashion_models.ui.page.texts import say

if TYPE_CHECKING:
    from fashion_models.pipelines.jobs.service import JobService

Data = Mapping[str, Any]


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """What an action led to.

    Attributes:
        draft: The table afterwards.
        notice: HTML for the step in which it happened.
        dialog: HTML of a dialog to open; None leaves what is there.
    """

    draft: Draft
    notice: str = ""
    dialog: str | None = None


class Handlers:
    """Actions on the table.

    Args:
        service: Photos and house styles.
        readings: Photos as read.
        uploads: Folder that files dropped on the page arrive in; nothing else is opened.
    """

    def __init__(self, service: JobService, readings: Readings, uploads: Path) -> None:
        self._service = service
        self._readings = readings
        self._uploads = uploads

    def garment(self, draft: Draft, data: Data, tenant: str) -> Outcome:
        """Photos added, corrected, removed."""
        action, place = data.get("do"), _place(data, len(draft.pieces))
        if action == "uploaded":
            return self._add_files(draft, data, tenant)
        if action == "sample" and data.get("name") in garment_step.SAMPLES:
            name = str(data["name"])
            photo = (CARDS / f"sample-{name}.jpg").read_bytes()
            return self._add(draft, photo, f"{name}.jpg", tenant)
        if place is None:
            return Outcome(draft=draft)
        if action == "change":
            changed = garment_step.change(replace(draft, piece=place), place, dict(data.get("form", {})))
            return Outcome(draft=self._refreshed(changed, changed.piece, tenant))
        if action == "remove":
            return Outcome(draft=draft.without_piece(place))
        if action == "unmask":
            original = draft.pieces[place].original
            return Outcome(draft=self._refreshed(draft.with_piece(place, upload=original), place, tenant))
        if action == "edit":
            canvas = self._readings.canvas(tenant, draft.pieces[place].upload)
            return Outcome(draft=draft, dialog=garment_step.mask_editor(place, *canvas))
        return Outcome(draft=replace(draft, piece=place))

    def masked(self, draft: Draft, data: Data, tenant: str) -> Outcome:
        """A mask was painted: from now on the photo brings it along as its transparency."""
        place = _place(data, len(draft.pieces))
        if place is None or data.get("do") != "mask":
            return Outcome(draft=draft, dialog="")
        piece = draft.pieces[place]
        photo = self._readings.corrected(tenant, piece.original, str(data.get("mask", "")))
        upload = self._service.upload(tenant, photo, f"{piece.name}.png")
        changed = replace(draft.with_piece(place, upload=upload.id), piece=place)
        return Outcome(draft=self._refreshed(changed, place, tenant), dialog="")

    def people(self, draft: Draft, data: Data) -> Outcome:
        """The cast changed, or the person at work."""
        action, form = data.get("do"), dict(data.get("form", {}))
        place = _place(data, len(draft.style.cast))
        if action == "person-add":
            return Outcome(draft=people_step.add(draft))
        if action == "person-remove" and place is not None:
            return Outcome(draft=people_step.remove(draft, place))
        if action == "change" and data.get("field") == "person":
            chosen = _place({"place": form.get("person")}, len(draft.style.cast))
            return Outcome(draft=draft if chosen is None else replace(draft, person=chosen))
        if action == "change":
            return Outcome(draft=people_step.change(draft, str(data.get("field", "")), form))
        return Outcome(draft=draft)

    def scene(self, draft: Draft, data: Data, tenant: str) -> Outcome:
        """Poses, views, backdrop, or a house style was saved, used or deleted."""
        action, name = data.get("do"), str(data.get("name", ""))
        if action == "style-save":
            name = str(dict(data.get("form", {})).get("style-name", "")).strip()[: scene_step.MAX_NAME]
            if not name:
                return Outcome(draft=draft, notice=say("style_needs_name"))
            self._service.presets.save(tenant, name, draft.style.to_json())
            return Outcome(draft=draft, notice=say("style_saved", name=name))
        if action == "style-use":
            kept = self._service.presets.all(tenant).get(name)
            style = Style.from_json(kept)
            return Outcome(draft=replace(draft, style=style, person=0), notice=say("style_used", name=name))
        if action == "style-delete":
            self._service.presets.delete(tenant, name)
            return Outcome(draft=draft)
        if data.get("field") == "style-name":
            return Outcome(draft=draft)
        return Outcome(draft=scene_step.change(draft, dict(data.get("form", {}))))

    def look(self, data: Data, tenant: str) -> str:
        """A dialog with one picture, its garment photo and what was measured."""
        item = self._service.item(tenant, str(data.get("item", "")))
        photo = self._readings.show(tenant, str(item.request["photo"])).picture
        return results_step.closer(self._service, tenant, item, photo)

    def _add_files(self, draft: Draft, data: Data, tenant: str) -> Outcome:
        """Photos that were dropped; one that cannot be used does not keep the others away."""
        notices = [explain("problem_upload", str(data["failed"])[:300])] if data.get("failed") else []
        for file in list(data.get("files", [])):
            if len(draft.pieces) >= MAX_GARMENTS:
                notices.append(explain("problem_too_many", "", limit=MAX_GARMENTS))
                break
            try:
                received = arrived(str(file.get("path", "")), self._uploads)
                photo = received.read_bytes()
                received.unlink()  # it is not kept there
                draft = self._add(draft, photo, str(file.get("name", "photo")), tenant).draft
            except FashionModelsError as error:
                notices.append(explain_error(error))
        return Outcome(draft=draft, notice="".join(notices))

    def _add(self, draft: Draft, photo: bytes, name: str, tenant: str) -> Outcome:
        upload = self._service.upload(tenant, photo, name)
        added = garment_step.add(draft, upload.id, upload.name)
        return Outcome(draft=self._refreshed(added, added.piece, tenant))

    def _refreshed(self, draft: Draft, place: int, tenant: str) -> Draft:
        piece = draft.pieces[place]
        return garment_step.refresh(draft, place, self._readings.show(tenant, piece.upload, piece.category))


def _place(data: Data, count: int) -> int | None:
    """Place in a list that an action names, if there is one."""
    try:
        place = int(data.get("place", -1))
    except (TypeError, ValueError):
        return None
    return place if 0 <= place < count else None
