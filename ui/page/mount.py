"""Put the page on an application: `mount_page`."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from fashion_models.pipelines.catalogue.tray import MAX_PIECE
from fashion_models.ui.page.catalogue_files import catalogue_routes
from fashion_models.ui.page.choices import CARDS
from fashion_models.ui.page.events import LOCAL
from fashion_models.ui.page.files import page_routes
from fashion_models.ui.page.layout import Studio
from fashion_models.ui.page.style import head, style_sheet, theme

if TYPE_CHECKING:
    from fastapi import FastAPI, Request

    from fashion_models.pipelines.catalogue.desk import Desk
    from fashion_models.pipelines.jobs.service import JobService


def mount_page(
    app: FastAPI, service: JobService, desk: Desk, who: Callable[[Request], str | None] | None = None
) -> FastAPI:
    """Serve the page at ``/`` and its files at ``/page``; everything of the application's own goes before.

    Args:
        app: Where to put it.
        service: Photos, jobs, pictures and house styles.
        desk: Catalogue jobs.
        who: Tenant of a request, None for strangers; left out: everyone is `LOCAL`, for loopback only.

    Returns:
        The application.
    """
    import gradio as gr
    from fastapi.staticfiles import StaticFiles

    app.mount("/page/cards", StaticFiles(directory=CARDS), name="cards")
    known = who or (lambda request: LOCAL)
    app.include_router(page_routes(service, known))
    app.include_router(catalogue_routes(desk, known))
    mounted: FastAPI = gr.mount_gradio_app(
        app,
        Studio(service, desk).build(),
        path="/",
        auth_dependency=who,
        max_file_size=MAX_PIECE,
        footer_links=[],
        run_history=False,
        theme=theme(),
        css=style_sheet(),
        head=head(),
    )
    return mounted
