"""One sampling loop for every network: `sample`; what a network offers: `Network`, `Run`."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

import numpy as np

from fashion_models.arrays import F32, U8

if TYPE_CHECKING:
    import torch
    from torch import Tensor


@dataclass(frozen=True, kw_only=True, eq=False)
class Patch:
    """A picture, or a part of one, as a network takes it; sides are multiples of the network's grid.

    Attributes:
        picture: sRGB, (H, W, 3).
        controls: Kind to control picture, (H, W, 3).
        strength: Share of the sampling that each latent cell takes part in, (h, w).
        noise: Unit normal noise, (channels, h, w).
        prompt: What it shows.
        avoid: What it should not show.
        seed: Of what noise the scheduler adds by itself.
        face: A face to resemble, (H, W, 3).
    """

    picture: U8
    controls: Mapping[str, U8]
    strength: F32
    noise: F32
    prompt: str
    avoid: str
    seed: int
    face: U8 | None = None


class Run(Protocol):
    """Sampling of one batch; steps are counted from pure noise."""

    @property
    def steps(self) -> int:
        """Number of steps at full strength."""
        ...

    def start(self, step: int) -> None:
        """Prepare to sample from a step on."""
        ...

    def noised(self, clean: Tensor, noise: Tensor, step: int) -> Tensor:
        """Clean latents as they are before a step; ``step`` equal to `steps` leaves them clean."""
        ...

    def advance(self, latents: Tensor, step: int) -> Tensor:
        """The latents after one step."""
        ...


class Network(Protocol):
    """A diffusion network with its autoencoder, prompts and scheduler."""

    #: Side of the squares that picture sides must be made of [px].
    grid: int
    #: Channels of the latents.
    channels: int
    #: Control pictures it takes.
    kinds: tuple[str, ...]
    device: torch.device

    def encode(self, pictures: Sequence[U8]) -> Tensor:
        """Latents of pictures of one size, (B, channels, H/8, W/8), without randomness."""
        ...

    def decode(self, latents: Tensor) -> F32:
        """Pictures, sRGB in [0, 1], (B, H, W, 3); values that are no numbers stay so."""
        ...

    def run(self, patches: Sequence[Patch], clean: Tensor) -> Run:
        """Prepare the sampling of patches of one size."""
        ...

    def cut_words(self, words: str) -> bool:
        """Whether a prompt is longer than the network reads."""
        ...


def sample(network: Network, patches: Sequence[Patch], *, between: Callable[[float], None]) -> F32:
    """Sample patches of one size together.

    Each latent cell joins the sampling at the step its strength asks for; until then, and wherever the
    strength is 0, it is set back to the clean picture with the noise of that step.

    Args:
        network: The network.
        patches: Of one size.
        between: Called with the share done before each step; may raise to stop.

    Returns:
        sRGB in [0, 1], shape (B, H, W, 3).

    Source: Levin and Fried, Differential Diffusion, 2023.
    """
    import torch

    with torch.inference_mode():
        clean = network.encode([patch.picture for patch in patches])
        noise = torch.from_numpy(np.stack([patch.noise for patch in patches])).to(clean)
        run = network.run(patches, clean)
        strength = torch.from_numpy(np.stack([patch.strength for patch in patches])).to(clean.device)
        taken = (strength * run.steps + 1e-6).floor()[:, None]
        first = run.steps - int(taken.max())
        if first == run.steps:
            return network.decode(clean)
        run.start(first)
        latents = run.noised(clean, noise, first)
        for step in range(first, run.steps):
            between((step - first) / (run.steps - first))
            latents = run.advance(latents, step)
            joined = taken >= run.steps - step
            latents = torch.where(joined, latents, run.noised(clean, noise, step + 1))
        return network.decode(latents)
