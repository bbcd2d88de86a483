"""Any valid question: no exception, finite facts, and plain sentences that repeat facts only."""

import math
import re
from datetime import date, timedelta

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.analysis.answer import Section, split_sentences
from bot.analysis.findings import compute_findings
from bot.analysis.plain import plain_answer, plain_sentences
from bot.analysis.question import MetricKind, MetricQuestion, Period, RecordedChange
from bot.analysis.working import show_working

_UNITS = {
    MetricKind.RATE: ["%", "proportion"],
    MetricKind.COUNT: ["count"],
    MetricKind.MONEY: ["USD", "JPY"],
    MetricKind.SCORE: ["points"],
    MetricKind.RATIO: ["ratio"],
    MetricKind.DURATION: ["seconds", "days"],
}
_VALUES = st.one_of(
    st.none(),
    st.integers(-5, 5),
    st.floats(allow_nan=True, allow_infinity=True),
    st.floats(-1e6, 1e6),
    st.floats(0, 1),
)


@st.composite
def questions(draw: st.DrawFn) -> MetricQuestion:
    kind = draw(st.sampled_from(list(MetricKind)))
    period = draw(st.sampled_from(list(Period)))
    values = tuple(draw(st.lists(_VALUES, max_size=30)))
    dates = tuple(date(2022, 1, 3) + timedelta(days=31 * i) for i in range(len(values)))
    change = st.builds(
        RecordedChange,
        what=st.text(max_size=80),
        index=st.one_of(st.none(), st.integers(-3, 40)),
        day=st.one_of(st.none(), st.dates(date(2021, 1, 1), date(2026, 1, 1))),
        periods_ago=st.one_of(st.none(), st.floats(-3, 60)),
    )
    sizes = st.one_of(st.none(), st.floats(0, 1e7))
    return MetricQuestion(
        metric=draw(st.text(max_size=40)),
        kind=kind,
        unit=draw(st.sampled_from(_UNITS[kind])),
        values=values,
        dates=dates if draw(st.booleans()) else None,
        period=period,
        context=draw(st.text(max_size=60)),
        cohort_size=draw(sizes),
        denominators=tuple(draw(sizes) for _ in values) if draw(st.booleans()) else None,
        changes=tuple(draw(st.lists(change, max_size=4))),
        higher_is_better=draw(st.sampled_from([True, False, None])),
        incomplete_last=draw(st.booleans()),
    )


@given(questions())
@settings(max_examples=250, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_any_question_gives_finite_facts(question: MetricQuestion) -> None:
    findings = compute_findings(question)
    assert len({fact.id for fact in findings.facts}) == len(findings.facts)
    for fact in findings.facts:
        assert math.isfinite(fact.value)
        assert all(math.isfinite(end) for end in fact.interval or ())
        assert fact.text
        assert "nan" not in fact.text.replace(question.metric, "").split()
    for fact_id in findings.prompt_facts:
        assert findings.fact(fact_id).rank <= 50
    assert len(findings.prompt_facts) <= 12
    assert show_working(findings, []) is not None


@given(questions())
@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_plain_answer_is_cut_into_its_own_sentences(question: MetricQuestion) -> None:
    findings = compute_findings(question)
    answer = plain_answer(findings)
    for section in Section:
        assert answer.part(section)
        assert split_sentences(answer.part(section)) == plain_sentences(findings, section)


_NUMBER = re.compile(r"(?<![\w.])[+-]?\d[\d,]*(?:\.\d+)?")


@given(
    st.lists(st.floats(1, 99).map(lambda value: round(value, 1)), min_size=1, max_size=20),
    st.booleans(),
)
@settings(max_examples=150, deadline=None)
def test_every_number_in_the_plain_answer_is_a_fact(values: list[float], known: bool) -> None:
    question = MetricQuestion(
        metric="activation",
        kind=MetricKind.RATE,
        unit="%",
        values=tuple(values),
        cohort_size=2000 if known else None,
        changes=(RecordedChange(what="redesign", index=len(values) // 2),),
        higher_is_better=True,
    )
    findings = compute_findings(question)
    held = {95.0, 0.0} | {float(index + 1) for index in range(len(values))}
    for fact in findings.facts:
        held |= {abs(fact.value), *(abs(end) for end in fact.interval or ())}
    for sentence in plain_sentences(findings, Section.ANALYSIS):
        for match in _NUMBER.finditer(sentence):
            number = abs(float(match.group().replace(",", "")))
            decimals = len(match.group().partition(".")[2])
            near = 0.5001 * 10**-decimals
            assert any(abs(number - value) <= near for value in held), (match.group(), sentence)
