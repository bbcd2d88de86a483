"""Which payloads count as arrivals, and under which key."""

from typing import Any

from bot.slack.arrivals import mentions_bot, question_arrival, verdict_arrival

BOT = "U0BOT"


def _body(**event: Any) -> dict[str, Any]:
    base = {"channel": "C1", "ts": "1.5", "user": "U1", "text": f"<@{BOT}> hello"}
    return {"team_id": "T1", "event_id": "Ev1", "event": base | event}


def test_the_two_events_of_one_mention_share_a_key() -> None:
    mention = question_arrival(_body(type="app_mention"), BOT, "mention")
    message = question_arrival({**_body(type="message"), "event_id": "Ev2"}, BOT, "mention")
    assert mention is not None
    assert message is not None
    assert mention.key == message.key


def test_messages_of_different_channels_differ_although_their_ts_is_equal() -> None:
    first = question_arrival(_body(channel="C1"), BOT, "mention")
    second = question_arrival(_body(channel="C2"), BOT, "mention")
    assert first is not None
    assert second is not None
    assert first.key != second.key


def test_bots_and_edits_are_ignored() -> None:
    assert question_arrival(_body(bot_id="B1"), BOT, "mention") is None
    assert question_arrival(_body(user=BOT), BOT, "mention") is None
    assert question_arrival(_body(subtype="message_changed", user=None), BOT, "mention") is None


def test_mentions_are_recognised_with_and_without_a_label() -> None:
    assert mentions_bot({"text": f"hi <@{BOT}>"}, BOT)
    assert mentions_bot({"text": f"<@{BOT}|analyst> hi"}, BOT)
    assert not mentions_bot({"text": "<@U9> hi"}, BOT)


def _click(value: str, action_ts: str) -> dict[str, Any]:
    return {
        "user": {"id": "U1"},
        "channel": {"id": "C1"},
        "actions": [{"action_id": "answer_score", "value": value, "action_ts": action_ts}],
    }


def test_a_click_delivered_twice_has_one_key_and_a_second_click_another() -> None:
    assert verdict_arrival(_click("4:a1", "7.1")).key == verdict_arrival(_click("4:a1", "7.1")).key
    assert verdict_arrival(_click("4:a1", "7.1")).key != verdict_arrival(_click("4:a1", "7.2")).key


def test_a_chosen_option_carries_its_value_like_a_button() -> None:
    click = _click("", "7.1")
    click["actions"][0] |= {"value": None, "selected_option": {"value": "2:a1"}}
    arrival = verdict_arrival(click)
    assert arrival.payload["verdict"] == "2"
    assert arrival.payload["answer_id"] == "a1"
