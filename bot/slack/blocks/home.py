"""App Home and help: what the bot does, how to ask, recent answers."""

from collections.abc import Sequence
from dataclasses import dataclass

from bot.slack.blocks import Block, View, button, context, section
from bot.slack.blocks.answer import ActionId
from bot.slack.blocks.review import ReviewAction
from bot.slack.text import plain

HOW_TO = (
    "*How to ask*\n"
    "• Mention me in a channel, or write to me directly, and paste the numbers: a list, lines with"
    " dates, or a table from a spreadsheet.\n"
    "• Say what it measures, how many people stand behind each value, and what changed recently.\n"
    "• `/analyst ask` opens a form instead. A CSV, TSV or XLSX file works too; I say how I read it."
)
EXAMPLE = (
    "*An example to copy*\n"
    "```Activation rate, weekly: 0.42, 0.41, 0.38, 0.35, 0.33, 0.31\n"
    "2,000 sign-ups a week. Onboarding redesign 5 weeks ago.\n"
    "Why is it falling and what should we do?```"
)
PROMISE = (
    "Every number in my answers is computed from your data and checked before you see it."
    " *Show the working* lists where each one comes from. What I cannot prove, I leave out."
)
COMMANDS = (
    "*Commands*\n• `/analyst ask` asks with a form"
    "\n• `/analyst metrics` lists the metrics you can ask for by name; with a name it explains one"
    "\n• `/analyst annotate` records a change, such as a release, that may explain a break"
    "\n• `/analyst review` shows what waits for a reviewer"
    "\n• `/analyst rate` rates answers blind"
    "\n• `/analyst dataset` shows what the model may learn from"
    "\n• `/analyst adapters` shows what answers and what was live when; maintainers also have"
    " `approve 7`, `reject 7 reason`, `canary 7 10`, `rollback`"
    "\n• `/analyst cycle status` shows the learning cycle; also `run`, `pause`, `resume`, `skip`"
    "\n• `/analyst help` shows this"
)


@dataclass(frozen=True)
class RecentAnswer:
    """One line of the list of recent answers."""

    title: str
    state: str
    asked_at: str
    permalink: str | None = None


@dataclass(frozen=True)
class OwnCorrection:
    """One line of the list of what became of a person's corrections."""

    title: str
    fate: str


def help_blocks() -> list[Block]:
    """What `/analyst help` answers."""
    return [section(HOW_TO), section(EXAMPLE), section(PROMISE), section(COMMANDS)]


def outsider_view(refusal: str) -> View:
    """The App Home tab of somebody who may not use the bot."""
    return {"type": "home", "blocks": [section(plain(refusal))]}


def home_view(
    recent: Sequence[RecentAnswer],
    corrections: Sequence[OwnCorrection] = (),
    waiting: int | None = None,
) -> View:
    """The App Home tab of one person; `waiting` is the reviewer's queue, None for others."""
    blocks: list[Block] = [
        {"type": "header", "text": {"type": "plain_text", "text": "Growth Analyst"}},
        section(HOW_TO),
        {
            "type": "actions",
            "elements": [
                button("Ask a question", ActionId.OPEN_FORM.value, "new", style="primary")
            ],
        },
        section(EXAMPLE),
        context(PROMISE),
        {"type": "divider"},
        section("*Your recent questions*"),
    ]
    if not recent:
        blocks.append(context("None yet."))
    blocks.extend(
        section(f"{plain(item.title, 150)}\n{item.state} · {item.asked_at}") for item in recent[:10]
    )
    if corrections:
        blocks += [{"type": "divider"}, section("*Your corrections*")]
        blocks.extend(section(f"{plain(c.title, 150)}\n{plain(c.fate, 300)}") for c in corrections)
    if waiting is not None:
        blocks += [{"type": "divider"}, *_queue_blocks(waiting)]
    return {"type": "home", "blocks": blocks}


def _queue_blocks(waiting: int) -> list[Block]:
    wait = "1 example waits" if waiting == 1 else f"{waiting} examples wait"
    text = f"*Review*\n{wait} for a reviewer."
    review = button("Review", ReviewAction.OPEN.value, "home", style="primary")
    return [section(text), {"type": "actions", "elements": [review]}]
