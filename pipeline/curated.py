"""The shipped curated examples: pipeline/data/curated/*.jsonl, reviewed by the project.

They are imported as approved, with that provenance; whether they enter a dataset is for the
quality filter to say.
"""

from pathlib import Path

from sqlalchemy.engine import Engine

from pipeline.dataset.analysis import Analysis
from pipeline.dataset.rows import ExampleRow, RowError, read_rows
from pipeline.dataset.transfer import (
    ImportReport,
    PreparedRow,
    content_hash,
    import_rows,
    prepare_rows,
)
from storage.database import reading, transaction
from storage.examples import list_examples

CURATED_FOLDER = Path(__file__).parent / "data" / "curated"
ORIGIN = "curated"
REVIEWED_BY = "project"
_MANY = 100_000


def load_curated(folder: Path = CURATED_FOLDER) -> list[ExampleRow | RowError]:
    """Read every curated file in name order; families get the prefix "curated/"."""
    rows: list[ExampleRow | RowError] = []
    for path in sorted(folder.glob("*.jsonl")):
        for row in read_rows(path):
            if isinstance(row, ExampleRow):
                row = row.model_copy(update={"family": f"{ORIGIN}/{row.family}"})
            rows.append(row)
    return rows


def import_curated(
    engine: Engine, analysis: Analysis, folder: Path = CURATED_FOLDER
) -> ImportReport:
    """Bring the shipped examples into storage; those known already cost next to nothing."""
    report = ImportReport()
    prepared = prepare_curated(engine, analysis, folder, report)
    with transaction(engine) as session:
        import_rows(
            session, prepared, report, origin=ORIGIN, reviewed_by=REVIEWED_BY, source="shipped"
        )
    return report


def prepare_curated(
    engine: Engine, analysis: Analysis, folder: Path, report: ImportReport
) -> list[PreparedRow]:
    """Prepare the rows that storage does not hold yet; the others are counted as known."""
    with reading(engine) as session:
        known = {e.key for e in list_examples(session, origin=ORIGIN, limit=_MANY)}
    fresh: list[ExampleRow | RowError] = []
    for row in load_curated(folder):
        if isinstance(row, ExampleRow) and f"{ORIGIN}:{row.id}:{content_hash(row)}" in known:
            report.known += 1
        else:
            fresh.append(row)
    return prepare_rows(fresh, analysis, report)
