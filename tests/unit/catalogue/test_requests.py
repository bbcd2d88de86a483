"""Texts that name a metric: what is read, what is asked back, and what is left to other readers."""

from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import deploy.demo_company
from bot.analysis.catalogue.loading import read_catalogue
from bot.analysis.catalogue.request import CatalogueRequest, read_request
from bot.analysis.catalogue.window import Window, WindowError, floor_period, read_window
from bot.analysis.question import Period, UnreadableQuestionError

TODAY = date(2026, 11, 27)  # a Friday
MONDAY = date(2026, 11, 23)
_FILE = Path(deploy.demo_company.__file__).with_name("metrics.yaml")
CATALOGUE = read_catalogue(_FILE.read_text(encoding="utf-8"), _FILE.name)


def read(text: str) -> CatalogueRequest:
    found = read_request(text, CATALOGUE, TODAY)
    assert found is not None
    return found


def problem(text: str) -> str:
    with pytest.raises(UnreadableQuestionError) as caught:
        read_request(text, CATALOGUE, TODAY)
    assert caught.value.draft["question"]
    return caught.value.problems[0].message


def test_the_question_of_the_demo() -> None:
    found = read("<@U0ANALYSTB> how is activation in UK SMB over the last 8 weeks?")
    assert found.metric.name == "Activation rate"
    assert (found.segment, found.market, found.place) == ("SMB", "UK", "UK SMB")
    assert found.window == Window(MONDAY - timedelta(weeks=8), MONDAY)
    assert found.notes == ()


@pytest.mark.parametrize(
    ("text", "metric", "segment", "market"),
    [
        ("activation", "Activation rate", None, None),
        ("How is D7 activation?", "Activation rate", None, None),
        ("churn in the United States", "Logo churn", None, "US"),
        ("tell us about churn", "Logo churn", None, None),
        ("churn in US", "Logo churn", None, "US"),
        ("why did sign-ups fall in mid-market", "Sign-ups", "Mid-market", None),
        ("new accounts, small business, Germany", "Sign-ups", "SMB", "DACH"),
        ("trial to paid conversion for enterprise", "Trial-to-paid", "Enterprise", None),
        ("ticket count self-serve", "Support tickets", "Self-serve", None),
    ],
)
def test_names_and_places(text: str, metric: str, segment: str | None, market: str | None) -> None:
    found = read(text)
    assert (found.metric.name, found.segment, found.market) == (metric, segment, market)


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        ("over the last 8 weeks", date(2026, 9, 28), date(2026, 11, 16)),
        ("past eight weeks", date(2026, 9, 28), date(2026, 11, 16)),
        ("last 30 days", date(2026, 10, 19), date(2026, 11, 16)),
        ("last quarter", date(2026, 6, 29), date(2026, 9, 28)),
        ("since 1 September", date(2026, 8, 31), date(2026, 11, 16)),
        ("since 2026-09-07", date(2026, 9, 7), date(2026, 11, 16)),
        ("between 1 June and 31 July", date(2026, 6, 1), date(2026, 7, 27)),
        ("this year", date(2025, 12, 29), date(2026, 11, 16)),
        ("in Q1", date(2025, 12, 29), date(2026, 3, 30)),
        ("in December", date(2025, 12, 1), date(2025, 12, 29)),
        ("", date(2026, 8, 31), date(2026, 11, 16)),
        ("last week", date(2026, 8, 31), date(2026, 11, 16)),
    ],
)
def test_windows_in_whole_weeks(text: str, first: date, last: date) -> None:
    days = read(f"activation in UK SMB {text}").window.periods(Period.WEEK)
    assert (days[0], days[-1]) == (first, last)


def test_a_misspelt_name_is_taken_and_said() -> None:
    found = read("how is activaton doing?")
    assert found.metric.name == "Activation rate"
    assert found.notes[0] == "“activaton” is read as Activation rate."


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (
            "how do activation and churn relate?",
            "I am not sure which metric you mean: Activation rate or Logo churn? Ask again with one"
            " of these names.",
        ),
        ("what about revenue?", "Do you mean ARPA? Ask again with that name"),
        (
            "activation in France",
            "I do not know “france” as a segment or market of Activation rate.",
        ),
        ("activation in SMB and Enterprise", "Enterprise and SMB are two segments of Activation"),
        ("activation since 2031-01-01", "The window ends before it begins"),
        ("activation over the last 5000 weeks", "The window is longer than 1,100 weeks."),
        (
            "activation'; DROP TABLE signup_week; --",
            "That looks like SQL. I run only the catalogue's",
        ),
        ("activation in SMB' OR '1'='1", "That looks like SQL."),
        ("activation UNION SELECT password FROM users", "That looks like SQL."),
    ],
)
def test_what_is_not_clear_is_asked(text: str, said: str) -> None:
    assert said in problem(text)


@pytest.mark.parametrize(
    "text",
    [
        "how are you?",
        "",
        "Activation rate, weekly: 0.42, 0.41, 0.38, 0.35",
        "Signups went from 210 to 190 this week. Should we worry?",
        "activation fell from 42 to 31 over the last 8 weeks",
        "activation " * 60,
    ],
)
def test_other_texts_are_left_to_the_ordinary_reading(text: str) -> None:
    assert read_request(text, CATALOGUE, TODAY) is None


@given(
    st.text(max_size=120), st.sampled_from(["", "activation ", "churn in ", "activation since "])
)
def test_no_text_breaks_the_reader(text: str, before: str) -> None:
    try:
        read_request(before + text, CATALOGUE, TODAY)
    except UnreadableQuestionError as error:
        if not error.problems[0].message:
            raise AssertionError("a problem without words") from error


@given(st.integers(1, 600), st.sampled_from(list(Period)), st.sampled_from(list(Period)))
def test_a_window_is_whole_periods_before_today(number: int, unit: Period, period: Period) -> None:
    try:
        window = read_window(f"last {number} {unit.value}s", period, TODAY).window
    except WindowError:
        return
    days = window.periods(period)
    assert all(floor_period(day, period) == day for day in days)
    assert 2 <= len(days) <= 1_100
    assert window.end <= floor_period(TODAY, period)
