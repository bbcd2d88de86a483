"""What acting on a block element yields: its action payload, and its entry in ``state.values``."""

import time
from collections.abc import Mapping
from typing import Any

from deploy.playground.checks.blocks import interactive_elements
from deploy.playground.errors import BadRequestError

Json = dict[str, Any]

# Element type -> (key in actions and state, key of the initial value in the element).
VALUE_KEYS: dict[str, tuple[str, str]] = {
    "static_select": ("selected_option", "initial_option"),
    "external_select": ("selected_option", "initial_option"),
    "radio_buttons": ("selected_option", "initial_option"),
    "multi_static_select": ("selected_options", "initial_options"),
    "checkboxes": ("selected_options", "initial_options"),
    "users_select": ("selected_user", "initial_user"),
    "multi_users_select": ("selected_users", "initial_users"),
    "conversations_select": ("selected_conversation", "initial_conversation"),
    "channels_select": ("selected_channel", "initial_channel"),
    "datepicker": ("selected_date", "initial_date"),
    "timepicker": ("selected_time", "initial_time"),
    "datetimepicker": ("selected_date_time", "initial_date_time"),
    "plain_text_input": ("value", "initial_value"),
    "number_input": ("value", "initial_value"),
    "email_text_input": ("value", "initial_value"),
    "url_text_input": ("value", "initial_value"),
}


def find_element(blocks: list[Json], action_id: str, block_id: str | None) -> tuple[Json, Json]:
    """The block and element with these ids.

    Raises:
        BadRequestError: none, or several when no block id is given.
    """
    found = [
        (block, element)
        for block in blocks
        if block_id in (None, block.get("block_id"))
        for element in interactive_elements(block)
        if element.get("action_id") == action_id
    ]
    if not found:
        raise BadRequestError(f"nothing with action id {action_id!r} can be clicked there")
    if len(found) > 1:
        raise BadRequestError(
            f"{len(found)} elements have action id {action_id!r}; name the block id"
        )
    return found[0]


def action_of(block: Json, element: Json, value: Any) -> Json:
    """The entry in ``actions`` for acting on an element with a chosen value.

    ``value`` is an option's value, a list of them, a text, a date or an id; for
    feedback buttons "positive", "negative" or the chosen button's own value.

    Raises:
        BadRequestError: no such option.
    """
    action: Json = {
        "type": element["type"],
        "action_id": element["action_id"],
        "block_id": block["block_id"],
        "action_ts": f"{time.time():.6f}",
    }
    kind = element["type"]
    if kind == "feedback_buttons":
        return action | _feedback(element, value)
    if kind in ("button", "icon_button", "workflow_button"):
        return action | {key: element[key] for key in ("text", "value", "style") if key in element}
    if kind == "overflow":
        return action | {"selected_option": find_option(element, value)}
    return action | state_entry(element, value)


def _feedback(element: Json, value: Any) -> Json:
    for side in ("positive", "negative"):
        button = element[f"{side}_button"]
        if value in (side, button["value"]):
            return {"value": button["value"], "text": button["text"]}
    raise BadRequestError(f"feedback is positive or negative, not {value!r}")


def state_entry(element: Json, value: Any) -> Json:
    """An element's entry in ``state.values``, without its type.

    Raises:
        BadRequestError: the element holds no value, or no such option.
    """
    kind = element["type"]
    if kind not in VALUE_KEYS:
        raise BadRequestError(f"an element of type {kind} takes no value")
    key, _ = VALUE_KEYS[kind]
    if key == "selected_option":
        return {key: None if value is None else find_option(element, value)}
    if key == "selected_options":
        return {key: [find_option(element, one) for one in value or []]}
    if key == "value":
        return {key: None if value in (None, "") else str(value)}
    return {key: value}


def find_option(element: Mapping[str, Any], value: Any) -> Json:
    """The option with this value, from ``options`` or ``option_groups``.

    Raises:
        BadRequestError: there is none.
    """
    options = list(element.get("options") or [])
    for group in element.get("option_groups") or []:
        options += group["options"]
    for option in options:
        if option["value"] == value:
            return dict(option)
    offered = ", ".join(repr(option["value"]) for option in options)
    raise BadRequestError(f"no option {value!r}; one of {offered}")


def state_values(blocks: list[Json], given: Mapping[str, Mapping[str, Any]]) -> Json:
    """``state.values`` of a surface: given values by block and action id, else initial ones."""
    values: Json = {}
    for block in blocks:
        for element in interactive_elements(block):
            if element["type"] not in VALUE_KEYS:
                continue
            block_id, action_id = block["block_id"], element["action_id"]
            chosen = given.get(block_id, {})
            if action_id in chosen:
                entry = state_entry(element, chosen[action_id])
            else:
                key, initial_key = VALUE_KEYS[element["type"]]
                empty: Any = [] if key.endswith("s") else None
                entry = {key: element.get(initial_key, empty)}
            values.setdefault(block_id, {})[action_id] = {"type": element["type"], **entry}
    return values
