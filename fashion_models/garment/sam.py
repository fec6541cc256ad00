"""segment-anything as a segmenter: `SamSegmenter`, prompted by what the weightless segmenter found.

Kirillov et al., Segment Anything, 2023. The model is the authors' own code (Apache-2.0). Its original weights
are pickles, which can run code when they are read, and are never opened here: what is read is the safetensors
file that the authors publish of the same weights (`facebook/sam-vit-base` and its larger sisters on the hub),
whose tensors have other names.
"""

from __future__ import annotations

import functools
import json
import re
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from fashion_models.arrays import F64, U8, Bool
from fashion_models.errors import SegmentationError, WeightsError
from fashion_models.garment.candidates import SMALL_HOLE
from fashion_models.garment.masks import biggest, filled, overlap
from fashion_models.garment.matting import upscaled
from fashion_models.garment.model import Cutout
from fashion_models.garment.segment import Found, check_place, find_garment, soften
from fashion_models.photo import GarmentPhoto

if TYPE_CHECKING:
    from segment_anything import SamPredictor
    from torch import Tensor

#: The model draws its masks on a grid of this many cells along the long side.
GRID = 256
#: Below this overlap the outline is not of what was asked for.
MIN_AGREEMENT = 0.5
#: Points on the garment, each as far from the outline and from the others as can be, and points beside it.
POINTS_ON, POINTS_BESIDE = 5, 4
#: Room that the box leaves around the garment, as a share of its longer side.
BOX_MARGIN = 0.02

#: Published name → name in the model's code, applied one after the other.
_RENAMES = (
    (r"^(shared_image_embedding|prompt_encoder\.shared_embedding)\.positional_embedding$",
     "prompt_encoder.pe_layer.positional_encoding_gaussian_matrix"),
    (r"^vision_encoder\.", "image_encoder."),
    (r"^image_encoder\.layers\.", "image_encoder.blocks."),
    (r"\.patch_embed\.projection\.", ".patch_embed.proj."),
    (r"\.neck\.conv1\.", ".neck.0."),
    (r"\.neck\.layer_norm1\.", ".neck.1."),
    (r"\.neck\.conv2\.", ".neck.2."),
    (r"\.neck\.layer_norm2\.", ".neck.3."),
    (r"\.point_embed\.", ".point_embeddings."),
    (r"\.mask_embed\.conv1\.", ".mask_downscaling.0."),
    (r"\.mask_embed\.layer_norm1\.", ".mask_downscaling.1."),
    (r"\.mask_embed\.conv2\.", ".mask_downscaling.3."),
    (r"\.mask_embed\.layer_norm2\.", ".mask_downscaling.4."),
    (r"\.mask_embed\.conv3\.", ".mask_downscaling.6."),
    (r"\.upscale_conv1\.", ".output_upscaling.0."),
    (r"\.upscale_layer_norm\.", ".output_upscaling.1."),
    (r"\.upscale_conv2\.", ".output_upscaling.3."),
    (r"(_head|_mlps\.\d)\.layers\.0\.", r"\1.layers.1."),
    (r"(_head|_mlps\.\d)\.proj_in\.", r"\1.layers.0."),
    (r"(_head|_mlps\.\d)\.proj_out\.", r"\1.layers.2."),
    (r"\.layer_norm", ".norm"),
)  # fmt: skip


@dataclass(frozen=True)
class SamSegmenter:
    """Lets segment-anything draw the outline of what the weightless segmenter found.

    Attributes:
        folder: Folder with config.json and model.safetensors, as the hub has them.
        name: Name that the cut-out carries; other weights need another one.
    """

    folder: Path
    name: str = "segment-anything"

    def __call__(self, photo: GarmentPhoto) -> Cutout:
        """Cut the garment out.

        Raises:
            SegmentationError: The weightless segmenter found no single garment, or the model drew something
                else than what it found.
            WeightsError: The weights are missing or not of this model.
        """
        rough = find_garment(photo.rgb)
        height, width = photo.rgb.shape[:2]
        asked = upscaled(rough.mask, height, width)
        drawn, quality = _draw(_predictor(self.folder), photo.rgb, asked)
        mask = filled(biggest(drawn), SMALL_HOLE)
        agreement = overlap(mask, asked)
        if agreement < MIN_AGREEMENT:
            raise SegmentationError(
                f"segment-anything drew something else than the garment (overlap {agreement:.2f}).",
                limit=f"At least {MIN_AGREEMENT} is needed.",
                cure="Use --segmenter classical, another ground, or a photo with a transparent background.",
            )
        check_place(mask, "The garment")
        confidence = float(np.clip(quality, 0, 1)) * agreement
        found = Found(mask=mask, confidence=confidence, studio=rough.studio)
        return soften(photo, found, precision=1 / GRID, segmenter=self.name)


def _draw(predictor: SamPredictor, rgb: U8, asked: Bool) -> tuple[Bool, float]:
    """The model's outline of a mask: at photo resolution, shape (H, W), and how good it thinks it is."""
    points, labels = prompt_points(asked)
    predictor.set_image(rgb)
    masks, qualities, _ = predictor.predict(
        point_coords=points, point_labels=labels, box=prompt_box(asked), multimask_output=False
    )
    return np.asarray(masks[0], np.bool_), float(qualities[0])


def prompt_box(mask: Bool) -> F64:
    """The box around a mask (H, W) with a little room: left, top, right, bottom [px], shape (4,)."""
    rows, columns = np.flatnonzero(mask.any(axis=1)), np.flatnonzero(mask.any(axis=0))
    box = np.array([columns[0], rows[0], columns[-1] + 1, rows[-1] + 1], np.float64)
    room = BOX_MARGIN * max(box[2] - box[0], box[3] - box[1])
    height, width = mask.shape
    grown: F64 = np.clip(box + room * np.array([-1, -1, 1, 1]), 0, [width, height, width, height])
    return grown


def prompt_points(mask: Bool) -> tuple[F64, F64]:
    """Points that say what is meant: deep inside the garment, and far outside it.

    Args:
        mask: Shape (H, W).

    Returns:
        Points (x, y) [px], shape (N, 2), and for each 1 on the garment, 0 beside it, shape (N,).
    """
    on, beside = _spread(mask, POINTS_ON), _spread(~mask, POINTS_BESIDE)
    return np.array(on + beside, np.float64), np.array([1.0] * len(on) + [0.0] * len(beside))


def _spread(mask: Bool, count: int) -> list[tuple[int, int]]:
    """Points of a region, each where it is farthest from the outline and from those before it."""
    import cv2

    inside = np.pad(mask, 1).astype(np.uint8)
    points: list[tuple[int, int]] = []
    for _ in range(count):
        depth = cv2.distanceTransform(inside, cv2.DIST_L2, 5)
        row, column = np.unravel_index(int(depth.argmax()), depth.shape)
        if depth[row, column] < 2:
            break
        points.append((int(column) - 1, int(row) - 1))
        inside[row, column] = 0
    return points


@functools.lru_cache(maxsize=1)
def _predictor(folder: Path) -> SamPredictor:
    """The model with its weights, on the fastest device there is."""
    import torch
    from segment_anything import SamPredictor

    model = build_sam(json.loads(_published(folder, "config.json").read_text()))
    weights = _read(_published(folder, "model.safetensors"))
    try:
        model.load_state_dict({renamed(name): tensor for name, tensor in weights.items()})
    except RuntimeError as error:
        raise WeightsError(
            f"the weights in {folder} are not those of segment-anything;",
            cure="fetch them anew with 'fashion-models weights pull segment-anything'.",
        ) from error
    return SamPredictor(model.to("cuda" if torch.cuda.is_available() else "cpu").eval())


def _published(folder: Path, name: str) -> Path:
    path = folder / name
    if not path.is_file():
        raise WeightsError(
            f"segment-anything's {name} is not in {folder};",
            cure="fetch it with 'fashion-models weights pull segment-anything'.",
        )
    return path


def _read(path: Path) -> dict[str, Tensor]:
    from safetensors import SafetensorError
    from safetensors.torch import load_file

    try:
        tensors: dict[str, Tensor] = load_file(path)
    except SafetensorError as error:
        raise WeightsError(
            f"{path} is no safetensors file ({error});",
            limit="pickles (.pth, .pt, .bin) are never read, because reading one can run code;",
            cure="fetch it with 'fashion-models weights pull segment-anything'.",
        ) from error
    return tensors


def renamed(name: str) -> str:
    """A tensor's published name as the model's code has it."""
    for pattern, replacement in _RENAMES:
        name = re.sub(pattern, replacement, name)
    return name


def build_sam(config: dict[str, Any]) -> Any:
    """The model of a published config.json, its weights still random."""
    from segment_anything.modeling import (
        ImageEncoderViT,
        MaskDecoder,
        PromptEncoder,
        Sam,
        TwoWayTransformer,
    )
    from torch.nn import LayerNorm

    vision, prompt, decoder = (
        config[f"{part}_config"] for part in ("vision", "prompt_encoder", "mask_decoder")
    )
    width, side, patch = prompt["hidden_size"], vision["image_size"], vision["patch_size"]
    return Sam(
        image_encoder=ImageEncoderViT(
            depth=vision["num_hidden_layers"],
            embed_dim=vision["hidden_size"],
            img_size=side,
            mlp_ratio=vision["mlp_dim"] / vision["hidden_size"],
            norm_layer=functools.partial(LayerNorm, eps=vision["layer_norm_eps"]),
            num_heads=vision["num_attention_heads"],
            patch_size=patch,
            qkv_bias=vision["qkv_bias"],
            use_rel_pos=vision["use_rel_pos"],
            global_attn_indexes=tuple(vision["global_attn_indexes"]),
            window_size=vision["window_size"],
            out_chans=vision["output_channels"],
        ),
        prompt_encoder=PromptEncoder(
            embed_dim=width,
            image_embedding_size=(side // patch, side // patch),
            input_image_size=(side, side),
            mask_in_chans=prompt["mask_input_channels"],
        ),
        mask_decoder=MaskDecoder(
            num_multimask_outputs=decoder["num_multimask_outputs"],
            transformer=TwoWayTransformer(
                depth=decoder["num_hidden_layers"],
                embedding_dim=decoder["hidden_size"],
                mlp_dim=decoder["mlp_dim"],
                num_heads=decoder["num_attention_heads"],
            ),
            transformer_dim=decoder["hidden_size"],
            iou_head_depth=decoder["iou_head_depth"],
            iou_head_hidden_dim=decoder["iou_head_hidden_dim"],
        ),
    )
