"""The page's looks: Gradio theme, style sheet, script and header."""

from __future__ import annotations

from importlib.resources import files
from typing import TYPE_CHECKING

from fashion_models.ui.page.people_step import silhouette_data
from fashion_models.ui.page.texts import both, say

if TYPE_CHECKING:
    import gradio as gr


def style_sheet() -> str:
    """The page's own style sheet."""
    return (files(__package__) / "page.css").read_text("utf-8")


def head() -> str:
    """What stands in the document's head: language and colours before anything is drawn, and the script."""
    package = files(__package__)
    scripts = "".join(
        f"<script>{(package / name).read_text('utf-8')}</script>" for name in ("page.js", "editor.js")
    )
    viewport = '<meta name="viewport" content="width=device-width, initial-scale=1">'
    style = f"<style>{(package / 'above.css').read_text('utf-8')}</style>"
    return f'{viewport}<meta name="color-scheme" content="light dark">{style}{scripts}{silhouette_data()}'


def theme() -> gr.themes.Base:
    """Nearly nothing of Gradio's looks is left; what is, takes the page's fonts."""
    import gradio as gr

    sans = ["Avenir Next", "Segoe UI", "Helvetica Neue", "PingFang SC", "Microsoft YaHei", "sans-serif"]
    return gr.themes.Base(font=sans, font_mono=["ui-monospace", "monospace"])


def header() -> str:
    """Name, ways around, language and colours."""
    return (
        f'<a class="skip" href="#garment">{say("skip")}</a><div class="bar"><a class="brand" href="#garment">'
        f'<svg viewBox="0 0 24 24" aria-hidden="true">'
        f'<path d="M8 3 3 6l2 5 2-1v11h10V10l2 1 2-5-5-3a4 4 0 0 1-8 0Z"/></svg>'
        f"<h1>{say('title')}</h1></a><span class='tagline'>{say('tagline')}</span>"
        f'<nav><a href="#garment" data-view-link="studio">{say("nav_studio")}</a>'
        f'<a href="#results">{say("nav_history")}</a>'
        f'<a href="#catalogue" data-view-link="catalogue">{say("nav_catalogue")}</a>'
        f'<button type="button" class="icon" data-theme {both("aria-label", "theme")}>◐</button>'
        f'<button type="button" class="quiet" data-language>{say("language")}</button></nav></div>'
    )
