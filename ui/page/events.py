"""Handlers as Gradio calls them.

Gradio tells by a function's annotations that it wants the event or the request. Ours are written without
importing Gradio, so these wrappers carry the annotations.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Mapping
from typing import Any

#: Tenant where nobody signs in.
LOCAL = "local"

Updates = dict[Any, Any]
Acted = Callable[[Any, Mapping[str, Any], str], Updates]
Asked = Callable[[Any, str], Updates]
Streamed = Callable[[Any, str, str], AsyncIterator[Updates]]


def acted(handler: Acted) -> Callable[..., Updates]:
    """For a handler of (state, what the reader did, tenant)."""
    import gradio as gr

    def told(state: Any, event: Any, request: Any) -> Updates:
        data = event._data if isinstance(event._data, Mapping) else {}
        return handler(state, data, _tenant(request))

    told.__annotations__ = {"event": gr.EventData, "request": gr.Request}
    return told


def asked(handler: Asked) -> Callable[..., Updates]:
    """For a handler of (state, tenant)."""
    import gradio as gr

    def told(state: Any, request: Any) -> Updates:
        return handler(state, _tenant(request))

    told.__annotations__ = {"request": gr.Request}
    return told


def streamed(handler: Streamed) -> Callable[..., AsyncIterator[Updates]]:
    """For a handler of (state, tenant, browser tab) that answers several times, and holds no thread."""
    import gradio as gr

    async def told(state: Any, request: Any) -> AsyncIterator[Updates]:
        async for updates in handler(state, _tenant(request), str(request.session_hash)):
            yield updates

    told.__annotations__ = {"request": gr.Request}
    return told


def turn_of(data: Mapping[str, Any]) -> int:
    """Which of the reader's turns an action is; its answer names it. 0: none."""
    turn = data.get("turn")
    return turn if isinstance(turn, int) else 0


def _tenant(request: Any) -> str:
    return str(request.username or LOCAL)
