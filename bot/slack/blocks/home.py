"""App Home and help: what the bot does, how to ask, recent answers."""

from collections.abc import Sequence
from dataclasses import dataclass

from bot.slack.blocks import Block, View, button, context, section
from bot.slack.blocks.answer import ActionId
from bot.slack.text import plain

HOW_TO = (
    "*How to ask*\n"
    "• Mention me in a channel, or write to me directly, and paste the numbers: a list, lines with"
    " dates, or a table from a spreadsheet.\n"
    "• Say what it measures, how many people stand behind each value, and what changed recently.\n"
    "• `/analyst ask` opens a form instead. A CSV file with a date and a value column works too."
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
COMMANDS = "*Commands*\n• `/analyst ask` asks with a form\n• `/analyst help` shows this"


@dataclass(frozen=True)
class RecentAnswer:
    """One line of the list of recent answers."""

    title: str
    state: str
    asked_at: str
    permalink: str | None = None


def help_blocks() -> list[Block]:
    """What `/analyst help` answers."""
    return [section(HOW_TO), section(EXAMPLE), section(PROMISE), section(COMMANDS)]


def home_view(recent: Sequence[RecentAnswer]) -> View:
    """The App Home tab of one person."""
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
    return {"type": "home", "blocks": blocks}
