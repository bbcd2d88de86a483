"""Checks of modal and home views, and of message metadata."""

import json
from collections.abc import Mapping
from typing import Any

from deploy.playground.checks import limits
from deploy.playground.checks.blocks import check_blocks
from deploy.playground.checks.problems import Problems
from deploy.playground.errors import ApiError


def check_view(view: object, kind: str) -> dict[str, Any]:
    """Check a view payload of the given kind ("modal" or "home"); returns it.

    Raises:
        ApiError: ``invalid_arguments`` with one message per problem, or ``view_too_large``.
    """
    if not isinstance(view, dict):
        raise ApiError("invalid_arguments", ["[ERROR] missing required field: view"])
    problems = Problems()
    if view.get("type") != kind:
        problems.add(f"expected a view of type {kind}", "/view/type")
    if kind == "modal":
        _check_modal_texts(view, problems)
    for key, limit in (
        ("callback_id", limits.VIEW_CALLBACK_ID_CHARACTERS),
        ("external_id", limits.VIEW_CALLBACK_ID_CHARACTERS),
        ("private_metadata", limits.VIEW_PRIVATE_METADATA_CHARACTERS),
    ):
        if view.get(key):
            problems.length(view[key], limit, f"/view/{key}")
    try:
        check_blocks(view.get("blocks"), "modal" if kind == "modal" else "home", "/view/blocks")
    except ApiError as refused:
        problems.lines += refused.messages or [f"[ERROR] {refused.error} [json-pointer:/view]"]
    if problems.lines:
        raise ApiError("invalid_arguments", problems.lines)
    if len(json.dumps(view)) > limits.VIEW_BYTES:
        raise ApiError("view_too_large")
    return view


def _check_modal_texts(view: Mapping[str, Any], problems: Problems) -> None:
    limit = limits.VIEW_TITLE_CHARACTERS
    problems.text(view.get("title"), limit, "/view/title", plain=True)
    for key in ("submit", "close"):
        problems.text(view.get(key), limit, f"/view/{key}", plain=True, required=False)
    blocks = view.get("blocks")
    has_input = isinstance(blocks, list) and any(
        isinstance(block, Mapping) and block.get("type") == "input" for block in blocks
    )
    if has_input and not view.get("submit"):
        problems.add("`submit` is required when an input block is within blocks", "/view/submit")


def check_metadata(metadata: object) -> dict[str, Any]:
    """Check message metadata; returns it.

    Raises:
        ApiError: ``invalid_metadata_format`` or ``metadata_too_large``.
    """
    if (
        not isinstance(metadata, dict)
        or not isinstance(metadata.get("event_type"), str)
        or not metadata["event_type"]
        or not isinstance(metadata.get("event_payload"), dict)
    ):
        raise ApiError("invalid_metadata_format")
    if len(json.dumps(metadata)) > limits.METADATA_BYTES:
        raise ApiError("metadata_too_large")
    return metadata
