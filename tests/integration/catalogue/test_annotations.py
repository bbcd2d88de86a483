"""Recorded changes: stored on both databases, joined to questions, read from files."""

from datetime import date, timedelta
from pathlib import Path

import pytest
from sqlalchemy import Engine

import deploy.demo_company
from bot.analysis.catalogue.loading import read_catalogue
from bot.analysis.facts import FactKind
from bot.analysis.findings import compute_findings
from bot.analysis.question import MetricKind, MetricQuestion, RecordedChange
from bot.recorded_changes import (
    AnnotationError,
    NewAnnotation,
    check_annotation,
    record,
    with_recorded_changes,
)
from deploy.annotation_file import AnnotationFileError, read_annotations
from deploy.demo_company.setup import record_releases
from storage.annotations import list_annotations, list_latest_annotations
from storage.database import transaction

_FILE = Path(deploy.demo_company.__file__).with_name("metrics.yaml")
CATALOGUE = read_catalogue(_FILE.read_text(encoding="utf-8"), _FILE.name)
TODAY = date(2026, 11, 27)
MONDAY = date(2026, 10, 19)
DATES = tuple(date(2026, 9, 7) + timedelta(weeks=step) for step in range(11))


def question(context: str = "UK SMB", *changes: RecordedChange) -> MetricQuestion:
    return MetricQuestion(
        metric="activation",
        kind=MetricKind.RATE,
        unit="%",
        values=(44, 43, 44, 43, 44, 43, 31, 30, 31, 30, 31),
        dates=DATES,
        context=context,
        changes=changes,
    )


def store(engine: Engine, *changes: NewAnnotation) -> None:
    with transaction(engine) as session:
        for change in changes:
            record(session, check_annotation(change, CATALOGUE, TODAY), change.key())


def joined(engine: Engine, asked: MetricQuestion) -> list[str]:
    with transaction(engine) as session:
        return [c.what for c in with_recorded_changes(session, asked, CATALOGUE).changes]


def test_a_stored_change_is_set_against_the_break(engine: Engine) -> None:
    store(engine, NewAnnotation(MONDAY, "Onboarding redesign", "U1", "Activation", "smb"))
    with transaction(engine) as session:
        found = with_recorded_changes(session, question(), CATALOGUE)
    assert found.changes == (RecordedChange(what="Onboarding redesign", index=6, day=MONDAY),)
    assert found.assumptions == (
        "Recorded changes of this window, set against the series: Onboarding redesign (19 Oct).",
    )
    facts = compute_findings(found).facts
    distance = next(fact for fact in facts if fact.kind is FactKind.BREAK_DISTANCE)
    assert distance.value == 0
    assert "in the same week as Onboarding redesign" in distance.text


def test_only_what_concerns_the_question_joins_it(engine: Engine) -> None:
    store(
        engine,
        NewAnnotation(MONDAY, "for all", "U1"),
        NewAnnotation(MONDAY, "other metric", "U1", "churn"),
        NewAnnotation(MONDAY, "other segment", "U1", "activation", "Enterprise"),
        NewAnnotation(MONDAY, "this market", "U1", "activation", "Britain"),
        NewAnnotation(DATES[0] - timedelta(days=1), "the day before", "U1"),
        NewAnnotation(DATES[-1] + timedelta(days=6), "the last day", "U1"),
        NewAnnotation(DATES[-1] + timedelta(days=7), "the day after", "U1"),
    )
    assert joined(engine, question()) == ["for all", "this market", "the last day"]
    everybody = joined(engine, question("all segments and markets; SMB = small businesses"))
    assert "other segment" in everybody
    undated = question().model_copy(update={"dates": None})
    assert joined(engine, undated) == []


def test_what_the_asker_told_is_not_told_twice(engine: Engine) -> None:
    store(engine, NewAnnotation(MONDAY, "Onboarding redesign", "U1"))
    own = RecordedChange(what="the onboarding redesign", day=MONDAY + timedelta(days=2))
    assert joined(engine, question("UK SMB", own)) == ["the onboarding redesign"]


def test_the_demo_companys_changes_move_with_the_calendar(engine: Engine) -> None:
    assert record_releases(engine, TODAY) == 8
    assert record_releases(engine, TODAY) == 8
    record_releases(engine, TODAY + timedelta(weeks=1))
    with transaction(engine) as session:
        rows = list_latest_annotations(session, 100)
        found = list_annotations(session, "Activation rate", MONDAY, TODAY)
    assert len(rows) == 8
    assert [(r.text, r.happened_on) for r in found if r.metric] == [
        ("Onboarding redesign", MONDAY + timedelta(weeks=1))
    ]


@pytest.mark.parametrize(
    ("change", "said", "field"),
    [
        (NewAnnotation(MONDAY, "  ", "U1"), "Say what changed", "what"),
        (NewAnnotation(MONDAY, "x" * 201, "U1"), "has 201 characters", "what"),
        (NewAnnotation(date(1926, 1, 1), "x", "U1"), "not a likely date", "day"),
        (NewAnnotation(date(2036, 1, 1), "x", "U1"), "not a likely date", "day"),
        (NewAnnotation(MONDAY, "x", "U1", "nonsense"), "has no metric “nonsense”", "metric"),
        (
            NewAnnotation(MONDAY, "x", "U1", "churn", "Mars"),
            "no segment or market “Mars”",
            "segment",
        ),
        (
            NewAnnotation(MONDAY, "x", "U1", "'; DROP TABLE annotation; --"),
            "has no metric",
            "metric",
        ),
    ],
)
def test_a_change_that_cannot_be_kept_is_told(change: NewAnnotation, said: str, field: str) -> None:
    with pytest.raises(AnnotationError) as caught:
        check_annotation(change, CATALOGUE, TODAY)
    assert said in str(caught.value)
    assert caught.value.field == field


def test_a_file_is_read_line_by_line() -> None:
    content = (
        "Date;Change;Metric;Market;Who\n"
        "2026-10-19;Onboarding redesign;activation;UK;Ines\n"
        "\n"
        "19.10.2026;no date;;;\n"
        "2026-10-20;All of us;all;;\n"
        "2026-10-21;;;;\n"
    ).encode("utf-8-sig")
    found = read_annotations(content, "changes.csv", CATALOGUE, TODAY, "cli:ana")
    assert found.changes == [
        NewAnnotation(MONDAY, "Onboarding redesign", "Ines", "Activation rate", "UK"),
        NewAnnotation(date(2026, 10, 20), "All of us", "cli:ana", None, None),
    ]
    assert found.problems == [
        "changes.csv, line 4: '19.10.2026' is no date; write it like 2026-10-19.",
        "changes.csv, line 6: Say what changed, for example “onboarding redesign”.",
    ]


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "is empty; it needs a header line"),
        (b"day,metric\n2026-10-19,churn\n", "line 1: there is no column what."),
        (b"\xff\xfe\x00", "is not UTF-8 text"),
        (b"date,what\n" + b"2026-10-19,x\n" * 10_001, "has more than 10,000 lines"),
    ],
)
def test_a_file_that_cannot_be_read_is_told(content: bytes, said: str) -> None:
    with pytest.raises(AnnotationFileError, match=said):
        read_annotations(content, "changes.csv", CATALOGUE, TODAY, "cli:ana")
