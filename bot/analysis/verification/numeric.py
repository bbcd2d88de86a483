"""Decide the role of every written number and prove it, one claim each."""

from collections.abc import Iterator
from itertools import pairwise

from bot.analysis.answer import Section
from bot.analysis.claims import Claim
from bot.analysis.facts import FactKind
from bot.analysis.verification.arithmetic import by_arithmetic
from bot.analysis.verification.binding import bind_places
from bot.analysis.verification.carried import carried_by_fact
from bot.analysis.verification.changes import is_change, prove_change, prove_pace
from bot.analysis.verification.cohorts import prove_product, sizes
from bot.analysis.verification.courses import step_limit
from bot.analysis.verification.derived import by_derivation
from bot.analysis.verification.durations import prove_duration
from bot.analysis.verification.firsts import prove_first
from bot.analysis.verification.frame import Frame, Quantity
from bot.analysis.verification.levels import prove_level, prove_mean_pace, prove_total
from bot.analysis.verification.lists import find_lists, prove_list
from bot.analysis.verification.matching import level_factor, matches_difference
from bot.analysis.verification.metrics import names_other_metric
from bot.analysis.verification.multiples import prove_times
from bot.analysis.verification.outside import (
    credits_event,
    is_benchmark,
    is_cause_share,
    is_prediction,
)
from bot.analysis.verification.plans import is_plan
from bot.analysis.verification.proof import (
    Proof,
    claim_of,
    proved,
    quantity_claim,
    refused,
    show,
    unresolved,
)
from bot.analysis.verification.quotes import (
    find_quote,
    find_size,
    prove_stated_date,
    quotes_in_order,
    stands_rightly,
)
from bot.analysis.verification.ranks import find_superlatives
from bot.analysis.verification.readings import other_reading, prove_growth_range
from bot.analysis.verification.shares import prove_part, prove_share
from bot.analysis.verification.spans import (
    find_moves,
    find_ranges,
    move_direction,
    prove_move,
    prove_range,
)
from bot.analysis.verification.steps_said import prove_step_list, prove_step_range, step_lists
from bot.analysis.verification.streaks import find_streaks, is_step_count, prove_step_count
from bot.analysis.verification.vetoes import find_vetoes, foreign_unit
from bot.analysis.verification.vocabulary import DOWN_NOUNS, DOWN_VERBS, UP_NOUNS, UP_VERBS
from bot.analysis.verification.whole_shares import share_of_whole
from bot.analysis.verification.wordsets import words

SMALL_WORD = 12  # number words up to twelve may count anything
SMALL_SERIES = 20  # unless the series itself has values of that size
_COUNTING = words("by to at of from was were is are but")

MOST_READ = 16  # numbers or places of a sentence whose other readings are still tried
MOST_NUMBERS = 60  # more in one sentence is no prose, and pairs grow with the square


def check_numbers(frame: Frame) -> list[Claim]:
    """Return one claim per number of the sentence."""
    worded = _worded_tokens(frame)
    free = [q for q in frame.quantities if q.i not in worded]
    outcome = {q.i: refused("too many numbers for one sentence") for q in free[MOST_NUMBERS:]}
    for q in free[:MOST_NUMBERS]:
        early = _from_outside(frame, q) or step_limit(frame, q.i, q.j) or foreign_unit(frame, q)
        early = early or prove_first(frame, q)
        if early is not None:
            outcome[q.i] = early
    settled = set(outcome)
    bind_places(frame, [q for q in free if q.i not in outcome])
    _prove_pairs(frame, free, outcome)
    for q in free:
        if q.i not in outcome and _is_level(frame, q):
            outcome[q.i] = _prove_spread(frame, q) or prove_level(frame, q)
            if not outcome[q.i].holds:
                outcome[q.i] = _second_look(frame, q, outcome[q.i])
    for q in free:
        if q.i not in outcome:
            outcome[q.i] = _prove_rest(frame, q)
    for q in free[:MOST_NUMBERS]:
        if not outcome[q.i].holds and q.i not in frame.moved and not _is_outside(frame, q):
            outcome[q.i] = carried_by_fact(frame, q) or outcome[q.i]
        few = len(free) <= MOST_READ and len(frame.places) <= MOST_READ
        if few and not outcome[q.i].holds and q.i not in settled and not _is_outside(frame, q):
            outcome[q.i] = other_reading(frame, q) or by_arithmetic(frame, q) or outcome[q.i]
    _read_again(frame, [q for q in free[:MOST_READ] if q.i not in settled], outcome)
    vetoes = find_vetoes(frame, [q for q in free[:MOST_READ] if q.i not in settled])
    outcome.update({q.i: proof for q, proof in vetoes})
    for q in free:
        if not outcome[q.i].holds and _is_vague(frame, q):
            outcome[q.i] = unresolved("a bare number word")
    claimed = [q for q in free if not outcome[q.i].is_open]
    return [quantity_claim(frame, q, outcome[q.i]) for q in claimed] + list(_place_claims(frame))


def _read_again(frame: Frame, free: list[Quantity], outcome: dict[int, Proof]) -> None:
    """Give refused numbers their wider readings: lists and ranges of steps, named operands."""
    open_ = [q for q in free if not outcome[q.i].holds]
    if len(frame.places) > MOST_READ:
        return
    listed: set[int] = set()
    for group in step_lists(frame, free):
        listed.update(q.i for q in group)
        if any(q in open_ for q in group):
            proof = prove_step_list(frame, group)
            proof = proof or (prove_step_range(frame, *group) if len(group) == 2 else None)
            if proof is not None:
                outcome.update({q.i: proof for q in group})
    for one, two in pairwise(free):
        if not (outcome[one.i].holds and outcome[two.i].holds):
            proof = prove_step_range(frame, one, two)
            if proof is not None:
                outcome[one.i] = outcome[two.i] = proof
    for q in open_:
        if not outcome[q.i].holds and q.i not in frame.moved | listed:
            wider = share_of_whole(frame, q) if q.unit == "share" else by_derivation(frame, q)
            if wider is not None and (q.unit == "share" or not _is_outside(frame, q)):
                outcome[q.i] = wider


def _is_vague(frame: Frame, q: Quantity) -> bool:
    """Tell whether a small number word counts something the sentence leaves open ("the two")."""
    if frame.words(q.j, q.j + 2) == ["or", "two"] or frame.words(q.i - 2, q.i)[-1:] == ["or"]:
        return q.value <= 2  # "a point or two"
    if frame.section is Section.RECOMMENDED_ACTION and q.worded and q.unit in {"", "noun"}:
        return True  # "list the twenty largest": what is counted is the plan's
    small = max(frame.view.several(frame.view.known), default=0.0) <= SMALL_SERIES
    led = frame.low(q.i - 1) in _COUNTING or is_change(frame, q)
    led = led or frame.low(q.j) == "of"
    return q.worded and q.unit == "" and q.value <= SMALL_WORD and not small and not led


def _worded_tokens(frame: Frame) -> set[int]:
    """Return tokens that belong to a run or a rank and are checked there."""
    found = {at for run in find_streaks(frame) for at in range(run.i, run.j)}
    if frame.section is Section.RECOMMENDED_ACTION:
        return found
    return found | {at for rank in find_superlatives(frame) for at in range(rank.i, rank.j)}


def _is_outside(frame: Frame, q: Quantity) -> bool:
    """Tell whether no fact may carry a number, because it speaks of more than the series."""
    return is_prediction(frame, q) or is_benchmark(frame, q) or is_cause_share(frame, q)


def _from_outside(frame: Frame, q: Quantity) -> Proof | None:
    if is_prediction(frame, q) and not q.unit.startswith("period"):
        return refused("a prediction: no fact carries what has not happened")
    if is_plan(frame, q):
        return proved("plan", "a number of the plan, not of the series")
    if credits_event(frame, q):
        return refused("nothing here measures a share of the cause")
    quote = find_quote(frame, q)
    if quote is not None and not stands_rightly(frame, q):
        return refused("the newest value lies on the other side of it")
    if quote is not None:
        frame.now.levels.append(quote.value)
        return proved(f"quote:{quote.source}", f"stated in the {quote.source}")
    other = names_other_metric(frame, q)
    if other:
        return refused(f"the question holds no values of {other}")
    if is_benchmark(frame, q):
        return refused("a benchmark that neither the data nor the question holds")
    if is_cause_share(frame, q):
        return refused("nothing here measures a share of the cause")
    if (
        frame.view.is_rate == (frame.view.question.unit in {"%", "proportion"})
        and (find_size(frame, q))
        and q.unit in {"noun", ""}
        and q.value >= 20
    ):
        return proved("quote:cohort", "the cohort size as stated")
    return None


def _prove_pairs(frame: Frame, free: list[Quantity], outcome: dict[int, Proof]) -> None:
    for group in find_lists([q for q in free if q.i not in outcome and _is_level(frame, q)], frame):
        outcome.update(
            {q.i: proof for q, proof in zip(group, prove_list(frame, group), strict=True)}
        )
    for start, end in find_moves(frame):
        if _moves_of_steps(frame, start) and start.place is not None and end.place is not None:
            outcome[start.i], outcome[end.i] = _prove_step(frame, start), _prove_step(frame, end)
            continue
        if not quotes_in_order(frame, start, end):
            outcome[end.i] = refused("the question states these two the other way round")
        if start.i in outcome or end.i in outcome:
            continue
        if level_factor(frame.view, start) is None or level_factor(frame.view, end) is None:
            continue
        if is_change(frame, start) and start.sign == 0:
            continue
        outcome[start.i], outcome[end.i] = prove_move(frame, start, end)
        if not outcome[end.i].holds and not start.direct and not move_direction(frame, start, end):
            ranged = prove_range(frame, start, end)
            if ranged.holds:
                outcome[start.i] = outcome[end.i] = ranged
        frame.moved.update((start.i, end.i))
    for low, high in find_ranges(frame):
        if low.i not in outcome and high.i not in outcome:
            found = prove_growth_range(frame, low, high) or prove_range(frame, low, high)
            outcome[low.i] = outcome[high.i] = found


def _prove_step(frame: Frame, q: Quantity) -> Proof:
    """Check the size of the step into the period a number is tied to."""
    at = q.place.point if q.place is not None else None
    step = None if at is None else frame.view.steps.get(at)
    if step is None:
        return refused("the sentence does not say which step that is")
    if matches_difference(frame.view, q, step, 0):
        return proved(f"derived:step:{at}", f"the step was {show(frame.view, step)}")
    return refused(f"the step was {show(frame.view, step)}")


def _moves_of_steps(frame: Frame, start: Quantity) -> bool:
    """Tell whether a from-to pair speaks of steps ("monthly losses have grown from 50 to 210")."""
    return any(
        low.endswith("s") and low in (UP_NOUNS | DOWN_NOUNS) - UP_VERBS - DOWN_VERBS
        for low in frame.words(start.i - 7, start.i)
    )


def _is_level(frame: Frame, q: Quantity) -> bool:
    if q.unit.startswith("period") and level_factor(frame.view, q) is None:
        return False
    if (
        q.unit == "%"
        and frame.low(q.j) == "of"
        and any(
            q.j < o.i <= q.j + 5 and level_factor(frame.view, o) is not None
            for o in frame.quantities
        )
    ):
        return False
    if is_step_count(frame, q):
        return False
    if q.unit in {"x", "share"} and frame.view.unit != "x":
        return False
    if q.unit == "noun" and frame.view.unit != "count":
        return False
    return not is_change(frame, q) and level_factor(frame.view, q) is not None


def _prove_spread(frame: Frame, q: Quantity) -> Proof | None:
    """Check "over the fourteen days 1,565 conversions, 112 a day": the mean, no single day's."""
    counted = {o.value for o in frame.quantities if o.unit.startswith("period:")}
    if not q.per or len(frame.view.known) not in counted or frame.places:
        return None
    return prove_mean_pace(frame, q) or refused("the mean over all of it is another")


def _second_look(frame: Frame, q: Quantity, first: Proof) -> Proof:
    """Try the other roles a bare number may have before refusing it."""
    units = {"noun", "", frame.view.unit} - {"%", "count"}
    if frame.view.unit != "count" and q.unit in units:
        product = prove_product(frame, q, strict=q.unit == frame.view.unit)
        if product.holds:
            return product
    if q.per:
        pace = prove_pace(frame, q, 0) or prove_mean_pace(frame, q)
        if pace is not None:
            return pace
    total = prove_total(frame, q)
    if total is not None and total.holds:
        return total
    if frame.now.pairs or _near_step(frame, q) or _after_rate(frame, q) or _is_open(frame, q):
        q.per = q.per or _after_rate(frame, q)
        change = prove_change(frame, q)
        if change.holds:
            return change
    return first


def _near_step(frame: Frame, q: Quantity) -> bool:
    """Tell whether a superlative of steps speaks of this number ("the largest gains were 60")."""
    if frame.words(q.i - 2, q.i) == ["of", "the"] or frame.words(q.j, q.j + 2) == ["of", "the"]:
        return q.unit != "%"
    return any(found.steps and found.i < q.i for found in find_superlatives(frame))


def _is_open(frame: Frame, q: Quantity) -> bool:
    """Tell whether a number stands in apposition, so that it may be a difference too."""
    return q.unit != "%" and frame.low(q.i - 1) in {",", "("} and not q.direct


def _after_rate(frame: Frame, q: Quantity) -> bool:
    """Tell whether an earlier number was a change per period ("... and since then about 2.9")."""
    return any(
        other.per and other.i < q.i and is_change(frame, other) for other in frame.quantities
    )


def _prove_rest(frame: Frame, q: Quantity) -> Proof:
    view = frame.view
    if q.unit == "x":
        return prove_times(frame, q)
    if q.unit == "%" and frame.low(q.j) == "of" and not is_change(frame, q):
        part = prove_part(frame, q)
        if part is not None:
            return part
    steps = prove_step_count(frame, q)
    if steps is not None:
        return steps
    if q.unit == "share":
        return prove_share(frame, q)
    if q.unit.startswith("period:"):
        return prove_duration(frame, q)
    if q.unit == "noun" and view.unit != "count":
        return prove_product(frame, q)
    if is_change(frame, q):
        change = prove_change(frame, q)
        if not change.holds and q.unit == "%":
            return _quotient(frame, q) or change
        if change.holds:
            return change
        if q.unit in {"noun", "", view.unit}:
            product = prove_product(frame, q)
            return product if product.holds else change
        return _evidence(frame, q) or _hypothetical(frame, q) or change
    if q.unit in {"noun", ""} or (len(q.unit) == 3 and q.unit == view.unit):
        product = prove_product(frame, q)
        return product if product.holds else _fact_value(frame, q) or product
    found = _fact_value(frame, q)
    return found or refused(f"{view.question.metric} is not measured in {q.unit or 'that unit'}")


def _quotient(frame: Frame, q: Quantity) -> Proof | None:
    """Accept "120 errors in 5,000 checkouts is 2.4 %": both parts are claims of their own."""
    parts = [o.value for o in frame.quantities if o is not q and o.unit in {"", "noun"}]
    for part in parts:
        for whole in parts:
            if 0 < part < whole and abs(100 * part / whole - q.value) <= q.half_step * 1.001:
                return proved("derived:part", f"{part:,.0f} of {whole:,.0f}")
    return None


def _hypothetical(frame: Frame, q: Quantity) -> Proof | None:
    """Accept "half a point of 90,000 is 450": the points are an example, the product is checked."""
    for other in frame.quantities:
        if other.unit == "noun" and other is not q:
            for size in sizes(frame):
                product = abs(q.value) * size / 100
                if size != other.value and abs(product - other.value) <= other.half_step:
                    return proved("derived:cohort", f"{q.value:g} points of {size:,.0f} people")
    return None


def _evidence(frame: Frame, q: Quantity) -> Proof | None:
    behind = frame.low(q.j) in {"cannot", "of", "are", "is", "do", "make", "carry", "can"}
    if (
        q.unit in {"pp", "pt"}
        and q.value == len(frame.view.known)
        and q.half_step == 0.5
        and behind
    ):
        return proved("derived:length", "the number of values")
    return None


def _fact_value(frame: Frame, q: Quantity) -> Proof | None:
    """Look for a typed fact of another kind that carries the number (z-score, p-value, slope)."""
    kinds = {FactKind.TREND, FactKind.INTERVAL, FactKind.OUTLIER, FactKind.EFFECT, FactKind.COHORT}
    for fact in frame.findings.facts:
        near = abs(abs(fact.value) - abs(q.value)) <= q.half_step * 1.001
        if fact.kind in kinds and near and _unit_fits(fact.unit, q.unit):
            return proved(fact.id, fact.text)
    return None


def _unit_fits(fact_unit: str, written: str) -> bool:
    return fact_unit == written or (
        written in {"", "noun"} and fact_unit in {"count", "people", "ratio", "p", "z", ""}
    )


def _place_claims(frame: Frame) -> Iterator[Claim]:
    """Refuse places that the series does not have, outside plans."""
    if frame.section is Section.RECOMMENDED_ACTION:
        return
    for place in frame.places:
        if place.trouble and place.trouble != "outside the series":
            yield claim_of(frame, place.i, place.j, refused(place.trouble), None, "period")
        elif not place.windows and place.relation not in {"by", "before", "until"}:
            yield claim_of(frame, place.i, place.j, prove_stated_date(frame, place), None, "date")
