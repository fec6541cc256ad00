"""segment-anything as a segmenter, with a tiny model whose weights are random or know one photo."""

from __future__ import annotations

import json
import pickle
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from safetensors.torch import save_file

from fashion_models.errors import SegmentationError, WeightsError
from fashion_models.garment.masks import overlap
from fashion_models.garment.model import Cutout
from fashion_models.garment.sam import SamSegmenter, build_sam, prompt_box, prompt_points, renamed
from fashion_models.photo import GarmentPhoto

Draw = Callable[..., tuple[GarmentPhoto, Cutout]]
Teach = Callable[[GarmentPhoto, Cutout], Path]
SIDE = 128


@pytest.fixture(scope="module", autouse=True)
def one_thread() -> Iterator[None]:
    """A model this small only waits for more threads."""
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(before)


@pytest.fixture(scope="module")
def published() -> Any:
    """A tiny model in the hub's own layout, random but with a decoder loud enough to draw something."""
    from transformers import SamConfig, SamModel

    torch.manual_seed(7)
    config = SamConfig(
        vision_config={
            "hidden_size": 32,
            "output_channels": 64,
            "num_hidden_layers": 2,
            "num_attention_heads": 2,
            "image_size": SIDE,
            "window_size": 7,
            "global_attn_indexes": [1],
            "mlp_dim": 64,
            "num_pos_feats": 32,
            "initializer_range": 0.2,
        },
        prompt_encoder_config={"hidden_size": 64, "image_size": SIDE},
        mask_decoder_config={
            "hidden_size": 64,
            "num_attention_heads": 4,
            "mlp_dim": 64,
            "iou_head_hidden_dim": 32,
        },
    )
    return SamModel(config).eval()


def save(model: Any, folder: Path) -> Path:
    model.save_pretrained(folder, safe_serialization=True)
    return folder


@pytest.fixture(scope="module")
def taught(
    published: Any, tmp_path_factory: pytest.TempPathFactory
) -> Callable[[GarmentPhoto, Cutout], Path]:
    """Weights that know one photo: the decoder learned to draw its garment from the prompts."""

    def teach(photo: GarmentPhoto, truth: Cutout) -> Path:
        from segment_anything import SamPredictor

        folder = save(published, tmp_path_factory.mktemp("taught"))
        model = build_sam(json.loads((folder / "config.json").read_text()))
        model.load_state_dict({renamed(name): tensor for name, tensor in published.state_dict().items()})
        predictor = SamPredictor(model.eval())
        predictor.set_image(photo.rgb)
        points, labels = prompt_points(truth.alpha > 0.5)
        points = predictor.transform.apply_coords(points, predictor.original_size)
        box = predictor.transform.apply_boxes(prompt_box(truth.alpha > 0.5), predictor.original_size)
        wanted = torch.tensor(truth.alpha > 0.5, dtype=torch.float32)[None, None]
        optimiser = torch.optim.Adam(model.mask_decoder.parameters(), lr=5e-3)
        for _ in range(60):
            with torch.enable_grad():
                sparse, dense = model.prompt_encoder(
                    points=(torch.tensor(points)[None].float(), torch.tensor(labels)[None].int()),
                    boxes=torch.tensor(box).float(),
                    masks=None,
                )
                low, quality = model.mask_decoder(
                    predictor.features, model.prompt_encoder.get_dense_pe(), sparse, dense, False
                )
                drawn = model.postprocess_masks(low, predictor.input_size, predictor.original_size)
                loss = torch.nn.functional.binary_cross_entropy_with_logits(drawn, wanted)
                loss = loss + (quality - 0.9).square().mean()
            optimiser.zero_grad()
            loss.backward()
            optimiser.step()
        theirs = {renamed(name): name for name in published.state_dict()}
        learned = {theirs[name]: tensor.contiguous() for name, tensor in model.state_dict().items()}
        save_file(learned, folder / "model.safetensors")
        return folder

    return teach


def test_the_hubs_weights_draw_in_the_authors_code_what_they_draw_in_the_hubs(
    published: Any, tmp_path: Path
) -> None:
    folder = save(published, tmp_path)
    model = build_sam(json.loads((folder / "config.json").read_text())).eval()
    model.load_state_dict({renamed(name): tensor for name, tensor in published.state_dict().items()})
    torch.manual_seed(1)
    picture = torch.rand(1, 3, SIDE, SIDE)
    points = torch.tensor([[[30.0, 40.0], [75.0, 50.0]]])
    with torch.no_grad():
        features = model.image_encoder(picture)
        prompts = model.prompt_encoder(points=(points, torch.tensor([[1, 0]])), boxes=None, masks=None)
        ours, quality = model.mask_decoder(features, model.prompt_encoder.get_dense_pe(), *prompts, True)
        theirs = published(
            pixel_values=picture, input_points=points[:, None], input_labels=torch.tensor([[[1, 0]]])
        )
    assert ours.std() > 0
    torch.testing.assert_close(ours, theirs.pred_masks[:, 0], atol=1e-5, rtol=1e-4)
    torch.testing.assert_close(quality, theirs.iou_scores[:, 0], atol=1e-5, rtol=1e-4)


def test_a_model_that_knows_the_garment_cuts_it_out_with_soft_edges(draw: Draw, taught: Teach) -> None:
    photo, truth = draw("tee", zoom=1.5)
    found = SamSegmenter(taught(photo, truth), name="segment-anything-tiny")(photo)
    assert found.segmenter == "segment-anything-tiny"
    assert overlap(found.alpha > 0.5, truth.alpha > 0.5) > 0.93
    soft = (found.alpha > 0.05) & (found.alpha < 0.95)
    assert 50 < soft.sum() < 0.1 * soft.size
    assert 0.5 < found.confidence < 0.95


def test_a_model_that_draws_something_else_is_refused(draw: Draw, published: Any, tmp_path: Path) -> None:
    photo, _ = draw("tee", zoom=1.5)
    with pytest.raises(SegmentationError, match=r"something else than the garment.*--segmenter classical"):
        SamSegmenter(save(published, tmp_path))(photo)


def test_points_lie_deep_on_the_garment_and_far_beside_it(draw: Draw) -> None:
    mask = draw("trousers", zoom=1.5)[1].alpha > 0.5
    points, labels = prompt_points(mask)
    assert labels.tolist() == [1] * 5 + [0] * 4
    on = [bool(mask[int(y), int(x)]) for x, y in points]
    assert on == [True] * 5 + [False] * 4
    legs = points[:5]
    assert legs[:, 0].min() < 0.45 * mask.shape[1] and legs[:, 0].max() > 0.55 * mask.shape[1]
    left, top, right, bottom = prompt_box(mask)
    rows, columns = np.nonzero(mask)
    assert left < columns.min() and right > columns.max() and top < rows.min() and bottom > rows.max()


def test_missing_weights_name_the_command_that_fetches_them(draw: Draw, tmp_path: Path) -> None:
    with pytest.raises(WeightsError, match="fashion-models weights pull segment-anything"):
        SamSegmenter(tmp_path)(draw("tee")[0])


def test_a_pickle_is_refused_and_not_run(draw: Draw, published: Any, tmp_path: Path) -> None:
    folder = save(published, tmp_path / "model")
    trap = tmp_path / "ran"

    class Trap:
        def __reduce__(self) -> tuple[Any, tuple[Any, ...]]:
            return Path.touch, (trap,)

    (folder / "model.safetensors").write_bytes(pickle.dumps({"weight": Trap()}))
    with pytest.raises(WeightsError, match="pickles"):
        SamSegmenter(folder)(draw("tee")[0])
    assert not trap.exists()


def test_weights_of_another_model_are_refused(draw: Draw, published: Any, tmp_path: Path) -> None:
    folder = save(published, tmp_path)
    save_file({"vision_encoder.pos_embed": torch.zeros(3)}, folder / "model.safetensors")
    with pytest.raises(WeightsError, match="not those of segment-anything"):
        SamSegmenter(folder)(draw("tee")[0])


def test_a_photo_without_a_garment_is_refused_before_the_model_is_loaded(draw: Draw, tmp_path: Path) -> None:
    photo, _ = draw("tee")
    blank = replace(photo, rgb=np.full_like(photo.rgb, 128))
    with pytest.raises(SegmentationError, match="all one colour"):
        SamSegmenter(tmp_path)(blank)
