"""The metric catalogue in Slack: the list, and one metric explained."""

from collections.abc import Mapping, Sequence

from bot.analysis.catalogue.model import Catalogue, CatalogueMetric
from bot.slack.blocks import Block, context, section
from bot.slack.text import plain

LISTED = 40  # Slack takes 50 blocks a message; the others are found by their name
LINE_CHARACTERS = 300
# Slack refuses messages whose blocks hold more text than about 13,000 characters together.
LIST_CHARACTERS = 10_000
NO_CATALOGUE = (
    "There is no metric catalogue here yet. Whoever runs this bot can set ANALYST_CATALOGUE__FILE;"
    " until then, paste the values of a metric."
)


def metrics_text(catalogue: Catalogue) -> str:
    """Text for notifications beside the list."""
    return f"{len(catalogue.metrics)} metrics in the catalogue"


def list_blocks(catalogue: Catalogue) -> list[Block]:
    """List the metrics: name, definition, unit, good direction."""
    blocks = [section(f"*Metrics of the catalogue* ({len(catalogue.metrics)})")]
    used = 0
    for metric in catalogue.metrics[:LISTED]:
        line = f"*{plain(metric.name, 80)}* · {plain(_short(metric), LINE_CHARACTERS)}"
        used += len(line)
        if used > LIST_CHARACTERS:
            break
        blocks.append(section(line))
    hidden = len(catalogue.metrics) - (len(blocks) - 1)
    more = f"{hidden} more are found by name. " if hidden else ""
    blocks.append(
        context(
            f"{more}`/analyst metrics activation` explains one. Ask by name, for example “how is"
            f" {plain(catalogue.metrics[0].name, 60)} over the last 8 weeks?”, and I look its"
            " values up."
        )
    )
    return blocks


def metric_blocks(
    metric: CatalogueMetric, meanings: Mapping[str, str], database: str | None
) -> list[Block]:
    """Explain one metric; its SQL is for the command line, not for a channel."""
    facts = [
        f"*Unit:* {plain(metric.unit, 40)}, {metric.direction.value} is better,"
        f" per {metric.period.value}",
        f"*Owner:* {plain(metric.owner, 200)}",
        f"*Also called:* {plain(', '.join(metric.aliases), 400)}" if metric.aliases else "",
        f"*Segments:* {_names([c.value for c in metric.segments])}" if metric.segments else "",
        f"*Markets:* {_names([c.value for c in metric.markets])}" if metric.markets else "",
        *(
            f"*{plain(term, 60)}:* {plain(meanings[term.lower()], 200)}"
            for term in _explained(metric, meanings)
        ),
    ]
    return [
        section(f"*{plain(metric.name, 100)}*\n{plain(metric.definition, 600)}"),
        section("\n".join(fact for fact in facts if fact)),
        context(f"Read from {plain(database, 100)}." if database else "No database is connected."),
    ]


def _short(metric: CatalogueMetric) -> str:
    return f"{metric.definition} ({metric.unit}, {metric.direction.value} is better)"


def _names(names: Sequence[str]) -> str:
    more = f" and {len(names) - 20} more" if len(names) > 20 else ""
    return plain(", ".join(names[:20]) + more, 800)


def _explained(metric: CatalogueMetric, meanings: Mapping[str, str]) -> list[str]:
    return [term for term in metric.terms[:8] if term.lower() in meanings]
