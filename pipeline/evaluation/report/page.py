"""A report as one HTML page without scripts, fonts or images from elsewhere. Pure.

Answers of a model are untrusted text: everything is escaped.
"""

from html import escape
from typing import Any

from pipeline.evaluation.report.charts import error_chart, interval_chart, legend, slice_chart
from pipeline.evaluation.report.content import Content, SideBySide
from pipeline.evaluation.report.tables import Table

_MARKED = frozenset({"pass", "fail", "alarm", "cannot tell"})
_STYLE = """
:root{color-scheme:light dark;--line:#8884;--soft:#8881;--good:#1a7f37;--bad:#cf222e;--open:#9a6700}
body{font:15px/1.5 system-ui,sans-serif;max-width:1080px;margin:2rem auto;padding:0 1rem}
h1{font-size:1.5rem;margin-bottom:.4rem}h2{font-size:1.15rem;margin-top:2.2rem}
.verdict{border-left:5px solid var(--good);background:var(--soft);padding:.7rem 1rem;
  font-size:1.05rem}
.verdict.fail{border-color:var(--bad);color:inherit;font-weight:inherit}
.sentences td:first-child{white-space:nowrap}
.scroll{overflow-x:auto}table{border-collapse:collapse;font-size:13.5px;min-width:100%}
th,td{border-bottom:1px solid var(--line);padding:.3rem .6rem;text-align:left;vertical-align:top}
.numbers td:not(:first-child),.numbers th:not(:first-child){text-align:right;white-space:nowrap}
.pass{color:var(--good);font-weight:600}.fail{color:var(--bad);font-weight:600}
.alarm,.cannot.tell{color:var(--open);font-weight:600}
svg{width:100%;max-width:760px;height:auto;font:12px system-ui,sans-serif;fill:currentColor}
svg .h{font-weight:600}svg .t{text-anchor:middle;font-size:11px}svg .g{stroke:var(--line)}
.key{margin-right:1.2rem}.key i{display:inline-block;width:.8rem;height:.8rem;margin-right:.35rem}
.pair{display:grid;grid-template-columns:1fr 1fr;gap:1rem;margin:.5rem 0 1.4rem}
.pair>div{background:var(--soft);padding:.6rem .8rem;white-space:pre-wrap;overflow-wrap:anywhere}
.fault{font-size:13px;opacity:.85;margin-bottom:.4rem;white-space:normal}
.note{font-size:13px;opacity:.8}
dl{display:grid;grid-template-columns:max-content 1fr;gap:.1rem 1rem}
dt{opacity:.75}dd{margin:0;overflow-wrap:anywhere}
@media(max-width:700px){.pair{grid-template-columns:1fr}}
"""


def render_page(content: Content, told: dict[str, Any]) -> str:
    """Write the whole page."""
    facts = "".join(f"<dt>{escape(n)}</dt><dd>{escape(v)}</dd>" for n, v in content.facts)
    gates, *others = content.tables
    names = ["candidate", *told["baselines"]]
    errors, slices = error_chart(told), slice_chart(told)
    body = [
        f"<h1>{escape(content.title)}</h1>",
        f'<p class="verdict{"" if content.has_passed else " fail"}">'
        f"{escape(content.conclusion)}</p>",
        f"<dl>{facts}</dl>",
        _table(gates, numbers=not gates.is_text),
        f"<h2>At a glance</h2><p>{legend(names)}</p>{interval_chart(told)}",
        f"<h2>Sound raw answers by slice</h2>{slices}" if slices else "",
        *(_table(table, numbers=not table.is_text) for table in others if table.rows),
        f"<h2>Unproved claims per 100 raw answers</h2>{errors}" if errors else "",
        _sides(f"Lost to the {content.reference}", content.losses),
        _sides(f"Won from the {content.reference}", content.wins),
        "<h2>Notes</h2><ul>" + "".join(f"<li>{escape(n)}</li>" for n in content.notes) + "</ul>",
    ]
    return (
        '<!doctype html><html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width,initial-scale=1">'
        f"<title>{escape(content.title)}</title><style>{_STYLE}</style></head>"
        f"<body>{''.join(body)}</body></html>\n"
    )


def _table(table: Table, *, numbers: bool) -> str:
    head = "".join(f"<th>{escape(cell)}</th>" for cell in table.header)
    rows = "".join("<tr>" + "".join(_cell(cell) for cell in row) + "</tr>" for row in table.rows)
    note = f'<p class="note">{escape(table.note)}</p>' if table.note else ""
    kind = "numbers" if numbers else "sentences"
    return (
        f"<h2>{escape(table.title)}</h2><div class=scroll><table class={kind}>"
        f"<thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table></div>{note}"
    )


def _cell(text: str) -> str:
    marked = f' class="{text}"' if text in _MARKED else ""
    return f"<td{marked}>{escape(text)}</td>"


def _sides(title: str, pairs: tuple[SideBySide, ...]) -> str:
    if not pairs:
        return ""
    shown = "".join(
        f"<h3>{escape(pair.case_id)} <small>{escape(pair.slices)}</small></h3><div class=pair>"
        f"{_side('Candidate', pair.ours_faults, pair.ours)}"
        f"{_side('Baseline', pair.theirs_faults, pair.theirs)}</div>"
        for pair in pairs
    )
    return f"<h2>{escape(title)}</h2>{shown}"


def _side(who: str, faults: str, text: str) -> str:
    return (
        f"<div><div class=fault><b>{who}</b>: {escape(faults)}</div>"
        f"{escape(text.strip()) or '(nothing)'}</div>"
    )
