"""The facts of whatever a command was given: a metric over time, rows with an outcome, segments.

Chooses by how the file was read and by `--outcome`; computes nothing itself.
"""

import time
from dataclasses import dataclass, replace
from typing import Annotated

import typer

from bot.analysis.drivers import compute_driver_findings
from bot.analysis.facts import Findings
from bot.analysis.files.row_level import RowLevelTable
from bot.analysis.findings import compute_findings
from bot.analysis.question import UnreadableQuestionError
from bot.analysis.segments.comparison import SegmentComparison
from bot.analysis.segments.findings import compute_comparison_findings
from deploy.commands.output import bad_input_from, refuse
from deploy.commands.question_files import TableOptions, load_question

Outcome = Annotated[
    str,
    typer.Option(
        "--outcome",
        help="Column to explain, in a table with one row for each person or thing.",
    ),
]


@dataclass(frozen=True)
class LoadedFacts:
    """Findings, how the file was read where it was a table, and the milliseconds they took."""

    findings: Findings
    statement: tuple[str, ...]
    milliseconds: float


def load_facts(file: str, options: TableOptions | None = None, outcome: str = "") -> LoadedFacts:
    """Read a file and compute its facts; ends the command with exit code 2 when it cannot."""
    chosen = options or TableOptions()
    if outcome:
        chosen = _as_rows(chosen, outcome)
    loaded = load_question(file, chosen)
    started = time.perf_counter()
    if isinstance(loaded.question, RowLevelTable):
        if not outcome and loaded.question.outcome is None:
            names = ", ".join(column.name for column in loaded.question.columns[:12])
            raise refuse(f"Say which column is the outcome, with --outcome: one of {names}.")
        with bad_input_from(UnreadableQuestionError):
            findings = compute_driver_findings(loaded.question, outcome)
    elif isinstance(loaded.question, SegmentComparison):
        with bad_input_from(UnreadableQuestionError):
            findings = compute_comparison_findings(loaded.question)
    else:
        findings = compute_findings(loaded.question)
    taken = (time.perf_counter() - started) * 1000
    return LoadedFacts(findings, loaded.statement, taken)


def _as_rows(options: TableOptions, outcome: str) -> TableOptions:
    """Have the table read as rows with this outcome; other orders for the same are refused."""
    if options.column and options.column != outcome:
        raise refuse("Give the outcome once: --outcome COLUMN, without --column.")
    if any(pair.startswith("layout=") and pair != "layout=rows" for pair in options.read_as):
        raise refuse("--outcome explains rows of people or things; leave out layout=series.")
    return replace(options, column=outcome, read_as=(*options.read_as, "layout=rows"))
