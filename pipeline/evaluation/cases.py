"""Cases: frozen questions with what a good answer must mention and must not say.

The golden set, simulated scenarios, or a JSONL file of one's own, whose lines may carry more
fields than are used. Asks no model.
"""

import hashlib
import json
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any

from bot.analysis.facts import Verdict
from bot.analysis.parsing import read_question
from bot.analysis.question import (
    MetricQuestion,
    Problem,
    ProblemCode,
    UnreadableQuestionError,
)
from pipeline.evaluation.errors import EvaluationInputError
from pipeline.golden import GoldenCase, GoldenSetError, GoldenTruth, load_golden
from pipeline.simulator.families import parse_family
from pipeline.simulator.scenario import Scenario, draw_golden_scenarios

SIMULATED_COUNT = (
    300  # the size at which a paired difference of 10 points is found (learning facts)
)
SIMULATED_SEED = 20260601
_WRITTEN_ON = date(2026, 6, 1)  # places "3 weeks ago" for cases that state no date


@dataclass(frozen=True)
class Case:
    """One frozen question.

    `must_mention` holds fact ids, or phrases an answer must contain; empty means that the facts
    ranked first are asked for. `reference` is a written answer, empty where nobody wrote one.
    `truth` is what truly happened, known for golden cases only; what it asks for goes first.
    """

    case_id: str
    family: str
    request: str
    question: MetricQuestion
    slices: dict[str, str]
    must_mention: tuple[str, ...] = ()
    reference: str = ""
    verdicts: tuple[Verdict, ...] = ()
    truth: GoldenTruth | None = None


@dataclass(frozen=True)
class CaseSet:
    """Cases under one name; `notes` say what a reader must know about them.

    `is_own`: read from a file of one's own, which may hold what users wrote.
    """

    name: str
    cases: tuple[Case, ...]
    notes: tuple[str, ...] = ()
    is_own: bool = False

    @property
    def fingerprint(self) -> str:
        """Checksum over what is asked and expected, eight hex digits."""
        digest = hashlib.sha256()
        for case in sorted(self.cases, key=lambda c: c.case_id):
            asked = case.question.model_dump_json()
            digest.update(f"{case.case_id}\n{asked}\n{case.must_mention}\n".encode())
            digest.update(case.reference.encode())
            if case.truth is not None:
                digest.update(case.truth.model_dump_json().encode())
        return digest.hexdigest()[:8]

    @property
    def label(self) -> str:
        """Name, size and fingerprint."""
        return f"{self.name} ({len(self.cases)} cases, {self.fingerprint})"


def load_case_set(
    source: str = "golden", limit: int | None = None, *, include_rotating: bool = False
) -> CaseSet:
    """Return the golden set, `simulated` held-out scenarios, or the cases of a JSONL file.

    `limit` keeps that many cases, spread over the patterns; the same ones every time. The golden
    set's rotating part stays out of daily use unless it is asked for.

    Raises:
        EvaluationInputError: no such file, a line that is no case, a golden set that is not the
            frozen one.
    """
    if include_rotating and source != "golden":
        raise EvaluationInputError("Only the golden set has a rotating part; leave that option.")
    if source == "golden":
        case_set = load_golden_cases(include_rotating)
    elif source == "simulated":
        case_set = simulate_cases()
    else:
        case_set = read_cases(Path(source))
    if limit is None or limit >= len(case_set.cases):
        return case_set
    note = f"A stratified part: {limit} of {len(case_set.cases)} cases, the same ones every time."
    chosen = tuple(choose_spread(case_set.cases, limit))
    return replace(case_set, cases=chosen, notes=(*case_set.notes, note))


def load_golden_cases(include_rotating: bool = False) -> CaseSet:
    """Return the frozen golden set.

    Raises:
        EvaluationInputError: it is missing or not the frozen one.
    """
    try:
        golden = load_golden(include_rotating=include_rotating)
    except GoldenSetError as error:
        raise EvaluationInputError(str(error)) from error
    name = "golden with rotating part" if include_rotating else "golden"
    return CaseSet(name, tuple(case_of_golden(case) for case in golden))


def read_cases(path: Path) -> CaseSet:
    """Read cases from a JSONL file; requests that are no question are left out and counted.

    Raises:
        EvaluationInputError: the file is absent, empty, or holds a line that is no case.
    """
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise EvaluationInputError(
            f"The cases {path} cannot be read. Give `golden`, `simulated` or a JSONL file."
        ) from error
    cases, unreadable = [], 0
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        try:
            cases.append(_read_case(json.loads(line)))
        except UnreadableQuestionError:
            unreadable += 1
        except (ValueError, KeyError, TypeError) as error:
            raise EvaluationInputError(
                f"{path} line {number} is no case; it needs `id` and `request`."
            ) from error
    if not cases:
        raise EvaluationInputError(f"{path} holds no case.")
    if len({case.case_id for case in cases}) < len(cases):
        raise EvaluationInputError(f"{path} uses a case id twice; give every case its own.")
    note = f"{unreadable} requests that nobody can answer as they stand were left out."
    return CaseSet(path.stem, tuple(cases), (note,) if unreadable else (), is_own=True)


def simulate_cases(count: int = SIMULATED_COUNT, seed: int = SIMULATED_SEED) -> CaseSet:
    """Draw scenarios from the held-out families; the same every time."""
    drawn = draw_golden_scenarios(count, seed)
    return CaseSet("simulated", tuple(_from_scenario(n, s) for n, s in enumerate(drawn)))


def choose_spread(cases: Sequence[Case], limit: int) -> list[Case]:
    """Choose cases in turn from each pattern; order within a pattern by a hash of the id."""
    groups: dict[str, list[Case]] = defaultdict(list)
    for case in sorted(cases, key=lambda c: hashlib.sha256(c.case_id.encode()).hexdigest()):
        groups[case.slices.get("pattern", "")].append(case)
    chosen: list[Case] = []
    while len(chosen) < min(limit, len(cases)):
        for name in sorted(groups):
            if groups[name] and len(chosen) < limit:
                chosen.append(groups[name].pop(0))
    return chosen


def case_of_golden(case: GoldenCase) -> Case:
    """Turn a golden case into one to be asked; a request without a question is read."""
    question = case.question or read_question(case.request, today=_WRITTEN_ON)
    labels = (label.partition(":") for label in case.slices)
    return Case(
        case_id=case.id,
        family=case.family,
        request=case.request,
        question=question,
        slices={axis: value for axis, _, value in labels},
        verdicts=case.truth.verdicts,
        truth=case.truth,
    )


def _from_scenario(number: int, scenario: Scenario) -> Case:
    metric, pattern, _ = parse_family(scenario.family)
    truth = scenario.truth
    return Case(
        case_id=f"sim-{number:04}",
        family=scenario.family,
        request=scenario.request_text,
        question=scenario.question,
        slices=_slices(scenario.question, pattern.value, metric),
        verdicts=(truth.verdict, *truth.verdict_also),
    )


def _read_case(row: dict[str, Any]) -> Case:
    request = str(row.get("request") or row["request_text"])
    if isinstance(row.get("question"), dict):
        question = MetricQuestion.model_validate(row["question"])
        if not question.values:
            told = "A question about rows cannot be asked again; its table is not kept."
            raise UnreadableQuestionError((Problem(code=ProblemCode.NO_VALUES, message=told),), {})
    else:
        written_on = date.fromisoformat(str(row.get("written_on") or _WRITTEN_ON))
        question = read_question(request, today=written_on)
    answer = row.get("answer") or row.get("reference") or ""
    if isinstance(answer, dict):
        answer = "\n".join(str(part) for part in answer.values())
    given = row.get("slices") if isinstance(row.get("slices"), dict) else {}
    slices = _slices(
        question, str(row.get("pattern", "")), str(row.get("metric_family", question.metric))
    ) | {str(k): str(v) for k, v in (given or {}).items()}
    return Case(
        case_id=str(row["id"]),
        family=str(row.get("family") or row["id"]),
        request=request,
        question=question,
        slices=slices,
        must_mention=tuple(str(item) for item in row.get("must_mention") or ()),
        reference=str(answer),
        verdicts=tuple(Verdict(v) for v in row.get("verdicts") or ()),
    )


def _slices(question: MetricQuestion, pattern: str, metric: str) -> dict[str, str]:
    length = len(question.values)
    return {
        "pattern": pattern or "not stated",
        "metric": metric,
        "kind": question.kind.value,
        "length": "under 12" if length < 12 else "12 to 24" if length <= 24 else "over 24",
        "changes": "recorded" if question.changes else "none",
    }
