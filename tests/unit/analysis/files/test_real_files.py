"""Real measurements as a file: 2,284 weekly values of carbon dioxide, some of them missing."""

import numpy as np
import pytest
import statsmodels.api as sm

from bot.analysis.answer import render_answer
from bot.analysis.findings import compute_findings
from bot.analysis.plain import plain_answer
from bot.analysis.verification import verify_answer
from tests.unit.analysis.files.made import read


@pytest.mark.parametrize(("rule", "rows", "per"), [("W-SAT", 2284, "week"), ("MS", 526, "month")])
def test_carbon_dioxide_is_read_described_and_verified(rule: str, rows: int, per: str) -> None:
    data = sm.datasets.co2.load_pandas().data["co2"].resample(rule).mean()
    reading = read(data.to_frame().to_csv(index_label="day"), name="co2.csv")
    question = reading.question
    assert question is not None
    assert (len(question.values), question.period.value) == (rows, per)
    assert question.values[-1] == pytest.approx(data.iloc[-1])
    assert sum(value is None for value in question.values) == data.isna().sum()
    found = compute_findings(question)
    facts = {fact.id: fact.value for fact in found.facts}
    assert facts["change.total"] == pytest.approx(data.iloc[-1] - data.iloc[0])
    used = data.notna().to_numpy()
    line = np.polyfit(np.arange(rows)[used], data.to_numpy()[used], 1)
    assert facts["trend.slope"] == pytest.approx(line[0], rel=0.05)
    assert verify_answer(render_answer(plain_answer(found)), found).verified
