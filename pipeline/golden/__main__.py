"""`python -m pipeline.golden table | freeze`: count the golden set, or freeze a new one."""

from collections import Counter

import typer

from pipeline.golden.freeze import freeze_golden
from pipeline.golden.general import load_general_tasks, load_general_training
from pipeline.golden.load import GoldenSetError, load_golden

app = typer.Typer(add_completion=False, help="The frozen golden set.")


@app.command()
def table() -> None:
    """Print how many cases each slice has, and the sizes of the general sets."""
    try:
        cases = load_golden(include_rotating=True)
        tasks, examples = load_general_tasks(), load_general_training()
    except GoldenSetError as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(2) from error
    rotating = sum(case.rotating for case in cases)
    lengths = [len(case.question.values) for case in cases if case.question]
    typer.echo(f"{len(cases)} cases, {rotating} rotating, {min(lengths)} to {max(lengths)} values")
    counts = Counter(label for case in cases for label in case.slices)
    for label, count in sorted(counts.items()):
        typer.echo(f"  {label:34} {count:4}")
    typer.echo(f"  {'expected verdict':34}")
    for verdict, count in Counter(case.truth.verdict.value for case in cases).most_common():
        typer.echo(f"    {verdict:32} {count:4}")
    kinds = Counter(task.kind for task in tasks)
    typer.echo(f"{len(tasks)} general tasks: {dict(sorted(kinds.items()))}")
    typer.echo(f"{len(examples)} general training examples")


@app.command()
def freeze() -> None:
    """Redraw the simulated cases and write new checksums."""
    try:
        cases = freeze_golden()
    except GoldenSetError as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(2) from error
    typer.echo(f"{len(cases)} cases frozen; evaluations made before are no longer comparable.")


if __name__ == "__main__":
    app()
