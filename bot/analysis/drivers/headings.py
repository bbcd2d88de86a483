"""Headings and levels as parts of a sentence: what a user named, without markup."""

import re

from bot.analysis.drivers.cautions import spoken
from bot.analysis.prompt import clean_text

NAME_CHARACTERS = 60
_MARKUP = re.compile(r"[<>*_`~|@\"]")


def column_name(name: str) -> str:
    """Return a column's heading, or a level, as part of a sentence, without markup."""
    cut = clean_text(_MARKUP.sub(" ", spoken(name)), NAME_CHARACTERS)
    return re.sub(r"[.!?:;]+(?=\s|$)", "", cut).strip(" ,-…") or "the column"
