"""The leakage check knows the whole frozen golden set and notices its cases told otherwise."""

import random
from pathlib import Path

import pytest

from pipeline.curated import load_curated
from pipeline.dataset.golden import GoldenFileError, GoldenText, load_golden_texts
from pipeline.dataset.leakage import LeakCheck
from pipeline.dataset.product import PRODUCT_ANALYSIS
from pipeline.dataset.rows import ExampleRow
from pipeline.golden import load_golden
from pipeline.golden.load import CASES_NAME, CHECKSUM_NAME, GOLDEN_FOLDER


@pytest.fixture(scope="module")
def golden() -> list[GoldenText]:
    return load_golden_texts(PRODUCT_ANALYSIS)


@pytest.fixture(scope="module")
def check(golden: list[GoldenText]) -> LeakCheck:
    return LeakCheck(golden)


def test_the_rotating_part_is_in(golden: list[GoldenText]) -> None:
    rotating = {case.id for case in load_golden(include_rotating=True) if case.rotating}
    assert rotating
    assert rotating < {text.case_id for text in golden}
    assert len(golden) == len(load_golden(include_rotating=True))


def test_a_paraphrase_of_any_golden_case_is_caught(
    golden: list[GoldenText], check: LeakCheck
) -> None:
    """Another wording, each value a little moved: about every case with a series is recognised."""
    source = random.Random(5)
    tried = missed = 0
    for text in golden:
        present = [value for value in text.values if value is not None]
        spread = max(present, default=0.0) - min(present, default=0.0)
        if len(present) < 6 or len(set(present)) < 3 or len(present) != len(text.values):
            continue
        moved = [value + source.uniform(-0.02, 0.02) * spread for value in present]
        request = "Our figure, told afresh: " + ", ".join(f"{value:.4f}" for value in moved)
        tried += 1
        missed += check.find("planted", request, moved, "Nothing said yet.") is None
    assert tried >= 250
    assert missed == 0


def test_the_shipped_examples_repeat_no_golden_case(check: LeakCheck) -> None:
    rows = [row for row in load_curated() if isinstance(row, ExampleRow)]
    assert len(rows) >= 225
    leaks = [
        check.find(
            row.id,
            row.request,
            PRODUCT_ANALYSIS.read(row.request, row.written_on).values,
            row.analysis,
        )
        for row in rows
    ]
    assert [leak for leak in leaks if leak is not None] == []


@pytest.mark.parametrize("damage", ["changed", "missing"])
def test_another_set_than_the_frozen_one_is_refused(tmp_path: Path, damage: str) -> None:
    (tmp_path / CHECKSUM_NAME).write_bytes((GOLDEN_FOLDER / CHECKSUM_NAME).read_bytes())
    if damage == "changed":
        (tmp_path / CASES_NAME).write_text("{}\n", encoding="utf-8")
    with pytest.raises(GoldenFileError, match="golden set"):
        load_golden_texts(PRODUCT_ANALYSIS, tmp_path)
