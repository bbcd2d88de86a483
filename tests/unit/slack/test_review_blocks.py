"""What a reviewer may do with a candidate."""

import json
from dataclasses import replace

from bot.analysis.answer import AnswerSections
from bot.review import Progress, ReviewItem
from bot.slack.blocks.review import ReviewAction, review_view

ITEM = ReviewItem(
    example_id=7,
    origin="rating",
    is_negative=False,
    asked="Why is activation falling?",
    facts=("from 42 % to 31 %",),
    sections=AnswerSections(analysis="It fell.", recommended_action="Test it.", urgency="High."),
    verification=None,
    corrected="",
    flags=(),
    checks=(),
    ratings=(),
    comment="",
)
PROGRESS = Progress(waiting=1, skipped=0, decided=0)


def _offered(item: ReviewItem) -> set[str]:
    text = json.dumps(review_view(item, PROGRESS))
    return {action for action in ReviewAction if f'"{action.value}"' in text}


def test_a_sound_candidate_can_be_approved_as_it_is() -> None:
    assert {ReviewAction.APPROVE, ReviewAction.EDIT, ReviewAction.REJECT} <= _offered(ITEM)


def test_one_that_fails_a_check_can_only_be_edited_or_rejected() -> None:
    offered = _offered(replace(ITEM, blocked="A number is not among the facts."))
    assert ReviewAction.APPROVE not in offered
    assert {ReviewAction.EDIT, ReviewAction.REJECT} <= offered


def test_an_answer_rated_low_is_avoided_and_never_edited() -> None:
    assert ReviewAction.EDIT not in _offered(replace(ITEM, is_negative=True))
