"""Z-Image-Turbo with its ControlNet as a `Network`: few steps, no guidance, prompts in Chinese or English."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import torch
from torch import Tensor

from fashion_models.arrays import F32, U8
from fashion_models.pipelines.finish.presets import Preset
from fashion_models.pipelines.finish.sampling import Patch, Run
from fashion_models.pipelines.finish.unet import as_pictures, as_tensor, awake


class ZImageNetwork:
    """A Z-Image transformer with its control layers, made from a pipeline's parts.

    Args:
        preset: Its settings.
        pipe: A ControlNet inpainting pipeline; its parts are used, never its loop, which always starts from
            pure noise.
        device: Where it runs.
    """

    grid = 16
    channels = 16

    def __init__(self, preset: Preset, pipe: Any, device: torch.device) -> None:
        self.preset = preset
        self.pipe = pipe
        self.kinds = tuple(control.kind for control in preset.controls)
        self.device = device
        self._prompts: dict[str, Tensor] = {}

    def encode(self, pictures: Sequence[U8]) -> Tensor:
        """Latents of pictures of one size, in single precision as the flow is sampled."""
        vae = self.pipe.vae
        latents = vae.encode(as_tensor(pictures, vae)).latent_dist.mode()
        scaled: Tensor = (latents - vae.config.shift_factor) * vae.config.scaling_factor
        return scaled.float()

    def decode(self, latents: Tensor) -> F32:
        """Pictures, sRGB in [0, 1], (B, H, W, 3)."""
        vae = self.pipe.vae
        unscaled = latents.to(vae.dtype) / vae.config.scaling_factor + vae.config.shift_factor
        return as_pictures(vae.decode(unscaled, return_dict=False)[0])

    def prompt(self, words: str) -> Tensor:
        """Embedded words, (tokens, width); each prompt is embedded once."""
        if words not in self._prompts:
            with awake(self, ("text_encoder",)):
                found, _ = self.pipe.encode_prompt(
                    words, device=self.device, do_classifier_free_guidance=False
                )
            self._prompts[words] = found[0].to(self.pipe.transformer.dtype)
        return self._prompts[words]

    def cut_words(self, words: str) -> bool:
        """Whether a prompt is longer than the network reads."""
        return len(self.pipe.tokenizer(words).input_ids) > 480

    def run(self, patches: Sequence[Patch], clean: Tensor) -> Run:
        """Prepare the sampling of patches of one size."""
        return _FlowRun(self, patches, clean)


class _FlowRun:
    """Sampling of one batch along the flow from noise to picture."""

    def __init__(self, network: ZImageNetwork, patches: Sequence[Patch], clean: Tensor) -> None:
        self._network = network
        self._scheduler = network.pipe.scheduler
        steps = network.preset.steps
        self._scheduler.set_timesteps(
            sigmas=torch.linspace(1, 1 / steps, steps).tolist(), device=network.device
        )
        self._words = [network.prompt(patch.prompt) for patch in patches]
        self._context = self._control_context(patches, clean)

    @property
    def steps(self) -> int:
        """Number of steps at full strength."""
        return len(self._scheduler.timesteps)

    def start(self, step: int) -> None:
        """Prepare to sample from a step on."""
        self._scheduler.set_begin_index(step)

    def noised(self, clean: Tensor, noise: Tensor, step: int) -> Tensor:
        """Clean latents as they are before a step."""
        sigma: Tensor = self._scheduler.sigmas[step]
        return (1 - sigma) * clean + sigma * noise

    def advance(self, latents: Tensor, step: int) -> Tensor:
        """The latents after one step."""
        pipe, t = self._network.pipe, self._scheduler.timesteps[step]
        time = (1000 - t.expand(len(latents))) / 1000
        x = list(latents.to(pipe.transformer.dtype).unsqueeze(2).unbind(0))
        blocks = pipe.controlnet(
            x, time, self._words, self._context, conditioning_scale=self._network.preset.controls[0].scale
        )
        velocity = pipe.transformer(x, time, self._words, controlnet_block_samples=blocks)[0]
        predicted = -torch.stack([v.float() for v in velocity]).squeeze(2)
        stepped: Tensor = self._scheduler.step(predicted, t, latents, return_dict=False)[0]
        return stepped

    def _control_context(self, patches: Sequence[Patch], clean: Tensor) -> Tensor:
        """Latents of the control picture, what is kept, and latents of the picture with the rest left out."""
        network = self._network
        control = network.encode([patch.controls[network.kinds[0]] for patch in patches])
        kept = torch.stack([torch.from_numpy(patch.strength <= 0) for patch in patches])
        mask = kept[:, None].to(clean)
        pixels = torch.nn.functional.interpolate(mask, scale_factor=8, mode="nearest")
        vae = network.pipe.vae
        seen = as_tensor([patch.picture for patch in patches], vae) * pixels.to(vae.dtype)
        shown = (vae.encode(seen).latent_dist.mode() - vae.config.shift_factor) * vae.config.scaling_factor
        context = torch.cat([control, mask, shown.to(clean)], dim=1)
        return context.unsqueeze(2).to(network.pipe.transformer.dtype)
