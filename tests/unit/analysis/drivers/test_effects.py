"""Numbers equal to a direct statsmodels call, sums exact, and trouble said in words."""

import numpy as np
import pytest
import statsmodels.api as sm

from bot.analysis.drivers import compute_driver_findings
from bot.analysis.drivers.design import build_design, find_outcome
from bot.analysis.drivers.effects import find_effects
from bot.analysis.drivers.fitting import Model, fit_design
from bot.analysis.drivers.mix import Segment, decompose_change
from bot.analysis.facts import FactKind
from bot.analysis.question import UnreadableQuestionError


def test_fair_equals_statsmodels(table_of) -> None:
    data = sm.datasets.fair.load_pandas().data
    names = [name for name in data.columns if name != "affairs"]
    columns = {name: data[name].tolist() for name in names}
    columns["affair"] = [bool(value > 0) for value in data["affairs"]]
    table = table_of(columns, "affair")
    design, _ = build_design(table, find_outcome(table, ""))
    fit = fit_design(design, is_binary=True)
    direct = sm.Logit((data["affairs"] > 0).astype(float), sm.add_constant(data[names])).fit(disp=0)
    np.testing.assert_allclose(fit.params, direct.params, rtol=1e-6, atol=1e-8)
    np.testing.assert_allclose(fit.errors, direct.bse, rtol=1e-6)
    margins = dict(zip(names, direct.get_margeff().margeff, strict=True))
    margin_errors = dict(zip(names, direct.get_margeff().margeff_se, strict=True))
    for effect in find_effects(design, fit):
        name = effect.term.variable
        assert effect.points.value == pytest.approx(100 * margins[name], rel=1e-5)
        half = (effect.points.high - effect.points.low) / 2
        assert half / 1.959963984540054 == pytest.approx(100 * margin_errors[name], rel=1e-4)


def test_spector_warns_of_few_events(table_of) -> None:
    data = sm.datasets.spector.load_pandas().data
    columns = {name: data[name].tolist() for name in ("GPA", "TUCE")}
    columns["PSI"] = [bool(value) for value in data["PSI"]]
    columns["GRADE"] = [bool(value) for value in data["GRADE"]]
    found = compute_driver_findings(table_of(columns, "GRADE"))
    direct = sm.Logit(data["GRADE"], sm.add_constant(data[["GPA", "TUCE", "PSI"]])).fit(disp=0)
    ratios = {f.subject.variable: f.value for f in found.facts if f.kind is FactKind.ODDS_RATIO}
    assert ratios["PSI"] == pytest.approx(np.exp(direct.params["PSI"]), rel=1e-5)
    assert ratios["GPA"] == pytest.approx(np.exp(direct.params["GPA"]), rel=1e-5)
    assert any("Only 11 rows have the rarer outcome" in text for text in found.warnings)


def test_counts_become_negative_binomial_when_overdispersed(table_of) -> None:
    rng = np.random.default_rng(3)
    x = rng.normal(size=1500)
    mean = np.exp(0.3 + 0.5 * x)
    poisson, spread = rng.poisson(mean), rng.negative_binomial(1, 1 / (1 + mean))
    for counts, model in ((poisson, Model.POISSON), (spread, Model.NEGATIVE_BINOMIAL)):
        table = table_of({"x": x.tolist(), "y": counts.tolist()}, "y")
        design, _ = build_design(table, find_outcome(table, ""))
        fit = fit_design(design, is_binary=False)
        assert fit.model is model
        assert fit.params[1] == pytest.approx(0.5, abs=0.1)


def test_amounts_equal_robust_ols(table_of) -> None:
    data = sm.datasets.macrodata.load_pandas().data
    table = table_of({name: data[name].tolist() for name in ("infl", "unemp", "tbilrate")}, "infl")
    design, _ = build_design(table, find_outcome(table, ""))
    fit = fit_design(design, is_binary=False)
    direct = sm.OLS(data["infl"], sm.add_constant(data[["unemp", "tbilrate"]])).fit(cov_type="HC3")
    np.testing.assert_allclose(fit.params, direct.params, rtol=1e-8)
    np.testing.assert_allclose(fit.errors, direct.bse, rtol=1e-8)


def test_trouble_is_said_in_words(table_of) -> None:
    rng = np.random.default_rng(5)
    n = 400
    y = rng.random(n) < 0.4
    days = rng.normal(10, 3, n)
    level = ["rare" if k < 6 else "common" for k in range(n)]
    y[:6] = True
    columns = {
        "days": [None if k % 20 == 0 else float(v) for k, v in enumerate(days)],
        "hours": [None if k % 20 == 0 else float(24 * v) for k, v in enumerate(days)],
        "level": level,
        "cancelled_at_step": [float(v) + 0.01 * k / n for k, v in enumerate(y)],
        "churned": [bool(v) for v in y],
    }
    told = " ".join(compute_driver_findings(table_of(columns, "churned")).warnings)
    assert "20 of 400 rows (5 %) miss a value" in told
    assert "cancelled at step alone tells the outcome almost perfectly" in told
    assert "level has values with only one outcome (separation)" in told
    assert "hours follows from the other columns (collinear)" in told


def test_a_wrong_outcome_gets_a_sentence(users) -> None:
    with pytest.raises(UnreadableQuestionError, match="There is no column"):
        compute_driver_findings(users, "churn")
    with pytest.raises(UnreadableQuestionError, match="must be yes or no"):
        compute_driver_findings(users, "plan")


def test_rate_and_mix_add_up_exactly() -> None:
    rng = np.random.default_rng(11)
    for _ in range(200):
        sizes = rng.integers(1, 5000, (int(rng.integers(2, 7)), 2))
        parts = [(int(rng.integers(0, a + 1)), int(rng.integers(0, b + 1))) for a, b in sizes]
        split = decompose_change(
            [
                Segment(str(k), p[0], s[0], p[1], s[1])
                for k, (p, s) in enumerate(zip(parts, sizes, strict=True))
            ]
        )
        assert split.rate_effect + split.mix_effect == pytest.approx(split.total, abs=1e-9)
        at_first = split.rate_at_first + split.mix_at_first + split.interaction
        assert at_first == pytest.approx(split.total, abs=1e-9)


def test_simpson_is_seen() -> None:
    split = decompose_change([Segment("a", 90, 300, 238, 700), Segment("b", 410, 700, 202, 300)])
    assert split.is_simpson
    assert split.total < 0
    assert not decompose_change([Segment("a", 1, 10, 2, 10), Segment("b", 1, 10, 2, 10)]).is_simpson
