"""A model of the packaged one's kind that loads at once: two thin layers, random weights."""

import shutil
from pathlib import Path

COPIED = ("tokenizer.json", "tokenizer_config.json", "chat_template.jinja")


def write_small_model(folder: Path, packaged: Path) -> Path:
    """Write it with the packaged model's tokenizer; 3 million weights, always the same."""
    import torch
    from transformers import AutoConfig, AutoModelForCausalLM

    config = AutoConfig.from_pretrained(packaged, local_files_only=True)
    config.hidden_size, config.intermediate_size, config.num_hidden_layers = 64, 128, 2
    config.num_attention_heads, config.num_key_value_heads, config.head_dim = 4, 2, 16
    with torch.random.fork_rng():
        torch.manual_seed(0)
        AutoModelForCausalLM.from_config(config).to(torch.bfloat16).save_pretrained(folder)
    for name in COPIED:
        shutil.copy(packaged / name, folder / name)
    return folder
