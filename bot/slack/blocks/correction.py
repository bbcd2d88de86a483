"""The form of a verdict: what was wrong, and the answer's three parts to be written better."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from bot.analysis.answer import HEADINGS, AnswerSections, Section
from bot.feedback import REASONS_IN_WORDS, Reason
from bot.slack.blocks import Block, View, context, plain_text, section

CALLBACK_ID = "correction_form"
PART_CHARACTERS = 3_000  # Slack's limit for the initial value of a text input
COMMENT_CHARACTERS = 1_000
HINTS = {
    Section.ANALYSIS: "What happened, the likeliest explanation and how sure.",
    Section.RECOMMENDED_ACTION: "Who does what, by when, and what result would confirm it.",
    Section.URGENCY: "High, Medium or Low, then why.",
}


@dataclass(frozen=True)
class CorrectionDraft:
    """What the form starts with. `asks_why`: a bad verdict opened it, writing better is optional.

    `action_ts` is the time of the click that opened it.
    """

    answer_id: str
    sections: AnswerSections
    action_ts: str
    asks_why: bool = False


@dataclass(frozen=True)
class FilledCorrection:
    """What a person sent."""

    answer_id: str
    sections: AnswerSections
    action_ts: str
    asks_why: bool
    reasons: tuple[str, ...]
    comment: str


def correction_form(draft: CorrectionDraft) -> View:
    """Build the form, pre-filled with the answer."""
    parts = part_inputs(draft.sections, optional=draft.asks_why)
    if draft.asks_why:
        lead = section("Thank you. What was wrong? Everything here is optional.")
        better = section("*If you like, write it better*")
        blocks = [lead, *_why_inputs(), {"type": "divider"}, better, *parts]
    else:
        lead = section("Write the answer as it should have been.")
        blocks = [lead, *parts, {"type": "divider"}, *_why_inputs()]
    checked = "Numbers are checked against the facts before your text is saved."
    kept = {
        "answer_id": draft.answer_id,
        "action_ts": draft.action_ts,
        "asks_why": draft.asks_why,
    }
    return {
        "type": "modal",
        "callback_id": CALLBACK_ID,
        "title": plain_text("What was wrong?" if draft.asks_why else "Correct the answer"),
        "submit": plain_text("Send"),
        "close": plain_text("Cancel"),
        "private_metadata": json.dumps(kept),
        "blocks": [*blocks, context(checked)],
    }


def read_correction_form(view: Mapping[str, Any]) -> FilledCorrection:
    """Read what a person sent."""
    kept = json.loads(view["private_metadata"])
    values = view["state"]["values"]
    chosen = _element(values, "reasons").get("selected_options") or []
    return FilledCorrection(
        answer_id=str(kept["answer_id"]),
        action_ts=str(kept["action_ts"]),
        asks_why=bool(kept["asks_why"]),
        sections=read_parts(view),
        reasons=tuple(Reason(option["value"]).value for option in chosen),
        comment=(_element(values, "comment").get("value") or "").strip()[:COMMENT_CHARACTERS],
    )


def part_inputs(sections: AnswerSections, *, optional: bool = False) -> list[Block]:
    """One text input for each part of an answer, filled; block ids are the parts' names."""
    return [_part_input(part, sections.part(part), optional) for part in Section]


def read_parts(view: Mapping[str, Any]) -> AnswerSections:
    """Read the three parts of an answer back from a form."""
    values = view["state"]["values"]
    texts = {part.value: _element(values, part.value).get("value") or "" for part in Section}
    return AnswerSections(**{name: " ".join(text.split()) for name, text in texts.items()})


def is_same_text(one: AnswerSections, other: AnswerSections) -> bool:
    """Tell whether two answers differ in nothing but white space."""
    return all(one.part(part).split() == other.part(part).split() for part in Section)


def _part_input(part: Section, text: str, optional: bool) -> Block:
    element: Block = {"type": "plain_text_input", "action_id": "text", "multiline": True}
    if text:
        element["initial_value"] = text[:PART_CHARACTERS]
    return {
        "type": "input",
        "block_id": part.value,
        "label": plain_text(HEADINGS[part].rstrip(":")),
        "hint": plain_text(HINTS[part]),
        "element": element,
        "optional": optional,
    }


def _why_inputs() -> list[Block]:
    options = [
        {"text": plain_text(words), "value": reason.value}
        for reason, words in REASONS_IN_WORDS.items()
    ]
    return [
        {
            "type": "input",
            "block_id": "reasons",
            "label": plain_text("What was wrong?"),
            "element": {"type": "checkboxes", "action_id": "reasons", "options": options},
            "optional": True,
        },
        {
            "type": "input",
            "block_id": "comment",
            "label": plain_text("In your words"),
            "element": {
                "type": "plain_text_input",
                "action_id": "comment",
                "multiline": True,
                "max_length": COMMENT_CHARACTERS,
            },
            "optional": True,
        },
    ]


def _element(values: Mapping[str, Any], block_id: str) -> Mapping[str, Any]:
    return next(iter(values.get(block_id, {}).values()), {})
