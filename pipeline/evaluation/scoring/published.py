"""The checks that earlier teams published, as they published them, for comparison only.

Format: names the metric, recommends an action, 150 to 500 words, does more than hedge. Facts:
1 - unseen numbers / (numbers + 1). Our own checks are in `form` and `facts`.
"""

import re

from bot.analysis.answer import AnswerSections, answer_sentences
from bot.analysis.quality.shape import count_words

MINIMUM_WORDS = 150
MAXIMUM_WORDS = 500
_NUMBER = re.compile(r"(?<![\w.])\d+(?:[.,]\d+)*")
_RECOMMENDS = re.compile(r"\brecommend|\bwe should\b|\baction:", re.IGNORECASE)
_HEDGE = re.compile(
    r"\b(?:may|might|could|perhaps|possibly|maybe|unclear|uncertain|hard to (?:say|tell)|depends|"
    r"it is possible|not enough|difficult to)\b",
    re.IGNORECASE,
)
_SMALL = {"the", "of", "to", "per", "and", "rate", "in", "for", "a"}


def check_published_format(text: str, sections: AnswerSections, metric: str) -> dict[str, bool]:
    """Return each published check by name, and `compliant` when all of them hold."""
    words = count_words(text)
    checks = {
        "names_metric": names_metric(text, metric),
        "recommends": bool(sections.recommended_action.strip() or _RECOMMENDS.search(text)),
        "length": MINIMUM_WORDS <= words <= MAXIMUM_WORDS,
        "not_only_hedging": not hedges_only(sections),
    }
    return {**checks, "compliant": all(checks.values())}


def names_metric(text: str, metric: str) -> bool:
    """Tell whether the metric's name, or every distinctive word of it, stands in the text."""
    lowered = text.lower()
    if metric.strip() and metric.lower() in lowered:
        return True
    words = [w for w in re.findall(r"[^\W_]+", metric.lower()) if w not in _SMALL and len(w) > 2]
    return bool(words) and all(re.search(rf"\b{re.escape(w[:6])}", lowered) for w in words)


def hedges_only(sections: AnswerSections) -> bool:
    """Tell whether no sentence of the analysis or action commits itself."""
    body = AnswerSections(
        analysis=sections.analysis, recommended_action=sections.recommended_action
    )
    sentences = answer_sentences(body)
    return not any(not _HEDGE.search(sentence.text) for sentence in sentences)


def published_factuality(text: str, given: str) -> float:
    """Return 1 - unseen / (numbers + 1), 0 to 1.

    Numbers are numerals of the answer; unseen ones do not stand in `given`, the input the writer
    had. A right number on the wrong week passes, a rightly derived one does not: that is why it
    is not a gate.
    """
    known = {_value(match) for match in _NUMBER.findall(given)}
    numbers = [_value(match) for match in _NUMBER.findall(text)]
    unseen = sum(number not in known for number in numbers)
    return 1 - unseen / (len(numbers) + 1)


def _value(numeral: str) -> float:
    groups = re.fullmatch(r"\d{1,3}(?:,\d{3})+(?:\.\d+)?", numeral)
    plain = numeral.replace(",", "") if groups else numeral.replace(",", ".")
    try:
        return float(plain)
    except ValueError:  # 1.2.3: a version, an address
        return float("nan")
