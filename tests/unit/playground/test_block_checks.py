"""Each documented limit is refused one past its edge, under Slack's error name, and not at it."""

from typing import Any

import pytest

from deploy.playground.bot_messages import check_content
from deploy.playground.checks.blocks import check_blocks
from deploy.playground.checks.views import check_metadata, check_view
from deploy.playground.errors import ApiError

Json = dict[str, Any]


def plain(text: str) -> Json:
    return {"type": "plain_text", "text": text}


def section(length: int) -> Json:
    return {"type": "section", "text": {"type": "mrkdwn", "text": "x" * length}}


def button(text: int = 5, value: int = 1) -> Json:
    return {"type": "button", "text": plain("x" * text), "value": "v" * value}


def actions(*elements: Json) -> Json:
    return {"type": "actions", "elements": list(elements)}


def select(options: int) -> Json:
    rows = [{"text": plain(str(n)), "value": str(n)} for n in range(options)]
    return {"type": "static_select", "options": rows}


def feedback(text: int, value: int) -> Json:
    side = {"text": plain("x" * text), "value": "v" * value}
    return {
        "type": "context_actions",
        "elements": [
            {"type": "feedback_buttons", "positive_button": side, "negative_button": side}
        ],
    }


def table(rows: int, columns: int) -> Json:
    row = [{"type": "raw_text", "text": "1"}] * columns
    return {"type": "table", "rows": [row] * rows}


def context(count: int) -> Json:
    return {"type": "context", "elements": [{"type": "mrkdwn", "text": "x"}] * count}


def fields(count: int, length: int) -> Json:
    return {"type": "section", "fields": [{"type": "mrkdwn", "text": "x" * length}] * count}


@pytest.mark.parametrize(
    ("at_limit", "past_limit", "pointer"),
    [
        ([section(3000)], [section(3001)], "/blocks/0/text/text"),
        ([fields(10, 9)], [fields(11, 9)], "/blocks/0/fields"),
        ([fields(1, 2000)], [fields(1, 2001)], "/blocks/0/fields/0/text"),
        (
            [{"type": "header", "text": plain("x" * 150)}],
            [{"type": "header", "text": plain("x" * 151)}],
            "/blocks/0/text/text",
        ),
        ([context(10)], [context(11)], "/blocks/0/elements"),
        ([actions(*[button()] * 25)], [actions(*[button()] * 26)], "/blocks/0/elements"),
        ([actions(button(text=75))], [actions(button(text=76))], "/blocks/0/elements/0/text/text"),
        (
            [actions(button(value=2000))],
            [actions(button(value=2001))],
            "/blocks/0/elements/0/value",
        ),
        ([actions(select(100))], [actions(select(101))], "/blocks/0/elements/0/options"),
        ([feedback(75, 2000)], [feedback(76, 2000)], "positive_button/text/text"),
        ([feedback(75, 2000)], [feedback(75, 2001)], "negative_button/value"),
        (
            [{"type": "markdown", "text": "x" * 12000}],
            [{"type": "markdown", "text": "x" * 12001}],
            "/blocks/0/text",
        ),
        ([table(100, 20)], [table(101, 20)], "/blocks/0/rows"),
        ([table(1, 20)], [table(1, 21)], "/blocks/0/rows/0"),
        ([section(1)] * 50, [section(1)] * 51, "/blocks"),
    ],
)
def test_a_limit_holds_at_its_edge(at_limit: Any, past_limit: Any, pointer: str) -> None:
    check_blocks(at_limit, "message")
    with pytest.raises(ApiError) as refused:
        check_blocks(past_limit, "message")
    assert refused.value.error == "invalid_blocks"
    assert any(pointer in message for message in refused.value.messages)


def test_all_text_together_is_limited() -> None:
    check_blocks([section(2600)] * 5, "message")
    with pytest.raises(ApiError) as refused:
        check_blocks([section(2601)] * 5, "message")
    assert refused.value.error == "msg_blocks_too_long"


@pytest.mark.parametrize(
    "blocks",
    [
        [{"type": "no_such_block"}],
        [actions({"type": "plain_text_input", "action_id": "a"})],
        [actions(button() | {"action_id": "a"}, button() | {"action_id": "a"})],
        [section(1) | {"block_id": "b"}, section(1) | {"block_id": "b"}],
        [{"type": "section"}],
        [{"type": "image", "alt_text": "no source"}],
        [{"type": "image", "image_url": "https://e.example/a.png"}],
        [actions(select(0))],
        [table(1, 1), table(1, 1)],
        [{"type": "header", "text": {"type": "mrkdwn", "text": "x"}}],
    ],
)
def test_malformed_blocks_are_refused(blocks: list[Json]) -> None:
    with pytest.raises(ApiError, match="invalid_blocks"):
        check_blocks(blocks, "message")


def test_message_only_blocks_are_refused_in_a_modal() -> None:
    with pytest.raises(ApiError):
        check_blocks([{"type": "markdown", "text": "x"}], "modal")


@pytest.mark.parametrize(
    ("content", "error"),
    [
        ({}, "no_text"),
        ({"text": ""}, "no_text"),
        ({"text": "x" * 40_001}, "msg_too_long"),
        ({"markdown_text": "x" * 12_001}, "msg_too_long"),
        ({"markdown_text": "x", "text": "y"}, "markdown_text_conflict"),
        ({"text": "x", "blocks": "not a list"}, "invalid_blocks_format"),
        ({"text": "x", "metadata": {"event_type": "t"}}, "invalid_metadata_format"),
        ({"text": "x", "attachments": [{}] * 101}, "too_many_attachments"),
    ],
)
def test_message_content_errors_have_slacks_names(content: Json, error: str) -> None:
    with pytest.raises(ApiError) as refused:
        check_content(content)
    assert refused.value.error == error


def test_missing_ids_are_filled_in_and_given_ones_kept() -> None:
    blocks = [actions(button(), button() | {"action_id": "kept"})]
    built = check_content({"blocks": blocks})["blocks"][0]
    assert built["block_id"]
    assert built["elements"][0]["action_id"]
    assert built["elements"][1]["action_id"] == "kept"


def modal(**changes: Any) -> Json:
    return {"type": "modal", "title": plain("Ask"), "blocks": [section(1)]} | changes


INPUT = {
    "type": "input",
    "label": plain("Values"),
    "element": {"type": "plain_text_input", "action_id": "a"},
}


@pytest.mark.parametrize(
    ("changes", "pointer"),
    [
        ({"title": plain("x" * 25)}, "/view/title/text"),
        ({"submit": plain("x" * 25)}, "/view/submit/text"),
        ({"private_metadata": "x" * 3001}, "/view/private_metadata"),
        ({"callback_id": "x" * 256}, "/view/callback_id"),
        ({"blocks": [section(1)] * 101}, "/view/blocks"),
        ({"blocks": [INPUT]}, "/view/submit"),
        ({"type": "home"}, "/view/type"),
    ],
)
def test_modal_limits(changes: Json, pointer: str) -> None:
    check_view(modal(), "modal")
    with pytest.raises(ApiError) as refused:
        check_view(modal(**changes), "modal")
    assert refused.value.error == "invalid_arguments"
    assert any(pointer in message for message in refused.value.messages)


def test_metadata_size_is_limited() -> None:
    with pytest.raises(ApiError, match="metadata_too_large"):
        check_metadata({"event_type": "t", "event_payload": {"x": "y" * 16_000}})
