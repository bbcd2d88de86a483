"""Small datasets for real training runs: rows of about 120 tokens from the product's prompt."""

import json
import random
from datetime import date
from pathlib import Path

from bot.analysis.findings import compute_findings
from bot.analysis.parsing import read_question
from bot.analysis.prompt import render_messages


def write_dataset(folder: Path, train: int = 16, validation: int = 4, seed: int = 1) -> Path:
    """Write train.jsonl and validation.jsonl with short template answers."""
    folder.mkdir(parents=True, exist_ok=True)
    source = random.Random(seed)
    for name, count in (("train", train), ("validation", validation)):
        rows = [json.dumps(_make_row(f"{name}-{n}", source)) for n in range(count)]
        (folder / f"{name}.jsonl").write_text("\n".join(rows) + "\n")
    return folder


def _make_row(example_id: str, source: random.Random) -> dict[str, object]:
    first = source.randint(300, 600)
    last = first + source.randint(-90, 90)
    text = f"Signups per week: {first}, {last}\nQuestion: what happened?"
    findings = compute_findings(read_question(text, today=date(2026, 11, 20)))
    system, user = render_messages(findings)
    short = {"role": "system", "content": system["content"][:60]}
    answer = f"Analysis: signups went from {first} to {last}.\n\nUrgency: Low."
    return {
        "prompt": [short, user],
        "completion": [{"role": "assistant", "content": answer}],
        "example_id": example_id,
    }
