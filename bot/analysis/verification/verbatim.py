"""A sentence that is a fact, word by word, is proved by that fact.

The checker reads free wording and may not understand every wording of ours; a model that copies a
line of its prompt must not be refused for it.
"""

from collections.abc import Sequence

from bot.analysis.claims import Claim, ClaimStatus
from bot.analysis.facts import Findings


def prove_verbatim(text: str, findings: Findings, claims: Sequence[Claim]) -> list[Claim]:
    """Support every claim of a sentence that repeats one fact's text and nothing else."""
    if all(claim.status is ClaimStatus.SUPPORTED for claim in claims):
        return list(claims)
    told = _plain(text)
    fact = next((fact for fact in findings.facts if _plain(fact.text) == told), None)
    if fact is None:
        return list(claims)
    proof = {
        "status": ClaimStatus.SUPPORTED,
        "fact_id": fact.id,
        "reason": "the fact, word by word",
    }
    return [
        claim if claim.status is ClaimStatus.SUPPORTED else claim.model_copy(update=proof)
        for claim in claims
    ]


def _plain(text: str) -> str:
    return " ".join(text.split()).rstrip(".").casefold()
