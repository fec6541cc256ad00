"""From pattern to settled cloth: `drape_garment`."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import asdict, dataclass, field

import numpy as np

from fashion_models.arrays import F64, Bool
from fashion_models.cache import Arrays, remember
from fashion_models.drape.clean import push_out
from fashion_models.drape.collider import BodyMesh, Collider, make_collider
from fashion_models.drape.dress import SHRUNK, Dressing, dress
from fashion_models.drape.fit import TORN, figures, require_settled, stretch
from fashion_models.drape.graph import alternate, averaging
from fashion_models.drape.model import Drape
from fashion_models.drape.refine import ClothMesh, fold_hems, round_rim, subdivide
from fashion_models.drape.repose import Motion, bind, carried
from fashion_models.drape.solver import ClothSolver, Fabric, SolverSettings
from fashion_models.errors import CancelledError
from fashion_models.garment.model import Garment
from fashion_models.garment.pattern import Pattern
from fashion_models.person.body import Body, PosedBody, Rotations

#: Length of a strap that is held on the shoulder [m].
_STRAP_M = 0.02
#: Way of a knee into the pose in one frame [m].
_KNEE_STEP_M = 0.012
#: How far a sleeve's hem, rounded for the picture, takes the cloth along [m].
_HEM_REACH_M = 0.05

Progress = Callable[[str, float], None]


@dataclass(frozen=True, kw_only=True)
class DrapeSettings:
    """Length and accuracy of a drape. A frame is 1/60 s."""

    grow_frames: int = 24
    pose_frames: int = 18
    settle_frames: int = 44
    least_settle_frames: int = 24
    calm_speed: float = 0.012
    gap_m: float = 0.004
    hem_m: tuple[float, float] = (0.0016, 0.012)
    fabric: Fabric = field(default_factory=Fabric)
    solver: SolverSettings = field(default_factory=SolverSettings)


def drape_garment(
    pattern: Pattern,
    garment: Garment,
    body: Body,
    rotations: Rotations,
    *,
    settings: DrapeSettings | None = None,
    progress: Progress | None = None,
    cancelled: Callable[[], bool] | None = None,
) -> Drape:
    """Dress a body, bring it into its pose and let the cloth settle.

    Args:
        pattern: What the garment is cut from.
        garment: Where the pattern comes from.
        body: The wearer.
        rotations: The pose; the cloth is given in the coordinates of ``body.pose(rotations)``.
        settings: Frames and accuracy.
        progress: Told the stage and how much of it is done.
        cancelled: Asked between frames.

    Returns:
        The settled cloth; identical inputs give identical bytes.

    Raises:
        CancelledError: ``cancelled`` said so.
        DrapeError: The cloth did not settle.
    """
    chosen = settings or DrapeSettings()
    run = _Run(pattern, body, rotations, chosen, progress, cancelled)
    key = {
        "pattern": pattern,
        "body": body.rest,
        "pose": {bone: np.asarray(turn) for bone, turn in sorted(rotations.items())},
        "settings": asdict(chosen),
    }
    a = remember("drape", key, run.arrays)
    return Drape(
        vertices=a["vertices"],
        normals=a["normals"],
        triangles=a["triangles"],
        uv=a["uv"],
        torn=a["torn"],
        figures=dict(zip(a["figure_names"].tolist(), a["figure_values"].tolist(), strict=True)),
        timings_s=dict(zip(a["timing_names"].tolist(), a["timing_values"].tolist(), strict=True)),
    )


class _Run:
    """One simulation from dressing to finished mesh."""

    def __init__(
        self,
        pattern: Pattern,
        body: Body,
        rotations: Rotations,
        settings: DrapeSettings,
        progress: Progress | None,
        cancelled: Callable[[], bool] | None,
    ) -> None:
        self._pattern = pattern
        self._body = body
        self._rotations = rotations
        self._settings = settings
        self._progress = progress
        self._cancelled = cancelled
        self._total = settings.grow_frames + settings.pose_frames + settings.settle_frames
        self._timings: dict[str, float] = {}
        self._clock = time.perf_counter()

    def arrays(self) -> Arrays:
        """Everything `Drape` holds."""
        dressing = dress(self._pattern, self._body)
        collider = make_collider(self._body)
        solver = self._begin(dressing, collider)
        self._lap("prepare")
        self._grow(solver, dressing, collider)
        self._lap("grow")
        posed = self._repose(solver, dressing, collider)
        self._lap("repose")
        speed = self._settle(solver)
        self._lap("settle")
        skin = BodyMesh(collider.place(posed), collider.triangles)
        measured = figures(self._pattern, solver.positions, solver.distance, speed, solver.frames)
        require_settled(measured)
        mesh = self._finish(solver.positions, skin)
        measured["penetration_after"] = float((skin.distance(mesh.points) < 0).mean())
        self._lap("finish")
        return {
            "vertices": mesh.points[mesh.welded],
            "normals": mesh.normals()[mesh.welded],
            "triangles": mesh.uv_triangles.astype(np.int32),
            "uv": mesh.uv,
            "torn": self._torn(solver.positions, len(mesh.triangles)),
            "figure_names": np.array(list(measured)),
            "figure_values": np.array(list(measured.values())),
            "timing_names": np.array(list(self._timings)),
            "timing_values": np.array(list(self._timings.values())),
        }

    def _begin(self, dressing: Dressing, collider: Collider) -> ClothSolver:
        thin, full = collider.shrunk(dressing.posed), collider.place(dressing.posed)
        solver = ClothSolver(
            self._pattern.rest,
            self._pattern.rest_triangles,
            self._pattern.triangles,
            dressing.start,
            thin + SHRUNK * (full - thin),
            collider.triangles,
            fabric=self._settings.fabric,
            settings=self._settings.solver,
        )
        solver.set_self_contact(False)
        solver.set_gravity(0.0)
        return solver

    def _grow(self, solver: ClothSolver, dressing: Dressing, collider: Collider) -> None:
        """Let the body grow from its skeleton into the garment."""
        thin, full = collider.shrunk(dressing.posed), collider.place(dressing.posed)
        frames = self._settings.grow_frames
        for frame in range(frames + 2):
            self._tick(solver)

            def grown(share: float, frame: int = frame) -> F64:
                size = SHRUNK + (1 - SHRUNK) * min(1.0, (frame + share) / frames)
                return np.asarray(thin + size * (full - thin))

            solver.frame(0.25, grown)

    def _repose(self, solver: ClothSolver, dressing: Dressing, collider: Collider) -> PosedBody:
        """Take body and cloth into the pose; the solver corrects what skinning gets wrong."""
        solver.freeze(self._held(solver.distance))
        links = averaging(self._pattern.edges, len(self._pattern.flat))
        weights = bind(solver.positions, dressing.posed, links)
        motion = Motion(self._body, dressing.rotations, self._rotations)
        here, frames = dressing.posed, self._pose_frames(dressing.posed)
        self._total += frames - self._settings.pose_frames
        for frame in range(frames):
            self._tick(solver)
            share = (frame + 1) / frames
            there = motion.at(share**2 * (3 - 2 * share))
            solver.carry(carried(solver.positions, weights, here, there))
            solver.move_body(collider.place(there))
            solver.frame(0.2)
            here = there
        return here

    def _pose_frames(self, dressed: PosedBody) -> int:
        """Frames into the pose: as many more as the knees go far, or hands would pass through a skirt."""
        poses = (dressed, self._body.pose(self._rotations))
        knees = [np.stack([p.head(f"lowerleg01.{side}") - p.head("root") for side in "LR"]) for p in poses]
        farthest = float(np.linalg.norm(knees[1] - knees[0], axis=1).max())
        return max(self._settings.pose_frames, round(farthest / _KNEE_STEP_M))

    def _settle(self, solver: ClothSolver) -> float:
        """Let gravity and the cloth's own contacts act until the cloth is calm."""
        s = self._settings
        solver.set_gravity(9.81)
        speed = 0.0
        for frame in range(s.settle_frames):
            self._tick(solver)
            solver.set_self_contact(frame >= s.settle_frames // 4)
            speed = solver.frame(0.5 if frame < s.settle_frames // 3 else 0.92)
            if not np.isfinite(speed) or (frame >= s.least_settle_frames and speed < s.calm_speed):
                break
        return speed

    def _held(self, distance: F64) -> Bool:
        """Vertices that stay where the grown body put them: a waistband, or the inner ends of straps."""
        p = self._pattern
        if p.seat_m is not None:
            edge = p.borders("waist") | (p.seam & (np.abs(p.flat[:, 1]) < 0.02))
            return alternate(edge, p.edges)
        held = np.zeros(len(p.flat), bool)
        if "armR" in p.opening:
            for name in ("neckL", "neckR"):
                held |= np.linalg.norm(p.flat - p.landmarks[name], axis=1) < _STRAP_M
        return np.asarray(held & p.seam & (distance < _STRAP_M))

    def _finish(self, cloth: F64, skin: BodyMesh) -> ClothMesh:
        """Clean, smooth and hem the cloth for the picture."""
        p, gap = self._pattern, self._settings.gap_m
        mesh = ClothMesh(
            cloth,
            p.triangles.astype(np.int64),
            p.uv,
            p.rest_triangles.astype(np.int64),
            p.welded.astype(np.int64),
        )
        mesh = round_rim(mesh, p.borders("cuffL") | p.borders("cuffR"), _HEM_REACH_M)
        mesh = mesh.moved(push_out(mesh.points, skin, mesh.averaging, gap))
        mesh = subdivide(mesh)
        mesh = mesh.moved(push_out(mesh.points, skin, mesh.averaging, gap))
        mesh = fold_hems(mesh, *self._settings.hem_m)
        inner = mesh.points + skin.push(mesh.points, 0.5 * gap)
        return mesh.moved(inner)

    def _torn(self, cloth: F64, count: int) -> Bool:
        """Torn triangles of the finished mesh: each of the cloth's became four, and then came the hems."""
        coarse = np.tile((stretch(self._pattern, cloth) > TORN).any(axis=1), 4)
        return np.concatenate([coarse, np.zeros(count - len(coarse), bool)])

    def _tick(self, solver: ClothSolver) -> None:
        if self._cancelled is not None and self._cancelled():
            raise CancelledError("The drape was stopped.")
        if self._progress is not None:
            self._progress("drape", min(1.0, solver.frames / self._total))

    def _lap(self, name: str) -> None:
        now = time.perf_counter()
        self._timings[name] = now - self._clock
        self._clock = now


def warm_up() -> None:
    """Compile every kernel a drape needs, on a piece of cloth of four triangles; Warp keeps them on disk."""
    rest = np.array([[0.0, 0.0], [0.1, 0.0], [0.1, 0.1], [0.0, 0.1], [0.2, 0.05]])
    triangles = np.array([[0, 1, 2], [0, 2, 3], [1, 4, 2]], np.int32)
    ground = np.array([[-1.0, -1.0, -0.05], [1.0, -1.0, -0.05], [0.0, 1.0, -0.05], [0.0, 0.0, -0.5]])
    faces = np.array([[0, 1, 2], [0, 3, 1], [1, 3, 2], [2, 3, 0]], np.int32)
    start = np.column_stack([rest, np.zeros(len(rest))])
    solver = ClothSolver(
        rest, triangles, triangles, start, ground, faces, fabric=Fabric(), settings=SolverSettings(substeps=1)
    )
    solver.frame(0.9)
    BodyMesh(ground, faces).distance(start)
