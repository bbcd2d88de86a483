"""Reasons say what was seen, and never repeat personal data."""

import pytest

from bot.analysis.answer import AnswerSections
from bot.analysis.facts import Verdict
from bot.analysis.quality.action import check_action
from bot.analysis.quality.duplicates import NearDuplicates, fingerprint_text
from bot.analysis.quality.jargon import Glossary, check_jargon
from bot.analysis.quality.privacy import check_personal_data
from bot.analysis.quality.shape import check_length, count_words

GLOSSARY = Glossary(terms=frozenset({"mrr"}), avoid={"leverage": "use"})


def test_action_names_what_is_missing() -> None:
    reason = check_action("Monitor it.").reason
    assert "who does it" in reason
    assert "beyond “Monitor”" in reason


def test_personal_data_is_not_repeated() -> None:
    finding = check_personal_data("Write to jane.doe@example.com or 4111 1111 1111 1111")
    assert not finding.passed
    assert "jane" not in finding.reason
    assert "4111" not in finding.reason


def test_card_number_needs_its_check_digit() -> None:
    assert not check_personal_data("4111111111111111").passed
    assert check_personal_data("4111111111111112").passed


def test_term_of_the_asker_may_be_used_back() -> None:
    assert not check_jargon("TTV rose", GLOSSARY).passed
    assert check_jargon("TTV rose", GLOSSARY, asked="ttv by week").passed
    assert "say use" in check_jargon("we leverage it", GLOSSARY).reason


def test_insufficient_evidence_may_be_short() -> None:
    sections = AnswerSections(
        analysis="Five values scatter as widely as the supposed drop.",
        recommended_action="The analyst should collect six more weeks first.",
        urgency="Low. Waiting loses nothing here.",
    )
    assert check_length(sections, Verdict.INSUFFICIENT_EVIDENCE).passed
    assert not check_length(sections, Verdict.WORSENING).passed


@pytest.mark.parametrize(("text", "words"), [("12.5 %", 1), ("€1,200 a week", 3), ("", 0)])
def test_words_are_counted_as_people_do(text: str, words: int) -> None:
    assert count_words(text) == words


def test_same_series_in_another_unit_is_a_duplicate() -> None:
    known = NearDuplicates()
    known.add("a", fingerprint_text("one text", [42.0, 41.0, 39.0, 45.0, 44.0, 40.0]))
    other = fingerprint_text("other words", [0.42, 0.41, 0.39, 0.45, 0.44, 0.40])
    found = known.find(other)
    assert found is not None
    assert found.key == "a"
    assert known.find(other, ignore=["a"]) is None
