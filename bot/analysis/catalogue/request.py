"""A text that names a catalogue metric and carries no values -> what is to be read.

Part of step 2 of the walk, before the ordinary reading of values. Where a name, segment or window
is not clear it raises the problem for the asker instead of guessing.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from bot.analysis.catalogue.model import Catalogue, CatalogueMetric, Choice
from bot.analysis.catalogue.names import normalise, words_of
from bot.analysis.catalogue.resolve import Resolved, Unsure, resolve_metric
from bot.analysis.catalogue.window import Window, WindowError, read_window
from bot.analysis.parsing.cleaning import clean_text, one_line
from bot.analysis.question import Problem, ProblemCode, UnreadableQuestionError

LONGEST_QUESTION = 400  # characters; a longer text is a brief with its own numbers
QUESTION_CHARACTERS = 200
# Words that are never a segment or market, in their compared form.
_HARMLESS = frozenset(
    words_of(
        "a about all an and any are as at be been both by change changed changing compare compared"
        " did do does doing down fall fallen falling general going group happened has have how i in"
        " is it its last look looking looks me more most much my of on only or other our overall"
        " please rise rising segment market see should show so than that the their then there these"
        " they this to today total trend trending up us was we week weekly month monthly what when"
        " where which why will with year you your detail particular period whole customer user"
        " business company days good bad better worse well"
    )
)
# Names that are also everyday words count only as the catalogue writes them ("US", not "us").
_EVERYDAY = frozenset(words_of("all an any at be do in is it me my no on or so to up us we"))
# Statements pasted in place of a name. They could do no harm (names are never put into SQL), but
# whoever sends them should hear that, and not get an answer to the rest.
_SQL = re.compile(
    r"\b(?:drop|truncate|alter)\s+(?:table|database|schema)\b|\bdelete\s+from\b|\binsert\s+into\b|"
    r"\bupdate\s+\w+\s+set\b|\bunion\s+(?:all\s+)?select\b|\bselect\s+.{1,80}\bfrom\b|;\s*--|"
    r"'\s*or\s+'?1'?\s*=\s*'?1|\bpg_sleep\b|\battach\s+database\b",
    re.IGNORECASE,
)
_PLACE = re.compile(
    r"\b(?:in|for|among|within)\s+"
    r"((?:(?!\b(?:in|for|among|within|over|since|what|why|how|and why)\b)"
    r"[^.,;:?!\n]){1,60})",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class CatalogueRequest:
    """What to read: metric, window, and the one segment and market meant (None: all)."""

    metric: CatalogueMetric
    window: Window
    segment: str | None
    market: str | None
    question: str
    source_text: str
    notes: tuple[str, ...] = ()

    @property
    def place(self) -> str:
        """Market and segment in words: "UK SMB"; empty when all are meant."""
        return " ".join(part for part in (self.market, self.segment) if part)


def read_request(raw: str, catalogue: Catalogue, today: date) -> CatalogueRequest | None:
    """Read a question by a metric's name; None when the text names none or brings its own values.

    Raises:
        UnreadableQuestionError: the metric, segment or window is not clear; lists what there is.
    """
    text = clean_text(raw)
    if not text.strip() or len(text) > LONGEST_QUESTION:
        return None
    lowered = text.casefold()
    found = resolve_metric(lowered, catalogue)
    if found is None:
        return None
    if _SQL.search(text):
        raise _unclear(
            "That looks like SQL. I run only the catalogue's reviewed queries and never text from a"
            " message. Ask in words, for example “how is"
            f" {_first_metric(found).name} over the last 8 weeks?”.",
            text,
            "question",
        )
    period = _first_metric(found).period
    try:
        read = read_window(lowered, period, today)
    except WindowError as error:
        if isinstance(found, Unsure):
            return None
        raise _unclear(str(error), text, "question") from error
    if _carries_numbers(read.rest, catalogue):
        return None
    if isinstance(found, Unsure):
        raise _ask_which(found, text)
    metric = found.metric
    segment = choose_place(text, metric.segments, "segment", metric)
    market = choose_place(text, metric.markets, "market", metric)
    _refuse_unknown_place(text, read.rest, found)
    notes = read.notes
    if found.read_as:
        notes = (f"“{found.read_as}” is read as {metric.name}.", *notes)
    return CatalogueRequest(
        metric=metric,
        window=read.window,
        segment=segment,
        market=market,
        question=one_line(text, QUESTION_CHARACTERS),
        source_text=raw,
        notes=notes,
    )


def list_names(metrics: Sequence[CatalogueMetric], most: int = 8) -> str:
    """Name metrics in a sentence; says how many more there are."""
    names = [metric.name for metric in metrics[:most]]
    more = len(metrics) - len(names)
    return ", ".join(names) + (f" and {more} more" if more > 0 else "")


def _first_metric(found: Resolved | Unsure) -> CatalogueMetric:
    return found.metric if isinstance(found, Resolved) else found.candidates[0]


def _carries_numbers(rest: str, catalogue: Catalogue) -> bool:
    """Tell whether digits are left that belong to no metric's or segment's name."""
    for metric in catalogue.metrics:
        names = [metric.name, *metric.aliases]
        for choice in (*metric.segments, *metric.markets):
            names += [choice.value, *choice.aliases]
        for name in names:
            if re.search(r"\d", name):
                rest = re.sub(re.escape(name.casefold()), " ", rest)
    return re.search(r"\d", rest) is not None


def _ask_which(found: Unsure, text: str) -> UnreadableQuestionError:
    candidates = found.candidates
    if len(candidates) == 1:
        message = f"Do you mean {candidates[0].name}? Ask again with that name and I look it up."
    else:
        names = ", ".join(metric.name for metric in candidates[:-1])
        message = (
            f"I am not sure which metric you mean: {names} or {candidates[-1].name}? Ask again with"
            " one of these names."
        )
    return _unclear(message, text, "metric")


def choose_place(
    text: str, choices: Sequence[Choice], noun: str, metric: CatalogueMetric
) -> str | None:
    """Find the one segment or market that a text names; None when it names none.

    Raises:
        UnreadableQuestionError: it names two.
    """
    words = words_of(text)
    found = []
    for choice in choices:
        for written in (choice.value, *choice.aliases):
            spelling = normalise(written)
            if _stands_in(spelling.split(), words) and _is_meant(written, spelling, text):
                found.append((choice.value, spelling))
    # "Mid-market" must not be read as a market called "Market": a name inside a longer one falls.
    outer = {
        value
        for value, spelling in found
        if not any(spelling != other and spelling in other for _, other in found)
    }
    if len(outer) > 1:
        names = " and ".join(sorted(outer))
        raise _unclear(
            f"{names} are two {noun}s of {metric.name}; I read one at a time. Ask for one of them,"
            f" or leave the {noun} out for all together.",
            text,
            "context",
        )
    return next(iter(outer), None)


def _stands_in(wanted: list[str], words: list[str]) -> bool:
    size = len(wanted)
    return any(words[at : at + size] == wanted for at in range(len(words) - size + 1))


def _is_meant(written: str, spelling: str, text: str) -> bool:
    if spelling not in _EVERYDAY:
        return True
    return re.search(rf"(?<!\w){re.escape(written)}(?!\w)", text) is not None


def _refuse_unknown_place(text: str, rest: str, found: Resolved) -> None:
    """A segment or market that the metric does not have must not be left out silently."""
    metric = found.metric
    known = set(found.words) | _HARMLESS
    for name in (*metric.spellings, *(s for c in metric.segments for s in c.spellings)):
        known |= set(name.split())
    known |= {word for c in metric.markets for s in c.spellings for word in s.split()}
    for match in _PLACE.finditer(rest):
        unknown = [word for word in words_of(match.group(1)) if word not in known]
        if unknown:
            raise _unclear(_say_places(unknown, metric), text, "context")


def _say_places(unknown: list[str], metric: CatalogueMetric) -> str:
    parts = [
        f"{noun}s {', '.join(choice.value for choice in choices)}"
        for noun, choices in (("segment", metric.segments), ("market", metric.markets))
        if choices
    ]
    has = " and ".join(parts) if parts else "neither segments nor markets"
    return (
        f"I do not know “{' '.join(unknown)[:60]}” as a segment or market of {metric.name}. It has"
        f" {has}. Ask again with one of these, or without."
    )


def _unclear(message: str, text: str, field: str) -> UnreadableQuestionError:
    problem = Problem(code=ProblemCode.NO_VALUES, message=message, field=field)
    return UnreadableQuestionError((problem,), {"question": text})
