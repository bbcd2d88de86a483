"""The data card of a version: what is in it, where it comes from, what it is not good for."""

from collections import Counter
from typing import Any

from pipeline.dataset.balance import advise_size
from pipeline.dataset.tokens import TokenReport

_FRONT = """---
license: apache-2.0
language: en
task_categories: [text-generation]
configs:
- config_name: default
  data_files:
  - {split: train, path: train.parquet}
  - {split: validation, path: validation.parquet}
---
"""

_FIXED = """
## What one row is
`prompt` (messages: metric, context, recorded changes, computed facts, question) and `completion`
(one message: analysis, recommended action, urgency). Every number in a completion was checked
against facts computed from the series. Split by family, so an example and everything derived from
it are on one side; no family ever changes side.

## What it is not
Origins are counted above. "curated" examples were written and reviewed by the project, not by an
outside analyst; "augmentation" examples were written by a teacher model from invented series and
then approved by a reviewer. Series and companies in both are made up. English only.
"""


def write_card(
    version: int,
    fingerprint: str,
    counts: dict[str, Any],
    rejected: dict[str, int],
    tokens: TokenReport,
    settings: dict[str, Any],
) -> str:
    """Return the card as Markdown with the front matter that `datasets` reads."""
    splits = counts["splits"]
    return "\n".join(
        [
            f"{_FRONT}# Growth Analyst dataset, version {version}",
            "",
            f"Fingerprint `{fingerprint}`. Prompt version {settings['prompt_version']}, filter"
            f" version {settings['filter_version']}.",
            "",
            advise_size(counts["examples"]),
            "",
            f"{splits['train']} train and {splits['validation']} validation examples in"
            f" {counts['families']['train']} and {counts['families']['validation']} families.",
            "",
            *_table("Origin", counts["by_origin"]),
            *_table("Pattern", counts["by_pattern"]),
            *_table("Metric family", counts["by_metric_family"]),
            "## Left out by the filter",
            *([f"- {reason}: {n}" for reason, n in sorted(rejected.items())] or ["- nothing"]),
            "",
            "## Length in tokens",
            _describe_tokens(tokens),
            _FIXED,
        ]
    )


def _table(title: str, rows: dict[str, Counter[str]]) -> list[str]:
    lines = [f"| {title} | train | validation |", "|---|---:|---:|"]
    lines += [f"| {name} | {n['train']} | {n['validation']} |" for name, n in rows.items()]
    return [*lines, ""]


def _describe_tokens(tokens: TokenReport) -> str:
    if not tokens.examples:
        return f"Not measured ({tokens.tokenizer})."
    return (
        f"With {tokens.tokenizer}: median {tokens.median}, 95th percentile {tokens.p95}, longest"
        f" {tokens.longest}, {tokens.total:,} in all; answers alone median"
        f" {tokens.completion_median}. {len(tokens.over_budget)} over the budget of"
        f" {tokens.budget:,}."
    )
