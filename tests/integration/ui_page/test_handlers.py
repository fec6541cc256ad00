"""Actions at the table, on a real job service."""

from __future__ import annotations

import base64
import io
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from fashion_models.errors import NotFoundError, PhotoError
from fashion_models.pipelines.jobs.open import Parts
from fashion_models.ui.page import results_step
from fashion_models.ui.page.draft import MAX_GARMENTS, Draft
from fashion_models.ui.page.handlers import Handlers
from fashion_models.ui.page.readings import Readings

from .conftest import GARMENTS


@pytest.fixture
def arrived(tmp_path: Path) -> Path:
    folder = tmp_path / "arrived"
    folder.mkdir()
    return folder


@pytest.fixture
def handlers(parts: Parts, arrived: Path) -> Handlers:
    return Handlers(parts.service, Readings(parts.service), arrived)


def uploaded(path: Path, name: str = "tee.jpg") -> dict[str, object]:
    return {"do": "uploaded", "files": [{"path": str(path), "name": name}]}


def with_tee(handlers: Handlers, arrived: Path, tenant: str = "shop") -> Draft:
    file = arrived / "abc" / "tee.jpg"
    file.parent.mkdir(exist_ok=True)
    file.write_bytes((GARMENTS / "tee.jpg").read_bytes())
    return handlers.garment(Draft(), uploaded(file), tenant).draft


def test_a_photo_that_arrived_is_read_and_not_left_lying_about(handlers: Handlers, arrived: Path) -> None:
    (piece,) = with_tee(handlers, arrived).pieces
    assert (piece.name, piece.read, piece.ready) == ("tee", "t-shirt", True)
    assert not list(arrived.rglob("*.jpg"))


def test_no_file_outside_the_upload_folder_is_opened(
    handlers: Handlers, arrived: Path, tmp_path: Path
) -> None:
    secret = tmp_path / "secret.jpg"
    secret.write_bytes((GARMENTS / "tee.jpg").read_bytes())
    (arrived / "link.jpg").symlink_to(secret)
    for path in (secret, arrived / ".." / "secret.jpg", arrived / "link.jpg", arrived, Path()):
        outcome = handlers.garment(Draft(), uploaded(path), "shop")
        assert outcome.draft.pieces == () and "cannot be read" in outcome.notice
    assert secret.exists()


def test_no_more_garments_than_fit_are_taken(handlers: Handlers, arrived: Path) -> None:
    draft = with_tee(handlers, arrived)
    full = Draft(pieces=draft.pieces * MAX_GARMENTS)
    assert str(MAX_GARMENTS) in handlers.garment(full, uploaded(arrived / "x.jpg"), "shop").notice


def test_a_painted_mask_makes_a_photo_of_its_own(handlers: Handlers, arrived: Path, parts: Parts) -> None:
    draft = with_tee(handlers, arrived)
    mask = np.zeros((400, 400), np.uint8)
    mask[80:360, 60:340] = 255
    done = handlers.masked(draft, {"do": "mask", "place": "0", "mask": png_url(mask)}, "shop")
    (piece,) = done.draft.pieces
    assert piece.upload != piece.original and done.dialog == ""
    alpha = parts.service.uploads.photo("shop", piece.upload).alpha
    assert alpha is not None
    assert alpha[int(0.1 * len(alpha)), alpha.shape[1] // 2] < 0.05 < alpha.max()


@pytest.mark.parametrize(
    "mask", ["", "data:text/html;base64,PGI+", "data:image/png;base64,!!", "data:image/png;base64,AAAA"]
)
def test_a_mask_that_is_no_picture_is_refused(handlers: Handlers, arrived: Path, mask: str) -> None:
    draft = with_tee(handlers, arrived)
    with pytest.raises(PhotoError):
        handlers.masked(draft, {"do": "mask", "place": 0, "mask": mask}, "shop")


def test_another_tenants_photos_and_pictures_do_not_exist(
    handlers: Handlers, arrived: Path, made: object
) -> None:
    draft = with_tee(handlers, arrived)
    for data in ({"do": "edit", "place": 0}, {"do": "unmask", "place": 0}):
        with pytest.raises(NotFoundError):
            handlers.garment(draft, data, "other")
    with pytest.raises(NotFoundError):
        handlers.look({"item": made.id}, "other")  # type: ignore[attr-defined]


def test_house_styles_belong_to_their_tenant(handlers: Handlers, parts: Parts) -> None:
    handlers.scene(Draft(), {"do": "style-save", "form": {"style-name": "Winter"}}, "shop")
    assert list(parts.service.presets.all("shop")) == ["Winter"]
    with pytest.raises(NotFoundError):
        handlers.scene(Draft(), {"do": "style-delete", "name": "Winter"}, "other")


def test_results_show_what_was_made_and_nothing_of_others(parts: Parts, made: object) -> None:
    shown, active = results_step.render(parts.service, "shop")
    assert f"page/pictures/{made.id}.png" in shown and not active  # type: ignore[attr-defined]
    assert "page/pictures" not in results_step.render(parts.service, "other")[0]


@pytest.mark.parametrize(
    "data", [{}, {"do": "change"}, {"do": "remove", "place": "99"}, {"do": "remove", "place": None}]
)
def test_nonsense_changes_nothing(handlers: Handlers, data: dict[str, object]) -> None:
    assert handlers.garment(Draft(), data, "shop").draft == Draft()
    assert handlers.masked(Draft(), data, "shop").draft == Draft()


def png_url(mask: np.ndarray) -> str:  # type: ignore[type-arg]
    buffer = io.BytesIO()
    Image.fromarray(mask).save(buffer, "PNG")
    return f"data:image/png;base64,{base64.b64encode(buffer.getvalue()).decode()}"
