"""Format and length: is it an answer of this product, and of a size people read."""

import re

from bot.analysis.answer import AnswerSections, Section, render_answer
from bot.analysis.facts import Verdict
from bot.analysis.quality.finding import QualityCheck, QualityFinding, failed, passed

# The product's target is 80-300 words; curated and synthetic examples aim at 80-250, so that
# prompt and answer stay under about 1,000 tokens (DESIGN, "Facts are compact").
MINIMUM_WORDS = 80
MAXIMUM_WORDS = 250
# "Not enough evidence" may be short (PRODUCT, "The answer"); under 20 words it cannot hold what
# was seen, who waits for what, and the urgency.
MINIMUM_WORDS_INSUFFICIENT = 20

_WORD = re.compile(r"[^\W_]+(?:['’.,:/%-][^\W_]+)*", re.UNICODE)
_URGENCY = re.compile(r"^(high|medium|low)\b[\s.,;:–—-]*(.*)$", re.IGNORECASE | re.DOTALL)
# "High. Money." is a level and no reason; three words are the shortest that say why.
_REASON_WORDS = 3


def count_words(text: str) -> int:
    """Count words; "12.5 %", "week-over-week" and "€1,200" are one each."""
    return len(_WORD.findall(text))


def check_format(sections: AnswerSections) -> QualityFinding:
    """All three parts are there, and the urgency is a level followed by its reason."""
    missing = [s.value.replace("_", " ") for s in Section if not sections.part(s).strip()]
    if missing:
        return failed(QualityCheck.FORMAT, f"Missing part: {', '.join(missing)}.")
    urgency = _URGENCY.match(sections.urgency.strip())
    if urgency is None:
        opening = sections.urgency.strip()[:30]
        return failed(
            QualityCheck.FORMAT, f"Urgency starts with “{opening}”, not with High, Medium or Low."
        )
    if count_words(urgency.group(2)) < _REASON_WORDS:
        return failed(QualityCheck.FORMAT, "Urgency gives a level without saying why.")
    for part in Section:
        if re.search(r"(?im)^\W*(analysis|recommended action|urgency)\W*:", sections.part(part)):
            return failed(QualityCheck.FORMAT, f"A heading stands inside the {part.value}.")
    return passed(QualityCheck.FORMAT)


def check_length(sections: AnswerSections, verdict: Verdict | None) -> QualityFinding:
    """The whole answer has a length people read; less is asked where evidence is missing."""
    words = count_words(render_answer(sections))
    thin = verdict is Verdict.INSUFFICIENT_EVIDENCE
    minimum = MINIMUM_WORDS_INSUFFICIENT if thin else MINIMUM_WORDS
    if words < minimum:
        return failed(QualityCheck.LENGTH, f"{words} words; at least {minimum} are needed.")
    if words > MAXIMUM_WORDS:
        return failed(QualityCheck.LENGTH, f"{words} words; at most {MAXIMUM_WORDS} are read.")
    return passed(QualityCheck.LENGTH, f"{words} words.")
