"""The "Show the working" view: each number, its source, the arithmetic, the window."""

from collections.abc import Sequence

from bot.analysis.working import WorkingRow
from bot.slack.blocks import Block, View, context, plain_text, section
from bot.slack.text import plain

ROWS = 45  # a view holds 100 blocks; a row takes two


def working_view(metric: str, rows: Sequence[WorkingRow]) -> View:
    """List the rows; an answer without numbers says so."""
    blocks: list[Block] = [section(f"*{plain(metric, 150)}*")]
    for row in rows[:ROWS]:
        blocks.append(section(f"*{plain(row.number, 120)}* {plain(row.source, 300)}"))
        details = " · ".join(part for part in (row.arithmetic, row.window) if part)
        if details:
            blocks.append(context(plain(details, 300)))
    if not rows:
        blocks.append(context("This answer states no numbers."))
    elif len(rows) > ROWS:
        blocks.append(context(f"{len(rows) - ROWS} more are not shown here."))
    return {
        "type": "modal",
        "title": plain_text("Show the working"),
        "close": plain_text("Close"),
        "blocks": blocks,
    }
