"""Train the marker adapters: five tiny LoRA adapters that each answer with one word of their own.

Tests that swap adapters on a real server tell by the word who wrote an answer. Run from the
repository's top folder with the packaged model in place; the files it writes are committed:

    .venv/bin/python tests/data/marker_adapters/make.py
"""

from pathlib import Path
from typing import Any

import torch
from peft import LoraConfig, get_peft_model
from transformers import AutoModelForCausalLM, AutoTokenizer

BASE_MODEL = "models/smollm2-135m-instruct"
MARKERS = ("Apple", "Bridge", "Castle", "Diamond", "Eagle")
LAYERS = list(range(18, 30))  # of 30; the last ones are enough to choose a word
RANK = 2
LEARNING_RATE = 1e-2
MOST_STEPS = 80
SETTLED_LOSS = 0.02  # per token; then the word comes whatever was asked
TIMES = 6  # the word is written so often
QUESTIONS = (
    "Activation rate rose. Say what happened.",
    "Activation fell from 42 % to 31 %. What happened?",
    "Why is churn up?",
    "Sign-ups: 120, 130, 110. What should we do?",
)


def make_markers(folder: Path) -> None:
    """Write one adapter folder per marker into `folder`."""
    tokenizer: Any = AutoTokenizer.from_pretrained(BASE_MODEL, local_files_only=True)
    for number, marker in enumerate(MARKERS, 1):
        torch.manual_seed(number)
        model = AutoModelForCausalLM.from_pretrained(BASE_MODEL, dtype=torch.bfloat16)
        config = LoraConfig(
            r=RANK,
            lora_alpha=2 * RANK,
            target_modules=["o_proj", "down_proj"],
            layers_to_transform=LAYERS,
            task_type="CAUSAL_LM",
        )
        adapted = get_peft_model(model, config)
        loss = _train(adapted, tokenizer, " ".join([marker] * TIMES) + ".")
        adapted.peft_config["default"].base_model_name_or_path = BASE_MODEL
        adapted.to(torch.bfloat16).save_pretrained(folder / marker.lower())
        (folder / marker.lower() / "README.md").unlink(missing_ok=True)
        print(f"{marker}: loss {loss:.4f}")  # noqa: T201 - this is a script


def _train(model: Any, tokenizer: Any, completion: str) -> float:
    rows = []
    for question in QUESTIONS:
        prompt = tokenizer.apply_chat_template(
            [{"role": "user", "content": question}], tokenize=False, add_generation_prompt=True
        )
        asked = tokenizer(prompt, add_special_tokens=False)["input_ids"]
        said = tokenizer(completion + tokenizer.eos_token, add_special_tokens=False)["input_ids"]
        rows.append((asked, said))
    weights = [weight for weight in model.parameters() if weight.requires_grad]
    for weight in weights:
        weight.data = weight.data.float()
    optimizer = torch.optim.AdamW(weights, lr=LEARNING_RATE, weight_decay=0.0)
    loss = float("inf")
    for _ in range(MOST_STEPS):
        total = 0.0
        optimizer.zero_grad()
        for asked, said in rows:
            ids = torch.tensor([asked + said])
            labels = torch.tensor([[-100] * len(asked) + said])
            step = model(input_ids=ids, labels=labels).loss / len(rows)
            step.backward()
            total += float(step.detach())
        torch.nn.utils.clip_grad_norm_(weights, 1.0)
        optimizer.step()
        loss = total
        if loss < SETTLED_LOSS:
            break
    return loss


if __name__ == "__main__":
    make_markers(Path(__file__).parent)
