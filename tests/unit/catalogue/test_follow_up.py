"""Replies under a catalogue answer: another place or a longer window is read, nothing else."""

from datetime import date, timedelta
from pathlib import Path

import pytest

import deploy.demo_company
from bot.analysis.catalogue.follow_up import follow_request
from bot.analysis.catalogue.loading import read_catalogue
from bot.analysis.catalogue.window import Window
from bot.analysis.question import MetricKind, MetricQuestion, Period, UnreadableQuestionError

TODAY = date(2026, 11, 27)  # a Friday
MONDAY = date(2026, 11, 23)
START = MONDAY - timedelta(weeks=8)
_FILE = Path(deploy.demo_company.__file__).with_name("metrics.yaml")
CATALOGUE = read_catalogue(_FILE.read_text(encoding="utf-8"), _FILE.name)
METRIC = next(metric for metric in CATALOGUE.metrics if metric.name == "Activation rate")
BEFORE = MetricQuestion(
    metric=METRIC.name,
    kind=MetricKind.RATE,
    unit=METRIC.unit,
    values=(40.0,) * 8,
    dates=tuple(START + timedelta(weeks=at) for at in range(8)),
    period=Period.WEEK,
    context="UK SMB; SMB = small business",
)


@pytest.mark.parametrize(
    ("text", "segment", "market", "window"),
    [
        ("and in Enterprise?", "Enterprise", "UK", Window(START, MONDAY)),
        ("what about the US?", "SMB", "US", Window(START, MONDAY)),
        ("same for DACH mid-market", "Mid-market", "DACH", Window(START, MONDAY)),
        ("the last 20 weeks?", "SMB", "UK", Window(MONDAY - timedelta(weeks=20), MONDAY)),
    ],
)
def test_another_place_or_a_longer_window(
    text: str, segment: str, market: str, window: Window
) -> None:
    request = follow_request(METRIC, BEFORE, text, TODAY)
    assert request is not None
    assert (request.segment, request.market, request.window) == (segment, market, window)


@pytest.mark.parametrize(
    "text", ["why?", "only the last 4 weeks", "exclude Enterprise", "what if the cohort doubles?"]
)
def test_what_the_values_at_hand_can_answer_is_not_read_again(text: str) -> None:
    assert follow_request(METRIC, BEFORE, text, TODAY) is None


def test_two_segments_at_once_are_asked_about() -> None:
    with pytest.raises(UnreadableQuestionError, match="one at a time"):
        follow_request(METRIC, BEFORE, "SMB against Enterprise?", TODAY)
