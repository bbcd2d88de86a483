"""Mentions, direct messages and thread replies."""

from typing import Any

from slack_bolt import App, BoltContext

import storage.requests
from bot.inbox import Inbox
from bot.services import Services
from bot.slack.arrivals import THREAD_REPLY, mentions_bot, question_arrival
from storage.database import transaction


def register(app: App, services: Services, inbox: Inbox) -> None:
    """Listen to everything that may be a question."""

    @app.event("app_mention")
    def on_mention(body: dict[str, Any], context: BoltContext) -> None:
        _accept(inbox, body, context, "mention")

    @app.event("message")
    def on_message(body: dict[str, Any], event: dict[str, Any], context: BoltContext) -> None:
        if event.get("channel_type") == "im":
            _accept(inbox, body, context, "dm")
        elif mentions_bot(event, context.bot_user_id or ""):
            _accept(inbox, body, context, "mention")
        elif _in_known_thread(services, body, event):
            _accept(inbox, body, context, THREAD_REPLY)

    def _accept(inbox: Inbox, body: dict[str, Any], context: BoltContext, source: str) -> None:
        arrival = question_arrival(body, context.bot_user_id or "", source)
        if arrival:
            inbox.accept(arrival.key, arrival.kind.value, arrival.payload)


def _in_known_thread(services: Services, body: dict[str, Any], event: dict[str, Any]) -> bool:
    """Other people's conversations are none of the bot's business, only threads it answered in."""
    thread_ts = event.get("thread_ts")
    if not thread_ts or event.get("bot_id"):
        return False
    with transaction(services.engine) as session:
        found = storage.requests.find_request_by_thread(
            session, body.get("team_id", ""), event["channel"], thread_ts
        )
        return found is not None
