"""Sentences about the denominators instead of the rate: "closed deals rose from 50 to 72".

With denominators known, they are a second series of counts that may be checked the same way.
"""

from dataclasses import replace

from bot.analysis.verification.anchors import metric_stems
from bot.analysis.verification.series import SeriesView
from bot.analysis.verification.tokens import Token, stem
from bot.analysis.verification.vocabulary import PEOPLE


def choose_view(tokens: list[Token], view: SeriesView) -> SeriesView:
    """Return the view of the denominators when the sentence speaks of them alone."""
    sizes = view.question.denominators
    if sizes is None or not view.is_rate:
        return view
    lows = {token.low for token in tokens}
    own = metric_stems(view.question)
    if lows & {"%", "points", "pp", "percent"} or any(stem(low) in own for low in lows):
        return view
    if not lows & PEOPLE:
        return view
    return replace(view, values=tuple(sizes), unit="count")
