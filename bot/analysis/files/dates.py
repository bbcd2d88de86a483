"""Time labels of a file's column -> days, decided once for the whole column.

Uses the readers of pasted text (`parsing.time_labels`, `parsing.years`); what the user chose about
the order of day and month wins over what they would find.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

from bot.analysis.files.choices import FileChoices
from bot.analysis.files.limits import refusal
from bot.analysis.files.roles import label_of
from bot.analysis.parsing.time_labels import LabelKind, TimeLabel
from bot.analysis.parsing.years import resolve_days
from bot.analysis.question import Period, ProblemCode, UnreadableQuestionError


@dataclass(frozen=True, slots=True)
class ReadDates:
    """What the different cells of a time column mean.

    `days` maps a cell to its day, None when the labels only count ("week 3"); `unread` are cells
    that name no time; `order` is "day" or "month" where it had to be decided.
    """

    labels: dict[str, TimeLabel]
    days: dict[str, date] | None
    unread: tuple[str, ...] = ()
    order: str = ""
    notes: tuple[str, ...] = ()
    example: str = ""

    def text_of(self, cell: str) -> str:
        """The cell rewritten so that only one reading is left."""
        label = self.labels[cell]
        if self.days is None:
            return label.text if not label.text.isdecimal() else _counted(label)
        day = self.days[cell]
        end = "week ending " if label.ends_period else ""
        rest = " (partial)" if label.unfinished else ""
        if label.kind is LabelKind.MONTH:
            return f"{day:%Y-%m}{rest}"
        if label.kind is LabelKind.QUARTER:
            return f"{day:%Y}-Q{(day.month + 2) // 3}{rest}"
        return f"{end}{day.isoformat()}{rest}"


def days_of(
    cells: Sequence[str],
    column_name: str,
    choices: FileChoices,
    *,
    today: date,
    period: Period | None = None,
) -> ReadDates:
    """Read the different cells of a time column, in the order of the file.

    Raises UnreadableQuestionError when 03/04 may be either and nothing tells.
    """
    labels: dict[str, TimeLabel] = {}
    unread: list[str] = []
    for cell in cells:
        label = label_of(cell, column_name)
        if label is None:
            unread.append(cell)
        else:
            labels[cell] = _in_order(label, choices.date_order)
    if not labels:
        return ReadDates({}, None, tuple(unread))
    example = next(iter(labels))
    try:
        days, day_first, notes = resolve_days(list(labels.values()), today=today, period=period)
    except UnreadableQuestionError:
        raise refusal(
            ProblemCode.AMBIGUOUS_NUMBERS,
            f"Dates such as “{example}” can be read day first or month first. Choose which in the "
            "form, or write them as 2026-03-31.",
            "date_order",
        ) from None
    order = choices.date_order
    if not order and day_first is not None:
        order = "day" if day_first else "month"
    found = None
    if days is not None:
        found = dict(zip(labels, days, strict=True))
    return ReadDates(labels, found, tuple(unread), order, tuple(notes), example)


def _in_order(label: TimeLabel, order: str) -> TimeLabel:
    """A label such as 03/04 with day and month as chosen; unchanged where that is no date."""
    if label.kind is not LabelKind.NUMERIC or not order:
        return label
    first, second = label.month or 0, label.day or 0
    month, day = (second, first) if order == "day" else (first, second)
    try:
        date(label.year or 2024, month, day)
    except ValueError:
        raise refusal(
            ProblemCode.AMBIGUOUS_NUMBERS,
            f"“{label.text}” is no date when read {order} first. Choose the other order, or write "
            "the dates as 2026-03-31.",
            "date_order",
        ) from None
    return replace(label, kind=LabelKind.DAY, month=month, day=day)


def _counted(label: TimeLabel) -> str:
    """A bare position with its word, so that it is not taken for a value."""
    word = label.period.value if label.period else "period"
    return f"{word} {label.text}"
