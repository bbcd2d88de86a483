"""One scenario: a request as somebody would paste it, the question it means, and the truth.

`draw_scenario` is the way in. The same family and seed give the same scenario with the same
numpy; nothing here reads files or knows of models.
"""

import hashlib
from dataclasses import dataclass

import numpy as np

from bot.analysis.question import MetricKind, MetricQuestion, Period
from pipeline.simulator.catalogue import METRIC_FAMILIES, MetricFamily
from pipeline.simulator.draws import (
    draw_changes,
    draw_dates,
    draw_period,
    draw_shape,
    keeps_label,
)
from pipeline.simulator.families import (
    HELD_OUT_FAMILIES,
    TRAINING_FAMILIES,
    CauseKind,
    Pattern,
    parse_family,
)
from pipeline.simulator.golden_voice import GOLDEN_VOICE
from pipeline.simulator.series import Floats, Shape, Trace, simulate_series
from pipeline.simulator.training_voice import TRAINING_VOICE
from pipeline.simulator.truth import GroundTruth, judge_stance, judge_verdict
from pipeline.simulator.voice import Style, Voice

MAX_DRAWS = 200  # a family that cannot show its pattern in so many tries is a mistake of ours
MISSING_SHARE = 0.1  # of scenarios have a period that was not measured
DENOMINATOR_SHARE = 0.15  # of rate scenarios come with the people behind each value
COHORT_SHARE = 0.75  # of the other rate scenarios state the usual cohort


@dataclass(frozen=True)
class Scenario:
    """A request, the question it means, what truly happened, and the generator's own figures."""

    family: str
    seed: int
    style: str
    request_text: str
    question: MetricQuestion
    truth: GroundTruth
    shape: Shape
    base: float
    trace: Trace


def draw_scenario(family: str, seed: int) -> Scenario:
    """Draw one scenario of a family; held-out families speak with the golden voice.

    Raises:
        ValueError: the family is not known.
    """
    metric_key, pattern, cause = parse_family(family)
    metric = METRIC_FAMILIES[metric_key]
    voice = GOLDEN_VOICE if family in HELD_OUT_FAMILIES else TRAINING_VOICE
    digest = hashlib.sha256(family.encode()).digest()
    rng = np.random.default_rng([seed, int.from_bytes(digest[:8], "big")])
    period = draw_period(rng, metric, pattern)
    for _ in range(MAX_DRAWS):
        shape = draw_shape(rng, metric, pattern, cause, period)
        base = _draw_base(rng, metric)
        trace, cohort = simulate_series(rng, metric.kind, base, shape)
        if keeps_label(shape, _deviation(metric.kind, base, trace.observed)):
            break
    else:
        raise RuntimeError(f"{family} with seed {seed} found no clear draw in {MAX_DRAWS}")
    question, explained_by, lag = _write_question(rng, metric, voice, cause, period, trace, shape)
    question = _add_cohort(rng, question, trace, cohort)
    style: Style = voice.styles[int(rng.integers(len(voice.styles)))]
    text = style(question)
    return Scenario(
        family=family,
        seed=seed,
        style=style.__name__,
        request_text=text,
        question=question.model_copy(update={"source_text": text}),
        truth=_write_truth(metric, cause, shape, base, explained_by, lag),
        shape=shape,
        base=base,
        trace=trace,
    )


def draw_training_scenarios(count: int, seed: int) -> list[Scenario]:
    """Draw scenarios from training families, spread evenly over the families."""
    return _draw_many(TRAINING_FAMILIES, count, seed)


def draw_golden_scenarios(count: int, seed: int) -> list[Scenario]:
    """Draw scenarios from held-out families, spread evenly over metrics and patterns."""
    return _draw_many(tuple(sorted(HELD_OUT_FAMILIES)), count, seed)


def _draw_many(families: tuple[str, ...], count: int, seed: int) -> list[Scenario]:
    rng = np.random.default_rng(seed)
    groups: dict[Pattern, list[str]] = {}
    for family in rng.permutation(np.array(families)):
        groups.setdefault(parse_family(str(family))[1], []).append(str(family))
    patterns = sorted(groups)
    chosen = []
    for number in range(count):
        group = groups[patterns[number % len(patterns)]]
        lap = number // len(patterns)
        chosen.append((group[lap % len(group)], seed * 1_000_003 + number))
    return [draw_scenario(family, own_seed) for family, own_seed in chosen]


def _draw_base(rng: np.random.Generator, metric: MetricFamily) -> float:
    low, high = metric.base
    if metric.kind is MetricKind.SCORE:
        return float(rng.uniform(low, high))
    return float(np.exp(rng.uniform(np.log(low), np.log(high))))


def _deviation(kind: MetricKind, base: float, observed: Floats) -> Floats:
    """Put observations back on the latent scale, as deviations from base; (length,)."""
    if kind is MetricKind.SCORE:
        return observed - base
    if kind is MetricKind.RATE:
        share = np.clip(observed, 1e-4, 1 - 1e-4)
        latent: Floats = np.log(share / (1 - share)) - np.log(base / (1 - base))
        return latent
    logged: Floats = np.log(np.maximum(observed, 0.5)) - np.log(base)
    return logged


def _write_question(
    rng: np.random.Generator,
    metric: MetricFamily,
    voice: Voice,
    cause: CauseKind,
    period: Period,
    trace: Trace,
    shape: Shape,
) -> tuple[MetricQuestion, int | None, int]:
    dates = draw_dates(rng, period, shape.length)
    changes, explained_by, lag = draw_changes(rng, voice, cause, shape, dates)
    unit = str(rng.choice(metric.units))
    incomplete = shape.pattern is Pattern.INCOMPLETE_LAST
    observed = trace.observed.copy()
    if incomplete:
        observed[-1] *= rng.uniform(0.3, 0.75)  # the share of the period that has passed
    values: list[float | None] = [_round_value(metric, unit, value) for value in observed]
    if rng.random() < MISSING_SHARE and shape.length >= 12:
        values[_draw_gap(rng, shape)] = None
    question = MetricQuestion(
        metric=str(rng.choice(metric.names)),
        definition=metric.definition if rng.random() < 0.5 else "",
        kind=metric.kind,
        unit=unit,
        values=tuple(values),
        dates=dates,
        period=period,
        context=f"{rng.choice(voice.markets)} {rng.choice(voice.segments)}",
        changes=changes,
        question=str(rng.choice(voice.questions)),
        higher_is_better=metric.higher_is_better,
        incomplete_last=incomplete,
    )
    return question, explained_by, lag


def _draw_gap(rng: np.random.Generator, shape: Shape) -> int:
    """Choose a period to lose that is neither an end nor next to the break."""
    free = [i for i in range(2, shape.length - 2) if abs(i - shape.start) > shape.duration + 1]
    return int(rng.choice(free)) if free else 1


def _round_value(metric: MetricFamily, unit: str, value: float) -> float:
    if metric.kind is MetricKind.RATE:
        # Small rates are reported with one digit more, or their steps would drown in rounding.
        digits = 2 if metric.base[1] < 0.12 else 1
        return round(value * 100, digits) if unit == "%" else round(value, digits + 2)
    if metric.kind is MetricKind.COUNT:
        return float(round(value))
    if unit == "minutes":
        return float(round(value))
    return round(value, metric.decimals)


def _add_cohort(
    rng: np.random.Generator, question: MetricQuestion, trace: Trace, cohort: int | None
) -> MetricQuestion:
    if cohort is None or trace.cohorts is None:
        return question
    if rng.random() < DENOMINATOR_SHARE and not question.incomplete_last:
        people = tuple(float(n) for n in trace.cohorts)
        return question.model_copy(update={"denominators": people, "cohort_size": float(cohort)})
    if rng.random() < COHORT_SHARE:
        return question.model_copy(update={"cohort_size": float(cohort)})
    return question


def _write_truth(
    metric: MetricFamily,
    cause: CauseKind,
    shape: Shape,
    base: float,
    explained_by: int | None,
    lag: int,
) -> GroundTruth:
    verdict, also = judge_verdict(
        shape.pattern,
        goes_up=shape.delta > 0,
        higher_is_better=metric.higher_is_better,
        length=shape.length,
    )
    moved = shape.delta != 0 and shape.pattern is not Pattern.SEASONAL
    true_cause = cause if explained_by is not None or cause is CauseKind.SEASON else None
    effect, unit = _express_effect(metric.kind, base, shape.delta)
    return GroundTruth(
        pattern=shape.pattern,
        verdict=verdict,
        verdict_also=also,
        cause=true_cause or CauseKind.NOTHING,
        explained_by=explained_by,
        break_index=shape.start if moved else None,
        lag=lag,
        effect=effect if moved else None,
        effect_unit=unit if moved else "",
        stance=judge_stance(shape.pattern, cause, verdict),
    )


def _express_effect(kind: MetricKind, base: float, delta: float) -> tuple[float, str]:
    """Turn a latent effect into percentage points, points or percent."""
    if kind is MetricKind.RATE:
        after = 1 / (1 + np.exp(-(np.log(base / (1 - base)) + delta)))
        return round(float(after - base) * 100, 3), "pp"
    if kind is MetricKind.SCORE:
        return round(delta, 3), "points"
    return round(float(np.expm1(delta)) * 100, 3), "%"
