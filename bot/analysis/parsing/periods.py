"""How far apart the values are, as the words say: "weekly", "per day", "last 8 weeks".

Knows words only; dates beside the values say more and win (see `bot.analysis.parsing.calendar`).
"""

import re

from bot.analysis.question import Period

_UNIT = r"(day|week|month|quarter|year)"
_WORDS = {
    Period.DAY: "daily|day by day|by day|täglich|quotidien|diario|dagligen|day over day|dod",
    Period.WEEK: "weekly|week by week|by week|wöchentlich|hebdomadaires?|"
    "semanal(?:es|mente)?|settimanale|veckovis|"
    "week over week|week-over-week|wow|w/w|wochen|semaines|semanas|veckor|w/c|per vecka",
    Period.MONTH: "monthly|month by month|by month|monatlich|mensuel(?:le)?s?|"
    "mensual(?:es)?|mensal|mensile|månadsvis|"
    "month over month|month-over-month|"
    "mom|m/m|mensais|monate|mois|meses|månader",
    Period.QUARTER: "quarterly|by quarter|quartalsweise|trimestriel|trimestral|"
    "quarter over quarter|qoq",
    Period.YEAR: "yearly|annual|annually|by year|jährlich|annuel|anual|year by year",
}  # fmt: skip
_EXACT = {
    period: re.compile(
        rf"(?<![\w-])(?:{words})(?![\w-])"
        r"(?!\s+(?:active|recurring|unique|paying|business review|review|planning|report|meeting|"
        r"newsletter|targets?|goals?|okrs?)\b)",
        re.IGNORECASE,
    )
    for period, words in _WORDS.items()
}
_PER = re.compile(rf"\b(?:per|each|every|for each)\s+{_UNIT}\b|\ba {_UNIT}\b", re.IGNORECASE)
_SPAN = re.compile(
    rf"\b(?:last|past|previous|over|for|these|the|of)\s+(?:the\s+|last\s+|past\s+)*(?:\d{{1,3}}|"
    rf"\w{{3,9}})\s+{_UNIT}s\b",
    re.IGNORECASE,
)
_ADJECTIVE = re.compile(r"\b(daily|weekly|monthly)\s+(?:active|unique|paying)", re.IGNORECASE)
_AGO = re.compile(rf"\b{_UNIT}s?\s+ago\b", re.IGNORECASE)


def read_period(field: str) -> Period | None:
    """The period a period field names ("weekly", "Weeks", "per month"), or None."""
    found = period_in_text(field)
    if found is not None:
        return found
    match = re.search(rf"\b{_UNIT}s?\b", field, re.IGNORECASE)
    return Period(match[1].casefold()) if match else None


def period_in_text(text: str) -> Period | None:
    """The period running text states, or None; lags ("5 weeks ago") are not statements."""
    hits = [(m.start(), p) for p, pattern in _EXACT.items() if (m := pattern.search(text))]
    if hits:
        return min(hits)[1]
    for pattern in (_SPAN, _PER):
        match = pattern.search(text)
        if match:
            return Period(next(group for group in match.groups() if group).casefold())
    match = _ADJECTIVE.search(text)
    if match:
        return {"daily": Period.DAY, "weekly": Period.WEEK, "monthly": Period.MONTH}[
            match[1].casefold()
        ]
    return None
