"""Does a device wait for the processors? Shots made together against one by one.

python -P benchmarks/together.py

The device is a stand-in that takes a fixed time per batch and leaves the draft as it is.
"""

from __future__ import annotations

import argparse
import json
import time
from collections.abc import Sequence
from pathlib import Path
from statistics import median
from typing import Any

from fashion_models.pipelines.finish.model import Finished, FinishRequest
from fashion_models.pipelines.finish.presets import PRESETS
from fashion_models.pipelines.shoot import shoot
from fashion_models.pipelines.together import shoot_together
from fashion_models.plan import ShotRequest

TEE = Path(__file__).parent.parent / "samples/garments/tee.jpg"


class Device:
    """Waits, as the processors wait for a GPU."""

    name, weights = "stand-in", "none"

    def __init__(self, seconds: float) -> None:
        self.seconds, self.busy = seconds, 0.0

    def __call__(self, requests: Sequence[FinishRequest], **_: Any) -> list[Finished]:
        """Hold everybody up, and give the drafts back."""
        time.sleep(self.seconds)
        self.busy += self.seconds
        return [Finished(picture=request.draft.display, notes={}) for request in requests]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--shots", type=int, default=12)
    parser.add_argument("--seconds", type=float, default=8.0, help="of the device per batch of four")
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--keep", type=Path, help="write the figures to this JSON file")
    options = parser.parse_args()
    wanted = [
        ShotRequest(photo=TEE, tone=1 + n % 10, width=192, height=288, quality="preview", finisher="large")
        for n in range(options.shots)
    ]
    shoot(wanted[0], finisher=Device(0))  # drape and kernels are there
    batch = PRESETS["large"].batch
    figures: dict[str, list[float]] = {"one_by_one_s": [], "together_s": [], "device_busy_share": []}
    for _ in range(options.runs):
        began = time.perf_counter()
        for request in wanted:
            shoot(request, finisher=Device(options.seconds / batch))
        figures["one_by_one_s"].append(time.perf_counter() - began)
        device, began = Device(options.seconds), time.perf_counter()
        shoot_together(wanted, finisher=device)
        figures["together_s"].append(time.perf_counter() - began)
        figures["device_busy_share"].append(device.busy / figures["together_s"][-1])
    medians = {name: round(median(values), 2) for name, values in figures.items()}
    ratio = round(medians["one_by_one_s"] / medians["together_s"], 2)
    result = {"shots": options.shots, "batch": batch, "device_s_per_batch": options.seconds, **medians}
    print(json.dumps(result | {"ratio": ratio}, indent=1))
    if options.keep:
        options.keep.write_text(json.dumps(result | {"ratio": ratio}, indent=1) + "\n")


if __name__ == "__main__":
    main()
