"""Preference pairs of a dataset version: a correction and the answer it replaced, as token ids.

Whether there are enough of them is decided here; how they are trained on is `preferring.py`.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from pipeline.training.presets import PreferenceSettings, Preset
from pipeline.training.rows import PAIRS_FILE, ChatMessage, TrainingRow, check_roles, read_jsonl
from pipeline.training.tokens import ChatTokenizer, tokenize_row


class PreferencePair(BaseModel):
    """One prompt, the answer somebody wrote instead, and the answer that stood there."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    prompt: tuple[ChatMessage, ...] = Field(min_length=1)
    chosen: tuple[ChatMessage, ...] = Field(min_length=1, max_length=1)
    rejected: tuple[ChatMessage, ...] = Field(min_length=1, max_length=1)
    example_id: str = ""

    @model_validator(mode="after")
    def _check_roles(self) -> Self:
        check_roles(self.prompt, self.chosen)
        check_roles(self.prompt, self.rejected)
        return self

    @property
    def says_something(self) -> bool:
        """False when both answers are the same text."""
        return self.chosen[0].content.strip() != self.rejected[0].content.strip()


@dataclass(frozen=True)
class TokenizedPair:
    """Ids of the prompt and of both answers, each answer up to its end-of-sequence token."""

    example_id: str
    prompt_ids: list[int]
    chosen_ids: list[int]
    rejected_ids: list[int]

    @property
    def longest(self) -> int:
        """Tokens of the longer of the two rows a pair makes."""
        return len(self.prompt_ids) + max(len(self.chosen_ids), len(self.rejected_ids))


def read_pairs(folder: Path) -> list[PreferencePair]:
    """Read a version's pairs; a folder without the file has none.

    Raises:
        TrainingInputError: a line is no pair; the message names it.
    """
    path = folder / PAIRS_FILE
    return read_jsonl(path, PreferencePair) if path.exists() else []


def tokenize_pairs(
    pairs: Sequence[PreferencePair], tokenizer: ChatTokenizer, row_tokens: int
) -> list[TokenizedPair]:
    """Tokenise as the answers are; pairs that say nothing or are over the budget are left out.

    Raises:
        TrainingInputError: the chat template cannot be trained with, as in tokenize_row.
    """
    tokenized = [_tokenize_pair(pair, tokenizer) for pair in pairs if pair.says_something]
    return [pair for pair in tokenized if pair.longest <= row_tokens]


def why_not(preset: Preset, usable: int, given: int) -> str | None:
    """Say in a sentence why corrections are not trained on as preferences; None: they are."""
    if preset.preference is None:
        return f"Corrections served as examples only: preset {preset.name} has no preference step."
    if usable >= preset.preference.minimum_pairs:
        return None
    left_out = (
        f" ({given - usable} more were too long or changed nothing)" if given > usable else ""
    )
    return (
        f"Corrections served as examples only: {usable} of the "
        f"{preset.preference.minimum_pairs} pairs that preference training needs{left_out}."
    )


def count_steps(settings: PreferenceSettings, pairs: int) -> int:
    """Optimizer steps over so many pairs, within the step budget; at least one."""
    by_epochs = max(
        1, round(pairs * settings.epochs / (settings.batch_size * settings.accumulation))
    )
    return min(by_epochs, settings.max_steps or by_epochs)


def _tokenize_pair(pair: PreferencePair, tokenizer: ChatTokenizer) -> TokenizedPair:
    chosen, rejected = (
        tokenize_row(
            TrainingRow(prompt=pair.prompt, completion=answer, example_id=pair.example_id),
            tokenizer,
        )
        for answer in (pair.chosen, pair.rejected)
    )
    asked = len(chosen.input_ids) - chosen.completion_tokens
    return TokenizedPair(
        example_id=pair.example_id,
        prompt_ids=chosen.input_ids[:asked],
        chosen_ids=chosen.input_ids[asked:],
        rejected_ids=rejected.input_ids[asked:],
    )
