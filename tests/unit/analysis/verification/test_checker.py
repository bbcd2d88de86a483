"""What the checker promises beyond single sentences: positions, context, plans, quotes, markup."""

import pytest

from bot.analysis.answer import AnswerSections, Section, render_answer
from bot.analysis.claims import ClaimStatus
from bot.analysis.findings import compute_findings
from bot.analysis.plain import plain_answer
from bot.analysis.question import MetricKind, MetricQuestion, RecordedChange
from bot.analysis.verification import check_sentence, verify_answer, verify_sections

ACTIVATION = compute_findings(
    MetricQuestion(
        metric="Activation rate",
        kind=MetricKind.RATE,
        unit="proportion",
        values=(0.42, 0.41, 0.38, 0.35, 0.33, 0.31),
        cohort_size=2000,
        context="UK SMB. Our target is 45 %.",
        changes=(RecordedChange(what="onboarding redesign", index=1, periods_ago=5),),
        higher_is_better=True,
    )
)
ANSWER = """Analysis: Activation fell from 42 % in week 1 to 31 % in week 6, a loss of 11 points.
The redesign likely plays a part.
Recommended action: Roll the redesign back for half of new sign-ups for two weeks.
Urgency: High. It is the fifth straight decline."""


def claims_of(text, section=Section.ANALYSIS, accepted=()):
    """Return the claims of one sentence about activation by their text."""
    checked = check_sentence(text, ACTIVATION, section, accepted)
    return {claim.text: claim for claim in checked.claims}


def test_whole_answer_is_verified_with_its_own_positions():
    checked = verify_answer(ANSWER, ACTIVATION)
    assert checked.verified
    assert {claim.text for claim in checked.claims} >= {"42 %", "31 %", "11 points", "half"}
    for claim in checked.claims:
        assert ANSWER[claim.start : claim.end] == claim.text


def test_one_wrong_number_is_the_only_one_refused_and_named():
    text = ANSWER.replace("31 %", "33 %")
    refused = verify_answer(text, ACTIVATION).unsupported
    assert refused[0].text == "33 %"
    assert "31 %" in refused[0].reason
    assert "week 6" in refused[0].reason


def test_text_without_headings_counts_as_analysis():
    assert not verify_answer("Activation fell to 12 %.", ACTIVATION).verified
    assert verify_answer("Activation fell to 31 %.", ACTIVATION).verified


def test_sections_are_checked_as_rendered():
    sections = AnswerSections(analysis="Week 3 was 41 %.", urgency="Low.")
    refused = verify_sections(sections, ACTIVATION).unsupported
    assert [claim.text for claim in refused] == ["41 %"]
    rendered = render_answer(sections)
    assert rendered[refused[0].start : refused[0].end] == "41 %"


def test_plain_answer_of_the_same_findings_is_proved():
    assert verify_sections(plain_answer(ACTIVATION), ACTIVATION).verified


def test_every_number_is_a_claim_with_value_and_unit():
    claims = claims_of("Activation fell 26.2 % to 31 %, 11 points under week 1.")
    assert claims["26.2 %"].value == pytest.approx(26.2)
    assert claims["26.2 %"].unit == "%"
    assert claims["11 points"].unit == "pp"
    assert all(claim.status is ClaimStatus.SUPPORTED for claim in claims.values())


@pytest.mark.parametrize(
    "text", ["Activation was 0.38 in week 3.", "Activation was 38 % in week 3."]
)
def test_both_scales_of_a_rate_are_read(text):
    assert check_sentence(text, ACTIVATION, Section.ANALYSIS).verified


@pytest.mark.parametrize(
    "text",
    ["Activation fell 26.2 points.", "Activation fell 11 %.", "Activation rose 11 points."],
)
def test_points_percent_and_direction_are_never_interchangeable(text):
    assert not check_sentence(text, ACTIVATION, Section.ANALYSIS).verified


def test_earlier_sentences_give_what_that_leans_on():
    accepted = ["Activation fell from 42 % in week 1 to 38 % in week 3."]
    assert check_sentence(
        "That is a loss of 4 points.", ACTIVATION, Section.ANALYSIS, accepted
    ).verified
    assert not check_sentence("That is a loss of 4 points.", ACTIVATION, Section.ANALYSIS).verified


@pytest.mark.parametrize(
    "text",
    [
        "Roll the redesign back for 50 % of new sign-ups for 14 days.",
        "The onboarding team should interview 5 people by Friday.",
        "Stop the test if activation falls below 28 % for two weeks.",
    ],
)
def test_plan_numbers_pass_only_as_part_of_a_plan(text):
    assert check_sentence(text, ACTIVATION, Section.RECOMMENDED_ACTION).verified


@pytest.mark.parametrize(
    "text",
    [
        "Roll it back and activation will return to 40 %.",
        "The rollback should lift activation to 38 %.",
        "Activation is expected to reach 42 % by June.",
    ],
)
@pytest.mark.parametrize("section", list(Section))
def test_predictions_are_refused_everywhere(text, section):
    assert not check_sentence(text, ACTIVATION, section).verified


def test_numbers_the_user_stated_are_quotes_only_in_their_own_sense():
    claims = claims_of("Activation is still below the target of 45 %.")
    assert claims["45 %"].fact_id == "quote:context"
    assert not check_sentence(
        "Activation was 45 % in week 2.", ACTIVATION, Section.ANALYSIS
    ).verified


@pytest.mark.parametrize(
    ("text", "holds"),
    [
        ("The redesign caused the drop.", False),
        ("The redesign likely caused the drop.", True),
        ("The drop coincides with the redesign.", True),
        ("The drop is due to the redesign.", False),
    ],
)
def test_a_recorded_change_is_a_suspect_not_a_proof(text, holds):
    assert check_sentence(text, ACTIVATION, Section.ANALYSIS).verified is holds


@pytest.mark.parametrize(
    "text",
    [
        "<!channel> activation fell to 31 %.",
        "Ask <@U123> about the 31 %.",
        "Activation fell to 31 %, see https://example.org/x.",
        "Activation fell to 31 %, see <http://a.b|here>.",
        "@here activation fell to 31 %.",
        "Read [this](//evil) first.",
    ],
)
def test_markup_is_refused(text):
    refused = check_sentence(text, ACTIVATION, Section.ANALYSIS).unsupported
    assert any(claim.unit == "markup" for claim in refused)


@pytest.mark.parametrize(
    "text",
    [
        "1. Compare the A/B arms of release v2 in Q3.",
        "Low.",
        "Version 2.4.1 shipped to B2B customers.",
        "The evidence is thin, so treat it with care.",
    ],
)
def test_names_and_list_markers_are_no_claims(text):
    assert check_sentence(text, ACTIVATION, Section.RECOMMENDED_ACTION).verified
