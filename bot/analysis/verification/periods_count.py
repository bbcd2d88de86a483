"""How many periods of the series a span of calendar time covers ("two weeks" of daily values)."""

from bot.analysis.verification.series import SeriesView

# Periods of the series (second key) in one calendar noun (first key).
_COVERED: dict[tuple[str, str], float] = {
    ("week", "day"): 7,
    ("fortnight", "day"): 14,
    ("month", "day"): 30,
    ("quarter", "day"): 91,
    ("year", "day"): 365,
    ("fortnight", "week"): 2,
    ("month", "week"): 4,
    ("quarter", "week"): 13,
    ("year", "week"): 52,
    ("quarter", "month"): 3,
    ("year", "month"): 12,
    ("year", "quarter"): 4,
}


def period_count(view: SeriesView, count: float, noun: str) -> int | None:
    """Return how many periods `count` of `noun` are; None where they do not fit together."""
    if count > 1e6:
        return None
    if noun in {"any", "any-point", "step", view.question.period.value}:
        return int(count)
    covered = _COVERED.get((noun, view.question.period.value))
    return None if covered is None else int(count * covered)
