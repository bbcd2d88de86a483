"""Members: approved examples in the form a model is trained on, with the filter applied.

Prompts are rendered again from the stored question, so that training sees what serving sends
today; what the filter refuses is reported with its reason.
"""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from bot.analysis.answer import AnswerSections, parse_answer
from bot.analysis.facts import Findings
from bot.analysis.prompt import Message, render_completion, render_messages
from bot.analysis.quality.example import CheckedText, check_example
from bot.analysis.quality.jargon import Glossary
from bot.analysis.question import MetricQuestion, UnreadableQuestionError
from pipeline.dataset.analysis import Analysis
from storage.columns import canonical_json
from storage.examples import Example


@dataclass(frozen=True)
class Member:
    """One example as it is trained on. `digest` covers everything a trainer or a split sees."""

    example_id: int
    key: str
    family_id: str
    origin: str
    pattern: str
    metric_family: str
    author_id: str | None
    request: str
    values: tuple[float | None, ...]
    prompt: tuple[Message, ...]
    completion: str
    rejected_completion: str | None
    findings: Findings

    @property
    def digest(self) -> str:
        """SHA-256 (hex) over the content, without database ids."""
        content = {
            "key": self.key,
            "family_id": self.family_id,
            "origin": self.origin,
            "pattern": self.pattern,
            "metric_family": self.metric_family,
            "prompt": list(self.prompt),
            "completion": self.completion,
            "rejected_completion": self.rejected_completion,
        }
        return hashlib.sha256(canonical_json(content).encode()).hexdigest()


@dataclass(frozen=True)
class Rejection:
    """An approved example that is left out, for which reason, and what was seen."""

    example_id: int
    key: str
    reason: str
    detail: str


def prepare_member(
    example: Example, analysis: Analysis, glossary: Glossary
) -> tuple[Member | None, list[Rejection]]:
    """Render an approved example and run the filter on it; one rejection per failed check."""
    if example.is_negative:
        return None, [_reject(example, "negative", "A bad answer; kept for preference training.")]
    try:
        question = _read_question(example, analysis)
    except UnreadableQuestionError as error:
        return None, [_reject(example, "unreadable_question", str(error))]
    except ValueError:
        return None, [_reject(example, "unreadable_question", "The stored question is damaged.")]
    findings = analysis.find(question)
    sections = read_sections(example.sections, example.completion)
    text = CheckedText(sections=sections, findings=findings, request=example.request_text)
    outcome = check_example(text, glossary=glossary, verify=analysis.verify)
    rejections = [_reject(example, o.check.value, o.reason) for o in outcome if not o.passed]
    if rejections:
        return None, rejections
    return _build_member(example, findings, sections), []


def read_sections(stored: Mapping[str, Any], completion: str) -> AnswerSections:
    """Take the stored parts, or cut the completion where none are stored."""
    if any(str(part).strip() for part in stored.values()):
        return AnswerSections.model_validate(dict(stored))
    return parse_answer(completion)


def _build_member(example: Example, findings: Findings, sections: AnswerSections) -> Member:
    return Member(
        example_id=example.id,
        key=example.key,
        family_id=example.family_id,
        origin=example.origin,
        pattern=example.pattern or "unlabelled",
        metric_family=example.metric_family or "unlabelled",
        author_id=example.author_id,
        request=example.request_text,
        values=findings.question.values,
        prompt=tuple(render_messages(findings)),
        completion=render_completion(sections),
        rejected_completion=example.rejected_completion,
        findings=findings,
    )


def _read_question(example: Example, analysis: Analysis) -> MetricQuestion:
    if example.question:
        return MetricQuestion.model_validate(example.question)
    written_on = example.provenance.get("written_on") or example.created_at.date().isoformat()
    return analysis.read(example.request_text, date.fromisoformat(str(written_on)))


def _reject(example: Example, reason: str, detail: str) -> Rejection:
    return Rejection(example_id=example.id, key=example.key, reason=reason, detail=detail)
