"""Charts as inline SVG: shares with their intervals, slices, unproved claims by kind. Pure."""

from collections.abc import Sequence
from html import escape
from typing import Any

from pipeline.evaluation.systems import SYSTEM_NAMES

WIDTH = 760
_LABEL = 230  # pixels for names at the left
_ROW = 22
_COLOURS = {
    "candidate": "#1f6feb",
    "live": "#8250df",
    "few_shot_base": "#bf8700",
    "base": "#6e7781",
    "hosted": "#1a7f37",
}
_MEASURES = (
    ("Sound answers (raw)", "facts", "sound"),
    ("Format, ours (raw)", "format", "ours"),
    ("Claim precision (raw)", "facts", "claim_precision"),
    ("Fully supported (raw)", "facts", "fully_supported"),
    ("Fact recall (raw)", "facts", "fact_recall"),
    ("Action grounded (raw)", "facts", "action_grounded"),
)


def interval_chart(told: dict[str, Any]) -> str:
    """Points with 95 % intervals, a group of systems for each measure."""
    systems = {"candidate": told, **told["baselines"]}
    plot = WIDTH - _LABEL - 60
    marks, y = [], 26
    for title, layer, name in _MEASURES:
        marks.append(f'<text x="0" y="{y + 4}" class="h">{escape(title)}</text>')
        for system, figures in systems.items():
            figure = figures["layers"][layer]["raw"][name]
            if figure is not None:
                marks.append(_point(system, figure, y, plot))
            y += _ROW
        y += 8
    return _svg(y + 4, _axis(plot, y) + "".join(marks), "Shares with 95 % intervals by system")


def legend(names: Sequence[str]) -> str:
    """Which colour is which system."""
    return " ".join(
        f'<span class="key"><i style="background:{_COLOURS.get(name, "#333")}"></i>'
        f"{escape(SYSTEM_NAMES.get(name, name))}</span>"
        for name in names
    )


def error_chart(told: dict[str, Any]) -> str:
    """Bars of unproved claims per 100 answers by kind and system; empty where there are none."""
    systems = {"candidate": told, **told["baselines"]}
    rates = {
        name: {
            kind: 100 * count / max(figures["n"], 1)
            for kind, count in figures["layers"]["facts"]["raw"]["errors_by_kind"].items()
        }
        for name, figures in systems.items()
    }
    kinds = sorted({kind for found in rates.values() for kind in found})
    most = max((rate for found in rates.values() for rate in found.values()), default=0)
    if not most:
        return ""
    plot, marks, y = WIDTH - _LABEL - 60, [], 10
    for kind in kinds:
        marks.append(f'<text x="0" y="{y + 12}" class="h">{escape(kind)}</text>')
        for name, found in rates.items():
            length = plot * found.get(kind, 0) / most
            marks.append(
                f'<rect x="{_LABEL}" y="{y + 3}" width="{length:.1f}" height="11"'
                f' fill="{_COLOURS.get(name, "#333")}"/>'
                f'<text x="{_LABEL + length + 5:.1f}" y="{y + 13}">{found.get(kind, 0):.0f}</text>'
            )
            y += 16
        y += 8
    return _svg(y, "".join(marks), "Unproved claims per 100 answers by kind")


def slice_chart(told: dict[str, Any]) -> str:
    """Sound raw answers by slice, candidate and reference joined by a line; empty without any."""
    rows, reference = told["slices"], told["reference_baseline"]
    if not rows:
        return ""
    plot, marks, y = WIDTH - _LABEL - 60, [], 26
    for row in rows:
        ours, theirs = (_LABEL + plot * row[k] for k in ("candidate", "baseline"))
        marks.append(
            f'<text x="0" y="{y + 4}">{escape(row["slice"])} ({row["n"]})</text>'
            f'<line x1="{theirs:.1f}" x2="{ours:.1f}" y1="{y}" y2="{y}" class="g"'
            f' stroke-width="3"/>{_dot(str(reference), theirs, y)}{_dot("candidate", ours, y)}'
        )
        y += 18
    return _svg(y + 4, _axis(plot, y) + "".join(marks), "Sound raw answers by slice")


def _axis(plot: int, bottom: int) -> str:
    return "".join(
        f'<line x1="{_LABEL + plot * t / 4}" x2="{_LABEL + plot * t / 4}" y1="14" y2="{bottom}"'
        f' class="g"/><text x="{_LABEL + plot * t / 4}" y="10" class="t">{25 * t} %</text>'
        for t in range(5)
    )


def _dot(system: str, x: float, y: int) -> str:
    return f'<circle cx="{x:.1f}" cy="{y}" r="5" fill="{_COLOURS.get(system, "#333")}"/>'


def _point(system: str, figure: dict[str, Any], y: int, plot: int) -> str:
    colour = _COLOURS.get(system, "#333")
    low, mid, high = (_LABEL + plot * figure[k] for k in ("low", "value", "high"))
    return (
        f'<line x1="{low:.1f}" x2="{high:.1f}" y1="{y}" y2="{y}" stroke="{colour}"'
        f' stroke-width="3" opacity=".45"/>{_dot(system, mid, y)}'
        f'<text x="{max(high, mid + 6) + 6:.1f}" y="{y + 4}">{figure["value"]:.0%}</text>'
    )


def _svg(height: int, body: str, title: str) -> str:
    return (
        f'<svg viewBox="0 0 {WIDTH} {height}" role="img" aria-label="{escape(title)}">{body}</svg>'
    )
