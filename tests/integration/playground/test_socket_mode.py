"""A real Bolt app over the workspace's Socket Mode: events, retries, clicks, forms, streams."""

from collections.abc import Callable
from typing import Any

import pytest
from slack_bolt import App
from slack_bolt.adapter.socket_mode import SocketModeHandler
from slack_sdk import WebClient

from deploy.playground.client import PlaygroundClient
from deploy.playground.people import ANA, BOT_USER_ID, GINA, GROWTH_CHANNEL, MAX, TEAM_ID

pytestmark = pytest.mark.integration
Connect = Callable[[], SocketModeHandler]
MENTION = f"<@{BOT_USER_ID}> why?"


def test_mention_arrives_as_two_events_with_two_ids(
    workspace: PlaygroundClient, app: App, connect: Connect
) -> None:
    seen: list[tuple[str, str]] = []

    @app.event("app_mention")
    def mentioned(body: dict[str, Any], event: dict[str, Any], say: Any) -> None:
        seen.append(("app_mention", body["event_id"]))
        say(text="Looking", thread_ts=event["ts"])

    @app.event("message")
    def heard(body: dict[str, Any]) -> None:
        seen.append(("message", body["event_id"]))

    connect()
    ts = workspace.say(GINA, GROWTH_CHANNEL, "@Growth Analyst why?")
    answers = workspace.wait_for(
        lambda: workspace.bot_messages(GROWTH_CHANNEL, ts), "answer in the thread"
    )
    workspace.wait_for(lambda: len(seen) >= 2, "both events")
    assert answers[0]["text"] == "Looking"
    assert sorted(kind for kind, _ in seen) == ["app_mention", "message"]
    assert len({event_id for _, event_id in seen}) == 2


def test_direct_message_arrives_once_as_message_im(
    workspace: PlaygroundClient, app: App, connect: Connect
) -> None:
    seen: list[dict[str, Any]] = []

    @app.event("message")
    def heard(event: dict[str, Any]) -> None:
        seen.append(event)

    @app.event("app_mention")
    def mentioned(event: dict[str, Any]) -> None:
        seen.append(event)

    connect()
    workspace.say(GINA, "D" + GINA[1:], MENTION)
    workspace.wait_for(lambda: seen, "event")
    workspace.wait_for(lambda: workspace.state()["pending_deliveries"] == 0, "quiet")
    assert [(e["type"], e["channel_type"]) for e in seen] == [("message", "im")]


def test_a_listener_that_raises_is_tried_again_three_times_under_one_event_id(
    workspace: PlaygroundClient, app: App, connect: Connect
) -> None:
    seen: list[tuple[str, str | None]] = []

    @app.event("app_mention")
    def mentioned(body: dict[str, Any], request: Any) -> None:
        retry = request.headers.get("x-slack-retry-num", [None])[0]
        seen.append((body["event_id"], retry))
        if len(seen) < 4:
            raise RuntimeError("the row was not stored")

    @app.event("message")
    def heard() -> None: ...

    connect()
    workspace.say(GINA, GROWTH_CHANNEL, MENTION)
    workspace.wait_for(lambda: len(seen) == 4, "four attempts")
    assert len({event_id for event_id, _ in seen}) == 1
    assert [retry for _, retry in seen] == ["0", "1", "2", "3"]


def test_duplicated_reordered_and_unacknowledged_events(
    workspace: PlaygroundClient, app: App, connect: Connect
) -> None:
    seen: list[str] = []

    @app.event("message")
    def heard(event: dict[str, Any]) -> None:
        seen.append(event["text"])

    connect()
    direct = "D" + GINA[1:]
    workspace.inject("duplicate_events", count=1, copies=3)
    workspace.say(GINA, direct, "again")
    workspace.wait_for(lambda: seen == ["again"] * 3, "three copies")

    seen.clear()
    workspace.inject("reorder_events", count=3)
    ids = [workspace.send_event({"type": "message", "text": str(n)}) for n in range(3)]
    workspace.wait_for(lambda: len(seen) == 3, "held events")
    workspace.wait_for(lambda: workspace.state()["pending_deliveries"] == 0, "quiet")
    sent = sorted(workspace.deliveries()[-3:], key=lambda d: d["sent_at"])
    assert [d["id"] for d in sent] == ids[::-1]

    seen.clear()
    workspace.inject("lose_acks", count=1)
    workspace.say(GINA, direct, "lost")
    workspace.wait_for(lambda: seen == ["lost", "lost"], "retry after a lost acknowledgement")


@pytest.mark.parametrize("fault", ["close_socket", "refresh_socket"])
def test_the_app_comes_back_after_its_socket_is_closed(
    workspace: PlaygroundClient, app: App, connect: Connect, fault: str
) -> None:
    seen: list[str] = []

    @app.event("message")
    def heard(event: dict[str, Any]) -> None:
        seen.append(event["text"])

    connect()
    workspace.inject(fault)
    if fault == "close_socket":
        workspace.wait_for(lambda: workspace.state()["connections"] == 0, "closed socket")
    workspace.wait_for_app(20)
    workspace.say(GINA, "D" + GINA[1:], "still there?")
    workspace.wait_for(lambda: seen, "event after reconnecting", 20)


def test_command_form_error_and_submission(
    workspace: PlaygroundClient, app: App, connect: Connect
) -> None:
    submitted: list[dict[str, Any]] = []

    @app.command("/analyst")
    def ask(ack: Any, body: dict[str, Any], client: WebClient) -> None:
        ack("Opening a form")
        view = {
            "type": "modal",
            "callback_id": "ask",
            "title": {"type": "plain_text", "text": "Ask"},
            "submit": {"type": "plain_text", "text": "Send"},
            "blocks": [
                {
                    "type": "input",
                    "block_id": "values",
                    "label": {"type": "plain_text", "text": "Values"},
                    "element": {"type": "plain_text_input", "action_id": "text"},
                }
            ],
        }
        client.views_open(trigger_id=body["trigger_id"], view=view)

    @app.view("ask")
    def sent(ack: Any, view: dict[str, Any]) -> None:
        text = view["state"]["values"]["values"]["text"]["value"]
        submitted.append(view)
        if text == "nothing":
            ack(response_action="errors", errors={"values": "There are no numbers in it."})
        else:
            ack()

    connect()
    ran = workspace.command(GINA, GROWTH_CHANNEL, "/analyst", "ask")
    assert ran["acknowledged"]
    view = workspace.wait_for(lambda: workspace.open_views(GINA), "form")[0]
    assert workspace.ephemerals(GINA)[-1]["text"] == "Opening a form"

    empty = workspace.submit(GINA, view["id"], {})
    assert "values" in empty["errors"]
    assert submitted == []
    refused = workspace.submit(GINA, view["id"], {"values": {"text": "nothing"}})
    assert refused["errors"] == {"values": "There are no numbers in it."}
    assert workspace.open_views(GINA)
    assert workspace.submit(GINA, view["id"], {"values": {"text": "1, 2"}})["errors"] == {}
    assert workspace.open_views(GINA) == []


def test_click_carries_message_and_value_and_its_response_url_replaces(
    workspace: PlaygroundClient, app: App, web: WebClient, connect: Connect
) -> None:
    bodies: list[dict[str, Any]] = []

    @app.action("rate")
    def rated(ack: Any, body: dict[str, Any], respond: Any) -> None:
        ack()
        bodies.append(body)
        respond(text="Thank you", replace_original=True)

    @app.action("thumbs")
    def judged(ack: Any, body: dict[str, Any]) -> None:
        ack()
        bodies.append(body)

    connect()
    option = {"text": {"type": "plain_text", "text": "4"}, "value": "4"}
    select = {"type": "static_select", "action_id": "rate", "options": [option]}
    thumbs = {
        "type": "feedback_buttons",
        "action_id": "thumbs",
        "positive_button": {"text": {"type": "plain_text", "text": "Good"}, "value": "good"},
        "negative_button": {"text": {"type": "plain_text", "text": "Bad"}, "value": "bad"},
    }
    blocks = [
        {"type": "actions", "block_id": "b", "elements": [select]},
        {"type": "context_actions", "block_id": "c", "elements": [thumbs]},
    ]
    ts = web.chat_postMessage(channel=GROWTH_CHANNEL, text="Rate", blocks=blocks)["ts"]
    for action_id, value in (("thumbs", "negative"), ("rate", "4")):
        place: dict[str, Any] = {"channel": GROWTH_CHANNEL, "message_ts": ts}
        assert workspace.click(ANA, action_id=action_id, value=value, **place)["acknowledged"]
    assert bodies[0]["actions"][0]["value"] == "bad"
    assert bodies[1]["actions"][0]["selected_option"]["value"] == "4"
    assert bodies[1]["user"]["id"] == ANA
    assert bodies[1]["message"]["ts"] == ts
    assert workspace.bot_messages(GROWTH_CHANNEL)[0]["text"] == "Thank you"


def test_streamed_answer_with_the_sdk_helper(workspace: PlaygroundClient, web: WebClient) -> None:
    ts = workspace.say(MAX, GROWTH_CHANNEL, "question")
    stream = web.chat_stream(
        channel=GROWTH_CHANNEL,
        thread_ts=ts,
        recipient_team_id=TEAM_ID,
        recipient_user_id=MAX,
        buffer_size=1,
    )
    stream.append(markdown_text="First. ")
    stream.append(markdown_text="Second.")
    growing = workspace.bot_messages(GROWTH_CHANNEL, ts)[0]
    assert growing["streaming_state"] == "in_progress"
    assert growing["text"] == "First. Second."
    stream.stop(blocks=[{"type": "divider"}], metadata={"event_type": "a", "event_payload": {}})
    final = workspace.bot_messages(GROWTH_CHANNEL, ts)[0]
    assert [block["type"] for block in final["blocks"]] == ["markdown", "divider"]
    replies = web.conversations_replies(channel=GROWTH_CHANNEL, ts=ts, include_all_metadata=True)
    assert replies["messages"][1]["metadata"]["event_type"] == "a"


def test_upload_with_the_sdk_and_download_needs_the_token(
    workspace: PlaygroundClient, web: WebClient
) -> None:
    import httpx2

    ts = workspace.say(MAX, GROWTH_CHANNEL, "question")
    web.files_upload_v2(
        channel=GROWTH_CHANNEL, thread_ts=ts, content=b"\x89PNG", filename="chart.png", alt_txt="A"
    )
    file = workspace.bot_messages(GROWTH_CHANNEL, ts)[0]["files"][0]
    assert (file["name"], file["size"], file["mimetype"]) == ("chart.png", 4, "image/png")
    url = file["url_private_download"]
    with_token = httpx2.get(url, headers={"Authorization": f"Bearer {web.token}"}, trust_env=False)
    assert with_token.content == b"\x89PNG"
    assert b"PNG" not in httpx2.get(url, trust_env=False).content
    assert web.files_info(file=file["id"])["file"]["shares"]["public"][GROWTH_CHANNEL]


def test_persons_file_arrives_as_file_share(
    workspace: PlaygroundClient, app: App, connect: Connect
) -> None:
    seen: list[dict[str, Any]] = []

    @app.event({"type": "message", "subtype": "file_share"})
    def shared(event: dict[str, Any]) -> None:
        seen.append(event)

    connect()
    file_id = workspace.upload(GINA, "weeks.csv", b"week,rate\n1,0.4\n")
    workspace.say(GINA, "D" + GINA[1:], "my numbers", files=[file_id])
    event = workspace.wait_for(lambda: seen, "file event")[0]
    assert event["files"][0]["name"] == "weeks.csv"
    assert event["files"][0]["filetype"] == "csv"
