"""Requests and answers: one answer each, sentence by sentence, whatever arrives twice."""

from typing import Any

import pytest
from sqlalchemy import Engine
from sqlalchemy.exc import IntegrityError

from storage import answers, requests
from storage.database import reading, transaction
from storage.errors import ConflictError, NotFoundError

pytestmark = pytest.mark.integration


def ask(session: Any, key: str, **changes: Any) -> requests.Request:
    fields: dict[str, Any] = {
        "team": "T1",
        "channel": "C1",
        "thread_ts": None,
        "message_ts": key,
        "user_id": "U1",
        "source": "mention",
        "text": "activation: 42, 31",
    }
    return requests.create_request(session, key=key, **{**fields, **changes})


def test_a_question_asked_in_two_events_is_one_request(race) -> None:  # type: ignore[no-untyped-def]
    results = race(*[lambda session: ask(session, "1.0") for _ in range(8)])
    assert len({request.id for request in results}) == 1


def test_a_state_carries_its_fields_and_its_end(engine: Engine) -> None:
    with transaction(engine) as session:
        request = ask(session, "1.0")
        requests.set_request_state(session, request.id, "answering", question={"values": [42, 31]})
    with transaction(engine) as session:
        answering = requests.get_request(session, request.id)
        assert answering is not None
        assert answering.state is requests.RequestState.ANSWERING
        assert (answering.question, answering.ended_at) == ({"values": [42, 31]}, None)
        failed = requests.set_request_state(session, request.id, "failed", reference="ab12")
        assert (failed.reference, failed.ended_at is not None) == ("ab12", True)


def test_what_was_stopped_stays_stopped(engine: Engine) -> None:
    with transaction(engine) as session:
        request = ask(session, "1.0")
        requests.set_request_state(session, request.id, "cancelled")
        late = requests.set_request_state(session, request.id, "answering", question={"values": []})
        assert late.state is requests.RequestState.CANCELLED
        assert late.ended_at is not None


def test_unknown_states_fields_and_ids_are_refused(engine: Engine) -> None:
    with transaction(engine) as session:
        request = ask(session, "1.0")
        with pytest.raises(ValueError, match="lost"):
            requests.set_request_state(session, request.id, "lost")
        with pytest.raises(ValueError, match="colour"):
            requests.set_request_state(session, request.id, "failed", colour="red")
        with pytest.raises(NotFoundError, match="nobody"):
            requests.set_request_state(session, "nobody", "failed")


def test_a_persons_requests_come_newest_first(engine: Engine) -> None:
    for key in ("1.0", "2.0", "3.0"):
        with transaction(engine) as session:
            ask(session, key)
            ask(session, f"other-{key}", user_id="U2")
    with reading(engine) as session:
        recent = requests.list_recent_requests(session, "U1", 2)
    assert [request.key for request in recent] == ["3.0", "2.0"]


def test_a_thread_leads_to_its_newest_request(engine: Engine) -> None:
    with transaction(engine) as session:
        root = ask(session, "1.0")
        ask(session, "9.0", message_ts="9.0")
    with transaction(engine) as session:
        found = requests.find_request_by_thread(session, "T1", "C1", "1.0")
        assert found is not None
        assert found.id == root.id
        follow_up = ask(session, "2.0", thread_ts="1.0", parent_request_id=root.id)
    with reading(engine) as session:
        newest = requests.find_request_by_thread(session, "T1", "C1", "1.0")
        assert newest is not None
        assert newest.id == follow_up.id
        assert requests.find_request_by_thread(session, "T1", "C2", "1.0") is None


def test_waiting_requests_come_oldest_first(engine: Engine) -> None:
    for key in ("1.0", "2.0", "3.0"):
        with transaction(engine) as session:
            state = "answered" if key == "2.0" else "waiting_for_model"
            requests.set_request_state(session, ask(session, key).id, state)
    with reading(engine) as session:
        waiting = requests.list_waiting_requests(session)
    assert [request.key for request in waiting] == ["1.0", "3.0"]


def test_an_answer_is_started_once_and_keeps_its_model(engine: Engine, race) -> None:  # type: ignore[no-untyped-def]
    with transaction(engine) as session:
        request = ask(session, "1.0")
    started = race(
        *[
            lambda s, a=adapter: answers.start_answer(s, request.id, channel="C1", adapter=a)
            for adapter in ("v1", "v2", "v3", "v4")
        ]
    )
    assert len({(answer.id, answer.adapter) for answer in started}) == 1


def test_an_answer_needs_its_request(engine: Engine) -> None:
    with pytest.raises(IntegrityError), transaction(engine) as session:
        answers.start_answer(session, "nobody", channel="C1")


def test_an_answer_lives_in_one_post(engine: Engine, make_answer) -> None:  # type: ignore[no-untyped-def]
    answer_id = make_answer()
    with transaction(engine) as session:
        answers.set_message_ts(session, answer_id, "7.1")
        answers.set_message_ts(session, answer_id, "7.1")
        with pytest.raises(ConflictError, match=r"7\.1"):
            answers.set_message_ts(session, answer_id, "7.2")
        found = answers.find_answer_by_message(session, "C1", "7.1")
        assert found is not None
        assert found.id == answer_id
        assert answers.find_answer_by_message(session, "C1", "7.2") is None


def test_sentences_committed_at_once_keep_one_per_position(make_answer, race, engine) -> None:  # type: ignore[no-untyped-def]
    answer_id = make_answer()
    jobs = [
        lambda s, p=position, w=writer: answers.append_sentence(
            s, answer_id, p, "analysis", f"{w} wrote sentence {p}.", "model", [{"value": p}]
        )
        for position in range(4)
        for writer in ("first", "second")
    ]
    returned = race(*jobs)
    with reading(engine) as session:
        stored = answers.list_sentences(session, answer_id)
    assert [sentence.position for sentence in stored] == [0, 1, 2, 3]
    for sentence in returned:
        assert sentence.text == stored[sentence.position].text
    assert stored[2].claims == [{"value": 2}]


def test_a_sentence_is_sent_once_and_unknown_ones_are_named(engine, make_answer) -> None:  # type: ignore[no-untyped-def]
    answer_id = make_answer()
    with transaction(engine) as session:
        answers.append_sentence(session, answer_id, 0, "analysis", "It fell.", "facts")
        answers.mark_sentence_sent(session, answer_id, 0)
        first = answers.list_sentences(session, answer_id)[0].sent_at
        answers.mark_sentence_sent(session, answer_id, 0)
        assert first is not None
        assert answers.list_sentences(session, answer_id)[0].sent_at == first
        with pytest.raises(NotFoundError, match="/3"):
            answers.mark_sentence_sent(session, answer_id, 3)


def test_the_first_ending_of_an_answer_stands(engine: Engine, make_answer) -> None:  # type: ignore[no-untyped-def]
    answer_id = make_answer()
    with transaction(engine) as session:
        answers.set_outcome(session, answer_id, findings={"facts": []}, attempts=1)
        answers.finish_answer(
            session,
            answer_id,
            raw_text="It fell.",
            attempts=2,
            refused=[{"text": "It tripled."}],
            timings={"total": 900},
            model_written_share=0.75,
            verified_count=3,
            claim_count=3,
        )
        answers.finish_answer(session, answer_id, state="failed", raw_text="other")
    with reading(engine) as session:
        answer = answers.get_answer(session, answer_id)
    assert answer is not None
    assert (answer.state, answer.raw_text) == (answers.AnswerState.FINISHED, "It fell.")
    assert (answer.attempts, answer.refused) == (2, [{"text": "It tripled."}])
    assert (answer.findings, answer.model_written_share) == ({"facts": []}, 0.75)


def test_an_answer_has_no_other_outcome(engine: Engine, make_answer) -> None:  # type: ignore[no-untyped-def]
    answer_id = make_answer()
    with transaction(engine) as session, pytest.raises(ValueError, match="request_id"):
        answers.set_outcome(session, answer_id, request_id="another")
