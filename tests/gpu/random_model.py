"""A model of a given shape with random weights, quantised to NF4 layer by layer on its device.

Speed and memory of training do not depend on the values, so nothing has to be downloaded.
"""

from typing import Any

import torch
from bitsandbytes.nn import Linear4bit, Params4bit
from torch import nn
from transformers import AutoModelForCausalLM, MistralConfig

from pipeline.training.base_model import keep_trainable_layout

# The figures of Mistral-7B-v0.3's config.json.
SEVEN_BILLION = MistralConfig(
    vocab_size=32768,
    hidden_size=4096,
    intermediate_size=14336,
    num_hidden_layers=32,
    num_attention_heads=32,
    num_key_value_heads=8,
    max_position_embeddings=32768,
    tie_word_embeddings=False,
)


def make_quantized_model(config: MistralConfig, device: str) -> Any:
    """Build the model in bf16 on `device` and swap every linear layer but the head for NF4."""
    with torch.device(device):
        model = AutoModelForCausalLM.from_config(config, dtype=torch.bfloat16)
    for module in list(model.modules()):
        for name, child in list(module.named_children()):
            if isinstance(child, nn.Linear) and name != "lm_head":
                setattr(module, name, _quantize(child, device))
    model.is_loaded_in_4bit = True
    keep_trainable_layout(model)
    return model


def _quantize(linear: nn.Linear, device: str) -> Linear4bit:
    layer = Linear4bit(
        linear.in_features,
        linear.out_features,
        bias=False,
        compute_dtype=torch.bfloat16,
        compress_statistics=True,
        quant_type="nf4",
        device="meta",
    )
    weights = linear.weight.data.to("cpu") if device != "cpu" else linear.weight.data
    layer.weight = Params4bit(
        weights, requires_grad=False, quant_type="nf4", compress_statistics=True, module=layer
    )
    return layer.to(device)
