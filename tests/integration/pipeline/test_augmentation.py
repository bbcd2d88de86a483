"""Augmentation against a teacher that misbehaves: everything counted, nothing bad let through."""

import importlib.util
import sys
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine

from bot.analysis.quality.jargon import Glossary
from pipeline.augmentation.errors import AugmentationRefusedError
from pipeline.augmentation.run import AugmentationPlan, AugmentationReport, run_augmentation
from pipeline.augmentation.seeds import SeedKind
from pipeline.augmentation.settings import AugmentationSettings
from pipeline.dataset.analysis import Analysis
from pipeline.dataset.golden import GoldenText
from storage.database import reading, transaction
from storage.examples import Example, ExampleStatus, add_example, list_examples
from storage.teacher_requests import list_teacher_requests

SPEC = importlib.util.spec_from_file_location(
    "stub_teacher", Path(__file__).with_name("stub_teacher.py")
)
assert SPEC is not None
assert SPEC.loader is not None
stub_teacher = importlib.util.module_from_spec(SPEC)
sys.modules["stub_teacher"] = stub_teacher
SPEC.loader.exec_module(stub_teacher)

PRICES = {"input_price": 10.0, "output_price": 30.0}
REPLY_COST = (700 * 10.0 + 300 * 30.0) / 1_000_000
Augment = Callable[..., AugmentationReport]


@pytest.fixture
def stub() -> Any:
    return stub_teacher.StubTeacher()


@pytest.fixture
def teacher_url(stub: Any) -> Iterator[str]:
    server = stub_teacher.serve(stub)
    yield f"http://127.0.0.1:{server.server_address[1]}/v1"
    server.shutdown()
    server.server_close()


@pytest.fixture
def augment(engine: Engine, teacher_url: str, analysis: Analysis, glossary: Glossary) -> Augment:
    def run(
        count: int = 6,
        kind: SeedKind = SeedKind.SCENARIOS,
        *,
        golden: tuple[GoldenText, ...] = (),
        name: str = "run",
        **changes: Any,
    ) -> AugmentationReport:
        fast = {
            "base_url": teacher_url,
            "model": "stub",
            "first_pause_seconds": 0.02,
            "timeout_seconds": 5.0,
            "concurrency": 3,
        }
        settings = AugmentationSettings.model_validate({**fast, **changes})
        return run_augmentation(
            engine, settings, AugmentationPlan(name, count, kind), analysis, glossary, golden,
            today=lambda: date(2026, 6, 1),
        )  # fmt: skip

    return run


def candidates(engine: Engine) -> list[Example]:
    with reading(engine) as session:
        return list_examples(session, status=ExampleStatus.CANDIDATE)


def test_good_replies_wait_for_review_with_their_origin(
    engine: Engine, augment: Augment, stub: Any
) -> None:
    report = augment(6, **PRICES)
    misread = report.rejected.get("misread_question", 0) + report.rejected.get(
        "unreadable_question", 0
    )
    assert report.queued_for_review == 6 - misread >= 4
    assert report.cost == pytest.approx(REPLY_COST * report.queued_for_review)
    queued = candidates(engine)
    assert len(queued) == report.queued_for_review
    assert {example.origin for example in queued} == {"augmentation"}
    assert all(example.family_id.startswith("scenario/") for example in queued)
    assert all(example.provenance["teacher"] == "stub" for example in queued)
    assert stub.requests[0]["body"]["temperature"] == 0.8
    assert stub.requests[0]["body"]["response_format"]["json_schema"]["strict"] is True


def test_examples_are_told_again_within_their_family(
    engine: Engine, augment: Augment, make_row: Any, import_examples: Any, stub: Any
) -> None:
    import_examples([make_row(n) for n in range(3)])
    report = augment(6, SeedKind.EXAMPLES)
    assert report.queued_for_review == 6, report
    queued = candidates(engine)
    assert {example.family_id for example in queued} == {f"family-000{n}" for n in range(3)}
    assert all(example.parent_example_id for example in queued)
    assert len(stub.requests) == 12


@pytest.mark.parametrize(
    ("fault", "reason"),
    [
        ("broken_json", "broken_json"),
        ("wrong_fields", "wrong_fields"),
        ("wrong_number", "unproved_number"),
        ("refusal", "refusal"),
        ("refusal_words", "refusal"),
        ("cut_off", "cut_off"),
        ("vague", "vague"),
        ("not_a_completion", "bad_response"),
    ],
)
def test_bad_replies_are_counted_and_kept_out(
    engine: Engine, augment: Augment, stub: Any, fault: str, reason: str
) -> None:
    stub.always = fault
    report = augment(3, attempts=1, give_up_after=99)
    assert report.queued_for_review == 0
    assert report.rejected[reason] >= 2
    assert report.explained[reason]
    assert candidates(engine) == []


def test_unreadable_new_case_costs_no_second_request(
    augment: Augment, make_row: Any, import_examples: Any, stub: Any
) -> None:
    import_examples([make_row(0)])
    stub.always = "unreadable"
    report = augment(3, SeedKind.EXAMPLES)
    assert report.rejected == {"unreadable_question": 3}
    assert len(stub.requests) == 3


@pytest.mark.parametrize("fault", ["429", "500"])
def test_refused_requests_go_again(augment: Augment, stub: Any, fault: str) -> None:
    stub.plan = {0: fault, 1: fault}
    report = augment(4, **PRICES)
    assert report.queued_for_review == 4 - sum(report.rejected.values()) >= 2
    assert report.cost == pytest.approx(REPLY_COST * report.queued_for_review)
    assert len(stub.requests) == report.queued_for_review + 2


def test_retry_after_is_waited_for(augment: Augment, stub: Any) -> None:
    stub.plan, stub.retry_after = {0: "429"}, "1"
    augment(1, concurrency=1)
    assert stub.times[1] - stub.times[0] >= 1.0


def test_retry_after_as_a_date_is_waited_for(augment: Augment, stub: Any) -> None:
    stub.plan = {0: "429_date"}
    stub.retry_after = format_datetime(datetime.now(UTC) + timedelta(seconds=3), usegmt=True)
    augment(1, concurrency=1)
    assert stub.times[1] - stub.times[0] >= 0.9


def test_hanging_paid_request_is_booked_and_not_sent_again(
    engine: Engine, augment: Augment, stub: Any
) -> None:
    stub.plan = {0: "hang"}
    stub.hang_seconds = 3
    report = augment(2, concurrency=1, timeout_seconds=0.5, **PRICES)
    assert report.rejected["timeout"] == 1
    assert len({request["key"] for request in stub.requests}) == len(stub.requests)
    with reading(engine) as session:
        hung = [r for r in list_teacher_requests(session, "run") if r.outcome == "timeout"]
    assert hung[0].cost > REPLY_COST


def test_hanging_free_request_is_sent_again(augment: Augment, stub: Any) -> None:
    stub.always, stub.hang_seconds = "hang", 1.5
    report = augment(1, concurrency=1, timeout_seconds=0.3, attempts=3)
    assert report.rejected == {"timeout": 1}
    assert len(stub.requests) == 3


def test_budget_is_never_broken(augment: Augment, stub: Any) -> None:
    report = augment(12, budget=0.12, concurrency=4, **PRICES)
    assert report.cost <= 0.12
    assert report.waiting > 0
    assert "budget" in report.stopped
    spent = len(stub.requests)
    more = augment(12, budget=10.0, **PRICES)
    assert more.waiting == 0
    assert more.queued_for_review + sum(more.rejected.values()) == 12
    assert len(stub.requests) > spent
    assert len({request["key"] for request in stub.requests}) == len(stub.requests)


def test_wrong_key_stops_at_once_and_the_run_goes_on_later(augment: Augment, stub: Any) -> None:
    stub.always = "401"
    report = augment(5, concurrency=1)
    assert len(stub.requests) == 1
    assert "API_KEY" in report.stopped
    assert report.waiting >= 3
    stub.always = ""
    assert augment(5).waiting == 0


def test_dead_teacher_ends_the_run_early(augment: Augment, stub: Any) -> None:
    stub.always = "500"
    report = augment(10, concurrency=1, attempts=2, give_up_after=2)
    assert len(stub.requests) == 4
    assert "in a row" in report.stopped
    assert report.rejected["server_error"] == 2
    stub.always = ""
    assert augment(10).queued_for_review >= 7


def test_finished_run_asks_nothing_again(augment: Augment, stub: Any) -> None:
    first = augment(4)
    asked = len(stub.requests)
    again = augment(4)
    assert len(stub.requests) == asked
    assert again == first


def test_golden_case_is_not_told_again(
    augment: Augment, make_row: Any, import_examples: Any, stub: Any, analysis: Analysis
) -> None:
    import_examples([make_row(0)])
    augment(1, SeedKind.EXAMPLES, name="first")
    request = stub_teacher.write_case("second:0:case")["request"]
    values = analysis.read(request, date(2026, 6, 1)).values
    report = augment(
        1, SeedKind.EXAMPLES, name="second", golden=(GoldenText("g-1", "other", values, ""),)
    )
    assert report.rejected == {"leak": 1}


def test_teacher_elsewhere_needs_permission(augment: Augment) -> None:
    with pytest.raises(AugmentationRefusedError, match="ALLOW_EXTERNAL"):
        augment(1, base_url="https://api.example.com/v1")


def test_collected_examples_stay_here(
    engine: Engine, augment: Augment, make_row: Any, import_examples: Any
) -> None:
    import_examples([make_row(0)])
    with transaction(engine) as session:
        example = list_examples(session)[0]
        example.author_id = "U1"
        session.add(example)
    outside = {"base_url": "http://teacher.invalid/v1", "allow_external": True}
    with pytest.raises(AugmentationRefusedError, match="ALLOW_COLLECTED"):
        augment(1, SeedKind.EXAMPLES, **outside)


def test_same_answer_twice_is_queued_once(
    engine: Engine, augment: Augment, make_row: Any, analysis: Analysis, glossary: Glossary
) -> None:
    first = augment(1, name="one")
    assert first.queued_for_review == 1, first
    with transaction(engine) as session:
        stored = list_examples(session)[0]
        copy = Example(
            key="copy", origin="augmentation", family_id="other", completion=stored.completion
        )
        add_example(session, copy)
        requests = list_teacher_requests(session, "one")
        requests[-1].outcome = ""
        session.add(requests[-1])
        stored.key = "renamed"
        session.add(stored)
    again = augment(1, name="one")
    assert again.rejected == {"near_duplicate": 1}
