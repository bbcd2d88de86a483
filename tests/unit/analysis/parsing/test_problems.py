"""Requests that cannot be answered: the right code, a message with the culprit, nothing lost."""

from datetime import date

import pytest

from bot.analysis.parsing import read_fields, read_question
from bot.analysis.question import ProblemCode, UnreadableQuestionError

TODAY = date(2026, 11, 23)

PROBLEMS = [
    ("", ProblemCode.EMPTY, "empty"),
    ("<@U123>  ", ProblemCode.EMPTY, "empty"),
    ("why is activation falling?", ProblemCode.NO_VALUES, "No numbers"),
    ("Activation is 42%", ProblemCode.TOO_FEW_VALUES, "42%"),
    ("42, abc, 38, 40", ProblemCode.TEXT_IN_VALUES, "abc"),
    ("42 %, 0.42, 38 %", ProblemCode.MIXED_UNITS, "0.42"),
    ("42%, 840, 41%", ProblemCode.MIXED_UNITS, "840"),
    ("$42, €41, $40", ProblemCode.MIXED_UNITS, "€41"),
    ("Users: 1.2k, 1.3, 1.1k", ProblemCode.MIXED_UNITS, "1.3"),
    ("Activation rate: 0.42, 0.41, 41, 38", ProblemCode.MIXED_UNITS, "0.42"),
    ("1,200,1,300,1,250", ProblemCode.AMBIGUOUS_NUMBERS, "two ways"),
    ("0,42,0,41,0,38", ProblemCode.AMBIGUOUS_NUMBERS, "two ways"),
    ("1 200 1 300 1 250", ProblemCode.AMBIGUOUS_NUMBERS, "two ways"),
    ("1.234\n1.345\n1.456", ProblemCode.AMBIGUOUS_NUMBERS, "1234"),
    ("2026-06-01,42\n2026-06-01,43\n2026-06-08,41", ProblemCode.REPEATED_DATES, "2026-06-01"),
    ("Week 1: 4\nWeek 1: 5\nWeek 2: 6", ProblemCode.REPEATED_DATES, "Week 1"),
    ("2026-06-01: 42\n41\n2026-06-15: 40", ProblemCode.MISSING_DATES, "41"),
    ("2026-06-01,42\n2026-06-08,43\n2026-06-22,41\n2026-06-29,40", ProblemCode.MISSING_DATES,
     "2026-06-15"),
    ("03/06/2024 42%\n04/06/2024 41%\n05/06/2024 43%\n06/06/2024 36%",
     ProblemCode.AMBIGUOUS_NUMBERS, "03/06/2024"),
    ("Activation: 42%, 41%\nRetention: 20%, 21%", ProblemCode.SEVERAL_SERIES, "Retention"),
    ("week,signups,revenue\n2026-06-01,420,2000\n2026-06-08,410,2100", ProblemCode.SEVERAL_SERIES,
     "revenue"),
    ("Segment\tWeek\tRate\nSMB\tW1\t42%\nSMB\tW2\t41%\nENT\tW1\t30%\nENT\tW2\t31%",
     ProblemCode.SEVERAL_SERIES, "ENT"),
    ("1, " * 20_001, ProblemCode.TOO_LONG, "20,00"),
    ("a" * 500_000, ProblemCode.TOO_LONG, "500,000"),
    ("1\n" * 30_000, ProblemCode.TOO_LONG, "lines"),
    ("1e400, 2", ProblemCode.TEXT_IN_VALUES, "1e400"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "code", "culprit"), PROBLEMS)
def test_problem_names_the_culprit(text: str, code: ProblemCode, culprit: str) -> None:
    with pytest.raises(UnreadableQuestionError) as caught:
        read_question(text, today=TODAY)
    (problem,) = caught.value.problems
    assert problem.code is code
    assert culprit in problem.message


def test_draft_keeps_what_was_written() -> None:
    text = "Metric: Activation\nUK only\nValues: 42, abc, 38\nWhy is it falling?"
    with pytest.raises(UnreadableQuestionError) as caught:
        read_question(text, today=TODAY)
    draft = caught.value.draft
    assert draft["metric"] == "Activation"
    assert draft["values"] == "42, abc, 38"
    assert draft["context"] == "UK only"
    assert draft["question"] == "Why is it falling?"


def test_form_without_values_gives_its_fields_back() -> None:
    with pytest.raises(UnreadableQuestionError) as caught:
        read_fields({"metric": "NPS", "values": " "}, today=TODAY)
    assert caught.value.problems[0].code is ProblemCode.NO_VALUES
    assert caught.value.draft["metric"] == "NPS"
