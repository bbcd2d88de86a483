"""The one message that carries an answer, from placeholder to rating controls."""

from dataclasses import dataclass
from enum import StrEnum

from bot.analysis.answer import HEADINGS, AnswerSections, Section
from bot.slack.blocks import Block, button, context, plain_text, section
from bot.slack.text import plain

RUBRIC: dict[int, str] = {
    5: "I would act on this now",
    4: "Useful with a small clarification",
    3: "Right but too vague to act on",
    2: "Partly right, the recommendation misleads",
    1: "Wrong analysis",
    0: "Nonsense or no answer",
}


class ActionId(StrEnum):
    """Every button and menu under an answer."""

    THUMBS = "answer_thumbs"
    SCORE = "answer_score"
    CORRECT = "answer_correct"
    WORKING = "answer_working"
    STOP = "answer_stop"
    OPEN_FORM = "open_ask_form"


@dataclass(frozen=True)
class AnswerView:
    """What the message shows; `verified_claims` of `claims` numbers are carried by facts.

    `small_print` are ready-made blocks about where the numbers came from.
    """

    answer_id: str
    title: str
    sections: AnswerSections
    claims: int
    verified_claims: int
    model_label: str
    reference: str
    chart_file_id: str | None = None
    chart_alt_text: str = ""
    notes: tuple[str, ...] = ()
    lead: str = ""
    small_print: tuple[Block, ...] = ()


def working_blocks(
    status: str, sections: AnswerSections, request_id: str, lead: str = ""
) -> list[Block]:
    """The message while the answer is being written: what is there, what is going on, Stop.

    `lead` is ready-made mrkdwn that says who asked, where no message above does.
    """
    blocks = [context(lead)] if lead else []
    blocks += _section_blocks(sections)
    blocks.append(context(f":hourglass_flowing_sand: {plain(status, 300)}"))
    blocks.append(
        {"type": "actions", "elements": [button("Stop", ActionId.STOP.value, request_id)]}
    )
    return blocks


def answer_blocks(view: AnswerView) -> list[Block]:
    """The finished message: parts, chart, proof, rating controls."""
    blocks: list[Block] = [context(view.lead)] if view.lead else []
    blocks.append(section(f"*{plain(view.title, 150)}*"))
    blocks += _section_blocks(view.sections)
    if view.chart_file_id:
        blocks.append(
            {
                "type": "image",
                "slack_file": {"id": view.chart_file_id},
                "alt_text": view.chart_alt_text[:1_900] or "Chart of the series",
            }
        )
    blocks.append(context(_proof_line(view), f"ref `{view.reference}`"))
    if view.notes:
        blocks.append(context(*(plain(note, 280) for note in view.notes[:5])))
    blocks += view.small_print
    blocks += _rating_blocks(view.answer_id)
    return blocks


def answer_fallback_text(view: AnswerView) -> str:
    """Text for notifications and screen readers."""
    return plain(f"{view.title}. {view.sections.urgency}", 300)


def _section_blocks(sections: AnswerSections) -> list[Block]:
    marks = {Section.ANALYSIS: "", Section.RECOMMENDED_ACTION: ":dart: ", Section.URGENCY: ""}
    blocks = []
    for part in Section:
        text = sections.part(part).strip()
        if not text:
            continue
        mark = _urgency_mark(text) if part is Section.URGENCY else marks[part]
        title = HEADINGS[part].rstrip(":")
        blocks.append(section(f"{mark}*{title}*\n{plain(text)}"))
    return blocks


def _urgency_mark(text: str) -> str:
    level = text.split(maxsplit=1)[0].strip(".,:;—-").lower() if text.split() else ""
    marks = {"high": ":red_circle: ", "medium": ":large_yellow_circle: ", "low": ":white_circle: "}
    return marks.get(level, "")


def _proof_line(view: AnswerView) -> str:
    if view.claims == 0:
        return f"No numbers to verify · written by {plain(view.model_label, 80)}"
    return (
        f":white_check_mark: {view.verified_claims} of {view.claims} numbers verified"
        f" · written by {plain(view.model_label, 80)}"
    )


def _rating_blocks(answer_id: str) -> list[Block]:
    thumbs = {
        "type": "context_actions",
        "elements": [
            {
                "type": "feedback_buttons",
                "action_id": ActionId.THUMBS.value,
                "positive_button": {
                    "text": plain_text("Good answer"),
                    "accessibility_label": "Mark this answer as good",
                    "value": f"up:{answer_id}",
                },
                "negative_button": {
                    "text": plain_text("Bad answer"),
                    "accessibility_label": "Mark this answer as bad and say why",
                    "value": f"down:{answer_id}",
                },
            }
        ],
    }
    options = [
        {
            "text": plain_text(f"{score} · {meaning}"),
            "value": f"{score}:{answer_id}",
        }
        for score, meaning in RUBRIC.items()
    ]
    controls = {
        "type": "actions",
        "elements": [
            {
                "type": "static_select",
                "action_id": ActionId.SCORE.value,
                "placeholder": plain_text("Rate 0-5"),
                "options": options,
            },
            button("Correct it", ActionId.CORRECT.value, answer_id),
            button("Show the working", ActionId.WORKING.value, answer_id),
        ],
    }
    return [thumbs, controls]
