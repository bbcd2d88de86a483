"""The golden set: frozen cases that judge adapters and are never trained on.

`cases.jsonl` holds hand-written cases and simulated ones from held-out families, `general.jsonl`
small general tasks that show forgetting, `general_training.jsonl` other general examples to mix
into training. `CHECKSUM` freezes what is judged with. Nothing here asks a model.
"""

from pipeline.golden.case import GoldenCase, GoldenTruth, MustMention, Origin, Unacceptable
from pipeline.golden.general import (
    GeneralExample,
    GeneralTask,
    load_general_tasks,
    load_general_training,
)
from pipeline.golden.load import GoldenSetError, load_golden
from pipeline.golden.match import find_unacceptable, match_facts

__all__ = [
    "GeneralExample",
    "GeneralTask",
    "GoldenCase",
    "GoldenSetError",
    "GoldenTruth",
    "MustMention",
    "Origin",
    "Unacceptable",
    "find_unacceptable",
    "load_general_tasks",
    "load_general_training",
    "load_golden",
    "match_facts",
]
