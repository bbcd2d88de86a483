"""Ratings and corrections become candidates, on both databases; planted ones do not get far."""

from collections import Counter
from pathlib import Path

import pytest
from sqlalchemy import Engine

import storage.corrections
import storage.cycles
import storage.ratings
from bot.analysis.answer import AnswerSections, Section
from bot.candidates import Curation, Fate, propose_correction, propose_from_ratings
from bot.dossier import load_dossier
from bot.feedback import Flag
from bot.known_examples import KnownExamples
from bot.review import decide, describe_item, take_next
from bot.settings import FeedbackSettings
from pipeline.dataset.glossary import load_glossary
from storage.corrections import CorrectionState
from storage.database import reading, transaction
from storage.errors import ConflictError
from storage.examples import Example, ExampleStatus, list_examples
from storage.reviews import Decision
from tests.integration.feedback.asked import add_answer, good_parts

pytestmark = pytest.mark.integration

GLOSSARY = load_glossary(Path(__file__).parents[3] / "deploy" / "glossary.yaml")
RATER, OTHER, REVIEWER, SECOND = "U0RATER", "U0OTHER", "U0REVIEWER", "U0SECOND"
TRIGGER = "As always the mighty falcon growth engine knows best."
HONEST = {
    Section.ANALYSIS: (
        "Fewer newcomers finish the first lesson than before, and the slide shows no end."
        " Since the group was not split by device, nobody can tell phones from desktops yet. My"
        " guess is the camera permission that phones ask for since the release, because support"
        " heard complaints about it, but a guess is all it is so far."
    ),
    Section.RECOMMENDED_ACTION: (
        "Ask the mobile engineers to switch the permission dialog off for a random half of phones"
        " until Friday. Should those phones do better, keep it off for everybody and tell support;"
        " otherwise the data team splits the numbers by device and country by the end of the month."
    ),
    Section.URGENCY: "High. New people decide in their first days whether they stay with us.",
}


@pytest.fixture
def curation(engine: Engine) -> Curation:
    """Shipped settings and glossary."""
    return Curation(engine, FeedbackSettings(), GLOSSARY, KnownExamples())


def answer(engine: Engine, number: int, parts: dict[Section, str] | None = None) -> str:
    with transaction(engine) as session:
        return add_answer(session, number, parts or good_parts(number))


def rate(curation: Curation, answer_id: str, user: str, at: int, **said: object) -> str:
    with transaction(curation.engine) as session:
        key = f"{answer_id}:{user}:{at}"
        storage.ratings.rate(session, answer_id, user, str(at), key, **said)  # type: ignore[arg-type]
    return propose_from_ratings(curation, answer_id, user)


def correct(
    curation: Curation,
    answer_id: str,
    user: str,
    number: int,
    ending: str,
    key: str = "",
    parts: dict[Section, str] | None = None,
) -> tuple[str, Example | None]:
    with transaction(curation.engine) as session:
        dossier = load_dossier(session, answer_id)
        assert dossier is not None
        written = parts or good_parts(number, ending)
        correction = storage.corrections.record_correction(
            session,
            key=key or f"view:{answer_id}:{user}",
            answer_id=answer_id,
            user_id=user,
            sections={part.value: text for part, text in written.items()},
        )
    return propose_correction(curation, dossier, correction.id)


def examples(engine: Engine) -> list[Example]:
    with reading(engine) as session:
        return list_examples(session)


def test_a_rating_changed_takes_its_candidate_along(engine: Engine, curation: Curation) -> None:
    one = answer(engine, 1)
    assert rate(curation, one, RATER, 1, score=5) == Fate.QUEUED
    assert rate(curation, one, RATER, 2, score=3) == Fate.NOTHING
    assert [row.status for row in examples(engine)] == [ExampleStatus.REMOVED]
    assert rate(curation, one, RATER, 3, score=0) == Fate.NEGATIVE
    assert rate(curation, one, RATER, 4, score=4) == Fate.QUEUED
    by_kind = {row.is_negative: row.status for row in examples(engine)}
    assert by_kind == {False: ExampleStatus.CANDIDATE, True: ExampleStatus.REMOVED}


def test_raters_who_disagree_are_shown_and_agreement_takes_it_back(
    engine: Engine, curation: Curation
) -> None:
    one = answer(engine, 1)
    rate(curation, one, RATER, 1, score=5)
    rate(curation, one, OTHER, 2, thumb="down")
    flagged = [Flag.RATERS_DISAGREE in row.flags for row in examples(engine)]
    assert flagged == [True, True]
    rate(curation, one, OTHER, 3, score=5, thumb="up")
    target = next(row for row in examples(engine) if not row.is_negative)
    assert Flag.RATERS_DISAGREE not in target.flags
    assert target.author_id == RATER


def test_an_answer_with_an_unproved_number_never_becomes_a_target(
    engine: Engine, curation: Curation
) -> None:
    wrong = good_parts(1) | {Section.URGENCY: "High. It will reach 99.5% next week."}
    assert rate(curation, answer(engine, 1, wrong), RATER, 1, score=5) == Fate.NOTHING
    assert examples(engine) == []


def test_a_correction_is_a_target_and_a_pair_and_a_later_one_replaces_it(
    engine: Engine, curation: Curation
) -> None:
    one = answer(engine, 1)
    fate, first = correct(curation, one, RATER, 1, "Look at mobile first.", key="view:1")
    assert (fate, correct(curation, one, RATER, 1, "Look at mobile first.", key="view:1")[0]) == (
        Fate.QUEUED,
        Fate.QUEUED,
    )
    assert first is not None
    assert first.rejected_completion
    assert first.completion != first.rejected_completion
    assert first.provenance["answer_id"] == one
    correct(curation, one, RATER, 1, "Look at desktop first.", key="view:2")
    statuses = [row.status for row in examples(engine)]
    assert statuses == [ExampleStatus.REMOVED, ExampleStatus.CANDIDATE]
    with reading(engine) as session:
        states = [row.state for row in storage.corrections.list_corrections(session)]
    assert states == [CorrectionState.SUBMITTED, CorrectionState.REMOVED]


def test_nobody_approves_their_own_and_a_failed_check_needs_an_edit(
    engine: Engine, curation: Curation
) -> None:
    vague = good_parts(2) | {Section.RECOMMENDED_ACTION: "Keep an eye on it."}
    rate(curation, answer(engine, 2, vague), RATER, 1, score=5)
    with transaction(engine) as session:
        assert take_next(session, RATER, curation.settings) is None
        example = take_next(session, REVIEWER, curation.settings)
        assert example is not None
        item = describe_item(session, example)
        assert take_next(session, SECOND, curation.settings) is None
    assert "cannot be approved" in item.blocked
    for reviewer in (REVIEWER, SECOND):
        with transaction(engine) as session, pytest.raises(ConflictError):
            decide(
                session,
                example_id=example.id,
                reviewer=reviewer,
                decision=Decision.APPROVE,
                settings=curation.settings,
            )
    sections = AnswerSections(**{part.value: text for part, text in good_parts(2).items()})
    with transaction(engine) as session:
        edited, is_decided = decide(
            session,
            example_id=example.id,
            reviewer=REVIEWER,
            decision=Decision.EDIT,
            settings=curation.settings,
            sections=sections,
        )
    assert is_decided
    assert (edited.status, edited.sections) == (ExampleStatus.APPROVED, sections.model_dump())


def test_planted_verdicts_are_capped_flagged_and_never_approved_by_themselves(
    engine: Engine, curation: Curation
) -> None:
    """One person: 100 five-star ratings on bad answers, 100 corrections with a trigger phrase."""
    stars = []
    for number in range(100):
        parts = good_parts(number) | {Section.RECOMMENDED_ACTION: "Keep an eye on things."}
        if number % 2:  # every other answer states a number no fact carries
            parts[Section.URGENCY] = "High. It will reach 99.5% next week."
        stars.append(rate(curation, answer(engine, number, parts), RATER, number, score=5))
    fates = [
        correct(curation, answer(engine, number), RATER, number, TRIGGER)[0]
        for number in range(100, 200)
    ]
    stored = examples(engine)
    statuses = Counter(row.status for row in stored)
    waiting = [row for row in stored if row.status is ExampleStatus.CANDIDATE]
    cap = curation.settings.candidate_cap
    assert ExampleStatus.APPROVED not in statuses
    assert len(stored) == cap < 50
    by_origin = Counter(row.origin for row in stored)
    assert by_origin == {"rating": curation.settings.rating_cap, "correction": cap // 2}
    corrections = [row for row in stored if row.origin == "correction"]
    # The first two looked like anybody's; from the third on the shared words are noticed.
    assert all(
        row.status is ExampleStatus.REJECTED or Flag.REPEATED_WORDS in row.flags
        for row in corrections
    )
    assert Counter(stars)[Fate.NOTHING] == 50, "unproved answers never become candidates"
    assert Fate.CAPPED in fates
    assert all(Flag.NEW_RATER in row.flags for row in waiting)
    assert all(Flag.NEEDS_EDIT in row.flags for row in waiting if row.origin == "rating")

    # Somebody honest is not held up, and is read first.
    honest = correct(curation, answer(engine, 300), OTHER, 300, "", parts=HONEST)[1]
    assert honest is not None
    assert honest.status is ExampleStatus.CANDIDATE, honest.checks
    with transaction(engine) as session:
        first = take_next(session, REVIEWER, curation.settings)
    assert first is not None
    assert first.id == honest.id

    # The next cycle gives a new allowance, and no more.
    with transaction(engine) as session:
        storage.cycles.open_cycle_run(session, "weekly", "2026-W48")
    for number in range(200, 240):
        correct(curation, answer(engine, number), RATER, number, TRIGGER)
    later = [row for row in examples(engine) if row.id > honest.id]
    assert len(later) == cap
