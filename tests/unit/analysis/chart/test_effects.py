"""The chart of a regression: its size, what its words say, and text that is never markup."""

import struct

import numpy as np
import pytest

from bot.analysis.chart import describe_chart, render_chart
from bot.analysis.drivers import compute_driver_findings, compute_mix_findings
from bot.analysis.drivers.mix import Segment
from bot.analysis.facts import Findings
from bot.analysis.files.row_level import ColumnKind, RowLevelColumn, RowLevelTable


@pytest.fixture(scope="module")
def found() -> Findings:
    rng = np.random.default_rng(9)
    days, noise = rng.integers(0, 30, 800), rng.normal(size=800)
    stayed = rng.random(800) < 1 / (1 + np.exp(1.5 - 0.1 * days))
    return compute_driver_findings(
        RowLevelTable(
            (
                RowLevelColumn("days_$x^2$", ColumnKind.NUMERIC, tuple(map(float, days))),
                RowLevelColumn("noise", ColumnKind.NUMERIC, tuple(map(float, noise))),
                RowLevelColumn("stayed", ColumnKind.BINARY, tuple(map(bool, stayed)), "yes", "no"),
            ),
            800,
            "stayed",
        )
    )


def test_the_picture_has_the_size_of_every_chart(found: Findings) -> None:
    picture = render_chart(found)
    assert picture.startswith(b"\x89PNG")
    assert struct.unpack(">II", picture[16:24]) == (1400, 700)
    assert len(picture) < 150_000


def test_the_words_name_each_effect_with_its_interval(found: Findings) -> None:
    text = describe_chart(found)
    assert text.startswith("Dot chart, 2 effects. Stayed: what goes with it (associations")
    assert found.fact("driver.1.points").text in text
    assert "not clear" in text.partition("noise")[2]


def test_segments_are_drawn_without_intervals() -> None:
    parts = [Segment("SMB", 90, 300, 238, 700), Segment("Enterprise", 410, 700, 202, 300)]
    mixed = compute_mix_findings(parts, "activation")
    assert "Dot chart, 2 effects. Activation: how much each segment moved it" in describe_chart(
        mixed
    )
    assert render_chart(mixed) != b""
