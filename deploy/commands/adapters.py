"""`analyst adapters list|show|approve|reject|canary|rollback`: what answers, and who decides."""

from typing import Annotated, Any

import typer
from sqlmodel import Session

from bot.jobs.commands import CommandName, UnknownTargetError, resolve_adapter
from deploy.commands.evaluate import evaluation_json
from deploy.commands.learning import open_learning
from deploy.commands.orders import carry_out
from deploy.commands.output import bad_input_from, print_json, print_line
from storage.adapters import Adapter, adapter_history, get_adapter, list_adapters
from storage.aliases import CANARY, LIVE, alias_history, get_alias
from storage.database import reading
from storage.evaluations import find_latest_evaluation

AsJson = Annotated[bool, typer.Option("--json", help="One JSON object on standard output.")]
Wanted = Annotated[str, typer.Argument(help="Number (7) or whole name.")]
_ALL = 1_000_000

app = typer.Typer(help="Trained adapters, and which one answers.", no_args_is_help=True)


@app.command("list")
def list_(as_json: AsJson = False) -> None:
    """List adapters, what is live, and what was live when."""
    _, engine = open_learning()
    with reading(engine) as session:
        live, canary = get_alias(session, LIVE), get_alias(session, CANARY)
        data: dict[str, Any] = {
            "live": live.adapter_name if live else None,
            "canary": canary.adapter_name if canary else None,
            "canary_percent": canary.percent if canary else None,
            "adapters": [_row(adapter) for adapter in list_adapters(session, limit=_ALL)],
            "history": [
                change.model_dump(mode="json", exclude={"id", "alias"})
                for change in alias_history(session, LIVE, limit=50)
            ],
        }
    if as_json:
        print_json(data)
        return
    print_line(f"live: {data['live'] or 'the base model, with worked examples'}")
    if data["canary"]:
        print_line(f"canary: {data['canary']}, {data['canary_percent']} % of the threads")
    for row in data["adapters"]:
        print_line(f"  {row['name']:36} {row['state']:10} {row['sha256'][:12]}")


@app.command()
def show(adapter: Wanted, as_json: AsJson = False) -> None:
    """Show an adapter's state, history, lineage and latest evaluation."""
    _, engine = open_learning()
    with reading(engine) as session:
        data = _show(session, _find(session, adapter))
    if as_json:
        print_json(data)
        return
    print_line(f"{data['name']}: {data['state']}, sha256 {data['sha256']}")
    for change in data["history"]:
        print_line(f"  {change['at'][:16]} {change['after']:10} {change['actor']}")
        if change["reason"]:
            print_line(f"    {change['reason']}")
    evaluation = data["evaluation"]
    print_line(f"evaluation: {evaluation['conclusion'] if evaluation else 'none'}")


@app.command()
def approve(adapter: Wanted, as_json: AsJson = False) -> None:
    """Make a candidate live after a smoke test; the one before is kept."""
    _decide(CommandName.APPROVE, adapter, as_json)


@app.command()
def reject(
    adapter: Wanted,
    reason: Annotated[str, typer.Argument(help="Why; goes into its history.")],
    as_json: AsJson = False,
) -> None:
    """Turn a candidate down for good."""
    _decide(CommandName.REJECT, adapter, as_json, reason=reason)


@app.command()
def canary(
    adapter: Wanted,
    percent: Annotated[int, typer.Argument(min=1, max=100, help="Share of the threads.")] = 10,
    as_json: AsJson = False,
) -> None:
    """Give a stable share of threads to a candidate."""
    _decide(CommandName.CANARY, adapter, as_json, percent=percent)


@app.command()
def rollback(
    reason: Annotated[str, typer.Argument(help="Why; goes into the history.")] = "",
    as_json: AsJson = False,
) -> None:
    """One step back: end the canary, or make the adapter before live again."""
    settings, engine = open_learning()
    command = carry_out(settings, engine, CommandName.ROLLBACK, reason=reason)
    with reading(engine) as session:
        live = get_alias(session, LIVE)
        found = get_adapter(session, live.adapter_name) if live and live.adapter_name else None
        data: dict[str, Any] = {
            "name": found.name if found else None,
            "state": found.state.value if found else "base model",
            "sha256": found.sha256 if found else None,
            "message": command.message,
        }
    if as_json:
        print_json(data)


def _decide(name: CommandName, wanted: str, as_json: bool, **said: Any) -> None:
    settings, engine = open_learning()
    command = carry_out(settings, engine, name, target=wanted, **said)
    with reading(engine) as session:
        data = _row(_find(session, str(command.target))) | {"message": command.message}
    if as_json:
        print_json(data)


def _find(session: Session, wanted: str) -> Adapter:
    rows = {row.name: row for row in list_adapters(session, limit=_ALL)}
    with bad_input_from(UnknownTargetError):
        return rows[resolve_adapter(wanted, list(rows))]


def _row(adapter: Adapter) -> dict[str, Any]:
    return {
        "name": adapter.name,
        "state": adapter.state.value,
        "sha256": adapter.sha256,
        "base_model": adapter.base_model,
        "created_at": adapter.created_at.isoformat(),
    }


def _show(session: Session, adapter: Adapter) -> dict[str, Any]:
    evaluation = find_latest_evaluation(session, adapter.name)
    return _row(adapter) | {
        "directory": adapter.directory,
        "lineage": adapter.lineage,
        "history": [
            change.model_dump(mode="json", exclude={"id", "adapter_id"})
            for change in adapter_history(session, adapter.name)
        ],
        "evaluation": evaluation_json(evaluation) if evaluation else None,
    }
