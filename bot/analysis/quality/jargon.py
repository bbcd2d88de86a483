"""Jargon: abbreviations and terms of art that the company's glossary does not carry.

A term counts as known when the glossary has it, when the asker used it, or when the answer
explains it in brackets. Reading the glossary file is the caller's business.
"""

import re
from dataclasses import dataclass, field

from bot.analysis.quality.finding import QualityCheck, QualityFinding, failed, passed

# Two to six capitals (digits allowed inside), the length of abbreviations people write, and three
# letters like DiD. Longer runs of capitals are shouting, single letters are labels ("variant B").
_ABBREVIATION = re.compile(
    r"(?<![\w@#.-])(?:(?=[A-Z0-9/&]*[A-Z]{2})[A-Z][A-Z0-9]*(?:[/&][A-Z0-9]+)*|[A-Z][a-z][A-Z])"
    r"(?=s?(?![\w-]))"
)
_ABBREVIATION_LENGTH = 6


@dataclass(frozen=True)
class Glossary:
    """The reviewed terms.

    `terms` (lower case) may be used without explanation; `avoid` maps a term of art to what to
    say instead; `meanings` explains those terms (lower case) that need it.
    """

    terms: frozenset[str]
    avoid: dict[str, str]
    meanings: dict[str, str] = field(default_factory=dict)

    def knows(self, term: str) -> bool:
        """Tell whether a term, or its singular, is in the glossary."""
        lowered = term.lower()
        return lowered in self.terms or lowered.removesuffix("s") in self.terms


def check_jargon(text: str, glossary: Glossary, asked: str = "") -> QualityFinding:
    """Every abbreviation is known and no term of art is used that has a plainer word.

    `asked` is what the user wrote: their own vocabulary may be used back.
    """
    known = f" {asked.lower()} "
    problems = [
        f"“{term}” is in no glossary"
        for term in find_unknown_abbreviations(text, glossary)
        if not re.search(rf"\b{re.escape(term.lower())}s?\b", known)
    ]
    lowered = text.lower()
    problems += [
        f"“{term}”: say {plain}"
        for term, plain in glossary.avoid.items()
        if re.search(rf"\b{re.escape(term)}\b", lowered)
        and not re.search(rf"\b{re.escape(term)}\b", known)
        and not glossary.knows(term)
    ]
    if problems:
        return failed(QualityCheck.JARGON, "; ".join(problems[:3]) + ".")
    return passed(QualityCheck.JARGON)


def find_unknown_abbreviations(text: str, glossary: Glossary) -> list[str]:
    """List abbreviations that are neither in the glossary nor explained in the text."""
    unknown: list[str] = []
    for match in _ABBREVIATION.finditer(text):
        term = match.group(0)
        parts = re.split(r"[/&]", term)
        is_known = glossary.knows(term) or all(glossary.knows(part) for part in parts)
        is_explained = re.search(
            rf"\b{re.escape(term)}s?(?:\s+[\w-]+){{0,2}}\s+\([a-z]|\([^)]*\b{re.escape(term)}s?\)",
            text,
        )
        shouted = max(len(part) for part in parts) > _ABBREVIATION_LENGTH
        if not is_known and not is_explained and not shouted and term not in unknown:
            unknown.append(term)
    return unknown
