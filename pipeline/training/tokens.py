"""From rows to token ids: exactly the ids the server will see, and which of them carry loss.

The prompt's ids are what vLLM makes of the same messages with the same chat template; loss lies
on the answer and the end-of-turn token only.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from pipeline.training.errors import TrainingInputError
from pipeline.training.rows import TrainingRow

IGNORED = -100  # what PyTorch's cross entropy leaves out


class ChatTokenizer(Protocol):
    """What is needed of a transformers tokenizer."""

    eos_token_id: int

    def apply_chat_template(
        self, messages: Sequence[Mapping[str, str]], **options: Any
    ) -> list[int]:
        """Render messages and return token ids."""
        ...


@dataclass(frozen=True)
class TokenizedRow:
    """Ids of prompt and answer together; `labels` repeats the ids that carry loss."""

    example_id: str
    input_ids: list[int]
    labels: list[int]

    @property
    def completion_tokens(self) -> int:
        """How many tokens carry loss."""
        return sum(label != IGNORED for label in self.labels)


def tokenize_row(row: TrainingRow, tokenizer: ChatTokenizer) -> TokenizedRow:
    """Render and tokenise one row; everything after the end-of-turn token is cut.

    Raises:
        TrainingInputError: the template renders the prompt otherwise when an answer follows, or
            ends an answer without the end-of-sequence token, so that serving could not match.
    """
    prompt = row.messages()
    answer = {"role": "assistant", "content": row.answer}
    asked = tokenizer.apply_chat_template(prompt, add_generation_prompt=True, return_dict=False)
    whole = tokenizer.apply_chat_template([*prompt, answer], return_dict=False)
    if whole[: len(asked)] != asked:
        raise TrainingInputError(
            "The chat template renders a prompt differently when an answer follows it, so training "
            f"and serving would not see the same tokens (row {row.example_id or '?'}). "
            "Mend the chat template of the base model."
        )
    # Many templates put a newline after the end of a turn; serving stops before it.
    ends = [at for at in range(len(asked), len(whole)) if whole[at] == tokenizer.eos_token_id]
    if not ends:
        raise TrainingInputError(
            "The chat template does not end an answer with the tokenizer's end-of-sequence token, "
            "so the model would never learn to stop. Mend the chat template of the base model."
        )
    ids = whole[: ends[-1] + 1]
    labels = [IGNORED] * len(asked) + ids[len(asked) :]
    return TokenizedRow(example_id=row.example_id, input_ids=ids, labels=labels)


def tokenize_rows(
    rows: Sequence[TrainingRow], tokenizer: ChatTokenizer, row_tokens: int
) -> tuple[list[TokenizedRow], list[str]]:
    """Tokenise a side; rows over the budget are left out whole and named, never cut short.

    Raises:
        TrainingInputError: more than half of the rows are over the budget, or as in tokenize_row.
    """
    tokenized = [tokenize_row(row, tokenizer) for row in rows]
    kept = [row for row in tokenized if len(row.input_ids) <= row_tokens]
    left_out = [row.example_id for row in tokenized if len(row.input_ids) > row_tokens]
    if len(left_out) * 2 > len(tokenized):
        longest = max(len(row.input_ids) for row in tokenized)
        raise TrainingInputError(
            f"{len(left_out)} of {len(tokenized)} rows are longer than the preset's {row_tokens} "
            f"tokens (the longest has {longest}). Shorten the examples or choose another preset."
        )
    return kept, left_out
