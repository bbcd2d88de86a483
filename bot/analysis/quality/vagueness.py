"""Vague: an answer that would fit any metric of any company."""

import re

from bot.analysis.answer import AnswerSections
from bot.analysis.quality.finding import QualityCheck, QualityFinding, failed, passed

# One stock phrase slips into good writing; two in one answer mark a text that says nothing.
# Set on tests/corpora/quality (development rows): one phrase alone also hit good answers.
STOCK_PHRASES_ALLOWED = 1
# An analysis with no figure at all can still be specific ("flat, no week stands out"), but then
# it must place things: a period, a recorded change, an event.
_STOCK = re.compile(
    r"\b(?:various|several|many|multiple|different|a number of|a variety of|some|certain|other)"
    r"\s+(?:\w+\s+)?(?:factors|reasons|causes|issues|things|aspects|elements|initiatives|areas)\b"
    r"|\b(?:keep|keeping) (?:an|a close) eye\b"
    r"|\b(?:overall|in general|generally),? (?:the )?(?:performance|picture|situation|things)\b"
    r"|\b(?:further|more|additional|deeper) (?:investigation|analysis|research|work)"
    r" (?:is|may be|might be|will be|would be|could be)\b"
    r"|\b(?:improve|optimi[sz]e|enhance|boost|maximi[sz]e) (?:the )?(?:overall )?"
    r"(?:performance|experience|engagement|results|metrics?|numbers|things|strategy)\b"
    r"|\b(?:look|dig|drill)(?:ing)? (?:deeper|further)\b"
    r"|\bconsider (?:taking|making|looking|exploring|some|various|different)\b"
    r"|\b(?:take|taking) (?:appropriate|necessary|the right) (?:action|steps|measures)\b"
    r"|\bas (?:needed|appropriate|necessary|soon as possible)\b"
    r"|\b(?:could|may|might) be (?:due to|caused by|related to) (?:a number|many|several|various|"
    r"anything|something|other)\b"
    r"|\b(?:stakeholders|going forward|best practices|at the end of the day|it is what it is)\b"
    r"|\b(?:some|certain) (?:fluctuation|fluctuations|variation|changes|movement|ups and downs)\b"
    r"|\b(?:interesting|important|significant|notable) (?:trend|trends|insights?|changes)\b"
    r"|\bthe (?:metric|number|numbers|data) (?:is|are|has been|have been) "
    r"(?:changing|moving|interesting|fluctuating|going (?:up|down))\b"
    r"|\b(?:more|better) (?:data|information) (?:is|would be) (?:needed|helpful|useful)\b"
    r"|\b(?:optimi[sz]e|improve|review) (?:processes|the process|our efforts|everything|things)\b"
    r"|\b(?:try|do|fix|change) (?:something|some things|things)\b",
    re.IGNORECASE,
)
_FIGURE = re.compile(r"\d|\b(?:one|two|three|four|five|six|seven|eight|nine|ten|half|third|twice"
                     r"|double[ds]?|halved|quarter)\b", re.IGNORECASE)  # fmt: skip
_PLACE = re.compile(
    r"\b(?:(?:this|last|first|final|latest|same|next|each|every|any|single|previous|most) "
    r"(?:\w+ )?(?:day|week|month|quarter|period|point|value|reading)s?"
    r"|(?:mon|tues|wednes|thurs|fri|satur|sun)days?|weekends?"
    r"|january|february|march|april|june|july|august|september|october|november|december"
    r"|(?:since|after|before|around|following|with) the [a-z-]+(?: [a-z-]+)?"
    r"|redesign|release|launch|campaign|outage|price|pricing|checkout|tracking|holiday)\b",
    re.IGNORECASE,
)


def find_stock_phrases(text: str) -> list[str]:
    """List the stock phrases of a text in reading order."""
    return [match.group(0) for match in _STOCK.finditer(text)]


def check_vague(sections: AnswerSections) -> QualityFinding:
    """The answer names figures, times or causes and does not lean on stock phrases."""
    stock = find_stock_phrases(f"{sections.analysis}\n{sections.recommended_action}")
    if len(stock) > STOCK_PHRASES_ALLOWED:
        quoted = ", ".join(f"“{phrase}”" for phrase in stock[:3])
        return failed(QualityCheck.VAGUE, f"Speaks in general: {quoted}.")
    if not _FIGURE.search(sections.analysis) and not _PLACE.search(sections.analysis):
        return failed(QualityCheck.VAGUE, "The analysis names no figure, no time and no event.")
    return passed(QualityCheck.VAGUE)
