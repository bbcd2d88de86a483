"""Language: is it English, judged by the share of function words; no model, no dictionary."""

import re

from bot.analysis.quality.finding import QualityCheck, QualityFinding, failed, passed

# Curated answers (108 to 200 words) consist of these words to 40-61 %, the English sentences of
# tests/corpora/quality to at least 31 %; other languages there to at most 13 %.
MINIMUM_ENGLISH_SHARE = 0.20
# Shorter texts cannot be told apart by shares.
MINIMUM_WORDS_TO_JUDGE = 8

_ENGLISH_WORDS = (
    "a about above after again against all also an and any are as at be because been before being "
    "below between both but by can could did do does down during each enough few first for from "
    "further had has have here how i if in into is it its itself just last least less like likely "
    "may might more most much must neither next no nor not nothing now of off on once one only or "
    "other our out over own per rather same shall should since so some still such than that the "
    "their them then there these they this those through to too two under until up us very was we "
    "week weeks were what when where whether which while who whose why will with within without "
    "would you your"
)
_ENGLISH = frozenset(_ENGLISH_WORDS.split())
_LETTERS = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)?")
# Scripts other than Latin: no need to count words.
_FOREIGN_SCRIPT = re.compile(r"[\u0370-\u1fff\u2e80-\ud7ff\uf900-\ufdff\ufe70-\ufeff]")
_FOREIGN_LETTERS_ALLOWED = 3  # a Greek symbol or a city name is no foreign language


def english_share(text: str) -> float:
    """Return the share of words that are English function words; 0 for a text without words."""
    words = [word.lower() for word in _LETTERS.findall(text)]
    if not words:
        return 0.0
    return sum(word in _ENGLISH for word in words) / len(words)


def check_language(text: str) -> QualityFinding:
    """The answer is written in English, the language the product is tested in."""
    if len(_FOREIGN_SCRIPT.findall(text)) > _FOREIGN_LETTERS_ALLOWED:
        return failed(QualityCheck.LANGUAGE, "Holds text in another script.")
    words = len(_LETTERS.findall(text))
    if words < MINIMUM_WORDS_TO_JUDGE:
        return passed(QualityCheck.LANGUAGE, f"{words} words are too few to judge.")
    share = english_share(text)
    if share < MINIMUM_ENGLISH_SHARE:
        return failed(
            QualityCheck.LANGUAGE,
            f"{share:.0%} of the words are English function words;"
            f" English has at least {MINIMUM_ENGLISH_SHARE:.0%}.",
        )
    return passed(QualityCheck.LANGUAGE, f"{share:.0%} English function words.")
