"""Messages the app writes: built and checked the same way for chat.*, commands and
response URLs.
"""

from typing import Any

from deploy.playground.checks import limits
from deploy.playground.checks.blocks import check_blocks, interactive_elements
from deploy.playground.checks.views import check_metadata
from deploy.playground.errors import ApiError
from deploy.playground.ids import new_id
from deploy.playground.people import APP_ID, BOT_ID, BOT_NAME, BOT_USER_ID, TEAM_ID

Json = dict[str, Any]


def check_content(args: Json, text_limit: int = limits.MESSAGE_TEXT_CHARACTERS) -> Json:
    """The checked ``text``, ``blocks`` and ``metadata`` of a call, blocks with ids filled in.

    ``markdown_text`` becomes a markdown block, as Slack renders it.

    Raises:
        ApiError: ``no_text``, ``msg_too_long``, ``markdown_text_conflict``,
            ``invalid_blocks``, ``invalid_blocks_format``, ``msg_blocks_too_long``,
            ``too_many_attachments``, ``invalid_metadata_format``, ``metadata_too_large``.
    """
    text, blocks, markdown = args.get("text"), args.get("blocks"), args.get("markdown_text")
    if text is not None and not isinstance(text, str):
        raise ApiError("invalid_arguments", ["[ERROR] must be a string [json-pointer:/text]"])
    if markdown:
        if text or blocks:
            raise ApiError("markdown_text_conflict")
        if len(markdown) > limits.MARKDOWN_CHARACTERS:
            raise ApiError("msg_too_long")
        text, blocks = markdown, [{"type": "markdown", "text": markdown}]
    attachments = args.get("attachments")
    if isinstance(attachments, list) and len(attachments) > limits.MESSAGE_ATTACHMENTS:
        raise ApiError("too_many_attachments")
    if not text and not blocks and not attachments:
        raise ApiError("no_text")
    if text and len(text) > text_limit:
        raise ApiError("msg_too_long")
    content: Json = {"text": text or ""}
    if blocks is not None:
        check_blocks(blocks, "message")
        content["blocks"] = with_ids(blocks)
    if args.get("metadata") is not None:
        content["metadata"] = check_metadata(args["metadata"])
    return content


def with_ids(blocks: list[Json]) -> list[Json]:
    """The blocks with the ids Slack assigns to blocks and elements that have none."""
    for block in blocks:
        block.setdefault("block_id", new_id("b"))
        for element in interactive_elements(block):
            if element.get("type") != "image":
                element.setdefault("action_id", new_id("a"))
    return blocks


def bot_message(ts: str, content: Json, thread_ts: str | None = None) -> Json:
    """A message by the app in Slack's shape."""
    message: Json = {
        "type": "message",
        "user": BOT_USER_ID,
        "ts": ts,
        "bot_id": BOT_ID,
        "app_id": APP_ID,
        "team": TEAM_ID,
        "bot_profile": {"id": BOT_ID, "app_id": APP_ID, "name": BOT_NAME, "team_id": TEAM_ID},
        **content,
    }
    if thread_ts:
        message["thread_ts"] = thread_ts
    return message
