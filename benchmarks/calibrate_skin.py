"""Find the surface colours that reach the studio targets of all skin tones, and write them to the package.

    python benchmarks/calibrate_skin.py [--lighting studio] [--check]

One person of ordinary complexion is photographed in every tone and lighting; the surface colour is moved by
what the lit skin misses, until it is within a quarter of a ΔE2000 or seven pictures were taken. ``--check``
measures without writing.
"""

from __future__ import annotations

import argparse
import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from fashion_models.arrays import F64
from fashion_models.colour import delta_e, lab_from_linear, linear_from_lab
from fashion_models.conditioning.joints import body_joints
from fashion_models.fidelity.tone import lit_skin
from fashion_models.person.body import PosedBody
from fashion_models.person.identity import make_person
from fashion_models.person.model import Gender, Person
from fashion_models.person.skin import Complexion, skin_colour, skin_piece
from fashion_models.person.solve import solve_body
from fashion_models.person.tones import base_albedo, skin_targets
from fashion_models.pose.library import pose_rotations
from fashion_models.studio.camera import frame_person
from fashion_models.studio.lighting import LIGHTINGS
from fashion_models.studio.model import Camera
from fashion_models.studio.render import photograph

TABLE = Path(__file__).parent.parent / "fashion_models/data/skin_tones.json"
PICTURES = 7
GOOD_ENOUGH = 0.25
#: Change of the measured colour with the surface's, both linear: at first, and within what bounds.
SLOPE = 1.06
SLOPES = (0.7, 2.5)


class Booth:
    """One posed person and a camera on face, neck and forearms."""

    def __init__(self) -> None:
        self.person: Person = make_person(identity=4, gender=Gender.FEMALE, age=28, tone=5, hair="bald")
        body = solve_body(self.person)
        self.posed: PosedBody = body.pose(pose_rotations(body, "front"))
        piece = skin_piece(self.person, self.posed)
        self.camera: Camera = frame_person(
            self.posed, [piece], framing="upper", view="front", width=288, height=384
        )

    def measure(self, tone: int, lighting: str, base: F64) -> F64:
        """Colour of the lit skin, linear RGB."""
        person = replace(self.person, tone=tone)
        piece = skin_piece(person, self.posed, lighting=lighting)
        colour = skin_colour(base, Complexion.of(person))
        piece = replace(piece, material=replace(piece.material, colour=colour))
        draft = photograph(
            [piece], self.camera, joints=body_joints(self.posed), lighting=lighting, quality="preview"
        )
        seen = lit_skin(draft, lighting=lighting)
        assert seen is not None
        return seen


def calibrate(booth: Booth, tone: int, lighting: str, pictures: int) -> tuple[F64, F64, float]:
    """The best surface colour, what it looks like (L*a*b*) and its distance from the target."""
    target = np.array(skin_targets()[tone])
    base = base_albedo(tone, lighting)
    best = (base, np.zeros(3), np.inf)
    slope, before = np.full(3, SLOPE), None
    for _ in range(pictures):
        seen = booth.measure(tone, lighting, base)
        lab = lab_from_linear(seen)
        missed = float(delta_e(lab, target))
        if missed < best[2]:
            best = (base, lab, missed)
        if missed < GOOD_ENOUGH:
            break
        if before is not None:
            moved = base - before[0]
            rise = (seen - before[1]) / np.where(np.abs(moved) < 1e-4, np.inf, moved)
            slope = np.where(np.abs(moved) < 1e-4, slope, np.clip(rise, *SLOPES))
        before = (base, seen)
        base = np.clip(base + (linear_from_lab(target) - seen) / slope, 0.001, 0.97)
    return best


def save(table: dict[str, Any]) -> None:
    TABLE.write_text(json.dumps(table, indent=1, ensure_ascii=False) + "\n", "utf-8")


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--lighting", choices=list(LIGHTINGS), action="append")
    parser.add_argument("--check", action="store_true")
    options = parser.parse_args()
    table = json.loads(TABLE.read_text("utf-8"))
    wanted = options.lighting or list(LIGHTINGS)
    for lighting in wanted:  # a new preset starts from the studio's surface colours
        table["albedo"].setdefault(lighting, dict(table["albedo"]["studio"]))
    if not options.check:
        save(table)
    booth = Booth()
    for lighting in wanted:
        print(f"{lighting}\ntone  requested L* a* b*      measured L* a* b*       ΔE2000", flush=True)
        for tone, target in skin_targets().items():
            base, lab, missed = calibrate(booth, tone, lighting, 1 if options.check else PICTURES)
            asked, got = ("  ".join(f"{v:5.1f}" for v in values) for values in (target, lab))
            print(f"{tone:4}  {asked}     {got}     {missed:5.2f}", flush=True)
            table["albedo"][lighting][str(tone)] = [round(float(v), 5) for v in base]
        if not options.check:
            save(table)


if __name__ == "__main__":
    main()
