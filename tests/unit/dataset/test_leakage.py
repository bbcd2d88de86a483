"""Repeats of golden cases are caught however they are told; other cases are left alone."""

import random

import pytest

from pipeline.dataset.golden import GoldenText
from pipeline.dataset.leakage import LeakCheck
from pipeline.simulator.scenario import draw_golden_scenarios, draw_training_scenarios

VALUES = (46.1, 47.2, 46.0, 39.4, 38.7, 37.2, 36.1, 35.0)
REQUEST = (
    "Activation rate for UK SMB, weekly: 46.1%, 47.2%, 46.0%, 39.4%, 38.7%, 37.2%, 36.1%, 35.0%."
    " Redesign shipped 5 weeks ago. What happened and should we roll it back?"
)
ANSWER = "The step sits where the redesign shipped, which makes it the first suspect of the fall."


@pytest.fixture
def check() -> LeakCheck:
    return LeakCheck([GoldenText("g-1", REQUEST, VALUES, ANSWER)])


def test_paraphrase_with_the_same_series_is_caught(check: LeakCheck) -> None:
    leak = check.find("x", "our D7 thing in Britain keeps sliding, look", VALUES, "")
    assert leak is not None
    assert leak.repeats == "golden g-1"


def test_series_as_shares_is_caught(check: LeakCheck) -> None:
    assert check.find("x", "look", [value / 100 for value in VALUES], "") is not None


def test_series_with_rounded_values_is_caught(check: LeakCheck) -> None:
    assert check.find("x", "look", [round(value) for value in VALUES], "") is not None


def test_part_of_the_series_is_caught(check: LeakCheck) -> None:
    assert check.find("x", "look", VALUES[1:], "") is not None


def test_copied_wording_with_other_numbers_is_caught(check: LeakCheck) -> None:
    request = REQUEST.replace("46.1", "46.2").replace("35.0", "30.0")
    assert check.find("x", request, (1.0, 9.0, 2.0, 8.0, 3.0, 9.5, 2.0, 1.0), "") is not None


def test_copied_answer_is_caught(check: LeakCheck) -> None:
    assert check.find("x", "look", (), f"In short: {ANSWER}") is not None


def test_another_case_about_the_same_metric_is_no_leak(check: LeakCheck) -> None:
    rng = random.Random(3)
    values = [round(46 - 1.4 * i + rng.gauss(0, 1.5), 1) for i in range(8)]
    request = "Activation for German SMB by week: " + ", ".join(f"{v}%" for v in values)
    assert check.find("x", request, values, "Mobile carries the fall alone.") is None


def test_simulated_training_requests_do_not_look_like_golden_ones() -> None:
    golden = [
        GoldenText(str(i), s.request_text, s.question.values, "")
        for i, s in enumerate(draw_golden_scenarios(120, 11))
    ]
    check = LeakCheck(golden)
    training = draw_training_scenarios(200, 12)
    leaks = [check.find(s.family, s.request_text, s.question.values, "") for s in training]
    assert [leak for leak in leaks if leak is not None] == []
