"""SDXL and SD 1.5 as a `Network`: one loop of our own instead of the library's pipelines.

The pipelines encode the picture twice, embed the control pictures anew in every step for both halves of the
guidance, and run the ControlNet on when its part is over. Here each is done once, or not at all; the pixels
are the same (``tests/integration/finish/test_savings.py``).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn

from fashion_models.arrays import F32, U8
from fashion_models.pipelines.finish.presets import Preset
from fashion_models.pipelines.finish.sampling import Patch, Run

#: Numbers under which the union ControlNet knows what a control picture shows.
_UNION_KINDS = {"pose": 0, "depth": 1, "canny": 3, "lineart": 3, "normal": 4}
#: How much a face is drawn to its identity card.
_FACE_SCALE = 0.6


class Controls:
    """The ControlNets of a network: one union of all kinds, or one for each."""

    def __init__(self, preset: Preset, networks: Sequence[Any]) -> None:
        self.kinds = tuple(control.kind for control in preset.controls)
        self._scales = [control.scale for control in preset.controls]
        self._networks = list(networks)
        self._union = len(networks) == 1 and hasattr(networks[0].config, "num_control_type")
        self._embedders = []
        for network in self._networks:  # embedded once before the loop, not in every step
            self._embedders.append(network.controlnet_cond_embedding)
            network.controlnet_cond_embedding = nn.Identity()

    def embed(self, pictures: Sequence[Tensor]) -> list[Tensor]:
        """Features of the control pictures, one batch per kind."""
        embedders = self._embedders * len(pictures) if self._union else self._embedders
        return [embedder(picture) for embedder, picture in zip(embedders, pictures, strict=True)]

    def residuals(self, x: Tensor, t: Tensor, prompt: Tensor, added: Any, embedded: list[Tensor]) -> Any:
        """What the networks add to the UNet's blocks: a list for the way down, and the middle."""
        if self._union:
            network = self._networks[0]
            kinds = [_UNION_KINDS[kind] for kind in self.kinds]
            present = torch.zeros(len(x), network.config.num_control_type, device=x.device, dtype=x.dtype)
            present[:, kinds] = 1
            return network(
                x,
                t,
                encoder_hidden_states=prompt,
                controlnet_cond=embedded,
                control_type=present,
                control_type_idx=kinds,
                conditioning_scale=self._scales,
                added_cond_kwargs=added,
                return_dict=False,
            )
        down, middle = None, None
        for network, features, scale in zip(self._networks, embedded, self._scales, strict=True):
            d, m = network(
                x,
                t,
                encoder_hidden_states=prompt,
                controlnet_cond=features,
                conditioning_scale=scale,
                added_cond_kwargs=added,
                return_dict=False,
            )
            down = d if down is None else [a + b for a, b in zip(down, d, strict=True)]
            middle = m if middle is None else middle + m
        return down, middle


@dataclass(frozen=True, kw_only=True, eq=False)
class EmbeddedPrompt:
    """Embedded words, (1, tokens, width), and what SDXL takes besides, (1, width)."""

    words: Tensor
    avoid: Tensor
    pooled: Tensor | None
    pooled_avoid: Tensor | None


class UNetNetwork:
    """A UNet with its ControlNets, made from a pipeline's parts.

    Args:
        preset: Its settings.
        pipe: A Stable Diffusion or SDXL text-to-image pipeline; its parts are used, never its loop.
        controls: The ControlNets.
        device: Where it runs.
        face: Loads the face adapter into the pipeline; None: there is none.
    """

    grid = 8
    channels = 4

    def __init__(
        self, preset: Preset, pipe: Any, controls: Controls, device: torch.device, face: Any = None
    ) -> None:
        self.preset = preset
        self.pipe = pipe
        self.controls = controls
        self.kinds = controls.kinds
        self.device = device
        self._load_face = face
        self._no_face: Tensor | None = None
        self.prompts: dict[tuple[str, str], EmbeddedPrompt] = {}

    @property
    def guided(self) -> bool:
        """Whether each step asks the network twice."""
        return self.preset.guidance > 1

    def encode(self, pictures: Sequence[U8]) -> Tensor:
        """Latents of pictures of one size: the middle of the posterior, so nothing is left to chance."""
        vae = self.pipe.vae
        found = vae.encode(as_tensor(pictures, vae)).to_tuple()[0]
        latents = found.mode() if hasattr(found, "mode") and not isinstance(found, Tensor) else found
        scaled: Tensor = latents * vae.config.scaling_factor
        return scaled.to(self.pipe.unet.dtype)

    def decode(self, latents: Tensor) -> F32:
        """Pictures, sRGB in [0, 1], (B, H, W, 3)."""
        vae = self.pipe.vae
        pictures = vae.decode(latents.to(vae.dtype) / vae.config.scaling_factor, return_dict=False)[0]
        return as_pictures(pictures)

    def prompt(self, words: str, avoid: str) -> EmbeddedPrompt:
        """Embedded words; each is embedded once."""
        key = words, avoid
        if key not in self.prompts:
            with awake(self, ("text_encoder", "text_encoder_2")):
                found = self.pipe.encode_prompt(
                    words,
                    device=self.device,
                    num_images_per_prompt=1,
                    do_classifier_free_guidance=True,
                    negative_prompt=avoid,
                )
            pooled = found[2:4] if len(found) == 4 else (None, None)
            dtype = self.pipe.unet.dtype
            self.prompts[key] = EmbeddedPrompt(
                words=found[0].to(dtype),
                avoid=found[1].to(dtype),
                pooled=None if pooled[0] is None else pooled[0].to(dtype),
                pooled_avoid=None if pooled[1] is None else pooled[1].to(dtype),
            )
        return self.prompts[key]

    def cut_words(self, words: str) -> bool:
        """Whether a prompt is longer than the network reads."""
        tokenizer = self.pipe.tokenizer
        return bool(len(tokenizer(words).input_ids) > tokenizer.model_max_length)

    def faces(self, pictures: Sequence[U8 | None]) -> tuple[Tensor, Tensor] | None:
        """Embedded faces, to be avoided and wanted, (B, 1, tokens, width) each.

        All pictures of a batch are given, or none. The adapter is loaded with the first face; before that
        there is nothing to embed (None), afterwards its weight is 0 where no face is given.
        """
        given = [picture for picture in pictures if picture is not None]
        if self._load_face is None or not (given or self._no_face is not None):
            return None
        if self._no_face is None:
            self._load_face(self.pipe)
        self.pipe.set_ip_adapter_scale(_FACE_SCALE if given else 0.0)
        if not given and self._no_face is not None:
            empty = self._no_face.repeat(len(pictures), 1, 1, 1)
            return empty, empty
        pairs = [self._embedded_face(picture) for picture in given]
        self._no_face = torch.zeros_like(pairs[0][1])
        return torch.cat([pair[0] for pair in pairs]), torch.cat([pair[1] for pair in pairs])

    def _embedded_face(self, picture: U8) -> tuple[Tensor, Tensor]:
        from PIL import Image

        card = [Image.fromarray(picture)]
        both = self.pipe.prepare_ip_adapter_image_embeds(card, None, self.device, 1, True)[0]
        avoid, wanted = both.chunk(2)
        return avoid, wanted

    def run(self, patches: Sequence[Patch], clean: Tensor) -> Run:
        """Prepare the sampling of patches of one size."""
        return _UNetRun(self, patches, clean)


class _UNetRun:
    """Sampling of one batch."""

    def __init__(self, network: UNetNetwork, patches: Sequence[Patch], clean: Tensor) -> None:
        self._network = network
        self._scheduler = network.pipe.scheduler
        self._scheduler.set_timesteps(network.preset.steps, device=network.device)
        self._seeds = [patch.seed for patch in patches]
        self._halves = 2 if network.guided else 1
        prompts = [network.prompt(patch.prompt, patch.avoid) for patch in patches]
        self._words = self._paired([p.words for p in prompts], [p.avoid for p in prompts])
        self._added = self._additions(prompts, patches)
        pictures = [
            as_tensor([p.controls[kind] for p in patches], clean, centred=False) for kind in network.kinds
        ]
        self._embedded = [
            torch.cat([features] * self._halves) for features in network.controls.embed(pictures)
        ]

    @property
    def steps(self) -> int:
        """Number of steps at full strength."""
        return len(self._scheduler.timesteps)

    def start(self, step: int) -> None:
        """Prepare to sample from a step on."""
        self._scheduler.set_begin_index(step)

    def noised(self, clean: Tensor, noise: Tensor, step: int) -> Tensor:
        """Clean latents as they are before a step."""
        if step >= self.steps:
            return clean
        noisy: Tensor = self._scheduler.add_noise(clean, noise, self._scheduler.timesteps[step : step + 1])
        return noisy

    def advance(self, latents: Tensor, step: int) -> Tensor:
        """The latents after one step."""
        network, t = self._network, self._scheduler.timesteps[step]
        x = self._scheduler.scale_model_input(torch.cat([latents] * self._halves), t)
        down, middle = None, None
        if (step + 1) / self.steps <= network.preset.control_until:
            down, middle = network.controls.residuals(x, t, self._words, self._added, self._embedded)
        predicted = network.pipe.unet(
            x,
            t,
            encoder_hidden_states=self._words,
            down_block_additional_residuals=down,
            mid_block_additional_residual=middle,
            added_cond_kwargs=self._added,
            return_dict=False,
        )[0]
        if network.guided:
            away, towards = predicted.chunk(2)
            predicted = away + network.preset.guidance * (towards - away)
        stepped: Tensor = self._scheduler.step(
            predicted, t, latents, generator=self._generators(step), return_dict=False
        )[0]
        return stepped

    def _paired(self, wanted: Sequence[Any], avoided: Sequence[Any]) -> Tensor:
        """One batch, preceded by what is to be avoided where there is guidance."""
        return torch.cat([*avoided, *wanted] if self._halves == 2 else list(wanted))

    def _additions(
        self, prompts: Sequence[EmbeddedPrompt], patches: Sequence[Patch]
    ) -> dict[str, Any] | None:
        added: dict[str, Any] = {}
        if prompts[0].pooled is not None:
            height, width = patches[0].picture.shape[:2]
            size = torch.tensor([[height, width, 0, 0, height, width]], device=self._words.device)
            added["text_embeds"] = self._paired(
                [p.pooled for p in prompts], [p.pooled_avoid for p in prompts]
            )
            added["time_ids"] = size.to(self._words.dtype).repeat(len(self._words), 1)
        faces = self._network.faces([patch.face for patch in patches])
        if faces is not None:
            added["image_embeds"] = [self._paired([faces[1]], [faces[0]]).to(self._words.dtype)]
        return added or None

    def _generators(self, step: int) -> list[torch.Generator]:
        """Per picture and step, so that neither its neighbours nor its first step change its noise."""
        return [torch.Generator().manual_seed(1_000_003 * seed + step) for seed in self._seeds]


def as_tensor(pictures: Sequence[U8], like: Any, *, centred: bool = True) -> Tensor:
    """Pictures of one size as a batch (B, 3, H, W), from −1 to 1 or from 0 to 1, where and as ``like`` is."""
    stacked = torch.from_numpy(np.ascontiguousarray(np.stack(pictures).transpose(0, 3, 1, 2)))
    unit = stacked.to(like.device).to(torch.float32) / 255
    return (2 * unit - 1 if centred else unit).to(like.dtype)


def as_pictures(batch: Tensor) -> F32:
    """A batch (B, 3, H, W) from −1 to 1 as sRGB in [0, 1], (B, H, W, 3)."""
    pictures: F32 = (batch.float() / 2 + 0.5).clamp(0, 1).permute(0, 2, 3, 1).cpu().numpy()
    return pictures


class awake:  # noqa: N801 - reads as a statement
    """Bring a pipeline's parts to the network's device while they are used, and put them back after that.

    Text encoders are asked once per prompt; between prompts the memory belongs to the sampling.
    """

    def __init__(self, network: Any, names: Sequence[str]) -> None:
        parts = [getattr(network.pipe, name, None) for name in names]
        self._parts = [(part, part.device) for part in parts if part is not None]
        self._device = network.device

    def __enter__(self) -> None:
        for part, _ in self._parts:
            part.to(self._device)

    def __exit__(self, *_: object) -> None:
        for part, home in self._parts:
            part.to(home)
