"""Bringing examples into storage from rows, and writing them out again.

An imported example is a candidate for review unless the caller names who reviewed it.
"""

import hashlib
import json
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from sqlmodel import Session, select

from bot.analysis.facts import Findings
from bot.analysis.prompt import render_completion, render_messages
from bot.analysis.question import UnreadableQuestionError
from pipeline.dataset.analysis import Analysis
from pipeline.dataset.rows import ExampleRow, RowError, row_of_example
from storage.audit import append_audit
from storage.columns import canonical_json
from storage.examples import Example, ExampleStatus, add_example, list_examples

PAGE_EXAMPLES = 500


@dataclass
class ImportReport:
    """What became of the rows of an import."""

    added: int = 0
    known: int = 0
    replaced: int = 0
    refused: Counter[str] = field(default_factory=Counter)
    problems: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class PreparedRow:
    """A row whose question was read and whose facts were computed."""

    row: ExampleRow
    findings: Findings


def prepare_rows(
    rows: Iterable[ExampleRow | RowError], analysis: Analysis, report: ImportReport
) -> list[PreparedRow]:
    """Read every row's question and compute its facts; what cannot be read goes to the report.

    No database is needed, so none is kept waiting.
    """
    prepared = []
    for row in rows:
        if isinstance(row, RowError):
            report.refused["not_an_example"] += 1
            report.problems.append(str(row))
            continue
        try:
            question = analysis.read(row.request, row.written_on)
        except UnreadableQuestionError as error:
            report.refused["unreadable_question"] += 1
            report.problems.append(f"{row.id}: {error}")
            continue
        prepared.append(PreparedRow(row, analysis.find(question)))
    return prepared


def import_rows(
    session: Session,
    prepared: Iterable[PreparedRow],
    report: ImportReport,
    *,
    origin: str | None = None,
    reviewed_by: str = "",
    source: str = "",
) -> None:
    """Store the rows; a row known with the same content changes nothing.

    A row whose content changed under the same id replaces its earlier version, which is kept as
    removed so that older dataset versions stay explainable.
    """
    for item in prepared:
        if _is_stored(session, item.row):
            report.known += 1
            continue
        example = build_example(item, origin=origin, reviewed_by=reviewed_by, source=source)
        stored, is_new = add_example(session, example)
        if not is_new:
            report.known += 1
            continue
        report.added += 1
        report.replaced += _retire_earlier(session, stored, item.row.id)


def build_example(
    item: PreparedRow, *, origin: str | None = None, reviewed_by: str = "", source: str = ""
) -> Example:
    """Make the stored form of a row; approved when somebody reviewed it, else a candidate."""
    row, findings = item.row, item.findings
    now = datetime.now(UTC)
    name = origin or row.origin
    return Example(
        key=f"{name}:{row.id}:{content_hash(row)}",
        origin=name,
        status=ExampleStatus.APPROVED if reviewed_by else ExampleStatus.CANDIDATE,
        family_id=row.family,
        metric_family=row.metric_family,
        pattern=row.pattern,
        request_text=row.request,
        question=findings.question.model_dump(mode="json"),
        facts=[fact.model_dump(mode="json") for fact in findings.facts],
        prompt=list(render_messages(findings)),
        completion=render_completion(row.sections),
        sections=row.sections.model_dump(),
        provenance={
            "row_id": row.id,
            "written_on": row.written_on.isoformat(),
            "reviewed_by": reviewed_by,
            "note": row.note,
            "source": source,
        },
        reviewer=reviewed_by or None,
        reviewed_at=now if reviewed_by else None,
    )


def content_hash(row: ExampleRow) -> str:
    """Return 12 hex digits over what the row says; notes and reviewer do not count."""
    content = row.model_dump(mode="json", exclude={"note", "reviewed_by", "origin", "id", "key"})
    return hashlib.sha256(canonical_json(content).encode()).hexdigest()[:12]


def export_examples(
    session: Session, path: Path, *, status: ExampleStatus | None, origin: str | None = None
) -> Counter[str]:
    """Write examples as JSONL, one row each; return how many by status."""
    counted: Counter[str] = Counter()
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", encoding="utf-8") as out:
        for example in read_all_examples(session, status=status, origin=origin):
            if example.status is ExampleStatus.REMOVED or not example.request_text:
                continue
            row = {
                **row_of_example(example).model_dump(mode="json"),
                "status": example.status.value,
            }
            out.write(json.dumps(row, ensure_ascii=False) + "\n")
            counted[example.status.value] += 1
    return counted


def read_all_examples(
    session: Session, *, status: ExampleStatus | None = None, origin: str | None = None
) -> list[Example]:
    """Return all examples of a status and origin, in the order they were stored."""
    found: list[Example] = []
    while True:
        after = found[-1].id if found else 0
        page = list_examples(
            session, status=status, origin=origin, after_id=after, limit=PAGE_EXAMPLES
        )
        found.extend(page)
        if len(page) < PAGE_EXAMPLES:
            return found


def _is_stored(session: Session, row: ExampleRow) -> bool:
    """Tell whether an exported row is read back where it came from, unchanged."""
    if not row.key:
        return False
    stored = session.exec(select(Example).where(Example.key == row.key)).first()
    return stored is not None and content_hash(row_of_example(stored)) == content_hash(row)


def _retire_earlier(session: Session, stored: Example, row_id: str) -> int:
    earlier = [
        example
        for example in list_examples(
            session, origin=stored.origin, family_id=stored.family_id, limit=PAGE_EXAMPLES
        )
        if example.provenance.get("row_id") == row_id
        and example.id != stored.id
        and example.status is not ExampleStatus.REMOVED
    ]
    for example in earlier:
        example.status, example.reasons = ExampleStatus.REMOVED, ["replaced"]
        session.add(example)
        append_audit(session, "import", "example.replace", str(example.id), {"by": stored.id})
    return len(earlier)
