"""The window of blind rating: question, facts and answer, without a word on who wrote it."""

import json
from collections.abc import Mapping
from typing import Any

from bot.dossier import Dossier
from bot.slack.blocks import Block, View, context, plain_text, section
from bot.slack.blocks.answer import RUBRIC
from bot.slack.text import plain
from storage.blind_ratings import DIMENSIONS

CALLBACK_ID = "blind_rating"
QUESTIONS = {
    "usefulness": "Usefulness: would you act on it?",
    "accuracy": "Accuracy: does it say what the facts say?",
    "relevance": "Relevance: does it answer what was asked?",
    "quality": "Quality: is the reasoning sound?",
    "style": "Style: is it clear and short?",
}
SCALE = {
    5: "5 · fully",
    4: "4 · mostly",
    3: "3 · half",
    2: "2 · little",
    1: "1 · hardly",
    0: "0 · no",
}


def blind_view(dossier: Dossier | None) -> View:
    """Show one answer with five scales, or that none is left."""
    if dossier is None:
        return {
            "type": "modal",
            "title": plain_text("Rate blind"),
            "close": plain_text("Close"),
            "blocks": [section("There is no answer left for you to rate blind. Thank you.")],
        }
    told = [dossier.findings.fact(fact_id).text for fact_id in dossier.findings.prompt_facts]
    facts = "\n".join(f"• {plain(fact, 200)}" for fact in told)
    return {
        "type": "modal",
        "callback_id": CALLBACK_ID,
        "title": plain_text("Rate blind"),
        "submit": plain_text("Save and next"),
        "close": plain_text("Close"),
        "private_metadata": json.dumps({"answer_id": dossier.answer.id}),
        "blocks": [
            context("You are not told who wrote this. Judge the text alone."),
            section(f"*Question*\n{plain(dossier.asked, 1_500)}"),
            section(f"*Facts*\n{facts or 'none'}"),
            section(f"*Answer*\n{plain(dossier.text)}"),
            *(_scale(name, dossier.answer.id) for name in DIMENSIONS),
        ],
    }


def read_blind_form(view: Mapping[str, Any]) -> tuple[str, dict[str, int]]:
    """The answer id and the score by dimension."""
    chosen = {
        action_id: element["selected_option"]["value"]
        for elements in view["state"]["values"].values()
        for action_id, element in elements.items()
    }
    scores = {name: int(chosen[name]) for name in DIMENSIONS}
    return str(json.loads(view["private_metadata"])["answer_id"]), scores


def _scale(name: str, answer_id: str) -> Block:
    words = {score: f"{score} · {text}" for score, text in RUBRIC.items()}
    scale = words if name == "usefulness" else SCALE
    options = [{"text": plain_text(text), "value": str(score)} for score, text in scale.items()]
    return {
        "type": "input",
        # A window that is updated keeps what was chosen under the same block id.
        "block_id": f"{name}:{answer_id}",
        "label": plain_text(QUESTIONS[name]),
        "element": {"type": "static_select", "action_id": name, "options": options},
    }
