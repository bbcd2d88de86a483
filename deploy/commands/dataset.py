"""`analyst dataset build|show|diff`: frozen versions of the training data."""

from dataclasses import asdict
from typing import Annotated, Any

import typer
from sqlmodel import Session

from deploy.commands.learning import (
    dataset_settings,
    open_learning,
    operator_name,
    read_glossary,
)
from deploy.commands.output import bad_input_from, complain, fail, print_json, print_line, refuse
from pipeline.curated import import_curated
from pipeline.dataset.balance import advise_size
from pipeline.dataset.build import BuiltDataset, EmptyDatasetError, build_dataset
from pipeline.dataset.diff import diff_versions
from pipeline.dataset.files import DatasetFilesError, check_files, version_folder
from pipeline.dataset.golden import GoldenFileError, load_golden_texts
from pipeline.dataset.leakage import LeakageError
from pipeline.dataset.product import PRODUCT_ANALYSIS
from storage.database import reading
from storage.datasets import DatasetVersion, get_dataset_version
from storage.errors import ConflictError, NotFoundError

AsJson = Annotated[bool, typer.Option("--json", help="One JSON object on standard output.")]
Version = Annotated[int | None, typer.Argument(help="Version number; default: the newest.")]

app = typer.Typer(help="Frozen versions of the training data.", no_args_is_help=True)


@app.command()
def build(
    as_json: AsJson = False,
    curated: Annotated[bool, typer.Option(help="Import the shipped examples first.")] = True,
) -> None:
    """Freeze all approved examples that pass the filter as a version."""
    settings, engine = open_learning()
    glossary = read_glossary()
    if curated:
        imported = import_curated(engine, PRODUCT_ANALYSIS)
        for problem in imported.problems:
            complain(problem)
    try:
        with bad_input_from(GoldenFileError, EmptyDatasetError):
            built = build_dataset(
                engine,
                dataset_settings(settings),
                PRODUCT_ANALYSIS,
                glossary,
                load_golden_texts(PRODUCT_ANALYSIS),
                created_by=operator_name(),
                report=complain,
            )
    except LeakageError as error:
        if as_json:
            print_json({"error": "leakage", "leaks": [asdict(leak) for leak in error.leaks]})
        raise fail(str(error)) from error
    except (ConflictError, DatasetFilesError) as error:
        raise fail(str(error)) from error
    if as_json:
        print_json(_built_json(built))
    else:
        _print_built(built)


@app.command()
def show(version: Version = None, as_json: AsJson = False) -> None:
    """Show a version: counts by stratum, what was left out, lengths, files."""
    settings, engine = open_learning()
    with reading(engine) as session:
        stored = _find(session, version)
        data = _stored_json(stored)
    folder = version_folder(dataset_settings(settings).folder, stored.version, stored.fingerprint)
    try:
        check_files(folder)
        data |= {"folder": str(folder), "files_intact": True}
    except DatasetFilesError as error:
        complain(str(error))
        data |= {"folder": str(folder), "files_intact": False}
    if as_json:
        print_json(data)
        return
    print_line(f"Version {stored.version}, fingerprint {stored.fingerprint}")
    print_line(data["advice"])
    _print_counts(data["counts"])
    _print_reasons(data["rejected"])


@app.command()
def diff(
    older: Annotated[int, typer.Argument(help="Version to compare from.")],
    newer: Annotated[int, typer.Argument(help="Version to compare with.")],
    as_json: AsJson = False,
) -> None:
    """Name the examples in which two versions differ."""
    _, engine = open_learning()
    with reading(engine) as session:
        try:
            found = diff_versions(session, older, newer)
        except NotFoundError as error:
            raise refuse(f"There is no dataset version {older} or {newer}.") from error
    if as_json:
        print_json(asdict(found))
        return
    for name in ("added", "removed", "moved", "rewritten"):
        keys: tuple[str, ...] = getattr(found, name)
        print_line(f"{name}: {len(keys)}")
        for key in keys:
            print_line(f"  {key}")
    for setting, (before, after) in found.settings.items():
        print_line(f"{setting}: {before} -> {after}")


def _find(session: Session, version: int | None) -> DatasetVersion:
    stored = get_dataset_version(session, version)
    if stored is None:
        wanted = "no dataset version yet" if version is None else f"no dataset version {version}"
        raise refuse(f"There is {wanted}; build one with `analyst dataset build`.")
    return stored


def _built_json(built: BuiltDataset) -> dict[str, Any]:
    return {
        "version": built.version,
        "fingerprint": built.fingerprint,
        "is_new": built.is_new,
        "counts": built.counts,
        "splits": built.counts["splits"],
        "rejected": built.rejected,
        "rejections": [asdict(rejection) for rejection in built.rejections],
        "tokens": built.tokens.model_dump(mode="json"),
        "advice": built.advice,
        "folder": str(built.folder),
    }


def _stored_json(stored: DatasetVersion) -> dict[str, Any]:
    frozen = {name: value for name, value in stored.settings.items() if name != "members"}
    return {
        "version": stored.version,
        "fingerprint": stored.fingerprint,
        "counts": stored.counts,
        "splits": stored.counts.get("splits", {}),
        "rejected": frozen.pop("rejected", {}),
        "tokens": frozen.pop("tokens", {}),
        "advice": advise_size(int(stored.counts.get("examples", 0))),
        "settings": frozen,
        "created_by": stored.created_by,
        "created_at": stored.created_at.isoformat(),
    }


def _print_built(built: BuiltDataset) -> None:
    state = "new" if built.is_new else "unchanged"
    print_line(f"Version {built.version} ({state}), fingerprint {built.fingerprint}")
    print_line(f"Files in {built.folder}")
    print_line(built.advice)
    _print_counts(built.counts)
    _print_reasons(built.rejected)
    tokens = built.tokens
    print_line(
        f"Tokens: median {tokens.median}, 95th percentile {tokens.p95}, longest {tokens.longest};"
        f" {len(tokens.over_budget)} over {tokens.budget}"
        if tokens.examples
        else f"Tokens not counted ({tokens.tokenizer})"
    )


def _print_counts(counts: dict[str, Any]) -> None:
    for table in ("by_origin", "by_pattern", "by_metric_family"):
        print_line()
        print_line(f"{table.removeprefix('by_').replace('_', ' '):24} train  validation")
        for name, sides in counts[table].items():
            print_line(f"{name:24} {sides['train']:5}  {sides['validation']:10}")
    splits = counts["splits"]
    print_line(f"{'all':24} {splits['train']:5}  {splits['validation']:10}")


def _print_reasons(rejected: dict[str, int]) -> None:
    print_line()
    print_line("Left out: " + (", ".join(f"{k} {v}" for k, v in rejected.items()) or "nothing"))
