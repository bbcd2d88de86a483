"""The words around the values: the question asked, the context kept, notes on an unfinished period.

Text is only text here: what reads as an instruction to the assistant is left out of the
context and told, and everything is cut to a length.
"""

import re

from bot.analysis.parsing.cleaning import one_line

CONTEXT_CHARACTERS = 600
QUESTION_CHARACTERS = 300
METRIC_CHARACTERS = 80

_SENTENCES = re.compile(r"(?<=[.!?？؟])\s+|\n")
_ASKS = re.compile(
    r"^(?:(?:and|so|but|hi|hey|hello|team|all|please|pls|also)\b[\s,!:-]*)*"
    r"(?:why|what|how|should|is it|is this|is the|is there|are we|are these|do we|does|did|"
    r"can you|could you|can we|which|when|"
    r"where|who|explain|tell (?:me|us)|help (?:me|us)|analy[sz]e|any idea|wondering|thoughts on|"
    r"need to know|want to know|warum|wieso|pourquoi|por qué|perché|varför)\b",
    re.IGNORECASE,
)
_INSTRUCTION = re.compile(
    r"\b(?:ignore|disregard|forget|override|bypass)\b.{0,60}\b(?:rules?|instructions?|prompts?|"
    r"above|previous|prior|"
    r"guidelines?|everything|facts|checks?)\b|\bsystem prompt\b|\byou are (?:now|no longer)\b|"
    r"\bact as\b|"
    r"\bpretend\b|\bjailbreak|\bdeveloper mode\b|\bdo not (?:verify|check|analy[sz]e)\b|"
    r"\b(?:reply|respond|answer|say|output|print|write|repeat|state)\b (?:only|exactly|just|with|"
    r"that|the word|this)\b|"
    r"\b(?:assistant|system|ai|bot|model)\s*:|<\|",
    re.IGNORECASE,
)
_GREETING = re.compile(
    r"^(?:hi|hello|hey|dear|good (?:morning|afternoon|evening)|thanks|thank you|cheers|best|"
    r"regards|thx|ty)\b"
    r"[\w\s,'@-]{0,30}[.!,:]*$",
    re.IGNORECASE,
)
_PARTIAL = re.compile(
    r"\b(?:partial|incomplete|so far|to date|wtd|mtd|qtd|in progress|ongoing|unfinished|"
    r"not (?:yet )?"
    r"(?:over|complete|completed|finished|closed|full)|(?:is|are)n't (?:over|complete|finished|"
    r"done)|still (?:running|open|"
    r"in progress|counting|incomplete)|running|half[- ]week|preliminary|provisional|not final|"
    r"unvollständig|"
    r"laufend\w*|nicht abgeschlossen|en cours|parcial|until (?:today|mon|tue|wed|thu|fri|sat|"
    r"sun)\w*|only (?:\w+ ){1,3}days?)\b",
    re.IGNORECASE,
)
_LATEST = re.compile(
    r"\b(?:last|latest|current|this|final|most recent|newest|today)\b(?:'s)?[^.\n;]{0,60}",
    re.IGNORECASE,
)
_SO_FAR = re.compile(
    r"\b(?:so far this|this) (?:day|week|month|quarter|year)[^.\n;]{0,20}\bso far\b|"
    r"\bso far this (?:week|month|quarter|year|day)|"
                     r"\b(?:week|month|quarter)[- ]to[- ]date\b|"
                     r"\*\s*(?:partial|incomplete)", re.IGNORECASE)  # fmt: skip


def split_sentences(text: str) -> list[str]:
    """Sentences and lines of a text, without empty ones."""
    return [part.strip() for part in _SENTENCES.split(text) if part and part.strip()]


def asks(sentence: str) -> bool:
    """Whether a sentence asks something."""
    plain = sentence.strip(" \"')")
    return plain.endswith(("?", "？", "؟", ";?")) or _ASKS.match(plain) is not None


def is_instruction(sentence: str) -> bool:
    """Whether a sentence tries to tell the assistant how to behave."""
    return _INSTRUCTION.search(sentence) is not None


def is_greeting(sentence: str) -> bool:
    """Whether a sentence is a greeting or thanks and nothing more."""
    return _GREETING.match(sentence.strip()) is not None


def is_partial(note: str) -> bool:
    """Whether a remark beside a value says that its period is not over."""
    return _PARTIAL.search(note) is not None


def says_last_is_partial(text: str) -> bool:
    """Whether running text says that the last period is not over."""
    if _SO_FAR.search(text) or any(map(is_partial, re.findall(r"\(([^()\n]{3,80})\)", text))):
        return True
    return any(_PARTIAL.search(match[0]) for match in _LATEST.finditer(text[:20_000]))


def join_question(sentences: list[str]) -> str:
    """The sentences that ask, on one line, cut to length."""
    chosen = [
        re.sub(r"^[-•*–]\s+", "", sentence)
        for sentence in sentences
        if asks(sentence) and not is_instruction(sentence)
    ]
    return one_line(" ".join(chosen), QUESTION_CHARACTERS)


def join_context(parts: list[str]) -> tuple[str, list[str]]:
    """Context on one line cut to length, and what was left out of it."""
    kept = [part for part in parts if part and not is_instruction(part)]
    notes = []
    if len(kept) < len([part for part in parts if part]):
        notes.append("A sentence that reads as an instruction was left out of the context.")
    return one_line(" ".join(kept), CONTEXT_CHARACTERS), notes
