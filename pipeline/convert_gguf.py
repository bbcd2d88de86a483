"""Turn a GGUF file into a folder that vLLM serves and TRL trains: bf16 safetensors.

Run in its own process (`python -m pipeline.convert_gguf SOURCE FOLDER`), because it needs torch
and transformers and whoever prepares a machine does not. It does not download anything, and does
not quantise again: the 4-bit weights are widened once and kept in bf16.

Before the walk starts: `deploy.models` calls it, everything after uses its folder.
"""

import argparse
import logging
import sys
from pathlib import Path

import gguf
import torch
from tokenizers import pre_tokenizers
from transformers import AutoModelForCausalLM, AutoTokenizer, GgufConfig, PreTrainedTokenizerBase

logger = logging.getLogger(__name__)


def convert_gguf(source: Path, folder: Path) -> None:
    """Write weights (bf16), config, tokenizer and `chat_template.jinja` into `folder`.

    Raises:
        ValueError: the file carries no chat template, without which chat cannot be rendered.
    """
    tokenizer = AutoTokenizer.from_pretrained(source.parent, gguf_file=source.name)
    if not tokenizer.chat_template:
        raise ValueError(f"{source.name} carries no chat template; choose an instruct model.")
    _restore_digit_splitting(tokenizer, source)
    model = AutoModelForCausalLM.from_pretrained(
        source.parent,
        gguf_file=source.name,
        # Without this the model stays quantised in memory and cannot be saved.
        quantization_config=GgufConfig(dequantize=True),
        dtype=torch.bfloat16,
    )
    tokenizer.model_max_length = model.config.max_position_embeddings
    folder.mkdir(parents=True, exist_ok=True)
    model.save_pretrained(folder)
    tokenizer.save_pretrained(folder)


def _restore_digit_splitting(tokenizer: PreTrainedTokenizerBase, source: Path) -> None:
    """Put back the one-token-per-digit rule, which the GGUF names but transformers drops.

    The "smollm" pre-tokenizer splits every digit off before byte-level merging; without it a
    number beside a letter or blank would be cut otherwise than in the model's own training.
    """
    field = gguf.GGUFReader(source).get_field("tokenizer.ggml.pre")
    if field is None or field.contents() != "smollm":
        return
    tokenizer.backend_tokenizer.pre_tokenizer = pre_tokenizers.Sequence(
        [
            pre_tokenizers.Digits(individual_digits=True),
            pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=True),
        ]
    )


def main(arguments: list[str] | None = None) -> int:
    """Convert one file; exit status 0 when done, 1 with a sentence on standard error."""
    parser = argparse.ArgumentParser(description="Convert a GGUF model to bf16 safetensors.")
    parser.add_argument("source", type=Path, help="the .gguf file")
    parser.add_argument("folder", type=Path, help="where the converted model goes")
    options = parser.parse_args(arguments)
    try:
        convert_gguf(options.source, options.folder)
    except (OSError, ValueError) as error:
        logger.error("Cannot convert %s: %s", options.source.name, error)
        return 1
    return 0


if __name__ == "__main__":
    logging.basicConfig(level=logging.WARNING, format="%(message)s")
    sys.exit(main())
