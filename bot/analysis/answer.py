"""The answer as text with three parts, and how it is cut into sentences.

One format for serving, training and evaluation:

    Analysis: ...
    Recommended action: ...
    Urgency: High. ...

Knows nothing of facts or Slack.
"""

import re
from enum import StrEnum

from pydantic import BaseModel, ConfigDict


class Section(StrEnum):
    """The three parts, in the order they are written."""

    ANALYSIS = "analysis"
    RECOMMENDED_ACTION = "recommended_action"
    URGENCY = "urgency"


HEADINGS: dict[Section, str] = {
    Section.ANALYSIS: "Analysis:",
    Section.RECOMMENDED_ACTION: "Recommended action:",
    Section.URGENCY: "Urgency:",
}

_HEADING = re.compile(
    r"^[ \t*_#]*(analysis|recommended action|urgency)[ \t*_]*:[ \t*_]*",
    re.IGNORECASE | re.MULTILINE,
)
# A sentence ends at . ! or ? (and closing quotes) before white space, but not after a digit
# group's dot ("3.5"), a common abbreviation or a single initial.
_SENTENCE_END = re.compile(
    r"(?<!\b[A-Za-z])(?<!\be\.g)(?<!\bi\.e)(?<!\bvs)(?<!\bapprox)(?<!\bno)(?<!\bca)(?<!\betc)"
    r"[.!?][\"'”’)\]]*(?=\s|$)",
    re.IGNORECASE,
)


class AnswerSections(BaseModel):
    """An answer's three parts as plain text; an absent part is empty."""

    model_config = ConfigDict(frozen=True)

    analysis: str = ""
    recommended_action: str = ""
    urgency: str = ""

    def part(self, section: Section) -> str:
        """Return the text of one part."""
        return str(getattr(self, section.value))


class Sentence(BaseModel):
    """One finished sentence of an answer and the part it stands in."""

    model_config = ConfigDict(frozen=True)

    section: Section
    text: str


def render_answer(sections: AnswerSections) -> str:
    """Write the three parts under their headings, leaving out empty ones."""
    lines = [
        f"{HEADINGS[section]} {sections.part(section).strip()}"
        for section in Section
        if sections.part(section).strip()
    ]
    return "\n".join(lines)


def parse_answer(text: str) -> AnswerSections:
    """Read the three parts back; text before the first heading counts as analysis."""
    parts: dict[str, str] = {}
    matches = list(_HEADING.finditer(text))
    lead = text[: matches[0].start()] if matches else text
    if lead.strip():
        parts[Section.ANALYSIS.value] = lead.strip()
    ends = [following.start() for following in matches[1:]] + [len(text)]
    for match, end in zip(matches, ends, strict=bool(matches)):
        name = match.group(1).lower().replace(" ", "_")
        body = text[match.end() : end].strip()
        parts[name] = f"{parts[name]} {body}".strip() if parts.get(name) else body
    return AnswerSections(**parts)


def split_sentences(text: str) -> list[str]:
    """Cut plain text (one part, no headings) into sentences; a tail without an end counts too."""
    sentences, start = [], 0
    for end in _SENTENCE_END.finditer(text):
        piece = text[start : end.end()].strip()
        if piece:
            sentences.append(piece)
        start = end.end()
    tail = text[start:].strip()
    return [*sentences, tail] if tail else sentences


def answer_sentences(sections: AnswerSections) -> list[Sentence]:
    """List every sentence of an answer in reading order."""
    return [
        Sentence(section=section, text=sentence)
        for section in Section
        for sentence in split_sentences(sections.part(section))
    ]
