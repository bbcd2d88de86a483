"""The loop's report: a table by cycle and one chart per measure, as Markdown, HTML and JSON. Pure
but for writing the files.

Base and few-shot base are lines, both arms are paths with intervals, and everything says that
raters and questions were simulated.
"""

import json
from collections.abc import Sequence
from html import escape
from pathlib import Path
from typing import Any

from pipeline.simulation.figures import MEASURES, PROXY, Figures, compare_proxies
from pipeline.simulation.plan import Arm, LoopPlan
from pipeline.simulation.rubric import ACT_NOW

Row = dict[str, Any]
NOTICE = (
    "Simulated: questions come from a scenario generator, ratings and corrections from a rule that"
    " knows the truth. This shows whether the loop learns from verdicts, not how useful an adapter"
    " is to people. The golden cases come from other families, another voice and other texts."
)
_COLOURS = {"true": "#1f6feb", "shuffled": "#cf222e", "few_shot_base": "#bf8700", "base": "#6e7781"}
_NAMES = {
    "true": "true verdicts",
    "shuffled": "control: shuffled verdicts",
    "few_shot_base": "few-shot base",
    "base": "base alone",
}
_WIDTH, _HEIGHT, _LEFT, _TOP = 380, 210, 46, 14


def summarise_loop(rows: Sequence[Row], plan: LoopPlan) -> dict[str, Any]:
    """Put the rows of all arms together with the baselines and what they say in words."""
    baselines: dict[str, Any] = next((row["baselines"] for row in rows if row.get("baselines")), {})
    start = next((row for row in rows if row["cycle"] == 0 and row["arm"] == Arm.TRUE.value), None)
    against = start["figures"] if start else baselines.get("few_shot_base")
    gains = {}
    for arm in plan.arms:
        last = [row for row in rows if row["arm"] == arm.value and row.get("figures")]
        if against is not None and last and last[-1]["cycle"] > 0:
            gains[arm.value] = compare_proxies(
                Figures.from_json(last[-1]["figures"]), Figures.from_json(against)
            )
    kept = [{name: value for name, value in row.items() if name != "baselines"} for row in rows]
    return {
        "simulated": True,
        "notice": NOTICE,
        "plan": plan.model_dump(mode="json"),
        "compared_with": "the start" if start else "the few-shot base",
        "gains": gains,
        "conclusion": _conclude(gains, "the start" if start else "the few-shot base"),
        "baselines": {name: figures["measures"] for name, figures in baselines.items()},
        "rows": [_plain(row) for row in kept],
    }


def write_loop_report(folder: Path, told: dict[str, Any]) -> Path:
    """Write loop.json, loop.md and loop.html; returns the page. The same rows, the same bytes."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "loop.json").write_text(json.dumps(told, indent=1) + "\n", encoding="utf-8")
    (folder / "loop.md").write_text(_markdown(told), encoding="utf-8")
    page = folder / "loop.html"
    page.write_text(_page(told), encoding="utf-8")
    return page


def table_rows(told: dict[str, Any]) -> list[tuple[str, ...]]:
    """The table, header first: one row per baseline, start and cycle."""
    header = ("system", "learned from", *MEASURES, "n", "decision")
    lines: list[tuple[str, ...]] = [header]
    for name, measures in told["baselines"].items():
        lines.append((_NAMES.get(name, name), "", *_cells(measures), _count(measures), ""))
    for row in told["rows"]:
        name = f"{_NAMES[row['arm']]}, " + (f"cycle {row['cycle']}" if row["cycle"] else "start")
        splits = (row.get("dataset") or {}).get("splits") or {}
        size = f"{sum(splits.values())} examples" if splits else ""
        measures = row.get("measures") or {}
        lines.append((name, size, *_cells(measures), _count(measures), row["decision"]))
    return lines


def _conclude(gains: dict[str, Any], against: str) -> str:
    def say(arm: str) -> str:
        gain = gains[arm]
        words = (
            "improved" if gain["low"] > 0 else "got worse" if gain["high"] < 0 else "cannot tell"
        )
        return (
            f"{_NAMES[arm]}: {words} ({gain['difference']:+.2f} of {ACT_NOW} against {against},"
            f" 95 % interval {gain['low']:+.2f} to {gain['high']:+.2f}, n = {gain['n']})"
        )

    if not gains:
        return "No candidate was made, so there is nothing to compare."
    told = "; ".join(say(arm) for arm in gains)
    if (control := gains.get(Arm.SHUFFLED.value)) and control["low"] > 0:
        told += ". The control improved too, so the gain does not come from the verdicts"
    return f"Usefulness proxy of raw answers, {told}."


def _plain(row: Row) -> Row:
    figures = row.get("figures")
    kept = {name: value for name, value in row.items() if name != "figures"}
    return {**kept, "measures": figures["measures"] if figures else None}


def _cells(measures: dict[str, Any]) -> list[str]:
    return [_cell(name, measures.get(name)) for name in MEASURES]


def _cell(name: str, figure: dict[str, Any] | None) -> str:
    if figure is None:
        return "none"
    if name == PROXY:
        return f"{figure['value']:.2f} ({figure['low']:.2f} to {figure['high']:.2f})"
    return f"{figure['value']:.0%} ({figure['low']:.0%} to {figure['high']:.0%})"


def _count(measures: dict[str, Any]) -> str:
    figure = measures.get(PROXY)
    return str(figure["n"]) if figure else ""


def _markdown(told: dict[str, Any]) -> str:
    header, *lines = table_rows(told)
    table = "\n".join(
        "| " + " | ".join(cell.replace("|", "/") for cell in line) + " |"
        for line in (header, ("---",) * len(header), *lines)
    )
    return (
        f"# The loop, simulated\n\n{told['notice']}\n\n**{told['conclusion']}**\n\n{table}\n\n"
        "All figures from raw answers on the golden set, 95 % intervals.\n"
    )


def _page(told: dict[str, Any]) -> str:
    header, *lines = table_rows(told)
    head = "".join(f"<th>{escape(cell)}</th>" for cell in header)
    body = "".join(
        "<tr>" + "".join(f"<td>{escape(cell)}</td>" for cell in line) + "</tr>" for line in lines
    )
    charts = "".join(_chart(told, name) for name in MEASURES)
    keys = " ".join(
        f'<span><i style="background:{_COLOURS[n]}"></i>{escape(_NAMES[n])}</span>' for n in _NAMES
    )
    return (
        '<!doctype html><html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width,initial-scale=1">'
        "<title>The loop, simulated</title><style>"
        ":root{color-scheme:light dark}body{font:15px/1.5 system-ui,sans-serif;max-width:1180px;"
        "margin:2rem auto;padding:0 1rem}h1{font-size:1.5rem}svg{width:380px;max-width:100%;"
        "font:11px system-ui,sans-serif;fill:currentColor}.charts{display:flex;flex-wrap:wrap;"
        "gap:1rem}i{display:inline-block;width:.8rem;height:.8rem;margin:0 .35rem 0 1rem}"
        ".scroll{overflow-x:auto}table{border-collapse:collapse;font-size:13px}"
        "td,th{border-bottom:1px solid #8884;padding:.3rem .6rem;text-align:left}"
        ".notice{border-left:5px solid #9a6700;padding:.5rem 1rem;background:#8881}"
        "</style></head><body><h1>The loop, simulated</h1>"
        f'<p class="notice">{escape(told["notice"])}</p><p><b>{escape(told["conclusion"])}</b></p>'
        f'<p>{keys}</p><div class="charts">{charts}</div>'
        f'<div class="scroll"><table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>'
        "</div><p>All figures from raw answers on the golden set, 95 % intervals.</p>"
        "</body></html>\n"
    )


def _chart(told: dict[str, Any], name: str) -> str:
    top = ACT_NOW if name == PROXY else 1
    last = max([row["cycle"] for row in told["rows"]] or [1]) or 1
    wide, high = _WIDTH - _LEFT - 20, _HEIGHT - _TOP - 30

    def x(cycle: int) -> float:
        return _LEFT + wide * cycle / last

    def y(value: float) -> float:
        return _TOP + high * (1 - value / top)

    marks = []
    for quarter in range(5):
        at = y(top * quarter / 4)
        label = f"{top * quarter / 4:.2g}" if name == PROXY else f"{25 * quarter} %"
        marks.append(
            f'<line x1="{_LEFT}" x2="{_LEFT + wide}" y1="{at:.1f}" y2="{at:.1f}" stroke="#8883"/>'
            f'<text x="{_LEFT - 6}" y="{at + 4:.1f}" text-anchor="end">{label}</text>'
        )
    marks += [
        f'<text x="{x(cycle):.1f}" y="{_HEIGHT - 6}" text-anchor="middle">'
        f"{'start' if cycle == 0 else f'cycle {cycle}'}</text>"
        for cycle in range(last + 1)
    ]
    for baseline, measures in told["baselines"].items():
        if figure := measures.get(name):
            at, colour = y(figure["value"]), _COLOURS.get(baseline, "#333")
            marks.append(
                f'<line x1="{_LEFT}" x2="{_LEFT + wide}" y1="{at:.1f}" y2="{at:.1f}"'
                f' stroke="{colour}" stroke-dasharray="6 4" stroke-width="2"/>'
            )
    for shift, arm in enumerate(Arm):
        points = []
        for row in told["rows"]:
            figure = (row["measures"] or {}).get(name) if row["arm"] == arm.value else None
            if figure is None:
                continue
            at, colour = x(row["cycle"]) + 4 * shift, _COLOURS[arm.value]
            points.append(f"{at:.1f},{y(figure['value']):.1f}")
            marks.append(
                f'<line x1="{at:.1f}" x2="{at:.1f}" y1="{y(figure["low"]):.1f}"'
                f' y2="{y(figure["high"]):.1f}" stroke="{colour}" opacity=".5" stroke-width="3"/>'
                f'<circle cx="{at:.1f}" cy="{y(figure["value"]):.1f}" r="4" fill="{colour}"/>'
            )
        if points:
            marks.append(
                f'<polyline points="{" ".join(points)}" fill="none" stroke="{_COLOURS[arm.value]}"'
                ' stroke-width="2"/>'
            )
    return (
        f'<figure style="margin:0"><figcaption><b>{escape(name)}</b></figcaption>'
        f'<svg viewBox="0 0 {_WIDTH} {_HEIGHT}" role="img" aria-label="{escape(name)} by cycle">'
        f"{''.join(marks)}</svg></figure>"
    )
