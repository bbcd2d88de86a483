"""The chart: right size, any text, nothing drawn that is not a fact."""

import re
import struct
import threading

import numpy as np
import pytest

from bot.analysis.chart import describe_chart, render_chart
from bot.analysis.chart.lettering import chart_text, value_labels
from bot.analysis.facts import Findings
from bot.analysis.findings import compute_findings
from bot.analysis.findings.series import make_series
from bot.analysis.question import MetricKind, MetricQuestion, RecordedChange


def ask(values: tuple[float | None, ...], **fields: object) -> Findings:
    base = {"metric": "m", "kind": MetricKind.COUNT, "unit": "count", "higher_is_better": True}
    return compute_findings(MetricQuestion.model_validate(base | {"values": values} | fields))


NOISE = tuple(np.random.default_rng(3).normal(100, 4, 300).tolist())
NASTY = "$\\frac{a}{b}$ _x_ <!channel> " + "long " * 60 + "📈 点数 \x00\u202e"


@pytest.mark.parametrize(
    "findings",
    [
        ask(()),
        ask((None,)),
        ask((7,)),
        ask((5, 5, 5, 5)),
        ask((0, -3, 1e12, 4)),
        ask(NOISE),
        ask((10, 11, None, 12, 3), incomplete_last=True),
        ask((10, 11, 12, 13, 14, 15), metric=NASTY, changes=(RecordedChange(what=NASTY, index=2),)),
    ],
    ids=["empty", "missing", "one", "constant", "mixed", "long", "incomplete", "nasty text"],
)
def test_chart_is_a_small_png(findings: Findings) -> None:
    png = render_chart(findings)
    assert png.startswith(b"\x89PNG")
    width, height = struct.unpack(">II", png[16:24])
    assert (width, height) == (1400, 700)
    assert len(png) < 150_000


def test_chart_is_grey_only() -> None:
    from io import BytesIO

    from matplotlib.image import imread

    change = RecordedChange(what="launch", index=8)
    pixels = imread(BytesIO(render_chart(ask((100,) * 8 + (80, 81) * 4, changes=(change,)))))
    assert float(np.abs(pixels[..., 0] - pixels[..., 2]).max()) == 0


def test_charts_can_be_drawn_in_threads() -> None:
    findings, drawn = ask(NOISE[:30]), []
    threads = [threading.Thread(target=lambda: drawn.append(render_chart(findings))) for _ in "abc"]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(drawn) == 3
    assert len(set(drawn)) == 1


def test_alternative_text_holds_only_fact_numbers() -> None:
    findings = ask((42.0, 40.0, 30.0, 31.0, 29.5, 30.5), unit="%", kind=MetricKind.RATE)
    held = " ".join(fact.text for fact in findings.facts) + " 6"
    text = describe_chart(findings)
    assert "42 %" in text
    for number in re.findall(r"\d[\d.,]*\d|\d", text):
        assert number in held


def test_alternative_text_names_changes_and_stays_short() -> None:
    changes = tuple(RecordedChange(what=f"{NASTY} {i}", index=i) for i in range(5))
    text = describe_chart(ask((10, 11, 12, 13, 14, 15), metric=NASTY, changes=changes))
    assert "Recorded in week 1" in text
    assert len(text) <= 900


def test_first_last_and_extremes_are_labelled_once() -> None:
    findings = ask((10, 30, 20, 5, 12))
    labels = value_labels(make_series(findings.question), findings)
    assert sorted(label.index for label in labels) == [0, 1, 3, 4]
    assert {label.text for label in labels} == {"10", "30", "5", "12"}


def test_text_the_font_lacks_is_left_out() -> None:
    assert chart_text("NPS 📈 点数 ok") == "NPS ok"
