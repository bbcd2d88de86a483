"""The control of every training claim: the same rows with their answers dealt out at random.

    python -m pipeline.dataset.shuffled data/datasets/VERSION build/shuffled

An adapter trained on it has seen the same words, lengths and format, but no answer belongs to its
facts; one that seems to improve by it shows that the measure, not the model, got better. The
folder has no manifest, so `analyst train --dataset FOLDER` takes it for a hand-made one.
"""

import json
import random
from pathlib import Path
from typing import Annotated, Any

import typer

from pipeline.training.rows import TRAIN_FILE, VALIDATION_FILE

SEED = 17
MARK = "shuffled:"  # before every row's id, so that no lineage takes it for the real one

app = typer.Typer(add_completion=False)


def shuffle_answers(rows: list[dict[str, Any]], seed: int = SEED) -> list[dict[str, Any]]:
    """Give every row the answer of another one.

    Raises:
        ValueError: fewer than two rows; an answer could only stay where it is.
    """
    if len(rows) < 2:
        raise ValueError(f"{len(rows)} rows cannot be shuffled; two are needed at least.")
    order = list(range(len(rows)))
    random.Random(seed).shuffle(order)  # noqa: S311 - wants to be reproducible, not secret
    # Passing answers on along one random circle leaves no row with its own.
    giver = {order[at]: order[at - 1] for at in range(len(order))}
    return [
        row
        | {
            "completion": rows[giver[at]]["completion"],
            "example_id": f"{MARK}{row.get('example_id', at)}",
        }
        for at, row in enumerate(rows)
    ]


@app.command()
def main(
    dataset: Annotated[Path, typer.Argument(help="Folder of a dataset version.")],
    target: Annotated[Path, typer.Argument(help="Folder to write.")],
    seed: Annotated[int, typer.Option(help="Another seed, another deal.")] = SEED,
) -> None:
    """Write the shuffled training side; validation stays as it is, so losses compare."""
    try:
        text = (dataset / TRAIN_FILE).read_text(encoding="utf-8")
        validation = (dataset / VALIDATION_FILE).read_bytes()
    except OSError as error:
        typer.echo(f"{dataset} is no dataset folder: {error.strerror}.", err=True)
        raise typer.Exit(2) from error
    rows = [json.loads(line) for line in text.split("\n") if line.strip()]
    target.mkdir(parents=True, exist_ok=True)
    shuffled = shuffle_answers(rows, seed)
    lines = "".join(f"{json.dumps(row, ensure_ascii=False)}\n" for row in shuffled)
    (target / TRAIN_FILE).write_text(lines, encoding="utf-8")
    (target / VALIDATION_FILE).write_bytes(validation)
    typer.echo(f"{len(rows)} rows with another row's answer in {target}.")


if __name__ == "__main__":
    app()
