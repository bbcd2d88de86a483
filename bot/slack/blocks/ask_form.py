"""The form behind `/analyst ask`, and the friendly message that offers it pre-filled."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from bot.analysis.question import Period, Problem
from bot.slack.blocks import Block, View, button, context, plain_text, section
from bot.slack.blocks.answer import ActionId
from bot.slack.text import plain

CALLBACK_ID = "ask_form"
VALUE_CHARACTERS = 2_900  # Slack's limit for initial values of a text input is 3,000


@dataclass(frozen=True)
class FormField:
    """One input: `name` is the key `bot.analysis.parsing.read_fields` expects."""

    name: str
    label: str
    hint: str
    optional: bool = True
    multiline: bool = False


FIELDS: tuple[FormField, ...] = (
    FormField("metric", "Metric", "for example: activation rate", optional=False),
    FormField(
        "values",
        "Values, oldest first",
        "for example: 42%, 41%, 38%, 35% - or paste the column or the whole table",
        optional=False,
        multiline=True,
    ),
    FormField("context", "Segment and market", "for example: UK, small business, self-serve"),
    FormField("cohort", "Cohort size per period", "for example: 2,000 sign-ups a week"),
    FormField(
        "changes",
        "Recent changes",
        "one a line: what and when, e.g. onboarding redesign 5 weeks ago",
        multiline=True,
    ),
    FormField("definition", "Definition", "for example: created a project within 7 days"),
    FormField("question", "Question", "for example: why is it falling, what should we do?"),
)


def ask_form(
    draft: Mapping[str, str], problems: Sequence[Problem] = (), *, channel: str = ""
) -> View:
    """Build the modal, filled with `draft`; the parts named by `problems` are marked."""
    marked = {problem.field: problem.message for problem in problems}
    blocks: list[Block] = []
    if problems:
        blocks.append(section("\n".join(f":warning: {plain(p.message, 500)}" for p in problems)))
    blocks.extend(
        _input_block(field, draft.get(field.name, ""), marked.get(field.name)) for field in FIELDS
    )
    blocks.append(_period_block(draft.get("period", "")))
    return {
        "type": "modal",
        "callback_id": CALLBACK_ID,
        "title": plain_text("Ask the analyst"),
        "submit": plain_text("Ask"),
        "close": plain_text("Cancel"),
        "private_metadata": json.dumps({"channel": channel}),
        "blocks": blocks,
    }


def read_form(view: Mapping[str, Any]) -> tuple[dict[str, str], str]:
    """Return the fields a person filled in (name -> text) and the channel they asked from."""
    fields: dict[str, str] = {}
    for block_id, actions in view["state"]["values"].items():
        for element in actions.values():
            chosen = (element.get("selected_option") or {}).get("value")
            text = element.get("value") or chosen or ""
            if text.strip():
                fields[block_id] = text
    channel = json.loads(view.get("private_metadata") or "{}").get("channel", "")
    return fields, channel


def problem_blocks(problems: Sequence[Problem], request_id: str) -> list[Block]:
    """Tell what was wrong and what to do, with a button that opens the form pre-filled."""
    said = "\n".join(f"• {plain(problem.message, 600)}" for problem in problems)
    return [
        section(f"I could not read that as a metric question yet.\n{said}"),
        {
            "type": "actions",
            "elements": [
                button("Fix it in a form", ActionId.OPEN_FORM.value, request_id, style="primary")
            ],
        },
        context("Nothing is lost: the form holds what I could read."),
    ]


def _input_block(field: FormField, initial: str, problem: str | None) -> Block:
    element: Block = {
        "type": "plain_text_input",
        "action_id": field.name,
        "multiline": field.multiline,
        "placeholder": plain_text(field.hint[:150]),
    }
    if initial:
        element["initial_value"] = initial[:VALUE_CHARACTERS]
    block: Block = {
        "type": "input",
        "block_id": field.name,
        "label": plain_text(field.label if not problem else f"{field.label} (please check)"),
        "element": element,
        "optional": field.optional,
    }
    if problem:
        block["hint"] = plain_text(problem[:1_900])
    return block


def _period_block(initial: str) -> Block:
    options = [
        {"text": plain_text(f"per {period.value}"), "value": period.value} for period in Period
    ]
    chosen = next((option for option in options if option["value"] == initial), None)
    element: Block = {
        "type": "static_select",
        "action_id": "period",
        "placeholder": plain_text("per week, unless the data says otherwise"),
        "options": options,
    }
    if chosen:
        element["initial_option"] = chosen
    return {
        "type": "input",
        "block_id": "period",
        "label": plain_text("Each value is"),
        "element": element,
        "optional": True,
    }
