"""Writing a report's files: report.html, report.md, summary.json, cases.jsonl."""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from pipeline.evaluation.report.content import build_content
from pipeline.evaluation.report.markdown import render_markdown
from pipeline.evaluation.report.page import render_page
from storage.evaluations import Evaluation, EvaluationCase


def write_report(
    folder: Path,
    evaluation: Evaluation,
    told: dict[str, Any],
    gates: Sequence[dict[str, Any]],
    rows: Sequence[EvaluationCase],
) -> None:
    """Write all files; the same stored results give the same bytes."""
    folder.mkdir(parents=True, exist_ok=True)
    content = build_content(evaluation, told, gates, rows)
    summary = {"evaluation": evaluation.id, **told, "gates": list(gates)}
    lines = [
        json.dumps(
            {
                "case_id": row.case_id,
                "system": row.system,
                "raw_text": row.raw_text,
                "delivered_text": row.delivered_text,
                "scores": row.scores,
                "claims": row.claims,
            },
            ensure_ascii=False,
            sort_keys=True,
        )
        for row in sorted(rows, key=lambda r: (r.case_id, r.system))
    ]
    files = {
        "report.html": render_page(content, told),
        "report.md": render_markdown(content),
        "summary.json": json.dumps(summary, ensure_ascii=False, indent=2) + "\n",
        "cases.jsonl": "".join(f"{line}\n" for line in lines),
    }
    for name, text in files.items():
        (folder / name).write_text(text, encoding="utf-8")
