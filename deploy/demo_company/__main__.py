"""`python -m deploy.demo_company`: write the demo company's database and say where."""

from datetime import UTC, date, datetime
from pathlib import Path
from typing import Annotated

import typer

from deploy.demo_company.setup import FILE_NAME
from deploy.demo_company.writing import SEED, last_whole_week, write_company


def main(
    data: Annotated[Path, typer.Option(help="Folder to write into.")] = Path("data"),
    today: Annotated[str, typer.Option(help="Day the story ends before; default: today.")] = "",
    seed: Annotated[int, typer.Option(help="Another seed gives other noise.")] = SEED,
) -> None:
    """Write two years of six metrics; the same day and seed give the same file content."""
    try:
        day = date.fromisoformat(today) if today else datetime.now(UTC).date()
    except ValueError as error:
        raise typer.BadParameter(f"{today!r} is no date; write it like 2026-11-27") from error
    rows = write_company(data / FILE_NAME, last_whole_week(day), seed)
    typer.echo(f"{rows:,} rows written to {data / FILE_NAME}, ending {last_whole_week(day)}.")


if __name__ == "__main__":
    typer.run(main)
