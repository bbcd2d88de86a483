"""What the verified streaming loop hands back: sentences, refusals, timings, who wrote what."""

from collections.abc import Callable, Sequence
from enum import StrEnum

from pydantic import BaseModel, ConfigDict

from bot.analysis.answer import AnswerSections, Section, Sentence, render_answer
from bot.analysis.claims import Verification


class Writer(StrEnum):
    """Who wrote a sentence."""

    MODEL = "model"
    FACTS = "facts"  # plain statements put in where the model could not be proved


class WrittenSentence(Sentence):
    """One accepted sentence, as it is shown and stored."""

    written_by: Writer = Writer.MODEL
    attempts: int = 1  # drafts of this sentence, the accepted one included
    verification: Verification = Verification(claims=())


class RefusedSentence(Sentence):
    """One sentence that was not let through, and why."""

    reason: str
    attempt: int


class AnswerTimings(BaseModel):
    """Milliseconds since the loop began; `model_ms` is the part spent waiting for the server."""

    model_config = ConfigDict(frozen=True)

    first_sentence_ms: float | None
    generation_ms: float
    model_ms: float


class GeneratedAnswer(BaseModel):
    """A finished answer: all three parts present, every sentence accepted."""

    model_config = ConfigDict(frozen=True)

    sentences: tuple[WrittenSentence, ...]
    refused: tuple[RefusedSentence, ...]
    raw_text: str  # the first draft as the model wrote it, before any guard
    completions: int  # requests made to the server
    prompt_tokens: int
    completion_tokens: int
    timings: AnswerTimings

    @property
    def sections(self) -> AnswerSections:
        """The three parts as plain text."""
        return join_sentences(self.sentences)

    @property
    def text(self) -> str:
        """The answer in its one written form."""
        return render_answer(self.sections)

    @property
    def model_written_share(self) -> float:
        """Share of the sentences that the model wrote, 0 to 1."""
        by_model = sum(sentence.written_by is Writer.MODEL for sentence in self.sentences)
        return by_model / len(self.sentences) if self.sentences else 0.0


Accepted = Sequence[WrittenSentence]
SentenceCheck = Callable[[str, Section, Accepted], Verification]
Fallback = Callable[[Section], Sequence[str]]
OnSentence = Callable[[WrittenSentence], None]


def join_sentences(sentences: Sequence[Sentence]) -> AnswerSections:
    """Put sentences together into the three parts."""
    parts = {
        section.value: " ".join(s.text for s in sentences if s.section is section)
        for section in Section
    }
    return AnswerSections(**parts)
