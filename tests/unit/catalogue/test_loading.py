"""The catalogue file: the shipped one loads, and every mistake is told with line and field."""

from pathlib import Path

import pytest

import deploy.demo_company
from bot.analysis.catalogue.loading import CatalogueError, read_catalogue
from bot.analysis.question import MetricKind
from pipeline.dataset.glossary import load_glossary

ROOT = Path(__file__).parents[3]
DEMO = Path(deploy.demo_company.__file__).with_name("metrics.yaml")
GOOD = """version: 1
reviewed_by: Ana
metrics:
  - name: Activation rate
    aliases: [activation]
    definition: sign-ups that finish setup within 7 days
    unit: "%"
    direction: higher
    owner: Onboarding
    terms: [D7]
    sql: SELECT week AS period, x AS value FROM t WHERE week >= :start AND week < :end
"""


def test_the_demo_catalogue_has_six_metrics_whose_terms_the_glossary_knows() -> None:
    glossary = load_glossary(ROOT / "deploy/glossary.yaml")
    catalogue = read_catalogue(DEMO.read_text(encoding="utf-8"), DEMO.name, glossary.terms)
    assert len(catalogue.metrics) == 6
    assert all(len(metric.segments) == 4 for metric in catalogue.metrics)
    activation = catalogue.find("ACTIVATION")
    assert activation is not None
    assert activation.kind is MetricKind.RATE
    assert activation.higher_is_better
    churn = catalogue.find("churn rate")
    assert churn is not None
    assert not churn.higher_is_better


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("owner: Onboarding", "", "line 4, metrics.1.owner (Activation rate): is missing; add it."),
        ('unit: "%"', "unit: apples", "line 7, metrics.1.unit (Activation rate): 'apples' is not"),
        (
            "direction: higher",
            "direction: up",
            "line 8, metrics.1.direction (Activation rate): input should be 'higher' or 'lower'.",
        ),
        ("owner: Onboarding", "ownr: x", "metrics.1.ownr (Activation rate): is not a field"),
        (":start AND week < :end", ":start", "line 11, metrics.1.sql (Activation rate): the SQL"),
        ("x AS value FROM t", "x AS value FROM t; DROP TABLE t", "it holds several statements"),
        ("name: Activation rate", "name: 'x; drop table t'", "holds signs that no metric"),
        (
            "terms: [D7]",
            "terms: [XYZ]",
            "line 10, metrics.1.terms.1 (Activation rate): 'XYZ' is in",
        ),
        (
            "owner: Onboarding",
            "owner: A\n    owner: B",
            "line 10, owner: is written twice; keep one.",
        ),
        ("version: 1", "version: 2", "line 1, version: must be 1."),
        ("aliases: [activation]", "aliases: [activation", "this is not YAML"),
        ("terms: [D7]", "terms: &a [D7]\n    aliases2: *a", "anchors and aliases"),
        (GOOD, "- a list", "a catalogue begins with `version`, `reviewed_by` and `metrics`."),
        (GOOD, "version: 1\nreviewed_by: a\nmetrics: []\n", "line 3, metrics: must not be empty."),
        ("aliases: [activation]", "segments: [{value: SMB}]", "does not bind :segment"),
    ],
)
def test_a_mistake_is_told_with_file_line_and_field(old: str, new: str, said: str) -> None:
    assert old in GOOD
    with pytest.raises(CatalogueError) as caught:
        read_catalogue(GOOD.replace(old, new), "metrics.yaml", frozenset({"d7"}))
    assert said in str(caught.value)
    assert str(caught.value).startswith("metrics.yaml")


def test_a_name_means_one_metric() -> None:
    second = GOOD[GOOD.index("  - name") :].replace("Activation rate", "Activations")
    with pytest.raises(CatalogueError, match="already means Activation rate"):
        read_catalogue(GOOD + second, "metrics.yaml")


def test_every_mistake_is_told_at_once() -> None:
    broken = GOOD.replace('unit: "%"', "unit: apples").replace("owner: Onboarding", "")
    with pytest.raises(CatalogueError) as caught:
        read_catalogue(broken, "metrics.yaml")
    assert len(str(caught.value).splitlines()) == 2
