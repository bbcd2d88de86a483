"""The shipped examples are spread and differ; copies and repeated openings are noticed."""

import pytest

from pipeline.curated import load_curated
from pipeline.dataset.product import PRODUCT_ANALYSIS
from pipeline.dataset.rows import ExampleRow
from pipeline.dataset.spread import count_spread, measure_diversity


@pytest.fixture(scope="module")
def rows() -> list[ExampleRow]:
    return [row for row in load_curated() if isinstance(row, ExampleRow)]


def test_the_shipped_examples_are_spread(rows: list[ExampleRow]) -> None:
    table = count_spread(rows, PRODUCT_ANALYSIS)
    assert len(rows) >= 225
    assert len(table["metric"]) >= 14
    assert len(table["pattern"]) >= 10
    assert min(table["pattern"].values()) >= 10
    assert min(table["metric"].values()) >= 5
    assert set(table["period"]) == {"day", "week", "month"}
    assert table["recorded changes"]["none"] >= 40
    assert all(sum(counted.values()) == len(rows) for counted in table.values())


def test_the_shipped_answers_differ(rows: list[ExampleRow]) -> None:
    found = measure_diversity(rows)
    assert found.passed, found
    assert found.words[0] >= 80
    assert found.words[2] <= 250


def test_a_copy_with_another_opening_is_noticed(rows: list[ExampleRow]) -> None:
    copy = rows[0].model_copy(update={"id": "copy", "analysis": f"Well! {rows[0].analysis}"})
    found = measure_diversity([*rows[:5], copy])
    assert found.closest[:2] == (rows[0].id, "copy")
    assert found.closest[2] > 0.9
    assert not found.passed


def test_a_repeated_opening_is_noticed(rows: list[ExampleRow]) -> None:
    opening = "It moved."
    pair = [row.model_copy(update={"analysis": f"{opening} {row.analysis}"}) for row in rows[:2]]
    assert measure_diversity(pair).openings_repeated == ("it moved.",)


def test_one_answer_has_no_diversity(rows: list[ExampleRow]) -> None:
    with pytest.raises(ValueError, match="at least two"):
        measure_diversity(rows[:1])
