"""An example about rows is reviewed with the facts that were kept, for its table is not."""

import numpy as np

from bot.analysis.answer import AnswerSections
from bot.analysis.drivers import compute_driver_findings
from bot.analysis.files.row_level import ColumnKind, RowLevelColumn, RowLevelTable
from bot.analysis.plain import plain_answer
from bot.analysis.verification import verify_sections
from bot.review import read_findings
from storage.examples import Example


def test_a_reviewer_sees_the_numbers_of_a_row_answer_verified() -> None:
    rng = np.random.default_rng(2)
    days = rng.integers(0, 30, 600)
    stayed = rng.random(600) < 1 / (1 + np.exp(1.5 - 0.1 * days))
    columns = (
        RowLevelColumn("days", ColumnKind.NUMERIC, tuple(map(float, days))),
        RowLevelColumn("stayed", ColumnKind.BINARY, tuple(map(bool, stayed)), "yes", "no"),
    )
    served = compute_driver_findings(RowLevelTable(columns, 600, "stayed"))
    example = Example(
        question=served.question.model_dump(mode="json"),
        facts=[fact.model_dump(mode="json") for fact in served.facts],
    )
    found = read_findings(example)
    assert found is not None
    assert found.is_about_rows
    assert found.facts == served.facts
    answer = plain_answer(served)
    wrong = AnswerSections(analysis="Each additional day adds 9.9 points to the chance of stayed.")
    assert verify_sections(answer, found).verified
    assert not verify_sections(wrong, found).verified
