"""Step 9 of the walk as a story: what people approved becomes a candidate adapter.

Every chapter is handed to `remember`, which runs it once and returns the same result after a crash;
what a chapter does is in `pipeline.chapters`. Who decides over the candidate, and when all this
runs, is the scheduler's business.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from pipeline.chapters import Learning

Result = dict[str, Any]
Remember = Callable[[str, Callable[[], Result]], Result]
"""(name, action) -> the action's JSON result, from memory when it was finished before."""


@dataclass(frozen=True)
class Outcome:
    """How the story ended: a candidate worth proposing, or the reason why there is none."""

    adapter: str | None
    sha256: str | None
    evaluation_id: int | None
    is_candidate: bool
    reason: str


def make_candidate(learning: Learning, remember: Remember, *, least_new: int = 0) -> Outcome:
    """Collect, augment, build, train, evaluate, judge.

    `least_new` is how many newly approved examples make a run worth its time; 0 when a person
    asked for it. Whatever `remember` raises (a pause, a loss of the lead) passes through.
    """
    collected = remember("collect", learning.collect)
    if collected["new"] < least_new:
        return _nothing(
            f"Only {collected['new']} newly approved examples since the last dataset version; a"
            f" scheduled cycle starts at {least_new}."
        )
    remember("augment", learning.queue_augmentation)  # joins after people reviewed it
    dataset = remember("dataset", learning.build_dataset)
    if dataset["problem"]:
        return _nothing(dataset["problem"])
    if dataset["evaluated_as"]:
        return _nothing(
            f"Dataset version {dataset['version']} was trained on and evaluated before"
            f" ({dataset['evaluated_as']}); approve new examples first."
        )
    trained = remember("train", lambda: learning.train(dataset))
    evaluated = remember("evaluate", lambda: learning.evaluate(trained["adapter"]))
    gates = remember("gates", lambda: learning.judge(evaluated["evaluation_id"]))
    return Outcome(
        adapter=trained["adapter"],
        sha256=trained["sha256"],
        evaluation_id=evaluated["evaluation_id"],
        is_candidate=gates["passed"],
        reason=gates["conclusion"],
    )


def _nothing(reason: str) -> Outcome:
    return Outcome(None, None, None, is_candidate=False, reason=reason)
