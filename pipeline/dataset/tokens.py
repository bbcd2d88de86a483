"""Token budget: how long prompt and answer are for the base model's own tokenizer and template."""

import statistics
from collections.abc import Iterable
from pathlib import Path

from pydantic import BaseModel, ConfigDict

from pipeline.dataset.members import Member

# DESIGN, "Facts are compact": prompt and answer together, so that two cores can train and serve.
BUDGET_TOKENS = 1000
TOKENIZER_FOLDER = Path("models/smollm2-135m-instruct")


class TokenReport(BaseModel):
    """Lengths in tokens; all zero when no tokenizer was found."""

    model_config = ConfigDict(frozen=True)

    tokenizer: str
    examples: int
    median: int
    p95: int
    longest: int
    total: int
    completion_median: int
    budget: int = BUDGET_TOKENS
    over_budget: tuple[str, ...] = ()


def measure_tokens(members: Iterable[Member], folder: Path = TOKENIZER_FOLDER) -> TokenReport:
    """Count tokens with the chat template applied; about 1 ms an example.

    Without the packaged model on this machine the report says so and counts nothing.
    """
    if not (folder / "tokenizer.json").exists():
        return TokenReport(
            tokenizer=f"none: {folder} is not there",
            examples=0, median=0, p95=0, longest=0, total=0, completion_median=0,
        )  # fmt: skip
    from transformers import AutoTokenizer  # slow to import, needed here only

    tokenizer = AutoTokenizer.from_pretrained(folder, local_files_only=True)
    lengths: dict[str, int] = {}
    completions: list[int] = []
    for member in members:
        answer = {"role": "assistant", "content": member.completion}
        messages = [*member.prompt, answer]
        text = tokenizer.apply_chat_template(messages, tokenize=False)
        lengths[member.key] = len(tokenizer.encode(text, add_special_tokens=False))
        completions.append(len(tokenizer.encode(member.completion, add_special_tokens=False)))
    ordered = sorted(lengths.values()) or [0]
    return TokenReport(
        tokenizer=str(folder),
        examples=len(lengths),
        median=round(statistics.median(ordered)),
        p95=ordered[min(len(ordered) - 1, round(0.95 * (len(ordered) - 1)))],
        longest=ordered[-1],
        total=sum(ordered),
        completion_median=round(statistics.median(completions or [0])),
        over_budget=tuple(sorted(key for key, n in lengths.items() if n > BUDGET_TOKENS)),
    )
