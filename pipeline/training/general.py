"""Mixing general chat examples into the training rows, so that a tuned model forgets less.

The examples come with the golden set but judge nothing. The validation side gets none: losses
stay comparable between runs with and without them.
"""

import math
import random
from collections.abc import Sequence

from pipeline.golden import GeneralExample, GoldenSetError, load_general_training
from pipeline.training.errors import TrainingInputError
from pipeline.training.rows import ChatMessage, TrainingRow


def read_general(share: float) -> tuple[GeneralExample, ...]:
    """Read the general examples; none when a run wants none.

    Raises:
        TrainingInputError: a share is wanted and the file is missing or damaged.
    """
    if share == 0:
        return ()
    try:
        return load_general_training()
    except GoldenSetError as error:
        raise TrainingInputError(str(error)) from error


def mix_general(
    rows: Sequence[TrainingRow], examples: Sequence[GeneralExample], share: float, seed: int
) -> list[TrainingRow]:
    """Return `rows` with so many examples behind them that they make up `share` of the whole.

    Which examples depends on the seed alone. No example comes twice, so with few of them the
    share is smaller; the model card states the number of rows. They are asked as a chat, without
    the product's prompt, as the forgetting probe asks its tasks.
    """
    wanted = math.floor(len(rows) * share / (1 - share) + 0.5)
    drawn = random.Random(seed).sample(  # noqa: S311  reproducible choice, nothing secret
        list(examples), min(wanted, len(examples))
    )
    return [*rows, *(_as_row(example) for example in drawn)]


def _as_row(example: GeneralExample) -> TrainingRow:
    return TrainingRow(
        prompt=(ChatMessage(role="user", content=example.prompt),),
        completion=(ChatMessage(role="assistant", content=example.completion),),
        example_id=f"general:{example.id}",
    )
