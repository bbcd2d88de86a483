"""The chart of a regression: one dot with its 95 % interval for each effect, strongest on top.

Filled dots stand out after correction, hollow ones do not. Segments' contributions to a change are
drawn as dots alone. Same size, greys and lettering as the chart of a series.
"""

import io
from typing import Any

from bot.analysis.chart.lettering import TITLE_CHARACTERS, chart_text
from bot.analysis.drivers.headings import column_name
from bot.analysis.drivers.plain import main_effects
from bot.analysis.facts import Fact, FactKind, Findings
from bot.analysis.units import value_text

MOST_EFFECTS = 9
LABEL_CHARACTERS = 40
WIDTH_INCHES, HEIGHT_INCHES, DOTS_PER_INCH = 10.0, 5.0, 140  # 1400 x 700 pixels
INK, GREY = "#111111", "#5f5f5f"
MOST_CHARACTERS = 900  # Slack takes 1,000 characters of alternative text


def render_effects(findings: Findings) -> bytes:
    """Draw the effects and return PNG bytes (1400 x 700 pixels)."""
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    figure = Figure(figsize=(WIDTH_INCHES, HEIGHT_INCHES), dpi=DOTS_PER_INCH, facecolor="white")
    FigureCanvasAgg(figure)
    axes = figure.add_axes((0.36, 0.125, 0.53, 0.74))
    shown = _shown(findings)
    axes.axvline(0.0, color=GREY, linestyle=":", linewidth=1.6, zorder=1)
    for place, fact in enumerate(shown):
        _draw_effect(axes, place, fact)
    axes.set_ylim(max(len(shown), 3) - 0.4, -0.6)
    axes.set_yticks(range(len(shown)))
    axes.set_yticklabels([_label(fact) for fact in shown], parse_math=False)
    axes.tick_params(axis="y", labelsize=12, colors=INK, length=0)
    axes.tick_params(axis="x", labelsize=12, colors=GREY, length=3)
    axes.set_xlabel(_axis_name(shown), fontsize=12, color=GREY, parse_math=False)
    axes.grid(axis="x", color="#dddddd", linewidth=0.8)
    axes.set_axisbelow(True)
    for side in ("top", "right", "left"):
        axes.spines[side].set_visible(False)
    axes.spines["bottom"].set_color("#aaaaaa")
    title = chart_text(_title(findings), TITLE_CHARACTERS)
    size = 15 * min(1.0, 70 / max(len(title), 1))
    figure.text(0.02, 0.935, title, fontsize=size, fontweight="bold", color=INK, parse_math=False)
    legend = chart_text(_legend(shown), TITLE_CHARACTERS)
    figure.text(0.02, 0.885, legend, fontsize=12, color=GREY, parse_math=False)
    buffer = io.BytesIO()
    figure.savefig(buffer, format="png", metadata={"Software": None})
    return buffer.getvalue()


def describe_effects(findings: Findings) -> str:
    """Write the alternative text: what is drawn, then each effect, strongest first."""
    shown = _shown(findings)
    noun = "effect" if len(shown) == 1 else "effects"
    parts = [f"Dot chart, {len(shown)} {noun}", _title(findings), *(fact.text for fact in shown)]
    text = ". ".join(parts) + "."
    return text if len(text) <= MOST_CHARACTERS else text[: MOST_CHARACTERS - 1].rstrip() + "…"


def _shown(findings: Findings) -> list[Fact]:
    effects = main_effects(findings)
    if not effects:
        effects = [fact for fact in findings.facts if fact.id.endswith(".contribution")]
    return effects[:MOST_EFFECTS]


def _draw_effect(axes: Any, place: int, fact: Fact) -> None:
    stands_out = fact.interval is None or (fact.subject is not None and fact.subject.is_clear)
    color = INK if stands_out else GREY
    low, high = fact.interval or (fact.value, fact.value)
    axes.hlines(place, low, high, color=color, linewidth=2.4 if stands_out else 1.6, zorder=2)
    axes.plot(
        [fact.value], [place], "o", color=color, markersize=8, zorder=3,
        markerfacecolor=color if stands_out else "white",
    )  # fmt: skip
    axes.annotate(
        _value(fact), (1.0, place), xycoords=("axes fraction", "data"), xytext=(8, 0),
        textcoords="offset points", va="center", fontsize=12, color=color, parse_math=False,
        fontweight="bold" if stands_out else "normal", annotation_clip=False,
    )  # fmt: skip


def _value(fact: Fact) -> str:
    text = value_text(fact.value, "")
    return text if text.startswith("-") or fact.value == 0 else f"+{text}"


def _label(fact: Fact) -> str:
    subject = fact.subject
    if subject is None:
        return chart_text(fact.text, LABEL_CHARACTERS)
    name = column_name(subject.variable)
    if subject.step:
        label = f"{name}, each additional {value_text(subject.step, '')}"
    elif subject.reference:
        label = f"{name}: {subject.level} against {subject.reference}"
    else:
        label = subject.level or name
    return chart_text(label, LABEL_CHARACTERS)


def _axis_name(shown: list[Fact]) -> str:
    names = {
        FactKind.MARGINAL_EFFECT: "points of probability",
        FactKind.RATE_CHANGE: "percent of the rate",
        FactKind.EFFECT: "points of the total",
    }
    return names.get(shown[0].kind, "difference") if shown else "nothing could be estimated"


def _title(findings: Findings) -> str:
    name = column_name(findings.question.metric)
    name = f"{name[:1].upper()}{name[1:]}"
    if not main_effects(findings) and _shown(findings):
        return f"{name}: how much each segment moved it"
    return f"{name}: what goes with it (associations, no causes)"


def _legend(shown: list[Fact]) -> str:
    if not shown or shown[0].interval is None:
        return "contribution of each segment to the change" if shown else ""
    return (
        "95 % intervals, other columns held equal; strongest over its own spread on top; "
        "hollow: not clear"
    )
