"""What each finisher preset is made of, as data: `PRESETS`; where weights lie: `preset_folder`.

Weights lie in ``FASHION_MODELS_WEIGHTS/PRESET`` (if not set: ``weights/PRESET`` in the cache), in
folders named by `Source.folder`:

    base/               a diffusers pipeline: model_index.json, scheduler, tokenizers, text encoders, UNet …
    controlnet/         the union ControlNet (SDXL), or the control layers (Z-Image)
    controlnet-pose/    one ControlNet per control picture (SD 1.5)
    controlnet-depth/
    vae/                replaces the pipeline's own autoencoder, where there is one
    speed/              a LoRA for few steps, fused into the network when it is loaded
    face/               IP-Adapter plus-face and its image encoder, where a preset has one
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

from fashion_models.cache import cache_root
from fashion_models.errors import PlanError


@dataclass(frozen=True, kw_only=True)
class Source:
    """One part of a preset and where it comes from.

    Attributes:
        folder: Where it lies inside the preset's folder.
        hub: Repository on the hub, OWNER/NAME.
        files: Patterns of what is needed of it; weights only as safetensors.
        licence: The licence's name.
        gigabytes: About how much is downloaded.
        revision: Commit to download. None: the newest at the first download, which is then recorded beside
            the files with their digests and never moves by itself.
    """

    folder: str
    hub: str
    files: tuple[str, ...]
    licence: str
    gigabytes: float
    revision: str | None = None

    @property
    def card(self) -> str:
        """Page that shows the licence in force."""
        return f"https://huggingface.co/{self.hub}"


@dataclass(frozen=True, kw_only=True)
class Control:
    """A control picture and how much it counts.

    Attributes:
        kind: One of `fashion_models.conditioning.pictures.KINDS`.
        scale: 1 is what the network was trained with.
    """

    kind: str
    scale: float


@dataclass(frozen=True, kw_only=True)
class Preset:
    """A finisher's parts and settings.

    Attributes:
        name: As it is asked for.
        about: One line in English and Chinese.
        family: 'sdxl', 'sd15' or 'z-image'.
        sources: What is downloaded.
        language: Of its prompts, 'en' or 'zh'.
        steps: Sampling steps at full strength.
        guidance: Classifier-free guidance; 1 or less: none, half the work.
        scheduler: 'euler', 'euler-trailing' (distilled), 'lcm' or 'flow'.
        controls: The control pictures it takes.
        control_until: Share of all steps that they steer; afterwards the control network rests.
        native_pixels: Size the network was trained for [px²]; larger pictures are stitched.
        tiles: Sides of the pieces larger pictures are finished in [px], each tried when the one before does
            not fit into memory.
        crop: Side at which faces and hands are finished once more [px].
        batch: Pictures sampled together.
        device_gigabytes: Memory of the device it is meant for.
        fp8: Keep the networks in 8-bit floats between uses (on CUDA).
        tiled_vae: Encode and decode in tiles.
        compiled: Compile the repeated blocks (on CUDA).
    """

    name: str
    about: tuple[str, str]
    family: str
    sources: tuple[Source, ...]
    language: str = "en"
    steps: int
    guidance: float
    scheduler: str
    controls: tuple[Control, ...]
    control_until: float = 1.0
    native_pixels: int
    tiles: tuple[int, ...]
    crop: int = 768
    batch: int = 1
    device_gigabytes: int
    fp8: bool = False
    tiled_vae: bool = False
    compiled: bool = False

    @property
    def gigabytes(self) -> float:
        """About how much is downloaded."""
        return sum(source.gigabytes for source in self.sources)


_PIPELINE = ("model_index.json", "scheduler/*.json", "tokenizer*/*.json", "tokenizer*/*.txt", "*/config.json")
_HALF = ("text_encoder*/model.fp16.safetensors", "unet/diffusion_pytorch_model.fp16.safetensors")
_MODEL = ("config.json", "diffusion_pytorch_model.safetensors")

_SDXL = Source(
    folder="base",
    hub="stabilityai/stable-diffusion-xl-base-1.0",
    revision="462165984030d82259a11f4367a4eed129e94a7b",
    files=(*_PIPELINE, *_HALF),
    licence="CreativeML Open RAIL++-M",
    gigabytes=6.8,
)
_SDXL_VAE = Source(
    folder="vae",
    hub="madebyollin/sdxl-vae-fp16-fix",
    revision="207b116dae70ace3637169f1ddd2434b91b3a8cd",
    files=_MODEL,
    licence="MIT",
    gigabytes=0.34,
)
_UNION = Source(
    folder="controlnet",
    hub="xinsir/controlnet-union-sdxl-1.0",
    revision="801a4a3fa3d4c936f4feea95b98607bc6726f80c",
    files=_MODEL,
    licence="Apache-2.0",
    gigabytes=2.5,
)
_LIGHTNING = Source(
    folder="speed",
    hub="ByteDance/SDXL-Lightning",
    revision="c9a24f48e1c025556787b0c58dd67a091ece2e44",
    files=("sdxl_lightning_8step_lora.safetensors",),
    licence="CreativeML Open RAIL++-M",
    gigabytes=0.4,
)
_FACE = Source(
    folder="face",
    hub="h94/IP-Adapter",
    revision="018e402774aeeddd60609b4ecdb7e298259dc729",
    files=(
        "sdxl_models/ip-adapter-plus-face_sdxl_vit-h.safetensors",
        "models/image_encoder/config.json",
        "models/image_encoder/model.safetensors",
    ),
    licence="Apache-2.0",
    gigabytes=3.4,
)
_SDXL_PIXELS = 1024 * 1024
_SDXL_CONTROLS = (
    Control(kind="pose", scale=1.0),
    Control(kind="depth", scale=0.6),
    Control(kind="normal", scale=0.4),
)

_PRESETS = (
    Preset(
        name="cpu",
        about=("SD 1.5 in few steps, for machines without a GPU", "SD 1.5 少步数，适用于无显卡的机器"),
        family="sd15",
        sources=(
            Source(
                folder="base",
                hub="stable-diffusion-v1-5/stable-diffusion-v1-5",
                revision="451f4fe16113bff5a5d2269ed5ad43b0592e9a14",
                files=(*_PIPELINE, *_HALF),
                licence="CreativeML Open RAIL-M",
                gigabytes=2.0,
            ),
            Source(
                folder="controlnet-pose",
                hub="lllyasviel/control_v11p_sd15_openpose",
                revision="9ae9f970358db89e211b87c915f9535c6686d5ba",
                files=("config.json", "diffusion_pytorch_model.fp16.safetensors"),
                licence="CreativeML Open RAIL-M",
                gigabytes=0.7,
            ),
            Source(
                folder="controlnet-depth",
                hub="lllyasviel/control_v11f1p_sd15_depth",
                revision="539f99181d33db39cf1af2e517cd8056785f0a87",
                files=("config.json", "diffusion_pytorch_model.fp16.safetensors"),
                licence="CreativeML Open RAIL-M",
                gigabytes=0.7,
            ),
            Source(
                folder="vae",
                hub="madebyollin/taesd",
                revision="614f76814bbe30edbe2e627ace1c2234c81a2c0e",
                files=_MODEL,
                licence="MIT",
                gigabytes=0.01,
            ),
            Source(
                folder="speed",
                hub="latent-consistency/lcm-lora-sdv1-5",
                revision="cf2fced511dbe7e26c8d1d397e728fbab875db4b",
                files=("pytorch_lora_weights.safetensors",),
                licence="CreativeML Open RAIL++-M",
                gigabytes=0.13,
            ),
        ),
        steps=6,
        guidance=1.0,
        scheduler="lcm",
        controls=(Control(kind="pose", scale=1.0), Control(kind="depth", scale=0.6)),
        native_pixels=512 * 768,
        tiles=(512, 384),
        crop=512,
        device_gigabytes=4,
    ),
    Preset(
        name="small",
        about=("SDXL in eight steps for 6 to 8 GB", "SDXL 八步，适用于 6 至 8 GB 显存"),
        family="sdxl",
        sources=(_SDXL, _SDXL_VAE, _UNION, _LIGHTNING),
        steps=8,
        guidance=1.0,
        scheduler="euler-trailing",
        controls=_SDXL_CONTROLS,
        control_until=0.8,
        native_pixels=_SDXL_PIXELS,
        tiles=(1024, 768, 512),
        device_gigabytes=8,
        fp8=True,
        tiled_vae=True,
    ),
    Preset(
        name="mid",
        about=("SDXL with guidance for 12 to 16 GB", "SDXL 带引导，适用于 12 至 16 GB 显存"),
        family="sdxl",
        sources=(_SDXL, _SDXL_VAE, _UNION, _FACE),
        steps=28,
        guidance=5.0,
        scheduler="euler",
        controls=_SDXL_CONTROLS,
        control_until=0.8,
        native_pixels=_SDXL_PIXELS,
        tiles=(1024, 768, 512),
        device_gigabytes=16,
    ),
    Preset(
        name="large",
        about=("SDXL compiled, four pictures at once, 24 GB and more", "SDXL 编译加速，四图并行，24 GB 以上"),
        family="sdxl",
        sources=(_SDXL, _SDXL_VAE, _UNION, _FACE),
        steps=30,
        guidance=5.0,
        scheduler="euler",
        controls=_SDXL_CONTROLS,
        control_until=0.8,
        native_pixels=_SDXL_PIXELS,
        tiles=(1024, 768),
        batch=4,
        device_gigabytes=24,
        compiled=True,
    ),
    Preset(
        name="mps",
        about=("SDXL in eight steps on Apple silicon, 16 GB", "SDXL 八步，适用于 16 GB 苹果芯片"),
        family="sdxl",
        sources=(_SDXL, _SDXL_VAE, _UNION, _LIGHTNING),
        steps=8,
        guidance=1.0,
        scheduler="euler-trailing",
        controls=_SDXL_CONTROLS,
        control_until=0.8,
        native_pixels=_SDXL_PIXELS,
        tiles=(1024, 768, 512),
        device_gigabytes=16,
        tiled_vae=True,
    ),
    Preset(
        name="zh",
        about=(
            "Z-Image-Turbo, understands Chinese, 16 to 24 GB",
            "Z-Image-Turbo，理解中文，16 至 24 GB 显存",
        ),
        family="z-image",
        sources=(
            Source(
                folder="base",
                hub="Tongyi-MAI/Z-Image-Turbo",
                revision="f332072aa78be7aecdf3ee76d5c247082da564a6",
                files=(*_PIPELINE, "*/*.safetensors", "*/*.safetensors.index.json"),
                licence="Apache-2.0",
                gigabytes=33.0,
            ),
            Source(
                folder="controlnet",
                hub="alibaba-pai/Z-Image-Turbo-Fun-Controlnet-Union-2.1",
                revision="5155fc56d17821007d6f62ac192c09e0f0e72016",
                files=("Z-Image-Turbo-Fun-Controlnet-Union-2.1-2602-8steps.safetensors",),
                licence="Apache-2.0",
                gigabytes=6.7,
            ),
            Source(
                folder="controlnet",
                hub="hlky/Z-Image-Turbo-Fun-Controlnet-Union-2.1",
                revision="5d85f6a430fd40300f931bd1291e0c4982094859",
                files=("config.json",),
                licence="Apache-2.0",
                gigabytes=0.0,
            ),
        ),
        language="zh",
        steps=8,
        guidance=0.0,
        scheduler="flow",
        controls=(Control(kind="pose", scale=0.75),),
        native_pixels=_SDXL_PIXELS,
        tiles=(1024, 768),
        device_gigabytes=24,
    ),
    Preset(
        name="taiyi",
        about=(
            "Taiyi-XL on the SDXL path, Chinese, 12 to 16 GB",
            "太乙 XL（SDXL 结构），中文，12 至 16 GB 显存",
        ),
        family="sdxl",
        sources=(
            Source(
                folder="base",
                hub="IDEA-CCNL/Taiyi-Stable-Diffusion-XL-3.5B",
                files=(*_PIPELINE, "*/*.safetensors"),
                licence="Apache-2.0",
                gigabytes=14.0,
            ),
            _SDXL_VAE,
            _UNION,
        ),
        language="zh",
        steps=28,
        guidance=5.0,
        scheduler="euler",
        controls=_SDXL_CONTROLS,
        control_until=0.8,
        native_pixels=_SDXL_PIXELS,
        tiles=(1024, 768, 512),
        device_gigabytes=16,
    ),
)

PRESETS = {preset.name: preset for preset in _PRESETS}


def preset_named(name: str) -> Preset:
    """The preset of that name.

    Raises:
        PlanError: There is none.
    """
    if name not in PRESETS:
        raise PlanError(f"preset '{name}' is unknown;", limit=f"known: {', '.join(PRESETS)}.")
    return PRESETS[name]


def weights_root() -> Path:
    """Folder of all weights; ``FASHION_MODELS_WEIGHTS`` moves it."""
    given = os.environ.get("FASHION_MODELS_WEIGHTS")
    return Path(given) if given else cache_root() / "weights"


def preset_folder(preset: Preset) -> Path:
    """Folder of a preset's weights; it need not exist."""
    return weights_root() / preset.name
