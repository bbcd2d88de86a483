"""An answer with everything a verdict about it needs: question, facts, text, proof.

Read from storage in one go; and the checks a text about the same question must pass.
"""

import re
from dataclasses import dataclass

from sqlmodel import Session

import storage.answers
import storage.requests
from bot.analysis.answer import HEADINGS, AnswerSections, Section, render_answer
from bot.analysis.claims import Claim, ClaimStatus
from bot.analysis.facts import Findings
from bot.analysis.quality.example import CheckedText, check_example
from bot.analysis.quality.finding import QualityCheck, QualityFinding
from bot.analysis.quality.jargon import Glossary
from bot.analysis.verification import verify_answer, verify_sections
from bot.serving.answer_record import WrittenSentence, join_sentences
from storage.answers import Answer
from storage.requests import Request

# Shown to the writer before saving; the other checks are a reviewer's to weigh.
WRITERS_CHECKS = (
    QualityCheck.FORMAT,
    QualityCheck.LANGUAGE,
    QualityCheck.PERSONAL_DATA,
    QualityCheck.BROADCAST_OR_LINK,
)
# A mention in Slack's own spelling; whom somebody called is nothing to learn from.
_CALLED = re.compile(r"<@[A-Z0-9]+(?:\|[^>]*)?>")


@dataclass(frozen=True)
class Dossier:
    """A finished answer; `is_verified` when facts carry every claim of its sentences."""

    answer: Answer
    request: Request
    findings: Findings
    sections: AnswerSections
    is_verified: bool

    @property
    def text(self) -> str:
        """The answer as it was delivered."""
        return render_answer(self.sections)

    @property
    def asked(self) -> str:
        """What the user wrote, without the names they called; for a form its values."""
        question = self.findings.question
        wrote = self.request.text or question.source_text or question.metric
        return _CALLED.sub("", wrote).strip()


def load_dossier(session: Session, answer_id: str) -> Dossier | None:
    """Read an answer with its question; None when it is gone or was never written."""
    answer = storage.answers.get_answer(session, answer_id)
    if answer is None or answer.findings is None:
        return None
    request = storage.requests.get_request(session, answer.request_id)
    rows = storage.answers.list_sentences(session, answer_id)
    if request is None or not rows:
        return None
    claims = [Claim.model_validate(claim) for row in rows for claim in row.claims]
    return Dossier(
        answer=answer,
        request=request,
        findings=Findings.model_validate(answer.findings),
        sections=join_sentences(
            [WrittenSentence(section=Section(row.section), text=row.text) for row in rows]
        ),
        is_verified=all(claim.status is ClaimStatus.SUPPORTED for claim in claims),
    )


def check_text(
    sections: AnswerSections, findings: Findings, asked: str, glossary: Glossary
) -> list[QualityFinding]:
    """Run every quality check on an answer to this question, except for duplicates."""
    text = CheckedText(sections=sections, findings=findings, request=asked)
    return check_example(text, glossary=glossary, verify=verify_answer)


def find_field_problems(
    sections: AnswerSections, findings: Findings, asked: str, glossary: Glossary
) -> dict[Section, str]:
    """Say by part what must be mended before a text can be saved; unproved numbers first."""
    spans = _section_spans(sections)
    said: dict[Section, list[str]] = {}
    for claim in verify_sections(sections, findings).unsupported:
        part = next(
            (part for part, (_, end) in spans.items() if claim.start < end), Section.URGENCY
        )
        said.setdefault(part, []).append(f"“{claim.text}” is not proved: {claim.reason}")
    for finding in check_text(sections, findings, "", glossary):
        if not finding.passed and finding.check in WRITERS_CHECKS:
            said.setdefault(_part_of(finding, sections), []).append(finding.reason)
    return {part: "; ".join(reasons)[:1_500] for part, reasons in said.items()}


def _section_spans(sections: AnswerSections) -> dict[Section, tuple[int, int]]:
    """Where each part stands in the rendered answer: (start, end) by part, in reading order."""
    spans, position = {}, 0
    for part in Section:
        body = sections.part(part).strip()
        if body:
            end = position + len(HEADINGS[part]) + 1 + len(body)
            spans[part] = (position, end)
            position = end + 1
    return spans


def _part_of(finding: QualityFinding, sections: AnswerSections) -> Section:
    for part in Section:
        if not sections.part(part).strip():
            return part
    return Section.URGENCY if finding.reason.startswith("Urgency") else Section.ANALYSIS
