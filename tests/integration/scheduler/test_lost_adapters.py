"""A model server that starts anew, adapters damaged on disk: nobody else answers in their name."""

from collections import Counter
from collections.abc import Callable

import pytest

from bot.answering import choose_author
from bot.jobs.authors import begin_answer, hand_on
from bot.services import Services
from bot.serving.errors import AdapterMissingError, ModelUnavailableError
from bot.settings import AnsweringSettings
from bot.slack.settings import SlackSettings
from deploy.stub_model import StubModel
from pipeline.training.artefact import WEIGHTS
from scheduler.decisions import approve, canary, rollback, serving_now
from scheduler.reconcile import reconcile
from storage.adapters import AdapterState, get_adapter
from storage.answers import append_sentence, find_answer_by_request
from storage.database import reading, transaction
from storage.requests import create_request
from tests.integration.scheduler.conftest import RecordingSlack, World

pytestmark = pytest.mark.integration


THREADS = [f"T:C:{number}.0" for number in range(200)]


def share_of(world: World, name: str) -> set[str]:
    """The threads that this adapter answers."""
    found = set()
    with reading(world.engine) as session:
        for key in THREADS:
            author = choose_author(session, base_model="base", thread_key=key, shots=())
            if author.adapter == name:
                found.add(key)
    return found


def test_a_restarted_server_gives_the_canary_the_same_threads_and_its_own_adapter(
    world: World,
) -> None:
    one, two = world.make_adapter(1), world.make_adapter(2)
    approve(world.machine, one, "U1")
    canary(world.machine, two, 20, "U1")
    (replica,) = world.machine.replicas
    before = share_of(world, two)
    assert 20 <= len(before) <= 60

    world.stub.stop()
    with pytest.raises(ModelUnavailableError):
        replica.smoke_test(two)
    assert share_of(world, two) == before, "an outage moves no thread"

    with StubModel(adapters_dir=world.stub.adapters_dir, port=world.stub.port) as restarted:
        assert restarted.adapters == set(), "what was loaded is forgotten"
        for key in THREADS[:40]:
            with reading(world.engine) as session:
                author = choose_author(session, base_model="base", thread_key=key, shots=())
            message = [{"role": "user", "content": key}]
            with replica.stream_completion(message, model=author.adapter) as stream:
                assert "".join(stream)
        answered = {request.prompt: request.model for request in restarted.requests}
    assert answered == {key: two if key in before else one for key in THREADS[:40]}
    assert share_of(world, two) == before
    assert len(Counter(answered.values())) == 2


@pytest.mark.parametrize("role", ["live", "canary"])
def test_damaged_files_without_a_copy_are_never_served_and_a_rollback_ends_it(
    world: World, role: str
) -> None:
    one, two = world.make_adapter(1), world.make_adapter(2)
    approve(world.machine, one, "U1")
    start: dict[str, Callable[[], str]] = {
        "live": lambda: approve(world.machine, two, "U1"),
        "canary": lambda: canary(world.machine, two, 10, "U1"),
    }
    start[role]()
    (world.machine.adapters_dir / two / WEIGHTS).write_bytes(b"broken")

    (problem,) = reconcile(world.machine)
    assert WEIGHTS in problem
    assert "/analyst rollback" in problem
    assert reconcile(world.machine) == [problem], "told once: the same words every time"
    with pytest.raises(AdapterMissingError):
        world.machine.replicas[0].smoke_test(two)

    rollback(world.machine, "U1")
    assert reconcile(world.machine) == []
    with reading(world.engine) as session:
        assert serving_now(session) == (one, None)
        known = get_adapter(session, two)
    assert known is not None
    assert known.state in {AdapterState.RETIRED, AdapterState.CANDIDATE}


def test_an_answer_whose_adapter_is_lost_goes_from_canary_to_live_to_base_and_no_further(
    world: World,
) -> None:
    one, two = world.make_adapter(1), world.make_adapter(2)
    approve(world.machine, one, "U1")
    canary(world.machine, two, 100, "U1")
    services = Services(
        engine=world.engine,
        slack=RecordingSlack(),
        model=world.machine.replicas[0],
        slack_settings=SlackSettings(),
        answering=AnsweringSettings(),
    )
    with transaction(world.engine) as session:
        for key in ("asked", "begun"):
            request = create_request(
                session,
                key=key,
                team="T",
                channel="C",
                user_id="U",
                source="dm",
                text="",
                thread_ts=None,
                message_ts=key,
            )
            begin_answer(services, session, request.id)
            if key == "asked":
                asked = request.id
        begun = find_answer_by_request(session, request.id)
        assert begun is not None
        append_sentence(session, begun.id, 0, "analysis", "It fell.", "model")

    writers = []
    for _ in range(3):
        with reading(world.engine) as session:
            answer = find_answer_by_request(session, asked)
        assert answer is not None
        writers.append((answer.adapter, answer.model_label.startswith("growth-analyst-")))
        writers.append(hand_on(services, asked))
    assert writers == [(two, True), True, (one, True), True, (None, False), False]
    assert not hand_on(services, begun.request_id), "no answer is written by two"


def test_what_a_rollback_would_need_is_checked_before_it_is_needed(world: World) -> None:
    one, two = world.make_adapter(1), world.make_adapter(2)
    approve(world.machine, one, "U1")
    approve(world.machine, two, "U1")
    (world.machine.adapters_dir / one / WEIGHTS).unlink()
    (problem,) = reconcile(world.machine)
    assert one in problem
