"""The list of findings, made in one place and in one order.

Reads like a table of contents: what each module adds, then the verdict and what to tell.
"""

import math

import numpy as np

from bot.analysis.facts import Fact, Findings
from bot.analysis.findings.breaks import break_facts
from bot.analysis.findings.changes import change_facts
from bot.analysis.findings.cohort import cohort_facts
from bot.analysis.findings.detection import detect_shape
from bot.analysis.findings.evidence import evidence_facts, quote_facts, warnings_for
from bot.analysis.findings.levels import level_facts, summary_facts
from bot.analysis.findings.noise import outlier_facts, xmr_facts
from bot.analysis.findings.ranking import choose_told
from bot.analysis.findings.recorded import change_comparison_facts, place_changes
from bot.analysis.findings.season import season_facts, without_season
from bot.analysis.findings.series import make_series
from bot.analysis.findings.streaks import streak_facts
from bot.analysis.findings.trend import measure_trend, trend_facts
from bot.analysis.findings.verdict import judge
from bot.analysis.question import MetricQuestion


def compute_findings(question: MetricQuestion) -> Findings:
    """Compute every fact, the verdict and the facts to tell.

    Never raises on a valid question: what cannot be computed is left out and said in `warnings`.
    An incomplete last period and missing values enter no statistic.
    """
    series = make_series(question)
    placed = place_changes(series)
    with np.errstate(all="ignore"):
        course = without_season(series)
        detection = detect_shape(course)
        trend = measure_trend(series.x, course)
        facts = [
            *level_facts(series),
            *summary_facts(series),
            *change_facts(series),
            *streak_facts(series),
            *trend_facts(series, trend),
            *break_facts(series, detection, placed),
            *change_comparison_facts(series, placed),
            *xmr_facts(series),
            *outlier_facts(series, course, detection),
            *cohort_facts(series),
            *season_facts(series),
            *evidence_facts(series, detection, trend),
            *quote_facts(series),
        ]
        verdict = judge(series, course, detection, trend)
    kept = sorted((fact for fact in facts if _is_finite(fact)), key=lambda fact: fact.rank)
    return Findings(
        question=question,
        facts=tuple(kept),
        verdict=verdict,
        warnings=tuple(warnings_for(series)),
        prompt_facts=choose_told(kept),
    )


def _is_finite(fact: Fact) -> bool:
    ends = fact.interval or (0.0,)
    return math.isfinite(fact.value) and all(math.isfinite(end) for end in ends)
