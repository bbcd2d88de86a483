"""The chart itself: one line, breaks shaded, recorded changes marked and labelled directly.

Drawn with matplotlib's object interface on the Agg canvas (no global state, safe in threads), in
greys, lines and hatches only, so that it survives a black-and-white print.
"""

import io
from itertools import pairwise
from typing import Any

import numpy as np

from bot.analysis.chart.alt_text import chart_title
from bot.analysis.chart.effects import render_effects
from bot.analysis.chart.lettering import TITLE_CHARACTERS, bare_value, chart_text, value_labels
from bot.analysis.facts import Fact, FactKind, Findings
from bot.analysis.findings.recorded import PlacedChange, place_changes
from bot.analysis.findings.series import Series, make_series
from bot.analysis.periods import short_period
from bot.analysis.plain import is_slide, metric_name
from bot.analysis.units import RATIO

WIDTH_INCHES, HEIGHT_INCHES, DOTS_PER_INCH = 10.0, 5.0, 140  # 1400 x 700 pixels
MOST_TICKS = 9
TICK_CHARACTERS = 60  # all tick labels together, so that they do not touch
MOST_MARKED = 45  # points get a dot up to this many; beyond, dots merge into a band
MOST_CHANGES = 6
LABEL_ROWS = 3
INK, GREY, PALE = "#111111", "#5f5f5f", "#ececec"


def render_chart(findings: Findings) -> bytes:
    """Draw the series, or the effects where there is none.

    Returns PNG bytes (1400 x 700 pixels, under 150 kB).
    """
    if findings.is_about_rows:
        return render_effects(findings)
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    series = make_series(findings.question)
    figure = Figure(figsize=(WIDTH_INCHES, HEIGHT_INCHES), dpi=DOTS_PER_INCH, facecolor="white")
    FigureCanvasAgg(figure)
    axes = figure.add_axes((0.085, 0.115, 0.875, 0.745))
    changes = place_changes(series)[:MOST_CHANGES]
    _set_limits(axes, series, rows=_label_rows(changes))
    _draw_breaks(axes, series, findings)
    _draw_values(axes, series)
    _draw_changes(axes, series, changes)
    _draw_labels(axes, series, findings)
    _dress(axes, series, findings)
    buffer = io.BytesIO()
    figure.savefig(buffer, format="png", metadata={"Software": None})
    return buffer.getvalue()


def _set_limits(axes: Any, series: Series, rows: int) -> None:
    """Leave room left and right for labels, and above for the rows of change labels."""
    drawn = [value for value in series.values if value is not None]
    low, high = (min(drawn), max(drawn)) if drawn else (0.0, 1.0)
    spread = (high - low) or abs(high) * 0.1 or 1.0
    axes.set_ylim(low - 0.14 * spread, high + (0.14 + 0.11 * rows) * spread)
    count = max(len(series.values), 2)
    last = bare_value(float(series.y[-1]), series.unit) if series.used else ""
    # A bold character is about 1.5 % of the axes' width; the label stands right of its point.
    axes.set_xlim(-0.05 * count, (count - 1) + (0.03 + 0.0155 * len(last)) * count)


def _draw_breaks(axes: Any, series: Series, findings: Findings) -> None:
    """Shade every other stretch between breaks and draw each stretch's mean."""
    facts = [fact for fact in findings.facts if fact.kind is FactKind.BREAK]
    if not facts or is_slide(findings):
        return
    on_slope = "slope" in facts[0].text
    edges = [series.first, *sorted(fact.window[0] for fact in facts), series.last + 1]
    for number, (start, end) in enumerate(pairwise(edges)):
        if number % 2:
            right = end - 0.5 if end <= series.last else series.last + 0.4
            axes.axvspan(start - 0.5, right, color=PALE, zorder=0, linewidth=0)
        if not on_slope:
            _draw_mean(axes, findings, start, end - 1)


def _draw_mean(axes: Any, findings: Findings, start: int, end: int) -> None:
    mean = next((fact for fact in findings.facts if _is_break_mean(fact, start, end)), None)
    if mean is not None:
        axes.hlines(mean.value, start - 0.4, end + 0.4, color=GREY, linestyle=":", linewidth=1.6)


def _is_break_mean(fact: Fact, start: int, end: int) -> bool:
    first, last = fact.window
    belongs = fact.kind is FactKind.MEAN and fact.id.startswith("break.")
    return belongs and start <= first <= last <= end


def _draw_values(axes: Any, series: Series) -> None:
    count = len(series.values)
    heights = np.full(count, np.nan)
    for index in series.used:
        heights[index] = series.value(index)
    marker = "o" if count <= MOST_MARKED else None
    line = 2.4 if count <= 200 else 1.0
    axes.plot(
        np.arange(count),
        heights,
        color=INK,
        linewidth=line,
        marker=marker,
        markersize=5.5,
        zorder=3,
    )
    if not series.used or series.last == count - 1 or series.values[count - 1] is None:
        return
    ends = [series.last, count - 1]
    values = [series.value(index) for index in ends]
    axes.plot(ends, values, color=GREY, linestyle="--", linewidth=1.6, zorder=2)
    axes.plot(ends[1:], values[1:], "o", color=GREY, markerfacecolor="white", markersize=7)
    _write(axes, "incomplete", (ends[1], values[1]), (0, -18), "center", GREY)


def _draw_changes(axes: Any, series: Series, changes: list[PlacedChange]) -> None:
    """Mark each change before the first value it can have touched; labels in rows on top."""
    low, high = axes.get_ylim()
    count = len(series.values)
    for number, change in enumerate(changes):
        place = change.index - 0.5 if change.index > 0 else -0.02 * count
        axes.axvline(place, color=GREY, linestyle=(0, (5, 3)), linewidth=1.5, zorder=1)
        row = number % LABEL_ROWS
        height = high - (0.035 + 0.068 * row) * (high - low)
        on_left = place > 0.62 * count
        text = chart_text(f"{change.name} ◂" if on_left else f"▸ {change.name}", 40)
        _write(
            axes, text, (place, height), (-5 if on_left else 5, 0), "right" if on_left else "left",
            INK, boxed=True,
        )  # fmt: skip


def _draw_labels(axes: Any, series: Series, findings: Findings) -> None:
    for label in value_labels(series, findings):
        _write(
            axes, label.text, (label.index, label.value), label.offset, label.align, INK, bold=True,
            boxed=True,
        )  # fmt: skip


def _dress(axes: Any, series: Series, findings: Findings) -> None:
    from matplotlib.ticker import FuncFormatter, MaxNLocator

    question = findings.question
    title = _title(findings)
    size = 15 * min(1.0, 70 / len(title))  # 70 bold characters fill the width at this size
    axes.figure.text(
        0.02, 0.935, title, fontsize=size, fontweight="bold", color=INK, parse_math=False
    )
    axes.yaxis.set_major_locator(MaxNLocator(6, steps=[1, 2, 5, 10]))
    axes.yaxis.set_major_formatter(FuncFormatter(lambda value, _: _tick(value, series.unit)))
    places = _tick_places(series)
    axes.set_xticks(places)
    axes.set_xticklabels([short_period(question, place) for place in places], parse_math=False)
    axes.tick_params(labelsize=12, colors=GREY, length=3)
    unit = chart_text(_unit_name(series))
    axes.figure.text(0.02, 0.885, unit, fontsize=12, color=GREY, parse_math=False)
    axes.grid(axis="y", color="#dddddd", linewidth=0.8)
    axes.set_axisbelow(True)
    for side in ("top", "right"):
        axes.spines[side].set_visible(False)
    for side in ("left", "bottom"):
        axes.spines[side].set_color("#aaaaaa")


def _write(
    axes: Any,
    text: str,
    at: tuple[float, float],
    offset: tuple[int, int],
    align: str,
    color: str,
    *,
    bold: bool = False,
    boxed: bool = False,
) -> None:
    axes.annotate(
        text,
        at,
        xytext=offset,
        textcoords="offset points",
        ha=align,
        va="center" if offset[1] == 0 else "baseline",
        fontsize=13 if bold else 12,
        fontweight="bold" if bold else "normal",
        color=color,
        parse_math=False,
        annotation_clip=False,
        bbox={"facecolor": "white", "edgecolor": "none", "pad": 1.2, "alpha": 0.75}
        if boxed
        else None,
        zorder=5,
    )


def _title(findings: Findings) -> str:
    """The title with the metric's name cut, so that what happened stays readable."""
    name = chart_text(metric_name(findings.question), TITLE_CHARACTERS) or "The metric"
    without_name = len(chart_title(findings, "x")) - 1
    room = max(TITLE_CHARACTERS - without_name - 2, 12)  # the cut mark takes up to three
    return chart_text(chart_title(findings, chart_text(name, room)), TITLE_CHARACTERS)


def _tick(value: float, unit: str) -> str:
    rounded = float(f"{value:.10g}")
    return bare_value(rounded, unit)


def _tick_places(series: Series) -> list[int]:
    count = len(series.values)
    longest = len(short_period(series.question, count - 1)) if count else 1
    most = max(min(MOST_TICKS, TICK_CHARACTERS // longest), 2)
    step = max(1, -(-count // most))
    return list(range(0, count, step))


def _unit_name(series: Series) -> str:
    per = series.question.period.value
    often = "daily" if per == "day" else f"{per}ly"
    return often if series.unit == RATIO else f"{often}, {series.unit}"


def _label_rows(changes: list[PlacedChange]) -> int:
    return min(len(changes), LABEL_ROWS)
