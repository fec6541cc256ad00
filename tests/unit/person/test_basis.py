"""The body's linear basis in NumPy."""

from __future__ import annotations

import numpy as np
import pytest

from fashion_models.errors import PlanError
from fashion_models.person.basis import YOUNGEST, basis
from fashion_models.person.body import BodyShape, build_body, template


def test_weights_of_phenotype_variations_are_a_partition() -> None:
    b = basis()
    universal = [i for i, f in enumerate(b.factors) if len(f) == 4 and f[0] in ("male", "female")]
    weights = b.coefficients({"weight": 0.8, "muscle": 0.3, "gender": 0.4, "age": 0.7}, {}, {})
    assert weights[universal].sum() == pytest.approx(1.0)


def test_weight_beyond_one_goes_on_in_the_same_direction() -> None:
    b = basis()
    at = [b.unposed(b.coefficients({"weight": w}, {}, {})) for w in (0.75, 1.0, 1.25)]
    assert at[2] - at[1] == pytest.approx(at[1] - at[0], abs=1e-5)


def test_local_change_moves_only_its_side_and_its_sign() -> None:
    b = basis()
    plain = b.unposed(b.coefficients({}, {}, {}))
    wide = b.unposed(b.coefficients({}, {"l-upperarm-fat-incr": 1.0}, {})) - plain
    assert np.abs(wide).max() > 0.005
    assert plain[np.abs(wide).max(axis=1) > 1e-6, 0].min() > 0  # x is the person's left


def test_a_child_cannot_be_built() -> None:
    with pytest.raises(PlanError, match="below an adult's"):
        build_body(BodyShape(phenotypes=(("age", YOUNGEST - 0.01),)))
    assert not any(set(f) & {"newborn", "baby", "child"} for f in basis().factors)


def test_unknown_parameters_are_refused_by_name() -> None:
    with pytest.raises(PlanError, match="Unknown local change 'nose-long'"):
        build_body(BodyShape(local=(("nose-long", 1.0),)))
    with pytest.raises(PlanError, match="Unknown phenotype 'tall'"):
        build_body(BodyShape(phenotypes=(("tall", 1.0),)))


def test_identity_pose_keeps_bones_parallel_whatever_the_shape() -> None:
    slim, heavy = (build_body(BodyShape(phenotypes=(("weight", w),))) for w in (0.2, 1.4))
    t = template()
    for bone in ("lowerarm01.L", "upperleg02.R"):
        i, parent = t.bone(bone), t.parents[t.bone(bone)]
        directions = [b.heads[i] - b.heads[parent] for b in (slim, heavy)]
        cosine = directions[0] @ directions[1] / np.prod([np.linalg.norm(d) for d in directions])
        assert cosine > 0.99
