"""All checks on one example, in the order a reviewer reads their outcome."""

from collections.abc import Callable
from dataclasses import dataclass

from bot.analysis.answer import AnswerSections, render_answer
from bot.analysis.claims import Verification
from bot.analysis.facts import Findings
from bot.analysis.quality.action import check_action
from bot.analysis.quality.duplicates import (
    Fingerprint,
    NearDuplicates,
    check_near_duplicate,
    fingerprint_text,
)
from bot.analysis.quality.finding import QualityCheck, QualityFinding, failed, passed
from bot.analysis.quality.jargon import Glossary, check_jargon
from bot.analysis.quality.language import check_language
from bot.analysis.quality.privacy import check_broadcast_or_link, check_personal_data
from bot.analysis.quality.shape import check_format, check_length
from bot.analysis.quality.vagueness import check_vague

Verify = Callable[[str, Findings], Verification]


@dataclass(frozen=True)
class CheckedText:
    """What is judged: the answer, the facts it stands on, and what the user wrote."""

    sections: AnswerSections
    findings: Findings
    request: str


def check_example(
    example: CheckedText,
    *,
    glossary: Glossary,
    verify: Verify,
    known: NearDuplicates | None = None,
    ignore: tuple[str, ...] = (),
) -> list[QualityFinding]:
    """Run every check; an example is good when all of them passed.

    `known` holds what it must not repeat, `ignore` the keys it may (itself, its own parent).
    """
    text = render_answer(example.sections)
    findings = [
        check_format(example.sections),
        check_length(example.sections, example.findings.verdict),
        check_vague(example.sections),
        check_action(example.sections.recommended_action),
        check_jargon(text, glossary, asked=_asked(example)),
        check_numbers(text, example.findings, verify),
        check_language(text),
        check_personal_data(f"{text}\n{example.request}"),
        check_broadcast_or_link(f"{text}\n{example.request}"),
    ]
    if known is not None:
        findings.append(check_near_duplicate(fingerprint_example(example), known, ignore=ignore))
    return findings


def fingerprint_example(example: CheckedText) -> Fingerprint:
    """What the example is compared by: its answer's wording and its series."""
    return fingerprint_text(render_answer(example.sections), example.findings.question.values)


def check_numbers(text: str, findings: Findings, verify: Verify) -> QualityFinding:
    """Every number and worded quantity of the answer is carried by a fact."""
    unproved = verify(text, findings).unsupported
    if unproved:
        named = "; ".join(f"“{claim.text}”: {claim.reason}" for claim in unproved[:3])
        return failed(QualityCheck.UNPROVED_NUMBER, f"{len(unproved)} not proved. {named}")
    return passed(QualityCheck.UNPROVED_NUMBER)


def _asked(example: CheckedText) -> str:
    question = example.findings.question
    return " ".join(
        [example.request, question.metric, question.definition, question.context]
        + [change.what for change in question.changes]
    )
