"""The `analyst` command: parses arguments, calls use cases, prints. See `analyst --help`."""

import logging
import os
import sys
import uuid

import typer

from deploy.commands import (
    adapters,
    annotations,
    augment,
    bench,
    cycle,
    dataset,
    demo,
    doctor,
    evaluate,
    examples,
    metrics,
    question,
    simulate,
    train,
    up,
)
from deploy.commands.output import FAILURE, complain

app = typer.Typer(
    name="analyst",
    help="Growth Analyst: metric questions answered with numbers that are proved.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
app.command()(question.findings)
app.command()(question.verify)
app.command()(question.ask)
app.command()(augment.augment)
app.add_typer(dataset.app, name="dataset")
app.add_typer(examples.app, name="examples")
app.command()(train.train)
app.command()(evaluate.evaluate)
app.add_typer(adapters.app, name="adapters")
app.add_typer(cycle.app, name="cycle")
app.add_typer(metrics.app, name="metrics")
app.add_typer(annotations.app, name="annotations")
app.add_typer(simulate.app, name="simulate")
app.add_typer(bench.app, name="bench")
app.command()(doctor.doctor)
app.command()(up.up)
app.command()(demo.demo)


def main() -> None:
    """Run the command; an unexpected failure shows a reference, the details go to the log."""
    logging.basicConfig(
        stream=sys.stderr,
        level=logging.DEBUG if os.environ.get("ANALYST_DEBUG") else logging.WARNING,
        format="%(asctime)s %(levelname)s %(name)s %(message)s",
    )
    try:
        app()
    except Exception as error:
        reference = uuid.uuid4().hex[:8]
        logging.getLogger("analyst").debug("reference %s", reference, exc_info=error)
        complain(
            f"Something went wrong ({type(error).__name__}, reference {reference})."
            " Run `analyst doctor`; ANALYST_DEBUG=1 shows the details."
        )
        sys.exit(FAILURE)


if __name__ == "__main__":
    main()
