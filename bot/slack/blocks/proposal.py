"""A candidate adapter put to the maintainers: what is new, how it did, three buttons.

After a decision the same message says who decided what and when, and its buttons are gone. Pure.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from bot.slack.blocks import Block, button, context, plain_text, section
from bot.slack.text import SECTION_CHARACTERS, escape, plain

_TABLE_CHARACTERS = 2_400  # a section holds 3,000; fences and the title need some


class ProposalAction(StrEnum):
    """The buttons; each value carries the adapter's name."""

    APPROVE = "adapter_approve"
    CANARY = "adapter_canary"
    REJECT = "adapter_reject"


@dataclass(frozen=True)
class GateLine:
    """One gate as a maintainer reads it; `is_alarm` ones never block."""

    name: str
    verdict: str
    words: str
    is_alarm: bool


@dataclass(frozen=True)
class ProposalView:
    """What the message shows; `data` is a sentence about what was added, `table` rows of cells."""

    adapter: str
    conclusion: str
    data: str
    table: Sequence[Sequence[str]]
    gates: Sequence[GateLine]
    regressions: Sequence[str]
    report: str
    sha256: str
    expires: str
    canary_percent: int
    decision: str = ""

    @property
    def number(self) -> str:
        """The version as people type it: `/analyst approve 7`."""
        return self.adapter.removeprefix("growth-analyst-v").partition("-")[0]


def proposal_blocks(view: ProposalView) -> list[Block]:
    """The whole message."""
    title = f"Candidate {view.adapter} is ready" if not view.decision else f"{view.adapter}"
    blocks: list[Block] = [
        {"type": "header", "text": plain_text(title[:150])},
        section(f"{plain(view.conclusion, 600)}\n{plain(view.data, 600)}"),
    ]
    if view.table:
        blocks.append(section(f"```{_typeset(view.table)}```"))
    blocks.append(_gates("*Gates*", [g for g in view.gates if not g.is_alarm]))
    alarms = [g for g in view.gates if g.is_alarm]
    if alarms:
        blocks.append(_gates("*Alarms, not blocking*", alarms))
    if view.regressions:
        shown = ", ".join(view.regressions[:10])
        more = f" and {len(view.regressions) - 10} more" if len(view.regressions) > 10 else ""
        blocks.append(context(f"Cases it loses: {plain(shown, 800)}{more}"))
    small = f"sha256 `{view.sha256[:12]}`"
    blocks.append(context(f"{small} · report: {plain(view.report, 300)}" if view.report else small))
    if view.decision:
        blocks.append(section(view.decision))
        return blocks
    typed = f"`/analyst approve {view.number}` does the same. Open until {plain(view.expires, 40)}."
    return [*blocks, _buttons(view), context(typed)]


def proposal_text(view: ProposalView) -> str:
    """The line for notifications and screen readers."""
    return f"Candidate {view.adapter} is ready" if not view.decision else f"{view.adapter}: decided"


def adapters_text(lines: Sequence[str]) -> str:
    """The list behind `/analyst adapters`, ready for mrkdwn."""
    return "\n".join(lines) if lines else "No adapter is registered; the base model answers."


def _buttons(view: ProposalView) -> Block:
    confirm = {
        "title": plain_text("Put it before everybody?"),
        "text": plain_text(f"{view.adapter} will answer the next question."),
        "confirm": plain_text("Approve"),
        "deny": plain_text("Not yet"),
    }
    canary = f"Canary {view.canary_percent} %"
    return {
        "type": "actions",
        "elements": [
            button(
                "Approve",
                ProposalAction.APPROVE.value,
                view.adapter,
                style="primary",
                confirm=confirm,
            ),
            button(canary, ProposalAction.CANARY.value, view.adapter),
            button("Reject", ProposalAction.REJECT.value, view.adapter, style="danger"),
        ],
    }


def _gates(title: str, gates: Sequence[GateLine]) -> Block:
    """As many whole lines as a section holds; the report has all of them."""
    text = title
    for line in map(_gate, gates):
        if len(text) + len(line) < SECTION_CHARACTERS:
            text += f"\n{line}"
    return section(text)


def _gate(gate: GateLine) -> str:
    marks = {"pass": ":white_check_mark:", "fail": ":x:"}
    mark = marks.get(gate.verdict, ":grey_question:")
    return f"{mark} *{plain(gate.name.replace('_', ' '), 60)}*: {plain(gate.words, 220)}"


def _typeset(table: Sequence[Sequence[str]]) -> str:
    widths = [max(len(row[column]) for row in table) for column in range(len(table[0]))]
    lines = [
        "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()
        for row in table
    ]
    text = escape("\n".join(lines).replace("`", "'"))
    return text if len(text) <= _TABLE_CHARACTERS else text[:_TABLE_CHARACTERS].rsplit("\n", 1)[0]
