"""Sentences come out whole, in their part, however the text is cut into pieces."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.analysis.answer import Section, answer_sentences, parse_answer
from bot.serving.sentences import SentenceReader

A, R, U = Section.ANALYSIS, Section.RECOMMENDED_ACTION, Section.URGENCY

CANONICAL = (
    "Analysis: Activation fell 3.5 % to 31 %. It was approx. 42 % before, i.e. in week 3.\n"
    "Recommended action: Ana rolls back the redesign by Friday.\n"
    "Urgency: High. It has worsened vs. last week!"
)

TEXTS = {
    CANONICAL: [
        (A, "Activation fell 3.5 % to 31 %."),
        (A, "It was approx. 42 % before, i.e. in week 3."),
        (R, "Ana rolls back the redesign by Friday."),
        (U, "High."),
        (U, "It has worsened vs. last week!"),
    ],
    "**Analysis:** It fell. **Recommended action:** Roll back.\n\n**Urgency:** High": [
        (A, "It fell."),
        (R, "Roll back."),
        (U, "High."),
    ],
    "## Analysis\n\n1. It fell by 3.\n2. It rose!\n\n**Urgency**\nLow": [
        (A, "It fell by 3."),
        (A, "It rose!"),
        (U, "Low."),
    ],
    "It fell to 3.5 %. No heading at all": [
        (A, "It fell to 3.5 %."),
        (A, "No heading at all."),
    ],
    "Analysis:\n- one **big** thing\n- two things (e.g. x)\nRecommended Action: Do:\n- ask Bo": [
        (A, "one big thing."),
        (A, "two things (e.g. x)."),
        (R, "Do."),
        (R, "ask Bo."),
    ],
    "Recommended action is clear. Analysis of data shows a drop.\nUrgency: no. 1.": [
        (A, "Recommended action is clear."),
        (A, "Analysis of data shows a drop."),
        (U, "no. 1."),
    ],
    "Analysis:\n12 users left.\n3.5 % fell.\n2026 was better": [
        (A, "12 users left."),
        (A, "3.5 % fell."),
        (A, "2026 was better."),
    ],
    'Analysis: "It fell." Then (it rose.) Now': [
        (A, '"It fell."'),
        (A, "Then (it rose.)"),
        (A, "Now."),
    ],
    "Analysis: It fell.\nRecommended action:\n\nUrgency:": [(A, "It fell.")],
    "": [],
    "...\n***": [],
}


def read(pieces: list[str]) -> list[tuple[Section, str]]:
    reader = SentenceReader()
    sentences = [sentence for piece in pieces for sentence in reader.feed(piece)]
    return [(s.section, s.text) for s in [*sentences, *reader.finish()]]


@pytest.mark.parametrize(("text", "expected"), TEXTS.items())
@pytest.mark.parametrize("size", [1, 2, 5, 10_000])
def test_pieces_of_any_size_give_the_same_sentences(
    text: str, expected: list[tuple[Section, str]], size: int
) -> None:
    assert read([text[i : i + size] for i in range(0, len(text), size)]) == expected


@given(
    text=st.text(st.sampled_from("Analysis:Urgency \n.!*-#1%ab"), max_size=80),
    cuts=st.lists(st.integers(0, 80), max_size=8),
)
def test_where_the_text_is_cut_makes_no_difference(text: str, cuts: list[int]) -> None:
    edges = [0, *sorted(min(cut, len(text)) for cut in cuts), len(text)]
    pieces = [text[a:b] for a, b in pairwise(edges)]
    assert read(pieces) == read([text])


def test_canonical_text_is_read_as_the_answer_parser_reads_it() -> None:
    expected = [(s.section, s.text) for s in answer_sentences(parse_answer(CANONICAL))]
    assert read([CANONICAL]) == expected


def test_a_sentence_is_handed_out_as_soon_as_the_next_begins() -> None:
    reader = SentenceReader()
    assert reader.feed("Analysis: It fell 3.") == []
    assert reader.feed("5 %.") == []
    assert [s.text for s in reader.feed(" Then")] == ["It fell 3.5 %."]


def test_a_text_that_goes_on_in_a_later_part_starts_there() -> None:
    reader = SentenceReader(Section.URGENCY, mid_line=True)
    assert [(s.section, s.text) for s in reader.feed(" High. 2. ") + reader.finish()] == [
        (U, "High."),
        (U, "2."),
    ]


def test_a_tail_that_was_cut_off_stays_pending() -> None:
    reader = SentenceReader()
    reader.feed("Analysis: It fell. And then it")
    assert reader.pending.strip() == "And then it"
