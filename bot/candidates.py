"""From verdicts to candidate examples: built, filtered, capped, flagged, and put in the queue.

What becomes of which verdict is data in `bot.feedback`. Every step can run twice: a candidate's
key names the answer or correction it comes from, and what is wanted is computed from what is
stored now, so that the order in which clicks arrive does not matter.
"""

import hashlib
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy.engine import Engine
from sqlmodel import Session

import storage.answers
import storage.candidates
import storage.corrections
import storage.cycles
import storage.examples
import storage.ratings
from bot.analysis.answer import AnswerSections, answer_sentences, render_answer
from bot.analysis.prompt import PROMPT_VERSION, render_completion, render_messages
from bot.analysis.quality.finding import QualityCheck, QualityFinding
from bot.analysis.quality.jargon import Glossary
from bot.analysis.question import MetricQuestion
from bot.dossier import Dossier, check_text, load_dossier
from bot.feedback import (
    FILTER,
    LIKED,
    LOW_SCORES,
    ORIGIN_CORRECTION,
    ORIGIN_RATING,
    ORIGINS,
    PRIORITY_CHANGES,
    Effect,
    Flag,
    Outcome,
    find_repeated_words,
    judge_rating,
    prioritise,
)
from bot.known_examples import KnownExamples
from bot.settings import FeedbackSettings
from storage.audit import append_audit
from storage.columns import canonical_json
from storage.corrections import Correction, CorrectionState
from storage.database import reading, transaction
from storage.examples import Example, ExampleStatus
from storage.ratings import Rating, Thumb
from storage.record import get_locked

WITHDRAWN = "rating_changed"
SUPERSEDED = "corrected_again"
FILTER_NAME = "quality filter"
EARLIER_CORRECTIONS = 100  # of one person, looked at for repeated words


@dataclass(frozen=True)
class Curation:
    """What turning verdicts into candidates needs."""

    engine: Engine
    settings: FeedbackSettings
    glossary: Glossary
    known: KnownExamples


class Fate:
    """What became of a verdict, in the words its giver is told."""

    NOTHING = ""
    QUEUED = "It waits for review."
    CAPPED = "It is kept, but not queued: your limit for this training cycle is reached."
    NEGATIVE = "It is kept as an example of what to avoid, once a reviewer agrees."

    @staticmethod
    def filtered(reasons: list[str]) -> str:
        """Say which check refused it."""
        return "It is kept, but cannot be trained on: " + " ".join(reasons)


def propose_from_ratings(curation: Curation, answer_id: str, user_id: str) -> str:
    """Bring the candidates of an answer in line with its ratings; say what became of this one."""
    with reading(curation.engine) as session:
        dossier = load_dossier(session, answer_id)
        ratings = storage.ratings.list_ratings(session, answer_id)
        proposed = storage.examples.list_examples(session, answer_id=answer_id)
    if dossier is None:
        return Fate.NOTHING
    if not any(_outcome(rating, dossier) for rating in ratings) and not proposed:
        return Fate.NOTHING
    checks = _check(curation, dossier, dossier.sections)
    fate = Fate.NOTHING
    with transaction(curation.engine) as session:
        get_locked(session, storage.answers.Answer, answer_id, "answer")
        ratings = storage.ratings.list_ratings(session, answer_id)
        flags = [Flag.RATERS_DISAGREE] if _disagree(ratings) else []
        for outcome in (Outcome.TARGET, Outcome.NEGATIVE):
            wanting = [rating for rating in ratings if _outcome(rating, dossier) is outcome]
            told = _settle(session, curation, dossier, outcome, wanting, checks, flags)
            if any(rating.user_id == user_id for rating in wanting):
                fate = told
        _mark_disagreement(session, answer_id, bool(flags))
    return fate


def propose_correction(
    curation: Curation, dossier: Dossier, correction_id: int
) -> tuple[str, Example | None]:
    """Make a correction a candidate, with the answer as the worse half of a pair."""
    with reading(curation.engine) as session:
        correction = storage.corrections.get_correction(session, correction_id)
    if correction is None:
        return Fate.NOTHING, None
    sections = AnswerSections.model_validate(correction.sections)
    checks = _check(curation, dossier, sections)
    with transaction(curation.engine) as session:
        get_locked(session, storage.answers.Answer, dossier.answer.id, "answer")
        key = f"{ORIGIN_CORRECTION}:{correction_id}"
        known = storage.candidates.lock_example(session, key)
        if known is not None:
            return Fate.QUEUED, known
        _supersede_earlier(session, correction)
        if _is_capped(session, curation.settings, correction.user_id, ORIGIN_CORRECTION):
            append_audit(session, correction.user_id, "candidate.capped", key)
            return Fate.CAPPED, None
        flags = _author_flags(session, curation.settings, correction.user_id)
        words = _find_repeated_words(session, correction)
        if words:
            flags.append(Flag.REPEATED_WORDS)
            _flag_earlier(session, correction.user_id, words)
        example = _build(dossier, key, ORIGIN_CORRECTION, correction.user_id, sections)
        example.rejected_completion = dossier.text
        example.correction_id = correction_id
        example.provenance |= {"correction_id": correction_id, "reasons": correction.reasons}
        _filter(example, Outcome.PAIR, checks, flags)
        stored = _store(session, example)
        if stored.status is ExampleStatus.REJECTED:
            storage.corrections.set_correction_state(
                session, correction_id, CorrectionState.REJECTED
            )
    return _fate_of(stored, checks), stored


def _outcome(rating: Rating, dossier: Dossier) -> Outcome | None:
    return judge_rating(rating.score, rating.thumb, dossier.is_verified)


def _disagree(ratings: list[Rating]) -> bool:
    """Somebody would act on it and somebody would not, by score or thumb."""
    likes = [r for r in ratings if (r.score or 0) >= LIKED or r.thumb is Thumb.UP]
    dislikes = [
        r
        for r in ratings
        if (r.score is not None and r.score in LOW_SCORES) or r.thumb is Thumb.DOWN
    ]
    return bool(likes) and bool(dislikes)


def _settle(
    session: Session,
    curation: Curation,
    dossier: Dossier,
    outcome: Outcome,
    wanting: list[Rating],
    checks: list[QualityFinding],
    flags: list[Flag],
) -> str:
    """Add, keep, withdraw or bring back the one candidate of this outcome."""
    key = f"{ORIGIN_RATING}:{dossier.answer.id}:{outcome.value}"
    example = storage.candidates.lock_example(session, key)
    if example is not None:
        if wanting:
            storage.candidates.bring_back_candidate(session, example, WITHDRAWN)
            return _fate_of(example, checks)
        storage.candidates.withdraw_candidate(session, example, WITHDRAWN)
        return Fate.NOTHING
    for rating in wanting:
        if _is_capped(session, curation.settings, rating.user_id, ORIGIN_RATING):
            continue
        mine = [*flags, *_author_flags(session, curation.settings, rating.user_id)]
        built = _build(dossier, key, ORIGIN_RATING, rating.user_id, dossier.sections)
        built.is_negative = outcome is Outcome.NEGATIVE
        built.provenance |= {"rating_id": rating.id, "score": rating.score}
        # A negative is allowed to be bad; that is what it is for.
        _filter(built, outcome, [] if built.is_negative else checks, mine)
        return _fate_of(_store(session, built), checks)
    return Fate.CAPPED if wanting else Fate.NOTHING


def _check(curation: Curation, dossier: Dossier, sections: AnswerSections) -> list[QualityFinding]:
    checks = check_text(sections, dossier.findings, dossier.asked, curation.glossary)
    text = render_answer(sections)
    repeated = curation.known.check(curation.engine, text, dossier.findings, dossier.answer.id)
    return [*checks, repeated]


def _build(
    dossier: Dossier, key: str, origin: str, author_id: str, sections: AnswerSections
) -> Example:
    findings, answer = dossier.findings, dossier.answer
    question = findings.question
    return Example(
        key=key,
        origin=origin,
        family_id=name_family(question),
        metric_family=question.metric.lower()[:80],
        pattern=findings.verdict.value,
        request_text=dossier.asked,
        question=question.model_dump(mode="json"),
        facts=[fact.model_dump(mode="json") for fact in findings.facts],
        prompt=list(render_messages(findings)),
        completion=render_completion(sections),
        sections=sections.model_dump(),
        provenance={
            "request_id": dossier.request.id,
            "answer_id": answer.id,
            "asked_by": dossier.request.user_id,
            "adapter": answer.adapter,
            "adapter_sha256": answer.adapter_sha256,
            "prompt_version": PROMPT_VERSION,
            "written_on": dossier.request.created_at.date().isoformat(),
        },
        author_id=author_id,
        answer_id=answer.id,
    )


def name_family(question: MetricQuestion) -> str:
    """Name the family of a question: the same metric and values asked twice are one family."""
    content = {"metric": question.metric.lower(), "values": list(question.values)}
    return "asked:" + hashlib.sha256(canonical_json(content).encode()).hexdigest()[:12]


def _filter(
    example: Example, outcome: Outcome, checks: list[QualityFinding], flags: list[Flag]
) -> None:
    """Set status, reasons, flags and priority from what the checks found."""
    failed = [finding.check for finding in checks if not finding.passed]
    rejecting = [check for check in failed if FILTER[check] is Effect.REJECT]
    if any(FILTER[check] is Effect.EDIT for check in failed):
        flags = [*flags, Flag.NEEDS_EDIT]
    example.checks = {finding.check.value: finding.model_dump(mode="json") for finding in checks}
    example.flags = [flag.value for flag in flags]
    example.priority = prioritise(outcome, flags)
    if rejecting:
        example.status, example.reviewer = ExampleStatus.REJECTED, FILTER_NAME
        example.reasons = [check.value for check in rejecting]


def _store(session: Session, example: Example) -> Example:
    stored, is_new = storage.examples.add_example(session, example)
    if is_new:
        details: dict[str, Any] = {
            "origin": stored.origin,
            "status": stored.status.value,
            "reasons": stored.reasons,
            "flags": stored.flags,
        }
        append_audit(session, stored.author_id or "", "example.propose", str(stored.id), details)
    return stored


def _fate_of(example: Example, checks: list[QualityFinding]) -> str:
    if example.status is ExampleStatus.REJECTED and example.reviewer == FILTER_NAME:
        wanted = {QualityCheck(reason) for reason in example.reasons}
        reasons = [
            f"{f.check.value.replace('_', ' ')}: {f.reason}" for f in checks if f.check in wanted
        ]
        return Fate.filtered(reasons)
    if example.status is not ExampleStatus.CANDIDATE:
        return Fate.NOTHING
    return Fate.NEGATIVE if example.is_negative else Fate.QUEUED


def cycle_start(session: Session) -> datetime | None:
    """Return when the present training cycle's collecting began: when the last run started."""
    runs = storage.cycles.list_cycle_runs(session, limit=1)
    return runs[0].started_at if runs else None


def _is_capped(session: Session, settings: FeedbackSettings, user_id: str, origin: str) -> bool:
    """Ratings cost a click, so they have a smaller share of a person's allowance."""
    since = cycle_start(session)
    proposed = storage.candidates.count_proposed(session, user_id, ORIGINS, since)
    if proposed >= settings.candidate_cap:
        return True
    if origin == ORIGIN_CORRECTION:
        return False
    rated = storage.candidates.count_proposed(session, user_id, (ORIGIN_RATING,), since)
    return rated >= settings.rating_cap


def _author_flags(session: Session, settings: FeedbackSettings, user_id: str) -> list[Flag]:
    is_new = storage.candidates.count_approved(session, user_id) < settings.trusted_after
    return [Flag.NEW_RATER] if is_new else []


def _find_repeated_words(session: Session, correction: Correction) -> str | None:
    earlier = storage.corrections.list_corrections(
        session, user_id=correction.user_id, limit=EARLIER_CORRECTIONS
    )
    texts = [
        _added_text(session, other)
        for other in earlier
        if other.id != correction.id and other.answer_id != correction.answer_id
    ]
    return find_repeated_words(_added_text(session, correction), texts)


def _flag_earlier(session: Session, user_id: str, words: str) -> None:
    """Mark the person's waiting corrections with the same words; the first looked harmless."""
    flag = Flag.REPEATED_WORDS
    for example in storage.examples.list_examples(
        session, status=ExampleStatus.CANDIDATE, origin=ORIGIN_CORRECTION, author_id=user_id
    ):
        said = " ".join(example.completion.lower().split())
        if words in said and flag.value not in example.flags:
            example.flags = [*example.flags, flag.value]
            example.priority += PRIORITY_CHANGES[flag]
            session.add(example)


def _added_text(session: Session, correction: Correction) -> str:
    """The sentences a correction has and the answer it corrects has not."""
    rows = storage.answers.list_sentences(session, correction.answer_id)
    written = {row.text for row in rows}
    parts = AnswerSections.model_validate(correction.sections)
    return " ".join(s.text for s in answer_sentences(parts) if s.text not in written)


def _supersede_earlier(session: Session, correction: Correction) -> None:
    """A person's newer correction of the same answer takes the place of one still waiting."""
    earlier = storage.corrections.list_corrections(
        session, answer_id=correction.answer_id, user_id=correction.user_id
    )
    for other in earlier:
        if other.id >= correction.id or other.state is not CorrectionState.SUBMITTED:
            continue
        example = storage.candidates.lock_example(session, f"{ORIGIN_CORRECTION}:{other.id}")
        if example is not None:
            storage.candidates.withdraw_candidate(session, example, SUPERSEDED)
        storage.corrections.set_correction_state(session, other.id, CorrectionState.REMOVED)


def _mark_disagreement(session: Session, answer_id: str, disagree: bool) -> None:
    """Keep the flag on waiting candidates in step with the ratings."""
    flag = Flag.RATERS_DISAGREE.value
    for example in storage.examples.list_examples(
        session, status=ExampleStatus.CANDIDATE, answer_id=answer_id
    ):
        if (flag in example.flags) != disagree:
            kept = [name for name in example.flags if name != flag]
            example.flags = [*kept, flag] if disagree else kept
            session.add(example)
