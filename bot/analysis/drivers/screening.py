"""What would make a regression meaningless, found before fitting and said in words.

Leakage, separation and collinearity; predictors that break the fit are left out.
"""

import numpy as np

from bot.analysis.drivers.cautions import Caution, CautionCode, spoken
from bot.analysis.drivers.design import Array, Design

NEAR_PERFECT_AUC = 0.98  # own choice: real drivers of behaviour stay far below
NEAR_PERFECT_R = 0.99  # correlation, for amounts
HIGH_VIF = 10.0  # Marquardt 1970
FEW_EVENTS = 10.0  # Peduzzi et al. 1996
LARGEST_EXACT = 20_000  # rows up to which separation of several predictors is solved exactly


def screen(design: Design, *, is_binary: bool) -> tuple[Design, list[Caution]]:
    """Leave out what cannot be fitted or believed; the cautions say what and why."""
    cautions: list[Caution] = []
    for variable in design.variables:
        caution = _alone(design, variable, is_binary=is_binary)
        if caution is not None and len(design.variables) > 1:
            cautions.append(caution)
            design = design.without(variable)
        elif caution is not None:
            cautions.append(caution)
            return Design(
                design.outcome, design.y, design.x[:, :1], (), design.rows_total
            ), cautions
    design, found = _drop_collinear(design)
    cautions += found
    while is_binary and design.terms and (variable := _separating(design)):
        cautions.append(_separation(variable))
        design = design.without(variable)
    return design, cautions


def warn_few_events(design: Design) -> list[Caution]:
    """Warn when the rarer outcome has under ten rows per term (events per variable)."""
    events = float(min(design.y.sum(), design.rows - design.y.sum()))
    per_term = events / max(len(design.terms), 1)
    if per_term >= FEW_EVENTS:
        return []
    return [
        Caution(
            CautionCode.FEW_EVENTS,
            f"Only {events:.0f} rows have the rarer outcome, {per_term:.1f} for each of "
            f"{len(design.terms)} terms (under {FEW_EVENTS:.0f}): the effects are uncertain.",
        )
    ]


def inflation(design: Design) -> dict[str, float]:
    """Return each variable's variance inflation factor, comparable across numbers of levels.

    Generalised factor to the power 1 / degrees of freedom (Fox and Monette 1992); for a variable
    with one column it is the plain VIF.
    """
    if len(design.terms) < 2:
        return dict.fromkeys(design.variables, 1.0)
    correlation: Array = np.asarray(np.corrcoef(design.x[:, 1:], rowvar=False), dtype=np.float64)
    whole = _log_det(correlation)
    factors = {}
    for variable in design.variables:
        inside = [k - 1 for k in design.positions(variable)]
        outside = [k for k in range(len(design.terms)) if k not in inside]
        if not outside:
            factors[variable] = 1.0
            continue
        log_factor = (
            _log_det(correlation[np.ix_(inside, inside)])
            + _log_det(correlation[np.ix_(outside, outside)])
            - whole
        )
        factors[variable] = float(np.exp(min(log_factor / len(inside), 700.0)))
    return factors


def single_auc(values: Array, y: Array) -> float:
    """Return how well one column alone tells the outcomes apart: 0.5 not at all, 1 perfectly.

    Mann-Whitney statistic over the number of pairs, ties counted half.
    """
    from scipy.stats import rankdata

    ranks = rankdata(values)
    positives = float(y.sum())
    negatives = len(y) - positives
    wins = float(ranks[y == 1].sum()) - positives * (positives + 1) / 2
    area = wins / (positives * negatives)
    return max(area, 1 - area)


def _alone(design: Design, variable: str, *, is_binary: bool) -> Caution | None:
    """Look at one predictor by itself: does it all but state the outcome?"""
    columns = design.x[:, design.positions(variable)]
    score = columns @ np.linalg.lstsq(columns - columns.mean(0), design.y, rcond=None)[0]
    if is_binary:
        if single_auc(score, design.y) >= NEAR_PERFECT_AUC:
            return _leak(variable)
        is_levels = not design.terms[design.positions(variable)[0] - 1].is_numeric
        return _separation(variable) if is_levels and _one_sided(design, columns) else None
    related = abs(float(np.corrcoef(score, design.y)[0, 1])) if float(np.ptp(score)) else 0.0
    return _leak(variable) if related >= NEAR_PERFECT_R else None


def _one_sided(design: Design, columns: Array) -> bool:
    """Whether some level holds only one outcome."""
    groups = [columns[:, k] == 1 for k in range(columns.shape[1])]
    groups.append(columns.sum(axis=1) == 0)
    return any(group.any() and float(np.ptp(design.y[group])) == 0.0 for group in groups)


def _leak(variable: str) -> Caution:
    return Caution(
        CautionCode.LEAKAGE,
        f"{spoken(variable)} alone tells the outcome almost perfectly. It may have been recorded "
        "after the outcome, or be another name for it, so it was left out.",
        variable,
    )


def _separation(variable: str) -> Caution:
    return Caution(
        CautionCode.SEPARATION,
        f"{spoken(variable)} has values with only one outcome (separation), so its odds ratio "
        "cannot be estimated; it was left out. Merge rare levels or add rows.",
        variable,
    )


def _drop_collinear(design: Design) -> tuple[Design, list[Caution]]:
    """Drop a variable that the ones before it determine; warn where they nearly do."""
    cautions = []
    for variable in reversed(design.variables):
        scaled = design.x / np.maximum(np.abs(design.x).max(axis=0), 1e-300)
        rest = design.without(variable)
        rest_scaled = rest.x / np.maximum(np.abs(rest.x).max(axis=0), 1e-300)
        own = len(design.positions(variable))
        gain = np.linalg.matrix_rank(scaled) - np.linalg.matrix_rank(rest_scaled)
        if len(design.variables) > 1 and gain < own:
            cautions.append(
                Caution(
                    CautionCode.COLLINEAR,
                    f"{spoken(variable)} follows from the other columns (collinear), so its own "
                    "part cannot be told; it was left out.",
                    variable,
                )
            )
            design = rest
    for variable, factor in inflation(design).items():
        if factor > HIGH_VIF:
            cautions.append(
                Caution(
                    CautionCode.COLLINEAR,
                    f"{spoken(variable)} moves together with other columns (variance inflation "
                    f"{factor:.1f}, over {HIGH_VIF:.0f}): their effects cannot be told apart well.",
                    variable,
                )
            )
    return design, cautions


def _separating(design: Design) -> str:
    """Return the variable that lets a plane split the outcomes, '' when none does (Konis 2007).

    Linear program: the largest sum of signed distances under non-negative ones; it is zero
    exactly when the maximum likelihood estimate exists.
    """
    if design.rows > LARGEST_EXACT:
        return ""
    from scipy.optimize import linprog

    scaled = design.x / np.maximum(np.abs(design.x).max(axis=0), 1e-300)
    signed = scaled * np.where(design.y == 1, 1.0, -1.0)[:, None]
    found = linprog(-signed.sum(axis=0), A_ub=-signed, b_ub=np.zeros(design.rows), bounds=(-1, 1))
    if not found.success or -found.fun <= 1e-6:
        return ""
    weights = {
        variable: float(np.abs(found.x[design.positions(variable)]).max())
        for variable in design.variables
    }
    return max(weights, key=lambda variable: weights[variable])


def _log_det(matrix: Array) -> float:
    return float(np.linalg.slogdet(np.atleast_2d(matrix))[1])
