"""How a file was read, under an answer or a question back; and the form that corrects it."""

import json
import re
from collections.abc import Mapping
from enum import StrEnum
from typing import Any

from bot.analysis.files.choices import NO_SEGMENT
from bot.analysis.files.correction import Menu, can_correct, menus
from bot.analysis.files.reading import FileReading
from bot.slack.blocks import Block, View, button, context, plain_text, section
from bot.slack.text import plain

CALLBACK_ID = "file_form"
OPTION_CHARACTERS = 75  # Slack's limits for an option, and for a label
LABEL_CHARACTERS = 150
NOTES_SHOWN = 6
MOST_PICKS = 5  # more are easier to find in the form
PICKED = re.compile(r"^file_pick_\d$")


class FileAction(StrEnum):
    """The button that opens the form, and the start of those that settle it with one click."""

    READ_DIFFERENTLY = "file_read_differently"
    PICK = "file_pick_"


def reading_blocks(reading: FileReading, request_id: str) -> list[Block]:
    """Small print: how the file was read, with the button that corrects it."""
    said = " ".join(reading.statement[:NOTES_SHOWN])
    if not said:
        return []
    blocks = [context(f":page_facing_up: {plain(said, 1_500)}")]
    if can_correct(reading):
        blocks.append(_button(request_id))
    return blocks


def file_problem_blocks(reading: FileReading, request_id: str) -> list[Block]:
    """What is missing or wrong in a file, how far it was read, and the form to settle it."""
    said = "\n".join(f"• {plain(problem.message, 900)}" for problem in reading.problems)
    name = f" “{plain(reading.name, 80)}”" if reading.name else " the file"
    blocks = [section(f"I could not answer from{name} yet.\n{said}")]
    if reading.statement:
        how = plain(" ".join(reading.statement[:NOTES_SHOWN]), 1_500)
        blocks.append(context(f":page_facing_up: So far: {how}"))
    if can_correct(reading):
        differently = _button(request_id, style="primary")
        differently["elements"] = [*_picks(reading, request_id), *differently["elements"]]
        blocks.append(differently)
    return blocks


def read_pick(value: str) -> tuple[str, dict[str, str]]:
    """The request's id and what a click chose, in the shape of `read_file_form`."""
    request_id, menu, option = value.split(":", 2)
    return request_id, {menu: option}


def file_form(reading: FileReading, request_id: str) -> View:
    """The form: one menu for each thing that can be read in another way, the present one chosen."""
    said = "\n".join(f":warning: {plain(problem.message, 900)}" for problem in reading.problems)
    marked = {problem.field for problem in reading.problems}
    blocks: list[Block] = [section(said)] if said else []
    blocks += [_menu_block(menu, is_marked=_is_marked(menu, marked)) for menu in menus(reading)]
    blocks.append(context("I read the file again with these choices and answer in the thread."))
    return {
        "type": "modal",
        "callback_id": CALLBACK_ID,
        "title": plain_text("Read it differently"),
        "submit": plain_text("Read again"),
        "close": plain_text("Cancel"),
        "private_metadata": json.dumps({"request_id": request_id}),
        "blocks": blocks,
    }


def read_file_form(view: Mapping[str, Any]) -> tuple[str, dict[str, str]]:
    """The request's id and what was chosen: menu name -> option value."""
    picked: dict[str, str] = {}
    for name, elements in view["state"]["values"].items():
        for element in elements.values():
            chosen = element.get("selected_option") or {}
            if chosen.get("value"):
                picked[name] = str(chosen["value"])
    request_id = str(json.loads(view.get("private_metadata") or "{}").get("request_id", ""))
    return request_id, picked


def _picks(reading: FileReading, request_id: str) -> list[Block]:
    """One button for each meaning, where one thing is unsure and a few may be meant."""
    fields = {problem.field for problem in reading.problems}
    found = menus(reading)
    marked = [menu for menu in found if _is_marked(menu, fields)]
    if len(marked) != 1:
        return []
    compare = [menu for menu in found if menu.name == "compare" and menu not in marked]
    offers = [
        (menu, value, words)
        for menu in [*marked, *compare]
        for value, words in menu.options
        if value != NO_SEGMENT
    ]
    if len(offers) > MOST_PICKS:
        return []
    return [
        button(
            _cut(re.sub("[<>]", " ", _offer_words(menu, words)), OPTION_CHARACTERS),
            f"{FileAction.PICK.value}{number}",
            f"{request_id}:{menu.name}:{value}",
        )
        for number, (menu, value, words) in enumerate(offers)
    ]


def _offer_words(menu: Menu, words: str) -> str:
    """A meaning as a button says it: a name alone, the rest with what it is about."""
    if menu.name == "compare":
        return f"Compare {words}"
    named = menu.name.startswith("segment_") or menu.name in {"sheet", "date_column"}
    return words if named or menu.name == "value_column" else f"{menu.label}: {words}"


def _button(request_id: str, **extra: Any) -> Block:
    differently = button(
        "Read it differently", FileAction.READ_DIFFERENTLY.value, request_id, **extra
    )
    return {"type": "actions", "elements": [differently]}


def _is_marked(menu: Menu, fields: set[str]) -> bool:
    return menu.name in fields or (menu.name.startswith("segment_") and "segments" in fields)


def _menu_block(menu: Menu, *, is_marked: bool) -> Block:
    options = [
        {"text": plain_text(_cut(words, OPTION_CHARACTERS)), "value": value}
        for value, words in menu.options
    ]
    element: Block = {
        "type": "static_select",
        "action_id": "choice",
        "placeholder": plain_text("Find out"),
        "options": options,
    }
    chosen = next((option for option in options if option["value"] == menu.chosen), None)
    if chosen:
        element["initial_option"] = chosen
    label = f"{menu.label} (please choose)" if is_marked else menu.label
    return {
        "type": "input",
        "block_id": menu.name,
        "label": plain_text(_cut(label, LABEL_CHARACTERS)),
        "element": element,
        "optional": True,
    }


def _cut(text: str, limit: int) -> str:
    flat = " ".join(text.split()) or "(empty)"
    return flat if len(flat) <= limit else flat[: limit - 1] + "…"
