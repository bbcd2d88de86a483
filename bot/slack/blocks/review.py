"""The reviewer's windows: a candidate with its proof, the edit form, why it is rejected."""

import json
from collections.abc import Mapping
from enum import StrEnum
from typing import Any

from bot.analysis.answer import HEADINGS, AnswerSections, Section, render_answer
from bot.analysis.claims import ClaimStatus, Verification
from bot.review import REJECT_REASONS_IN_WORDS, Progress, RejectReason, ReviewItem
from bot.slack.blocks import Block, View, button, context, plain_text, section
from bot.slack.blocks.correction import part_inputs
from bot.slack.text import plain

EDIT_CALLBACK_ID = "review_edit"
REJECT_CALLBACK_ID = "review_reject"
TEXT_CHARACTERS = 2_700  # room for the marks around claims under Slack's 3,000
ORIGINS_IN_WORDS = {
    "correction": "A reader's correction",
    "rating": "An answer that readers rated high",
    "augmentation": "Written by the teacher model",
    "import": "Imported",
}


class ReviewAction(StrEnum):
    """The buttons of the review window and the one that opens it."""

    OPEN = "review_open"
    APPROVE = "review_approve"
    EDIT = "review_edit_open"
    REJECT = "review_reject_open"
    SKIP = "review_skip"


def review_view(item: ReviewItem | None, progress: Progress, notice: str = "") -> View:
    """Show one candidate, or that nothing waits."""
    blocks: list[Block] = [context(_progress_line(progress))]
    if notice:
        blocks.append(section(f":information_source: {plain(notice, 600)}"))
    if item is None:
        blocks.append(section("Nothing waits for your review. Thank you."))
    else:
        blocks += _item_blocks(item)
    return {
        "type": "modal",
        "title": plain_text("Review examples"),
        "close": plain_text("Close"),
        "private_metadata": json.dumps({"example_id": item.example_id if item else 0}),
        "blocks": blocks,
    }


def edit_form(example_id: int, sections: AnswerSections) -> View:
    """The three parts of a candidate, to be mended and approved."""
    return {
        "type": "modal",
        "callback_id": EDIT_CALLBACK_ID,
        "title": plain_text("Edit and approve"),
        "submit": plain_text("Approve"),
        "close": plain_text("Back"),
        "private_metadata": json.dumps({"example_id": example_id}),
        "blocks": [
            *part_inputs(sections),
            context("Your text has to pass every check, numbers included."),
        ],
    }


def reject_form(example_id: int) -> View:
    """Ask why a candidate is rejected."""
    options = [
        {"text": plain_text(words), "value": reason.value}
        for reason, words in REJECT_REASONS_IN_WORDS.items()
    ]
    return {
        "type": "modal",
        "callback_id": REJECT_CALLBACK_ID,
        "title": plain_text("Reject"),
        "submit": plain_text("Reject"),
        "close": plain_text("Back"),
        "private_metadata": json.dumps({"example_id": example_id}),
        "blocks": [
            {
                "type": "input",
                "block_id": "reason",
                "label": plain_text("Why should it not be trained on?"),
                "element": {"type": "static_select", "action_id": "reason", "options": options},
            },
            {
                "type": "input",
                "block_id": "comment",
                "label": plain_text("What its writer should know"),
                "element": {
                    "type": "plain_text_input",
                    "action_id": "comment",
                    "multiline": True,
                    "max_length": 1_000,
                },
                "optional": True,
            },
        ],
    }


def read_example_id(view: Mapping[str, Any]) -> int:
    """Which candidate a form is about."""
    return int(json.loads(view["private_metadata"])["example_id"])


def read_reject_form(view: Mapping[str, Any]) -> tuple[RejectReason, str]:
    """The reason chosen and the comment."""
    values = view["state"]["values"]
    reason = RejectReason(values["reason"]["reason"]["selected_option"]["value"])
    comment = (values.get("comment", {}).get("comment", {}).get("value") or "").strip()
    return reason, comment


def mark_claims(sections: AnswerSections, verification: Verification | None) -> list[Block]:
    """The proposed answer with every checked number and wording marked: bold, or a warning."""
    text = render_answer(sections)
    claims = sorted(verification.claims if verification else (), key=lambda claim: claim.start)
    marked, position = "", 0
    for claim in claims:
        if claim.start < position or len(marked) > TEXT_CHARACTERS:
            continue
        proved = claim.status is ClaimStatus.SUPPORTED
        words = plain(text[claim.start : claim.end])
        marked += plain(text[position : claim.start])
        marked += f"*{words}*" if proved else f":warning: *{words}* (not proved)"
        position = claim.end
    marked += plain(text[position:], TEXT_CHARACTERS)
    for part in Section:
        heading = HEADINGS[part]
        marked = marked.replace(heading, f"_{heading}_", 1)
    return [section(marked[:2_990])]


def _item_blocks(item: ReviewItem) -> list[Block]:
    origin = ORIGINS_IN_WORDS.get(item.origin, item.origin)
    if item.is_negative:
        origin = "An answer that readers rated low, to be kept as one to avoid"
    writer = item.provenance.get("adapter") or "the base model"
    blocks = [context(f"*{plain(origin, 200)}* · example {item.example_id} · answered by {writer}")]
    if item.flags:
        blocks.append(context(":warning: " + plain("; ".join(item.flags), 600)))
    blocks.append(section(f"*Question*\n{plain(item.asked, 1_500)}"))
    if item.facts:
        facts = "\n".join(f"• {plain(fact, 200)}" for fact in item.facts[:12])
        blocks.append(section(f"*Facts*\n{facts}"))
    blocks.append(section("*Proposed answer*"))
    blocks += mark_claims(item.sections, item.verification)
    if item.comment:
        blocks.append(section(f"*The writer says*\n{plain(item.comment, 1_000)}"))
    if item.corrected:
        blocks.append({"type": "divider"})
        blocks.append(section(f"*The answer it replaces*\n{plain(item.corrected, 2_800)}"))
    if item.ratings:
        blocks.append(context("Ratings: " + plain("; ".join(item.ratings), 500)))
    blocks += _check_blocks(item)
    return [*blocks, _decision_buttons(item)]


def _check_blocks(item: ReviewItem) -> list[Block]:
    if not item.checks:
        return []
    failed = [check for check in item.checks if not check.passed]
    passed = len(item.checks) - len(failed)
    lines = [f":white_check_mark: {passed} of {len(item.checks)} quality checks passed"]
    lines += [
        f":x: {plain(check.check.value.replace('_', ' '))}: {plain(check.reason, 250)}"
        for check in failed[:8]
    ]
    return [context(*lines)]


def _decision_buttons(item: ReviewItem) -> Block:
    value = str(item.example_id)
    approve = "Agree, avoid it" if item.is_negative else "Approve"
    elements = []
    if not item.blocked:
        elements.append(button(approve, ReviewAction.APPROVE.value, value, style="primary"))
    if not item.is_negative:
        elements.append(button("Edit and approve", ReviewAction.EDIT.value, value))
    elements.append(button("Reject", ReviewAction.REJECT.value, value, style="danger"))
    elements.append(button("Skip", ReviewAction.SKIP.value, value))
    return {"type": "actions", "elements": elements}


def _progress_line(progress: Progress) -> str:
    line = f"{progress.waiting} waiting · you decided {progress.decided} in the last day"
    return line + (f" · you skipped {progress.skipped}" if progress.skipped else "")
