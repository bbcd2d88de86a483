"""Other well-known metrics: "churn fell to 3 %" in an answer about activation.

The series proves nothing about a metric it does not hold. A number tied to one is refused unless
the user stated it (quotes are accepted before this is asked).
"""

from functools import lru_cache

from bot.analysis.question import MetricQuestion
from bot.analysis.verification.frame import Frame, Quantity
from bot.analysis.verification.tokens import plain_text, tokenize
from bot.analysis.verification.wordsets import words

# Names that go together: where the question speaks of one, the others are its synonyms.
_FAMILIES = (
    words("mrr arr revenue gmv sales turnover bookings"),
    words("churn retention cancellations attrition"),
    words("nps csat satisfaction ces"),
    words("ctr click-through"),
    words("cac cpa cpc cpm"),
    words("ltv clv"),
    words("arpu arpa aov"),
    words("dau mau wau stickiness"),
    words("roas roi"),
    words("bounce"),
    words("ebitda margin profit"),
)
_EXPANSIONS = {
    "nrr": words("retention revenue"),
    "grr": words("retention revenue"),
    "cvr": words("conversion"),
    "promoter": words("nps"),
    "promoters": words("nps"),
}
_TIES = words(
    "is was are were at of fell rose dropped climbed grew to by stands stood reached hit averaged "
    "averages about roughly around nearly over up down from improved worsened increased decreased "
    "declined slipped jumped now also only just a an the rate has have had gained lost"
)
TIE_REACH = 8


@lru_cache(maxsize=256)
def _known(question: MetricQuestion) -> frozenset[str]:
    texts = [question.metric, question.definition, question.context, question.question]
    texts += [change.what for change in question.changes]
    stated = {token.low for text in texts for token in tokenize(plain_text(text))}
    found = set(stated) | _acronyms(question.metric)
    for acronym, meant in _EXPANSIONS.items():
        if acronym in stated:
            found |= meant
    for family in _FAMILIES:
        if family & found:
            found |= family
    return frozenset(found)


def _acronyms(name: str) -> set[str]:
    """Return the initials of the words of a name: "Net promoter score" is NPS."""
    initials = "".join(token.low[0] for token in tokenize(plain_text(name)) if token.kind == "word")
    size = len(initials)
    return {initials[i:j] for i in range(size) for j in range(i + 2, size + 1)}


def names_other_metric(frame: Frame, q: Quantity) -> str:
    """Return the well-known metric a number is tied to when it is not the one asked about."""
    known = _known(frame.view.question)
    for at in range(q.i - 1, max(-1, q.i - 1 - TIE_REACH), -1):
        low = frame.low(at)
        if any(low in family for family in _FAMILIES):
            return "" if low in known else low
        if low not in _TIES and at not in frame.taken:
            return ""
    return ""
