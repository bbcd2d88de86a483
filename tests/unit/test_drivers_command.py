"""`analyst findings` and `verify` on rows with an outcome: facts, refusals, exit codes."""

import json
from pathlib import Path

import pytest
import statsmodels.api as sm
from typer.testing import CliRunner

from bot.analysis.answer import render_answer
from bot.analysis.facts import Findings
from bot.analysis.plain import plain_answer
from deploy.cli import app
from deploy.commands.drivers import load_facts

RUN = CliRunner()


@pytest.fixture(scope="module")
def fair(tmp_path_factory: pytest.TempPathFactory) -> str:
    """A real survey as a file: 6,366 rows, an outcome of yes and no."""
    data = sm.datasets.fair.load_pandas().data
    data["affair"] = ["yes" if value > 0 else "no" for value in data.pop("affairs")]
    path = tmp_path_factory.mktemp("rows") / "fair.csv"
    data.to_csv(path, index=False)
    return str(path)


@pytest.fixture(scope="module")
def found(fair: str) -> Findings:
    return load_facts(fair, outcome="affair").findings


def test_findings_follow_the_contract(fair: str) -> None:
    ran = RUN.invoke(app, ["findings", fair, "--outcome", "affair", "--json"])
    assert ran.exit_code == 0, ran.output
    told = json.loads(ran.stdout)
    assert (told["metric"], told["unit"], told["values"]) == ("affair", "%", [])
    assert told["verdict"] == "insufficient_evidence"
    facts = {fact["id"]: fact for fact in told["facts"]}
    assert facts["model.rows"]["value"] == 6366
    assert facts["driver.1.points"]["subject"]["variable"] == "yrs_married"
    assert set(told["prompt_facts"]) <= set(facts)
    assert any("affair" in line for line in told["reading"])


def test_an_answer_is_verified_or_caught(fair: str, found: Findings, tmp_path: Path) -> None:
    answer = tmp_path / "answer.txt"
    right = render_answer(plain_answer(found))
    for text, verified in ((right, True), (right.replace("13.1 points", "23.1 points"), False)):
        answer.write_text(text, encoding="utf-8")
        ran = RUN.invoke(
            app,
            [
                "verify",
                "--question",
                fair,
                "--answer",
                str(answer),
                "--outcome",
                "affair",
                "--json",
            ],
        )
        assert ran.exit_code == 0, ran.output
        checked = json.loads(ran.stdout)
        assert checked["verified"] is verified
        assert len(checked["claims"]) >= 8


@pytest.mark.parametrize(
    ("rows", "arguments", "told"),
    [
        ("fair", ["--outcome", "churn"], "There is no column “churn” to explain. Choose one of"),
        ("fair", ["--outcome", "affair", "--read-as", "layout=series"], "leave out layout=series"),
        ("fair", ["--outcome", "affair", "--column", "age"], "Give the outcome once"),
        ("no outcome", [], "Say which column is the outcome, with --outcome: one of"),
    ],
)
def test_what_cannot_be_explained_ends_with_exit_code_2(
    rows: str, arguments: list[str], told: str, fair: str, tmp_path: Path
) -> None:
    path = Path(fair)
    if rows == "no outcome":
        path = tmp_path / "people.csv"
        lines = [f"{n},{n % 7},{n % 5},{'ab'[n % 2]}" for n in range(40)]
        path.write_text("user_id,visits,seats,plan\n" + "\n".join(lines), encoding="utf-8")
        arguments = ["--read-as", "layout=rows"]
    ran = RUN.invoke(app, ["findings", str(path), *arguments])
    assert ran.exit_code == 2
    assert told in ran.stderr
    assert "Traceback" not in ran.output


def test_segments_of_a_file_are_compared(tmp_path: Path) -> None:
    path = tmp_path / "markets.csv"
    weeks = ("2026-09-07", "2026-09-14", "2026-09-21", "2026-09-28")
    lines = [
        f"{week},{market},{people + i * more},{(people + i * more) * rate // 100}"
        for i, week in enumerate(weeks)
        for market, people, more, rate in (("UK", 1000, 200, 30), ("DE", 1500, -200, 50))
    ]
    path.write_text("week,market,signups,activated\n" + "\n".join(lines), encoding="utf-8")
    for arguments in (["--question", "Why did the total fall?"], ["--read-as", "compare=market"]):
        ran = RUN.invoke(app, ["findings", str(path), *arguments, "--json"])
        assert ran.exit_code == 0, ran.output
        told = json.loads(ran.stdout)
        facts = {fact["id"]: fact for fact in told["facts"]}
        assert told["metric"] == "activated share of signups"
        assert told["verdict"] == "worsening"
        assert facts["total.rate"]["value"] == pytest.approx(0, abs=0.05)
        assert facts["total.mix"]["value"] < -2
        assert "total.mix" in told["prompt_facts"]
    ran = RUN.invoke(app, ["findings", str(path), "--read-as", "compare=plan"])
    assert ran.exit_code == 2
    assert "On the command line: --read-as compare=COLUMN." in ran.stderr
