"""Opening an evaluation: what is asked for, and the row that the same request finds again."""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Engine

from bot.analysis.prompt import PROMPT_VERSION, Shot
from bot.serving.client import ModelClient
from pipeline.evaluation.cases import CaseSet
from pipeline.evaluation.hosted import describe_hosted, note_hosted
from pipeline.evaluation.settings import EvaluationSettings
from pipeline.evaluation.systems import DEFAULT_BASELINES, Line, SystemName
from storage.database import transaction
from storage.evaluations import Evaluation, start_evaluation

# Part of every key: raise it when scores or probes change their meaning, so that a stored result
# is not taken for one made by other rules.
RULES_VERSION = "2"
ONE_DRAFT = (
    "Each case had one draft: plain facts stand in for sentences the guard refused, where in use"
    " they would have been written again. Raw figures do not depend on that; delivered ones show"
    " what one draft leaves. The timed answers were written as in use."
)


@dataclass(frozen=True)
class EvaluationRequest:
    """What is to be evaluated, on what, beside whom. `again` counts deliberate repetitions."""

    adapter: str
    cases: CaseSet
    baselines: Sequence[SystemName] = DEFAULT_BASELINES
    shots: tuple[Shot, ...] = ()
    with_probes: bool = True
    again: int = 0
    notes: tuple[str, ...] = field(default=())


def open_evaluation(
    engine: Engine,
    model: ModelClient,
    request: EvaluationRequest,
    line: Line,
    settings: EvaluationSettings,
) -> Evaluation:
    """Return the evaluation of this request on these systems, begun now or earlier."""
    is_hosted = SystemName.HOSTED in line.names
    config: dict[str, Any] = {
        "systems": {s.name.value: s.author.label for s in line.systems},
        "sha256": {s.name.value: s.author.sha256 for s in line.systems},
        "base_model": model.settings.model,
        "sampling": model.settings.sampling.model_dump(mode="json"),
        "prompt_version": PROMPT_VERSION,
        "rules_version": RULES_VERSION,
        "attempts_per_sentence": {s.name.value: s.attempts for s in line.systems},
        "timed_cases": settings.timed_cases,
        "redrafts": settings.redrafts,
        "concurrency": settings.concurrency,
        "hourly_price_usd": settings.hourly_price_usd,
        "price_note": settings.price_note,
        "case_set": request.cases.label,
        "probes": request.with_probes,
        "again": request.again,
        "notes": [
            *request.cases.notes,
            *line.notes,
            *request.notes,
            *(() if settings.redrafts else (ONE_DRAFT,)),
            *((note_hosted(settings.hosted),) if is_hosted else ()),
        ],
        **({"hosted": describe_hosted(settings.hosted)} if is_hosted else {}),
    }
    candidate = line.systems[0].author
    with transaction(engine) as session:
        return start_evaluation(
            session,
            key=_key(config),
            adapter_name=candidate.adapter,
            adapter_sha256=candidate.sha256,
            case_set=request.cases.label,
            config=config,
        )


def _key(config: dict[str, Any]) -> str:
    text = json.dumps(config, sort_keys=True, ensure_ascii=False)
    return f"evaluation-{hashlib.sha256(text.encode()).hexdigest()[:24]}"
