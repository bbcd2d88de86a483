"""Follow-ups: which replies ask for something, and what each edit does to the question."""

from datetime import date

import pytest

from bot.analysis.follow_up import ask_again, is_follow_up, revise_question
from bot.analysis.parsing import read_question
from bot.analysis.question import MetricQuestion, UnreadableQuestionError

TODAY = date(2026, 6, 22)
BEFORE = read_question(
    "Activation rate, weekly: 0.42, 0.41, 0.38, 0.35, 0.33, 0.31\n"
    "2,000 sign-ups a week. Onboarding redesign 5 weeks ago.\nWhy is it falling?",
    today=TODAY,
)
DATED = read_question(
    "Sign-ups\n2026-03-02 120\n2026-03-09 131\n2026-03-16 90\n2026-03-23 128\n"
    "2026-03-30 133\n2026-04-06 140\n2026-04-13 138",
    today=TODAY,
)


def revise(text: str, before: MetricQuestion = BEFORE) -> MetricQuestion:
    revised = revise_question(before, text)
    assert revised is not None, text
    return revised


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("exclude week 3", (0.42, 0.41, None, 0.35, 0.33, 0.31)),
        ("Please leave out weeks 3 and 5", (0.42, 0.41, None, 0.35, None, 0.31)),
        ("ignore weeks 2 to 4, what then?", (0.42, None, None, None, 0.33, 0.31)),
        ("what if we drop the first week?", (0.41, 0.38, 0.35, 0.33, 0.31)),
        ("without the last two weeks, is it still falling?", (0.42, 0.41, 0.38, 0.35)),
        ("exclude the redesign week", (0.41, 0.38, 0.35, 0.33, 0.31)),
        ("skip the lowest week and tell me about the last 3 weeks", (0.42, 0.41, 0.38, 0.35, 0.33)),
    ],
)
def test_periods_are_left_out(text: str, values: tuple[float | None, ...]) -> None:
    assert revise_question(BEFORE, text) is not None
    revised = revise(text)
    if "last 3 weeks" in text:  # both edits in one reply
        assert revised.values == (0.38, 0.35, 0.33)
    else:
        assert revised.values == values
    assert revised.assumptions[0].startswith("Left out as you asked")


def test_a_period_is_left_out_by_its_date() -> None:
    revised = revise("exclude the week of 16 March", DATED)
    assert revised.values == (120, 131, None, 128, 133, 140, 138)
    assert revised.dates == DATED.dates


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("only the last 4 weeks", (0.38, 0.35, 0.33, 0.31)),
        ("and over the last three weeks?", (0.35, 0.33, 0.31)),
        ("look at the first 3 weeks only", (0.42, 0.41, 0.38)),
        ("only weeks 2 to 5", (0.41, 0.38, 0.35, 0.33)),
        ("just from week 2 to week 4", (0.41, 0.38, 0.35)),
        ("use the weeks from week 4", (0.35, 0.33, 0.31)),
    ],
)
def test_the_window_is_changed(text: str, values: tuple[float, ...]) -> None:
    assert revise(text).values == values


def test_a_window_by_month_keeps_dates_and_places_changes_again() -> None:
    revised = revise("only since April", DATED)
    assert revised.values == (140, 138)
    assert revised.dates == (date(2026, 4, 6), date(2026, 4, 13))
    late = revise("only the last 4 weeks")
    assert [change.index for change in late.changes] == [None]
    assert "What was week 3 is now week 1." in late.assumptions[0]


@pytest.mark.parametrize(
    ("text", "size"),
    [
        ("what if the cohort doubles?", 4_000),
        ("What if sign-ups halve?", 1_000),
        ("what if we had 4,500 sign-ups a week?", 4_500),
        ("suppose traffic grows by 20 %", 2_400),
        ("what if we get 3x the sign-ups", 6_000),
    ],
)
def test_another_cohort_is_supposed_and_said(text: str, size: float) -> None:
    revised = revise(text)
    assert revised.cohort_size == size
    assert revised.values == BEFORE.values
    assert revised.assumptions[0].startswith(f"Supposed, as you asked: {size:,} people")


def test_the_good_direction_is_turned() -> None:
    assert revise("no, lower is better here").higher_is_better is False


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("exclude the outage week", "which week to leave out"),
        ("only the last 12 weeks", "There are 6 weeks here, not 12"),
        ("exclude weeks 1 to 5", "That leaves 1 week"),
    ],
)
def test_what_cannot_be_done_is_told(text: str, words: str) -> None:
    with pytest.raises(UnreadableQuestionError) as told:
        revise_question(BEFORE, text)
    assert words in str(told.value)


def test_doubling_an_unknown_cohort_asks_for_it() -> None:
    with pytest.raises(UnreadableQuestionError, match="how many people"):
        revise_question(DATED, "what if the number of users doubles?")


@pytest.mark.parametrize(
    "text",
    [
        "why did it drop in week 4?",
        "why has it fallen since the redesign?",
        "what should we do about it?",
        "what happened in the last week?",
        "",
    ],
)
def test_a_question_edits_nothing(text: str) -> None:
    assert revise_question(BEFORE, text) is None


def test_edits_add_up_and_the_question_is_kept_or_replaced() -> None:
    first = revise("exclude week 3")
    second = revise("what if the cohort doubles?", first)
    assert second.values[2] is None
    assert second.cohort_size == 4_000
    assert len([note for note in second.assumptions if "as you asked" in note]) == 2
    assert (first.question, second.question) == (BEFORE.question, "what if the cohort doubles?")
    again = ask_again(second, "why do you say so?")
    assert again.values == second.values
    assert again.question == "why do you say so?"
    assert "Show the working" in again.assumptions[0]


@pytest.mark.parametrize(
    ("text", "asks"),
    [
        ("exclude the redesign week", True),
        ("why do you say so", True),
        ("is it the redesign?", True),
        ("only the last 4 weeks", True),
        ("compare the segments", True),
        ("thanks!", False),
        ("I doubt that, I was away last week", False),
        ("<@U0SOMEONE> can you check?", False),
        ("We saw the same in the last 3 weeks", False),
    ],
)
def test_people_may_talk_to_each_other(text: str, asks: bool) -> None:
    assert is_follow_up(text) is asks
