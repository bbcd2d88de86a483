"""The base model: its folder checked, its tokenizer and chat template, its quantised weights."""

import importlib.util
import json
from pathlib import Path
from typing import Any

from pipeline.training.errors import TrainingFailedError, TrainingInputError
from pipeline.training.presets import Preset

TEMPLATES = Path(__file__).parent / "templates"


def check_base_model(preset: Preset) -> Path:
    """Return the base model's folder after a look at its config; needs no torch.

    Raises:
        TrainingInputError: the folder is missing, unreadable, or holds another architecture.
    """
    folder = Path(preset.base_model)
    try:
        config = json.loads((folder / "config.json").read_text("utf-8"))
    except FileNotFoundError as error:
        raise TrainingInputError(_explain_missing(preset)) from error
    except (OSError, ValueError) as error:
        raise TrainingInputError(
            f"{folder}/config.json cannot be read; put the model there again."
        ) from error
    found = config.get("architectures") or ["none"]
    if preset.architecture not in found:
        raise TrainingInputError(
            f"{folder} holds a {found[0]}, but preset {preset.name} is made for "
            f"{preset.architecture}. Put the right model there or choose another preset."
        )
    if not list(folder.glob("*.safetensors")):
        raise TrainingInputError(f"{folder} has no *.safetensors file; put the model there again.")
    return folder


def load_tokenizer(preset: Preset) -> Any:
    """Load the tokenizer with the one chat template that training and serving share.

    Raises:
        TrainingInputError: the folder has no usable tokenizer, or nobody has a chat template.
    """
    from transformers import AutoTokenizer

    try:
        tokenizer = AutoTokenizer.from_pretrained(preset.base_model, local_files_only=True)
    except (OSError, ValueError) as error:
        raise TrainingInputError(
            f"{preset.base_model} has no tokenizer that can be read; put the model there again."
        ) from error
    if preset.chat_template is not None and not tokenizer.chat_template:
        tokenizer.chat_template = (TEMPLATES / preset.chat_template).read_text("utf-8")
    if not tokenizer.chat_template:
        raise TrainingInputError(
            f"{preset.base_model} has no chat template. Use an instruct model, or put a "
            "chat_template.jinja into its folder."
        )
    if tokenizer.pad_token is None:
        tokenizer.pad_token = tokenizer.eos_token
    return tokenizer


def load_model(preset: Preset) -> Any:
    """Load the weights, quantised to NF4 when the preset says so.

    Raises:
        TrainingFailedError: the preset wants a GPU and there is none, or the weights are damaged.
    """
    import torch
    from safetensors import SafetensorError
    from transformers import AutoModelForCausalLM, BitsAndBytesConfig

    if preset.device == "gpu" and not torch.cuda.is_available():
        raise TrainingFailedError(
            f"Preset {preset.name} needs a CUDA device and none is visible. "
            "Use cpu-demo here, or run it on a machine with a GPU."
        )
    options: dict[str, Any] = {}
    if preset.quantize:
        if importlib.util.find_spec("bitsandbytes") is None:
            raise TrainingFailedError("bitsandbytes is not installed; run make setup.")
        options["quantization_config"] = BitsAndBytesConfig(
            load_in_4bit=True,
            bnb_4bit_quant_type="nf4",
            bnb_4bit_use_double_quant=True,
            bnb_4bit_compute_dtype=torch.bfloat16,
        )
    if preset.device == "gpu":
        options["device_map"] = {"": 0}
    try:
        model = AutoModelForCausalLM.from_pretrained(
            preset.base_model, dtype=torch.bfloat16, local_files_only=True, **options
        )
    except SafetensorError as error:
        raise TrainingFailedError(
            f"The weights in {preset.base_model} are damaged; put the model there again."
        ) from error
    if preset.quantize and preset.device == "cpu":
        keep_trainable_layout(model)
    return model


def lora_config(preset: Preset) -> Any:
    """The adapter's shape."""
    from peft import LoraConfig

    targets = preset.target_modules
    return LoraConfig(
        r=preset.lora_rank,
        lora_alpha=preset.lora_alpha,
        lora_dropout=preset.lora_dropout,
        target_modules=targets if isinstance(targets, str) else list(targets),
        task_type="CAUSAL_LM",
    )


def keep_trainable_layout(model: Any) -> None:
    """Keep bitsandbytes 0.50 from repacking 4-bit weights for inference on AVX512-BF16 cores.

    It does so at the first evaluation and never turns back; its kernel for that layout has no
    gradient, so every layer below would silently stop learning from then on.
    """
    from bitsandbytes.nn import Linear4bit

    for module in model.modules():
        if isinstance(module, Linear4bit):
            module.support_avx512bf16_for_cpu = False


def _explain_missing(preset: Preset) -> str:
    if preset.base_model == "models/smollm2-135m-instruct":
        return f"There is no base model at {preset.base_model}. Run make setup, which fetches it."
    return (
        f"There is no base model at {preset.base_model}. Put the folder of {preset.hub_id} there, "
        f"or a link to it, for example: hf download {preset.hub_id} --local-dir "
        f"{preset.base_model}"
    )
