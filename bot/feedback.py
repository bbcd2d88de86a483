"""What verdicts mean for training, as data: which become candidates, how many, in which order.

Pure rules over plain values. Building candidates and storing them is `bot.candidates`; nothing
here or there approves anything, that is a reviewer's business (`bot.review`).
"""

from dataclasses import dataclass
from enum import StrEnum

from bot.analysis.quality.finding import QualityCheck
from storage.ratings import Thumb

ORIGIN_RATING = "rating"
ORIGIN_CORRECTION = "correction"
ORIGINS = (ORIGIN_RATING, ORIGIN_CORRECTION)


class Outcome(StrEnum):
    """What a verdict can become."""

    TARGET = "target"  # an answer to learn from
    PAIR = "pair"  # better and worse answer to one question
    NEGATIVE = "negative"  # an answer to move away from


class Reason(StrEnum):
    """What a reader can say was wrong."""

    NUMBER = "number"
    EXPLANATION = "explanation"
    ACTION = "action"
    TONE = "tone"
    OTHER = "other"


REASONS_IN_WORDS: dict[Reason, str] = {
    Reason.NUMBER: "A number",
    Reason.EXPLANATION: "The explanation",
    Reason.ACTION: "The recommended action",
    Reason.TONE: "The tone",
    Reason.OTHER: "Something else",
}


@dataclass(frozen=True)
class RatingRule:
    """A rating with one of these scores, or this thumb, becomes `outcome`."""

    outcome: Outcome
    scores: tuple[int, ...] = ()
    thumb: Thumb | None = None
    needs_verified: bool = False

    def fits(self, score: int | None, thumb: Thumb | None, is_verified: bool) -> bool:
        """Tell whether a person's verdict falls under this rule."""
        said = score in self.scores or (self.thumb is not None and thumb == self.thumb)
        return said and (is_verified or not self.needs_verified)


# 2 and 3 teach nothing: partly right is neither a target nor clearly wrong. A thumb up alone is
# too cheap a signal to become a target.
RATING_RULES: tuple[RatingRule, ...] = (
    RatingRule(Outcome.TARGET, scores=(4, 5), needs_verified=True),
    RatingRule(Outcome.NEGATIVE, scores=(0, 1)),
    RatingRule(Outcome.NEGATIVE, thumb=Thumb.DOWN),
)
CORRECTION_OUTCOMES = (Outcome.TARGET, Outcome.PAIR)
# A form is opened for these: the reader is asked what was wrong.
LOW_SCORES = (0, 1, 2)
LIKED = 4  # and above


def judge_rating(score: int | None, thumb: Thumb | None, is_verified: bool) -> Outcome | None:
    """Return what one person's verdict becomes; None for nothing, and for a contradiction."""
    outcomes = {rule.outcome for rule in RATING_RULES if rule.fits(score, thumb, is_verified)}
    return outcomes.pop() if len(outcomes) == 1 else None


def asks_why(verdict: str) -> bool:
    """Tell whether a click ("down", "0" to "5") should open the form that asks what was wrong."""
    return verdict == Thumb.DOWN or (verdict.isdigit() and int(verdict) in LOW_SCORES)


class Effect(StrEnum):
    """What a failed quality check does to a candidate."""

    REJECT = "reject"  # no reviewer spends time on it
    EDIT = "edit"  # a reviewer may mend it, but not approve it as it stands


FILTER: dict[QualityCheck, Effect] = {
    QualityCheck.FORMAT: Effect.EDIT,
    QualityCheck.LENGTH: Effect.EDIT,
    QualityCheck.VAGUE: Effect.EDIT,
    QualityCheck.NO_CONCRETE_ACTION: Effect.EDIT,
    QualityCheck.JARGON: Effect.EDIT,
    QualityCheck.UNPROVED_NUMBER: Effect.REJECT,
    QualityCheck.NEAR_DUPLICATE: Effect.REJECT,
    QualityCheck.LANGUAGE: Effect.REJECT,
    QualityCheck.PERSONAL_DATA: Effect.REJECT,
    QualityCheck.BROADCAST_OR_LINK: Effect.REJECT,
}


class Flag(StrEnum):
    """What a reviewer is warned of."""

    NEW_RATER = "new_rater"
    RATERS_DISAGREE = "raters_disagree"
    NEEDS_EDIT = "needs_edit"
    REPEATED_WORDS = "repeated_words"


FLAGS_IN_WORDS: dict[Flag, str] = {
    Flag.NEW_RATER: "from somebody with few approved examples so far",
    Flag.RATERS_DISAGREE: "raters disagree about this answer",
    Flag.NEEDS_EDIT: "a quality check failed that an edit can mend",
    Flag.REPEATED_WORDS: "this person added the same words to several corrections",
}

# Higher is reviewed first. A correction holds what the model did not know; disputed answers are
# where a human's view is worth most; negatives wait, because they need hundreds to be used at all.
CORRECTION_PRIORITY = 100
TARGET_PRIORITY = 50
NEGATIVE_PRIORITY = 10
PRIORITY_CHANGES: dict[Flag, int] = {
    Flag.RATERS_DISAGREE: 20,
    Flag.NEEDS_EDIT: -15,
    Flag.NEW_RATER: -30,
    Flag.REPEATED_WORDS: -60,
}


def prioritise(outcome: Outcome, flags: list[Flag]) -> int:
    """Return a candidate's place in the queue; higher comes first."""
    start = {
        Outcome.PAIR: CORRECTION_PRIORITY,
        Outcome.TARGET: TARGET_PRIORITY,
        Outcome.NEGATIVE: NEGATIVE_PRIORITY,
    }
    return start[outcome] + sum(PRIORITY_CHANGES[flag] for flag in flags)


# Six words in a row that a person added to this many of their own corrections are no coincidence:
# real corrections quote different figures and owners. Short stock endings stay under it.
REPEATED_WORDS_LENGTH = 6
REPEATED_WORDS_TIMES = 3


def find_repeated_words(added: str, earlier: list[str]) -> str | None:
    """Return words in a row that this text shares with at least two of a person's earlier ones."""
    runs = _runs(added)
    for run in runs:
        if 1 + sum(run in set(_runs(text)) for text in earlier) >= REPEATED_WORDS_TIMES:
            return " ".join(run)
    return None


def _runs(text: str) -> list[tuple[str, ...]]:
    words = text.lower().split()
    size = REPEATED_WORDS_LENGTH
    return [tuple(words[start : start + size]) for start in range(len(words) - size + 1)]
