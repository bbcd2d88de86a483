"""The whole workspace as one JSON object: what a page needs to start, and tests to look at."""

import time
from dataclasses import asdict
from typing import Any

from deploy.playground.people import (
    BOT_NAME,
    BOT_USER_ID,
    CHANNELS,
    PEOPLE,
    TEAM_ID,
    TEAM_NAME,
    USER_GROUPS,
)
from deploy.playground.playground import Playground

Json = dict[str, Any]
MESSAGES_PER_CHANNEL = 500  # newest ones; a benchmark leaves tens of thousands behind


def take_snapshot(pg: Playground, limit: int = MESSAGES_PER_CHANNEL) -> Json:
    """People, channels, the newest ``limit`` messages of each, forms, home tabs, faults."""
    workspace, now = pg.workspace, time.time()
    return {
        "team": {"id": TEAM_ID, "name": TEAM_NAME},
        "bot": {"id": BOT_USER_ID, "name": BOT_NAME},
        "people": [asdict(p) | {"direct_channel_id": p.direct_channel_id} for p in PEOPLE],
        "channels": [asdict(channel) for channel in CHANNELS],
        "user_groups": [asdict(group) for group in USER_GROUPS],
        "commands": [asdict(command) for command in pg.options.commands],
        "examples": [asdict(example) for example in pg.options.examples],
        "messages": {
            channel: list(held.values())[-limit:] for channel, held in workspace.messages.items()
        },
        "ephemerals": list(workspace.ephemerals.values())[-limit:],
        "views": {
            user: [workspace.views[view_id] for view_id in stack]
            for user, stack in workspace.view_stacks.items()
        },
        "homes": workspace.homes,
        "statuses": [
            {"channel": channel, "thread_ts": thread_ts, **line}
            for (channel, thread_ts), line in workspace.statuses.items()
            if line["until"] > now
        ],
        "mode": "socket" if pg.sockets is not None else "http",
        "connections": pg.sockets.connection_count if pg.sockets is not None else None,
        "pending_deliveries": pg.delivery.pending,
        "faults": pg.faults.remaining(),
    }
