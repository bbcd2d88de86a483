"""Verdicts: the simulated rater scores each answer and corrects it, a simulated reviewer decides.

Ratings and corrections take the product's own way: the same quality filter, the same caps per
person, the same review. In the shuffled arm an answer gets the verdict meant for another one.
"""

from collections import Counter
from dataclasses import dataclass
from typing import Any

import numpy as np
from sqlalchemy.engine import Engine
from sqlmodel import Session

import bot.review
import storage.corrections
import storage.examples
import storage.ratings
from bot.analysis.answer import AnswerSections
from bot.analysis.facts import Findings
from bot.analysis.quality.jargon import Glossary
from bot.candidates import Curation, propose_correction, propose_from_ratings
from bot.dossier import Dossier, load_dossier
from bot.known_examples import KnownExamples
from bot.settings import FeedbackSettings
from pipeline.evaluation.cases import case_of_golden
from pipeline.evaluation.scoring.answer import score_text
from pipeline.golden.simulated import case_of_scenario
from pipeline.simulation.asking import SIMULATED, Asked
from pipeline.simulation.correcting import write_correction
from pipeline.simulation.plan import Arm, LoopPlan
from pipeline.simulation.rubric import ACT_NOW, rate_by_truth
from storage.database import reading, transaction
from storage.errors import ConflictError
from storage.examples import Example
from storage.reviews import Decision

REVIEWER = f"{SIMULATED}:reviewer"
_FIRST_CLICK = 1_700_000_000  # any moment: only the order of clicks counts


@dataclass(frozen=True)
class Verdict:
    """What the rater makes of one answer: a score, and the text they would have written."""

    score: int
    correction: AnswerSections | None


def judge_answer(dossier: Dossier, asked: Asked, rng: np.random.Generator) -> Verdict:
    """Score a delivered answer by the rubric; correct whatever is not yet one to act on."""
    case = case_of_golden(case_of_scenario(asked.number, asked.scenario))
    score = rate_by_truth(score_text(dossier.text, case, dossier.findings).scores)
    if score == ACT_NOW:
        return Verdict(score, None)
    findings: Findings = dossier.findings
    text = write_correction(asked.scenario.question, findings, asked.scenario.truth, rng)
    return Verdict(score, text)


def collect_verdicts(
    engine: Engine, asked: list[Asked], plan: LoopPlan, arm: Arm, cycle: int, glossary: Glossary
) -> dict[str, Any]:
    """Rate, correct and review every answer of a cycle; counts for the record. Repeatable."""
    verdicts = []
    with reading(engine) as session:
        dossiers = [load_dossier(session, one.answer_id) for one in asked]
    for one, dossier in zip(asked, dossiers, strict=True):
        if dossier is None:
            raise LookupError(f"The simulated answer {one.answer_id} is gone.")
        rng = np.random.default_rng([plan.seed, cycle, one.number])
        verdicts.append(judge_answer(dossier, one, rng))
    scores = [verdict.score for verdict in verdicts]
    if arm is Arm.SHUFFLED:
        order = np.random.default_rng([plan.seed, cycle]).permutation(len(verdicts))
        verdicts = [verdicts[i] for i in order]
    curation = Curation(engine, FeedbackSettings(), glossary, KnownExamples())
    for one, dossier, verdict in zip(asked, dossiers, verdicts, strict=True):
        assert dossier is not None  # noqa: S101 - checked above; narrows the type
        _give(curation, dossier, one, verdict, plan, cycle)
    decided = review_all(engine)
    return {
        "answers": len(asked),
        "mean_score": round(float(np.mean(scores)), 3),
        "scores": dict(sorted(Counter(scores).items())),
        "corrections": sum(verdict.correction is not None for verdict in verdicts),
        **decided,
    }


def _give(
    curation: Curation, dossier: Dossier, one: Asked, verdict: Verdict, plan: LoopPlan, cycle: int
) -> None:
    rater = f"{SIMULATED}:rater-{one.number % plan.raters + 1}"
    key = f"{SIMULATED}:{cycle}:{one.number}"
    with transaction(curation.engine) as session:
        storage.ratings.rate(
            session,
            one.answer_id,
            rater,
            f"{_FIRST_CLICK + one.number}",
            f"rating:{key}",
            score=verdict.score,
        )
    propose_from_ratings(curation, one.answer_id, rater)
    if verdict.correction is None:
        return
    with transaction(curation.engine) as session:
        correction = storage.corrections.record_correction(
            session,
            key=f"correction:{key}",
            answer_id=one.answer_id,
            user_id=rater,
            sections=verdict.correction.model_dump(),
            comment=SIMULATED,
        )
    propose_correction(curation, dossier, correction.id)


def review_all(engine: Engine) -> dict[str, int]:
    """Decide every waiting candidate: approve what may be, reject what may not; mark them all."""
    settings, counts = FeedbackSettings(), Counter[str]()
    while True:
        with transaction(engine) as session:
            example = bot.review.take_next(session, REVIEWER, settings)
            if example is None:
                break
            counts[_decide(session, example, settings)] += 1
    with reading(engine) as session:
        status = storage.examples.count_examples(session)
    return {
        "approved_now": counts["approve"],
        "rejected_now": counts["reject"],
        "approved_in_all": status["approved"],
        "refused_in_all": status["rejected"],
    }


def _decide(session: Session, example: Example, settings: FeedbackSettings) -> str:
    example.provenance = {**example.provenance, SIMULATED: True}
    session.add(example)
    try:
        bot.review.decide(
            session,
            example_id=example.id,
            reviewer=REVIEWER,
            decision=Decision.APPROVE,
            settings=settings,
        )
    except ConflictError as error:
        bot.review.decide(
            session,
            example_id=example.id,
            reviewer=REVIEWER,
            decision=Decision.REJECT,
            settings=settings,
            reasons=[bot.review.RejectReason.OTHER.value],
            comment=str(error),
        )
        return "reject"
    return "approve"
