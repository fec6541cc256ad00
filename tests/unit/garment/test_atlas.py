import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from fashion_models.colour import linear_from_srgb
from fashion_models.fidelity.colour import sample_atlas
from fashion_models.garment.atlas import placed, stacked

sides = st.integers(3, 20)


@given(upper=st.tuples(sides, sides), lower=st.tuples(sides, sides), seed=st.integers(0, 99))
def test_each_garment_keeps_its_colours_in_the_common_texture(upper, lower, seed):
    random = np.random.default_rng(seed)
    atlases = [random.integers(0, 255, (h, 2 * w, 3), np.uint8) for h, w in (upper, lower)]
    whole = stacked(*atlases)
    for atlas, below in zip(atlases, (False, True), strict=True):
        rows, columns = (random.integers(0, side, 30) for side in atlas.shape[:2])
        uv = np.stack([(columns + 0.5) / atlas.shape[1], 1 - (rows + 0.5) / atlas.shape[0]], axis=1)
        own = sample_atlas(linear_from_srgb(atlas), uv)
        assert np.allclose(
            sample_atlas(linear_from_srgb(whole), placed(uv, atlas, whole, below=below)), own, atol=2e-3
        )


def test_fronts_stay_left_and_backs_right():
    front, back = np.full((4, 6, 3), 10, np.uint8), np.full((4, 6, 3), 200, np.uint8)
    whole = stacked(np.hstack([front, back]), np.hstack([front[:, :2], back[:, :2]]))
    assert (whole[:, :6] == 10).all() and (whole[:, 6:] == 200).all()
