"""The verified streaming loop: nothing leaves it that was not checked first.

The model writes; each finished sentence is checked; a proved one is handed out at once, a refused
one ends the completion, which is started again from what was accepted so far. After a few drafts
plain facts stand in, and the loop moves on. Parts come in their order and all three are there at
the end.

What "proved" means, and what the plain facts are, is passed in. Steps 5 and 6 of the walk.
"""

import re
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from enum import Enum, auto

from bot.analysis.answer import HEADINGS, Section, Sentence, render_answer
from bot.analysis.claims import Verification
from bot.analysis.prompt import Message
from bot.analysis.question import Period
from bot.serving.answer_record import (
    AnswerTimings,
    Fallback,
    GeneratedAnswer,
    OnSentence,
    RefusedSentence,
    SentenceCheck,
    Writer,
    WrittenSentence,
    join_sentences,
)
from bot.serving.client import CompletionStream, ModelClient
from bot.serving.editing import NO_EDITOR, Editor
from bot.serving.sentences import SentenceReader

DEFAULT_MAX_ATTEMPTS = 3
# Completions per answer: a start, two redrafts in each part, and a few to ask for missing parts.
MAX_COMPLETIONS = 10
# An answer of 80-300 words has at most about 15 sentences; a small model that runs on stops here.
MAX_SENTENCES = {Section.ANALYSIS: 7, Section.RECOMMENDED_ACTION: 5, Section.URGENCY: 3}
MAX_SENTENCE_CHARACTERS = 500  # five lines without a full stop are no sentence
_REDRAFT_WARMER = 0.25  # added to the temperature per redraft: the same draw would fail again
_WARMEST = 1.0
_WORDS = re.compile(r"\w+")
_ORDER = tuple(Section)
_TIME_UNITS = frozenset(f"{period.value}s" for period in Period) | {p.value for p in Period}

# Only when neither model nor facts have a sentence for a part; they state no quantity.
LAST_RESORT = {
    Section.ANALYSIS: "The data given do not support a firm explanation.",
    Section.RECOMMENDED_ACTION: (
        "The metric's owner should check its definition and the recent changes before acting."
    ),
    Section.URGENCY: "Medium, because the evidence is not enough to judge it.",
}


def write_answer(
    client: ModelClient,
    messages: Sequence[Message],
    *,
    model: str | None,
    check: SentenceCheck,
    fallback: Fallback,
    on_sentence: OnSentence,
    accepted: Sequence[WrittenSentence] = (),
    max_attempts: int = DEFAULT_MAX_ATTEMPTS,
    max_completions: int = MAX_COMPLETIONS,
    complete_draft: bool = False,
    require_number: bool = False,
    editor: Editor = NO_EDITOR,
) -> GeneratedAnswer:
    """Write an answer sentence by sentence and return it whole.

    `accepted` are sentences of an earlier, interrupted run: the answer goes on after them and
    `on_sentence` is not called for them again. `complete_draft` reads the first draft to its end
    although a sentence was refused, so that `raw_text` is all the model alone would have said
    (for evaluation; it costs the time of those tokens); otherwise `raw_text` ends there.
    `require_number` adds a plain fact to an analysis in which no number was proved. `editor`
    refuses proved sentences that say nothing, and has plain sentences added to parts that lack
    something.

    Raises:
        ModelUnavailableError, AdapterMissingError, ModelRefusedError: from the client; what was
            handed to `on_sentence` before stands, and a later call can go on from there.
        Whatever `check`, `fallback` or `on_sentence` raise; the server's work is ended first.
    """
    writing = _Writing(
        client=client,
        messages=messages,
        model=model,
        check=check,
        fallback=fallback,
        on_sentence=on_sentence,
        sentences=list(accepted),
        current=_first_open_part(accepted),
        max_attempts=max_attempts,
        max_completions=max_completions,
        complete_draft=complete_draft,
        require_number=require_number,
        editor=editor,
    )
    while not writing.is_complete():
        if writing.is_spent():
            writing.fill_with_facts()
        else:
            writing.draft()
    return writing.finished()


class _Outcome(Enum):
    """How one completion ended for us."""

    ENDED = auto()  # the model stopped by itself
    CUT_OFF = auto()  # its token limit came first
    REFUSED = auto()  # a sentence was not let through
    PART_OVER = auto()  # the next part is to be asked for by its heading


@dataclass
class _Writing:
    """The state of one answer being written; all parts before `current` are complete."""

    client: ModelClient
    messages: Sequence[Message]
    model: str | None
    check: SentenceCheck
    fallback: Fallback
    on_sentence: OnSentence
    sentences: list[WrittenSentence]
    current: int  # position in _ORDER of the part being written
    max_attempts: int
    max_completions: int
    complete_draft: bool
    require_number: bool
    editor: Editor
    refused: list[RefusedSentence] = field(default_factory=list)
    attempt: int = 1  # draft number of the sentence now being written
    completions: int = 0
    raw_text: str = ""
    prompt_tokens: int = 0
    completion_tokens: int = 0
    started: float = field(default_factory=time.monotonic)
    first_sentence_ms: float | None = None
    waited_seconds: float = 0.0

    @property
    def section(self) -> Section:
        """The part being written."""
        return _ORDER[self.current]

    def is_complete(self) -> bool:
        """Tell whether all parts are there."""
        return self.current >= len(_ORDER)

    def is_spent(self) -> bool:
        """Tell whether the answer has had its share of completions or of time."""
        seconds = time.monotonic() - self.started
        return (
            self.completions >= self.max_completions
            or seconds > self.client.settings.answer_timeout_seconds
        )

    def draft(self) -> None:
        """Run one completion from what is accepted, up to its end or its first refused sentence."""
        keep_raw = self.completions == 0
        before = len(self.sentences)
        with self._open_stream() as stream:
            try:
                outcome = self._read(stream, keep_raw=keep_raw)
                if keep_raw and self.complete_draft:
                    self.raw_text += "".join(self._pieces(stream))
            finally:
                self.prompt_tokens += stream.prompt_tokens
                self.completion_tokens += stream.completion_tokens
        if outcome is _Outcome.ENDED and self._count():
            self._end_part()
        elif outcome in {_Outcome.ENDED, _Outcome.CUT_OFF} and len(self.sentences) == before:
            self._refuse("", "the model wrote no finished sentence")
        if self.attempt > self.max_attempts:
            self.fill_with_facts()

    def fill_with_facts(self) -> None:
        """End this part with plain facts: all of them when it is empty, else one not said yet."""
        self._put_facts(1 if self._count() else MAX_SENTENCES[self.section])
        if not self._count():
            self._accept(LAST_RESORT[self.section], Verification(claims=()), Writer.FACTS)
        self._end_part()

    def finished(self) -> GeneratedAnswer:
        """Return the record of the whole answer."""
        return GeneratedAnswer(
            sentences=tuple(self.sentences),
            refused=tuple(self.refused),
            raw_text=self.raw_text,
            completions=self.completions,
            prompt_tokens=self.prompt_tokens,
            completion_tokens=self.completion_tokens,
            timings=AnswerTimings(
                first_sentence_ms=self.first_sentence_ms,
                generation_ms=self._elapsed_ms(),
                model_ms=self.waited_seconds * 1000,
            ),
        )

    def _open_stream(self) -> CompletionStream:
        sampling = self.client.settings.sampling
        prefix = render_answer(join_sentences(self.sentences))
        if not self._count() and (prefix or self.attempt > 1):
            # A part the model left out is asked for by writing its heading for it.
            prefix = f"{prefix}\n{HEADINGS[self.section]}".lstrip()
        warmth = sampling.temperature + _REDRAFT_WARMER * (self.attempt - 1)
        started = time.monotonic()
        stream = self.client.stream_completion(
            self.messages,
            model=self.model,
            continue_from=prefix,
            seed=None if sampling.seed is None else sampling.seed + self.completions,
            temperature=min(warmth, max(_WARMEST, sampling.temperature)),
        )
        self.waited_seconds += time.monotonic() - started
        self.completions += 1
        return stream

    def _read(self, stream: CompletionStream, *, keep_raw: bool) -> _Outcome:
        # Only a fresh answer may open with a list mark; everything else goes on in its line.
        reader = SentenceReader(self.section, mid_line=bool(self.sentences))
        for piece in self._pieces(stream):
            if keep_raw:
                self.raw_text += piece
            for sentence in reader.feed(piece):
                if (outcome := self._judge(sentence)) is not None:
                    return outcome
            if len(reader.pending) > MAX_SENTENCE_CHARACTERS:
                return self._refuse(reader.pending, "a sentence without an end")
        if stream.finish_reason != "stop":
            return _Outcome.CUT_OFF
        for sentence in reader.finish():
            if (outcome := self._judge(sentence)) is not None:
                return outcome
        return _Outcome.ENDED

    def _judge(self, sentence: Sentence) -> _Outcome | None:
        """Accept a sentence (None), or say how the completion ends because of it."""
        position = _ORDER.index(sentence.section)
        if position != self.current and not self._count():
            return self._refuse(sentence.text, f"{HEADINGS[self.section]} is missing before it")
        if position > self.current:
            self._end_part()  # the model has moved on
        if position != self.current:  # back to an earlier part, or one left out
            return _Outcome.PART_OVER if position > self.current else self._end_part()
        if self._count() >= MAX_SENTENCES[self.section]:
            return self._end_part()
        if self._repeats(sentence.text):
            has_more = self._count() == 0
            outcome = self._refuse(sentence.text, "repeats an earlier sentence")
            # Who repeats himself has said it all, unless this part is still empty.
            return outcome if has_more else self._end_part()
        verification = self.check(sentence.text, sentence.section, self.sentences)
        if not verification.verified:
            reasons = "; ".join(claim.reason for claim in verification.unsupported)
            return self._refuse(sentence.text, reasons)
        before = [(earlier.section, earlier.text) for earlier in self.sentences]
        weakness = self.editor.find_weakness(sentence.text, sentence.section, before)
        if weakness:
            return self._refuse(sentence.text, weakness)
        self._accept(sentence.text, verification, Writer.MODEL)
        return None

    def _accept(self, text: str, verification: Verification, writer: Writer) -> None:
        written = WrittenSentence(
            section=self.section,
            text=text,
            written_by=writer,
            attempts=self.attempt,
            verification=verification,
        )
        self.on_sentence(written)  # first: what could not be handed out is not accepted
        self.sentences.append(written)
        self.attempt = 1
        if self.first_sentence_ms is None:
            self.first_sentence_ms = self._elapsed_ms()

    def _refuse(self, text: str, reason: str) -> _Outcome:
        self.refused.append(
            RefusedSentence(section=self.section, text=text, reason=reason, attempt=self.attempt)
        )
        self.attempt += 1
        return _Outcome.REFUSED

    def _end_part(self) -> _Outcome:
        in_analysis = self.section is Section.ANALYSIS
        if self.require_number and in_analysis and not self._states_a_number():
            self._put_facts(1)
        written = " ".join(s.text for s in self.sentences if s.section is self.section)
        self._put_facts(self.editor.count_missing(self.section, written))
        self.current += 1
        self.attempt = 1
        return _Outcome.PART_OVER

    def _put_facts(self, limit: int) -> None:
        put = 0
        for text in self.fallback(self.section):
            if self._count() and len(_WORDS.findall(text)) == 1:
                continue  # the level of an urgency that has one already
            verification = self.check(text, self.section, self.sentences)
            if put < limit and verification.verified and not self._repeats(text):
                self._accept(text, verification, Writer.FACTS)
                put += 1

    def _states_a_number(self) -> bool:
        """Tell whether a proved number stands in the part being written; "a week" is none."""
        return any(
            claim.value is not None and claim.unit not in _TIME_UNITS
            for sentence in self.sentences
            if sentence.section is self.section
            for claim in sentence.verification.claims
        )

    def _count(self) -> int:
        """How many sentences the part being written has."""
        return sum(sentence.section is self.section for sentence in self.sentences)

    def _repeats(self, text: str) -> bool:
        words = _WORDS.findall(text.lower())
        return any(_WORDS.findall(sentence.text.lower()) == words for sentence in self.sentences)

    def _pieces(self, stream: CompletionStream) -> Iterator[str]:
        """Pass the pieces on and add up the time spent waiting for them."""
        while True:
            started = time.monotonic()
            piece = next(stream, None)
            self.waited_seconds += time.monotonic() - started
            if piece is None:
                return
            yield piece

    def _elapsed_ms(self) -> float:
        return (time.monotonic() - self.started) * 1000


def _first_open_part(accepted: Sequence[WrittenSentence]) -> int:
    """Where an interrupted answer goes on; facts close their part."""
    if not accepted:
        return 0
    last = accepted[-1]
    return _ORDER.index(last.section) + (last.written_by is Writer.FACTS)
