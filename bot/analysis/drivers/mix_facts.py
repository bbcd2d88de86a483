"""Segments and the rate-against-mix split as typed facts."""

import math
from collections.abc import Iterator, Sequence

from bot.analysis.drivers.cautions import spoken
from bot.analysis.drivers.effects import CLEAR_P, Z_95
from bot.analysis.drivers.mix import Decomposition, Segment, SegmentPart, decompose_change
from bot.analysis.facts import Direction, Fact, FactKind, Findings, Subject, Verdict
from bot.analysis.question import MetricKind, MetricQuestion, Period
from bot.analysis.units import PERCENT, POINTS_OF_PERCENT, change_text, value_text

MOST_TOLD_SEGMENTS = 4
WINDOW = (0, 1)  # before and after
SEGMENT = "segment"


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
            *_total_facts(split, metric),
            *_segment_facts(split, metric),
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
        verdict=_judge(split, segments, higher_is_better),
        warnings=tuple(warnings),
        prompt_facts=tuple(fact.id for fact in facts if fact.rank <= 50),
    )


def newcombe_interval(
    first: float, first_of: float, second: float, second_of: float
) -> tuple[float, float]:
    """Return the 95 % interval of first - second in points (Newcombe 1998, method 10)."""
    p, q = first / first_of, second / second_of
    low_p, high_p = _wilson(first, first_of)
    low_q, high_q = _wilson(second, second_of)
    low = (p - q) - math.sqrt((p - low_p) ** 2 + (high_q - q) ** 2)
    high = (p - q) + math.sqrt((high_p - p) ** 2 + (q - low_q) ** 2)
    return 100 * low, 100 * high


def _wilson(part: float, whole: float) -> tuple[float, float]:
    p, z2 = part / whole, Z_95**2
    middle = (p + z2 / (2 * whole)) / (1 + z2 / whole)
    half = Z_95 * math.sqrt(p * (1 - p) / whole + z2 / (4 * whole**2)) / (1 + z2 / whole)
    return middle - half, middle + half


def _judge(
    split: Decomposition, segments: Sequence[Segment], higher_is_better: bool | None
) -> Verdict:
    whole = [
        sum(values)
        for values in zip(
            *((s.after, s.after_of, s.before, s.before_of) for s in segments), strict=True
        )
    ]
    low, high = newcombe_interval(*whole)
    if low <= 0 <= high:
        return Verdict.FLAT
    is_good = (split.total > 0) == (higher_is_better is not False)
    return Verdict.IMPROVING if is_good else Verdict.WORSENING


def _total_facts(split: Decomposition, metric: str) -> Iterator[Fact]:
    name = spoken(metric)
    before, after = value_text(split.rate_before, PERCENT), value_text(split.rate_after, PERCENT)
    total = change_text(split.total, POINTS_OF_PERCENT)
    whole = Subject(variable="", outcome=metric)
    yield _fact("total.before", FactKind.SEGMENT_RATE, split.rate_before, PERCENT,
                f"{name} before: {before}", 60, whole, "observed share")  # fmt: skip
    yield _fact("total.after", FactKind.SEGMENT_RATE, split.rate_after, PERCENT,
                f"{name} after: {after}", 60, whole, "observed share")  # fmt: skip
    yield _fact(
        "total.change", FactKind.CHANGE, split.total, POINTS_OF_PERCENT,
        f"{name}: {before} to {after}, {total}", 1, whole, "difference of shares",
        f"{split.rate_after:.4f} - {split.rate_before:.4f}",
    )  # fmt: skip
    for kind, value, text in (
        (FactKind.RATE_EFFECT, split.rate_effect, "segments' own rates"),
        (FactKind.MIX_EFFECT, split.mix_effect, "the changed mix of segments"),
    ):
        name = "rate" if kind is FactKind.RATE_EFFECT else "mix"
        yield _fact(
            f"total.{name}", kind, value, POINTS_OF_PERCENT,
            f"Of {total}: {change_text(value, POINTS_OF_PERCENT)} from {text} ({name} effect)",
            2, whole, "Kitagawa decomposition",
            f"sum over {len(split.parts)} segments",
        )  # fmt: skip
    yield _fact(
        "total.interaction", FactKind.EFFECT, split.interaction, POINTS_OF_PERCENT,
        f"With first-period weights: rate {change_text(split.rate_at_first, POINTS_OF_PERCENT)}, "
        f"mix {change_text(split.mix_at_first, POINTS_OF_PERCENT)}, "
        f"interaction {change_text(split.interaction, POINTS_OF_PERCENT)}",
        70, whole, "decomposition at the first period",
    )  # fmt: skip
    if split.is_simpson:
        way = "rose" if split.total < 0 else "fell"
        other = "fell" if split.total < 0 else "rose"
        yield _fact(
            "total.simpson", FactKind.EVIDENCE, len(split.parts), "segments",
            f"All {len(split.parts)} segments {way}, yet the total {other} (Simpson's paradox)", 2,
            whole, "signs of the segments' changes",
        )  # fmt: skip


def _segment_facts(split: Decomposition, metric: str) -> Iterator[Fact]:
    by_size = sorted(split.parts, key=lambda part: -abs(part.rate_effect + part.mix_effect))
    for number, part in enumerate(by_size):
        subject = Subject(variable=SEGMENT, level=part.name, outcome=metric)
        rank = 10 + number if number < MOST_TOLD_SEGMENTS else 60
        yield from _one_segment(part, subject, f"segment.{number + 1}", rank)


def _one_segment(part: SegmentPart, subject: Subject, label: str, rank: int) -> Iterator[Fact]:
    pp = POINTS_OF_PERCENT
    move = part.rate_after - part.rate_before
    total = part.rate_effect + part.mix_effect
    before, after = (value_text(rate, PERCENT) for rate in (part.rate_before, part.rate_after))
    yield _fact(
        f"{label}.contribution", FactKind.EFFECT, total, pp,
        f"{part.name}: adds {change_text(total, pp)} (rate {change_text(part.rate_effect, pp)}, "
        f"mix {change_text(part.mix_effect, pp)})",
        rank, subject, "Kitagawa decomposition", f"{part.rate_effect:.4f} + {part.mix_effect:.4f}",
    )  # fmt: skip
    yield _fact(
        f"{label}.change", FactKind.CHANGE, move, pp,
        f"{part.name}: {before} to {after}", rank, subject, "difference of shares",
        f"{part.rate_after:.4f} - {part.rate_before:.4f}",
    )  # fmt: skip
    for name, kind, value in (
        ("rate", FactKind.RATE_EFFECT, part.rate_effect),
        ("mix", FactKind.MIX_EFFECT, part.mix_effect),
    ):
        yield _fact(
            f"{label}.{name}", kind, value, pp,
            f"{part.name}: {name} effect {change_text(value, pp)}", 61, subject,
            "Kitagawa decomposition",
        )  # fmt: skip
    for name, rate, weight in (
        ("before", part.rate_before, part.weight_before),
        ("after", part.rate_after, part.weight_after),
    ):
        yield _fact(
            f"{label}.{name}", FactKind.SEGMENT_RATE, rate, PERCENT,
            f"{part.name} {name}: {value_text(rate, PERCENT)}", 62, subject, "observed share",
        )  # fmt: skip
        yield _fact(
            f"{label}.weight_{name}", FactKind.EVIDENCE, weight, PERCENT,
            f"{part.name}: {value_text(weight, PERCENT)} of all {name}", 63, subject,
            "share of all denominators",
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
            f"(95 % {value_text(ends[0], '')} to {value_text(ends[1], '')})",
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
        arithmetic=arithmetic,
        rank=rank,
        subject=subject,
    )
