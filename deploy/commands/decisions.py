"""Review decisions in bulk, from a JSONL file: `{"id": 12, "decision": "reject"}` on each line.

Each line is decided in a transaction of its own under the same rules as a click in Slack; a line
that cannot be carried out is told and the next one goes on.
"""

import json
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, ValidationError
from sqlalchemy.engine import Engine

from bot.analysis.answer import AnswerSections, parse_answer
from bot.analysis.quality.jargon import Glossary
from bot.review import decide, find_edit_problems
from bot.settings import FeedbackSettings
from storage.database import reading, transaction
from storage.errors import ConflictError, NotFoundError
from storage.examples import get_example
from storage.reviews import Decision


class DecisionRow(BaseModel):
    """One line; `completion` is the edited answer, given with "edit" and only then."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    id: int
    decision: Literal["approve", "edit", "reject", "skip"]
    reasons: list[str] = []
    comment: str = ""
    completion: str = ""


@dataclass
class DecisionReport:
    """What became of the lines."""

    decided: Counter[str] = field(default_factory=Counter)
    problems: list[str] = field(default_factory=list)


def decide_from_file(
    engine: Engine, path: Path, reviewer: str, settings: FeedbackSettings, glossary: Glossary
) -> DecisionReport:
    """Carry out every line of a file. Raises OSError when it cannot be read."""
    report = DecisionReport()
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        if not line.strip():
            continue
        try:
            row = DecisionRow.model_validate(json.loads(line))
            decide_row(engine, row, reviewer, settings, glossary)
        except (ConflictError, NotFoundError) as error:
            report.problems.append(f"{path.name} line {number}: {error}")
        except ValidationError as error:
            first = error.errors(include_input=False, include_url=False)[0]
            named = ".".join(str(part) for part in first["loc"]) or "the line"
            report.problems.append(f"{path.name} line {number}: {named}: {first['msg']}.")
        except ValueError:
            report.problems.append(f"{path.name} line {number}: not a JSON object.")
        else:
            report.decided[row.decision] += 1
    return report


def decide_row(
    engine: Engine, row: DecisionRow, reviewer: str, settings: FeedbackSettings, glossary: Glossary
) -> None:
    """Carry out one decision.

    Raises:
        NotFoundError: there is no such example.
        ConflictError: it may not be decided so, or the edit fails a check; says why.
    """
    sections = None
    if row.decision == "edit":
        sections = parse_answer(row.completion)
        _check_edit(engine, row.id, sections, glossary)
    with transaction(engine) as session:
        decide(
            session,
            example_id=row.id,
            reviewer=reviewer,
            decision=Decision(row.decision),
            settings=settings,
            reasons=row.reasons,
            comment=row.comment,
            sections=sections,
        )


def _check_edit(
    engine: Engine, example_id: int, sections: AnswerSections, glossary: Glossary
) -> None:
    with reading(engine) as session:
        example = get_example(session, example_id)
    if example is None:
        raise NotFoundError("example", example_id)
    problems = find_edit_problems(example, sections, glossary)
    if problems:
        raise ConflictError("The edit fails: " + "; ".join(problems.values()))
