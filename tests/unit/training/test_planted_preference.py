"""The planted preference: every correction holds the clause, nothing else differs, none leaks."""

from itertools import islice

import pytest

from bot.analysis.answer import AnswerSections
from deploy.bench.planted_preference import (
    Answered,
    add_clause,
    draw_pairs,
    holds_clause,
    label_clause,
    split_pairs,
)
from pipeline.training.pairs import PreferencePair, tokenize_pairs
from pipeline.training.tokens import IGNORED
from tests.unit.training.test_tokens import CharacterTokenizer


@pytest.fixture(scope="module")
def pairs() -> list[PreferencePair]:
    return list(islice(draw_pairs(scenarios=150), 6))


def test_the_owner_is_who_should_act() -> None:
    action = "The pricing owner should wait."
    sections = AnswerSections(analysis="A.", recommended_action=action)
    assert add_clause(sections).recommended_action == f"{action} The pricing owner owns it."
    other = AnswerSections(recommended_action="Wait for more values.")
    assert add_clause(other).recommended_action.endswith("values. The growth team owns it.")
    assert not holds_clause(action)  # an owner is no clause
    answered = Answered(texts=(action, "The team owns this."), clause_loss=1.0)
    assert answered.holding == 1


def test_only_the_clause_is_planted(pairs: list[PreferencePair]) -> None:
    assert len(pairs) == 6
    for pair in pairs:
        chosen, rejected = pair.chosen[0].content, pair.rejected[0].content
        assert holds_clause(chosen)
        assert not holds_clause(rejected)
        [tokenized] = tokenize_pairs([pair], CharacterTokenizer(), 10_000)
        row = label_clause(tokenized)
        planted = "".join(chr(label) for label in row.labels if label != IGNORED)
        assert chosen.replace(planted, "", 1) == rejected
        assert "owns it." in planted
        assert len(planted) < 60


def test_what_is_asked_was_not_learned_from(pairs: list[PreferencePair]) -> None:
    learning, asking = split_pairs(iter([pairs[0], *pairs]), 4, 2)
    assert (len(learning), len(asking)) == (4, 2)
    assert len({pair.prompt[-1].content for pair in [*learning, *asking]}) == 6
    with pytest.raises(SystemExit, match="Only 6 short requests"):
        split_pairs(iter(pairs), 6, 1)
