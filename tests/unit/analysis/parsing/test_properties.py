"""Whatever is pasted: a finite question or a typed problem, and lists survive a round trip."""

import math
import time
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.analysis.parsing import read_fields, read_question
from bot.analysis.question import MetricQuestion, UnreadableQuestionError

TODAY = date(2026, 11, 23)
PIECES = st.sampled_from(
    ["42", "41%", "0.42", "1,200", "1.234,5", "n/a", "-", "(3.1)", "$1.2k", "3 June", "Week 1",
     "2026-06-01", "31/02/2026", "29 Feb", "Metric:", "Values:", "Changes:", "Cohort:", "why?",
     "redesign 5 weeks ago", "2,000 sign-ups a week", ",", ";", "\t", "\n", "|", " ", ": ", "/",
     "->", "and", "abc", "é", "٣", "1e999", "99999999999999", "=1+1", "week 99999", "0/0",
     "W54 2026",
     "in March", "<@U1>", "(", ")", "\u00a0", "\u200b", "2026-W99", "0000-01-01", "9999-12-31"]
)  # fmt: skip


def check_problems(error: UnreadableQuestionError) -> None:
    assert error.problems
    assert all(problem.message for problem in error.problems)


def check_text(text: str) -> MetricQuestion | None:
    try:
        question = read_question(text, today=TODAY)
    except UnreadableQuestionError as error:
        check_problems(error)
        return None
    assert all(value is None or math.isfinite(value) for value in question.values)
    assert sum(value is not None for value in question.values) >= 2
    assert 0 < len(question.metric) <= 80
    assert len(question.context) <= 600
    assert question.dates is None or len(question.dates) == len(question.values)
    assert question.denominators is None or len(question.denominators) == len(question.values)
    assert all(c.index is None or 0 <= c.index < len(question.values) for c in question.changes)
    return question


@settings(max_examples=100, deadline=None)
@given(st.text(max_size=300))
def test_any_text_is_read_or_refused(text: str) -> None:
    check_text(text)


@settings(max_examples=200, deadline=None)
@given(st.lists(PIECES, max_size=40).map("".join))
def test_any_mixture_of_shapes_is_read_or_refused(text: str) -> None:
    check_text(text)


@settings(max_examples=100, deadline=None)
@given(
    st.dictionaries(
        st.sampled_from(["metric", "values", "cohort", "changes", "period", "unit", "direction"]),
        st.lists(PIECES, max_size=8).map(" ".join),
    )
)
def test_any_form_is_read_or_refused(fields: dict[str, str]) -> None:
    try:
        read_fields(fields, today=TODAY)
    except UnreadableQuestionError as error:
        check_problems(error)


def plain(value: float) -> str:
    return f"{value:,.2f}"


def continental(value: float) -> str:
    return plain(value).translate(str.maketrans(",.", ".,"))


def swiss(value: float) -> str:
    return plain(value).replace(",", "'")


def spaced(value: float) -> str:
    return plain(value).replace(",", "\u202f").replace(".", ",")


def brackets(value: float) -> str:
    return f"({-value:,.2f})" if value < 0 else plain(value)


@pytest.mark.parametrize("write", [plain, continental, swiss, spaced, brackets])
@pytest.mark.parametrize("mark", ["; ", "\n", "\t", " | "])
@settings(max_examples=12, deadline=None)
@given(
    values=st.lists(st.integers(-(10**9), 10**9).map(lambda n: n / 100), min_size=2, max_size=12)
)
def test_written_list_reads_back(write: object, mark: str, values: list[float]) -> None:
    assert callable(write)
    text = mark.join(str(write(value)) for value in values)
    question = read_question(f"Metric: order value\nUnit: EUR\nValues: {text}", today=TODAY)
    assert question.values == pytest.approx(values)


@settings(max_examples=30, deadline=None)
@given(st.lists(st.integers(0, 10**7), min_size=2, max_size=20))
def test_whole_numbers_read_back_from_any_list(values: list[int]) -> None:
    for mark in (", ", "; ", "\n", " -> "):
        head = "Sign-ups\n" if mark == "\n" else "Sign-ups: "
        text = head + mark.join(map(str, values))
        assert read_question(text, today=TODAY).values == tuple(map(float, values))


@pytest.mark.parametrize(
    "text",
    [
        "x " * 100_000, "1 " * 9_999, "(" * 200_000, "a:1,2\n" * 11_000, "Week 1 " * 28_000,
        "1,2 " * 50_000,
        "5 weeks ago redesign " * 9_000, "launched on 3 June, " * 10_000, "\u00a01" * 100_000,
        "<" * 200_000, "\n".join(f"2026-06-01\t{n}" for n in range(10_000)), "~*_" * 60_000,
    ],
    ids=range(12),
)  # fmt: skip
def test_reading_stays_quick(text: str) -> None:
    start = time.process_time()
    check_text(text)
    assert time.process_time() - start < 3  # about 1 s alone; twice that on a busy machine
