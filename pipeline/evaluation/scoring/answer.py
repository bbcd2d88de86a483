"""All scores of one text, as numbers that can be stored and added up."""

from dataclasses import dataclass
from typing import Any

from bot.analysis.answer import parse_answer
from bot.analysis.claims import Claim, ClaimStatus
from bot.analysis.facts import Findings
from bot.analysis.prompt import render_prompt
from bot.analysis.quality.shape import count_words
from pipeline.evaluation.cases import Case
from pipeline.evaluation.scoring.facts import (
    ClaimError,
    classify_error,
    classify_ruled_out,
    find_claims,
    is_action_grounded,
    list_required,
    recall_facts,
)
from pipeline.evaluation.scoring.form import check_form
from pipeline.evaluation.scoring.published import check_published_format, published_factuality
from pipeline.golden import find_unacceptable


@dataclass(frozen=True)
class ScoredText:
    """Scores by name and the claims they rest on."""

    scores: dict[str, Any]
    claims: tuple[Claim, ...]


def score_text(text: str, case: Case, findings: Findings) -> ScoredText:
    """Score one answer, raw or delivered; pure.

    `sound` is the one outcome that systems are compared by: our format holds, no claim is
    unsupported, at least one number is proved, the action has grounds, and where the truth of a
    case is known nothing is said that it rules out.
    """
    sections = parse_answer(text)
    claims = find_claims(text, findings)
    wrong = [claim for claim in claims if claim.status is ClaimStatus.UNSUPPORTED]
    ruled_out = find_unacceptable(case.truth, text) if case.truth else []
    errors = [classify_error(claim).value for claim in wrong]
    errors += [classify_ruled_out(claim).value for claim in ruled_out]
    form = check_form(sections, findings.verdict)
    required = list_required(case, findings)
    grounded = is_action_grounded(sections, findings)
    proved_number = any(c.value is not None for c in claims if c not in wrong)
    given = f"{case.request}\n{render_prompt(findings)}"
    scores = {
        "words": count_words(text),
        "published_format": check_published_format(text, sections, findings.question.metric),
        "published_factuality": published_factuality(text, given),
        "format": form,
        "claims": len(claims),
        "supported": len(claims) - len(wrong),
        "fully_supported": not wrong,
        "direction_errors": errors.count(ClaimError.DIRECTION.value),
        "errors": errors,
        "unacceptable": ruled_out,
        "fact_recall": recall_facts(required, text, claims, findings),
        "action_grounded": grounded,
        "sound": form["compliant"] and not wrong and not ruled_out and grounded and proved_number,
    }
    return ScoredText(scores, claims)
