"""Every check keeps its precision and recall on the labelled corpus."""

from pathlib import Path

import pytest

from bot.analysis.quality.finding import QualityCheck
from pipeline.dataset.filter_scores import CheckScore, score_checks
from pipeline.dataset.glossary import load_glossary
from pipeline.dataset.product import PRODUCT_ANALYSIS

ROOT = Path(__file__).parents[3]
# One row of about eight may go wrong before a check counts as broken.
LEAST = 0.85


@pytest.fixture(scope="module")
def scores() -> list[CheckScore]:
    glossary = load_glossary(ROOT / "deploy" / "glossary.yaml")
    return score_checks(ROOT / "tests" / "corpora" / "quality", PRODUCT_ANALYSIS, glossary)


def test_corpus_has_good_and_bad_rows_for_every_check(scores: list[CheckScore]) -> None:
    assert sum(score.good + score.bad for score in scores) >= 200
    assert all(score.good >= 4 and score.bad >= 4 for score in scores)


@pytest.mark.parametrize("check", list(QualityCheck))
def test_check_refuses_the_bad_and_passes_the_good(
    scores: list[CheckScore], check: QualityCheck
) -> None:
    for score in scores:
        if score.check is check:
            assert score.precision >= LEAST, score
            assert score.recall >= LEAST, score
