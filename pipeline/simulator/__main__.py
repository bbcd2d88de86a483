"""`python -m pipeline.simulator check | families | show FAMILY`: look at what is simulated."""

import json
from typing import Annotated

import typer

from pipeline.simulator.families import HELD_OUT_FAMILIES, TRAINING_FAMILIES
from pipeline.simulator.plausibility import check_plausibility
from pipeline.simulator.scenario import draw_scenario

app = typer.Typer(add_completion=False, help="Simulated businesses with a known truth.")


@app.command()
def check(
    count: Annotated[int, typer.Option(help="scenarios to draw")] = 1500, seed: int = 1
) -> None:
    """Print asked and achieved properties; exit 1 when one of them is off."""
    rows = check_plausibility(count, seed)
    width = max(len(row.name) for row in rows)
    typer.echo(f"{'property':{width}}  {'asked':>6}  achieved")
    for row in rows:
        mark = "ok" if row.passed else "OFF"
        typer.echo(f"{row.name:{width}}  {row.asked:>6}  {row.achieved}  {mark}")
    if not all(row.passed for row in rows):
        raise typer.Exit(1)


@app.command()
def families() -> None:
    """List every family with the side it belongs to."""
    for family in sorted([*TRAINING_FAMILIES, *HELD_OUT_FAMILIES]):
        typer.echo(f"{'golden' if family in HELD_OUT_FAMILIES else 'training':9} {family}")


@app.command()
def show(family: str, seed: int = 1) -> None:
    """Print one scenario: the request, then question and truth as JSON."""
    try:
        scenario = draw_scenario(family, seed)
    except ValueError as error:
        raise typer.BadParameter(str(error)) from error
    typer.echo(scenario.request_text)
    typer.echo("---")
    shown = {
        "style": scenario.style,
        "question": scenario.question.model_dump(mode="json", exclude={"source_text"}),
        "truth": scenario.truth.model_dump(mode="json"),
    }
    typer.echo(json.dumps(shown, indent=2, ensure_ascii=False))


if __name__ == "__main__":
    app()
