"""State, rights that expire, typed text, faults and ids: without network."""

from pathlib import Path

import pytest

from deploy.playground.acts.element_values import state_values
from deploy.playground.acts.typed_text import encode_typed
from deploy.playground.errors import ApiError, BadRequestError
from deploy.playground.faults import Fault, Faults, parse_fault
from deploy.playground.guard import is_local
from deploy.playground.ids import Timestamps
from deploy.playground.people import BOT_USER_ID, GINA, GROWTH_CHANNEL
from deploy.playground.triggers import ResponseUrls, Triggers
from deploy.playground.workspace import Workspace


class Clock:
    """A clock the test moves."""

    def __init__(self) -> None:
        self.now = 1_000.0

    def __call__(self) -> float:
        return self.now


def test_timestamps_rise_even_when_the_clock_stands_or_goes_back() -> None:
    clock = Clock()
    timestamps = Timestamps(clock)
    first, second = timestamps.next(), timestamps.next()
    clock.now -= 500
    assert first < second < timestamps.next()


def test_a_second_start_remembers_messages_threads_files_and_homes(tmp_path: Path) -> None:
    first = Workspace(tmp_path)
    parent_ts, reply_ts = first.timestamps.next(), first.timestamps.next()
    first.add_message(GROWTH_CHANNEL, {"ts": parent_ts, "text": "question"})
    first.add_message(GROWTH_CHANNEL, {"ts": reply_ts, "thread_ts": parent_ts, "text": "answer"})
    first.save_file({"id": "F1", "name": "a.png"})
    first.save_home(GINA, {"id": "V1", "blocks": []})
    first.close()

    second = Workspace(tmp_path)
    thread = second.thread(GROWTH_CHANNEL, parent_ts)
    assert [message["text"] for message in thread] == ["question", "answer"]
    assert thread[0]["reply_count"] == 1
    assert second.files["F1"]["name"] == "a.png"
    assert second.homes[GINA]["id"] == "V1"
    assert second.timestamps.next() > reply_ts
    second.delete_message(GROWTH_CHANNEL, reply_ts)
    assert second.thread(GROWTH_CHANNEL, parent_ts)[0]["reply_count"] == 0
    second.close()


def test_a_trigger_works_once_within_three_seconds() -> None:
    clock = Clock()
    triggers = Triggers(3.0, clock)
    used = triggers.issue(GINA)
    assert triggers.exchange(used).user == GINA
    with pytest.raises(ApiError, match="exchanged_trigger_id"):
        triggers.exchange(used)
    late = triggers.issue(GINA)
    clock.now += 3.1
    with pytest.raises(ApiError, match="expired_trigger_id"):
        triggers.exchange(late)
    with pytest.raises(ApiError, match="invalid_trigger_id"):
        triggers.exchange("made up")


def test_a_response_url_works_five_times_within_thirty_minutes() -> None:
    clock = Clock()
    urls = ResponseUrls(1800.0, 5, clock)
    secret = urls.issue(GINA, GROWTH_CHANNEL)
    for _ in range(5):
        urls.use(secret)
    with pytest.raises(ApiError, match="used_url"):
        urls.use(secret)
    late = urls.issue(GINA, GROWTH_CHANNEL)
    clock.now += 1801
    with pytest.raises(ApiError, match="expired_url"):
        urls.use(late)


@pytest.mark.parametrize(
    ("typed", "wire"),
    [
        ("@Growth Analyst why?", f"<@{BOT_USER_ID}> why?"),
        (f"<@{BOT_USER_ID}> why?", f"<@{BOT_USER_ID}> why?"),
        ("a < b & c > d", "a &lt; b &amp; c &gt; d"),
        ("<!channel> typed by hand", "&lt;!channel&gt; typed by hand"),
        ("@channel look", "<!channel> look"),
        ("mail me@channel.example", "mail me@channel.example"),
        ("<@UNOBODY> x", "&lt;@UNOBODY&gt; x"),
        ("see https://e.example/a?b=1&c=2 now", "see <https://e.example/a?b=1&amp;c=2> now"),
        ("week\tvalue\n1\t0.42", "week\tvalue\n1\t0.42"),
    ],
)
def test_typed_text_goes_on_the_wire_as_slack_writes_it(typed: str, wire: str) -> None:
    assert encode_typed(typed) == wire


def test_faults_strike_as_often_as_armed_and_only_their_method() -> None:
    faults = Faults()
    faults.arm(Fault("rate_limit", count=2, method="chat.update"))
    assert faults.for_call("chat.postMessage") is None
    assert faults.for_call("chat.update") is not None
    assert faults.for_call("chat.update") is not None
    assert faults.for_call("chat.update") is None


@pytest.mark.parametrize(
    "body", [{"kind": "no"}, {"kind": "slow", "x": 1}, {"kind": "slow", "count": 0}]
)
def test_a_wrong_fault_is_refused(body: dict[str, object]) -> None:
    with pytest.raises(BadRequestError):
        parse_fault(body)


def test_state_values_hold_given_and_initial_values() -> None:
    option = {"text": {"type": "plain_text", "text": "Weekly"}, "value": "w"}
    blocks = [
        {
            "type": "input",
            "block_id": "period",
            "element": {
                "type": "static_select",
                "action_id": "s",
                "options": [option],
                "initial_option": option,
            },
        },
        {
            "type": "input",
            "block_id": "values",
            "element": {"type": "plain_text_input", "action_id": "t"},
        },
    ]
    values = state_values(blocks, {"values": {"t": "1, 2"}})
    assert values["period"]["s"] == {"type": "static_select", "selected_option": option}
    assert values["values"]["t"] == {"type": "plain_text_input", "value": "1, 2"}
    with pytest.raises(BadRequestError):
        state_values(blocks, {"period": {"s": "no such option"}})


@pytest.mark.parametrize(
    ("host", "local"),
    [
        ("127.0.0.1:80", True),
        ("localhost:80", True),
        ("127.0.0.1", True),
        ("127.0.0.1:81", False),
        ("evil.example:80", False),
        ("127.0.0.1.evil.example:80", False),
        ("", False),
    ],
)
def test_only_this_machine_is_local(host: str, local: bool) -> None:
    assert is_local(host, 80) is local
