"""One arm of the loop as a story: ask, judge, make a candidate, decide, and the same again.

Every part is remembered in a file, so that a killed loop goes on where it was. Collecting,
filtering, building, training and evaluating are the product's own (`pipeline.run`).
"""

import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy.engine import Engine

from bot.analysis.prompt import Shot
from bot.serving.client import ModelClient
from pipeline.chapters import Learning
from pipeline.run import make_candidate
from pipeline.simulation.asking import SIMULATED, ask_all, draw_questions
from pipeline.simulation.figures import Figures, compare_proxies, read_figures
from pipeline.simulation.plan import Arm, LoopPlan
from pipeline.simulation.verdicts import collect_verdicts
from storage.adapters import AdapterState, change_adapter_state, get_adapter
from storage.aliases import LIVE, get_alias, point_alias
from storage.database import transaction
from storage.evaluations import Evaluation

MAINTAINER = f"{SIMULATED}:maintainer"
Result = dict[str, Any]


@dataclass(frozen=True)
class ArmParts:
    """What one arm works with; its database, datasets and runs are its own.

    `evaluate` takes an adapter and whether base and few-shot base are to be run beside it.
    `install_start` puts the starter adapter live and returns its name, None when none is shipped.
    """

    arm: Arm
    engine: Engine
    learning: Learning
    model: ModelClient
    shots: tuple[Shot, ...]
    folder: Path
    evaluate: Callable[[str, bool], Evaluation]
    install_start: Callable[[], str | None]
    concurrency: int
    tell: Callable[[str], None]


@dataclass(frozen=True)
class Memory:
    """Remembers the result of each part in a file of its own."""

    folder: Path

    def __call__(self, name: str, action: Callable[[], Result]) -> Result:
        """Return the remembered result of this part, or carry it out and remember it."""
        path = self.folder / f"{name}.json"
        if path.exists():
            known: Result = json.loads(path.read_text(encoding="utf-8"))
            return known
        self.folder.mkdir(parents=True, exist_ok=True)
        result = action()
        unfinished = path.with_suffix(".tmp")
        unfinished.write_text(json.dumps(result, indent=1), encoding="utf-8")
        unfinished.replace(path)
        return result


def run_arm(parts: ArmParts, plan: LoopPlan) -> list[Result]:
    """Run all cycles of an arm; one row per cycle, the start first where there is a starter."""
    remember = Memory(parts.folder / "steps")
    start = remember("0-start", lambda: {"adapter": parts.install_start()})
    # base and few-shot base are run once, beside the first adapter of the arm with true verdicts
    rows: list[Result] = []
    if start["adapter"]:
        measured = remember("0-measure", lambda: _measure(parts, start["adapter"], first=True))
        rows.append({"cycle": 0, "adapter": start["adapter"], "decision": "start", **measured})
        parts.tell(f"{parts.arm}: start measured")
    for cycle in range(1, plan.cycles + 1):
        rows.append(_run_cycle(parts, plan, cycle, remember, rows))
        parts.tell(f"{parts.arm}: cycle {cycle} of {plan.cycles}: {rows[-1]['decision']}")
    return [{"arm": parts.arm.value, **row} for row in rows]


def _run_cycle(
    parts: ArmParts, plan: LoopPlan, cycle: int, remember: Memory, rows: list[Result]
) -> Result:
    verdicts = remember(f"{cycle}-verdicts", lambda: _ask_and_judge(parts, plan, cycle))
    outcome = make_candidate(
        parts.learning, lambda name, action: remember(f"{cycle}-{name}", action)
    )
    trained_on = _read_dataset(remember, cycle)
    row: Result = {"cycle": cycle, "verdicts": verdicts, "dataset": trained_on}
    if outcome.adapter is None or outcome.evaluation_id is None:
        kept = rows[-1] if rows else {}
        told = {"adapter": kept.get("adapter"), "figures": kept.get("figures")}
        return {**row, **told, "decision": f"no candidate: {outcome.reason}"}
    adapter, evaluation_id = outcome.adapter, outcome.evaluation_id
    measured = remember(
        f"{cycle}-measure", lambda: read_figures(parts.engine, evaluation_id).as_json()
    )
    decided = remember(f"{cycle}-decide", lambda: _decide(parts, adapter, measured, rows))
    return {
        **row,
        "adapter": adapter,
        "evaluation": evaluation_id,
        "gates_passed": outcome.is_candidate,
        "conclusion": outcome.reason,
        **measured,
        **decided,
    }


def _ask_and_judge(parts: ArmParts, plan: LoopPlan, cycle: int) -> Result:
    def tell(done: int, total: int) -> None:
        if done == total or done % 8 == 0:
            parts.tell(f"{parts.arm}: cycle {cycle}: {done} of {total} questions answered")

    asked = ask_all(
        parts.engine,
        parts.model,
        draw_questions(plan, cycle),
        cycle=cycle,
        shots=parts.shots,
        concurrency=parts.concurrency,
        on_progress=tell,
    )
    return collect_verdicts(parts.engine, asked, plan, parts.arm, cycle, parts.learning.glossary)


def _measure(parts: ArmParts, adapter: str, *, first: bool) -> Result:
    beside = first and parts.arm is Arm.TRUE
    return read_figures(parts.engine, parts.evaluate(adapter, beside).id).as_json()


def _read_dataset(remember: Memory, cycle: int) -> Result:
    path = remember.folder / f"{cycle}-dataset.json"
    told: Result = json.loads(path.read_text(encoding="utf-8")) if path.exists() else {}
    return {name: told.get(name) for name in ("version", "splits", "by_origin", "rejected")}


def _decide(parts: ArmParts, adapter: str, measured: Result, rows: list[Result]) -> Result:
    """Promote unless the raw usefulness proxy got worse; gates are shown, they stay human work.

    The small packaged model passes no gate made for published quality, and a loop that promotes
    nothing would show nothing.
    """
    before = next((row["figures"] for row in reversed(rows) if _is_live(row)), None)
    if before is not None:
        compared = compare_proxies(
            Figures.from_json(measured["figures"]), Figures.from_json(before)
        )
        if compared["high"] < 0:
            _reject(parts.engine, adapter)
            return {"decision": "rejected: worse than what is live", "against_live": compared}
        _promote(parts.engine, adapter)
        return {"decision": "promoted", "against_live": compared}
    _promote(parts.engine, adapter)
    return {"decision": "promoted: nothing was live"}


def _is_live(row: Result) -> bool:
    return str(row["decision"]).startswith(("promoted", "start")) and bool(row.get("figures"))


def _promote(engine: Engine, adapter: str) -> None:
    with transaction(engine) as session:
        alias, known = get_alias(session, LIVE), get_adapter(session, adapter)
        if known is None:
            raise LookupError(f"The adapter {adapter} is not registered.")
        if alias is not None and alias.adapter_name not in {None, adapter}:
            change_adapter_state(
                session, str(alias.adapter_name), AdapterState.RETIRED, MAINTAINER, SIMULATED
            )
        change_adapter_state(session, adapter, AdapterState.LIVE, MAINTAINER, SIMULATED)
        point_alias(session, LIVE, adapter, known.sha256, MAINTAINER, SIMULATED)


def _reject(engine: Engine, adapter: str) -> None:
    with transaction(engine) as session:
        change_adapter_state(session, adapter, AdapterState.REJECTED, MAINTAINER, SIMULATED)
