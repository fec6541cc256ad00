"""The body's basis gives the bodies that Anny gives."""

from __future__ import annotations

import numpy as np
import pytest

from fashion_models.errors import PlanError
from fashion_models.person.basis import ANCESTRIES, VARIATIONS, YOUNGEST, basis
from fashion_models.person.body import anny_model


@pytest.mark.filterwarnings("ignore")  # what Anny's own imports warn of is not ours
@pytest.mark.parametrize("seed", [0, 1, 2])
def test_an_adult_of_any_shape_is_the_one_that_anny_builds(seed: int) -> None:
    rng = np.random.default_rng(seed)
    phenotypes = {name: float(rng.random()) for name in (*VARIATIONS, *ANCESTRIES)}
    phenotypes["age"] = float(rng.uniform(YOUNGEST, 1))
    local = {"nose-hump-incr": 0.6, "measure-waist-circ-incr": -0.8}
    expression = {"mouthSmileLeft": 0.3, "eyeBlinkRight": 0.5}
    vertices, heads = basis().rest(basis().coefficients(phenotypes, local, expression))
    built = anny_model()(phenotype_kwargs=phenotypes, local_changes_kwargs=local, facial_actions=expression)
    assert np.abs(vertices - built["vertices"][0].numpy()).max() < 0.0005
    assert np.abs(heads - built["bone_poses"][0, :, :3, 3].numpy()).max() < 0.0005


def test_a_child_cannot_be_built() -> None:
    with pytest.raises(PlanError, match="below an adult's"):
        basis().coefficients({"age": 0.5}, {}, {})


@pytest.mark.parametrize(
    "given", [({"wealth": 1.0}, {}, {}), ({}, {"nose": 1.0}, {}), ({}, {}, {"wink": 1.0})]
)
def test_an_unknown_name_is_refused_with_the_known(given: tuple[dict[str, float], ...]) -> None:
    with pytest.raises(PlanError, match=r"Unknown .* Known are "):
        basis().coefficients(*given)
