"""What else than proof a sentence or a part needs before it is shown.

The rules are passed in; the ones of the product are `bot.analysis.quality.sentence`'s.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from bot.analysis.answer import Section

Before = Sequence[tuple[Section, str]]


@dataclass(frozen=True)
class Editor:
    """Objects to sentences, and says how many plain sentences a finished part still needs.

    `find_weakness` gets a sentence, its part and the sentences before; it answers why the sentence
    should be written again, or "". `count_missing` gets a part and all its text.
    """

    find_weakness: Callable[[str, Section, Before], str]
    count_missing: Callable[[Section, str], int]


NO_EDITOR = Editor(lambda _text, _section, _before: "", lambda _section, _text: 0)
