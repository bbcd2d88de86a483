"""What pipeline tests share: example rows that differ from each other, and a small checker."""

import random
import re
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest
from sqlalchemy import Engine

from bot.analysis.claims import Claim, ClaimStatus, Verification
from bot.analysis.facts import Findings
from bot.analysis.quality.jargon import Glossary
from pipeline.dataset.analysis import Analysis
from pipeline.dataset.build import DatasetSettings
from pipeline.dataset.glossary import load_glossary
from pipeline.dataset.product import PRODUCT_ANALYSIS
from pipeline.dataset.rows import ExampleRow
from pipeline.dataset.transfer import ImportReport, import_rows, prepare_rows
from storage.database import transaction

ROOT = Path(__file__).parents[3]
WRITTEN_ON = date(2026, 6, 1)
METRICS = ("Activation rate", "Trial-to-paid", "Checkout conversion", "Churn rate")
PATTERNS = ("decline", "rise", "noise", "spike", "step_up")
_PERCENT = re.compile(r"(\d+(?:\.\d+)?) ?%")

MakeRow = Callable[..., ExampleRow]
Import = Callable[..., ImportReport]


def verify_percentages(text: str, findings: Findings) -> Verification:
    """Support a percentage only when the series holds it: the smallest checker that can refuse."""
    held = {round(value, 1) for value in findings.question.values if value is not None}
    claims = [
        Claim(
            text=match.group(0), start=match.start(), end=match.end(), value=float(match.group(1)),
            unit="%", fact_id=None, reason="not in the series",
            status=ClaimStatus.SUPPORTED if float(match.group(1)) in held
            else ClaimStatus.UNSUPPORTED,
        )
        for match in _PERCENT.finditer(text)
    ]  # fmt: skip
    return Verification(claims=tuple(claims))


@pytest.fixture
def analysis() -> Analysis:
    """The product's reading and findings with the small checker."""
    return Analysis(PRODUCT_ANALYSIS.read, PRODUCT_ANALYSIS.find, verify_percentages)


@pytest.fixture(scope="session")
def glossary() -> Glossary:
    return load_glossary(ROOT / "deploy" / "glossary.yaml")


@pytest.fixture
def dataset_settings(tmp_path: Path) -> DatasetSettings:
    return DatasetSettings(folder=tmp_path / "datasets", tokenizer=tmp_path / "no-tokenizer")


def write_answer(number: int) -> dict[str, str]:
    """Write three parts in words of their own: every number gets other made-up nouns."""
    rng = random.Random(number)

    def noun() -> str:
        return "".join(rng.choice("bdfgklmnprstv") + rng.choice("aeiou") for _ in range(3))

    analysis = " ".join(
        f"The {noun()} of the {noun()} moved after the {noun()} release, and the {noun()} team"
        f" saw it in the {noun()} logs."
        for _ in range(4)
    )
    return {
        "analysis": analysis,
        "recommended_action": f"The {noun()} lead should pause the {noun()} mail until Friday and"
        f" compare {noun()} with {noun()}; a gap would confirm it.",
        "urgency": f"High. Each week of {noun()} costs {noun()} accounts.",
    }


def write_request(number: int) -> str:
    """Write a request with a series of its own."""
    rng = random.Random(1000 + number)
    values = ", ".join(f"{rng.uniform(20, 60):.1f}%" for _ in range(9))
    metric = METRICS[number % len(METRICS)]
    return f"{metric}, weekly: {values}. Segment: group {number}. What happened?"


@pytest.fixture
def make_row() -> MakeRow:
    """Make a good row; fields given replace its own."""

    def make(number: int, **fields: str) -> ExampleRow:
        content = {
            "id": f"row-{number:04}",
            "family": f"family-{number:04}",
            "metric_family": METRICS[number % len(METRICS)],
            "pattern": PATTERNS[number % len(PATTERNS)],
            "request": write_request(number),
            "written_on": WRITTEN_ON,
            **write_answer(number),
            **fields,
        }
        return ExampleRow.model_validate(content)

    return make


@pytest.fixture
def import_examples(engine: Engine, analysis: Analysis) -> Import:
    """Store rows, approved unless `reviewed_by` is empty."""

    def store(rows: list[ExampleRow], reviewed_by: str = "reviewer") -> ImportReport:
        report = ImportReport()
        prepared = prepare_rows(rows, analysis, report)
        with transaction(engine) as session:
            import_rows(session, prepared, report, reviewed_by=reviewed_by)
        return report

    return store
