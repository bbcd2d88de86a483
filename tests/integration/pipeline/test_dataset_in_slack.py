"""`/analyst dataset`: what the newest version holds, in words, from what was frozen."""

from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pytest
from sqlalchemy import Engine

from bot.analysis.quality.jargon import Glossary
from bot.roles import Role, Standing
from bot.slack.listeners import dataset
from pipeline.dataset.analysis import Analysis
from pipeline.dataset.build import DatasetSettings, build_dataset


def ask_as(engine: Engine, role: Role, rest: str = "") -> str:
    """Type `/analyst dataset ...` as a person with this role."""
    members = SimpleNamespace(standing=lambda user: Standing(user, frozenset({role})))
    services: Any = SimpleNamespace(engine=engine, members=members)
    return dataset.answer_command(services, {"user_id": "U1"}, rest)


@pytest.fixture
def ask(engine: Engine) -> Callable[..., str]:
    return lambda rest="": ask_as(engine, Role.ANALYST, rest)


def test_versions_are_told_in_words(
    ask: Callable[..., str],
    engine: Engine,
    dataset_settings: DatasetSettings,
    analysis: Analysis,
    glossary: Glossary,
    make_row: Any,
    import_examples: Any,
) -> None:
    assert "There is no version yet. Approved examples so far: 0." in ask()

    import_examples([make_row(n) for n in range(12)])
    import_examples([make_row(50)], reviewed_by="")
    build_dataset(engine, dataset_settings, analysis, glossary, ())
    first = ask()
    assert "Dataset version 1" in first
    assert "12 examples: 11 to learn from, 1 to validate with" in first
    assert "From: import 12" in first
    assert "Left out by the filter: nothing" in first
    assert "fewer than the 500" in first
    assert "Waiting for review: 1." in first
    assert "Since version" not in first

    import_examples([make_row(12), make_row(13, urgency="Soon.")])
    build_dataset(engine, dataset_settings, analysis, glossary, ())
    second = ask()
    assert "Dataset version 2" in second
    assert "Left out by the filter: format 1" in second
    assert "Since version 1: 1 added, 0 removed" in second
    assert ask("1").startswith(first.splitlines()[0])


@pytest.mark.parametrize("rest", ["three", "-1", "²", "9" * 40])
def test_a_strange_number_gets_the_usage(ask: Callable[..., str], rest: str) -> None:
    assert ask(rest) == dataset.USAGE


def test_a_missing_version_is_said(ask: Callable[..., str]) -> None:
    assert ask("7").startswith("There is no version 7.")


def test_who_may_not_is_refused(engine: Engine) -> None:
    assert "you need the role analyst or maintainer" in ask_as(engine, Role.GROWTH)
