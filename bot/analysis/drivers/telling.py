"""Effects as typed facts: what a prompt carries, a verifier checks and a reader can trace.

Lines are compact; every number in them has a fact of its own.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from bot.analysis.drivers.cautions import Caution, CautionCode, spoken
from bot.analysis.drivers.design import Design, Term
from bot.analysis.drivers.effects import CORRECTION, Effect, Estimate
from bot.analysis.drivers.fitting import Fit, Model
from bot.analysis.facts import Direction, Fact, FactKind, Subject
from bot.analysis.units import P_VALUE, PERCENT, POINTS_OF_PERCENT, RATIO, change_text, value_text

MOST_TOLD = 4  # predictors whose effects the prompt carries
_METHODS = {
    Model.LOGIT: "logistic regression (maximum likelihood)",
    Model.OLS: "linear regression, HC3 robust errors",
    Model.POISSON: "Poisson regression (maximum likelihood)",
    Model.NEGATIVE_BINOMIAL: "negative binomial regression (maximum likelihood)",
}


@dataclass(frozen=True, slots=True)
class Telling:
    """What every fact of one regression shares."""

    design: Design
    fit: Fit

    @property
    def window(self) -> tuple[int, int]:
        """All rows used, as positions."""
        return (0, self.design.rows - 1)

    @property
    def outcome(self) -> str:
        """The outcome's heading."""
        return self.design.outcome.name

    def subject(self, term: Term, *, is_clear: bool) -> Subject:
        """What an effect is about."""
        return Subject(
            variable=term.variable,
            outcome=self.outcome,
            level=term.level,
            reference=term.reference,
            step=term.step if term.is_numeric else 0.0,
            is_clear=is_clear,
        )

    @property
    def whole(self) -> Subject:
        """The regression as a whole."""
        return Subject(variable="", outcome=self.outcome)


def name_term(term: Term) -> str:
    """Write what is compared: "days active, each additional 1", "plan annual against monthly"."""
    if term.is_numeric:
        return f"{spoken(term.variable)}, each additional {value_text(term.step, '')}"
    return f"{spoken(term.variable)} {term.level} against {term.reference}"


def _span(estimate: Estimate) -> str:
    return f"{value_text(estimate.low, '')} to {value_text(estimate.high, '')}"


def effect_facts(told: Telling, effects: list[Effect]) -> Iterator[Fact]:
    """Yield ratio, percent, points (or coefficient) and p-value of every term."""
    for number, effect in enumerate(effects):
        subject = told.subject(effect.term, is_clear=effect.is_clear)
        first_rank = 10 + 2 * number if effect.is_clear and number < MOST_TOLD else 60
        label, name = f"driver.{number + 1}", name_term(effect.term)
        mark = "" if effect.is_clear else ", not clear"
        step = f" x {effect.term.step:g}" if effect.term.step != 1 else ""
        if effect.ratio is not None:
            yield from _ratio_facts(told, effect, effect.ratio, subject, label, first_rank)
        if effect.points is not None:
            points = effect.points
            yield _effect(
                told, subject, f"{label}.points", FactKind.MARGINAL_EFFECT, POINTS_OF_PERCENT,
                points, f"{name}: {change_text(points.value, 'points')} of {spoken(told.outcome)} "
                f"(95 % {_span(points)}){mark}",
                f"mean over {told.design.rows:,} rows of the change in predicted probability",
                first_rank,
            )  # fmt: skip
        if effect.ratio is None:
            change = effect.coefficient
            yield _effect(
                told, subject, f"{label}.coefficient", FactKind.COEFFICIENT, "", change,
                f"{name}: {change_text(change.value, '')} {spoken(told.outcome)} "
                f"(95 % {_span(change)}){mark}",
                f"{effect.raw:.6g}{step}", first_rank,
            )  # fmt: skip
        yield Fact(
            id=f"{label}.p",
            kind=FactKind.P_VALUE,
            value=effect.p,
            unit=P_VALUE,
            text=f"{name}: {value_text(effect.p, P_VALUE)} ({CORRECTION}-corrected)",
            window=told.window,
            method=f"Wald test, {CORRECTION} correction for {len(effects)} tests",
            rank=70,
            subject=subject,
        )


def _ratio_facts(
    told: Telling, effect: Effect, ratio: Estimate, subject: Subject, label: str, rank: int
) -> Iterator[Fact]:
    name = name_term(effect.term)
    is_odds = told.fit.model is Model.LOGIT
    word = "odds" if is_odds else "rate"
    step = f" x {effect.term.step:g}" if effect.term.step != 1 else ""
    percent = Estimate(*(100 * (end - 1) for end in (ratio.value, ratio.low, ratio.high)))
    mark = "" if effect.is_clear else ", not clear"
    change = change_text(round(percent.value, 1), PERCENT)
    yield _effect(
        told, subject, f"{label}.ratio",
        FactKind.ODDS_RATIO if is_odds else FactKind.RATE_RATIO, RATIO, ratio,
        f"{name}: {word} ratio {ratio.value:.3g} (95 % {_span(ratio)}), {word} {change}{mark}",
        f"exp({effect.raw:.6g}{step})", rank + 1 if is_odds else rank,
    )  # fmt: skip
    yield _effect(
        told, subject, f"{label}.percent",
        FactKind.ODDS_CHANGE if is_odds else FactKind.RATE_CHANGE, PERCENT, percent,
        f"{name}: {word} {change}{mark}", f"100 x ({ratio.value:.6g} - 1)", 61,
    )  # fmt: skip


def _effect(
    told: Telling,
    subject: Subject,
    fact_id: str,
    kind: FactKind,
    unit: str,
    estimate: Estimate,
    text: str,
    arithmetic: str,
    rank: int,
) -> Fact:
    neutral = 1.0 if unit == RATIO else 0.0
    return Fact(
        id=fact_id,
        kind=kind,
        value=estimate.value,
        unit=unit,
        text=text,
        window=told.window,
        method=_METHODS[told.fit.model],
        direction=Direction.UP if estimate.value > neutral else Direction.DOWN,
        interval=(estimate.low, estimate.high),
        arithmetic=arithmetic,
        why="the other columns held equal; an association, not a cause",
        rank=rank,
        subject=subject,
    )


def whole_facts(told: Telling, effects: list[Effect]) -> Iterator[Fact]:
    """Yield rows, base rate, fit, number of clear effects, the unclear names, the reminder."""
    design, outcome = told.design, spoken(told.outcome)
    share = told.fit.model is Model.LOGIT
    level = 100 * float(design.y.mean()) if share else float(design.y.mean())
    shown = value_text(level, PERCENT) if share else f"mean {value_text(level, '')}"
    yield _whole(told, "rows", design.rows, "rows", f"{design.rows:,} rows compared", 5)
    yield _whole(
        told, "base", level, PERCENT if share else "",
        f"{outcome}: {shown} over {design.rows:,} rows", 1, FactKind.SEGMENT_RATE,
    )  # fmt: skip
    if share:
        events = float(design.y.sum())
        yield _whole(told, "events", events, "rows", f"{events:,.0f} rows with {outcome}", 62)
    clear = [effect for effect in effects if effect.is_clear]
    variables = list(dict.fromkeys(effect.term.variable for effect in effects))
    clear_names = list(dict.fromkeys(effect.term.variable for effect in clear))
    yield _whole(told, "tests", len(effects), "tests", f"{len(effects)} effects tested", 63)
    yield _whole(
        told, "predictors", len(variables), "predictors", f"{len(variables)} predictors compared",
        64,
    )  # fmt: skip
    yield _whole(
        told, "clear", len(clear_names), "predictors",
        f"{len(clear_names)} of {len(variables)} predictors stand out after {CORRECTION} "
        "correction",
        3,
    )  # fmt: skip
    unclear = [spoken(name) for name in variables if name not in clear_names]
    if unclear:
        text = f"No clear association: {', '.join(unclear[:5])}"
        yield _whole(told, "unclear", len(unclear), "predictors", text, 30)
    name = "R2" if told.fit.model is Model.OLS else "McFadden pseudo-R2"
    if np.isfinite(told.fit.fit_measure):
        text = f"{name} {told.fit.fit_measure:.2f}"
        yield _whole(told, "fit", told.fit.fit_measure, "", text, 32, FactKind.FIT)
    if told.fit.dispersion_p is not None:
        yield _whole(
            told, "dispersion", told.fit.dispersion_p, P_VALUE,
            f"Overdispersion test (Cameron-Trivedi): {value_text(told.fit.dispersion_p, P_VALUE)}",
            65, FactKind.P_VALUE,
        )  # fmt: skip
    text = "These are associations; they do not show what causes what"
    yield _whole(told, "association", design.rows, "rows", text, 34)


def _whole(
    told: Telling,
    name: str,
    value: float,
    unit: str,
    text: str,
    rank: int,
    kind: FactKind = FactKind.EVIDENCE,
) -> Fact:
    return Fact(
        id=f"model.{name}",
        kind=kind,
        value=float(value),
        unit=unit,
        text=text,
        window=told.window,
        method=_METHODS[told.fit.model],
        rank=rank,
        subject=told.whole,
    )


def segment_rates(design: Design) -> Iterator[Fact]:
    """Yield the observed share (or mean) of every level, nothing held equal."""
    share = bool(np.isin(design.y, (0.0, 1.0)).all())
    outcome = design.outcome.name
    number = 0
    for variable in design.variables:
        own = design.positions(variable)
        first = design.terms[own[0] - 1]
        if first.is_numeric:
            continue
        groups = [(design.terms[at - 1].level, design.x[:, at] == 1) for at in own]
        groups.append((first.reference, design.x[:, own].sum(axis=1) == 0))
        for level, inside in groups:
            count = int(inside.sum())
            if not count:
                continue
            number += 1
            part = float(design.y[inside].sum())
            value = (100 if share else 1) * part / count
            unit = PERCENT if share else ""
            yield Fact(
                id=f"segment.{number}.rate",
                kind=FactKind.SEGMENT_RATE,
                value=value,
                unit=unit,
                text=f"{spoken(variable)} {level}: {value_text(value, unit)} {spoken(outcome)} "
                f"of {count:,} rows",
                window=(0, design.rows - 1),
                method="observed share" if share else "observed mean",
                arithmetic=f"{part:,.6g} / {count:,}",
                rank=66,
                subject=Subject(variable=variable, outcome=outcome, level=level),
            )


def caution_facts(cautions: list[Caution], outcome: str, rows: int) -> Iterator[Fact]:
    """Yield the cautions a prompt must carry, shortened to their first clause."""
    counts: dict[CautionCode, int] = {}
    for caution in cautions:
        counts[caution.code] = counts.get(caution.code, 0) + 1
        if caution.code is CautionCode.NOT_USED or counts[caution.code] > 2:
            continue
        short = caution.message.split(";", maxsplit=1)[0].split(". ", maxsplit=1)[0].rstrip(".")
        yield Fact(
            id=f"caution.{caution.code.value}.{counts[caution.code]}",
            kind=FactKind.EVIDENCE,
            value=0.0,
            unit="",
            text=f"Caution: {short}",
            window=(0, max(rows - 1, 0)),
            method="check before the fit",
            rank=40,
            subject=Subject(variable=caution.variable, outcome=outcome),
        )
