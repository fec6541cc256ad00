"""What our loop leaves out changes no pixel: compared with the library's pipelines on the same weights.

In double precision: sums taken in another order differ in their last bits, and those of single precision can
turn one pixel in ten thousand by one level.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from PIL import Image

from fashion_models.arrays import U8
from fashion_models.pipelines.finish.loading import open_network
from fashion_models.pipelines.finish.presets import PRESETS, Control, Preset
from fashion_models.pipelines.finish.sampling import Patch, sample

Weights = Callable[[str], Path]
WIDTH, HEIGHT, SEED = 96, 128, 7
#: A four-thousandth of a level of eight bits.
SAME = 1e-6


def picture(seed: int) -> U8:
    return np.random.default_rng(seed).integers(0, 255, (HEIGHT, WIDTH, 3), np.uint8)


def masked() -> Any:
    """The right half may change."""
    strength = np.zeros((HEIGHT // 8, WIDTH // 8), np.float32)
    strength[:, WIDTH // 16 :] = 0.75
    return strength


def doubled(pipe: Any, *networks: Any) -> None:
    for part in (*pipe.components.values(), *networks):
        if isinstance(part, torch.nn.Module):
            part.to(torch.float64)


def ours(preset: Preset, folder: Path) -> Any:
    network: Any = open_network(preset, folder, device=torch.device("cpu"))
    doubled(network.pipe, *network.controls._networks, *network.controls._embedders)
    generator = torch.Generator().manual_seed(SEED)
    shape = (1, 4, HEIGHT // 8, WIDTH // 8)
    noise = torch.randn(shape, generator=generator, dtype=torch.float64)[0].numpy()
    patch = Patch(
        picture=picture(0),
        controls={kind: picture(number + 1) for number, kind in enumerate(network.kinds)},
        strength=masked(),
        noise=noise,
        prompt="a photo",
        avoid="b",
        seed=0,
    )
    return sample(network, [patch], between=lambda _: None)[0]


def asked(preset: Preset) -> dict[str, Any]:
    mask = np.zeros((HEIGHT, WIDTH), np.uint8)
    mask[:, WIDTH // 2 :] = 255
    return {
        "prompt": "a photo",
        "negative_prompt": "b",
        "image": Image.fromarray(picture(0)),
        "mask_image": Image.fromarray(mask),
        "height": HEIGHT,
        "width": WIDTH,
        "strength": 0.75,
        "num_inference_steps": preset.steps,
        "guidance_scale": preset.guidance,
        "control_guidance_end": PART[preset.control_until],
        "generator": torch.Generator().manual_seed(SEED),
        "output_type": "np",
    }


class Middle:
    """The pipelines draw the picture's latents from the encoder's posterior; here both take its middle."""

    vae: Any

    def _encode_vae_image(self, image: torch.Tensor, generator: object) -> torch.Tensor:
        del generator
        latents: torch.Tensor = self.vae.encode(image).latent_dist.mode()
        return self.vae.config.scaling_factor * latents


def plain_sdxl(preset: Preset, folder: Path) -> Any:
    from diffusers import ControlNetUnionModel, StableDiffusionXLControlNetUnionInpaintPipeline

    class Plain(Middle, StableDiffusionXLControlNetUnionInpaintPipeline):
        pass

    control = ControlNetUnionModel.from_pretrained(folder / "controlnet")
    pipe = Plain.from_pretrained(folder / "base", controlnet=control, variant="fp16", add_watermarker=False)
    pipe.set_progress_bar_config(disable=True)
    doubled(pipe)
    numbers = {"pose": 0, "depth": 1, "normal": 4}
    kinds = [numbers[control.kind] for control in preset.controls]
    found = pipe(
        **asked(preset),
        control_image=[Image.fromarray(picture(number + 1)) for number in range(len(kinds))],
        control_mode=kinds,
        controlnet_conditioning_scale=[control.scale for control in preset.controls],
    )
    return found.images[0]


def plain_sd15(preset: Preset, folder: Path) -> Any:
    from diffusers import (
        ControlNetModel,
        EulerDiscreteScheduler,
        StableDiffusionControlNetInpaintPipeline,
    )

    class Plain(Middle, StableDiffusionControlNetInpaintPipeline):
        pass

    controls = [
        ControlNetModel.from_pretrained(folder / f"controlnet-{control.kind}", variant="fp16")
        for control in preset.controls
    ]
    pipe = Plain.from_pretrained(folder / "base", controlnet=controls, variant="fp16", safety_checker=None)
    pipe.scheduler = EulerDiscreteScheduler.from_config(pipe.scheduler.config)
    pipe.set_progress_bar_config(disable=True)
    doubled(pipe)
    pictures = [Image.fromarray(picture(number + 1)) for number in range(len(controls))]
    found = pipe(
        **asked(preset) | {"control_guidance_end": [PART[preset.control_until]] * len(controls)},
        control_image=pictures,
        controlnet_conditioning_scale=[control.scale for control in preset.controls],
    )
    return found.images[0]


def sd15_folder(folder: Path, tmp_path: Path) -> Path:
    """Without the few-step LoRA, and with the pipeline's own autoencoder: what the plain pipeline has."""
    copy = tmp_path / "cpu"
    copy.mkdir()
    for part in ("base", "controlnet-pose", "controlnet-depth"):
        (copy / part).symlink_to(folder / part)
    (copy / "vae").symlink_to(folder / "base" / "vae")
    return copy


def assert_same(ours: Any, plain: Any) -> None:
    apart = float(np.abs(ours - plain).max())
    assert apart < SAME, f"up to {255 * apart:.2g} levels of eight bits"


#: Of six steps at strength 0.75 four are taken. We count all six, so that a batch equals its singles whatever
#: their strengths; the pipelines count the four.
PART = {1.0: 1.0, 4 / 6: 0.5}
ONE = (Control(kind="pose", scale=0.8),)
ALL = PRESETS["mid"].controls


@pytest.mark.parametrize(
    ("controls", "until"),
    [(ALL, 1.0), (ONE, 1.0), (ONE, 4 / 6)],
    ids=["embedded once, encoded once", "one control", "the ControlNet rests after its part"],
)
def test_sdxl_is_the_plain_pipeline_s_picture(
    controls: tuple[Control, ...], until: float, weights_of: Weights
) -> None:
    preset = replace(PRESETS["taiyi"], steps=6, controls=controls, control_until=until)
    folder = weights_of("taiyi")
    assert_same(ours(preset, folder), plain_sdxl(preset, folder))


@pytest.mark.parametrize("until", PART)
def test_sd15_is_the_plain_pipeline_s_picture(until: float, weights_of: Weights, tmp_path: Path) -> None:
    preset = replace(
        PRESETS["cpu"], steps=6, guidance=5.0, scheduler="euler", native_pixels=512, control_until=until
    )
    folder = sd15_folder(weights_of("cpu"), tmp_path)
    assert_same(ours(preset, folder), plain_sd15(preset, folder))


def test_the_work_that_is_left_out_is_really_left_out(weights_of: Weights) -> None:
    preset = replace(PRESETS["taiyi"], steps=8, control_until=0.5)
    network: Any = open_network(preset, weights_of("taiyi"), device=torch.device("cpu"))
    calls: dict[str, int] = {}

    def count(name: str, module: Any) -> None:
        calls[name] = 0

        def called(*_: object) -> None:
            calls[name] += 1

        module.register_forward_pre_hook(called)

    count("unet", network.pipe.unet)
    count("control", network.controls._networks[0])
    count("embedding", network.controls._embedders[0])
    count("text", network.pipe.text_encoder)
    count("encoder", network.pipe.vae.encoder)
    patch = Patch(
        picture=picture(0),
        controls={kind: picture(1) for kind in network.kinds},
        strength=np.full((HEIGHT // 8, WIDTH // 8), 1.0, np.float32),
        noise=np.zeros((4, HEIGHT // 8, WIDTH // 8), np.float32),
        prompt="a photo",
        avoid="b",
        seed=0,
    )
    for _ in range(2):
        sample(network, [patch], between=lambda _: None)
    assert calls == {"unet": 16, "control": 8, "embedding": 6, "text": 2, "encoder": 2}
