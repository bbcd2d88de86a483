"""Any text at all: the checker neither fails nor points outside the text, and stays fast."""

import string
import time
from datetime import date, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.analysis.answer import Section
from bot.analysis.facts import Findings, Verdict
from bot.analysis.question import MetricKind, MetricQuestion, Period, RecordedChange
from bot.analysis.verification import check_sentence, verify_answer
from bot.analysis.verification.wordsets import words

WORDS = words(
    "activation week weeks month day 1 2 3 31 42 0.42 26.2 % points pp from to by since before "
    "after in on the a of first last third fifth straight consecutive in-a-row every peak lowest "
    "highest average mean median doubled halved half a quarter two three dozen fell rose up down "
    "redesign it that then more less than about nearly over under between and , . ; : ( ) - + $ € "
    "13 June May 2026 Q3 2026-06-01 users sign-ups each per no none stable recovered will 1,200 "
    "1.2k 99999999999999999999 will ranks second started improving below above where began one"
)


def _question(values: tuple[float | None, ...], period: Period, dated: bool) -> MetricQuestion:
    first = date(2026, 4, 6)
    dates = tuple(first + timedelta(days=7 * i) for i in range(len(values))) if dated else None
    return MetricQuestion(
        metric="Activation rate",
        kind=MetricKind.RATE,
        unit="%",
        values=values,
        dates=dates,
        period=period,
        context="2,000 sign-ups a week, target 50 %.",
        cohort_size=2000,
        changes=(RecordedChange(what="onboarding redesign", index=min(2, len(values) - 1)),),
        higher_is_better=True,
    )


questions = st.builds(
    _question,
    st.lists(
        st.one_of(st.none(), st.floats(-1e6, 1e6), st.sampled_from([0.0, 31.0, 42.0])),
        min_size=1,
        max_size=12,
    ).map(tuple),
    st.sampled_from(list(Period)),
    st.booleans(),
)
sentences = st.one_of(
    st.text(max_size=200),
    st.lists(st.sampled_from(sorted(WORDS)), max_size=25).map(" ".join),
    st.lists(st.sampled_from([*sorted(WORDS), *string.punctuation]), max_size=25).map("".join),
)


def _findings(question: MetricQuestion) -> Findings:
    return Findings(question=question, facts=(), verdict=Verdict.FLAT)


@settings(max_examples=400, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(questions, sentences, st.sampled_from(list(Section)), st.lists(sentences, max_size=2))
def test_any_sentence_is_checked_without_failing(question, text, section, accepted):
    """No exception, and every claim lies inside the sentence."""
    checked = check_sentence(text, _findings(question), section, accepted)
    for claim in checked.claims:
        assert 0 <= claim.start < claim.end <= len(text)
        assert claim.text == text[claim.start : claim.end]
        assert claim.reason


@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(questions, st.lists(sentences, max_size=4).map("\n".join))
def test_any_answer_is_checked_without_failing(question, text):
    """Positions are those of the whole answer."""
    whole = f"Analysis: {text}\nRecommended action: {text}\nUrgency: Low. {text}"
    for claim in verify_answer(whole, _findings(question)).claims:
        assert claim.text == whole[claim.start : claim.end]


@pytest.mark.parametrize(
    "text",
    [
        "1," * 5000,
        "week " * 2000,
        "9" * 20_000,
        "from 1 to 2 " * 500,
        "5 weeks before " * 300,
        "the first " * 1000,
        "<!" * 5000,
        "a.b" * 3000,
        "1 June, 2 June and " * 400,
        "highest lowest peak " * 300,
    ],
)
def test_hostile_repetition_costs_little(text):
    """No input makes a recogniser run away."""
    question = _question((42.0, 41.0, 38.0, 35.0, 33.0, 31.0), Period.WEEK, True)
    start = time.process_time()  # not the wall clock: a busy machine is no fault of the checker's
    check_sentence(text, _findings(question), Section.ANALYSIS)
    assert time.process_time() - start < 2.0
