"""A reply under a catalogue answer -> what is to be read next: another place or a longer window.

"And in US Enterprise?" keeps metric and window, "the last 20 weeks" keeps metric and place. What
the values at hand can answer (a shorter window, a period left out) is `bot.analysis.follow_up`'s.
"""

import re
from datetime import date

from bot.analysis.catalogue.model import CatalogueMetric
from bot.analysis.catalogue.request import (
    QUESTION_CHARACTERS,
    CatalogueRequest,
    choose_place,
)
from bot.analysis.catalogue.window import Window, WindowError, read_window, states_window
from bot.analysis.parsing.calendar import add_periods
from bot.analysis.parsing.cleaning import clean_text, one_line
from bot.analysis.question import MetricQuestion

_LEFT_OUT = re.compile(r"\b(?:exclud|without|ignor|omit|leav(?:e|ing) out|except)", re.IGNORECASE)


def follow_request(
    metric: CatalogueMetric, before: MetricQuestion, text: str, today: date
) -> CatalogueRequest | None:
    """Make the next request; None when the reply names no other place and no longer window.

    Raises:
        UnreadableQuestionError: it names two segments or markets at once.
    """
    reply = clean_text(text).strip()
    if before.dates is None or _LEFT_OUT.search(reply):
        return None
    window = _longer_window(metric, before, reply, today)
    segment = choose_place(reply, metric.segments, "segment", metric)
    market = choose_place(reply, metric.markets, "market", metric)
    if window is None and segment is None and market is None:
        return None
    place = before.context.split(";")[0]
    end = add_periods(before.dates[-1], 1, metric.period)
    return CatalogueRequest(
        metric=metric,
        window=window or Window(before.dates[0], end),
        segment=segment or choose_place(place, metric.segments, "segment", metric),
        market=market or choose_place(place, metric.markets, "market", metric),
        question=one_line(reply, QUESTION_CHARACTERS),
        source_text=f"{before.source_text}\n\n{reply}".strip(),
        notes=("Read again for this follow-up; the metric is the same.",),
    )


def _longer_window(
    metric: CatalogueMetric, before: MetricQuestion, reply: str, today: date
) -> Window | None:
    if not states_window(reply, metric.period, today):
        return None
    try:
        window = read_window(reply.casefold(), metric.period, today).window
    except WindowError:
        return None
    return window if len(window.periods(metric.period)) > len(before.values) else None
