"""Submitting and closing forms, with what the app answers to a submission."""

from collections.abc import Mapping
from typing import Any

from deploy.playground.acts.click import State, find_view
from deploy.playground.acts.element_values import state_values
from deploy.playground.acts.say import require_person
from deploy.playground.checks.views import check_view
from deploy.playground.errors import ApiError, BadRequestError
from deploy.playground.outgoing import tell_views
from deploy.playground.payloads import interaction_payload
from deploy.playground.people import BOT_NAME
from deploy.playground.playground import Playground
from deploy.playground.web_api.views import add_to_stack, close_views, replace_view

Json = dict[str, Any]
REQUIRED_MESSAGE = "Please complete this required field."


async def submit_view(pg: Playground, *, user: str, view_id: str, state: State) -> Json:
    """Submit an open form with values by block and action id.

    Returns ``errors`` by block id (missing required fields, or the app's own), or an
    ``error`` sentence if the app did not answer; both empty when the form was taken.

    Raises:
        BadRequestError: no such person, form or option.
    """
    require_person(user)
    view = find_view(pg, user, view_id)
    if view["type"] != "modal" or pg.workspace.view_stacks[user][-1] != view_id:
        raise BadRequestError(f"{view_id} is not the form on top")
    values = state_values(view["blocks"], state)
    errors = _missing(view, values)
    if errors:
        return {"errors": errors, "error": ""}
    view["state"] = {"values": values}
    payload = interaction_payload("view_submission", user, pg.triggers.issue(user, view_id))
    ack = await pg.delivery.send_once("interactive", payload | {"view": view, "response_urls": []})
    if not ack.ok:
        return {"errors": {}, "error": f"{BOT_NAME} did not answer. Try again. ({ack.failure})"}
    try:
        return _apply_response(pg, user, view, ack.payload or {})
    except ApiError as refused:
        detail = "; ".join([refused.error, *refused.messages])
        return {"errors": {}, "error": f"{BOT_NAME} answered with a form that is refused: {detail}"}


def _missing(view: Json, values: Json) -> dict[str, str]:
    """Required inputs left empty; the client checks these before anything is sent."""
    errors = {}
    for block in view["blocks"]:
        if block["type"] != "input" or block.get("optional"):
            continue
        entry: Mapping[str, Any] = values.get(block["block_id"], {})
        held = entry.get(block["element"]["action_id"], {})
        if not any(content for key, content in held.items() if key != "type"):
            errors[block["block_id"]] = REQUIRED_MESSAGE
    return errors


def _apply_response(pg: Playground, user: str, view: Json, response: Json) -> Json:
    action = response.get("response_action")
    if action == "errors":
        errors = response.get("errors") or {}
        inputs = {b["block_id"] for b in view["blocks"] if b["type"] == "input"}
        unknown = sorted(set(errors) - inputs)
        if unknown or not errors:
            return {"errors": {}, "error": f"The answer names no input block: {unknown}"}
        return {"errors": errors, "error": ""}
    if action == "update":
        replace_view(pg.workspace, view, check_view(response.get("view"), "modal"))
    elif action == "push":
        add_to_stack(pg.workspace, user, check_view(response.get("view"), "modal"))
    else:
        close_views(pg.workspace, user, everything=action == "clear")
    tell_views(pg, user)
    return {"errors": {}, "error": ""}


async def close_view(pg: Playground, *, user: str, view_id: str, everything: bool = False) -> None:
    """Close the form on top (or all); the app hears of it if the form asked for that.

    Raises:
        BadRequestError: no such person or open form.
    """
    require_person(user)
    view = find_view(pg, user, view_id)
    closed = close_views(pg.workspace, user, everything=everything or bool(view["clear_on_close"]))
    tell_views(pg, user)
    for gone in closed:
        if gone["notify_on_close"]:
            payload = interaction_payload("view_closed", user, "")
            del payload["trigger_id"]
            is_cleared = len(closed) > 1
            payload |= {"view": gone, "is_cleared": is_cleared}
            await pg.delivery.send_once("interactive", payload)
