"""The slices a case belongs to, read from its question."""

from bot.analysis.question import MetricQuestion
from pipeline.golden.case import Origin
from pipeline.simulator.families import Pattern

FEW_VALUES, MANY_VALUES = 12, 24  # the bounds evaluation reports by


def name_slices(
    question: MetricQuestion, pattern: Pattern, metric_family: str, origin: Origin
) -> tuple[str, ...]:
    """Return "name:value" labels for pattern, metric, kind, period, length, changes and data."""
    length = len(question.values)
    size = "under 12" if length < FEW_VALUES else "12 to 24" if length <= MANY_VALUES else "over 24"
    unclean = question.incomplete_last or None in question.values
    measured_otherwise = pattern is Pattern.INSTRUMENT_BREAK
    return (
        f"origin:{origin.value}",
        f"pattern:{pattern.value}",
        f"metric:{metric_family}",
        f"kind:{question.kind.value}",
        f"period:{question.period.value}",
        f"length:{size}",
        f"changes:{'recorded' if question.changes else 'none'}",
        f"data:{'bad' if unclean or measured_otherwise else 'good'}",
    )
