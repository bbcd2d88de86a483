"""Bulk review from a file follows the same rules as a click."""

import json
from pathlib import Path

import pytest
from sqlalchemy import Engine

from bot.analysis.answer import AnswerSections, Section, render_answer
from bot.candidates import Curation, propose_from_ratings
from bot.known_examples import KnownExamples
from bot.settings import FeedbackSettings
from deploy.commands.decisions import decide_from_file
from storage.database import reading, transaction
from storage.examples import ExampleStatus, list_examples
from storage.ratings import rate
from tests.integration.feedback.asked import add_answer, good_parts
from tests.integration.feedback.test_candidates import GLOSSARY, HONEST, RATER

pytestmark = pytest.mark.integration


def test_lines_are_decided_one_by_one_and_bad_ones_are_told(engine: Engine, tmp_path: Path) -> None:
    settings = FeedbackSettings()
    curation = Curation(engine, settings, GLOSSARY, KnownExamples())
    vague = HONEST | {Section.RECOMMENDED_ACTION: "Keep an eye on it."}
    for number, parts in ((1, good_parts(1)), (2, vague)):
        with transaction(engine) as session:
            answer_id = add_answer(session, number, parts)
            rate(session, answer_id, RATER, "1", f"k{number}", score=5)
        propose_from_ratings(curation, answer_id, RATER)
    edited = render_answer(AnswerSections(**{p.value: t for p, t in HONEST.items()}))
    lines = [
        {"id": 2, "decision": "approve"},
        {"id": 2, "decision": "edit", "completion": "Analysis: It is 99%."},
        {"id": 9, "decision": "approve"},
        {"id": 1, "decision": "maybe"},
        {"id": 1, "decision": "reject", "reasons": ["planted"]},
        {"id": 2, "decision": "edit", "completion": edited},
    ]
    file = tmp_path / "decisions.jsonl"
    file.write_text("\n".join([*map(json.dumps, lines), "no json"]), encoding="utf-8")
    report = decide_from_file(engine, file, "cli:operator", settings, GLOSSARY)
    assert report.decided == {"reject": 1, "edit": 1}, report.problems
    assert [problem.split(":")[0] for problem in report.problems] == [
        f"decisions.jsonl line {number}" for number in (1, 2, 3, 4, 7)
    ]
    with reading(engine) as session:
        status = {row.id: (row.status, row.reasons) for row in list_examples(session)}
    assert status == {
        1: (ExampleStatus.REJECTED, ["planted"]),
        2: (ExampleStatus.APPROVED, []),
    }
