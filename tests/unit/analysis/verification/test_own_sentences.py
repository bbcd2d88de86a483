"""Own sentences for the checker, true and false, on twelve made series.

Written while the checker was, so they guard it and measure nothing; the checking corpus, which
others wrote, does the measuring.
"""

import json
from datetime import date, timedelta
from pathlib import Path

import pytest

from bot.analysis.answer import Section
from bot.analysis.facts import Findings
from bot.analysis.findings import compute_findings
from bot.analysis.question import MetricKind, MetricQuestion, Period, RecordedChange
from bot.analysis.verification import check_sentence

ROWS = [
    json.loads(line)
    for line in Path(__file__).with_name("own_sentences.jsonl").read_text("utf-8").splitlines()
]


def make_findings(**fields: object) -> Findings:
    """Compute the findings of a weekly rate, with the given fields changed."""
    base: dict[str, object] = {"kind": MetricKind.RATE, "unit": "%", "period": Period.WEEK}
    return compute_findings(MetricQuestion(**(base | fields)))


def weeks_from(first: date, count: int) -> tuple[date, ...]:
    """Return the first days of that many weeks."""
    return tuple(first + timedelta(days=7 * week) for week in range(count))


SERIES: dict[str, Findings] = {}
SERIES["ACTIVATION"] = make_findings(
    metric="Activation rate",
    unit="proportion",
    values=(0.42, 0.41, 0.38, 0.35, 0.33, 0.31),
    changes=(RecordedChange(what="onboarding redesign", index=1, periods_ago=5),),
    cohort_size=2000,
    higher_is_better=True,
)
SERIES["TRIALS"] = make_findings(
    metric="Trial starts",
    kind=MetricKind.COUNT,
    unit="count",
    values=(300, 310, 295, 305, 300, 410, 420, 415, 430, 425, 440, 450),
    dates=tuple(date(2026, 1, 5) + timedelta(days=7 * i) for i in range(12)),
    changes=(RecordedChange(what="Free-tier launch", day=date(2026, 1, 5) + timedelta(days=36)),),
    higher_is_better=True,
    context="Goal for the quarter is 500 trial starts a week.",
)
SERIES["CHURN"] = make_findings(
    metric="Churn",
    values=(3.2, 3.1, 3.3, 3.2, 5.1, 3.3, 3.2, 3.1),
    period=Period.MONTH,
    dates=tuple(date(2025, m, 1) for m in range(1, 9)),
    higher_is_better=False,
    changes=(RecordedChange(what="billing outage", day=date(2025, 5, 10)),),
    cohort_size=4000,
)
SERIES["REVENUE"] = make_findings(
    metric="Revenue",
    kind=MetricKind.MONEY,
    unit="EUR",
    values=(12000, 12500, 13100, 12900, 13800, 14500, 15200, 16100),
    higher_is_better=True,
)
SERIES["ERRORS"] = make_findings(
    metric="Checkout errors",
    kind=MetricKind.COUNT,
    unit="count",
    values=(40, 42, 38, 41, 39, 90, 120, 80, 45, 40, 41, 39, 42, 40),
    period=Period.DAY,
    dates=tuple(date(2026, 3, 2) + timedelta(days=i) for i in range(14)),
    changes=(RecordedChange(what="payment provider migration", day=date(2026, 3, 7)),),
    higher_is_better=False,
    context="About 5,000 checkouts a day. We alert at 100 errors.",
)
SERIES["NPS"] = make_findings(
    metric="NPS",
    kind=MetricKind.SCORE,
    unit="points",
    values=(12, 8, 3, -2, -5, -1, 4, 9),
    period=Period.MONTH,
    dates=tuple(date(2025, m, 1) for m in range(3, 11)),
    higher_is_better=True,
    changes=(RecordedChange(what="support outsourcing", day=date(2025, 5, 1)),),
)
SERIES["RESPONSE"] = make_findings(
    metric="First response time",
    kind=MetricKind.DURATION,
    unit="hours",
    values=(6.2, 6.0, 6.4, 6.1, 4.0, 3.8, 3.9, 3.7),
    higher_is_better=False,
    changes=(RecordedChange(what="triage bot", index=4),),
)
SERIES["LTV_CAC"] = make_findings(
    metric="LTV/CAC",
    kind=MetricKind.RATIO,
    unit="ratio",
    values=(3.1, 3.0, 2.8, 2.6, 2.7, 2.9),
    period=Period.QUARTER,
    dates=tuple(
        date(y, m, 1)
        for y, m in ((2024, 4), (2024, 7), (2024, 10), (2025, 1), (2025, 4), (2025, 7))
    ),
    higher_is_better=True,
)
SERIES["CARTS"] = make_findings(
    metric="Cart abandonment",
    values=(68.2, 67.9, 68.5, 71.4, 72.0, 71.8, 72.3, 69.1, 68.4),
    dates=weeks_from(date(2026, 2, 2), 9),
    changes=(
        RecordedChange(what="Shipping fee shown earlier", day=date(2026, 2, 24)),
        RecordedChange(what="Fee hidden again", day=date(2026, 3, 24)),
    ),
    higher_is_better=False,
    cohort_size=10000,
    context="Online grocery, Spain. 10,000 carts a week. Shipping fee is 4.90 EUR.",
)
SERIES["DOWNLOADS"] = make_findings(
    metric="Weekly downloads",
    kind=MetricKind.COUNT,
    unit="count",
    values=(8200, 8100, 8350, 8300, 16400, 9100, 8400, 8250),
    dates=weeks_from(date(2026, 5, 4), 8),
    changes=(RecordedChange(what="Featured in the app store", day=date(2026, 6, 2)),),
    higher_is_better=True,
)
SERIES["MARGIN"] = make_findings(
    metric="Gross margin",
    values=(41.5, 41.8, 42.1, 42.6, 43.0, 43.2, 43.9, 44.5, 44.8, 45.1, 45.6, 46.0),
    period=Period.MONTH,
    dates=tuple(date(2025, m, 1) for m in range(1, 13)),
    higher_is_better=True,
)
SERIES["LEADS"] = make_findings(
    metric="Cost per lead",
    kind=MetricKind.MONEY,
    unit="USD",
    values=(24.0, 23.5, 31.0, 30.5, 29.0, 27.5, 26.0, 24.5),
    higher_is_better=False,
    changes=(RecordedChange(what="competitor bidding war", index=2),),
    context="Budget of 30 USD per lead. About 1,000 leads a week.",
)


@pytest.mark.parametrize("row", ROWS, ids=[row["text"] for row in ROWS])
def test_own_sentence(row):
    """True ones pass whole; false ones lose at least one claim, with a reason in words."""
    findings, section = SERIES[row["series"]], Section(row["section"])
    refused = check_sentence(row["text"], findings, section).unsupported
    if row["holds"]:
        assert not refused, [(claim.text, claim.reason) for claim in refused]
    else:
        assert refused
        assert all(claim.fact_id is None and claim.reason for claim in refused)
