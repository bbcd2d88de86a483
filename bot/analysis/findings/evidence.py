"""How much the evidence carries: number of values, weakness, gaps, refusals, quoted numbers.

Short series get a plain statement of how weak they are; a reader should see it before any trend.
"""

import re
from collections.abc import Iterator

from bot.analysis.facts import Fact, FactKind
from bot.analysis.findings.changes import percent_refusal
from bot.analysis.findings.detection import Detection
from bot.analysis.findings.series import Series
from bot.analysis.findings.trend import Trend
from bot.analysis.periods import period_unit
from bot.analysis.units import PEOPLE, value_text

ENOUGH_VALUES = 12  # below this, trend and break tests miss most moderate changes
FEWEST_VALUES = 4  # below this no test can reject anything
MOST_QUOTES = 12
_NUMBER = re.compile(r"(?<![\w.,])-?\d{1,3}(?:,\d{3})+(?:\.\d+)?|(?<![\w.,])-?\d+(?:\.\d+)?")
_UNIT_AFTER = re.compile(r"\s?(%|pp\b|[A-Za-z]+)?")


def evidence_facts(series: Series, detection: Detection, trend: Trend | None) -> Iterator[Fact]:
    """Yield evidence.count and, where they apply, evidence.short, .incomplete, .missing, ..."""
    count = len(series.used)
    yield _fact(series, "count", count, "values", f"{count} values compared", rank=69)
    if 0 < count < ENOUGH_VALUES:
        yield _fact(series, "short", count, "values", _weakness(count), rank=2)
    if series.is_constant and count > 1:
        same = value_text(series.value(series.last), series.unit)
        yield _fact(series, "constant", count, "values", f"All {count} values are {same}", rank=2)
    elif count >= FEWEST_VALUES and not detection.steps and trend and not trend.is_clear:
        text = "No trend and no level break stands out from the noise"
        yield _fact(series, "no_change", count, "values", text, rank=3)
    yield from _left_out(series)
    refusal = percent_refusal(series) if series.used else ""
    if refusal:
        yield _fact(series, "no_percent", count, "values", refusal, rank=17)


def quote_facts(series: Series) -> Iterator[Fact]:
    """Yield numbers the user stated: the cohort, lags of changes, numbers in the context."""
    question = series.question
    end = (max(len(series.values) - 1, 0),) * 2
    if question.cohort_size is not None:
        text = f"Stated cohort: {value_text(question.cohort_size, PEOPLE)}"
        text += f" a {question.period.value}"
        yield _quote("cohort", question.cohort_size, PEOPLE, text, end)
    for number, change in enumerate(question.changes):
        if change.periods_ago is not None:
            text = f"Stated: {change.periods_ago:g} {period_unit(question)} ago"
            ago = change.periods_ago
            yield _quote(f"change.{number}", ago, period_unit(question), text, end)
    changed = [change.what for change in question.changes]
    stated = " ; ".join([question.context, question.definition, *changed])
    for number, match in enumerate(_NUMBER.finditer(stated[:4000])):
        if number >= MOST_QUOTES:
            return
        after = _UNIT_AFTER.match(stated, match.end())
        unit = (after.group(1) or "") if after else ""
        value = float(match.group().replace(",", ""))
        text = f"Stated by the user: {match.group()} {unit}".rstrip()
        yield _quote(str(number), value, unit or "count", text, end)


def warnings_for(series: Series) -> list[str]:
    """List what a reader must know about the data, in plain sentences."""
    question, warnings = series.question, []
    count = len(series.used)
    if count < FEWEST_VALUES:
        warnings.append(
            f"Only {count} usable value{'' if count == 1 else 's'}: post at least "
            f"{FEWEST_VALUES} for a trend to be tested."
        )
    elif count < ENOUGH_VALUES:
        warnings.append(f"{_weakness(count)}.")
    if _has_incomplete(series):
        name = series.name(len(series.values) - 1)
        warnings.append(f"The last value ({name}) is incomplete and is not compared.")
    missing = sum(value is None for value in series.values)
    if missing:
        warnings.append(f"{missing} of {len(series.values)} periods hold no usable value.")
    if question.higher_is_better is None:
        warnings.append("Nobody said which direction is good; higher is taken as better.")
    return warnings


def _weakness(count: int) -> str:
    if count < FEWEST_VALUES:
        return f"Only {count} value{'' if count == 1 else 's'}: too few for any test"
    return f"Only {count} values: weak evidence (under {ENOUGH_VALUES})"


def _left_out(series: Series) -> Iterator[Fact]:
    if _has_incomplete(series):
        index = len(series.values) - 1
        value = value_text(series.value(index), series.unit)
        text = f"{series.name(index)} is incomplete ({value} so far) and left out"
        yield _fact(series, "incomplete", series.value(index), series.unit, text, 9, index)
    missing = sum(value is None for value in series.values)
    if missing:
        text = f"{missing} of {len(series.values)} periods have no value"
        yield _fact(series, "missing", missing, "values", text, rank=19)


def _has_incomplete(series: Series) -> bool:
    question = series.question
    return question.incomplete_last and bool(series.values) and series.values[-1] is not None


def _fact(
    series: Series,
    name: str,
    value: float,
    unit: str,
    text: str,
    rank: int,
    index: int | None = None,
) -> Fact:
    whole = series.window if series.used else (0, max(len(series.values) - 1, 0))
    return Fact(
        id=f"evidence.{name}",
        kind=FactKind.EVIDENCE,
        value=float(value),
        unit=unit,
        text=text,
        window=whole if index is None else (index, index),
        method="count",
        arithmetic=f"{len(series.used)} usable of {len(series.values)} values",
        why="how much weight the numbers can bear",
        rank=rank,
    )


def _quote(name: str, value: float, unit: str, text: str, window: tuple[int, int]) -> Fact:
    return Fact(
        id=f"quote.{name}",
        kind=FactKind.QUOTE,
        value=value,
        unit=unit,
        text=text,
        window=window,
        method="stated by the user, not computed",
        arithmetic="as stated",
        why="a number the user gave may be repeated, not relied on",
        rank=95,
    )
