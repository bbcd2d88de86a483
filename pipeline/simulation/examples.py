"""Simulated training examples: requests of the scenario simulator, answered from the known truth.

    python -m pipeline.simulation.examples build/simulated.jsonl --count 300

They teach a small model the form of an answer and to copy numbers from facts; judgement they teach
little. Marked as simulated in every line, and only of families that the golden set does not hold.
`analyst examples import FILE` reads them.
"""

from datetime import date, timedelta
from pathlib import Path
from typing import Annotated

import numpy as np
import typer

from bot.analysis.findings import compute_findings
from bot.analysis.parsing import read_question
from bot.analysis.question import UnreadableQuestionError
from pipeline.dataset.rows import ExampleRow
from pipeline.simulation.correcting import write_correction
from pipeline.simulator.families import parse_family
from pipeline.simulator.scenario import Scenario, draw_training_scenarios

SEED = 29
ORIGIN = "simulated"
LONGEST_SERIES = 30  # longer requests cost tokens and teach nothing more
_UNDATED = date(2026, 6, 1)  # the day an undated request was sent; nothing depends on it

app = typer.Typer(add_completion=False)


def write_example(scenario: Scenario, number: int) -> ExampleRow | None:
    """Answer one scenario; None where the request is not read back as it was meant."""
    meant = scenario.question
    today = meant.dates[-1] + timedelta(days=7) if meant.dates else _UNDATED
    try:
        question = read_question(scenario.request_text, today=today)
    except UnreadableQuestionError:
        return None
    is_as_meant = (
        question.values == meant.values
        and len(question.changes) == len(meant.changes)
        and question.incomplete_last == meant.incomplete_last
    )
    if not is_as_meant:
        return None
    metric, pattern, _ = parse_family(scenario.family)
    rng = np.random.default_rng([SEED, number])
    answer = write_correction(question, compute_findings(question), scenario.truth, rng)
    return ExampleRow(
        id=f"sim-{number:04}",
        family=f"{ORIGIN}/{scenario.family}",
        metric_family=metric,
        pattern=pattern.value,
        request=scenario.request_text,
        analysis=answer.analysis,
        recommended_action=answer.recommended_action,
        urgency=answer.urgency,
        written_on=today,
        origin=ORIGIN,
        note="written by the scenario simulator from its known truth",
    )


@app.command()
def main(
    file: Annotated[Path, typer.Argument(help="JSONL file to write.")],
    count: Annotated[int, typer.Option(min=1, help="Scenarios to draw.")] = 300,
    seed: Annotated[int, typer.Option(help="Other scenarios.")] = SEED,
) -> None:
    """Draw scenarios, answer them and write what was read back rightly."""
    scenarios = [
        scenario
        for scenario in draw_training_scenarios(count, seed)
        if len(scenario.question.values) <= LONGEST_SERIES
    ]
    rows = [write_example(scenario, number) for number, scenario in enumerate(scenarios, 1)]
    kept = [row for row in rows if row is not None]
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text("".join(f"{row.model_dump_json()}\n" for row in kept), encoding="utf-8")
    typer.echo(
        f"{len(kept)} examples in {file}; {count - len(scenarios)} scenarios were too long,"
        f" {len(rows) - len(kept)} were not read back as meant."
    )


if __name__ == "__main__":
    app()
