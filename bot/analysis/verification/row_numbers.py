"""Numbers of sentences about groups: their role and subject, and the fact behind them.

Part of `drivers`.
"""

from bot.analysis.answer import Section
from bot.analysis.facts import Fact, FactKind
from bot.analysis.verification.row_mentions import Mention
from bot.analysis.verification.row_parts import (
    find_kinds_of_change,
    find_said_side,
    name_whole_part,
)
from bot.analysis.verification.row_sentence import Number, RowSentence
from bot.analysis.verification.row_words import (
    CLEAR,
    COUNTED,
    DOWN,
    FUTURE,
    HEDGED,
    NEGATION,
    PEOPLE,
    STEP_AFTER,
    STEP_BEFORE,
    TIMES,
    UNCLEAR,
    UP,
)
from bot.analysis.verification.tolerance import ABOUT, NEARLY, is_near

Proved = tuple[str | None, str]


def prove_number(sentence: RowSentence, number: Number) -> Proved:
    """Return the id of the fact that carries a number (None without one), and the reason."""
    if number.role == "confidence":
        found = [f for f in sentence.findings.facts if f.interval is not None]
        if number.value == 95 and found:
            return found[0].id, "the level of the intervals"
        return None, "intervals are given at 95 %"
    if sentence.section is not Section.ANALYSIS and _is_plan(sentence, number):
        return "plan", "a deadline of the plan"
    first, last = sentence.segment(number.first)
    if set(sentence.words(first, number.first)) & FUTURE:
        return None, "a prediction; the facts describe what was seen"
    if number.role and _has(sentence, FactKind.MIX_EFFECT):
        return _end_of_change(sentence, number)
    step = _step_of(sentence, number)
    if step is not None:
        return step
    mention = sentence.subject_of(number.first)
    whole = _whole(sentence, number)
    if whole is not None:
        return whole
    if mention is None:
        return None, "no predictor or segment is named for it"
    kinds, why = _kinds(sentence, number)
    if not kinds:
        return None, why
    facts = [fact for fact in sentence.effects_of(mention) if fact.kind in kinds]
    for fact in facts:
        if _carries(sentence, number, fact, mention):
            if _hides_doubt(sentence, fact, first, last):
                return None, "not clear after correction, and the sentence does not say so"
            return fact.id, f"{fact.text} ({fact.method})"
    told = facts[0].text if facts else "no such fact about it"
    return None, f"the facts say otherwise: {told}"


def _end_of_change(sentence: RowSentence, number: Number) -> Proved:
    """Prove an end of the interval behind a change or effect: of that very fact."""
    values = [n for n in sentence.numbers if not n.role and n.first < number.first]
    fact_id, reason = prove_number(sentence, values[-1]) if values else (None, "")
    fact = next((f for f in sentence.findings.facts if f.id == fact_id), None)
    if fact is None or fact.interval is None:
        return None, reason or "no value stands before this interval"
    ends = sorted(fact.interval)
    if values[-1].value * (values[-1].sign or 1) * fact.value < 0:  # "2.2 points lower (0.8 to 4)"
        ends = sorted(-end for end in ends)
    end = ends[0] if number.role == "low" else ends[1]
    if is_near(number.value * (number.sign or 1), end, number.half_step):
        return fact.id, f"{fact.text} ({fact.method})"
    return None, f"the facts say otherwise: {fact.text}"


def _is_plan(sentence: RowSentence, number: Number) -> bool:
    behind = sentence.words(number.last, number.last + 1)
    ahead = set(sentence.words(number.first - 3, number.first))
    return not number.unit and bool(set(behind) & TIMES) and bool(
        ahead & {"within", "for", "in", "next", "after", "over", "every"}
    )  # fmt: skip


def _step_of(sentence: RowSentence, number: Number) -> Proved | None:
    """Prove "each additional 10 days", "two more sessions": any step may be taken of a slope."""
    if number.unit:
        return None
    ahead = sentence.words(number.first - 2, number.first)
    behind = sentence.words(number.last, number.last + 2)
    is_step = bool(set(ahead) & STEP_BEFORE) or bool(set(behind[:1]) & STEP_AFTER)
    if not is_step:
        return None
    for fact in sentence.effects_of(sentence.subject_of(number.last)):
        if fact.subject is not None and fact.subject.step:
            return fact.id, "the step of the predictor"
    return None, "no numeric predictor is named for this step"


def _whole(sentence: RowSentence, number: Number) -> Proved | None:
    """Prove numbers of the whole table: rows, fit, base rate, counts of predictors."""
    first, last = sentence.segment(number.first)
    behind = set(sentence.words(number.last, number.last + 4))
    ahead = set(sentence.words(number.first - 5, number.first))
    wanted: tuple[str, ...] = ()
    if "rsq" in ahead | behind or "rs" in ahead or "mcfadden" in ahead:
        wanted = ("model.fit",)
    elif not number.unit and (behind & COUNTED or (behind & PEOPLE and not behind & {"more"})):
        wanted = ("model.rows", "model.events")
    elif not number.unit and ahead & {"n"}:
        wanted = ("model.rows",)
    elif not number.unit and behind & {"predictors", "factors", "drivers", "variables", "columns"}:
        wanted = ("model.clear", "model.predictors", "model.unclear")
        if sentence.words(number.last, number.last + 1) == ["of"]:
            wanted = ("model.clear", "model.unclear")
        elif sentence.words(number.first - 1, number.first) == ["of"]:
            wanted = ("model.predictors",)
    elif not number.unit and behind & {"tests", "effects"}:
        wanted = ("model.tests",)
    elif not number.unit and behind & {"segments"}:
        wanted = ("total.simpson",)
    elif number.unit == "%" and (
        sentence.subject_of(number.first) is None
        or set(sentence.words(first, last)) & {"overall", "average", "total"}
    ):
        wanted = ("model.base", "total.before", "total.after")
        if sentence.words(number.first - 1, number.first) == ["from"]:
            wanted = ("total.before",)
        elif sentence.words(number.first - 1, number.first) == ["to"]:
            wanted = ("total.after",)
    elif number.unit == "pp":
        wanted = name_whole_part(sentence, number)
    if not wanted:
        return None
    for fact in sentence.findings.facts:
        if fact.id in wanted and _matches(sentence, number, fact.value):
            return fact.id, f"{fact.text} ({fact.method})"
    if number.unit == "pp" and sentence.mentions:
        return None
    return None, "no fact of the whole table says so"


def _kinds(sentence: RowSentence, number: Number) -> tuple[set[FactKind], str]:
    """Return the kinds of fact a number may be, or why it can be none."""
    first, last = sentence.segment(number.first)
    near = sentence.words(number.first - 5, number.first) + sentence.words(
        number.last, number.last + 7
    )
    part = set(sentence.words(first, last))
    is_odds = bool(set(near) & {"odds", "or"} - {"or"}) or "odds" in part
    is_logit = any(fact.kind is FactKind.ODDS_RATIO for fact in sentence.findings.facts)
    if number.role in {"low", "high"}:
        return set(FactKind), ""
    ahead = sentence.words(number.first - 4, number.first)
    if set(ahead) & {"p", "p-value"}:
        return {FactKind.P_VALUE}, ""
    if number.unit == "pp":
        if set(near) & {"odds"}:
            return set(), "odds change by percent; points are of the probability"
        if _has(sentence, FactKind.MIX_EFFECT):
            return find_kinds_of_change(sentence, number), ""
        return {FactKind.MARGINAL_EFFECT, FactKind.SEGMENT_DIFFERENCE, FactKind.CHANGE}, ""
    if number.unit == "%":
        moved = bool(set(sentence.words(number.last, number.last + 3)) & (UP | DOWN)) or (
            sentence.words(number.first - 1, number.first) == ["by"]
        )
        if is_odds:
            return {FactKind.ODDS_CHANGE}, ""
        if moved and (is_logit or not _has(sentence, FactKind.RATE_CHANGE)):
            return set(), "a difference of probabilities is told in points, of odds in percent"
        if moved:
            return {FactKind.RATE_CHANGE}, ""
        if part & {"weight", "mix"} or " of all" in sentence.text:
            return {FactKind.EVIDENCE}, ""
        return {FactKind.SEGMENT_RATE}, ""
    if number.unit == "x" or set(sentence.words(number.first - 9, number.first)) & {
        "ratio",
        "ratios",
    }:
        if is_logit and not is_odds:
            return set(), "a ratio of odds is not a ratio of probabilities"
        return {FactKind.ODDS_RATIO if is_logit else FactKind.RATE_RATIO}, ""
    if _has(sentence, FactKind.COEFFICIENT):
        return {FactKind.COEFFICIENT}, ""
    if is_logit or sentence.mentions:
        return set(), "a bare number: say odds ratio, percent of the odds, or points"
    return set(), "no role could be read for it"


def _has(sentence: RowSentence, kind: FactKind) -> bool:
    return any(fact.kind is kind for fact in sentence.findings.facts)


def _carries(sentence: RowSentence, number: Number, fact: Fact, mention: Mention) -> bool:
    flip = sentence.flip_of(fact, mention)
    if flip is None:
        return False
    times = _stated_step(sentence, fact)
    if number.role in {"low", "high"}:
        if fact.interval is None:
            return False
        low, high = sorted(_turned(fact, end, flip, times) for end in fact.interval)
        end = low if number.role == "low" else high
        turned = -(high if number.role == "low" else low)
        pairs = [end] if fact.kind in _RATIOS or number.sign or fact.value * flip > 0 else [
            end, turned,
        ]  # fmt: skip
        written = number.value * (number.sign or 1)
        return any(is_near(written, true, number.half_step) for true in pairs)
    if fact.kind is FactKind.P_VALUE:
        return _p_matches(sentence, number, fact.value)
    value = _turned(fact, fact.value, flip, times)
    side = fact.id.rpartition(".")[2].removeprefix("weight_")
    if side in {"before", "after"} and find_said_side(sentence, number) not in {"", side}:
        return False
    return _matches(sentence, number, value, signed=fact.kind not in _RATIOS)


_RATIOS = {FactKind.ODDS_RATIO, FactKind.RATE_RATIO}
_PERCENTS = {FactKind.ODDS_CHANGE, FactKind.RATE_CHANGE}


def _turned(fact: Fact, value: float, flip: int, times: float) -> float:
    """Bring a fact's value to the stated step and to the stated order of comparison."""
    if fact.kind in _RATIOS:
        return float(value ** (flip * times)) if value > 0 else value
    if fact.kind in _PERCENTS:
        ratio = 1 + value / 100
        return 100 * (float(ratio ** (flip * times)) - 1) if ratio > 0 else value
    if fact.kind in {FactKind.SEGMENT_RATE, FactKind.P_VALUE, FactKind.EVIDENCE}:
        return value
    return value * flip * times


def _stated_step(sentence: RowSentence, fact: Fact) -> float:
    """Return how many of the fact's steps the sentence speaks of."""
    if fact.subject is None or not fact.subject.step:
        return 1.0
    for number in sentence.numbers:
        if not number.unit and _step_of(sentence, number) is not None:
            return number.value / fact.subject.step
    if sentence.lows & (STEP_BEFORE - {"further"}):
        return 1.0 / fact.subject.step
    return 1.0


def _matches(sentence: RowSentence, number: Number, true: float, *, signed: bool = True) -> bool:
    margin = "plain"
    ahead = sentence.words(number.first - 2, number.first)
    if set(ahead) & (ABOUT | NEARLY):
        margin = "nearly" if set(ahead) & NEARLY else "about"
    written = number.value
    is_difference = signed and (number.unit == "pp" or number.sign != 0 or true < 0 or (
        number.unit == "%" and _direction(sentence, number) != 0 and "odds" in sentence.lows
    ))  # fmt: skip
    if is_difference:
        written *= number.sign or _direction(sentence, number) or 1
    elif number.sign:
        written *= number.sign
    return is_near(written, true, number.half_step, margin)


def _direction(sentence: RowSentence, number: Number) -> int:
    """Return the direction word nearest to a number in its part of the sentence."""
    first, last = sentence.segment(number.first)
    near = [at for at in sentence.direction_places if first <= at < last]
    if not near:
        return 0
    at = min(near, key=lambda at: abs(at - number.first) - (0.5 if at > number.first else 0))
    return sentence.direction_at(at)


def _p_matches(sentence: RowSentence, number: Number, true: float) -> bool:
    ahead = sentence.words(number.first - 2, number.first)
    if "<" in ahead or {"below", "under"} & set(ahead):
        return true < number.value and number.value <= max(0.05, 10 * true)
    if ">" in ahead or {"above", "over"} & set(ahead):
        return true > number.value
    return is_near(number.value, true, number.half_step)


def _hides_doubt(sentence: RowSentence, fact: Fact, first: int, last: int) -> bool:
    """Whether an unclear effect is told as if it were sure."""
    subject = fact.subject
    tested = fact.kind in _RATIOS | _PERCENTS | {FactKind.MARGINAL_EFFECT, FactKind.COEFFICIENT}
    if subject is None or subject.is_clear or not tested:
        return False
    part = set(sentence.words(first, last))
    if sentence.lows & CLEAR and sentence.lows & NEGATION:
        return False
    shown = any(number.role in {"low", "high"} for number in sentence.numbers)
    return not (shown or part & (HEDGED | UNCLEAR | NEGATION))
