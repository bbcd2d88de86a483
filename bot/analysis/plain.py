"""The answer without a model: a plain statement of the facts, an action they support, an urgency.

The fallback when no model sentence can be proved, and the whole answer when the model server is
down. Every number is a fact's value written by `units`; nothing is predicted. It neither ranks
nor computes.
"""

import re

from bot.analysis.answer import AnswerSections, Section
from bot.analysis.drivers.plain import plain_row_sentences
from bot.analysis.facts import Direction, Fact, FactKind, Findings, Verdict
from bot.analysis.findings.evidence import ENOUGH_VALUES
from bot.analysis.findings.recorded import short_name
from bot.analysis.periods import name_period, name_window
from bot.analysis.prompt import clean_text
from bot.analysis.question import MetricQuestion, Period
from bot.analysis.units import change_text, difference_unit, fact_unit, relative_text, value_text

LARGE_FALL_PERCENT = 10.0  # a tenth lost and still falling is what teams drop other work for
METRIC_CHARACTERS = 60
_DEADLINE = {
    Period.DAY: "within 2 days",
    Period.WEEK: "within 7 days",
    Period.MONTH: "within 14 days",
    Period.QUARTER: "within 30 days",
    Period.YEAR: "within 30 days",
}
_MARKUP = re.compile(r"[<>*_`~|@\"]")


def plain_answer(findings: Findings) -> AnswerSections:
    """Write the three parts from facts alone."""
    return AnswerSections(
        **{section.value: " ".join(plain_sentences(findings, section)) for section in Section}
    )


def plain_sentences(findings: Findings, section: Section) -> list[str]:
    """List the plain sentences of one part, most important first."""
    if findings.is_about_rows:
        return plain_row_sentences(findings, section)
    if section is Section.ANALYSIS:
        return _analysis(findings)
    if section is Section.RECOMMENDED_ACTION:
        return _action(findings)
    return _urgency(findings)


def metric_name(question: MetricQuestion) -> str:
    """Return the metric's name as part of a sentence, without markup."""
    name = clean_text(_MARKUP.sub(" ", question.metric), METRIC_CHARACTERS)
    name = re.sub(r"[.!?:;]+(?=\s|$)", "", name).strip(" ,-…")
    return name or "the metric"


def find_fact(findings: Findings, fact_id: str) -> Fact | None:
    """Return a fact by id, None when this question has none such."""
    return next((fact for fact in findings.facts if fact.id == fact_id), None)


def suspect(findings: Findings) -> tuple[Fact, str] | None:
    """Return the told distance fact of the likeliest recorded change, and the change's name."""
    told = [fact for fact in findings.facts if fact.kind is FactKind.BREAK_DISTANCE]
    told = [fact for fact in told if fact.rank <= 50 and fact.value >= -1]
    if is_slide(findings):  # its best split is no break, but the run has a beginning
        told = [fact for fact in told if fact.id.startswith("streak")] or told
    if not told:
        return None
    number = int(told[0].id.rsplit(".", 1)[1])
    return told[0], short_name(findings.question.changes[number].what)


def is_slide(findings: Findings) -> bool:
    """True when the told break is only the best split of a steady slide."""
    found = find_fact(findings, "break.0")
    return found is not None and found.text.endswith("slide fits better")


def _analysis(findings: Findings) -> list[str]:
    parts = [
        _total_sentence(findings),
        _streak_sentence(findings),
        _break_sentence(findings),
        _suspect_sentence(findings),
        _trend_sentence(findings),
        _outlier_sentence(findings),
        _cohort_sentence(findings),
        _evidence_sentence(findings),
        _incomplete_sentence(findings),
    ]
    return [part for part in parts if part]


def _total_sentence(findings: Findings) -> str:
    question = findings.question
    name = _capital(metric_name(question))
    total = find_fact(findings, "change.total")
    if total is None:
        return _single_sentence(findings, name)
    first, last = total.window
    start, end = (_level(findings, index) for index in (first, last))
    places = name_period(question, first), name_period(question, last)
    if total.direction is Direction.FLAT:
        return f"{name} stood at {start} in {places[0]} and at {end} in {places[1]}."
    verb = "rose" if total.direction is Direction.UP else "fell"
    sizes = change_text(total.value, difference_unit(fact_unit(question.unit)))
    relative = find_fact(findings, "change.total.relative")
    if relative is not None:
        sizes = f"{relative_text(relative.value)}, {sizes}"
    return f"{name} {verb} from {start} in {places[0]} to {end} in {places[1]} ({sizes})."


def _single_sentence(findings: Findings, name: str) -> str:
    level = next((fact for fact in findings.facts if fact.kind is FactKind.LEVEL), None)
    if level is None:
        return f"{name} has no usable value, so nothing can be compared."
    place = name_period(findings.question, level.window[0])
    value = value_text(level.value, level.unit)
    return f"{name} stood at {value} in {place}, and there is nothing to compare it with."


def _streak_sentence(findings: Findings) -> str:
    streak = find_fact(findings, "streak.current")
    if streak is None or streak.value < 3:
        return ""
    window = name_window(findings.question, *streak.window)
    return f"The latest values are {streak.value:.0f} {streak.unit} in a row, {window}."


def _break_sentence(findings: Findings) -> str:
    found = find_fact(findings, "break.0")
    if found is not None and found.text.endswith("steady slope"):
        place = name_period(findings.question, found.window[0])
        return f"A break lies in {place}, on top of a slope that runs through the series."
    before, after = (find_fact(findings, f"break.0.{side}") for side in ("before", "after"))
    if found is None or before is None or after is None or is_slide(findings):
        return ""
    place = name_period(findings.question, found.window[0])
    means = [
        f"{value_text(fact.value, fact.unit)} from {name_window(findings.question, *fact.window)}"
        for fact in (before, after)
    ]
    return f"A break lies in {place}: the mean is {means[0]} and {means[1]}."


def _suspect_sentence(findings: Findings) -> str:
    found = suspect(findings)
    if found is None:
        if find_fact(findings, "break.0.no_change_near") is not None:
            return "No recorded change lies near the break, so the cause is open."
        return ""
    distance, name = found
    what = "break" if distance.id.startswith("break") else "run"
    noun = findings.question.period.value
    lag = int(distance.value)
    if lag == 0:
        timing = f"in the same {noun} as {name}"
    else:
        count = f"{abs(lag)} {noun}{'' if abs(lag) == 1 else 's'}"
        timing = f"{count} {'after' if lag > 0 else 'before'} {name}"
    return f"The {what} begins {timing}, which makes it a suspect but not a proof."


def _trend_sentence(findings: Findings) -> str:
    slope = find_fact(findings, "trend.slope")
    if slope is None:
        return ""
    if findings.verdict in {Verdict.FLAT, Verdict.INSUFFICIENT_EVIDENCE}:
        if find_fact(findings, "evidence.no_change") is None:
            return ""
        return "No trend and no level break stands out from the noise."
    if not slope.text.endswith(", clear"):
        return ""
    per = findings.question.period.value
    size = change_text(slope.value, slope.unit)
    return f"The trend is {size} a {per}."


def _outlier_sentence(findings: Findings) -> str:
    odd = next((fact for fact in findings.facts if fact.kind is FactKind.OUTLIER), None)
    if odd is None:
        return ""
    place, value = name_period(findings.question, odd.window[0]), value_text(odd.value, odd.unit)
    return f"One odd value, {value} in {place}, stands apart and is no trend by itself."


def _cohort_sentence(findings: Findings) -> str:
    people = find_fact(findings, "cohort.change")
    size = findings.question.cohort_size
    if people is None or size is None or findings.question.denominators is not None:
        return ""
    more = "more" if people.value > 0 else "fewer"
    per = findings.question.period.value
    return (
        f"At {value_text(size, 'count')} a {per} that is about "
        f"{value_text(abs(round(people.value)), people.unit)} {more} a {per}."
    )


def _evidence_sentence(findings: Findings) -> str:
    short = find_fact(findings, "evidence.short")
    if short is None:
        return ""
    values = f"{short.value:.0f} value{'' if short.value == 1 else 's'}"
    return f"With only {values} the evidence is weak, and chance can make such a pattern."


def _incomplete_sentence(findings: Findings) -> str:
    if find_fact(findings, "evidence.incomplete") is None:
        return ""
    return f"The latest {findings.question.period.value} is incomplete and is left out."


def _action(findings: Findings) -> list[str]:
    deadline = _DEADLINE[findings.question.period]
    name = metric_name(findings.question)
    found = suspect(findings)
    if findings.verdict is Verdict.INSUFFICIENT_EVIDENCE:
        return [
            f"Keep collecting {name} until at least {ENOUGH_VALUES} values are in, and change "
            "nothing because of this series alone.",
            "A move that stays in one direction would confirm a real change.",
        ]
    if findings.verdict is Verdict.FLAT:
        return [
            f"Leave things as they are, and ask the owner to check {name} again when the next "
            "values are in.",
            "A break or a run in one direction would be the reason to look closer.",
        ]
    if found is not None:
        return [
            f"Ask the owner of {found[1]} to compare {name} {deadline} for people who met the "
            "change and people who did not.",
            "A gap between the two groups in the same direction would confirm the suspicion; "
            "no gap would clear it.",
        ]
    return [
        f"Ask the analyst to split {name} by segment, channel and platform {deadline}, to find "
        "where the change sits.",
        "One group that carries most of the change would confirm where to act; "
        "an even spread would point to a common cause or to tracking.",
    ]


def _urgency(findings: Findings) -> list[str]:
    relative = find_fact(findings, "change.total.relative")
    streak = find_fact(findings, "streak.current")
    if findings.verdict is Verdict.INSUFFICIENT_EVIDENCE:
        return ["Low.", "The numbers do not show a change that can be told from noise."]
    if findings.verdict is Verdict.FLAT:
        return ["Low.", "Nothing in the numbers has moved enough to act on."]
    if findings.verdict is Verdict.IMPROVING:
        return ["Low.", "The numbers are moving in the good direction."]
    going_on = streak is not None and streak.value >= 3
    if relative is not None and abs(relative.value) >= LARGE_FALL_PERCENT:
        size = relative_text(relative.value)
        return ["High.", f"The change of {size} is large and in the bad direction."]
    if going_on:
        return ["Medium.", "The numbers keep moving in the bad direction."]
    return ["Medium.", "The numbers have moved in the bad direction."]


def _level(findings: Findings, index: int) -> str:
    fact = findings.fact(f"level.{index}")
    return value_text(fact.value, fact.unit)


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
