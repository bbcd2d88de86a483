"""Which metric a text means: an exact name, a misspelt one, or a question back with candidates.

Takes a name only when no other is nearly as likely. Computes nothing else of the question.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

from bot.analysis.catalogue.model import Catalogue, CatalogueMetric
from bot.analysis.catalogue.names import words_of

# Likeness of two spellings, 0 to 1 (Ratcliff and Obershelp). One wrong letter in ten gives 0.9;
# below 0.72 names have little more in common than ordinary words.
SURE = 0.86
POSSIBLE = 0.72
CLEARLY_BETTER = 0.08  # a second candidate this near makes the choice a guess
MOST_CANDIDATES = 5
SHORTEST_FUZZY = 5  # characters: shorter names have too many neighbours one letter away
# Words that many metrics share and that therefore name none.
_GENERIC = frozenset(
    words_of(
        "a an and average by count for gross in median metric net new number of our over per rate"
        " ratio score share than the time to total value"
    )
)


@dataclass(frozen=True)
class Resolved:
    """The metric meant; `read_as` is what was written when that is not one of its names."""

    metric: CatalogueMetric
    words: tuple[str, ...]
    read_as: str = ""


@dataclass(frozen=True)
class Unsure:
    """Several metrics may be meant, best first."""

    candidates: tuple[CatalogueMetric, ...]


def resolve_metric(text: str, catalogue: Catalogue) -> Resolved | Unsure | None:
    """Find the metric a text names; None when nothing in it resembles one."""
    words = words_of(text)
    exact = _exact(words, catalogue)
    if len(exact) == 1:
        return exact[0]
    if exact:
        return Unsure(_distinct(found.metric for found in exact))
    return _fuzzy(words, catalogue)


def _exact(words: Sequence[str], catalogue: Catalogue) -> list[Resolved]:
    """List the metrics named outright; a name inside a longer one does not count."""
    spans: list[tuple[int, int, CatalogueMetric]] = []
    for metric in catalogue.metrics:
        for spelling in metric.spellings:
            wanted = spelling.split()
            size = len(wanted)
            spans += [
                (at, at + size, metric)
                for at in range(len(words) - size + 1)
                if list(words[at : at + size]) == wanted
            ]
    outer = [
        span
        for span in spans
        if not any(
            other[0] <= span[0] and span[1] <= other[1] and other[1] - other[0] > span[1] - span[0]
            for other in spans
        )
    ]
    found: dict[str, Resolved] = {}
    for first, last, metric in outer:
        found.setdefault(metric.name, Resolved(metric, tuple(words[first:last])))
    return list(found.values())


def _fuzzy(words: Sequence[str], catalogue: Catalogue) -> Resolved | Unsure | None:
    scored = sorted(
        (_best_window(words, metric) for metric in catalogue.metrics),
        key=lambda item: (-item[0], item[1].metric.name),
    )
    likely = [item for item in scored if item[0] >= POSSIBLE]
    if likely and likely[0][0] >= SURE:
        near = [item for item in likely if item[0] > likely[0][0] - CLEARLY_BETTER]
        if len(near) == 1:
            return likely[0][1]
    candidates = [item[1].metric for item in likely] + list(_sharing_a_word(words, catalogue))
    distinct = _distinct(candidates)
    return Unsure(distinct[:MOST_CANDIDATES]) if distinct else None


def _best_window(words: Sequence[str], metric: CatalogueMetric) -> tuple[float, Resolved]:
    """Score the stretch of text most like one of the metric's names."""
    best = (0.0, Resolved(metric, ()))
    for spelling in metric.spellings:
        size = len(spelling.split())
        if len(spelling) < SHORTEST_FUZZY:
            continue
        for at in range(max(len(words) - size + 1, 0)):
            window = tuple(words[at : at + size])
            written = " ".join(window)
            # A different first letter is seldom a slip of the finger ("motivation").
            if written[:1] != spelling[:1] or set(window) <= _GENERIC:
                continue
            score = SequenceMatcher(None, written, spelling).ratio()
            if score > best[0]:
                best = (score, Resolved(metric, window, read_as=written))
    return best


def _sharing_a_word(words: Sequence[str], catalogue: Catalogue) -> Iterator[CatalogueMetric]:
    """Give the metrics of which a telling word was written ("conversion")."""
    written = set(words) - _GENERIC
    for metric in catalogue.metrics:
        if any(written & set(spelling.split()) for spelling in metric.spellings):
            yield metric


def _distinct(
    metrics: Iterator[CatalogueMetric] | Sequence[CatalogueMetric],
) -> tuple[CatalogueMetric, ...]:
    return tuple({metric.name: metric for metric in metrics}.values())
