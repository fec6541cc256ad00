"""A renderer that renders nothing: for tests and benchmarks of the machinery around it, never for pictures.

It goes through the real renderer's interface: reads the photo it is given, reports every stage, can be
cancelled between them, and returns a labelled PNG with a report. ``STAND_IN`` in the environment names a
JSON file:

    {"seconds": 0.01, "batch": 1, "evidence": "/folder", "faults": {"SKU": "kill"}}

Every picture it makes is written down in the evidence folder before anything can go wrong with it.
"""

from __future__ import annotations

import functools
import hashlib
import io
import json
import os
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from fashion_models.pipelines.catalogue.model import Item
from fashion_models.pipelines.catalogue.render import Rendered, Work
from fashion_models.pipelines.label import COMPOSITE_SYNTHETIC, xmp_packet
from fashion_models.pipelines.stages import STAGES, Cancelled, Progress, Stages

NAME = "support.stand_in:StandIn"


class StandIn:
    def __init__(self) -> None:
        self.settings: dict[str, Any] = json.loads(Path(os.environ["STAND_IN"]).read_text())
        self.note("load", str(os.getpid()))

    def together(self, item: Item) -> int:
        return int(self.settings.get("batch", 1))

    def __call__(
        self, works: Sequence[Work], *, progress: Progress, cancelled: Cancelled
    ) -> Sequence[Rendered]:
        return [self.render(work, progress, cancelled) for work in works]

    def render(self, work: Work, progress: Progress, cancelled: Cancelled) -> Rendered:
        item = work.item
        self.note("made", f"{item.sku}/{item.look}")
        self.fail(self.settings.get("faults", {}).get(item.sku, ""))
        stages = Stages(progress, cancelled)
        for name in STAGES:
            with stages.stage(name):
                if "seconds" in self.settings:
                    time.sleep(self.settings["seconds"] / len(STAGES))
        report = {
            "plan_id": hashlib.sha256(work.photo).hexdigest(),
            "passed": True,
            "failures": [],
            "checks": {},
            "timings_s": {**stages.seconds, "total": sum(stages.seconds.values())},
            "garment": {"category": "t-shirt"},
            "renderer": "stand-in",
        }
        return Rendered(png=picture(), report=report)

    def fail(self, fault: str) -> None:
        match fault:
            case "kill":
                os._exit(139)
            case "raise":
                raise ValueError("the stand-in was told to raise")
            case "hang":
                time.sleep(100_000)
            case "memory":
                eat_memory()

    def note(self, kind: str, what: str) -> None:
        """One line, whole or not at all, that outlives the process."""
        folder = self.settings.get("evidence")
        if folder is None:
            return
        handle = os.open(f"{folder}/{os.getpid()}.log", os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o644)
        os.write(handle, f"{kind} {what}\n".encode())
        os.close(handle)


def eat_memory() -> None:
    """Ask for more than the process may have."""
    import resource

    pages = int(Path("/proc/self/statm").read_text().split()[0])
    resource.setrlimit(resource.RLIMIT_AS, (pages * 4096 + 2**28, resource.RLIM_INFINITY))
    try:
        hoard = [bytearray(2**25) for _ in range(1000)]
        raise AssertionError(f"{len(hoard)} blocks were given")
    finally:
        resource.setrlimit(resource.RLIMIT_AS, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))


@functools.cache
def picture() -> bytes:
    """A labelled PNG of 64×96 pixels: a grey figure on white."""
    import numpy as np
    from PIL import Image, PngImagePlugin

    rgb = np.full((96, 64, 3), 255, np.uint8)
    rgb[12:88, 22:42] = 120
    info = PngImagePlugin.PngInfo()
    info.add_itxt("XML:com.adobe.xmp", xmp_packet(COMPOSITE_SYNTHETIC))
    buffer = io.BytesIO()
    Image.fromarray(rgb).save(buffer, "PNG", pnginfo=info)
    return buffer.getvalue()
