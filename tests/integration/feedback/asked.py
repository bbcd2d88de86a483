"""Answers in the database, as the walk leaves them: different series, one sentence per part."""

import random
from typing import Any

from sqlmodel import Session

import storage.answers
import storage.requests
from bot.analysis.answer import Section
from bot.analysis.findings import compute_findings
from bot.analysis.question import MetricKind, MetricQuestion
from bot.analysis.verification import check_sentence

ASKER = "U0ASKER"
METRICS = ("Activation rate", "Trial conversion", "Weekly retention", "Checkout completion")


def question_number(number: int) -> MetricQuestion:
    """A question of its own for every number: eight values of a random walk."""
    draw = random.Random(number)
    values, level = [], draw.uniform(20, 60)
    for _ in range(8):
        level = min(90.0, max(5.0, level + draw.uniform(-6, 4)))
        values.append(round(level, 1))
    return MetricQuestion(
        metric=METRICS[number % len(METRICS)],
        kind=MetricKind.RATE,
        unit="%",
        values=tuple(values),
        higher_is_better=True,
        source_text=f"{METRICS[number % len(METRICS)]}: {values}",
    )


def add_answer(
    session: Session, number: int, parts: dict[Section, str], *, adapter: str | None = None
) -> str:
    """Store question and finished answer; each part is one checked sentence. Returns its id."""
    question = question_number(number)
    findings = compute_findings(question)
    request = storage.requests.create_request(
        session,
        key=f"message:T1:C1:{number}",
        team="T1",
        channel="C1",
        thread_ts=None,
        message_ts=f"{number}.0",
        user_id=ASKER,
        source="mention",
        text=question.source_text,
    )
    answer = storage.answers.start_answer(
        session,
        request.id,
        channel="C1",
        adapter=adapter,
        findings=findings.model_dump(mode="json"),
    )
    for position, (part, text) in enumerate(parts.items()):
        claims: list[Any] = [
            claim.model_dump(mode="json") for claim in check_sentence(text, findings, part).claims
        ]
        storage.answers.append_sentence(
            session, answer.id, position, part.value, text, "model", claims
        )
    storage.answers.finish_answer(session, answer.id)
    return answer.id


def good_parts(number: int, ending: str = "") -> dict[Section, str]:
    """An answer about question `number` that passes every check; `ending` is added to it."""
    values = question_number(number).values
    metric = METRICS[number % len(METRICS)]
    owners = ("onboarding team", "product lead", "pricing team", "lifecycle team", "growth team")
    owner = owners[number % 5]
    draw = random.Random(number)
    suspects = draw.sample(
        ["the sign-up form", "the welcome mail", "the price page", "the mobile app", "search ads",
         "the tracking code", "partner traffic", "the checkout page", "the help centre"], 3
    )  # fmt: skip
    return {
        Section.ANALYSIS: (
            f"{metric} went from {values[0]}% to {values[-1]}% over the window. Nothing recorded"
            f" explains it, so {suspects[0]} and {suspects[1]} are suspects and no more than that,"
            f" and {suspects[2]} cannot be ruled out with what was given. {ending}"
        ).strip(),
        Section.RECOMMENDED_ACTION: (
            f"The {owner} should compare new and returning users of {suspects[0]} within one week"
            f" and check whether {suspects[1]} behaved the same. If only one group moved, look at"
            f" what changed for that group first; if both moved, the {owner} should audit"
            f" {suspects[2]} before anything is reverted."
        ),
        Section.URGENCY: (
            "Medium. The metric moved, but one week of checking costs less than acting on a guess."
        ),
    }
