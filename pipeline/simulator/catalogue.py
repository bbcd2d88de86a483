"""The metric families a scenario can be about: unit, plausible level, good direction.

The ranges are those usual for subscription and shop businesses; they make scenarios plausible and
are no benchmark. Knows nothing of patterns or causes.
"""

from dataclasses import dataclass

from bot.analysis.question import MetricKind, Period

ALL_PERIODS = (Period.DAY, Period.WEEK, Period.MONTH)
SLOW_PERIODS = (Period.WEEK, Period.MONTH)
CURRENCIES = ("USD", "EUR", "GBP")


@dataclass(frozen=True)
class MetricFamily:
    """One kind of metric.

    `base` is the range of levels: a share between 0 and 1 for rates, otherwise in the unit itself.
    `cohort` names whom a rate counts.
    """

    key: str
    names: tuple[str, ...]
    definition: str
    kind: MetricKind
    units: tuple[str, ...]
    base: tuple[float, float]
    higher_is_better: bool
    cohort: str = "users"
    periods: tuple[Period, ...] = SLOW_PERIODS
    decimals: int = 1


def _rate(
    key: str,
    names: tuple[str, ...],
    definition: str,
    base: tuple[float, float],
    cohort: str,
    *,
    higher: bool = True,
    periods: tuple[Period, ...] = SLOW_PERIODS,
) -> MetricFamily:
    units = ("%", "%", "proportion")  # two in three as people mostly write percent
    return MetricFamily(
        key, names, definition, MetricKind.RATE, units, base, higher, cohort, periods
    )


_FAMILIES = (
    _rate(
        "activation",
        ("Activation rate", "activation", "D7 activation"),
        "sign-ups that create a first project within 7 days",
        (0.22, 0.55),
        "sign-ups",
        periods=ALL_PERIODS,
    ),
    _rate(
        "trial_to_paid",
        ("Trial-to-paid", "trial conversion", "trial to paid conversion"),
        "trials that become a paying account within 30 days of starting",
        (0.08, 0.30),
        "trials",
    ),
    _rate(
        "churn",
        ("Logo churn", "customer churn", "churn rate"),
        "paying accounts that cancel in the period",
        (0.015, 0.06),
        "accounts",
        higher=False,
    ),
    _rate(
        "revenue_retention",
        ("Gross revenue retention", "GRR", "gross retention"),
        "recurring revenue kept from accounts that were there a period ago",
        (0.86, 0.97),
        "accounts",
    ),
    _rate(
        "stickiness",
        ("DAU/MAU", "stickiness", "DAU over MAU"),
        "daily active users as a share of monthly active users",
        (0.14, 0.45),
        "monthly actives",
        periods=ALL_PERIODS,
    ),
    _rate(
        "checkout",
        ("Checkout conversion", "cart to order", "checkout completion"),
        "carts that end in an order",
        (0.35, 0.68),
        "carts",
        periods=ALL_PERIODS,
    ),
    _rate(
        "referral",
        ("Referral rate", "invite rate", "share of users who invite"),
        "active users who send at least one invitation",
        (0.03, 0.14),
        "active users",
    ),
    _rate(
        "onboarding",
        ("Onboarding completion", "setup completion", "onboarding finish rate"),
        "new accounts that finish the setup checklist",
        (0.38, 0.75),
        "new accounts",
        periods=ALL_PERIODS,
    ),
    _rate(
        "refund",
        ("Refund rate", "refunds per order", "share of orders refunded"),
        "orders refunded within 14 days",
        (0.02, 0.08),
        "orders",
        higher=False,
        periods=ALL_PERIODS,
    ),
    _rate(
        "email_clicks",
        ("Lifecycle email click rate", "email CTR", "nurture click rate"),
        "delivered lifecycle mails with at least one click",
        (0.02, 0.09),
        "mails",
    ),
    MetricFamily(
        "signups",
        ("Sign-ups", "new sign-ups", "registrations"),
        "accounts created",
        MetricKind.COUNT,
        ("count",),
        (300, 9000),
        higher_is_better=True,
        periods=ALL_PERIODS,
    ),
    MetricFamily(
        "support_load",
        ("Support tickets", "tickets opened", "inbound support tickets"),
        "tickets opened by customers",
        MetricKind.COUNT,
        ("count",),
        (180, 2600),
        higher_is_better=False,
        periods=ALL_PERIODS,
    ),
    MetricFamily(
        "orders",
        ("Orders", "completed orders", "paid orders"),
        "orders with a successful payment",
        MetricKind.COUNT,
        ("count",),
        (400, 12000),
        higher_is_better=True,
        periods=ALL_PERIODS,
    ),
    MetricFamily(
        "arpu",
        ("ARPU", "revenue per user", "average revenue per account"),
        "recurring revenue divided by active accounts",
        MetricKind.MONEY,
        CURRENCIES,
        (9, 140),
        higher_is_better=True,
        decimals=2,
    ),
    MetricFamily(
        "cac",
        ("CAC", "blended CAC", "cost per new customer"),
        "sales and marketing spend divided by new customers",
        MetricKind.MONEY,
        CURRENCIES,
        (45, 900),
        higher_is_better=False,
        decimals=0,
    ),
    MetricFamily(
        "new_mrr",
        ("New MRR", "net new MRR", "new recurring revenue"),
        "monthly recurring revenue added by new accounts",
        MetricKind.MONEY,
        CURRENCIES,
        (8000, 220000),
        higher_is_better=True,
        decimals=0,
    ),
    MetricFamily(
        "payback",
        ("CAC payback", "payback period", "months to recover CAC"),
        "months until gross margin covers the cost of acquisition",
        MetricKind.DURATION,
        ("months",),
        (6, 19),
        higher_is_better=False,
    ),
    MetricFamily(
        "time_to_value",
        ("Time to first value", "median time to first report", "TTV"),
        "median time from sign-up to the first finished report",
        MetricKind.DURATION,
        ("hours", "minutes"),
        (5, 60),
        higher_is_better=False,
        periods=ALL_PERIODS,
    ),
    MetricFamily(
        "nps",
        ("NPS", "net promoter score", "relationship NPS"),
        "promoters minus detractors among survey answers",
        MetricKind.SCORE,
        ("points",),
        (12, 55),
        higher_is_better=True,
        decimals=0,
    ),
    MetricFamily(
        "ltv_cac",
        ("LTV/CAC", "LTV to CAC", "unit economics ratio"),
        "expected lifetime gross margin over cost of acquisition",
        MetricKind.RATIO,
        ("ratio",),
        (1.6, 5.2),
        higher_is_better=True,
        decimals=2,
    ),
)

METRIC_FAMILIES: dict[str, MetricFamily] = {family.key: family for family in _FAMILIES}

# Seen by no training scenario in any pattern, so that the golden set also asks for metrics that an
# adapter has never been taught.
HELD_OUT_METRICS = frozenset({"refund", "time_to_value", "ltv_cac", "email_clicks"})
