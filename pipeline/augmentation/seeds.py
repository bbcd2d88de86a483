"""Seeds: what a new example starts from, and whether it may leave this machine.

A seed is an approved example told again about another metric, pattern and context, or a simulated
scenario of a training family. Both draws are fixed by run name and slot.
"""

import hashlib
import random
from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import Any

from pipeline.simulator.catalogue import METRIC_FAMILIES
from pipeline.simulator.families import TRAINING_FAMILIES, CauseKind, parse_family
from pipeline.simulator.training_voice import TRAINING_VOICE
from storage.examples import Example

# Written by the project or made up; everything else was collected from people.
OWN_ORIGINS = frozenset({"curated", "simulated", "augmentation"})
# Requests in the curated set and in the simulator hold 5 to 60 values; longer ones only cost.
POINTS = (6, 26)


class SeedKind(StrEnum):
    """What a run starts from."""

    EXAMPLES = "examples"
    SCENARIOS = "scenarios"


@dataclass(frozen=True)
class ExampleSeed:
    """An example to start from, and what the new case is to be about."""

    example_id: int
    example_key: str
    family_id: str
    is_collected: bool
    request: str
    metric_family: str
    metric: str
    definition: str
    pattern: str
    context: str
    change: str
    period: str
    points: int

    def as_json(self) -> dict[str, Any]:
        """The form kept with the request; the seed's own text stays in the example's row."""
        return {"kind": SeedKind.EXAMPLES.value, **asdict(self), "request": ""}


@dataclass(frozen=True)
class ScenarioSeed:
    """A scenario to draw: the family and the seed of its random numbers."""

    family: str
    seed: int

    def as_json(self) -> dict[str, Any]:
        """The form kept with the request."""
        return {"kind": SeedKind.SCENARIOS.value, "family": self.family, "seed": self.seed}


def is_collected(example: Example) -> bool:
    """Tell whether an example holds, or was made from, what users wrote."""
    from_people = example.author_id or example.answer_id or example.correction_id
    return (
        bool(from_people)
        or example.origin not in OWN_ORIGINS
        or bool(example.provenance.get("is_collected"))
    )


def draw_example_seeds(run: str, examples: list[Example], count: int) -> list[ExampleSeed]:
    """Draw `count` seeds, going through the examples in a fixed shuffled order."""
    order = sorted(examples, key=lambda example: _digest(run, example.key))
    return [
        _aim(order[slot % len(order)], random.Random(_digest(run, str(slot))))  # noqa: S311
        for slot in range(count)
    ]


def draw_scenario_seeds(run: str, count: int) -> list[ScenarioSeed]:
    """Draw `count` scenarios of training families, every family before any comes twice."""
    order = sorted(TRAINING_FAMILIES, key=lambda family: _digest(run, family))
    return [
        ScenarioSeed(family=order[slot % len(order)], seed=_digest(run, f"seed {slot}") % 2**31)
        for slot in range(count)
    ]


def _aim(example: Example, rng: random.Random) -> ExampleSeed:
    """Choose another metric and pattern than the example's, from the training families."""
    options = [parse_family(family) for family in TRAINING_FAMILIES]
    fresh = [
        option
        for option in options
        if option[0] != example.metric_family and option[1].value != example.pattern
    ]
    metric_key, pattern, cause = rng.choice(fresh or options)
    metric = METRIC_FAMILIES[metric_key]
    changes = TRAINING_VOICE.changes.get(cause, ())
    is_quiet = cause is CauseKind.NOTHING or not changes
    return ExampleSeed(
        example_id=example.id,
        example_key=example.key,
        family_id=example.family_id,
        is_collected=is_collected(example),
        request=example.request_text,
        metric_family=metric_key,
        metric=rng.choice(metric.names),
        definition=metric.definition,
        pattern=pattern.value.replace("_", " "),
        context=f"{rng.choice(TRAINING_VOICE.markets)}, {rng.choice(TRAINING_VOICE.segments)}",
        change="" if is_quiet else rng.choice(changes),
        period={"day": "daily", "week": "weekly", "month": "monthly"}[
            rng.choice(metric.periods).value
        ],
        points=rng.randint(*POINTS),
    )


def _digest(*parts: str) -> int:
    return int.from_bytes(hashlib.sha256("\n".join(parts).encode()).digest()[:8], "big")
