"""The form behind `/analyst annotate`: what changed, when, and which metric it concerns."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from bot.analysis.catalogue.model import Catalogue
from bot.recorded_changes import TEXT_CHARACTERS
from bot.slack.blocks import Block, View, context, plain_text, section
from bot.slack.text import plain

CALLBACK_ID = "annotate_form"
FIELDS = frozenset({"what", "day", "metric", "segment"})
ALL = "all"
_OPTIONS = 99  # Slack takes 100 options; one is "all metrics"


def annotate_form(
    catalogue: Catalogue | None, today: date, draft: Mapping[str, str], problem: str = ""
) -> View:
    """Build the form, filled with what was typed."""
    blocks: list[Block] = [section(f":warning: {plain(problem, 600)}")] if problem else []
    blocks += [
        _input("what", "What changed", "for example: onboarding redesign", draft.get("what", "")),
        {
            "type": "input",
            "block_id": "day",
            "label": plain_text("When"),
            "element": {
                "type": "datepicker",
                "action_id": "day",
                "initial_date": draft.get("day") or today.isoformat(),
            },
        },
        _metric_block(catalogue, draft.get("metric", "")),
        _input(
            "segment",
            "Segment or market, if it concerns only one",
            "for example: SMB",
            draft.get("segment", ""),
            optional=True,
        ),
        context(
            "I set recorded changes against breaks. A change that fits is a suspect, no proof."
        ),
    ]
    return {
        "type": "modal",
        "callback_id": CALLBACK_ID,
        "title": plain_text("Record a change"),
        "submit": plain_text("Record"),
        "close": plain_text("Cancel"),
        "blocks": blocks,
    }


def read_annotate_form(view: Mapping[str, Any]) -> dict[str, str]:
    """Return what was filled in, by field; "all metrics" is left out."""
    filled: dict[str, str] = {}
    for block_id, elements in view["state"]["values"].items():
        for element in elements.values():
            option = (element.get("selected_option") or {}).get("value")
            value = option or element.get("selected_date") or element.get("value") or ""
            if value.strip() and not (block_id == "metric" and value == ALL):
                filled[block_id] = value.strip()
    return filled


def _metric_block(catalogue: Catalogue | None, chosen: str) -> Block:
    if catalogue is None:
        return _input(
            "metric",
            "Metric, if it concerns only one",
            "for example: activation",
            chosen,
            optional=True,
        )
    names = [metric.name for metric in catalogue.metrics[:_OPTIONS]]
    options = [{"text": plain_text("All metrics"), "value": ALL}]
    options += [{"text": plain_text(name), "value": name} for name in names]
    found = catalogue.find(chosen) if chosen else None
    initial = next((o for o in options if found and o["value"] == found.name), options[0])
    return {
        "type": "input",
        "block_id": "metric",
        "label": plain_text("Metric"),
        "element": {
            "type": "static_select",
            "action_id": "metric",
            "options": options,
            "initial_option": initial,
        },
    }


def _input(name: str, label: str, hint: str, initial: str, *, optional: bool = False) -> Block:
    element: Block = {
        "type": "plain_text_input",
        "action_id": name,
        "max_length": TEXT_CHARACTERS,
        "placeholder": plain_text(hint),
    }
    if initial:
        element["initial_value"] = initial[:TEXT_CHARACTERS]
    return {
        "type": "input",
        "block_id": name,
        "label": plain_text(label),
        "element": element,
        "optional": optional,
    }
