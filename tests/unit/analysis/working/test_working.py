"""Show the working: number, source, arithmetic, window."""

from bot.analysis.claims import Claim, ClaimStatus
from bot.analysis.findings import compute_findings
from bot.analysis.question import MetricKind, MetricQuestion
from bot.analysis.working import show_working

FINDINGS = compute_findings(
    MetricQuestion(
        metric="activation",
        kind=MetricKind.RATE,
        unit="%",
        values=(42, 41, 38, 35, 33, 31),
        cohort_size=2000,
        higher_is_better=True,
    )
)


def claim(text: str, fact_id: str | None, *, supported: bool = True, reason: str = "") -> Claim:
    status = ClaimStatus.SUPPORTED if supported else ClaimStatus.UNSUPPORTED
    return Claim(
        text=text, start=0, end=3, value=1, unit="%", status=status, fact_id=fact_id, reason=reason
    )


def test_a_claim_shows_its_fact() -> None:
    (row,) = show_working(FINDINGS, [claim("26 %", "change.total.relative")])
    assert row.number == "26 %"
    assert row.arithmetic == "31 % / 42 % - 1 = -26.2 %"
    assert row.window == "week 1 to week 6"
    assert "last / first - 1" in row.source


def test_points_interval_and_people() -> None:
    rows = show_working(
        FINDINGS,
        [claim("11 points", "change.total"), claim("220", "cohort.change"), claim("29", "x.y")],
    )
    assert rows[0].arithmetic == "31 % - 42 % = -11 pp"
    assert rows[1].arithmetic == "11 pp x 2,000 = -220 people"
    assert rows[2].source == ""


def test_interval_is_part_of_the_arithmetic() -> None:
    (row,) = show_working(FINDINGS, [claim("31 %", "interval.last")])
    assert row.arithmetic.endswith("95 % interval 29 % to 33.1 %")
    assert row.window == "week 6"


def test_repeated_claims_come_once_and_refused_ones_say_why() -> None:
    refused = claim("50 %", None, supported=False, reason="no fact has this value")
    rows = show_working(FINDINGS, [claim("31 %", "level.5"), claim("31 %", "level.5"), refused])
    assert len(rows) == 2
    assert rows[1].source == "not proved: no fact has this value"


def test_without_claims_the_told_facts_are_listed() -> None:
    rows = show_working(FINDINGS, [])
    assert len(rows) == len(FINDINGS.prompt_facts)
    assert rows[0].number == "-11 pp"
