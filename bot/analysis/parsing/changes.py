"""Recorded changes: what the team did or saw, and which value it can first have touched.

Reads "redesign 5 weeks ago", "price change on 3 June", "since the 12 June release", in the
changes field or in running text. A change is a suspect; nothing is proved here.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from bot.analysis.parsing.calendar import DAYS_IN, MONTHS_IN
from bot.analysis.parsing.cleaning import one_line
from bot.analysis.parsing.months import month_names
from bot.analysis.parsing.time_labels import NUMBER_WORDS, LabelKind, TimeLabel, read_label
from bot.analysis.parsing.vocabulary import mentions_change
from bot.analysis.parsing.years import resolve_days
from bot.analysis.question import Period, RecordedChange

MAX_CHANGES = 20
_DATED = {LabelKind.DAY, LabelKind.NUMERIC, LabelKind.MONTH, LabelKind.QUARTER}
WHAT_CHARACTERS = 100

_COUNT = (
    r"(?:about |around |roughly |~|ca\.? )?(?P<count>\d{1,3}(?:\.\d)?|a couple of|an?|one|two|"
    r"three|four|five|six|seven|eight|nine|ten|eleven|twelve)"
)
_AGO = re.compile(
    rf"{_COUNT}[\s-]+(?P<word>day|week|wk|month|quarter|year)s?[\s-]+(?:ago|back|earlier)\b",
    re.IGNORECASE,
)
_AGO_ELSEWHERE = re.compile(
    r"\b(?:vor|seit|hace|há|il y a|depuis|för|"
    r"for)\s+(?P<count>\d{1,3})\s+(?P<word>[^\W\d_]{3,10})(?:\s+sedan)?\b|"
    r"\b(?P<count2>\d{1,3})\s+(?P<word2>[^\W\d_]{3,10})\s+(?:fa|atrás|geleden|siden|sedan)\b",
    re.IGNORECASE,
)
_WORD_STEMS = {
    Period.DAY: ("tag", "día", "dia", "jour", "giorn", "dag"),
    Period.WEEK: ("woche", "semana", "semaine", "settiman", "veck", "uge", "uke", "week"),
    Period.MONTH: ("monat", "mes", "mois", "månad", "maand", "måned"),
    Period.YEAR: ("jahr", "año", "ano", "an", "anni", "år", "jaar"),
}
_LAST = re.compile(
    r"\b(?:(?:early |late |mid-?)?(?P<which>last|previous|this|current) (?P<word>week|month|"
    r"quarter|year)|"
    r"(?P<day>yesterday|today|this morning))\b", re.IGNORECASE,
)  # fmt: skip
_POSITION = re.compile(
    r"\b(?P<word>week|wk|day|month|quarter|period|value|"
    r"point)[ #]{0,2}(?P<number>\d{1,4})\b(?!\s*(?:%|ago))",
    re.IGNORECASE,
)
_MONTHS = "|".join(sorted((re.escape(name) for name in month_names()), key=len, reverse=True))
_WRITTEN_DATE = re.compile(
    rf"\b(?:\d{{4}}-\d{{1,2}}-\d{{1,2}}|\d{{1,2}}[/.]\d{{1,2}}(?:[/.]\d{{2,4}}|\.)|"
    rf"\d{{1,2}}/\d{{1,2}}|\d{{1,2}}(?:st|nd|rd|th|\.|"
    rf"er)?[ -](?:of )?(?:{_MONTHS})\b\.?(?:,? \d{{4}})?|"
    rf"(?:{_MONTHS})\b\.? \d{{1,2}}(?:st|nd|rd|th)?\b(?!\s*%)(?:,? \d{{4}})?)", re.IGNORECASE,
)  # fmt: skip
_MONTH_IN = re.compile(
    rf"\b(?:in|since|from|during|early|late|mid|mid-|end of|start of|"
    rf"beginning of)[ -](?P<month>{_MONTHS})\b(?: (?P<year>\d{{4}}))?",
    re.IGNORECASE,
)
_YEAR_AND_MONTH = re.compile(
    rf"\b(?:{_MONTHS})\b\.?,? (?:19|20)\d{{2}}\b|\b(?:19|20)\d{{2}}-(?:0[1-9]|1[0-2])\b(?!-)|"
    r"\bq[1-4] (?:19|20)\d{2}\b",
    re.IGNORECASE,
)
_MONTH_AT_EDGE = re.compile(
    rf"(?:^|[,(]\s*)(?P<month>{_MONTHS})\b\.?(?=\s*[):,–-]|\s*$)", re.IGNORECASE
)
_NO_CHANGE = re.compile(
    r"(?:none|nothing|nil|no|nope|n/a|unknown|not aware of any(?:thing)?|"
    r"no (?:known |recent |recorded |other )?(?:changes?|releases?|events?))"
    r"(?:[, ]+(?:that|which)? ?(?:i|we) (?:know|knew|are aware|can think|remember|recall|did|made)"
    r"\b.*|[, ]+(?:that )?i'?m aware of.*| known.*| recorded.*| shipped.*| launched.*| released.*|"
    r" really| to report| so far| yet| new| special| recently| (?:this|in|during|over) .*)?",
    re.IGNORECASE,
)
_EXCEPTION = re.compile(
    r"(?:none|nothing|no (?:\w+ )?changes?)\b[^.;]{0,20}?\b(?:except|apart from|other than|but)\b"
    r"(?: for)?\s*",
    re.IGNORECASE,
)
_SPLIT_ITEMS = re.compile(r"\s*(?:;|\n|\||•)\s*|(?<=[a-z)\d])\.\s+(?=[A-Z])")
_SPLIT_COMMA = re.compile(r",\s+(?:and\s+)?|\s+and\s+(?=\w)")
_CLAUSES = re.compile(
    r"[;\n•]|(?<=[^\s.]{2})[.!?](?=\s|$)|,\s+(?!\d{4}\b)|\s+(?:and|but|while|whereas)\s+|"
    r"\s[-–—]\s|\s+(?=(?:since|after|following)\b)",
    re.IGNORECASE,
)
_FILLER = re.compile(
    r"^(?:(?:and|but|so|also|note|fyi|since|after|before|because|we|i|they|the team|our team|our|"
    r"the|a|an|there|was|were|is|has|have|had|"
    r"just|only|been|did|on|in|at|from|around|about|of|ever|it|happened|possibly|maybe|context|"
    r"btw|hi|team|known|recent|change|that|when|which)\b[\s:,-]*)+",
    re.IGNORECASE,
)
_TAIL = re.compile(
    r"[\s,:(\[-]*(?:\b(?:on|in|at|since|from|around|about|the|during|was|were|went live|of|and|"
    r"happened|as of|starting|effective|dated|late|early|mid|end of|we|did)\b[\s,:(\[)-]*)*$",
    re.IGNORECASE,
)


_AFTERWARDS = re.compile(
    r"\s+(?:it|we|they|which|that|keeps?|kept|so|but|and|fell|dropped|went(?! from\b| live\b)|"
    r"things|numbers (?=\w+(?:ed|l|t|n)\b)|(?:has|have|had|is|was|were)(?!\s+(?:been\s+)?(?:\w+ed|"
    r"cut|put|built|sent|split|shown|hidden|made|rewritten)\b))(?:\b|(?<=\s))",
    re.IGNORECASE,
)
_CAUSE = re.compile(r"\b(?:since|after|following|because of|due to|ever since)\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class SeriesFrame:
    """Where the values lie in time, for placing a change among them."""

    length: int
    period: Period
    today: date
    dates: tuple[date, ...] | None = None
    first_position: int = 1
    day_first: bool | None = None


@dataclass(frozen=True, slots=True)
class FoundTime:
    """A time expression in a text: its span and what it says (exactly one is set)."""

    start: int
    end: int
    day: date | None = None
    days_ago: float | None = None
    ago_period: Period | None = None
    position: int | None = None


def find_time(text: str, frame: SeriesFrame) -> FoundTime | None:
    """The first time expression in a text that can place a change, or None."""
    if match := _AGO.search(text):
        count = NUMBER_WORDS.get(match["count"].casefold()) or float(match["count"])
        period = _period(match["word"])
        return FoundTime(
            match.start(), match.end(), days_ago=count * DAYS_IN[period], ago_period=period
        )
    if match := _AGO_ELSEWHERE.search(text):
        word = (match["word"] or match["word2"]).casefold()
        found = next((p for p, stems in _WORD_STEMS.items() if word.startswith(stems)), None)
        if found is not None:
            days = int(match["count"] or match["count2"]) * DAYS_IN[found]
            return FoundTime(match.start(), match.end(), days_ago=days, ago_period=found)
    if match := _WRITTEN_DATE.search(text):
        day = _day_of(read_label(match[0]), frame)
        if day is not None:
            return FoundTime(match.start(), match.end(), day=day)
    if match := _YEAR_AND_MONTH.search(text):
        day = _day_of(read_label(match[0].replace(",", "")), frame)
        if day is not None:
            return FoundTime(match.start(), match.end(), day=day)
    if match := _LAST.search(text):
        if match["day"]:
            back = 1.0 if match["day"].casefold() == "yesterday" else 0.0
            return FoundTime(match.start(), match.end(), days_ago=back, ago_period=Period.DAY)
        period = _period(match["word"])
        back = DAYS_IN[period] if match["which"].casefold() in {"last", "previous"} else 0.0
        return FoundTime(match.start(), match.end(), days_ago=back, ago_period=period)
    if match := _POSITION.search(text):
        return FoundTime(match.start(), match.end(), position=int(match["number"]))
    if match := _MONTH_IN.search(text) or _MONTH_AT_EDGE.search(text):
        label = read_label(f"{match['month']} {match.groupdict().get('year') or ''}".strip())
        day = _day_of(label, frame)
        if day is not None:
            return FoundTime(match.start(), match.end(), day=day)
    return None


def _period(word: str) -> Period:
    return {"wk": Period.WEEK}.get(word.casefold()) or Period(word.casefold())


def _day_of(label: TimeLabel | None, frame: SeriesFrame) -> date | None:
    """The day a label means; an open year is the one inside or just before the series."""
    if label is None or label.kind not in _DATED:
        return None
    if label.kind is LabelKind.NUMERIC and frame.day_first is False and label.day is not None:
        first, second = label.month, label.day
        label = TimeLabel(LabelKind.DAY, label.text, label.year, month=first, day=second)
    anchor = frame.dates[-1] if frame.dates else frame.today
    days, _, _ = resolve_days([label], today=max(anchor, min(frame.today, anchor)), period=None)
    return days[0] if days else None


def read_changes(text: str, frame: SeriesFrame) -> tuple[RecordedChange, ...]:
    """Every change listed in a changes field, placed where its time allows."""
    changes: list[RecordedChange] = []
    for item in _items(text, frame):
        plain = item.strip(" \t-–•*.,")
        exception = _EXCEPTION.match(plain)
        plain = plain[exception.end() :] if exception else plain
        if plain and not _NO_CHANGE.fullmatch(plain):
            changes.append(_make(plain, find_time(plain, frame), frame, listed=True))
    return tuple(changes[:MAX_CHANGES])


def _items(text: str, frame: SeriesFrame) -> list[str]:
    items: list[str] = []
    for item in _SPLIT_ITEMS.split(text[:5000]):
        parts = _SPLIT_COMMA.split(item)
        timed = [find_time(part, frame) is not None for part in parts]
        if len(parts) > 1 and all(timed):
            items.extend(parts)
        else:
            items.append(item)
    return items


def find_changes(text: str, frame: SeriesFrame) -> tuple[RecordedChange, ...]:
    """Changes told in running text: a clause with a time and a word such as release or price."""
    clauses = change_clauses(text, frame)[:MAX_CHANGES]
    return tuple(_make(clause, find_time(clause, frame), frame) for clause in clauses)


def change_clauses(text: str, frame: SeriesFrame) -> list[str]:
    """Clauses of running text that tell a change with its time."""
    found = []
    for part in _CLAUSES.split(text[:20_000]):
        clause = (part or "").strip()
        if not 4 < len(clause) < 300 or not re.search(r"[^\W\d]", clause):
            continue
        time = find_time(clause, frame)
        if time is None:
            continue
        rest = clause[: time.start] + " " + clause[time.end :]
        if mentions_change(rest):
            found.append(clause)
    return found


def _make(
    text: str, time: FoundTime | None, frame: SeriesFrame, *, listed: bool = False
) -> RecordedChange:
    """A change of a clause; a `listed` one is told whole, running text may go on to the effect."""
    if time is None:
        return RecordedChange(what=one_line(text, WHAT_CHARACTERS))
    head = text[: time.start]
    cause = [match.end() for match in _CAUSE.finditer(head)]
    before = _TAIL.sub("", head[cause[-1] :] if cause else head).strip(" ,:;-–()[]")
    after = text[time.end :].strip(" ,:;-–()[].")
    before = _FILLER.sub("", before + " ").strip()
    after = _FILLER.sub("", after + " ").strip() if not before else after
    if not listed:
        after = _AFTERWARDS.split(after, maxsplit=1)[0].strip(" ,:;-") or after
    what = f"{before} {after}".strip() if before and after else before or after
    what = one_line(what or text, WHAT_CHARACTERS)
    periods_ago = None
    if time.days_ago is not None:
        same = time.ago_period is frame.period
        periods_ago = round(time.days_ago / DAYS_IN[frame.period], 0 if same else 2)
    return RecordedChange(
        what=what, index=place_change(time, frame), day=time.day, periods_ago=periods_ago
    )


def place_change(time: FoundTime, frame: SeriesFrame) -> int | None:
    """0-based position of the first value a change at this time can have touched, or None."""
    index: int | None = None
    if time.position is not None:
        index = time.position - frame.first_position
    elif time.days_ago is not None:
        index = frame.length - 1 - int(time.days_ago / DAYS_IN[frame.period] + 1e-6)
    elif time.day is not None and frame.dates:
        index = _period_holding(time.day, frame.dates, frame.period)
    elif time.day is not None:
        index = frame.length - 1 - _periods_back(time.day, frame)
    return index if index is not None and 0 <= index < frame.length else None


def _period_holding(day: date, dates: Sequence[date], period: Period) -> int | None:
    if day < dates[0] or (day - dates[-1]).days >= DAYS_IN[period]:
        return None
    return max(i for i, start in enumerate(dates) if start <= day)


def _periods_back(day: date, frame: SeriesFrame) -> int:
    if day > frame.today:
        return -1
    if frame.period in MONTHS_IN:
        months = (frame.today.year - day.year) * 12 + frame.today.month - day.month
        return months // MONTHS_IN[frame.period]
    return int((frame.today - day).days // DAYS_IN[frame.period])
