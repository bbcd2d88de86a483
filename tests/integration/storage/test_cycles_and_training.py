"""Cycles, leaders, signs of life, training runs and evaluations: resumable and never twice."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import Engine

from storage import annotations, cycles, evaluations, heartbeats, leases, training_runs
from storage.columns import utc_now
from storage.database import reading, transaction
from storage.evaluations import EvaluationCase
from storage.metric_definitions import (
    MetricDefinition,
    get_metric_definition,
    list_metric_definitions,
    save_metric_definition,
)

pytestmark = pytest.mark.integration

NOW = datetime(2026, 7, 1, 12, tzinfo=UTC)


def test_a_slot_is_taken_by_one_scheduler(engine: Engine, race: Any) -> None:
    slot = NOW.isoformat()
    opened = race(*[lambda s: cycles.open_cycle_run(s, "training", slot) for _ in range(6)])
    assert sum(run is not None for run in opened) == 1
    with transaction(engine) as session:
        assert cycles.open_cycle_run(session, "digest", slot) is not None


def test_a_step_counts_its_attempts_until_it_is_done(engine: Engine) -> None:
    with transaction(engine) as session:
        run = cycles.open_cycle_run(session, "training", "s")
        assert run is not None
        cycles.begin_step(session, run.id, "collect")
        cycles.end_step(session, run.id, "collect", "failed", problem="disk full")
        assert cycles.begin_step(session, run.id, "collect").attempts == 2
        cycles.end_step(session, run.id, "collect", result={"examples": 12})
        done = cycles.begin_step(session, run.id, "collect")
        assert (done.state, done.attempts, done.result) == ("done", 2, {"examples": 12})
        cycles.end_step(session, run.id, "collect", "failed")
        cycles.begin_step(session, run.id, "train")
        assert [(s.name, str(s.state)) for s in cycles.list_steps(session, run.id)] == [
            ("collect", "done"),
            ("train", "running"),
        ]


def test_a_cycle_tells_where_it_stands(engine: Engine) -> None:
    with transaction(engine) as session:
        run = cycles.open_cycle_run(session, "training", "s")
        assert run is not None
        proposed = cycles.set_cycle_state(
            session, run.id, "proposed", workflow_id="w", waits_for="a maintainer"
        )
        assert (proposed.ended_at, proposed.waits_for) == (None, "a maintainer")
        closed = cycles.set_cycle_state(session, run.id, "closed", result={"adapter": "v7"})
        assert (closed.workflow_id, closed.ended_at is None) == ("w", False)
        assert cycles.list_cycle_runs(session, "training", state="closed")[0].id == run.id
        assert cycles.list_cycle_runs(session, state="running") == []


def test_one_leader_until_it_falls_silent(engine: Engine, race: Any) -> None:
    won = race(
        *[lambda s, h=f"h{n}": leases.acquire_lease(s, "clock", h, 30, now=NOW) for n in range(6)]
    )
    winners = [lease for lease in won if lease is not None]
    assert len(winners) == 1
    leader, token = winners[0].holder, winners[0].token
    with transaction(engine) as session:
        renewed = leases.acquire_lease(
            session, "clock", leader, 30, now=NOW + timedelta(seconds=29)
        )
        assert renewed is not None
        assert renewed.token == token
        soon, late = NOW + timedelta(seconds=58), NOW + timedelta(seconds=60)
        assert leases.acquire_lease(session, "clock", "other", 30, now=soon) is None
        taken = leases.acquire_lease(session, "clock", "other", 30, now=late)
        assert taken is not None
        assert taken.token == token + 1
        leases.release_lease(session, "clock", leader)
        assert leases.acquire_lease(session, "clock", leader, 30, now=late) is None
        leases.release_lease(session, "clock", "other")
        assert leases.acquire_lease(session, "clock", leader, 30, now=late) is not None


def test_silent_parts_are_listed(engine: Engine) -> None:
    with transaction(engine) as session:
        heartbeats.beat(session, "scheduler", now=NOW - timedelta(seconds=100))
        heartbeats.beat(session, "bot", {"pid": 7}, now=NOW - timedelta(seconds=100))
        heartbeats.beat(session, "bot", {"pid": 8}, now=NOW)
        assert [h.name for h in heartbeats.list_silent(session, 60, now=NOW)] == ["scheduler"]
        bot = heartbeats.get_heartbeat(session, "bot")
        assert bot is not None
        assert bot.details == {"pid": 8}


def test_a_training_run_is_started_once_and_found_by_its_adapter(engine: Engine) -> None:
    with transaction(engine) as session:
        run = training_runs.start_training_run(session, key="cycle-1", preset="cpu-demo")
        again = training_runs.start_training_run(session, key="cycle-1", preset="other")
        assert (again.id, again.preset) == (run.id, "cpu-demo")
        training_runs.update_training_run(session, run.id, launch={"pid": 7})
        assert [r.id for r in training_runs.list_training_runs(session, state="running")] == [
            run.id
        ]
        training_runs.update_training_run(
            session, run.id, state="finished", adapter_name="v1", peak_memory_bytes=80 * 2**30
        )
        with pytest.raises(ValueError, match="colour"):
            training_runs.update_training_run(session, run.id, colour="red")
    with reading(engine) as session:
        found = training_runs.find_training_run(session, "v1")
        assert found is not None
        assert (found.launch, found.peak_memory_bytes) == ({"pid": 7}, 80 * 2**30)
        assert found.ended_at is not None


def test_an_evaluation_goes_on_where_it_stopped(engine: Engine) -> None:
    def case(system: str, raw_text: str) -> EvaluationCase:
        return EvaluationCase(
            evaluation_id=evaluation.id, case_id="c1", system=system, raw_text=raw_text
        )

    with transaction(engine) as session:
        evaluation = evaluations.start_evaluation(session, key="e", adapter_name="v1")
        assert evaluations.record_case(session, case("candidate", "first"))
        assert evaluations.record_case(session, case("base", "other"))
        assert not evaluations.record_case(session, case("candidate", "second"))
        assert evaluations.find_latest_evaluation(session, "v1") is None
    with transaction(engine) as session:
        same = evaluations.start_evaluation(session, key="e", adapter_name="v1")
        cases = evaluations.list_cases(session, same.id, "candidate")
        assert [row.raw_text for row in cases] == ["first"]
        evaluations.finish_evaluation(
            session, same.id, n=1, summary={"rouge": 0.4}, gates=[], has_passed=True
        )
        evaluations.finish_evaluation(session, same.id, n=9, summary={}, gates=[], has_passed=False)
        latest = evaluations.find_latest_evaluation(session, "v1")
        assert latest is not None
        assert (latest.n, latest.summary, latest.has_passed) == (1, {"rouge": 0.4}, True)


def test_a_metric_is_replaced_by_its_name(engine: Engine) -> None:
    with transaction(engine) as session:
        save_metric_definition(session, MetricDefinition(name="activation", unit="%"))
        save_metric_definition(session, MetricDefinition(name="arpu", is_active=False))
        save_metric_definition(
            session, MetricDefinition(name="activation", unit="%", synonyms=["act. rate"])
        )
        metric = get_metric_definition(session, "activation")
        assert metric is not None
        assert metric.synonyms == ["act. rate"]
        assert [m.name for m in list_metric_definitions(session)] == ["activation"]
        assert len(list_metric_definitions(session, include_inactive=True)) == 2


def test_annotations_are_found_by_metric_and_day(engine: Engine) -> None:
    with transaction(engine) as session:
        for key, metric, day in [
            ("all", None, 3),
            ("mine", "activation", 1),
            ("other", "arpu", 2),
            ("late", "activation", 9),
            ("gone", "activation", 2),
        ]:
            row = annotations.record_annotation(
                session,
                key=key,
                happened_on=date(2026, 7, day),
                text=key,
                author_id="U1",
                metric=metric,
            )
            if key == "gone":
                annotations.remove_annotation(session, row.id)
        found = annotations.list_annotations(
            session, "activation", date(2026, 7, 1), date(2026, 7, 8)
        )
        assert [row.text for row in found] == ["mine", "all"]


def test_defaults_are_the_present(engine: Engine) -> None:
    with transaction(engine) as session:
        beat = heartbeats.beat(session, "bot")
        assert abs((utc_now() - beat.beat_at).total_seconds()) < 60
