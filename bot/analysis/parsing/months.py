"""Month names in the languages people paste, from Babel's locale data.

Looks names up; reads no dates (see `bot.analysis.parsing.labels_of_time`). The data are
constant, so caching them keeps the functions pure; the process locale is never touched.
"""

from functools import lru_cache

from babel import Locale

# English first: where two languages disagree on a word, the earlier one wins.
LANGUAGES = (
    "en", "de", "fr", "es", "it", "pt", "nl", "sv", "da", "nb", "fi", "pl", "cs", "ro", "hu",
    "tr", "ru", "uk", "el", "id",
)  # fmt: skip
DECIMAL_COMMA_LANGUAGES = frozenset(LANGUAGES) - {"en"}
_EXTRA = {"sept": 9, "juil": 7, "janv": 1, "févr": 2, "fevr": 2, "avr": 4, "déc": 12, "mär": 3}


@lru_cache(maxsize=1)
def month_names() -> dict[str, tuple[int, str]]:
    """Lower-case month name or abbreviation -> (month 1-12, language)."""
    names: dict[str, tuple[int, str]] = {}
    for language in LANGUAGES:
        months = Locale(language).months
        for form in ("format", "stand-alone"):
            for width in ("wide", "abbreviated"):
                for number, name in months[form][width].items():
                    plain = name.casefold().strip(" .")
                    if len(plain) >= 3 and not plain.isdigit():
                        names.setdefault(plain, (number, language))
    for name, number in _EXTRA.items():
        names.setdefault(name, (number, "en" if name == "sept" else "fr"))
    return names


def month_number(word: str) -> int | None:
    """Month 1-12 a word names in any known language, or None."""
    found = month_names().get(word.casefold().strip(" .,"))
    return found[0] if found else None


def month_language(word: str) -> str | None:
    """Language code whose month name this is ("juin" -> "fr"), or None."""
    found = month_names().get(word.casefold().strip(" .,"))
    return found[1] if found else None
