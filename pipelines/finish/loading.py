"""From a folder of weights to a `Network`: `open_network`, `choose_device`."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import torch

from fashion_models.errors import WeightsError
from fashion_models.pipelines.finish.presets import Preset
from fashion_models.pipelines.finish.sampling import Network

_AUTOENCODERS = ("AutoencoderKL", "AutoencoderTiny")
#: Everything is read from the folder; nothing is looked up, and pickles are not read.
_LOCAL: dict[str, Any] = {"local_files_only": True, "use_safetensors": True}


def choose_device(preset: Preset) -> torch.device:
    """The device a preset runs on here: CUDA, Apple's, or the CPU."""
    if preset.name != "cpu":
        if torch.cuda.is_available():
            return torch.device("cuda")
        if torch.backends.mps.is_available():
            return torch.device("mps")
    return torch.device("cpu")


def choose_precision(device: torch.device) -> torch.dtype:
    """bfloat16 on CUDA, half precision on Apple, single precision where halves are slow."""
    return {"cuda": torch.bfloat16, "mps": torch.float16}.get(device.type, torch.float32)


def open_network(preset: Preset, folder: Path, *, device: torch.device | None = None) -> Network:
    """Load a preset's weights.

    Args:
        preset: What to load.
        folder: Laid out as `fashion_models.pipelines.finish.presets` says.
        device: Where to run; chosen by `choose_device` if left out.

    Raises:
        WeightsError: A part is missing or of another kind.
    """
    where = device or choose_device(preset)
    try:
        with _quiet():
            if preset.family == "z-image":
                return _open_z_image(preset, folder, where)
            return _open_unet(preset, folder, where)
    except (OSError, ValueError, KeyError, RuntimeError) as error:
        if isinstance(error, torch.OutOfMemoryError):
            raise
        raise WeightsError(
            f"the weights of '{preset.name}' in '{folder}' cannot be loaded: {error}",
            cure=f"Fetch them again with 'fashion-models weights pull {preset.name}'.",
        ) from error


def _open_unet(preset: Preset, folder: Path, device: torch.device) -> Network:
    import diffusers

    from fashion_models.pipelines.finish.unet import Controls, UNetNetwork

    precision = choose_precision(device)
    sdxl = preset.family == "sdxl"
    pipeline: Any = diffusers.StableDiffusionXLPipeline if sdxl else diffusers.StableDiffusionPipeline
    without = {"safety_checker": None, "feature_extractor": None, "requires_safety_checker": False}
    extra: dict[str, Any] = {"add_watermarker": False} if sdxl else without
    pipe: Any = pipeline.from_pretrained(
        folder / "base",
        vae=_autoencoder(folder / "vae", precision),
        dtype=precision,
        variant=_variant(folder / "base" / "unet"),
        **extra,
        **_LOCAL,
    )
    pipe.scheduler = _scheduler(preset, pipe.scheduler.config)
    if (folder / "speed").is_dir():
        _fuse_speed(pipe, folder / "speed")
    model: Any = diffusers.ControlNetUnionModel if sdxl else diffusers.ControlNetModel
    parts = ["controlnet"] if sdxl else [f"controlnet-{control.kind}" for control in preset.controls]
    networks: list[Any] = [
        model.from_pretrained(folder / part, torch_dtype=precision, variant=_variant(folder / part), **_LOCAL)
        for part in parts
    ]
    settle(preset, [pipe.unet, *networks], pipe.vae, device)
    face = folder / "face"
    return UNetNetwork(
        preset,
        pipe,
        Controls(preset, networks),
        device,
        face=(lambda p: _load_face(p, face)) if face.is_dir() else None,
    )


def _open_z_image(preset: Preset, folder: Path, device: torch.device) -> Network:
    import diffusers

    from fashion_models.pipelines.finish.zimage import ZImageNetwork

    precision = choose_precision(device)
    whole = folder / "controlnet" / "diffusion_pytorch_model.safetensors"
    if whole.is_file():
        control = diffusers.ZImageControlNetModel.from_pretrained(
            whole.parent, torch_dtype=precision, **_LOCAL
        )
    else:  # the published file is the bare state, in names of its own
        single = next(iter(sorted(whole.parent.glob("*.safetensors"))), whole)
        control = diffusers.ZImageControlNetModel.from_single_file(
            str(single), config=str(whole.parent), torch_dtype=precision, local_files_only=True
        )
    pipe = diffusers.ZImageControlNetInpaintPipeline.from_pretrained(
        folder / "base", controlnet=control, dtype=precision, **_LOCAL
    )
    settle(preset, [pipe.transformer, pipe.controlnet], pipe.vae, device)
    return ZImageNetwork(preset, pipe, device)


def _autoencoder(folder: Path, precision: torch.dtype) -> Any:
    import diffusers

    kind = json.loads((folder / "config.json").read_text())["_class_name"]
    if kind not in _AUTOENCODERS:
        raise ValueError(f"'{kind}' is none of the autoencoders {', '.join(_AUTOENCODERS)}")
    return getattr(diffusers, kind).from_pretrained(
        folder, torch_dtype=precision, variant=_variant(folder), **_LOCAL
    )


def _scheduler(preset: Preset, config: Any) -> Any:
    from diffusers import EulerDiscreteScheduler, LCMScheduler

    if preset.scheduler == "lcm":
        return LCMScheduler.from_config(config)
    if preset.scheduler == "euler-trailing":
        return EulerDiscreteScheduler.from_config(config, timestep_spacing="trailing")
    return EulerDiscreteScheduler.from_config(config)


def _fuse_speed(pipe: Any, folder: Path) -> None:
    """Add the few-step LoRA to the network's own weights, where it costs nothing."""
    file = next(iter(sorted(folder.glob("*.safetensors"))))
    pipe.load_lora_weights(folder, weight_name=file.name, local_files_only=True)
    pipe.fuse_lora()
    pipe.unload_lora_weights()


def _load_face(pipe: Any, folder: Path) -> None:
    with _quiet():
        pipe.load_ip_adapter(
            str(folder),
            subfolder="sdxl_models",
            weight_name="ip-adapter-plus-face_sdxl_vit-h.safetensors",
            image_encoder_folder="models/image_encoder",
            local_files_only=True,
        )
    pipe.image_encoder.to(pipe.unet.device, pipe.unet.dtype)


def settle(preset: Preset, networks: list[Any], vae: Any, device: torch.device) -> None:
    """Bring the networks to their device in the layout that is fastest there."""
    for network in networks:
        network.eval().requires_grad_(False).to(device)
        if device.type == "cuda" and preset.family != "z-image":
            network.to(memory_format=torch.channels_last)
        if device.type == "cuda" and preset.fp8:
            network.enable_layerwise_casting(
                storage_dtype=torch.float8_e4m3fn, compute_dtype=choose_precision(device)
            )
        if device.type == "cuda" and preset.compiled:
            network._repeated_blocks = ["BasicTransformerBlock"]  # the ControlNets name none
            network.compile_repeated_blocks(fullgraph=True, mode="max-autotune-no-cudagraphs")
    vae.eval().requires_grad_(False).to(device)
    if preset.tiled_vae and hasattr(vae, "enable_tiling"):
        vae.enable_tiling()


def _variant(folder: Path) -> str | None:
    """'fp16' where only half-precision weights were fetched."""
    return "fp16" if any(folder.glob("*.fp16.safetensors")) else None


@contextmanager
def _quiet() -> Iterator[None]:
    """Load without progress bars and without the notes that loaders leave four times per call."""
    from diffusers.utils import logging as of_diffusers
    from transformers.utils import logging as of_transformers

    libraries: list[Any] = [of_diffusers, of_transformers]
    before = [(library.get_verbosity(), library.is_progress_bar_enabled()) for library in libraries]
    for library in libraries:
        library.set_verbosity_error()
        library.disable_progress_bar()
    try:
        yield
    finally:
        for library, (verbosity, bars) in zip(libraries, before, strict=True):
            library.set_verbosity(verbosity)
            if bars:
                library.enable_progress_bar()
