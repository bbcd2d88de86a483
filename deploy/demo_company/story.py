"""What truly happened at the demo company: levels by segment, and which release moved what.

Times count back from the last whole week, so that "the last 8 weeks" always holds the story. It
draws no numbers.
"""

from dataclasses import dataclass
from datetime import date, timedelta

from bot.analysis.question import MetricKind
from pipeline.simulator.families import Pattern

WEEKS = 104
SEGMENTS = ("SMB", "Mid-market", "Enterprise", "Self-serve")
MARKETS = ("UK", "US", "DACH")


@dataclass(frozen=True)
class Measure:
    """One measured quantity: where it is stored, and its level in each segment.

    `columns` are (what was counted, of how many) for rates, one column otherwise; `levels` are
    shares for rates; `noise_sd` is the spread of one week on the simulator's latent scale.
    """

    key: str
    table: str
    columns: tuple[str, ...]
    kind: MetricKind
    levels: tuple[float, float, float, float]
    noise_sd: float


MEASURES = (
    Measure(
        "Activation rate",
        "signup_week",
        ("activated", "signups"),
        MetricKind.RATE,
        (0.42, 0.47, 0.53, 0.36),
        0.06,
    ),
    Measure(
        "Trial-to-paid",
        "trial_week",
        ("paid", "trials"),
        MetricKind.RATE,
        (0.17, 0.22, 0.28, 0.11),
        0.10,
    ),
    Measure(
        "Logo churn",
        "account_week",
        ("cancelled", "accounts"),
        MetricKind.RATE,
        (0.021, 0.013, 0.008, 0.030),
        0.13,
    ),
    Measure(
        "Support tickets",
        "support_week",
        ("tickets",),
        MetricKind.COUNT,
        (320, 210, 140, 460),
        0.07,
    ),
    Measure("ARPA", "revenue_week", ("revenue",), MetricKind.MONEY, (48, 160, 610, 14), 0.03),
)


@dataclass(frozen=True)
class Release:
    """Something the company did or saw.

    `what` is what people recorded, `weeks_ago` counts back from the last whole week (1 is that
    week). `delta` is the effect on the latent scale, 0 for a bystander that moved nothing;
    `segment` and `market` None: all of them.
    """

    what: str
    weeks_ago: int
    author: str
    metric: str | None = None
    segment: str | None = None
    market: str | None = None
    delta: float = 0.0
    pattern: Pattern = Pattern.STEP_DOWN

    def happened_on(self, last_week: date) -> date:
        """The Monday it is dated with."""
        return last_week - timedelta(weeks=self.weeks_ago - 1)

    def touches(self, metric: str, segment: str, market: str) -> bool:
        """Whether it truly moved this series."""
        return (
            self.delta != 0
            and self.metric == metric
            and self.segment in {None, segment}
            and self.market in {None, market}
        )


RELEASES = (
    Release(
        "Onboarding redesign",
        5,
        "Ines, Onboarding",
        "Activation rate",
        "SMB",
        "UK",
        -0.52,
        Pattern.STEP_DOWN,
    ),
    Release(
        "Price of the Team plan raised",
        11,
        "Marc, Monetisation",
        "Trial-to-paid",
        "SMB",
        None,
        -0.42,
    ),
    Release(
        "Annual plan reminder mails",
        20,
        "Sam, Customer success",
        "Logo churn",
        "Self-serve",
        None,
        -0.55,
        Pattern.STEP_DOWN,
    ),
    Release(
        "Billing outage", 3, "Support on call", "Support tickets", None, "DACH", 0.75, Pattern.SPIKE
    ),
    Release(
        "Seat-based pricing for Enterprise",
        30,
        "Marc, Monetisation",
        "ARPA",
        "Enterprise",
        None,
        0.22,
        Pattern.STEP_UP,
    ),
    Release(
        "Template gallery",
        62,
        "Ines, Onboarding",
        "Activation rate",
        "Self-serve",
        None,
        0.35,
        Pattern.STEP_UP,
    ),
    Release("Cookie banner changed", 26, "Legal"),
    Release("Data centre move", 70, "Platform"),
)
