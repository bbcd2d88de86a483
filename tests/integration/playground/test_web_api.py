"""The Web API as slack_sdk meets it: error names, limits, faults, metadata, home page guard."""

from typing import Any

import httpx2
import pytest
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError
from slack_sdk.http_retry.builtin_handlers import RateLimitErrorRetryHandler

from deploy.playground.client import PlaygroundClient
from deploy.playground.people import (
    ANA,
    ANALYSTS_GROUP,
    APP_TOKEN,
    BOT_TOKEN,
    BOT_USER_ID,
    GINA,
    GROWTH_CHANNEL,
    GUY,
    TEAM_ID,
)

pytestmark = pytest.mark.integration


def error_of(call: Any, **arguments: Any) -> str:
    """The error name a call is refused with."""
    with pytest.raises(SlackApiError) as refused:
        call(**arguments)
    return str(refused.value.response["error"])


def test_tokens(workspace: PlaygroundClient) -> None:
    def auth(token: str | None) -> str:
        web = WebClient(token=token, base_url=workspace.api_url)
        return error_of(web.auth_test)

    assert auth(None) == "not_authed"
    assert auth("xoxb-other") == "invalid_auth"
    assert auth(APP_TOKEN) == "not_allowed_token_type"
    good = WebClient(token=BOT_TOKEN, base_url=workspace.api_url).auth_test()
    assert (good["user_id"], good["team_id"]) == (BOT_USER_ID, TEAM_ID)


def test_error_names(workspace: PlaygroundClient, web: WebClient) -> None:
    human_ts = workspace.say(GINA, GROWTH_CHANNEL, "hello")
    place = {"channel": GROWTH_CHANNEL}
    assert error_of(web.chat_postMessage, channel="C0NOWHERE", text="x") == "channel_not_found"
    assert error_of(web.api_call, api_method="chat.postMessage", json=place) == "no_text"
    assert error_of(web.chat_postMessage, **place, text="x", thread_ts="1.0") == "thread_not_found"
    assert error_of(web.chat_update, **place, ts="1.000000", text="x") == "message_not_found"
    assert error_of(web.chat_update, **place, ts=human_ts, text="x") == "cant_update_message"
    assert error_of(web.chat_delete, **place, ts=human_ts) == "cant_delete_message"
    assert error_of(web.conversations_replies, **place, ts="1.000000") == "thread_not_found"
    assert error_of(web.users_info, user="U0NOBODY") == "user_not_found"
    assert error_of(web.views_open, trigger_id="x", view=_modal()) == "invalid_trigger_id"
    assert error_of(web.api_call, api_method="no.such.method") == "unknown_method"
    ours = web.chat_postMessage(**place, text="short")["ts"]
    assert error_of(web.chat_update, **place, ts=ours, text="x" * 4001) == "msg_too_long"


def _modal() -> dict[str, Any]:
    title = {"type": "plain_text", "text": "T"}
    return {"type": "modal", "title": title, "blocks": [{"type": "divider"}]}


def test_invalid_blocks_come_with_messages_like_slacks(web: WebClient) -> None:
    with pytest.raises(SlackApiError) as refused:
        web.chat_postMessage(
            channel=GROWTH_CHANNEL,
            text="x",
            blocks=[{"type": "header", "text": {"type": "plain_text", "text": "x" * 151}}],
        )
    response = refused.value.response
    assert response["error"] == "invalid_blocks"
    assert "[json-pointer:/blocks/0/text/text]" in response["response_metadata"]["messages"][0]


def test_streaming_errors(workspace: PlaygroundClient, web: WebClient) -> None:
    ts = workspace.say(GINA, GROWTH_CHANNEL, "question")
    place = {"channel": GROWTH_CHANNEL, "thread_ts": ts}
    assert error_of(web.chat_startStream, **place) == "missing_recipient_team_id"
    team = {"recipient_team_id": TEAM_ID}
    assert error_of(web.chat_startStream, **place, **team) == "missing_recipient_user_id"
    started = web.chat_startStream(**place, **team, recipient_user_id=GINA, markdown_text="a")
    stream = {"channel": GROWTH_CHANNEL, "ts": started["ts"]}
    too_long = error_of(web.chat_appendStream, **stream, markdown_text="x" * 12_001)
    assert too_long == "msg_too_long"
    web.chat_stopStream(**stream)
    late = error_of(web.chat_appendStream, **stream, markdown_text="b")
    assert late == "message_not_in_streaming_state"


def test_form_and_json_bodies_are_the_same(workspace: PlaygroundClient) -> None:
    headers = {"Authorization": f"Bearer {BOT_TOKEN}"}
    url = f"{workspace.api_url}chat.postMessage"
    body = {"channel": GROWTH_CHANNEL, "text": "x"}
    as_form = httpx2.post(url, headers=headers, data=body, trust_env=False).json()
    as_json = httpx2.post(url, headers=headers, json=body, trust_env=False).json()
    in_body = httpx2.post(url, data=body | {"token": BOT_TOKEN}, trust_env=False).json()
    assert as_form["ok"]
    assert as_json["ok"]
    assert in_body["ok"]
    broken = httpx2.post(
        url, headers=headers | {"Content-Type": "application/json"}, content="{", trust_env=False
    )
    assert broken.json()["error"] == "invalid_json"


def test_rate_limit_server_error_and_lost_response(
    workspace: PlaygroundClient, web: WebClient
) -> None:
    say = {"channel": GROWTH_CHANNEL, "text": "x"}
    workspace.inject("rate_limit", method="chat.postMessage", retry_after_seconds=1)
    with pytest.raises(SlackApiError) as limited:
        web.chat_postMessage(**say)
    assert limited.value.response.status_code == 429
    assert limited.value.response.headers["Retry-After"] == "1"

    workspace.inject("rate_limit", method="chat.postMessage", retry_after_seconds=1)
    patient = WebClient(token=BOT_TOKEN, base_url=workspace.api_url)
    patient.retry_handlers.append(RateLimitErrorRetryHandler(max_retry_count=1))
    patient.chat_postMessage(**say)

    workspace.inject("server_error", method="chat.postMessage", status=503)
    with pytest.raises(SlackApiError):
        web.chat_postMessage(**say)
    assert len(workspace.bot_messages(GROWTH_CHANNEL)) == 1
    workspace.inject("lost_response", method="chat.postMessage")
    with pytest.raises(SlackApiError):
        web.chat_postMessage(**say)
    assert len(workspace.bot_messages(GROWTH_CHANNEL)) == 2


def test_metadata_comes_back_only_when_asked_for(
    workspace: PlaygroundClient, web: WebClient
) -> None:
    ts = workspace.say(GINA, GROWTH_CHANNEL, "question")
    metadata = {"event_type": "answer", "event_payload": {"request": "r1"}}
    web.chat_postMessage(channel=GROWTH_CHANNEL, text="a", thread_ts=ts, metadata=metadata)
    place = {"channel": GROWTH_CHANNEL, "ts": ts}
    without = web.conversations_replies(**place)["messages"][1]
    with_it = web.conversations_replies(**place, include_all_metadata=True)["messages"][1]
    assert "metadata" not in without
    assert with_it["metadata"] == metadata


def test_history_pages_newest_first(workspace: PlaygroundClient, web: WebClient) -> None:
    for number in range(5):
        workspace.say(GINA, GROWTH_CHANNEL, str(number))
    first = web.conversations_history(channel=GROWTH_CHANNEL, limit=3)
    cursor = first["response_metadata"]["next_cursor"]
    rest = web.conversations_history(channel=GROWTH_CHANNEL, limit=3, cursor=cursor)
    texts = [m["text"] for m in [*first["messages"], *rest["messages"]]]
    assert texts == ["4", "3", "2", "1", "0"]
    assert not rest["has_more"]


def test_people_and_groups(web: WebClient) -> None:
    guest, analyst = web.users_info(user=GUY)["user"], web.users_info(user=ANA)["user"]
    assert (guest["is_restricted"], analyst["is_restricted"]) == (True, False)
    assert web.usergroups_users_list(usergroup=ANALYSTS_GROUP)["users"] == [ANA]
    opened = web.conversations_open(users=GINA)["channel"]
    web.chat_postMessage(channel=GINA, text="hello")
    assert opened["id"] == "D" + GINA[1:]


@pytest.mark.parametrize(
    "headers", [{"Origin": "https://evil.example"}, {"Host": "evil.example"}, {"Origin": "null"}]
)
def test_other_pages_cannot_drive_the_workspace(
    workspace: PlaygroundClient, headers: dict[str, str]
) -> None:
    body = {"user": GINA, "channel": GROWTH_CHANNEL, "text": "forged"}
    url = f"{workspace.base_url}/playground/say"
    refused = httpx2.post(url, json=body, headers=headers, trust_env=False)
    assert refused.status_code == 403
    assert workspace.messages(GROWTH_CHANNEL) == []


def test_the_page_runs_only_its_own_scripts(workspace: PlaygroundClient) -> None:
    page = httpx2.get(f"{workspace.base_url}/", trust_env=False)
    assert "script-src 'self'" in page.headers["Content-Security-Policy"]
    assert httpx2.get(f"{workspace.base_url}/static/page.js", trust_env=False).status_code == 200
