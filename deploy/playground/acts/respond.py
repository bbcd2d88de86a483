"""What the app may do with a response URL: answer, replace or delete the message it is for."""

import copy
from typing import Any

from deploy.playground.acts.command import show_response
from deploy.playground.bot_messages import check_content
from deploy.playground.outgoing import announce_change
from deploy.playground.playground import Playground

Json = dict[str, Any]


def respond(pg: Playground, secret: str, payload: Json) -> None:
    """Carry out one use of a response URL.

    Raises:
        ApiError: the URL is unknown, old or used up, or the content is refused.
    """
    url = pg.response_urls.use(secret)
    private = pg.workspace.ephemerals.get(url.message_ts or "")
    public = pg.workspace.find_message(url.channel, url.message_ts or "")
    if payload.get("delete_original") and private is not None:
        del pg.workspace.ephemerals[private["ts"]]
        pg.feed.tell("ephemeral_deleted", ts=private["ts"])
    elif payload.get("delete_original") and public is not None:
        pg.workspace.delete_message(url.channel, public["ts"])
        thread_ts = public.get("thread_ts")
        pg.feed.tell("deleted", channel=url.channel, ts=public["ts"], thread_ts=thread_ts)
    elif payload.get("replace_original") and private is not None:
        private.pop("blocks", None)
        private.update(check_content(payload))
        pg.feed.tell("ephemeral", message=private)
    elif payload.get("replace_original") and public is not None:
        _replace(pg, url.channel, public, payload)
    else:
        thread_ts = payload.get("thread_ts") or url.thread_ts
        show_response(pg, url.channel, url.user, payload, thread_ts)


def _replace(pg: Playground, channel: str, message: Json, payload: Json) -> None:
    content = check_content(payload)
    previous = copy.deepcopy(message)
    message.pop("blocks", None)
    message.update(content)
    message["edited"] = {"user": message["user"], "ts": pg.workspace.timestamps.next()}
    pg.workspace.save_message(channel, message)
    announce_change(pg, channel, message, previous)
