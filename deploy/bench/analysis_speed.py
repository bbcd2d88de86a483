"""Findings per second and checked sentences per second, on one core.

    python -m deploy.bench.analysis_speed [--json] [--seconds 3]

Every sentence is checked as in a streamed answer, with the sentences before it as context. The
texts are the plain answers of made series, so the bench needs no model and no network.
"""

import argparse
import json
import os
import random
import sys
import time
from collections.abc import Callable, Sequence
from datetime import date, timedelta

from bot.analysis.answer import Section, answer_sentences
from bot.analysis.facts import Findings
from bot.analysis.findings import compute_findings
from bot.analysis.plain import plain_answer
from bot.analysis.question import MetricKind, MetricQuestion, Period, RecordedChange
from bot.analysis.verification import check_sentence

SERIES = 40
LENGTHS = (6, 8, 12, 26, 52)  # weeks; the usual sizes of pasted series
FIRST_DAY = date(2025, 1, 6)

Sentence = tuple[str, Findings, Section, list[str]]


def make_questions(seed: int = 7) -> list[MetricQuestion]:
    """Make weekly rates with a drop after a recorded change."""
    source = random.Random(seed)  # noqa: S311 - simulated data wants to be reproducible
    questions = []
    for number in range(SERIES):
        length = LENGTHS[number % len(LENGTHS)]
        drop_at = length // 2
        values = tuple(
            round(42 - 6 * (week >= drop_at) + source.gauss(0, 0.8), 1) for week in range(length)
        )
        questions.append(
            MetricQuestion(
                metric="Activation rate",
                kind=MetricKind.RATE,
                unit="%",
                values=values,
                dates=tuple(FIRST_DAY + timedelta(days=7 * week) for week in range(length)),
                period=Period.WEEK,
                cohort_size=2000,
                changes=(RecordedChange(what="onboarding redesign", index=drop_at),),
                higher_is_better=True,
            )
        )
    return questions


def collect_sentences(findings: Sequence[Findings]) -> list[Sentence]:
    """List every sentence of the plain answers with what stands before it."""
    found: list[Sentence] = []
    for one in findings:
        accepted: list[str] = []
        for sentence in answer_sentences(plain_answer(one)):
            found.append((sentence.text, one, sentence.section, list(accepted)))
            accepted.append(sentence.text)
    return found


def rate_per_second(work: Callable[[int], object], size: int, seconds: float) -> float:
    """Run `work(0)`, `work(1)`, ... for about `seconds` of processor time; calls per second."""
    start, count = time.process_time(), 0
    while time.process_time() - start < seconds or count < size:
        work(count % size)
        count += 1
    return count / (time.process_time() - start)


def measure(seconds: float) -> dict[str, float]:
    """Return the rates; `sentences` is how many different ones were checked."""
    questions = make_questions()
    findings = [compute_findings(question) for question in questions]
    sentences = collect_sentences(findings)

    def check(number: int) -> object:
        text, one, section, accepted = sentences[number]
        return check_sentence(text, one, section, accepted)

    return {
        "series": float(len(questions)),
        "sentences": float(len(sentences)),
        "findings_per_second_per_core": rate_per_second(
            lambda number: compute_findings(questions[number]), len(questions), seconds
        ),
        "sentences_per_second_per_core": rate_per_second(check, len(sentences), seconds),
    }


def main() -> int:
    """Print the rates as a table or as one JSON object."""
    parser = argparse.ArgumentParser(description="Speed of findings and verification, one core")
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--seconds", type=float, default=3.0)
    options = parser.parse_args()
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})
    result = measure(options.seconds)
    if options.json:
        sys.stdout.write(json.dumps(result) + "\n")
        return 0
    for name, value in result.items():
        sys.stdout.write(f"{name.replace('_', ' '):34}{value:>10.1f}\n")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
