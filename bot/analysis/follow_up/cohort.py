""" "What if the cohort doubles?": another number of people behind each value.

The rate stays what was measured; how many people it stands for, and how wide its interval is,
follow from the new number. A supposition, and said to be one.
"""

import re

from bot.analysis.parsing.cohorts import find_cohort, per_period
from bot.analysis.question import MetricQuestion, Problem, ProblemCode, UnreadableQuestionError

_PEOPLE = (
    r"(?:cohorts?|sign-?ups?|users?|visitors?|customers?|trials?|accounts?|people|sample|traffic|"
    r"volume|leads?|sessions?|buyers?)"
)
_IF = re.compile(r"\b(?:what if|if|suppose|assum(?:e|ing)|imagine|say|with)\b", re.IGNORECASE)
_FACTORS = (
    (re.compile(r"\b(?:doubl(?:e|es|ed|ing)|twice)\b", re.IGNORECASE), 2.0),
    (re.compile(r"\b(?:tripl(?:e|es|ed|ing)|three times)\b", re.IGNORECASE), 3.0),
    (re.compile(r"\b(?:quadrupl(?:e|es|ed|ing)|four times)\b", re.IGNORECASE), 4.0),
    (re.compile(r"\b(?:halv(?:e|es|ed|ing)|half)\b", re.IGNORECASE), 0.5),
)
_TIMES = re.compile(r"\b(\d{1,3}(?:\.\d+)?)\s*(?:x|times)\b", re.IGNORECASE)
_GROWS = re.compile(
    r"\b(?P<way>grow|grows|rise|rises|increase|increases|up|shrink|shrinks|fall|falls|drop|drops|"
    r"decrease|decreases|down)\s+(?:by\s+)?(?P<share>\d{1,3}(?:\.\d+)?)\s*(?:%|percent)",
    re.IGNORECASE,
)
_DOWN = frozenset(
    {"shrink", "shrinks", "fall", "falls", "drop", "drops", "decrease", "decreases", "down"}
)
_MENTION = re.compile(rf"\b{_PEOPLE}\b", re.IGNORECASE)


def revise_cohort(question: MetricQuestion, reply: str) -> tuple[MetricQuestion, str] | None:
    """Suppose another cohort size; None when the reply supposes none.

    Raises:
        UnreadableQuestionError: it is said relative to a size that is not known.
    """
    if not (_IF.search(reply) and _MENTION.search(reply)):
        return None
    factor = _find_factor(reply)
    if factor is None:
        stated = find_cohort(reply)
        if stated is None:
            return None
        size, _ = per_period(stated, question.period)
        return _with_size(question, size, None)
    if not question.cohort_size:
        noun = question.period.value
        raise UnreadableQuestionError(
            (
                Problem(
                    code=ProblemCode.NO_VALUES,
                    message=(
                        "I do not know how many people stand behind each value. Say it as a number,"
                        f" for example “what if we had 4,000 sign-ups a {noun}?”."
                    ),
                    field="cohort",
                ),
            ),
            {"question": reply},
        )
    return _with_size(question, question.cohort_size * factor, factor)


def _find_factor(reply: str) -> float | None:
    grows = _GROWS.search(reply)
    if grows is not None:
        share = float(grows["share"]) / 100
        return 1 - share if grows["way"].casefold() in _DOWN else 1 + share
    times = _TIMES.search(reply)
    if times is not None:
        return float(times[1])
    return next((factor for pattern, factor in _FACTORS if pattern.search(reply)), None)


def _with_size(
    question: MetricQuestion, size: float, factor: float | None
) -> tuple[MetricQuestion, str]:
    rounded = float(max(1, round(size)))
    sizes = None
    if factor is not None and question.denominators is not None:
        sizes = tuple(None if n is None else n * factor for n in question.denominators)
    note = (
        f"Supposed, as you asked: {rounded:,.0f} people per {question.period.value}; the values"
        " themselves stay as measured."
    )
    return question.model_copy(update={"cohort_size": rounded, "denominators": sizes}), note
