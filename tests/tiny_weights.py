"""Write tiny, random, structurally complete weights, laid out as `pipelines/finish/presets.py` says.

They prove that the plumbing works and say nothing about how a picture looks. Everything that hides a fault in
real use is kept: an autoencoder of four levels (eight pixels per latent cell), control outputs that are not
zero, byte-level tokenizers that know every character, tokenizer_2 padding with '!', and the published names
of the files, so that 'fashion-models weights pull PRESET --from FOLDER/PRESET' takes them (all but 'zh').

    python -P tests/tiny_weights.py FOLDER [PRESET ...]
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import torch
from torch import nn

WORDS = ("a", "photo", "of", "woman", "man", "wearing", "dress", "studio", "the", "on")
_CHANNELS, _CONTEXT = (32, 64, 64), (32, 48)


def write_preset(folder: Path, preset: str) -> Path:
    """Write the weights of one preset into FOLDER/PRESET and return that folder."""
    torch.manual_seed(0)
    target = folder / preset
    if preset == "cpu":
        _write_sd15(target)
    elif preset == "zh":
        _write_z_image(target)
    else:
        _write_sdxl(target, speed=preset in ("small", "mps"), face=preset in ("mid", "large"))
    return target


def _alphabet() -> list[str]:
    """The printable stand-ins of all 256 bytes that byte-level tokenizers use."""
    plain = [*range(ord("!"), ord("~") + 1), *range(ord("¡"), ord("¬") + 1), *range(ord("®"), ord("ÿ") + 1)]
    rest = [byte for byte in range(256) if byte not in plain]
    return [chr(byte) for byte in plain] + [chr(256 + number) for number in range(len(rest))]


def _clip_vocabulary() -> tuple[dict[str, int], list[tuple[str, str]]]:
    letters = _alphabet()
    tokens = letters + [letter + "</w>" for letter in letters]
    merges: list[tuple[str, str]] = []
    for word in WORDS:
        parts = [*word[:-1], word[-1] + "</w>"]
        while len(parts) > 1:
            merge = (parts[0], parts[1])
            if merge not in merges:
                merges.append(merge)
            joined = parts[0] + parts[1]
            if joined not in tokens:
                tokens.append(joined)
            parts = [joined, *parts[2:]]
    tokens += ["<|startoftext|>", "<|endoftext|>"]
    return {token: number for number, token in enumerate(tokens)}, merges


def _clip_tokenizer(pad: str) -> Any:
    from transformers import CLIPTokenizer

    vocabulary, merges = _clip_vocabulary()
    return CLIPTokenizer(vocab=vocabulary, merges=merges, pad_token=pad, model_max_length=77)


def _clip_encoder(width: int, activation: str, pad: int, *, projected: bool) -> Any:
    from transformers import CLIPTextConfig, CLIPTextModel, CLIPTextModelWithProjection

    vocabulary, _ = _clip_vocabulary()
    config = CLIPTextConfig(
        vocab_size=len(vocabulary),
        hidden_size=width,
        intermediate_size=2 * width,
        num_attention_heads=4,
        num_hidden_layers=3,
        max_position_embeddings=77,
        projection_dim=width,
        hidden_act=activation,
        bos_token_id=vocabulary["<|startoftext|>"],
        eos_token_id=vocabulary["<|endoftext|>"],
        pad_token_id=pad,
    )
    return (CLIPTextModelWithProjection if projected else CLIPTextModel)(config)


def _wake(network: nn.Module, *more: nn.Module) -> None:
    """Give noise to the layers that start at zero: a control that does nothing tests nothing."""
    for layer in network.controlnet_cond_embedding.modules():  # type: ignore[union-attr,operator]
        if isinstance(layer, nn.Conv2d):
            nn.init.normal_(layer.weight, std=(2.0 / layer.weight[0].numel()) ** 0.5)
            nn.init.zeros_(layer.bias)  # type: ignore[arg-type]
    for part in (network.controlnet_down_blocks, network.controlnet_mid_block, *more):
        for parameter in part.parameters():  # type: ignore[union-attr]
            nn.init.normal_(parameter, std=0.2)


def _autoencoder(**settings: Any) -> Any:
    from diffusers import AutoencoderKL

    vae = AutoencoderKL(
        block_out_channels=[32] * 4,
        layers_per_block=1,
        down_block_types=["DownEncoderBlock2D"] * 4,
        up_block_types=["UpDecoderBlock2D"] * 4,
        norm_num_groups=16,
        sample_size=128,
        **settings,
    )
    if vae.quant_conv is not None:  # the spread of a trained encoder's posterior is next to nothing
        spread = vae.config.latent_channels
        nn.init.zeros_(vae.quant_conv.weight[spread:])
        nn.init.constant_(vae.quant_conv.bias[spread:], -30.0)
    return vae


def _write_sdxl(target: Path, *, speed: bool, face: bool) -> None:
    from diffusers import (
        ControlNetUnionModel,
        EulerDiscreteScheduler,
        StableDiffusionXLPipeline,
        UNet2DConditionModel,
    )

    first, second = _CONTEXT
    time = 8
    common: dict[str, Any] = {
        "block_out_channels": _CHANNELS,
        "layers_per_block": 2,
        "down_block_types": ("DownBlock2D", "CrossAttnDownBlock2D", "CrossAttnDownBlock2D"),
        "attention_head_dim": (2, 4, 4),
        "use_linear_projection": True,
        "addition_embed_type": "text_time",
        "addition_time_embed_dim": time,
        "transformer_layers_per_block": (1, 1, 2),
        "projection_class_embeddings_input_dim": 6 * time + second,
        "cross_attention_dim": first + second,
        "norm_num_groups": 32,
    }
    unet = UNet2DConditionModel(
        in_channels=4,
        out_channels=4,
        sample_size=16,
        up_block_types=("CrossAttnUpBlock2D", "CrossAttnUpBlock2D", "UpBlock2D"),
        **common,
    )
    union = ControlNetUnionModel(
        in_channels=4,
        conditioning_embedding_out_channels=(16, 16, 32, 32),
        num_control_type=6,
        conditioning_channels=3,
        num_trans_channel=_CHANNELS[0],
        num_proj_channel=_CHANNELS[0],
        num_trans_head=4,
        **common,
    )
    _wake(union, union.spatial_ch_projs)
    vocabulary, _ = _clip_vocabulary()
    pipeline = StableDiffusionXLPipeline(
        vae=_autoencoder(latent_channels=4, scaling_factor=0.13025, force_upcast=True),
        text_encoder=_clip_encoder(first, "quick_gelu", vocabulary["<|endoftext|>"], projected=False),
        text_encoder_2=_clip_encoder(second, "gelu", vocabulary["!"], projected=True),
        tokenizer=_clip_tokenizer("<|endoftext|>"),
        tokenizer_2=_clip_tokenizer("!"),
        unet=unet,
        scheduler=EulerDiscreteScheduler(
            beta_start=0.00085,
            beta_end=0.012,
            beta_schedule="scaled_linear",
            steps_offset=1,
            timestep_spacing="leading",
        ),
        add_watermarker=False,
    )
    pipeline.save_pretrained(target / "base", variant="fp16")
    union.save_pretrained(target / "controlnet")
    pipeline.vae.save_pretrained(target / "vae")
    if speed:
        _write_lora(target / "speed" / "sdxl_lightning_8step_lora.safetensors", unet)
    if face:
        _write_face_adapter(target / "face", unet, first + second)


def _write_sd15(target: Path) -> None:
    from diffusers import (
        AutoencoderTiny,
        ControlNetModel,
        PNDMScheduler,
        StableDiffusionPipeline,
        UNet2DConditionModel,
    )

    width = _CONTEXT[0]
    common: dict[str, Any] = {
        "block_out_channels": (*_CHANNELS, 64),
        "layers_per_block": 2,
        "attention_head_dim": 8,
        "cross_attention_dim": width,
        "norm_num_groups": 32,
    }
    unet = UNet2DConditionModel(in_channels=4, out_channels=4, sample_size=16, **common)
    vocabulary, _ = _clip_vocabulary()
    pipeline = StableDiffusionPipeline(
        vae=_autoencoder(latent_channels=4, scaling_factor=0.18215),
        text_encoder=_clip_encoder(width, "quick_gelu", vocabulary["<|endoftext|>"], projected=False),
        tokenizer=_clip_tokenizer("<|endoftext|>"),
        unet=unet,
        scheduler=PNDMScheduler(
            beta_start=0.00085,
            beta_end=0.012,
            beta_schedule="scaled_linear",
            steps_offset=1,
            skip_prk_steps=True,
        ),
        safety_checker=None,
        feature_extractor=None,
        requires_safety_checker=False,
    )
    pipeline.save_pretrained(target / "base", variant="fp16")
    for kind in ("pose", "depth"):
        control = ControlNetModel(
            in_channels=4, conditioning_embedding_out_channels=(16, 16, 32, 32), **common
        )
        _wake(control)
        control.save_pretrained(target / f"controlnet-{kind}", variant="fp16")
    small_vae = AutoencoderTiny(
        encoder_block_out_channels=(16,) * 4,
        decoder_block_out_channels=(16,) * 4,
        num_encoder_blocks=(1,) * 4,
        num_decoder_blocks=(1,) * 4,
        latent_channels=4,
    )
    nn.init.constant_(small_vae.decoder.layers[-1].bias, 0.5)  # middle grey: random pictures are near black
    small_vae.save_pretrained(target / "vae")
    _write_lora(target / "speed" / "pytorch_lora_weights.safetensors", unet)


def _write_lora(file: Path, unet: Any) -> None:
    """A LoRA of rank 2 on all attention projections that is not zero."""
    from diffusers.utils import convert_state_dict_to_diffusers
    from peft import LoraConfig
    from peft.utils import get_peft_model_state_dict
    from safetensors.torch import save_file

    unet.add_adapter(LoraConfig(r=2, lora_alpha=2, target_modules=["to_q", "to_k", "to_v"]))
    for name, parameter in unet.named_parameters():
        if "lora_B" in name:
            nn.init.normal_(parameter, std=0.02)
    state = convert_state_dict_to_diffusers(get_peft_model_state_dict(unet))
    unet.unload_lora()
    file.parent.mkdir(parents=True)
    save_file({f"unet.{name}": value.contiguous() for name, value in state.items()}, file)


def _write_face_adapter(target: Path, unet: Any, context: int) -> None:
    """An IP-Adapter plus-face of the published layout, with its image encoder."""
    from safetensors.torch import save_file
    from transformers import CLIPVisionConfig, CLIPVisionModelWithProjection

    hidden = 32
    encoder = CLIPVisionModelWithProjection(
        CLIPVisionConfig(
            hidden_size=hidden,
            image_size=224,
            projection_dim=hidden,
            intermediate_size=64,
            num_attention_heads=4,
            num_hidden_layers=2,
            patch_size=32,
        )
    )
    encoder.save_pretrained(target / "models" / "image_encoder")
    state = _plus_projection(hidden, context)
    number = 1
    for name in unet.attn_processors:
        if name.endswith("attn1.processor"):
            continue
        inner = unet.get_submodule(name.removesuffix(".processor")).to_k.out_features
        state[f"ip_adapter.{number}.to_k_ip.weight"] = torch.randn(inner, context) * 0.05
        state[f"ip_adapter.{number}.to_v_ip.weight"] = torch.randn(inner, context) * 0.05
        number += 2
    (target / "sdxl_models").mkdir(parents=True)
    save_file(state, target / "sdxl_models" / "ip-adapter-plus-face_sdxl_vit-h.safetensors")


def _plus_projection(hidden: int, context: int) -> dict[str, torch.Tensor]:
    """The perceiver that turns image features into tokens, under the names the published files use."""
    inner, depth, heads, tokens = 64, 4, 64, 4  # the library reads four layers, no fewer
    state = {
        "image_proj.latents": torch.randn(1, tokens, inner) * 0.2,
        "image_proj.proj_in.weight": torch.randn(inner, hidden) * 0.2,
        "image_proj.proj_in.bias": torch.zeros(inner),
        "image_proj.proj_out.weight": torch.randn(context, inner) * 0.2,
        "image_proj.proj_out.bias": torch.zeros(context),
        "image_proj.norm_out.weight": torch.ones(context),
        "image_proj.norm_out.bias": torch.zeros(context),
    }
    for layer in range(depth):
        name = f"image_proj.layers.{layer}"
        for norm in ("0.norm1", "0.norm2", "1.0"):
            state[f"{name}.{norm}.weight"] = torch.ones(inner)
            state[f"{name}.{norm}.bias"] = torch.zeros(inner)
        state[f"{name}.0.to_q.weight"] = torch.randn(heads, inner) * 0.2
        state[f"{name}.0.to_kv.weight"] = torch.randn(2 * heads, inner) * 0.2
        state[f"{name}.0.to_out.weight"] = torch.randn(inner, heads) * 0.2
        state[f"{name}.1.1.weight"] = torch.randn(4 * inner, inner) * 0.2
        state[f"{name}.1.3.weight"] = torch.randn(inner, 4 * inner) * 0.2
    return state


def _write_z_image(target: Path) -> None:
    from diffusers import (
        FlowMatchEulerDiscreteScheduler,
        ZImageControlNetModel,
        ZImagePipeline,
        ZImageTransformer2DModel,
    )
    from transformers import Qwen2Tokenizer, Qwen3Config, Qwen3Model

    special = ["<|endoftext|>", "<|im_start|>", "<|im_end|>", "<think>", "</think>"]
    vocabulary = {token: number for number, token in enumerate(_alphabet() + special)}
    tokenizer = Qwen2Tokenizer(vocab=vocabulary, merges=[], additional_special_tokens=special[1:3])
    tokenizer.chat_template = (
        "{% for m in messages %}<|im_start|>{{ m['role'] }}\n{{ m['content'] }}<|im_end|>\n{% endfor %}"
        "{% if add_generation_prompt %}<|im_start|>assistant\n{% endif %}"
    )
    encoder = Qwen3Model(
        Qwen3Config(
            hidden_size=16,
            intermediate_size=16,
            num_hidden_layers=2,
            num_attention_heads=2,
            num_key_value_heads=2,
            head_dim=8,
            vocab_size=len(vocabulary),
            max_position_embeddings=512,
        )
    )
    common: dict[str, Any] = {"dim": 32, "n_refiner_layers": 1, "n_heads": 2, "n_kv_heads": 2}
    transformer = ZImageTransformer2DModel(
        all_patch_size=(2,),
        all_f_patch_size=(1,),
        in_channels=16,
        n_layers=2,
        cap_feat_dim=16,
        t_scale=1000.0,
        axes_dims=[8, 4, 4],
        axes_lens=[1024, 128, 128],
        **common,
    )
    control = ZImageControlNetModel(
        control_layers_places=[0, 1],
        control_refiner_layers_places=[0],
        control_in_dim=33,
        add_control_noise_refiner="control_noise_refiner",
        **common,
    )
    for network in (transformer, control):
        for name, parameter in network.named_parameters():
            if "pad_token" in name:  # left uninitialised by the library
                nn.init.ones_(parameter)
            elif parameter.dim() > 1 and not parameter.any():
                nn.init.normal_(parameter, std=0.1)
    ZImagePipeline(
        vae=_autoencoder(latent_channels=16, scaling_factor=0.3611, shift_factor=0.1159),
        text_encoder=encoder,
        tokenizer=tokenizer,
        transformer=transformer,
        scheduler=FlowMatchEulerDiscreteScheduler(shift=3.0),
    ).save_pretrained(target / "base")
    control.save_pretrained(target / "controlnet")


if __name__ == "__main__":
    for chosen in sys.argv[2:] or ("cpu", "small", "mid", "large", "mps", "taiyi", "zh"):
        write_preset(Path(sys.argv[1]), chosen)
