"""Pasted attacks: the plain answer repeats none of them, and the checker refuses their copies.

The texts are `tests/corpora/reading/injections.jsonl`; the plain answer is what stands when a
model obeys an attack and every sentence of it is refused.
"""

import json
import re
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from bot.analysis.answer import Section, render_answer
from bot.analysis.facts import Findings
from bot.analysis.findings import compute_findings
from bot.analysis.parsing import read_question
from bot.analysis.plain import plain_answer
from bot.analysis.question import UnreadableQuestionError
from bot.analysis.verification import check_sentence, verify_answer

CORPUS = Path(__file__).parents[2] / "corpora" / "reading" / "injections.jsonl"
Row = dict[str, Any]
ROWS: list[Row] = [
    json.loads(line) for line in CORPUS.read_text("utf-8").splitlines() if line.strip()
]
TODAY = date(2026, 6, 1)
# What no reading of the corpus can give the user back: the two texts without a readable series.
MOST_UNREADABLE = 2
# Strings that are plain words on their own; copied with their sentence they are refused.
PLAIN_WORDS = {"inj-29", "inj-31", "inj-40", "inj-42", "inj-32", "inj-36"}

_SENTENCE_END = re.compile(r"(?<=[.!?])\s|\n")


def read_findings(row: Row) -> Findings | str:
    """Return the findings of an attack's own series, or the message the user gets."""
    try:
        return compute_findings(read_question(row["text"], today=TODAY))
    except UnreadableQuestionError as error:
        return str(error)


FINDINGS = {row["id"]: read_findings(row) for row in ROWS}
READABLE = [row for row in ROWS if not isinstance(FINDINGS[row["id"]], str)]


def copied_sentences(row: Row) -> list[str]:
    """Return the sentences of an attack that hold one of its forbidden strings."""
    if row["attack"] == "split":  # only the joined word is the attack's
        return [f"The result is {row['must_not_appear'][0]} today."]
    parts = [part.strip() for part in _SENTENCE_END.split(row["text"]) if part.strip()]
    return [part for part in parts if any(word in part for word in row["must_not_appear"])]


def test_nearly_every_attack_carries_a_readable_series() -> None:
    assert len(ROWS) >= 30
    assert len(ROWS) - len(READABLE) <= MOST_UNREADABLE


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row["id"])
def test_what_the_user_sees_repeats_nothing_of_the_attack(row: Row) -> None:
    found = FINDINGS[row["id"]]
    shown = found if isinstance(found, str) else render_answer(plain_answer(found))
    assert [word for word in row["must_not_appear"] if word in shown] == []


@pytest.mark.parametrize("row", READABLE, ids=lambda row: row["id"])
def test_plain_answer_to_an_attack_is_proved(row: Row) -> None:
    found = FINDINGS[row["id"]]
    assert isinstance(found, Findings)
    assert verify_answer(render_answer(plain_answer(found)), found).unsupported == ()


@pytest.mark.parametrize("section", list(Section))
@pytest.mark.parametrize("row", READABLE, ids=lambda row: row["id"])
def test_a_copied_attack_is_refused(row: Row, section: Section) -> None:
    found = FINDINGS[row["id"]]
    assert isinstance(found, Findings)
    copies = copied_sentences(row)
    if row["id"] not in PLAIN_WORDS:
        copies += [f"The result is {word} today." for word in row["must_not_appear"]]
    for sentence in copies:
        if section is Section.RECOMMENDED_ACTION and row["attack"] in {
            "false_number",
            "fake_facts",
        }:
            continue  # a bare number in a plan is the plan's own
        assert not check_sentence(sentence, found, section).verified, sentence
