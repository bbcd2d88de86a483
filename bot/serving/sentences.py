"""From text pieces as they stream in to finished sentences, each in its part of the answer.

Reads more than it asks for: headings in bold or split over pieces, headings in the middle of a
line, lists, missing headings. What it hands out is plain text, so that the answer put together
from it has one form. It judges nothing; `bot.serving.generation` does.
"""

import re

from bot.analysis.answer import HEADINGS, Section, Sentence, split_sentences

_SECTIONS = {HEADINGS[section].rstrip(":").lower(): section for section in Section}
_NAMES = "|".join(re.escape(name) for name in _SECTIONS)
# A heading begins a line or a sentence and carries a colon; small models also write it bold and
# alone on its line.
_HEADING = re.compile(
    rf"[ \t*_#]*({_NAMES})(?:[ \t*_]*:[ \t*_]*|[ \t*_]*(?=\n))",
    re.IGNORECASE,
)
_COULD_BE_HEADING = max(len(name) for name in _SECTIONS) + len("**  ** :")
_LIST_MARK = re.compile(r"[ \t]*(?:[-*•–]|\d{1,2}[.)])[ \t]+")
_COULD_BE_LIST_MARK = re.compile(r"[ \t]*(?:[-*•–]?|\d{1,2}[.)]?)[ \t]*$")
_MARKUP = re.compile(r"\*\*|__|`|^#+\s*")
_SPACE = re.compile(r"\s+")
_ENDED = re.compile(r"[.!?][\"'”’)\]]*$")


class SentenceReader:
    """Collects pieces and hands out finished sentences; one per completion.

    `section` is where the text begins: the part in which an accepted beginning ends. `mid_line`
    says that the text continues a line, so that it cannot open with a list mark.
    """

    def __init__(self, section: Section = Section.ANALYSIS, *, mid_line: bool = False) -> None:
        self.section = section
        self._buffer = ""
        self._at_line_start = not mid_line

    def feed(self, piece: str) -> list[Sentence]:
        """Take one piece; return the sentences it finished, in order."""
        self._buffer += piece
        return self._drain(final=False)

    def finish(self) -> list[Sentence]:
        """Return what is left once the model has ended by itself; not for text cut off."""
        return self._drain(final=True)

    @property
    def pending(self) -> str:
        """The beginning of a sentence that is not finished yet."""
        return self._buffer

    def _drain(self, *, final: bool) -> list[Sentence]:
        sentences: list[Sentence] = []
        while self._open_sentence(final=final):
            text = self._cut_sentence(final=final)
            if text is None:
                break
            if text:
                sentences.append(Sentence(section=self.section, text=text))
        return sentences

    def _open_sentence(self, *, final: bool) -> bool:
        """Read headings, list marks and blanks before a sentence; False when more is needed."""
        while True:
            stripped = self._buffer.lstrip()
            if "\n" in self._buffer[: len(self._buffer) - len(stripped)]:
                self._at_line_start = True
            self._buffer = stripped
            if not stripped:
                return False
            if heading := _HEADING.match(stripped + "\n" if final else stripped):
                self.section = _SECTIONS[heading.group(1).lower()]
                self._buffer = stripped[heading.end() :]
                self._at_line_start = True
                continue
            if not final and _may_become_heading(stripped):
                return False
            if self._at_line_start and not final and _COULD_BE_LIST_MARK.match(stripped):
                return False
            if self._at_line_start and (mark := _LIST_MARK.match(stripped)):
                self._buffer = stripped[mark.end() :]
                self._at_line_start = False
                continue
            return True

    def _cut_sentence(self, *, final: bool) -> str | None:
        """Take one finished sentence off the buffer; "" for mere decoration, None for none yet."""
        line, newline, rest = self._buffer.partition("\n")
        pieces = split_sentences(line)
        if len(pieces) > 1:
            end = line.index(pieces[0]) + len(pieces[0])
            self._buffer = self._buffer[end:]
            self._at_line_start = False
            return _plain(pieces[0])
        if not newline and not final:
            return None
        self._buffer = rest
        self._at_line_start = True
        return _plain(line)


def _may_become_heading(text: str) -> bool:
    """Tell whether more text could still make this the beginning of a heading."""
    if len(text) > _COULD_BE_HEADING or "\n" in text:
        return False
    bare = text.lstrip(" \t*_#").lower()
    bare_end = bare.rstrip(" \t*_")
    return any(name.startswith(bare) or name == bare_end for name in _SECTIONS)


def _plain(text: str) -> str:
    """Strip markup; close a sentence that ended with its line and without a full stop."""
    plain = _SPACE.sub(" ", _MARKUP.sub("", text)).strip(" \t*_")
    if not any(character.isalnum() for character in plain):
        return ""
    return plain if _ENDED.search(plain) else f"{plain.rstrip(':,;')}."
