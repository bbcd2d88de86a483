"""The figures of one evaluation that the loop's chart shows, all from raw answers."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

from sqlalchemy.engine import Engine

from pipeline.evaluation.statistics.intervals import estimate_mean
from pipeline.evaluation.statistics.paired import compare_means
from pipeline.evaluation.summary.comparing import CANDIDATE
from pipeline.evaluation.summary.layers import figure
from pipeline.evaluation.summary.rows import sort_rows
from pipeline.simulation.rubric import ACT_NOW, rate_by_truth
from storage.database import reading
from storage.evaluations import EvaluationCase, get_evaluation, list_cases

PROXY, RECALL, PRECISION, FORMAT, SOUND = (
    "usefulness proxy 0-5", "fact recall", "claim precision", "format", "sound answers",
)  # fmt: skip
MEASURES = (PROXY, RECALL, PRECISION, FORMAT, SOUND)


@dataclass(frozen=True)
class Figures:
    """Measures with intervals, and the proxy of each case for paired comparisons."""

    measures: dict[str, Any]
    proxies: dict[str, int]
    families: dict[str, str]

    @classmethod
    def from_json(cls, told: dict[str, Any]) -> "Figures":
        """Read what `as_json` wrote under "figures"."""
        return cls(told["measures"], told["proxies"], told["families"])


@dataclass(frozen=True)
class Measured:
    """The figures of an evaluation's candidate, and of the baselines that were run beside it."""

    figures: Figures
    baselines: dict[str, Figures]

    def as_json(self) -> dict[str, Any]:
        """Plain data for the record."""
        return {
            "figures": asdict(self.figures),
            "baselines": {name: asdict(kept) for name, kept in self.baselines.items()},
        }


def read_figures(engine: Engine, evaluation_id: int) -> Measured:
    """Compute the figures of a finished evaluation from its stored rows."""
    with reading(engine) as session:
        evaluation = get_evaluation(session, evaluation_id)
        results = sort_rows(list_cases(session, evaluation_id))
    if evaluation is None:
        raise LookupError(f"The evaluation {evaluation_id} is not stored any more.")
    told = evaluation.summary
    baselines = {
        name: _figures(results.of(name), summary) for name, summary in told["baselines"].items()
    }
    return Measured(_figures(results.of(CANDIDATE), told), baselines)


def compare_proxies(ours: Figures, theirs: Figures) -> dict[str, Any]:
    """Mean difference of the proxy (0-5) over the cases both were asked, with its interval."""
    shared = sorted(ours.proxies.keys() & theirs.proxies.keys())
    compared = compare_means(
        [ours.proxies[case] / ACT_NOW for case in shared],
        [theirs.proxies[case] / ACT_NOW for case in shared],
        [ours.families[case] for case in shared],
    )
    if compared is None:
        raise ValueError("The two evaluations share no case.")
    return {
        "difference": round(compared.difference * ACT_NOW, 3),
        "low": round(compared.low * ACT_NOW, 3),
        "high": round(compared.high * ACT_NOW, 3),
        "p_value": round(compared.p_value, 4),
        "n": compared.n,
    }


def _figures(rows: Sequence[EvaluationCase], summary: dict[str, Any]) -> Figures:
    proxies = {row.case_id: rate_by_truth(row.scores["raw"]) for row in rows}
    families = {row.case_id: str(row.scores["family"]) for row in rows}
    proxy = estimate_mean(
        [float(v) for v in proxies.values()], list(families.values()), highest=ACT_NOW
    )
    facts, form = summary["layers"]["facts"]["raw"], summary["layers"]["format"]["raw"]
    measures = {
        PROXY: figure(proxy),
        RECALL: facts["fact_recall"],
        PRECISION: facts["claim_precision"],
        FORMAT: form["ours"],
        SOUND: facts["sound"],
    }
    return Figures(measures, proxies, families)
