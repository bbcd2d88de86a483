"""What an answer is worth: published checks, ours, recall, errors by kind."""

from datetime import date

import pytest

from bot.analysis.answer import parse_answer
from bot.analysis.claims import Claim, ClaimStatus
from bot.analysis.findings import compute_findings
from bot.analysis.parsing import read_question
from pipeline.evaluation.cases import Case, load_case_set
from pipeline.evaluation.scoring.answer import score_text
from pipeline.evaluation.scoring.facts import ClaimError, classify_error, list_required
from pipeline.evaluation.scoring.published import (
    check_published_format,
    hedges_only,
    names_metric,
    published_factuality,
)

REQUEST = (
    "Metric: activation rate\nValues: 42%, 41%, 38%, 35%, 33%, 31%\n"
    "Changes: redesign shipped 3 weeks ago\nQuestion: what happened?"
)
QUESTION = read_question(REQUEST, today=date(2026, 6, 1))
FINDINGS = compute_findings(QUESTION)
GOOD = (
    "Analysis: The activation rate fell from 42 % to 31 % over 6 weeks. The redesign shipped in"
    " that time, which makes it a suspect and no proof; six values are weak evidence, so other"
    " explanations remain open and nobody should be blamed on this alone. It would help to know"
    " whether new and old accounts moved alike, because only one of them met the new screens.\n"
    "Recommended action: The product owner should show the old onboarding screens to half of the"
    " new accounts from Monday and compare both halves after 2 weeks; a clear gap would confirm the"
    " redesign as the cause of the activation loss.\n"
    "Urgency: High. The rate is at its lowest value and new accounts are lost each week."
)


def case(**fields: object) -> Case:
    values = {
        "case_id": "c-1", "family": "f", "request": REQUEST, "question": QUESTION, "slices": {},
    }  # fmt: skip
    return Case(**{**values, **fields})  # type: ignore[arg-type]


def test_a_good_answer_is_sound() -> None:
    scores = score_text(GOOD, case(), FINDINGS).scores
    assert scores["errors"] == []
    assert scores["format"]["compliant"]
    assert scores["action_grounded"]
    assert scores["sound"]
    assert scores["fact_recall"] >= 0.5
    # the published check asks for 150 words, the product for 80: both are told
    assert not scores["published_format"]["length"]


@pytest.mark.parametrize(
    ("old", "new", "lost"),
    [
        ("fell from 42 % to 31 %", "fell from 42 % to 13 %", "fully_supported"),
        ("Urgency: High. The", "Urgency: The", "sound"),
        ("Recommended action:", "Then:", "action_grounded"),
    ],
)
def test_one_fault_is_enough(old: str, new: str, lost: str) -> None:
    assert old in GOOD
    scores = score_text(GOOD.replace(old, new), case(), FINDINGS).scores
    assert not scores[lost]
    assert not scores["sound"]


def test_wrong_direction_is_counted_apart() -> None:
    scores = score_text(GOOD.replace("fell from 42 %", "rose from 42 %"), case(), FINDINGS).scores
    assert scores["direction_errors"] >= 1
    assert scores["supported"] < scores["claims"]


def test_an_empty_answer_earns_nothing() -> None:
    scores = score_text("", case(), FINDINGS).scores
    assert not scores["sound"]
    assert scores["fact_recall"] == 0
    assert not scores["published_format"]["not_only_hedging"]


def test_recall_follows_what_the_case_demands() -> None:
    named = case(must_mention=("change.total", "redesign", "a word not there"))
    assert score_text(GOOD, named, FINDINGS).scores["fact_recall"] == pytest.approx(2 / 3)
    silent = "Analysis: The redesign moved it.\nUrgency: Low. No hurry here."
    assert score_text(silent, named, FINDINGS).scores["fact_recall"] == pytest.approx(1 / 3)


def test_published_factuality_is_their_formula() -> None:
    assert published_factuality("It fell to 31 from 42.", "42 41 31") == 1
    assert published_factuality("It fell by 26 % to 31.", "42 41 31") == pytest.approx(1 - 1 / 3)
    assert published_factuality("No numbers.", "1") == 1
    assert published_factuality("1,240 users", "1240") == 1


def test_published_format_counts_words_and_hedges() -> None:
    long = GOOD.replace("Urgency:", "It is so. " * 30 + "\nUrgency:")
    checks = check_published_format(long, parse_answer(long), "activation rate")
    assert checks["compliant"]
    assert not names_metric(long, "checkout conversion")
    assert names_metric("The share of refunded orders fell.", "refunded orders share")
    assert hedges_only(parse_answer("Analysis: It may be noise. It could be the release."))
    assert not hedges_only(parse_answer("Analysis: It may be noise. The rate fell."))


@pytest.mark.parametrize(
    ("reason", "value", "kind"),
    [
        ("the series went the other way", None, ClaimError.DIRECTION),
        ("a prediction: no fact carries what has not happened", 40.0, ClaimError.PREDICTION),
        ("the longest run has 3 steps", 5.0, ClaimError.SEQUENCE),
        ("a benchmark that neither the data nor the question holds", 5.0, ClaimError.BENCHMARK),
        ("no value of the series is that", 17.0, ClaimError.VALUE),
        ("the values do not stay within a narrow band", None, ClaimError.WORDED),
    ],
)
def test_errors_are_named_by_kind(reason: str, value: float | None, kind: ClaimError) -> None:
    claim = Claim(
        text="x", start=0, end=1, value=value, unit="", status=ClaimStatus.UNSUPPORTED,
        fact_id=None, reason=reason,
    )  # fmt: skip
    assert classify_error(claim) is kind


def test_what_the_truth_asks_for_and_rules_out_is_counted() -> None:
    """A golden step down: level and break must be told, "recovering" is wrong."""
    golden = load_case_set().cases[0]
    assert golden.case_id == "hand-001"
    findings = compute_findings(golden.question)
    told = (
        "Analysis: Activation stands at 30.9 %. {step}\n"
        "Recommended action: The product owner should reopen the template gallery for half of"
        " the new accounts and compare both halves after 2 weeks.\n"
        "Urgency: High. The level has stayed down{more}."
    )
    assert list_required(golden, findings) == ["level.8", "break.0"]
    step = "The mean was 38.1 % before week 6 and 30.7 % from then on."
    both = score_text(told.format(step=step, more=""), golden, findings).scores
    assert (both["fact_recall"], both["unacceptable"]) == (1.0, [])
    half = score_text(told.format(step="It fell.", more=""), golden, findings).scores
    assert half["fact_recall"] == 0.5
    wrong = score_text(told.format(step=step, more=", and it is recovering"), golden, findings)
    assert wrong.scores["unacceptable"] == ["Activation is recovering"]
    assert ClaimError.RULED_OUT.value in wrong.scores["errors"]
    assert not wrong.scores["sound"]
