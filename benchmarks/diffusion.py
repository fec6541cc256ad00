"""Our sampling loop against the library's plain pipeline, on random weights of any size, in one run.

    python -P benchmarks/diffusion.py [--size full|small|tiny] [--preset large] [--steps 30] [--guidance 5]
        [--until 0.8] [--batch 1 4] [--width 1024] [--height 1024] [--repeats 5] [--keep FILE]

``--size full`` is SDXL (2.6 B) with the union ControlNet (1.3 B); weights are random and normal, never zero,
because a GPU's clock depends on the data. Random weights say how fast, and how large; never how a picture
looks. The plain pipeline gets its prompts embedded beforehand, in the same precision, eagerly. On a GPU ours
runs as the preset says (channels_last, regional compile, fp8 storage). Times are medians after warm-ups and
include encoding and decoding. The roofline is what a matrix product reaches in the same run.

``tiny`` and ``small`` have the same blocks with fewer channels, for a CPU: they show what leaving out saves.
There the seconds are those of the processor, not of the clock, because others may use the machine too.
``--size full`` without a GPU only counts the work, on no memory at all.
"""

from __future__ import annotations

import argparse
import json
import math
import platform
import statistics
import sys
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import diffusers
import numpy as np
import torch
from torch.utils.flop_counter import FlopCounterMode

from fashion_models.pipelines.finish.loading import choose_precision, settle
from fashion_models.pipelines.finish.presets import PRESETS, Preset
from fashion_models.pipelines.finish.sampling import Patch, sample
from fashion_models.pipelines.finish.unet import Controls, UNetNetwork

#: Channels of the networks' levels, transformer layers, width of the words, channels of the autoencoder.
SIZES: dict[str, dict[str, Any]] = {
    "full": {
        "channels": (320, 640, 1280),
        "layers": (1, 2, 10),
        "words": (768, 1280),
        "vae": (128, 256, 512, 512),
    },
    "small": {"channels": (96, 192, 384), "layers": (1, 2, 4), "words": (64, 128), "vae": (32, 64, 128, 128)},
    "tiny": {"channels": (32, 64, 64), "layers": (1, 1, 2), "words": (32, 48), "vae": (32, 32, 32, 32)},
}
KINDS = {"pose": 0, "depth": 1, "normal": 4}


def build(model: Any, device: torch.device, dtype: torch.dtype, **config: Any) -> Any:
    """A network with random weights, without a copy in single precision."""
    with torch.device("meta"):
        network = model(**config)
    network = network.to(dtype).to_empty(device=device).eval().requires_grad_(False)
    if device.type == "meta":
        return network
    for name, parameter in network.named_parameters():
        if parameter.dim() > 1:
            parameter.normal_(std=0.7 / math.sqrt(parameter[0].numel()))
        elif "norm" in name and name.endswith("weight"):
            parameter.fill_(1)
        else:
            parameter.zero_()
    return network


def build_parts(size: str, device: torch.device, dtype: torch.dtype) -> tuple[Any, Any]:
    """An SDXL pipeline without text encoders, and the union ControlNet."""
    from diffusers import (
        AutoencoderKL,
        ControlNetUnionModel,
        EulerDiscreteScheduler,
        StableDiffusionXLPipeline,
        UNet2DConditionModel,
    )

    s = SIZES[size]
    time_width = 256 if size == "full" else 32
    common: dict[str, Any] = {
        "in_channels": 4,
        "block_out_channels": s["channels"],
        "layers_per_block": 2,
        "down_block_types": ("DownBlock2D", "CrossAttnDownBlock2D", "CrossAttnDownBlock2D"),
        "attention_head_dim": tuple(max(1, c // 64) for c in s["channels"]),
        "use_linear_projection": True,
        "addition_embed_type": "text_time",
        "addition_time_embed_dim": time_width,
        "transformer_layers_per_block": s["layers"],
        "projection_class_embeddings_input_dim": 6 * time_width + s["words"][1],
        "cross_attention_dim": sum(s["words"]),
    }
    unet = build(
        UNet2DConditionModel,
        device,
        dtype,
        out_channels=4,
        sample_size=128,
        up_block_types=("CrossAttnUpBlock2D", "CrossAttnUpBlock2D", "UpBlock2D"),
        **common,
    )
    union = build(
        ControlNetUnionModel,
        device,
        dtype,
        conditioning_embedding_out_channels=tuple(
            max(16, width * s["channels"][0] // 320) for width in (16, 32, 96, 256)
        ),
        num_control_type=6,
        num_trans_channel=s["channels"][0],
        num_proj_channel=s["channels"][0],
        **common,
    )
    vae = build(
        AutoencoderKL,
        device,
        dtype,
        block_out_channels=s["vae"],
        layers_per_block=2,
        down_block_types=["DownEncoderBlock2D"] * 4,
        up_block_types=["UpDecoderBlock2D"] * 4,
        latent_channels=4,
        scaling_factor=0.13025,
        force_upcast=False,
    )
    scheduler = EulerDiscreteScheduler(
        beta_start=0.00085,
        beta_end=0.012,
        beta_schedule="scaled_linear",
        steps_offset=1,
        timestep_spacing="leading",
    )
    pipe = StableDiffusionXLPipeline(
        vae=vae,
        text_encoder=None,
        text_encoder_2=None,
        tokenizer=None,
        tokenizer_2=None,
        unet=unet,
        scheduler=scheduler,
        add_watermarker=False,
    )
    return pipe, union


def embedded_words(size: str, device: torch.device, dtype: torch.dtype) -> dict[str, torch.Tensor]:
    first, second = SIZES[size]["words"]
    generator = torch.Generator().manual_seed(0)

    def random(*shape: int) -> torch.Tensor:
        return torch.randn(shape, generator=generator).to(device, dtype)

    return {
        "words": random(1, 77, first + second),
        "avoid": random(1, 77, first + second),
        "pooled": random(1, second),
        "pooled_avoid": random(1, second),
    }


def plain(
    pipe: Any, union: Any, words: dict[str, torch.Tensor], ask: Any, preset: Preset
) -> Callable[[int], Any]:
    """The library's inpainting pipeline as its documentation shows it."""
    from diffusers import StableDiffusionXLControlNetUnionInpaintPipeline

    parts = {k: v for k, v in pipe.components.items() if k not in ("image_encoder", "feature_extractor")}
    whole: Any = StableDiffusionXLControlNetUnionInpaintPipeline(
        **parts, controlnet=union, add_watermarker=False
    )
    whole.set_progress_bar_config(disable=True)
    picture = torch.rand(1, 3, ask.height, ask.width)
    mask = torch.ones(1, 1, ask.height, ask.width)
    kinds = [KINDS[control.kind] for control in preset.controls]

    def run(batch: int) -> Any:
        return whole(
            prompt_embeds=words["words"].repeat(batch, 1, 1),
            negative_prompt_embeds=words["avoid"].repeat(batch, 1, 1),
            pooled_prompt_embeds=words["pooled"].repeat(batch, 1),
            negative_pooled_prompt_embeds=words["pooled_avoid"].repeat(batch, 1),
            image=picture.repeat(batch, 1, 1, 1),
            mask_image=mask.repeat(batch, 1, 1, 1),
            control_image=[picture for _ in kinds],
            control_mode=kinds,
            controlnet_conditioning_scale=[control.scale for control in preset.controls],
            control_guidance_end=preset.control_until,
            height=ask.height,
            width=ask.width,
            strength=0.9999,
            num_inference_steps=ask.steps,
            guidance_scale=ask.guidance,
            generator=[torch.Generator().manual_seed(i) for i in range(batch)],
            output_type="np",
        ).images

    return run


def ours(
    pipe: Any, union: Any, words: dict[str, torch.Tensor], ask: Any, preset: Preset
) -> Callable[[int], Any]:
    """The product's own loop on the same parts."""
    from fashion_models.pipelines.finish.unet import EmbeddedPrompt

    device = pipe.unet.device
    network = UNetNetwork(preset, pipe, Controls(preset, [union]), device)
    network.prompts["", ""] = EmbeddedPrompt(**words)
    settle(preset, [pipe.unet, union], pipe.vae, device)
    random = np.random.default_rng(0)
    picture = random.integers(0, 255, (ask.height, ask.width, 3), np.uint8)
    cells = ask.height // 8, ask.width // 8
    patch = Patch(
        picture=picture,
        controls=dict.fromkeys(network.kinds, picture),
        strength=np.full(cells, 0.9999, np.float32),
        noise=random.standard_normal((4, *cells), np.float32),
        prompt="",
        avoid="",
        seed=0,
    )

    def run(batch: int) -> Any:
        return sample(network, [replace(patch, seed=i) for i in range(batch)], between=lambda _: None)

    return run


def median_seconds(run: Callable[[int], Any], batch: int, device: torch.device, repeats: int) -> float:
    for _ in range(3 if device.type == "cuda" else 1):
        found = run(batch)
    if not np.isfinite(np.asarray(found)).all():
        sys.exit("the random network gave values that are no numbers")
    seconds = []
    for _ in range(repeats):
        began = clock(device)
        run(batch)
        seconds.append(clock(device) - began)
    return statistics.median(seconds)


def clock(device: torch.device) -> float:
    """Wall time on a GPU, once it is idle; time of the processor on a CPU [s]."""
    if device.type == "cuda":
        torch.cuda.synchronize()
        return time.perf_counter()
    return time.process_time()


def teraflops(run: Callable[[int], Any]) -> float:
    """Work of one picture, counted (a product and a sum are two)."""
    with FlopCounterMode(display=False) as counter:
        run(1)
    return float(counter.get_total_flops()) / 1e12


def roofline(device: torch.device, dtype: torch.dtype) -> float:
    """What a large matrix product reaches here [TFLOP/s]."""
    side = 8192 if device.type == "cuda" else 1536
    a = torch.randn(side, side, device=device, dtype=dtype)
    best = math.inf
    for _ in range(10):
        began = clock(device)
        a @ a
        best = min(best, clock(device) - began)
    return 2 * side**3 / best / 1e12


def count_full_size(ask: Any) -> dict[str, Any]:
    """Work of one picture at full size, counted on tensors without memory [TFLOP]."""
    nowhere = torch.device("meta")
    pipe, union = build_parts("full", nowhere, torch.bfloat16)
    rows, columns = ask.height // 8, ask.width // 8

    def zeros(*shape: int) -> torch.Tensor:
        return torch.zeros(shape, device=nowhere, dtype=torch.bfloat16)

    def work(call: Callable[[], object]) -> float:
        with FlopCounterMode(display=False) as counter, torch.inference_mode():
            call()
        return float(counter.get_total_flops()) / 1e12

    x, t, words = zeros(1, 4, rows, columns), zeros(1), zeros(1, 77, 2048)
    added = {"text_embeds": zeros(1, 1280), "time_ids": zeros(1, 6)}
    picture = zeros(1, 3, ask.height, ask.width)
    kinds = list(KINDS.values())
    unet = work(lambda: pipe.unet(x, t, words, added_cond_kwargs=added))
    control = work(
        lambda: union(
            x,
            t,
            words,
            controlnet_cond=[picture] * len(kinds),
            control_type=zeros(1, 6),
            control_type_idx=kinds,
            conditioning_scale=[1.0] * len(kinds),
            added_cond_kwargs=added,
            return_dict=False,
        )
    )
    embedding = len(kinds) * work(lambda: union.controlnet_cond_embedding(picture))
    encode, decode = work(lambda: pipe.vae.encode(picture)), work(lambda: pipe.vae.decode(x))
    halves = 2 if ask.guidance > 1 else 1
    steered = math.floor(ask.until * ask.steps)
    both = {
        "plain": halves * ask.steps * (unet + control) + 2 * encode + decode,
        "ours": halves * (ask.steps * unet + steered * (control - embedding)) + embedding + encode + decode,
    }
    parts = {"unet": unet, "control": control, "embedding": embedding, "encode": encode, "decode": decode}
    return {
        "tflop": {name: round(value, 3) for name, value in (parts | both).items()},
        "ratio_of_work": round(both["plain"] / both["ours"], 3),
    }


def peak_gigabytes(run: Callable[[int], Any], batch: int, device: torch.device) -> float | None:
    if device.type != "cuda":
        return None
    torch.cuda.reset_peak_memory_stats()
    run(batch)
    return round(torch.cuda.max_memory_allocated() / 1e9, 2)


def main() -> None:
    diffusers.utils.logging.set_verbosity_error()
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--size", choices=SIZES, default="full" if torch.cuda.is_available() else "small")
    parser.add_argument("--preset", default="large")
    parser.add_argument("--steps", type=int, default=30)
    parser.add_argument("--guidance", type=float, default=5.0)
    parser.add_argument(
        "--until", type=float, default=0.8, help="share of the steps that the ControlNet steers"
    )
    parser.add_argument("--batch", type=int, nargs="+", default=[1, 4])
    parser.add_argument("--width", type=int, default=1024)
    parser.add_argument("--height", type=int, default=1024)
    parser.add_argument("--repeats", type=int, default=5)
    parser.add_argument("--keep", type=Path)
    ask = parser.parse_args()
    if ask.size == "full" and not torch.cuda.is_available():
        tell({"command": command(), "weights": "none: work was counted", **count_full_size(ask)}, ask.keep)
        return
    device = torch.device("cuda" if torch.cuda.is_available() else "cpu")
    dtype = choose_precision(device)
    preset = replace(PRESETS[ask.preset], steps=ask.steps, guidance=ask.guidance, control_until=ask.until)
    words = embedded_words(ask.size, device, dtype)
    results: dict[str, Any] = {
        "command": command(),
        "machine": torch.cuda.get_device_name() if device.type == "cuda" else f"CPU, {platform.machine()}",
        "threads": torch.get_num_threads(),
        "precision": str(dtype).removeprefix("torch."),
        "weights": f"random ({ask.size}): speed only, never quality",
        "roofline_tflops": round(roofline(device, dtype), 2),
        "runs": [],
    }
    with torch.inference_mode():
        for batch in ask.batch:
            results["runs"].append(compare(ask, preset, words, device, dtype, batch))
            print(json.dumps(results["runs"][-1]), flush=True)
    results["roofline_after_tflops"] = round(roofline(device, dtype), 2)
    tell(results, ask.keep)


def command() -> str:
    return " ".join(["python -P", *sys.argv])


def tell(results: dict[str, Any], keep: Path | None) -> None:
    text = json.dumps(results, indent=2, ensure_ascii=False) + "\n"
    print(text, end="")
    if keep is not None:
        keep.write_text(text)


def compare(
    ask: Any,
    preset: Preset,
    words: dict[str, torch.Tensor],
    device: torch.device,
    dtype: torch.dtype,
    batch: int,
) -> dict[str, Any]:
    """Both loops on the same random weights, one after the other."""
    row: dict[str, Any] = {"batch": batch, "size": f"{ask.width}×{ask.height}", "steps": ask.steps}
    for name, loop in (("plain", plain), ("ours", ours)):
        pipe, union = build_parts(ask.size, device, dtype)
        counted = loop(pipe, union, words, ask, replace(preset, compiled=False, fp8=False))
        work = teraflops(counted)
        pipe, union = build_parts(ask.size, device, dtype)
        run = loop(pipe, union, words, ask, preset)
        seconds = median_seconds(run, batch, device, ask.repeats)
        row[name] = {
            "seconds": round(seconds, 3),
            "images_per_s": round(batch / seconds, 4),
            "tflop_per_image": round(work, 3),
            "tflops": round(work * batch / seconds, 3),
            "peak_gb": peak_gigabytes(run, batch, device),
        }
        del pipe, union, run, counted
    row["ratio"] = round(row["plain"]["seconds"] / row["ours"]["seconds"], 3)
    return row


if __name__ == "__main__":
    main()
