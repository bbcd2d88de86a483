"""Segments and the rate-against-mix split as typed facts."""

from collections.abc import Iterator, Sequence

from bot.analysis.drivers.cautions import spoken
from bot.analysis.drivers.effects import CLEAR_P, CORRECTION
from bot.analysis.drivers.mix import Decomposition, Segment, SegmentPart, decompose_change
from bot.analysis.drivers.mix_intervals import (
    Ends,
    find_clear_changes,
    find_effect_intervals,
    newcombe_interval,
)
from bot.analysis.facts import Direction, Fact, FactKind, Findings, Subject, Verdict
from bot.analysis.question import MetricKind, MetricQuestion, Period
from bot.analysis.units import PERCENT, POINTS_OF_PERCENT, change_text, value_text

MOST_TOLD_SEGMENTS = 4
TOLD_WEIGHT_MOVE = 2.0  # points; smaller shifts hardly move a total
WINDOW = (0, 1)  # before and after
SEGMENT = "segment"
METHOD = "Kitagawa 1955, two factors at their means"
FORMULAS = {  # r: a segment's rate, w: its weight; 0 before, 1 after
    "rate": "(r1 - r0) x (w0 + w1) / 2",
    "mix": "(w1 - w0) x (r0 + r1) / 2",
}


def compute_mix_findings(
    segments: Sequence[Segment],
    metric: str,
    *,
    period: Period = Period.MONTH,
    question: str = "",
    context: str = "",
    higher_is_better: bool | None = None,
) -> Findings:
    """State how a rate changed, and how much of it is rates, how much mix.

    Raises:
        ValueError: the segments cannot be compared; the message says which and why.
    """
    split = decompose_change(segments)
    facts = sorted(
        [
            *_total_facts(split, segments, metric),
            *_segment_facts(split, segments, metric),
            *_comparisons(segments, metric),
        ],
        key=lambda fact: fact.rank,
    )
    warnings = []
    if split.is_simpson:
        warnings.append(
            "Every segment moved one way and the total the other (Simpson's paradox): the mix "
            "of segments changed. Judge the segments, not the total."
        )
    return Findings(
        question=MetricQuestion(
            metric=spoken(metric),
            kind=MetricKind.RATE,
            unit=PERCENT,
            values=(),
            period=period,
            context=context,
            question=question or f"Why did {spoken(metric)} change?",
            higher_is_better=higher_is_better,
        ),
        facts=tuple(facts),
        verdict=judge_change(facts[0], higher_is_better),
        warnings=tuple(warnings),
        prompt_facts=tuple(fact.id for fact in facts if fact.rank <= 50),
    )


def judge_change(change: Fact, higher_is_better: bool | None) -> Verdict:
    """Say whether the total got better or worse; flat where its interval holds zero."""
    low, high = change.interval or (change.value, change.value)
    if low <= 0 <= high:
        return Verdict.FLAT
    is_good = (change.value > 0) == (higher_is_better is not False)
    return Verdict.IMPROVING if is_good else Verdict.WORSENING


def _total_facts(split: Decomposition, segments: Sequence[Segment], metric: str) -> Iterator[Fact]:
    name, pp = spoken(metric), POINTS_OF_PERCENT
    before, after = value_text(split.rate_before, PERCENT), value_text(split.rate_after, PERCENT)
    total = change_text(split.total, pp)
    whole = Subject(variable="", outcome=metric)
    yield _fact("total.before", FactKind.SEGMENT_RATE, split.rate_before, PERCENT,
                f"{name} before: {before}", 60, whole, "observed share")  # fmt: skip
    yield _fact("total.after", FactKind.SEGMENT_RATE, split.rate_after, PERCENT,
                f"{name} after: {after}", 60, whole, "observed share")  # fmt: skip
    counts = [sum(counted) for counted in zip(*map(_counts, segments), strict=True)]
    ends = newcombe_interval(*counts)
    is_clear = not ends[0] <= 0 <= ends[1]
    yield _fact(
        "total.change", FactKind.CHANGE, split.total, pp,
        f"{name}: {before} to {after}, {total} ({_span(ends)}){_mark(is_clear)}", 1,
        whole.model_copy(update={"is_clear": is_clear}), "difference of shares, Newcombe interval",
        f"{split.rate_after:.4f} - {split.rate_before:.4f}", ends,
    )  # fmt: skip
    effects = zip(("rate", "mix"), find_effect_intervals(segments), strict=True)
    for effect, ends in effects:
        is_rate = effect == "rate"
        value = split.rate_effect if is_rate else split.mix_effect
        source = "segments' own rates" if is_rate else "the changed mix of segments"
        yield _fact(
            f"total.{effect}", FactKind.RATE_EFFECT if is_rate else FactKind.MIX_EFFECT, value, pp,
            f"Of {total}: {change_text(value, pp)} from {source} ({effect} effect, {_span(ends)})",
            2, whole.model_copy(update={"is_clear": not ends[0] <= 0 <= ends[1]}),
            f"{METHOD}; binomial interval, weights held fixed",
            f"{FORMULAS[effect]}, summed over {len(split.parts)} segments", ends,
        )  # fmt: skip
    yield _fact(
        "total.interaction", FactKind.EFFECT, split.interaction, pp,
        f"Rate and mix interaction: {change_text(split.interaction, pp)}",
        70, whole, "Laspeyres decomposition, first-period weights",
        f"{split.total:.4f} - {split.rate_at_first:.4f} (rate) - {split.mix_at_first:.4f} (mix)",
    )  # fmt: skip
    if split.is_simpson:
        way = "rose" if split.total < 0 else "fell"
        other = "fell" if split.total < 0 else "rose"
        count = len(split.parts)
        everyone = "Both segments" if count == 2 else f"All {count} segments"
        yield _fact(
            "total.simpson", FactKind.EVIDENCE, count, "segments",
            f"{everyone} {way}, yet the total {other} (Simpson's paradox)", 2,
            whole, "signs of the segments' changes",
        )  # fmt: skip


def _segment_facts(
    split: Decomposition, segments: Sequence[Segment], metric: str
) -> Iterator[Fact]:
    clear = find_clear_changes(segments)
    by_size = sorted(
        zip(split.parts, segments, clear, strict=True),
        key=lambda row: -abs(row[0].rate_effect + row[0].mix_effect),
    )
    middle = (split.rate_before + split.rate_after) / 2
    for number, (part, segment, is_clear) in enumerate(by_size):
        subject = Subject(variable=SEGMENT, level=part.name, outcome=metric, is_clear=is_clear)
        rank = 10 + number if number < MOST_TOLD_SEGMENTS else 60
        label = f"segment.{number + 1}"
        yield from _moved(part, segment, subject, label, rank)
        yield from _parts(part, subject, label, rank, middle)


def _moved(
    part: SegmentPart, segment: Segment, subject: Subject, label: str, rank: int
) -> Iterator[Fact]:
    """Yield a segment's own change, its rates and its weights."""
    move = part.rate_after - part.rate_before
    before, after = (value_text(rate, PERCENT) for rate in (part.rate_before, part.rate_after))
    ends = newcombe_interval(*_counts(segment))
    yield _fact(
        f"{label}.change", FactKind.CHANGE, move, POINTS_OF_PERCENT,
        f"{part.name}: {before} to {after}, {change_text(move, POINTS_OF_PERCENT)} "
        f"({_span(ends)}){_mark(subject.is_clear)}",
        rank, subject,
        f"difference of shares, Newcombe interval; clear by a z test, {CORRECTION}-corrected",
        f"{segment.after:g} / {segment.after_of:g} - {segment.before:g} / {segment.before_of:g}",
        ends,
    )  # fmt: skip
    for name, rate, weight in (
        ("before", part.rate_before, part.weight_before),
        ("after", part.rate_after, part.weight_after),
    ):
        yield _fact(
            f"{label}.{name}", FactKind.SEGMENT_RATE, rate, PERCENT,
            f"{part.name} {name}: {value_text(rate, PERCENT)}", 62, subject, "observed share",
        )  # fmt: skip
        text = f"{part.name}: {value_text(weight, PERCENT)} of all {name}"
        if name == "after" and abs(part.weight_after - part.weight_before) >= TOLD_WEIGHT_MOVE:
            text = (
                f"{part.name}: {value_text(part.weight_before, PERCENT)} of all before, "
                f"{value_text(weight, PERCENT)} of all after"
            )
        yield _fact(
            f"{label}.weight_{name}", FactKind.EVIDENCE, weight, PERCENT, text,
            rank if "before" in text and name == "after" else 63, subject,
            "share of all denominators",
        )  # fmt: skip


def _parts(
    part: SegmentPart, subject: Subject, label: str, rank: int, middle: float
) -> Iterator[Fact]:
    """Yield what a segment adds to the change of the total, by its rate and by its weight."""
    pp = POINTS_OF_PERCENT
    total = part.rate_effect + part.mix_effect
    yield _fact(
        f"{label}.contribution", FactKind.EFFECT, total, pp,
        f"{part.name}: adds {change_text(total, pp)} (rate {change_text(part.rate_effect, pp)}, "
        f"mix {change_text(part.mix_effect, pp)})",
        rank, subject, METHOD, f"{part.rate_effect:.4f} + {part.mix_effect:.4f}",
    )  # fmt: skip
    yield _fact(
        f"{label}.rate", FactKind.RATE_EFFECT, part.rate_effect, pp,
        f"{part.name}: rate effect {change_text(part.rate_effect, pp)}", 61, subject, METHOD,
        f"({part.rate_after:.4f} - {part.rate_before:.4f}) x "
        f"({part.weight_before:.2f} % + {part.weight_after:.2f} %) / 2",
    )  # fmt: skip
    yield _fact(
        f"{label}.mix", FactKind.MIX_EFFECT, part.mix_effect, pp,
        f"{part.name}: mix effect {change_text(part.mix_effect, pp)}", 61, subject, METHOD,
        f"({part.weight_after:.2f} % - {part.weight_before:.2f} %) x "
        f"(({part.rate_before:.4f} + {part.rate_after:.4f}) / 2 - {middle:.4f})",
    )  # fmt: skip


def _comparisons(segments: Sequence[Segment], metric: str) -> Iterator[Fact]:
    """Yield the latest difference of every segment to the lowest, with interval."""
    lowest = min(segments, key=lambda segment: segment.after / segment.after_of)
    for number, segment in enumerate(segments):
        if segment is lowest:
            continue
        ends = newcombe_interval(segment.after, segment.after_of, lowest.after, lowest.after_of)
        value = 100 * (segment.after / segment.after_of - lowest.after / lowest.after_of)
        yield Fact(
            id=f"difference.{number + 1}",
            kind=FactKind.SEGMENT_DIFFERENCE,
            value=value,
            unit=POINTS_OF_PERCENT,
            text=f"{segment.name} against {lowest.name}: {change_text(value, POINTS_OF_PERCENT)} "
            f"({_span(ends)})",
            window=(1, 1),
            method=f"Newcombe interval of two shares, {100 * (1 - CLEAR_P):.0f} %",
            direction=Direction.UP,
            interval=ends,
            arithmetic=f"{segment.after:g} / {segment.after_of:g} - "
            f"{lowest.after:g} / {lowest.after_of:g}",
            rank=64,
            subject=Subject(
                variable=SEGMENT,
                level=segment.name,
                reference=lowest.name,
                outcome=metric,
                is_clear=ends[0] > 0,
            ),
        )


def _fact(
    fact_id: str,
    kind: FactKind,
    value: float,
    unit: str,
    text: str,
    rank: int,
    subject: Subject,
    method: str,
    arithmetic: str = "",
    interval: Ends | None = None,
) -> Fact:
    signed = unit == POINTS_OF_PERCENT
    direction = (Direction.UP if value > 0 else Direction.DOWN) if signed and value else None
    return Fact(
        id=fact_id,
        kind=kind,
        value=float(value),
        unit=unit,
        text=text,
        window=WINDOW,
        method=method,
        direction=direction,
        interval=interval,
        arithmetic=arithmetic,
        rank=rank,
        subject=subject,
    )


def _counts(segment: Segment) -> tuple[float, float, float, float]:
    return segment.after, segment.after_of, segment.before, segment.before_of


def _span(ends: Ends) -> str:
    return f"95 % {value_text(ends[0], '')} to {value_text(ends[1], POINTS_OF_PERCENT)}"


def _mark(is_clear: bool) -> str:
    return "" if is_clear else ", not clear"
