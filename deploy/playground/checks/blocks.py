"""Checks of layout blocks, for the three surfaces: message, modal, home tab."""

from collections.abc import Callable, Mapping
from typing import Any, Literal

from deploy.playground.checks import limits
from deploy.playground.checks.elements import (
    IN_ACTIONS,
    IN_CONTEXT,
    IN_CONTEXT_ACTIONS,
    IN_INPUT,
    IN_SECTION,
    check_element,
    check_image_source,
)
from deploy.playground.checks.problems import Problems
from deploy.playground.errors import ApiError

Surface = Literal["message", "modal", "home"]
Block = Mapping[str, Any]

EVERYWHERE = frozenset(
    {"section", "header", "divider", "image", "context", "actions", "input", "rich_text", "video"}
)
ONLY_IN_MESSAGES = frozenset(
    {"markdown", "table", "context_actions", "file", "alert", "task_card", "plan"}
)


def check_blocks(blocks: object, surface: Surface, pointer: str = "/blocks") -> None:
    """Check a list of blocks.

    Raises:
        ApiError: ``invalid_blocks_format`` (not a list of objects), ``invalid_blocks`` (with
            one message per problem) or ``msg_blocks_too_long`` (messages only).
    """
    if not isinstance(blocks, list) or not all(isinstance(block, Mapping) for block in blocks):
        raise ApiError("invalid_blocks_format")
    problems = Problems()
    limit = limits.MESSAGE_BLOCKS if surface == "message" else limits.VIEW_BLOCKS
    if len(blocks) > limit:
        problems.add(f"no more than {limit} items allowed", pointer)
    for index, block in enumerate(blocks):
        _check_block(block, surface, problems, f"{pointer}/{index}")
    _check_unique_ids(blocks, problems, pointer)
    if surface == "message":
        _check_whole_message(blocks, problems, pointer)
    if problems.lines:
        raise ApiError("invalid_blocks", problems.lines)
    if surface == "message" and text_length(blocks) > limits.MESSAGE_BLOCK_TEXT_CHARACTERS:
        raise ApiError("msg_blocks_too_long")


def _check_block(block: Block, surface: Surface, problems: Problems, pointer: str) -> None:
    kind = block.get("type")
    allowed = EVERYWHERE | ONLY_IN_MESSAGES if surface == "message" else EVERYWHERE
    if kind not in allowed:
        problems.add(f"unsupported type: {kind}", f"{pointer}/type")
        return
    problems.length(block.get("block_id"), limits.BLOCK_ID_CHARACTERS, f"{pointer}/block_id")
    check = _CHECKS.get(str(kind))
    if check is not None:
        check(block, problems, pointer)


def _check_unique_ids(blocks: list[Block], problems: Problems, pointer: str) -> None:
    seen_blocks: set[str] = set()
    for index, block in enumerate(blocks):
        block_id = block.get("block_id")
        if block_id and block_id in seen_blocks:
            problems.add(f"`block_id` {block_id} already exists", f"{pointer}/{index}/block_id")
        if block_id:
            seen_blocks.add(block_id)
        seen_actions: set[str] = set()
        for element in interactive_elements(block):
            action_id = element.get("action_id")
            if action_id and action_id in seen_actions:
                place = f"{pointer}/{index}/elements"
                problems.add(f"`action_id` {action_id} already exists in this block", place)
            if action_id:
                seen_actions.add(action_id)


def _check_whole_message(blocks: list[Block], problems: Problems, pointer: str) -> None:
    if sum(block.get("type") == "table" for block in blocks) > 1:
        problems.add("only_one_table_allowed", pointer)
    markdown = sum(len(str(b.get("text", ""))) for b in blocks if b.get("type") == "markdown")
    if markdown > limits.MARKDOWN_CHARACTERS:
        problems.add(f"markdown must be less than {limits.MARKDOWN_CHARACTERS + 1}", pointer)


def interactive_elements(block: Block) -> list[dict[str, Any]]:
    """The elements of a block a person can act on, in order."""
    found: list[Any] = []
    if block.get("type") in ("actions", "context_actions"):
        found = list(block.get("elements") or [])
    elif block.get("type") == "section" and block.get("accessory"):
        found = [block["accessory"]]
    elif block.get("type") == "input" and block.get("element"):
        found = [block["element"]]
    return [element for element in found if isinstance(element, dict)]


def text_length(value: object) -> int:
    """Characters of text inside blocks: every ``text`` string at any depth."""
    if isinstance(value, Mapping):
        own = value.get("text")
        count = len(own) if isinstance(own, str) else 0
        return count + sum(text_length(item) for item in value.values())
    if isinstance(value, list):
        return sum(text_length(item) for item in value)
    return 0


def _check_section(block: Block, problems: Problems, pointer: str) -> None:
    if block.get("text") is None and not block.get("fields"):
        problems.add("must define one of text or fields", pointer)
    limit = limits.SECTION_TEXT_CHARACTERS
    problems.text(block.get("text"), limit, f"{pointer}/text", required=False)
    if "fields" in block:
        place = f"{pointer}/fields"
        for index, text in enumerate(problems.items(block["fields"], limits.SECTION_FIELDS, place)):
            problems.text(text, limits.SECTION_FIELD_CHARACTERS, f"{place}/{index}")
    if "accessory" in block:
        check_element(block["accessory"], IN_SECTION, problems, f"{pointer}/accessory")


def _check_header(block: Block, problems: Problems, pointer: str) -> None:
    problems.text(block.get("text"), limits.HEADER_CHARACTERS, f"{pointer}/text", plain=True)


def _check_context(block: Block, problems: Problems, pointer: str) -> None:
    _check_elements(block, limits.CONTEXT_ELEMENTS, IN_CONTEXT, problems, pointer)


def _check_actions(block: Block, problems: Problems, pointer: str) -> None:
    _check_elements(block, limits.ACTIONS_ELEMENTS, IN_ACTIONS, problems, pointer)


def _check_context_actions(block: Block, problems: Problems, pointer: str) -> None:
    limit = limits.CONTEXT_ACTIONS_ELEMENTS
    _check_elements(block, limit, IN_CONTEXT_ACTIONS, problems, pointer)


def _check_elements(
    block: Block, limit: int, allowed: frozenset[str], problems: Problems, pointer: str
) -> None:
    place = f"{pointer}/elements"
    for index, element in enumerate(problems.items(block.get("elements"), limit, place)):
        check_element(element, allowed, problems, f"{place}/{index}")


def _check_input(block: Block, problems: Problems, pointer: str) -> None:
    limit = limits.LABEL_CHARACTERS
    problems.text(block.get("label"), limit, f"{pointer}/label", plain=True)
    problems.text(block.get("hint"), limit, f"{pointer}/hint", plain=True, required=False)
    check_element(block.get("element"), IN_INPUT, problems, f"{pointer}/element")


def _check_image_block(block: Block, problems: Problems, pointer: str) -> None:
    check_image_source(block, problems, pointer)
    limit = limits.IMAGE_TEXT_CHARACTERS
    problems.text(block.get("title"), limit, f"{pointer}/title", plain=True, required=False)


def _check_markdown(block: Block, problems: Problems, pointer: str) -> None:
    limit = limits.MARKDOWN_CHARACTERS
    problems.length(block.get("text"), limit, f"{pointer}/text", required=True)


def _check_table(block: Block, problems: Problems, pointer: str) -> None:
    place = f"{pointer}/rows"
    for index, row in enumerate(problems.items(block.get("rows"), limits.TABLE_ROWS, place)):
        cells = problems.items(row, limits.TABLE_COLUMNS, f"{place}/{index}")
        for column, cell in enumerate(cells):
            kind = cell.get("type") if isinstance(cell, Mapping) else None
            if kind not in ("raw_text", "rich_text", "raw_number"):
                problems.add(f"unsupported type: {kind}", f"{place}/{index}/{column}")


def _check_rich_text(block: Block, problems: Problems, pointer: str) -> None:
    if not isinstance(block.get("elements"), list):
        problems.add("must provide an array", f"{pointer}/elements")


_CHECKS: dict[str, Callable[[Block, Problems, str], None]] = {
    "section": _check_section,
    "header": _check_header,
    "context": _check_context,
    "actions": _check_actions,
    "context_actions": _check_context_actions,
    "input": _check_input,
    "image": _check_image_block,
    "markdown": _check_markdown,
    "table": _check_table,
    "rich_text": _check_rich_text,
}
