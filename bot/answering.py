"""Use case: from a readable question to a checked answer, whoever asked and wherever it is shown.

Computes the facts, lets the routed model write, checks each sentence, and falls back to plain
facts. Knows neither Slack nor HTTP.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass, replace

from sqlmodel import Session

import storage.aliases
from bot.analysis.answer import Section
from bot.analysis.claims import Verification
from bot.analysis.facts import Findings
from bot.analysis.findings import compute_findings
from bot.analysis.plain import plain_sentences
from bot.analysis.prompt import Shot, render_messages
from bot.analysis.quality.sentence import count_missing, find_weakness
from bot.analysis.question import MetricQuestion
from bot.analysis.verification import check_sentence
from bot.serving.answer_record import (
    Accepted,
    AnswerTimings,
    GeneratedAnswer,
    Writer,
    WrittenSentence,
)
from bot.serving.client import ModelClient
from bot.serving.editing import Editor
from bot.serving.generation import MAX_COMPLETIONS, write_answer
from bot.serving.routing import choose_adapter

PRODUCT_EDITOR = Editor(find_weakness, count_missing)


@dataclass(frozen=True)
class Author:
    """Who writes: an adapter, or the base model (None) with the shots it needs.

    `sha256` is the adapter's checksum as the alias was bound to it, `label` what readers see.
    """

    adapter: str | None
    sha256: str | None
    label: str
    shots: tuple[Shot, ...]


def choose_author(
    session: Session, *, base_model: str, thread_key: str, shots: tuple[Shot, ...]
) -> Author:
    """Pick the live or canary adapter for a thread; the base with worked examples if none."""
    live = storage.aliases.get_alias(session, storage.aliases.LIVE)
    canary = storage.aliases.get_alias(session, storage.aliases.CANARY)
    name = choose_adapter(
        thread_key,
        live=live.adapter_name if live else None,
        canary=canary.adapter_name if canary else None,
        canary_percent=(canary.percent or 0) if canary else 0,
    )
    author = author_for(name, base_model=base_model, shots=shots)
    bound = [alias for alias in (live, canary) if alias and alias.adapter_name == name]
    return replace(author, sha256=bound[0].sha256) if name and bound else author


def author_for(adapter: str | None, *, base_model: str, shots: tuple[Shot, ...]) -> Author:
    """Describe the writer behind an adapter name, or the base model for None."""
    if adapter is not None:
        return Author(adapter=adapter, sha256=None, label=adapter, shots=())
    name = base_model.rsplit("/", maxsplit=1)[-1]
    return Author(
        adapter=None, sha256=None, label=f"{name} with worked examples, no adapter", shots=shots
    )


@dataclass(frozen=True)
class TimedFindings:
    """Findings and how long they took."""

    findings: Findings
    milliseconds: float


def find_facts(question: MetricQuestion) -> TimedFindings:
    """Compute the facts of a question, timed."""
    started = time.perf_counter()
    findings = compute_findings(question)
    return TimedFindings(findings, (time.perf_counter() - started) * 1000)


def write_checked_answer(
    findings: Findings,
    author: Author,
    model: ModelClient,
    *,
    accepted: Accepted = (),
    attempts_per_sentence: int = 3,
    max_completions: int = MAX_COMPLETIONS,
    complete_draft: bool = False,
    on_sentence: Callable[[WrittenSentence], None],
) -> GeneratedAnswer:
    """Let the model write on after `accepted`; each new sentence is proved before it is passed on.

    Facts stand in for what `max_completions` drafts left open. `complete_draft` also keeps the
    model's first draft to its end, for evaluation.

    Raises:
        ModelUnavailableError: the server is down; accepted sentences stay accepted.
        AdapterMissingError, ModelRefusedError: the server will not write this.
    """

    def check(sentence: str, section: Section, before: Accepted) -> Verification:
        return check_sentence(sentence, findings, section, [s.text for s in before])

    def fallback(section: Section) -> list[str]:
        return plain_sentences(findings, section)

    return write_answer(
        model,
        render_messages(findings, author.shots),
        model=author.adapter,
        check=check,
        fallback=fallback,
        accepted=accepted,
        max_attempts=attempts_per_sentence,
        max_completions=max_completions,
        editor=PRODUCT_EDITOR,
        complete_draft=complete_draft,
        require_number=bool(plain_sentences(findings, Section.ANALYSIS)),
        on_sentence=on_sentence,
    )


def complete_with_facts(
    findings: Findings, accepted: Accepted, on_sentence: Callable[[WrittenSentence], None]
) -> GeneratedAnswer:
    """Finish an answer without a model: the parts that are still empty are stated plainly."""
    started = time.perf_counter()
    sentences = list(accepted)
    for section in Section:
        if any(sentence.section is section for sentence in sentences):
            continue
        for text in plain_sentences(findings, section):
            verification = check_sentence(text, findings, section, [s.text for s in sentences])
            sentence = WrittenSentence(
                section=section, text=text, written_by=Writer.FACTS, verification=verification
            )
            on_sentence(sentence)
            sentences.append(sentence)
    elapsed_ms = (time.perf_counter() - started) * 1000
    return GeneratedAnswer(
        sentences=tuple(sentences),
        refused=(),
        raw_text="",
        completions=0,
        prompt_tokens=0,
        completion_tokens=0,
        timings=AnswerTimings(first_sentence_ms=None, generation_ms=elapsed_ms, model_ms=0.0),
    )
