"""What Slack shows and takes of the catalogue: within its limits, and without a user's markup."""

from datetime import date
from pathlib import Path

import pytest

import deploy.demo_company
from bot.analysis.catalogue.glossary import with_catalogue
from bot.analysis.catalogue.loading import read_catalogue
from bot.analysis.catalogue.model import Catalogue
from bot.analysis.quality.jargon import Glossary, find_unknown_abbreviations
from bot.slack.blocks.annotate import annotate_form
from bot.slack.blocks.metrics import list_blocks, metric_blocks
from bot.slack.listeners.catalogue import read_typed
from deploy.playground.checks.blocks import check_blocks
from deploy.playground.checks.views import check_view

TODAY = date(2026, 11, 27)
_FILE = Path(deploy.demo_company.__file__).with_name("metrics.yaml")
DEMO = read_catalogue(_FILE.read_text(encoding="utf-8"), _FILE.name)


def many(count: int) -> Catalogue:
    """A catalogue of metrics with the longest words allowed."""
    metric = DEMO.metrics[0]
    return DEMO.model_copy(
        update={
            "metrics": tuple(
                metric.model_copy(
                    update={
                        "name": f"Metric {number} ".ljust(60, "x"),
                        "definition": "<!channel> *d* & " * 23,
                        "aliases": ("a" * 60,) * 40,
                        "terms": ("SMB",) * 30,
                    }
                )
                for number in range(count)
            )
        }
    )


@pytest.mark.parametrize("catalogue", [DEMO, many(1), many(39), many(500)])
def test_lists_and_explanations_stay_within_slacks_limits(catalogue: Catalogue) -> None:
    blocks = list_blocks(catalogue)
    check_blocks(blocks, "message")  # raises what Slack would refuse
    assert sum(len(str(block)) for block in blocks) < 16_000
    assert "<!channel>" not in str(blocks)
    explained = metric_blocks(catalogue.metrics[0], {"smb": "small businesses"}, "the database")
    check_blocks(explained, "message")
    view = annotate_form(catalogue, TODAY, {"what": "x" * 5_000}, "y" * 5_000)
    check_view(view, "modal")


def test_metrics_that_find_no_room_are_counted() -> None:
    shown = list_blocks(many(500))
    listed = len(shown) - 2
    assert f"{500 - listed} more are found by name." in str(shown[-1])


@pytest.mark.parametrize(
    ("typed", "fields"),
    [
        (
            "2026-10-19 Onboarding redesign; metric: activation; segment: SMB",
            {
                "day": "2026-10-19",
                "what": "Onboarding redesign",
                "metric": "activation",
                "segment": "SMB",
            },
        ),
        (
            "19 Oct: new price | market UK",
            {"day": "2026-10-19", "what": "new price", "segment": "UK"},
        ),
        ("yesterday outage of 3 hours", {"day": "2026-11-26", "what": "outage of 3 hours"}),
        ("Oct 19, 2025 relaunch", {"day": "2025-10-19", "what": "relaunch"}),
        ("October campaign", {"what": "October campaign"}),
        ("31 February sale", {"what": "31 February sale"}),
        ("", {}),
    ],
)
def test_typed_changes(typed: str, fields: dict[str, str]) -> None:
    assert read_typed(typed, TODAY) == fields


def test_the_catalogues_names_are_no_jargon() -> None:
    bare = Glossary(frozenset(), {})
    assert find_unknown_abbreviations("ARPA fell in DACH.", bare) == ["ARPA", "DACH"]
    assert find_unknown_abbreviations("ARPA fell in DACH.", with_catalogue(bare, DEMO)) == []
    assert with_catalogue(bare, None) is bare
