"""Sentences that are proved and still say nothing, and parts that lack something."""

import json

import pytest

from bot.analysis.answer import AnswerSections, Section, answer_sentences
from bot.analysis.quality.sentence import count_missing, find_weakness
from pipeline.curated import CURATED_FOLDER

A, R, U = Section.ANALYSIS, Section.RECOMMENDED_ACTION, Section.URGENCY


@pytest.mark.parametrize(
    ("text", "section", "why"),
    [
        ("The new owner is a new team, a new team is a new team.", R, "its own words"),
        ("The rate fell 11 points, and the explanation is unknown.", R, "neither who"),
        ("The team should act.", U, "High, Medium or Low"),
        ("The redesign is the cause, and the fall is the cause alone.", A, "a cause as proved"),
        ("The price change is clearly the main cause of the fall.", A, "a cause as proved"),
        ("The redesign caused the fall.", A, "a cause as proved"),
        ("The fall is due to the redesign.", A, "a cause as proved"),
    ],
)
def test_empty_sentences_are_told(text: str, section: Section, why: str) -> None:
    assert why in find_weakness(text, section, [])


def test_what_was_said_is_not_said_again() -> None:
    said = [(A, "Activation fell from 42 % to 31 % over six weeks.")]
    again = "So activation fell from 42 % to 31 % over six weeks."
    assert "earlier" in find_weakness(again, A, said)
    assert find_weakness("The redesign is the first suspect.", A, said) == ""


@pytest.mark.parametrize(
    "text",
    [
        "The redesign is not proved to be the cause.",
        "The redesign may be the cause, and a split by platform would tell.",
        "If the redesign is the cause, the old flow will win.",
        "Is the redesign the cause?",
        "The cause is open.",
    ],
)
def test_a_cause_may_be_suspected_and_asked_for(text: str) -> None:
    assert find_weakness(text, A, []) == ""


def test_later_sentences_of_a_part_may_go_on_as_they_like() -> None:
    assert find_weakness("The gap is what counts.", R, [(R, "Ask the owner to compare.")]) == ""


def test_hardly_a_sentence_of_the_curated_answers_is_refused() -> None:
    told, refused = 0, []
    for path in sorted(CURATED_FOLDER.glob("*.jsonl")):
        for line in path.read_text(encoding="utf-8").splitlines():
            before: list[tuple[Section, str]] = []
            for sentence in answer_sentences(AnswerSections.model_validate(json.loads(line))):
                told += 1
                if find_weakness(sentence.text, sentence.section, before):
                    refused.append(sentence.text)
                before.append((sentence.section, sentence.text))
    assert told > 2_000
    assert len(refused) <= told * 0.005, refused


@pytest.mark.parametrize(
    ("section", "text", "missing"),
    [
        (R, "The owner should think.", 2),
        (R, "Ask the product lead to compare both halves by Friday.", 0),
        (U, "High.", 1),
        (U, "High. Each week adds to the loss.", 0),
        (A, "Activation fell.", 0),
    ],
)
def test_parts_that_lack_something_are_filled(section: Section, text: str, missing: int) -> None:
    assert count_missing(section, text) == missing
