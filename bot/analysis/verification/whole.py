"""Check one streamed sentence, or a whole answer with positions in its own text."""

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache

from bot.analysis.answer import AnswerSections, Section, render_answer, split_sentences
from bot.analysis.claims import Claim, Verification
from bot.analysis.facts import Findings
from bot.analysis.question import MetricQuestion
from bot.analysis.verification.frame import Context
from bot.analysis.verification.sentence import check_one
from bot.analysis.verification.series import SeriesView, view_series

# How many accepted sentences in front may leave something open ("from 42 %", "the redesign").
LOOK_BACK = 24
REMEMBERED_ANSWERS = 256  # contexts kept, so that a streamed answer checks each sentence once

_HEADING = re.compile(
    r"^[ \t*_#]{0,10}(analysis|recommended action|urgency)[ \t*_]{0,10}:[ \t*_]{0,10}",
    re.IGNORECASE | re.MULTILINE,
)


@lru_cache(maxsize=128)
def _view(question: MetricQuestion) -> SeriesView:
    return view_series(question)


class _Same:
    """Findings as a cache key: the same object, not merely an equal one."""

    __slots__ = ("findings",)

    def __init__(self, findings: Findings) -> None:
        self.findings = findings

    def __hash__(self) -> int:
        return id(self.findings)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Same) and other.findings is self.findings


@lru_cache(maxsize=REMEMBERED_ANSWERS)
def _context(same: _Same, accepted: tuple[str, ...]) -> Context:
    """Return what the accepted sentences leave open."""
    if not accepted:
        return Context()
    findings = same.findings
    before = _context(same, accepted[:-1])
    return check_one(accepted[-1], findings, _view(findings.question), Section.ANALYSIS, before)[1]


def check_sentence(
    sentence: str, findings: Findings, section: Section, accepted: Sequence[str] = ()
) -> Verification:
    """Check one finished sentence; `accepted` are the sentences already sent, oldest first."""
    before = _context(_Same(findings), tuple(accepted[-LOOK_BACK:]))
    claims: list[Claim] = []
    position = 0
    for part in _parts(sentence):
        start = max(position, sentence.find(part, position))
        found, before = check_one(part, findings, _view(findings.question), section, before)
        claims.extend(_moved(claim, start) for claim in found)
        position = start + len(part)
    return Verification(claims=tuple(claims))


def verify_answer(text: str, findings: Findings) -> Verification:
    """Check a whole answer; claim positions are those of `text`."""
    view = _view(findings.question)
    claims: list[Claim] = []
    before = Context()
    for section, sentence, start in _sentences(text):
        found, before = check_one(sentence, findings, view, section, before)
        claims.extend(_moved(claim, start) for claim in found)
    return Verification(claims=tuple(claims))


def _parts(text: str) -> list[str]:
    """Split a text that holds several sentences; a list marker stays with its sentence."""
    parts = split_sentences(text)
    if len(parts) < 2 or not any(letter.isalpha() for letter in parts[0]):
        return [text]
    return parts


def _moved(claim: Claim, by: int) -> Claim:
    if not by:
        return claim
    return claim.model_copy(update={"start": claim.start + by, "end": claim.end + by})


def verify_sections(sections: AnswerSections, findings: Findings) -> Verification:
    """Check an answer given as parts; positions are those of the rendered answer."""
    return verify_answer(render_answer(sections), findings)


def _sentences(text: str) -> Iterator[tuple[Section, str, int]]:
    """Yield (section, sentence, start position) in reading order."""
    matches = list(_HEADING.finditer(text))
    bounds = [(Section.ANALYSIS, 0, matches[0].start() if matches else len(text))]
    for number, match in enumerate(matches):
        following = matches[number + 1] if number + 1 < len(matches) else None
        section = Section(match.group(1).lower().replace(" ", "_"))
        bounds.append((section, match.end(), following.start() if following else len(text)))
    for section, first, last in bounds:
        position = first
        for sentence in split_sentences(text[first:last]):
            start = text.find(sentence, position)
            start = position if start < 0 else start
            yield section, sentence, start
            position = start + len(sentence)
