"""The one renderer of messages: serving, training and evaluation all call it.

A prompt holds the question's business context, the ranked facts and the question; never the raw
text somebody pasted, so that instructions hidden in it have no place to stand. It knows nothing
of models, tokens or adapters.
"""

import re
import unicodedata
from collections.abc import Sequence
from typing import TypedDict

from bot.analysis.answer import AnswerSections, render_answer
from bot.analysis.facts import FactKind, Findings, Verdict

PROMPT_VERSION = "1"

SYSTEM_PROMPT = (
    "You are a growth analyst. Explain the metric using only the facts given. "
    "Copy numbers exactly as the facts state them; never invent or predict a number. "
    "Reply in three parts:\n"
    "Analysis: what happened, the likeliest explanation and how sure you are.\n"
    "Recommended action: who does what, by when, and what result would confirm it.\n"
    "Urgency: High, Medium or Low, with the reason."
)

CONTEXT_CHARACTERS = 300  # keeps prompt and answer together under about 1,000 tokens
_SPACE = re.compile(r"\s+")
_CHAT_TOKEN = re.compile(r"<\|[^|>]{0,40}\|>|\[/?INST\]|</?s>", re.IGNORECASE)


class Message(TypedDict):
    """One chat message as every OpenAI-compatible server takes it."""

    role: str
    content: str


class Shot(TypedDict):
    """A worked example for few-shot prompting: a rendered prompt and its answer."""

    prompt: str
    completion: str


def clean_text(text: str, limit: int = CONTEXT_CHARACTERS) -> str:
    """Put user text on one line, without control characters or chat tokens, cut at `limit`."""
    visible = "".join(
        " " if unicodedata.category(char) in {"Cc", "Zl", "Zp"} else char
        for char in unicodedata.normalize("NFKC", text)
        if unicodedata.category(char) != "Cf"
    )
    flat = _SPACE.sub(" ", _CHAT_TOKEN.sub(" ", visible)).strip()
    return flat if len(flat) <= limit else flat[: limit - 1].rstrip() + "…"


def render_prompt(findings: Findings) -> str:
    """Write the user message: metric, context, recorded changes, ranked facts, question."""
    question = findings.question
    told = [findings.fact(fact_id) for fact_id in findings.prompt_facts]
    lines = [f"Metric: {_describe_metric(findings)}"]
    if question.context:
        lines.append(f"Context: {clean_text(question.context)}")
    if question.changes:
        changes = "; ".join(clean_text(change.what, 120) for change in question.changes[:5])
        lines.append(f"Recorded changes: {changes}")
    lines.append(f"Verdict: {describe_verdict(findings)}")
    lines.append("Facts:")
    lines.extend(f"- {fact.text}" for fact in told)
    asked = clean_text(question.question, 200) or "What happened and what should we do?"
    lines.append(f"Question: {asked}")
    return "\n".join(lines)


def render_messages(findings: Findings, shots: Sequence[Shot] = ()) -> list[Message]:
    """Build the chat messages; `shots` come before the question as earlier turns."""
    messages: list[Message] = [{"role": "system", "content": SYSTEM_PROMPT}]
    for shot in shots:
        messages.append({"role": "user", "content": shot["prompt"]})
        messages.append({"role": "assistant", "content": shot["completion"]})
    messages.append({"role": "user", "content": render_prompt(findings)})
    return messages


def render_completion(sections: AnswerSections) -> str:
    """Write the answer a model should give; the training target."""
    return render_answer(sections)


def describe_verdict(findings: Findings) -> str:
    """Write the verdict in words; a table of rows has no course to judge."""
    if findings.is_about_rows and findings.verdict is Verdict.INSUFFICIENT_EVIDENCE:
        return "associations in one table, no course over time"
    return findings.verdict.value.replace("_", " ")


def _describe_metric(findings: Findings) -> str:
    question = findings.question
    name = clean_text(question.metric, 80)
    direction = {True: ", higher is better", False: ", lower is better", None: ""}
    every = f"per {question.period.value}" if question.values else "one row each"
    if any(fact.kind is FactKind.MIX_EFFECT for fact in findings.facts):
        every = "segments, before and after"
    described = f"{name} ({every}{direction[question.higher_is_better]})"
    if question.definition:
        described += f" = {clean_text(question.definition, 120)}"
    return described
