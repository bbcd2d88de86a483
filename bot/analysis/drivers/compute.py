"""From a table with one row per person to findings: encode, screen, fit, tell.

The findings have the shape of every other question's, so prompt, verifier and working view take
them unchanged; their question holds no series.
"""

import math
from collections.abc import Sequence

from bot.analysis.drivers.cautions import Caution, CautionCode, spoken
from bot.analysis.drivers.design import Design, build_design, find_outcome
from bot.analysis.drivers.effects import find_effects
from bot.analysis.drivers.fitting import Fit, Model, fit_design
from bot.analysis.drivers.mix_facts import judge_change
from bot.analysis.drivers.screening import screen, warn_few_events
from bot.analysis.drivers.telling import (
    Telling,
    caution_facts,
    effect_facts,
    segment_rates,
    whole_facts,
)
from bot.analysis.facts import Fact, FactKind, Findings, Subject, Verdict
from bot.analysis.files.row_level import ColumnKind, RowLevelColumn, RowLevelTable
from bot.analysis.question import MetricKind, MetricQuestion
from bot.analysis.units import PERCENT

MOST_PROMPT_FACTS = 16
LAST_TOLD_RANK = 50


def compute_driver_findings(
    table: RowLevelTable,
    outcome: str = "",
    *,
    question: str = "",
    context: str = "",
    higher_is_better: bool | None = None,
) -> Findings:
    """Regress the outcome on every other column and state what goes with it.

    Raises:
        UnreadableQuestionError: no usable outcome, too few complete rows or nothing to compare.
    """
    column = find_outcome(table, outcome)
    is_binary = column.kind is ColumnKind.BINARY
    design, cautions = build_design(table, column)
    design, found = screen(design, is_binary=is_binary)
    cautions += found
    if is_binary and design.terms:
        cautions += warn_few_events(design)
    fit = fit_design(design, is_binary=is_binary) if design.terms else None
    facts = _facts(design, fit, cautions)
    facts += list(caution_facts(cautions, column.name, design.rows))
    facts = sorted((fact for fact in facts if _is_finite(fact)), key=lambda fact: fact.rank)
    return Findings(
        question=_as_question(column, is_binary, question or table.question, context,
                              higher_is_better),
        facts=tuple(facts),
        # One table at one time shows no course, so neither better nor worse can be said.
        verdict=Verdict.INSUFFICIENT_EVIDENCE,
        warnings=tuple(caution.message for caution in cautions),
        prompt_facts=_told(facts),
    )  # fmt: skip


def restore_row_findings(question: MetricQuestion, facts: tuple[Fact, ...]) -> Findings:
    """Put facts about rows or segments whose table is not kept back beside their question."""
    change = next((fact for fact in facts if fact.id == "total.change"), None)
    verdict = Verdict.INSUFFICIENT_EVIDENCE
    if change is not None:
        verdict = judge_change(change, question.higher_is_better)
    return Findings(question=question, facts=facts, verdict=verdict, prompt_facts=_told(facts))


def _is_finite(fact: Fact) -> bool:
    """A number that overflowed proves nothing, and JSON has no word for it."""
    return all(map(math.isfinite, (fact.value, *(fact.interval or ()))))


def _told(facts: Sequence[Fact]) -> tuple[str, ...]:
    told = [fact.id for fact in facts if fact.rank <= LAST_TOLD_RANK]
    return tuple(told[:MOST_PROMPT_FACTS])


def _facts(design: Design, fit: Fit | None, cautions: list[Caution]) -> list[Fact]:
    if fit is None:
        if design.terms:
            message = (
                "The regression did not converge, so it gives no effects. Take out predictors "
                "that are rare or alike, or add rows."
            )
            cautions.append(Caution(CautionCode.NOT_CONVERGED, message))
        return [_rows_fact(design), *segment_rates(design)]
    if fit.model is Model.NEGATIVE_BINOMIAL:
        message = (
            f"{spoken(design.outcome.name)} varies more than a Poisson count would "
            "(Cameron-Trivedi test); a negative binomial regression was used instead."
        )
        cautions.append(Caution(CautionCode.OVERDISPERSED, message))
    effects = find_effects(design, fit)
    told = Telling(design, fit)
    return [*effect_facts(told, effects), *whole_facts(told, effects), *segment_rates(design)]


def _rows_fact(design: Design) -> Fact:
    return Fact(
        id="model.rows",
        kind=FactKind.EVIDENCE,
        value=float(design.rows),
        unit="rows",
        text=f"{design.rows:,} rows, but no regression could be fitted",
        window=(0, design.rows - 1),
        method="count",
        rank=1,
        subject=Subject(variable="", outcome=design.outcome.name),
    )


def _as_question(
    column: RowLevelColumn, is_binary: bool, asked: str, context: str, higher: bool | None
) -> MetricQuestion:
    name = spoken(column.name)
    return MetricQuestion(
        metric=name,
        kind=MetricKind.RATE if is_binary else MetricKind.SCORE,
        unit=PERCENT if is_binary else "",
        values=(),
        context=context,
        question=asked or f"What goes with {name}?",
        higher_is_better=higher,
    )
