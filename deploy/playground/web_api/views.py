"""views.open, views.push, views.update, views.publish; and the stack of open forms."""

import hashlib
import json
import time
from typing import Any

from deploy.playground.bot_messages import with_ids
from deploy.playground.checks import limits
from deploy.playground.checks.views import check_view
from deploy.playground.errors import ApiError
from deploy.playground.ids import new_id
from deploy.playground.outgoing import tell_views
from deploy.playground.people import APP_ID, BOT_ID, PERSON_BY_ID, TEAM_ID
from deploy.playground.playground import Playground
from deploy.playground.web_api.call import Method
from deploy.playground.workspace import Workspace

Json = dict[str, Any]


def build_view(view: Json, view_id: str, root_id: str, previous_id: str | None) -> Json:
    """A view in the shape Slack stores and sends back."""
    return {
        "id": view_id,
        "team_id": TEAM_ID,
        "app_id": APP_ID,
        "app_installed_team_id": TEAM_ID,
        "bot_id": BOT_ID,
        "type": view["type"],
        "title": view.get("title"),
        "submit": view.get("submit"),
        "close": view.get("close"),
        "blocks": with_ids(view["blocks"]),
        "private_metadata": view.get("private_metadata", ""),
        "callback_id": view.get("callback_id", ""),
        "external_id": view.get("external_id", ""),
        "clear_on_close": bool(view.get("clear_on_close")),
        "notify_on_close": bool(view.get("notify_on_close")),
        "state": {"values": {}},
        "hash": f"{int(time.time())}.{hashlib.sha256(json.dumps(view).encode()).hexdigest()[:8]}",
        "root_view_id": root_id,
        "previous_view_id": previous_id,
    }


def add_to_stack(workspace: Workspace, user: str, view: Json) -> Json:
    """Put a checked modal on top of a person's stack.

    Raises:
        ApiError: ``push_limit_reached``.
    """
    stack = workspace.view_stacks.setdefault(user, [])
    if len(stack) >= limits.VIEW_STACK:
        raise ApiError("push_limit_reached")
    view_id = new_id("V")
    built = build_view(view, view_id, stack[0] if stack else view_id, stack[-1] if stack else None)
    workspace.views[view_id] = built
    stack.append(view_id)
    return built


def replace_view(workspace: Workspace, old: Json, view: Json) -> Json:
    """Put a checked view in an open one's place, under the same id."""
    built = build_view(view, old["id"], old["root_view_id"], old["previous_view_id"])
    workspace.views[old["id"]] = built
    return built


def close_views(workspace: Workspace, user: str, *, everything: bool) -> list[Json]:
    """Take the top view, or all, off a person's stack; returns what was closed."""
    stack = workspace.view_stacks.get(user, [])
    closing = list(stack) if everything else stack[-1:]
    del stack[len(stack) - len(closing) :]
    return [workspace.views.pop(view_id) for view_id in closing]


def open_view(pg: Playground, arguments: Json) -> Json:
    """Open a form for the person a trigger id belongs to."""
    view = check_view(arguments.get("view"), "modal")
    trigger = pg.triggers.exchange(arguments.get("trigger_id"))
    close_views(pg.workspace, trigger.user, everything=True)
    built = add_to_stack(pg.workspace, trigger.user, view)
    tell_views(pg, trigger.user)
    return {"view": built}


def push_view(pg: Playground, arguments: Json) -> Json:
    """Put a form on top of the one a trigger id came from."""
    view = check_view(arguments.get("view"), "modal")
    trigger = pg.triggers.exchange(arguments.get("trigger_id"))
    if not pg.workspace.view_stacks.get(trigger.user):
        raise ApiError("not_found")
    built = add_to_stack(pg.workspace, trigger.user, view)
    tell_views(pg, trigger.user)
    return {"view": built}


def update_view(pg: Playground, arguments: Json) -> Json:
    """Replace an open form's content; with ``hash`` only if it is unchanged since."""
    view = check_view(arguments.get("view"), "modal")
    view_id, external_id = arguments.get("view_id"), arguments.get("external_id")
    old = pg.workspace.views.get(str(view_id)) or next(
        (v for v in pg.workspace.views.values() if external_id and v["external_id"] == external_id),
        None,
    )
    if old is None:
        raise ApiError("not_found")
    if arguments.get("hash") and arguments["hash"] != old["hash"]:
        raise ApiError("hash_conflict")
    built = replace_view(pg.workspace, old, view)
    for user, stack in pg.workspace.view_stacks.items():
        if old["id"] in stack:
            tell_views(pg, user)
    return {"view": built}


def publish_view(pg: Playground, arguments: Json) -> Json:
    """Set a person's home tab."""
    user = str(arguments.get("user_id", ""))
    if user not in PERSON_BY_ID:
        raise ApiError("user_not_found")
    view = check_view(arguments.get("view"), "home")
    old = pg.workspace.homes.get(user)
    if arguments.get("hash") and old is not None and arguments["hash"] != old["hash"]:
        raise ApiError("hash_conflict")
    view_id = old["id"] if old else new_id("V")
    built = build_view(view, view_id, view_id, None)
    pg.workspace.save_home(user, built)
    pg.feed.tell("home", user=user, view=built)
    return {"view": built}


METHODS: dict[str, Method] = {
    "views.open": open_view,
    "views.push": push_view,
    "views.update": update_view,
    "views.publish": publish_view,
}
