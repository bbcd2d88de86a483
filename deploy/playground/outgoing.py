"""News for both sides: a message added, changed or deleted is shown in the page and reported
to the app, if it subscribes.

Slack reports an app's own messages back to it too (apps must ignore themselves); so does this.
"""

from typing import Any

from deploy.playground.payloads import (
    event_callback,
    home_opened_event,
    mention_event,
    message_changed_event,
    message_event,
)
from deploy.playground.people import BOT_USER_ID
from deploy.playground.playground import Playground

Json = dict[str, Any]


def _wants_messages(pg: Playground, channel: str) -> bool:
    kind = "message.im" if channel.startswith("D") else "message.channels"
    return kind in pg.options.events


def announce_message(pg: Playground, channel: str, message: Json) -> None:
    """A new message: news for the page, ``message`` and perhaps ``app_mention`` for the app.

    In a channel a mention makes two events with two ids, as in Slack; in a direct message one.
    """
    tell_message(pg, channel, message)
    if _wants_messages(pg, channel):
        pg.delivery.send_event(event_callback(message_event(channel, message)))
    mentioned = f"<@{BOT_USER_ID}>" in message.get("text", "")
    from_person = "bot_id" not in message
    if mentioned and from_person and channel.startswith("C") and "app_mention" in pg.options.events:
        pg.delivery.send_event(event_callback(mention_event(channel, message)))


def announce_change(pg: Playground, channel: str, message: Json, previous: Json) -> None:
    """An edited message: news for the page, ``message_changed`` for the app."""
    tell_message(pg, channel, message)
    if _wants_messages(pg, channel):
        ts = pg.workspace.timestamps.next()
        event = message_changed_event(channel, message, previous, ts)
        pg.delivery.send_event(event_callback(event))


def tell_message(pg: Playground, channel: str, message: Json) -> None:
    """Show a message, and its parent's new reply count, in the page only."""
    pg.feed.tell("message", channel=channel, message=message)
    thread_ts = message.get("thread_ts")
    if thread_ts and thread_ts != message["ts"]:
        parent = pg.workspace.find_message(channel, thread_ts)
        if parent is not None:
            pg.feed.tell("message", channel=channel, message=parent)


def tell_ephemeral(pg: Playground, channel: str, user: str, message: Json) -> None:
    """Show one person a message nobody else sees."""
    held = message | {"channel": channel, "recipient": user}
    pg.workspace.ephemerals[message["ts"]] = held
    pg.feed.tell("ephemeral", message=held)


def tell_views(pg: Playground, user: str) -> None:
    """Show a person's stack of open forms."""
    stack = pg.workspace.view_stacks.get(user, [])
    pg.feed.tell("views", user=user, views=[pg.workspace.views[view_id] for view_id in stack])


def announce_home_opened(pg: Playground, user: str, tab: str) -> None:
    """A person opened the app's home or messages tab."""
    if "app_home_opened" in pg.options.events:
        view = pg.workspace.homes.get(user)
        ts = pg.workspace.timestamps.next()
        pg.delivery.send_event(event_callback(home_opened_event(user, tab, view, ts)))
