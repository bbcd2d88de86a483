"""Units as people write them, and the one name each has inside the product.

Percent, proportion, count, points, ratio, ISO currencies and durations. Knows scale words
(k, million) too. It does not guess a unit from values; `bot.analysis.parsing.kinds` does.
"""

import re
from dataclasses import dataclass

from bot.analysis.question import MetricKind

DURATION_UNITS = ("seconds", "minutes", "hours", "days", "months")

CURRENCY_SIGNS = {
    "us$": "USD", "r$": "BRL", "a$": "AUD", "c$": "CAD", "au$": "AUD", "ca$": "CAD",
    "nz$": "NZD", "s$": "SGD", "hk$": "HKD", "$": "USD", "£": "GBP", "€": "EUR", "¥": "JPY",
    "₹": "INR", "₩": "KRW", "₽": "RUB", "₺": "TRY", "zł": "PLN", "kč": "CZK", "ft": "HUF",
    "₪": "ILS", "₴": "UAH", "฿": "THB", "₫": "VND", "₦": "NGN", "kr": "SEK", "chf": "CHF",
}  # fmt: skip
CURRENCY_CODES = frozenset(
    [
        "USD",
        "EUR",
        "GBP",
        "JPY",
        "CHF",
        "SEK",
        "NOK",
        "DKK",
        "ISK",
        "PLN",
        "CZK",
        "HUF",
        "RON",
        "BGN",
        "TRY",
        "RUB",
        "UAH",
        "BRL",
        "MXN",
        "ARS",
        "CLP",
        "COP",
        "PEN",
        "CAD",
        "AUD",
        "NZD",
        "SGD",
        "HKD",
        "CNY",
        "TWD",
        "KRW",
        "INR",
        "IDR",
        "MYR",
        "THB",
        "PHP",
        "VND",
        "ILS",
        "AED",
        "SAR",
        "ZAR",
        "NGN",
        "KES",
        "EGP",
    ]
)
CURRENCY_WORDS = {
    "dollar": "USD", "dollars": "USD", "euro": "EUR", "euros": "EUR", "pound": "GBP",
    "pounds": "GBP", "yen": "JPY", "kronor": "SEK", "kroner": "NOK", "rupees": "INR",
    "francs": "CHF", "reais": "BRL", "pesos": "MXN", "zloty": "PLN", "yuan": "CNY",
}  # fmt: skip

SCALES = {
    "k": 1e3, "thousand": 1e3, "tsd": 1e3, "tsd.": 1e3, "mille": 1e3, "mil": 1e3, "tys": 1e3,
    "m": 1e6, "mm": 1e6, "mn": 1e6, "mln": 1e6, "mio": 1e6, "mio.": 1e6, "million": 1e6,
    "millions": 1e6, "millionen": 1e6, "milliers": 1e3, "bn": 1e9, "b": 1e9, "mrd": 1e9,
    "billion": 1e9, "billions": 1e9, "lakh": 1e5, "crore": 1e7,
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Unit:
    """A product unit, the factor that brings a written number to it, and what was assumed."""

    name: str
    factor: float = 1.0
    note: str = ""


_PERCENT = Unit("%")
_COUNT = Unit("count")
_POINTS = Unit("points")
_RATIO = Unit("ratio")

UNIT_WORDS: dict[str, Unit] = {
    **dict.fromkeys(
        ("%", "percent", "per cent", "pct", "percentage", "prozent", "procent", "por ciento",
         "pour cent", "por cento", "percento", "%-points"), _PERCENT,
    ),
    **dict.fromkeys(("proportion", "share", "fraction", "0-1", "decimal"), Unit("proportion")),
    **dict.fromkeys(("points", "point", "pts", "pt", "punkte", "stars", "star", "nps"), _POINTS),
    **dict.fromkeys(("x", "×", "ratio", "times", "multiple"), _RATIO),
    **dict.fromkeys(
        ("count", "counts", "number", "users", "user", "signups", "sign-ups", "sign ups",
         "customers", "orders", "visits", "visitors", "sessions", "tickets", "leads", "trials",
         "people", "accounts", "installs", "downloads", "purchases", "subscribers", "views",
         "clicks", "demos", "seats", "teams", "logos", "members", "registrations", "units"), _COUNT,
    ),
    **dict.fromkeys(
        ("s", "sec", "secs", "second", "seconds", "sekunden", "secondes", "segundos"),
        Unit("seconds"),
    ),
    **dict.fromkeys(
        ("ms", "msec", "millisecond", "milliseconds"),
        Unit("seconds", 0.001, "Milliseconds were converted to seconds."),
    ),
    **dict.fromkeys(("min", "mins", "minute", "minutes", "minuten", "minutos"), Unit("minutes")),
    **dict.fromkeys(("h", "hr", "hrs", "hour", "hours", "std", "stunden", "heures"), Unit("hours")),
    **dict.fromkeys(("d", "day", "days", "tage", "jours", "dias", "dagar"), Unit("days")),
    **dict.fromkeys(
        ("week", "weeks", "wk", "wks"), Unit("days", 7.0, "Weeks were converted to days.")
    ),
    **dict.fromkeys(("mo", "mos", "month", "months", "monate", "mois", "meses"), Unit("months")),
    **dict.fromkeys(
        ("year", "years", "yr", "yrs"), Unit("months", 12.0, "Years were converted to months.")
    ),
    **dict.fromkeys(
        ("bps", "bp", "basis points"), Unit("%", 0.01, "Basis points were converted to %.")
    ),
    **dict.fromkeys(
        ("¢", "cent", "cents", "ct"), Unit("USD", 0.01, "Cents were converted to dollars (USD).")
    ),
    **dict.fromkeys(
        ("‰", "permille", "per mille"), Unit("%", 0.1, "Per mille was converted to %.")
    ),
}  # fmt: skip
KRONA_NOTE = "“kr” was read as Swedish kronor (SEK)."
_SUFFIX_SCALE = re.compile(
    r"^(thousand|millions?|millionen|billions?|milliers|crore|lakh|tsd\.?|mio\.?|mln|mrd|mille|"
    r"mil|tys|"
    r"mm|mn|bn|k|m|b)(?![a-z])",
    re.IGNORECASE,
)
_COMPACT_MONEY = re.compile(r"^(k|m|bn)(usd|eur|gbp|sek|chf|nok|dkk|[$£€])$", re.IGNORECASE)
_NOISE = re.compile(r"^[*†‡^!.:)\]]*$")
_PER_PERIOD = re.compile(
    r"\s*(?:/|\bper\b|\ba\b)\s*(?:day|week|wk|month|quarter|year|user|customer|account|ticket|chat|"
    r"call|case|conversation|order|session|visit|seat|contact)$"
)


def currency_of(text: str) -> Unit | None:
    """The currency a sign, code or word stands for, or None."""
    plain = text.strip().rstrip(".").casefold()
    if plain in CURRENCY_SIGNS:
        return Unit(CURRENCY_SIGNS[plain], 1.0, KRONA_NOTE if plain == "kr" else "")
    if plain.upper() in CURRENCY_CODES:
        return Unit(plain.upper())
    if plain in CURRENCY_WORDS:
        return Unit(CURRENCY_WORDS[plain])
    return None


def unit_of(text: str) -> Unit | None:
    """The unit a word or sign stands for ("pct" -> "%", "k€" -> EUR by the thousand), or None."""
    plain = " ".join(text.casefold().strip("()[] .:;").split())
    if not plain or len(plain) > 40:
        return None
    found = UNIT_WORDS.get(plain) or currency_of(plain)
    if found is not None:
        return found
    if compact := _COMPACT_MONEY.match(plain):
        currency = currency_of(compact[2])
        return Unit(currency.name, SCALES[compact[1]], currency.note) if currency else None
    stripped = _PER_PERIOD.sub("", plain)
    if stripped != plain:
        return unit_of(stripped)
    words = plain.split()
    if len(words) == 2:
        return _scaled_unit(words[0], words[1]) or _scaled_unit(words[1], words[0])
    return None


def _scaled_unit(scale: str, unit: str) -> Unit | None:
    base = currency_of(unit)
    if scale in SCALES and base is not None:
        return Unit(base.name, SCALES[scale], base.note)
    if scale == "in":
        return unit_of(unit)
    return None


def read_suffix(text: str) -> tuple[float, Unit | None] | None:
    """Scale factor and unit written after a number ("k", "% ", "M USD"), None if not a suffix."""
    rest = text.strip()
    if _NOISE.match(rest):
        return 1.0, None
    rest = rest.rstrip("*†‡^!")
    exact = None if rest.casefold() == "m" else unit_of(rest)
    if exact is not None:
        return 1.0, exact
    match = _SUFFIX_SCALE.match(rest)
    if match is None:
        return None
    scale = SCALES[match[1].casefold()]
    rest = rest[match.end() :].strip()
    if _NOISE.match(rest):
        return scale, None
    unit = unit_of(rest)
    return None if unit is None else (scale, unit)


def is_currency(unit: str) -> bool:
    """Whether a product unit is an ISO currency code."""
    return unit in CURRENCY_CODES


def kind_of_unit(unit: str) -> MetricKind | None:
    """The only kind a unit allows, None when it says nothing."""
    if unit in {"%", "proportion"}:
        return MetricKind.RATE
    if is_currency(unit):
        return MetricKind.MONEY
    if unit in DURATION_UNITS:
        return MetricKind.DURATION
    return {
        "count": MetricKind.COUNT,
        "points": MetricKind.SCORE,
        "ratio": MetricKind.RATIO,
    }.get(unit)
