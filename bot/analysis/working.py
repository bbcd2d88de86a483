"""Show the working: each number of an answer with its source, its arithmetic and its window.

Made from the stored findings and claims, so that it shows what was proved when the answer was
written; it checks nothing again.
"""

from collections.abc import Sequence

from pydantic import BaseModel, ConfigDict

from bot.analysis.claims import Claim, ClaimStatus
from bot.analysis.facts import Fact, FactKind, Findings
from bot.analysis.periods import name_window
from bot.analysis.units import change_text, value_text

_DIFFERENCES = {FactKind.CHANGE, FactKind.TREND, FactKind.BREAK}


class WorkingRow(BaseModel):
    """One number: as written, where it comes from, how it is made, and over which periods."""

    model_config = ConfigDict(frozen=True)

    number: str
    source: str
    arithmetic: str
    window: str


def show_working(findings: Findings, claims: Sequence[Claim]) -> list[WorkingRow]:
    """List one row per claim in reading order; the same words on the same fact come once.

    Without claims (an answer from before they were kept) the told facts are listed instead.
    """
    facts = {fact.id: fact for fact in findings.facts}
    if not claims:
        return [_fact_row(findings, facts[fact_id]) for fact_id in findings.prompt_facts]
    rows: dict[tuple[str, str | None, str], WorkingRow] = {}
    for claim in claims:
        key = (claim.text, claim.fact_id, claim.status.value)
        if key not in rows:
            rows[key] = _claim_row(findings, claim, facts.get(claim.fact_id or ""))
    return list(rows.values())


def _claim_row(findings: Findings, claim: Claim, fact: Fact | None) -> WorkingRow:
    if claim.status is ClaimStatus.UNSUPPORTED:
        reason = claim.reason or "no fact carries it"
        return WorkingRow(
            number=claim.text, source=f"not proved: {reason}", arithmetic="", window=""
        )
    if fact is None:
        return WorkingRow(number=claim.text, source=claim.reason, arithmetic="", window="")
    row = _fact_row(findings, fact)
    return row.model_copy(update={"number": claim.text})


def _fact_row(findings: Findings, fact: Fact) -> WorkingRow:
    return WorkingRow(
        number=_value(fact),
        source=f"{fact.text} ({fact.method})",
        arithmetic=_arithmetic(fact),
        window=_window(findings, fact),
    )


def _arithmetic(fact: Fact) -> str:
    if not fact.arithmetic:
        return ""
    result = fact.arithmetic if fact.kind in {FactKind.LEVEL, FactKind.QUOTE} else ""
    result = result or f"{fact.arithmetic} = {_value(fact)}"
    if fact.interval is not None and fact.kind is not FactKind.RANGE:
        unit = fact.unit
        low, high = (value_text(end, unit) for end in fact.interval)
        result += f", 95 % interval {low} to {high}"
    return result


def _value(fact: Fact) -> str:
    if fact.kind is FactKind.RELATIVE_CHANGE or fact.kind in _DIFFERENCES:
        return value_text(fact.value, fact.unit) if fact.unit == "p" else _signed(fact)
    return value_text(fact.value, fact.unit)


def _signed(fact: Fact) -> str:
    return change_text(fact.value, fact.unit)


def _window(findings: Findings, fact: Fact) -> str:
    if fact.subject is not None:
        rows = fact.window[1] - fact.window[0] + 1
        return "before and after" if rows == 2 else f"all {rows:,} rows compared"
    count = len(findings.question.values)
    if count == 0 or fact.kind is FactKind.QUOTE:
        return "stated in the request"
    first, last = (min(max(end, 0), count - 1) for end in fact.window)
    return name_window(findings.question, first, last)
