"""Reviewed word lists: what metrics are called, what sort they are, which way is good.

Only data and look-ups by word; longer phrases win over shorter ones. To teach the parser a
new metric, add it here.
"""

import re

from bot.analysis.question import MetricKind

# Lower is better: costs, losses, waits, complaints. Everything else is better higher, except
# the metrics in NEUTRAL, where either way can be meant.
LOWER_IS_BETTER = (
    "churn", "attrition", "cancellation", "cancellations", "cancelled", "contraction", "downgrade",
    "downgrades", "cac", "acquisition cost", "cost per", "cpa", "cpc", "cpl", "cpi", "cpm",
    "cost of", "costs", "spend per", "payback", "ticket", "tickets", "support contacts",
    "complaint",
    "complaints", "contact rate", "bounce", "bounces", "exit rate", "abandonment", "abandon",
    "load time", "loading time", "page speed", "lcp", "inp", "ttfb", "cls", "latency",
    "response time", "resolution time",
    "time to", "waiting time", "wait time", "lead time", "cycle time", "handle time", "delay",
    "unsubscribe", "unsubscribes", "unsubscribed", "opt-out", "opt out", "spam", "error", "errors",
    "error rate", "crash", "crashes", "failure", "failures", "failed", "downtime", "bug", "bugs",
    "incidents", "refund", "refunds", "return rate", "returns rate", "chargeback", "chargebacks",
    "fraud", "drop-off", "dropoff", "drop off", "uninstall", "uninstalls", "no-show", "no-shows",
    "overdue", "backlog", "debt", "burn", "burn rate", "defect", "defects", "lost customers",
    "deactivations", "days to", "hours to", "minutes to", "rejection", "rejections", "dispute",
    "disputes", "kündigungsrate", "abwanderung", "absprungrate", "désabonnement", "attrition",
    "taux de rebond", "abandono", "cancelación", "bajas", "kundavhopp", "ladezeit",
)  # fmt: skip
NOT_LOWER = (
    "crash-free",
    "error-free",
    "ltv",
    "clv",
    "churn saved",
    "return on",
    "uptime",
    "winback",
    "win-back",
    "nps",
    "net promoter",
    "csat",
    "satisfaction",
    "speed score",
    "performance score",
    "deflection",
    "deflected",
)

KIND_WORDS: tuple[tuple[MetricKind, tuple[str, ...]], ...] = (
    (MetricKind.RATIO, (
        "ltv/cac", "ltv:cac", "ltv to cac", "ratio", "roas", "return on ad spend", "k-factor",
        "viral coefficient", "quick ratio", "magic number", "multiple",
    )),
    (MetricKind.SCORE, (
        "nps", "net promoter", "csat", "ces", "satisfaction score", "score", "rating", "stars",
        "health score",
    )),
    (MetricKind.RATE, (
        "rate", "ratio of", "share", "percentage", "percent", "conversion", "retention", "churn",
        "ctr", "click-through", "open rate", "activation", "adoption", "nrr", "grr", "margin",
        "stickiness", "penetration", "utilisation", "utilization", "attach", "win rate",
        "trial-to-paid", "abandonment", "uptime", "completion", "cvr", "bounce", "quote", "taux",
        "tasa", "taxa", "tasso", "andel", "konvertering", "konversion", "aktivierung", "attrition",
        "drop-off", "unsubscribe",
    )),
    (MetricKind.DURATION, (
        "time to", "time on", "load time", "loading time", "latency", "response time", "duration",
        "payback", "resolution time", "cycle time", "lead time", "session length", "handle time",
        "lcp", "inp", "ttfb",
        "wait time", "time spent", "days to", "hours to", "minutes to", "ladezeit",
    )),
    (MetricKind.MONEY, (
        "revenue", "mrr", "arr", "arpu", "arppu", "arpa", "aov", "order value", "gmv", "ltv", "clv",
        "cac", "acquisition cost", "cost per", "cpa", "cpc", "cpl", "cpm", "spend", "cost", "price",
        "acv", "sales value", "umsatz", "omsättning", "ingresos", "receita",
        "chiffre d'affaires", "intäkter", "profit", "burn", "basket", "pipeline value",
    )),
    (MetricKind.COUNT, (
        "sign-ups", "signups", "sign ups", "users", "active users", "dau", "wau", "mau", "sessions",
        "visits", "visitors", "page views", "pageviews", "views", "downloads", "installs", "orders",
        "purchases", "customers", "subscribers", "leads", "mqls", "sqls", "trials", "demos",
        "tickets", "registrations", "accounts", "invites", "referrals", "clicks", "impressions",
        "transactions", "logins", "messages", "logos", "members", "followers", "seats", "number of",
        "count", "anmeldungen", "inscriptions", "registros", "besucher", "bestellungen", "errors",
        "crashes", "complaints", "incidents", "contacts", "unsubscribes", "refunds", "deals",
        "workspaces", "teams created", "projects created", "bookings", "calls", "requests",
        "accounts", "deals", "backlog", "besök",
        "nutzer", "utilisateurs", "usuarios", "cadastros", "iscrizioni", "aanmeldingen",
    )),
)  # fmt: skip

# Phrases that name a metric in running text, found as the longest match; up to three words
# before them are kept as part of the name ("free trial activation rate").
METRIC_HEADS = (
    "rate", "ratio", "retention", "churn", "conversion", "activation", "adoption", "nps", "csat",
    "mrr", "arr", "arpu", "aov", "cac", "ltv", "ltv/cac", "revenue", "dau", "wau", "mau", "ctr",
    "cvr", "cpa", "cpc", "cpl", "roas", "gmv", "sign-ups", "signups", "sign ups", "users",
    "sessions", "visits", "visitors", "page views", "pageviews", "downloads", "installs", "orders",
    "purchases", "customers", "subscribers", "leads", "mqls", "trials", "tickets", "registrations",
    "score", "load time", "response time", "latency", "payback", "time to value", "stickiness",
    "nrr", "grr", "margin", "bookings", "demos", "unsubscribes", "refunds", "spend", "rating",
    "average order value", "order value", "engagement", "checkouts", "referrals", "logins",
    "accounts", "requests", "deals", "backlog", "completion", "margin", "time to value",
    "session length", "handle time", "resolution time", "burn", "sales", "basket value", "umsatz",
    "growth", "ltv to cac", "ltv:cac", "lcp", "inp", "ttfb", "cls", "dau/mau", "wau/mau", "dau/wau",
    "opens", "trial-to-paid", "trial to paid", "time", "duration",
)  # fmt: skip

COHORT_NOUNS = (
    "sign-ups", "signups", "sign ups", "users", "new users", "people", "visitors", "visits",
    "sessions", "customers", "accounts", "trials", "leads", "subscribers", "members", "orders",
    "checkouts", "emails", "sends", "recipients", "installs", "downloads", "registrations",
    "respondents", "responses", "carts", "teams", "workspaces", "participants", "impressions",
    "clicks", "views", "anmeldungen", "nutzer", "utilisateurs", "usuarios", "inscriptions",
    "new sign-ups", "new signups", "new accounts", "new trials", "new customers", "shoppers",
    "buyers",
)  # fmt: skip

DENOMINATOR_HEADERS = (
    "n", "responses", "responders", "customers at start", "kunden",
    "cohort", "cohort size", "denominator", "denominators", "base", "sample", "sample size",
    "total", "size", "population", "eligible", "sent", "delivered", "sends", *COHORT_NOUNS,
)  # fmt: skip

CHANGE_WORDS = (
    "redesign", "redesigned", "release", "released", "releases", "launch", "launched", "ship",
    "shipped", "deploy", "deployed", "deployment", "change", "changed", "changes", "campaign",
    "outage", "migration", "migrated", "price", "pricing", "rollout", "rolled out", "roll-out",
    "introduced", "switched", "started", "stopped", "paused", "promo", "promotion", "experiment",
    "test", "removed", "added", "update", "updated", "bug", "incident", "holiday", "onboarding",
    "went live", "live", "new", "replaced", "moved", "enabled", "disabled", "turned on",
    "turned off", "cut", "raised", "increased the price", "discount", "sale", "newsletter", "ads",
    "tracking", "banner", "rebrand", "version", "feature", "flow", "black friday", "strike",
    "sso", "paywall", "relaunch", "rewrite", "fix", "fixed", "integration", "tutorial", "email",
    "opened", "closed", "competitor", "webinar", "conference", "hired", "doubled", "halved",
)  # fmt: skip


def _pattern(words: tuple[str, ...]) -> re.Pattern[str]:
    ordered = sorted(set(words), key=len, reverse=True)
    return re.compile(rf"(?<![\w-])(?:{'|'.join(map(re.escape, ordered))})(?![\w-])")


_LOWER = _pattern(LOWER_IS_BETTER)
_NOT_LOWER = _pattern(NOT_LOWER)
_CHANGE = _pattern(CHANGE_WORDS)
_KINDS = [(kind, _pattern(words)) for kind, words in KIND_WORDS]
_HEADS = _pattern(METRIC_HEADS)
_DENOMINATOR = _pattern(DENOMINATOR_HEADERS)
_RATE_NAME = re.compile(
    r"\b(?:rate|share|percentage|taux|quote)\b|\b(?:dau|wau)\s*(?:/|:|to|over)\s*(?:mau|wau)\b|\bgrowth$"
)
_INVERSE_RATE = re.compile(r"\b(?:rate|share|percentage|%)", re.IGNORECASE)


def lower_is_better(metric: str) -> bool:
    """Whether a fall of this metric is good news, by the word list."""
    plain = metric.casefold()
    return bool(_LOWER.search(plain)) and not _NOT_LOWER.search(plain)


def kind_of_name(metric: str) -> MetricKind | None:
    """The kind a metric's name suggests ("rate" beats what it is a rate of), None if unknown."""
    plain = metric.casefold()
    if _RATE_NAME.search(plain):
        return MetricKind.RATE
    if re.search(r"\b(?:number|count|total) of\b", plain):
        return MetricKind.COUNT
    for kind, pattern in _KINDS:
        if pattern.search(plain):
            return kind
    return None


def mentions_change(text: str) -> bool:
    """Whether the words speak of something the team did or saw."""
    return _CHANGE.search(text.casefold()) is not None


def looks_like_denominator(header: str) -> bool:
    """Whether a column header names the people a rate is taken over."""
    plain = re.sub(r"[()#:]", " ", header.casefold()).strip()
    return _DENOMINATOR.search(plain) is not None and not _INVERSE_RATE.search(plain)


def find_metric_name(text: str) -> str:
    """The longest metric name in running text with the words that qualify it, '' if none."""
    best = ""
    for match in _HEADS.finditer(text.casefold()):
        name = _qualified(text[: match.start()], text[match.start() : match.end()])
        if len(name.split()) > len(best.split()) or not best:
            best = name
    return best


_STOP = frozenset(
    [
        "our",
        "the",
        "my",
        "their",
        "your",
        "is",
        "are",
        "was",
        "were",
        "has",
        "have",
        "had",
        "why",
        "did",
        "does",
        "do",
        "of",
        "in",
        "for",
        "to",
        "and",
        "a",
        "an",
        "at",
        "with",
        "on",
        "this",
        "that",
        "we",
        "i",
        "it",
        "its",
        "from",
        "by",
        "what",
        "how",
        "see",
        "about",
        "says",
        "but",
        "or",
        "so",
        "here",
        "here's",
        "please",
        "explain",
        "analyse",
        "analyze",
        "look",
        "looking",
        "hi",
        "hello",
        "hey",
        "team",
        "all",
        "as",
        "last",
        "week",
        "weeks",
        "per",
        "each",
        "every",
        "these",
        "can",
        "you",
        "been",
        "not",
        "no",
        "than",
        "then",
        "if",
        "when",
        "since",
        "after",
        "before",
        "which",
        "us",
        "me",
        "give",
    ]
)


def _qualified(before: str, head: str) -> str:
    words: list[str] = []
    for word in reversed(before[-60:].split()):
        if word.casefold().strip("\"'") in _STOP or not re.fullmatch(
            r"[^\W\d_][\w'/&-]{0,24}|\d+-day|d\d+", word, re.IGNORECASE
        ):
            break
        words.insert(0, word)
        if len(words) == 3:
            break
    if before and before[-1:].isalnum():
        words = words[:-1]
    return " ".join([*words, head]).strip()
