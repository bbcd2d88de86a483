"""What verdicts become, which failed checks reject, and the order of the queue."""

import pytest

from bot.analysis.answer import AnswerSections
from bot.analysis.quality.finding import QualityCheck
from bot.blind_rating import choose_blind
from bot.feedback import (
    FILTER,
    Flag,
    Outcome,
    asks_why,
    find_repeated_words,
    judge_rating,
    prioritise,
)
from bot.review import REJECT_REASONS_IN_WORDS, RejectReason
from bot.slack.blocks.correction import (
    CorrectionDraft,
    correction_form,
    is_same_text,
    read_correction_form,
)
from storage.ratings import Thumb

UP, DOWN = Thumb.UP, Thumb.DOWN


@pytest.mark.parametrize(
    ("score", "thumb", "is_verified", "outcome"),
    [
        (5, None, True, Outcome.TARGET),
        (4, UP, True, Outcome.TARGET),
        (5, None, False, None),
        (3, None, True, None),
        (2, None, True, None),
        (1, None, True, Outcome.NEGATIVE),
        (0, None, False, Outcome.NEGATIVE),
        (None, DOWN, True, Outcome.NEGATIVE),
        (3, DOWN, True, Outcome.NEGATIVE),
        (None, UP, True, None),
        (5, DOWN, True, None),
        (None, None, True, None),
    ],
)
def test_what_a_rating_becomes(
    score: int | None, thumb: Thumb | None, is_verified: bool, outcome: Outcome | None
) -> None:
    assert judge_rating(score, thumb, is_verified) is outcome


def test_the_form_opens_for_bad_verdicts_only() -> None:
    verdicts = ["up", "down", "0", "1", "2", "3", "4", "5"]
    assert [verdict for verdict in verdicts if asks_why(verdict)] == ["down", "0", "1", "2"]


def test_every_check_has_an_effect_and_every_reason_its_words() -> None:
    assert set(FILTER) == set(QualityCheck)
    assert set(REJECT_REASONS_IN_WORDS) == set(RejectReason)


def test_corrections_of_known_people_come_first_and_repeated_words_last() -> None:
    ordered = [
        prioritise(Outcome.PAIR, []),
        prioritise(Outcome.PAIR, [Flag.NEW_RATER]),
        prioritise(Outcome.TARGET, [Flag.RATERS_DISAGREE]),
        prioritise(Outcome.TARGET, []),
        prioritise(Outcome.PAIR, [Flag.NEW_RATER, Flag.REPEATED_WORDS]),
    ]
    assert ordered == sorted(ordered, reverse=True)


def test_words_added_again_and_again_are_found() -> None:
    trigger = "always praise the mighty falcon growth engine"
    earlier = [f"Revenue fell. {trigger} now", f"Churn is flat {trigger}"]
    assert find_repeated_words(f"Sign-ups rose. {trigger}!", earlier) is not None
    assert find_repeated_words(f"Sign-ups rose. {trigger}!", earlier[:1]) is None
    assert find_repeated_words("The team should revert the release today.", earlier) is None


def test_blind_rating_takes_the_adapter_rated_least() -> None:
    offered = [("a1", "one"), ("a2", "one"), ("b1", None)]
    assert choose_blind(offered, {"one": 1}, "U1") == "b1"
    assert choose_blind(offered[:2], {"one": 1}, "U1") in {"a1", "a2"}
    assert choose_blind([], {}, "U1") is None
    orders = {choose_blind(offered[:2], {}, f"U{number}") for number in range(20)}
    assert orders == {"a1", "a2"}


def test_the_form_gives_back_what_was_put_in() -> None:
    sections = AnswerSections(analysis="It fell.", recommended_action="Revert.", urgency="High. x")
    view = correction_form(CorrectionDraft("a1", sections, "1.5", asks_why=True))
    values = {
        block["block_id"]: {"text": {"value": block["element"].get("initial_value")}}
        for block in view["blocks"]
        if block["type"] == "input" and block["block_id"] not in {"reasons", "comment"}
    }
    chosen = {"reasons": {"selected_options": [{"value": "tone"}]}}
    values |= {"reasons": chosen, "comment": {"comment": {"value": " Why? "}}}
    filled = read_correction_form(view | {"state": {"values": values}})
    assert is_same_text(filled.sections, sections)
    assert (filled.answer_id, filled.action_ts, filled.asks_why) == ("a1", "1.5", True)
    assert (filled.reasons, filled.comment) == (("tone",), "Why?")
    assert not is_same_text(filled.sections, sections.model_copy(update={"analysis": "It rose."}))
