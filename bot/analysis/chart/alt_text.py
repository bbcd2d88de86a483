"""The chart in words, for people who cannot see it: facts only, in reading order."""

from bot.analysis.chart.effects import describe_effects
from bot.analysis.facts import FactKind, Findings
from bot.analysis.findings.recorded import place_changes
from bot.analysis.findings.series import make_series
from bot.analysis.periods import count_periods, name_window
from bot.analysis.plain import find_fact, is_slide, metric_name

MOST_CHARACTERS = 900  # Slack takes 1,000 characters of alternative text
MOST_CHANGES = 4


def chart_title(findings: Findings, name: str = "") -> str:
    """Say what happened in one line: the total change, or the only value there is.

    `name` replaces the metric's name, where it must be shorter.
    """
    name = name or metric_name(findings.question)
    total = find_fact(findings, "change.total")
    if total is not None:
        return f"{name[:1].upper()}{name[1:]}: {total.text[:1].lower()}{total.text[1:]}"
    level = next((fact for fact in findings.facts if fact.kind is FactKind.LEVEL), None)
    return f"{name}: {level.text}" if level else f"{name}: no usable value"


def describe_chart(findings: Findings) -> str:
    """Write the alternative text: what is drawn, what happened, changes and breaks."""
    if findings.is_about_rows:
        return describe_effects(findings)
    question = findings.question
    series = make_series(question)
    count = len(question.values)
    parts = [f"Line chart, {count_periods(question, count)}"]
    if count:
        parts[0] += f", {name_window(question, 0, count - 1)}"
    parts.append(chart_title(findings))
    told = [find_fact(findings, fact_id) for fact_id in ("minimum", "maximum")]
    parts += [fact.text for fact in told if fact is not None]
    if not is_slide(findings):
        breaks = [fact for fact in findings.facts if fact.kind is FactKind.BREAK]
        parts += [fact.text for fact in breaks[:3]]
    changes = place_changes(series)[:MOST_CHANGES]
    parts += [f"Recorded in {series.name(change.index)}: {change.name}" for change in changes]
    incomplete = find_fact(findings, "evidence.incomplete")
    if incomplete is not None:
        parts.append(incomplete.text)
    text = ". ".join(parts) + "."
    return text if len(text) <= MOST_CHARACTERS else text[: MOST_CHARACTERS - 1].rstrip() + "…"
