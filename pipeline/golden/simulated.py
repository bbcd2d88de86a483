"""Golden cases from simulated scenarios: the truth of the draw put into a case's fields."""

from collections.abc import Iterator

from bot.analysis.facts import FactKind
from bot.analysis.question import MetricQuestion
from pipeline.golden.case import GoldenCase, GoldenTruth, MustMention, Origin
from pipeline.golden.claims import list_unacceptable
from pipeline.golden.slices import name_slices
from pipeline.simulator.families import Pattern, parse_family
from pipeline.simulator.scenario import Scenario, draw_golden_scenarios
from pipeline.simulator.truth import GroundTruth

SIMULATED_CASES = 234  # eighteen for each of the thirteen patterns
SIMULATED_SEED = 4177  # its own: evaluation draws further held-out scenarios from another one
ROTATING_EVERY = 5  # every fifth case is kept out of daily use

_STEPS = {Pattern.STEP_UP, Pattern.STEP_DOWN, Pattern.CONFLICTING, Pattern.INSTRUMENT_BREAK}
_SLOPES = {Pattern.DECLINE, Pattern.RISE, Pattern.PLATEAU}

_STORIES = {
    Pattern.DECLINE: "A gradual fall.",
    Pattern.RISE: "A gradual rise.",
    Pattern.PLATEAU: "A rise that has come to a stop.",
    Pattern.SPIKE: "A single period out of line, then back to the old level.",
    Pattern.DIP_RECOVERY: "A few periods out of line, then back to the old level.",
    Pattern.STEP_UP: "The level stepped up and stayed.",
    Pattern.STEP_DOWN: "The level stepped down and stayed.",
    Pattern.SEASONAL: "A season that repeats; nothing else moved.",
    Pattern.NOISE: "Ordinary scatter around one level.",
    Pattern.SHORT_NOISY: "Few and noisy values around one level; nothing can be told.",
    Pattern.CONFLICTING: "The level stepped, and what was recorded cannot be shown to explain it.",
    Pattern.INCOMPLETE_LAST: "Ordinary scatter; the last period is not over.",
    Pattern.INSTRUMENT_BREAK: "The way of measuring changed, not the thing measured.",
}


def draw_simulated_cases(
    count: int = SIMULATED_CASES, seed: int = SIMULATED_SEED
) -> list[GoldenCase]:
    """Draw the simulated part of the golden set from held-out families."""
    return [
        case_of_scenario(number, scenario)
        for number, scenario in enumerate(draw_golden_scenarios(count, seed), 1)
    ]


def case_of_scenario(number: int, scenario: Scenario) -> GoldenCase:
    """Turn one scenario into a golden case."""
    metric, _, cause = parse_family(scenario.family)
    question, truth = scenario.question, scenario.truth
    slices = name_slices(question, truth.pattern, metric, Origin.SIMULATED)
    return GoldenCase(
        id=f"sim-{number:03}",
        family=scenario.family,
        origin=Origin.SIMULATED,
        slices=(*slices, f"cause:{cause.value}"),
        # By lap as well as by number, so that each pattern is found on both sides.
        rotating=(number + number // len(Pattern)) % ROTATING_EVERY == 0,
        request=scenario.request_text,
        question=question,
        truth=GoldenTruth(
            metric_family=metric,
            pattern=truth.pattern,
            verdict=truth.verdict,
            verdict_also=truth.verdict_also,
            cause=None if truth.explained_by is None else question.changes[truth.explained_by].what,
            explained_by=truth.explained_by,
            explanation=_tell_story(question, truth),
            break_index=truth.break_index,
            effect=truth.effect,
            effect_unit=truth.effect_unit,
            stance=truth.stance,
            must_mention=tuple(_list_facts(question, truth)),
            unacceptable=list_unacceptable(question, truth),
        ),
    )


def _tell_story(question: MetricQuestion, truth: GroundTruth) -> str:
    story = _STORIES[truth.pattern]
    if truth.explained_by is not None:
        return f"{story} True cause: {question.changes[truth.explained_by].what}."
    return f"{story} No recorded cause."


def _list_facts(question: MetricQuestion, truth: GroundTruth) -> Iterator[MustMention]:
    scale = 100 if question.unit == "proportion" else 1
    unit = "%" if question.unit in {"%", "proportion"} else question.unit
    moved = {"%": "pp", "ratio": ""}.get(unit, unit)  # differences of multiples carry no unit
    values = [None if value is None else value * scale for value in question.values]
    if question.incomplete_last:
        values.pop()
    given = [value for value in values if value is not None]

    def mention(kind: FactKind, value: float, of: str) -> MustMention:
        return MustMention(kind=kind, value=round(value, 4), unit=of)

    yield mention(FactKind.LEVEL, given[-1], unit)
    start = truth.break_index or 0
    if truth.pattern in _STEPS:
        before = [value for value in values[:start] if value is not None]
        after = [value for value in values[start:] if value is not None]
        step = sum(after) / len(after) - sum(before) / len(before)
        yield mention(FactKind.BREAK, step, moved)
    if truth.pattern in _SLOPES:
        yield mention(FactKind.CHANGE, given[-1] - given[0], moved)
    if truth.pattern in {Pattern.SPIKE, Pattern.DIP_RECOVERY}:
        high = (truth.effect or 0) > 0
        kind = FactKind.MAXIMUM if high else FactKind.MINIMUM
        yield mention(kind, max(given) if high else min(given), unit)
