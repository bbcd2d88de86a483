"""Write a tiny LoRA adapter with random weights; run in its own process because it needs torch."""

import sys
from pathlib import Path

import torch
from peft import LoraConfig, get_peft_model
from transformers import AutoModelForCausalLM


def main(base_model: str, folder: str, seed: int) -> None:
    """Save an adapter whose weights are noise, strong enough to change what is written."""
    torch.manual_seed(seed)
    model = AutoModelForCausalLM.from_pretrained(base_model, dtype=torch.bfloat16)
    config = LoraConfig(
        r=4,
        lora_alpha=16,
        target_modules=["q_proj", "v_proj"],
        init_lora_weights=False,
        task_type="CAUSAL_LM",
    )
    adapted = get_peft_model(model, config)
    adapted.peft_config["default"].base_model_name_or_path = base_model
    target = Path(folder)
    unfinished = target.with_name(f".{target.name}.tmp")
    adapted.save_pretrained(unfinished)
    unfinished.rename(target)


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], int(sys.argv[3]))
