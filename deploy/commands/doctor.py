"""`analyst doctor`: each part checked, with how to mend it."""

import shutil
import socket
import sqlite3
import sys
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Annotated

import typer

from bot.serving.client import ModelClient
from deploy.commands.output import FAILURE, bad_input_from, print_json, print_line
from deploy.settings import AnalystSettings, SettingsError, load_settings
from storage.audit import verify_audit_chain
from storage.database import describe_database, migrate, open_database, transaction

FREE_BYTES = 2_000_000_000  # a training run writes checkpoints of a few hundred MB each


@dataclass(frozen=True)
class Check:
    """One thing looked at; `mend` says what to do when it is not `ok`."""

    name: str
    ok: bool
    found: str
    mend: str = ""


def doctor(
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object.")] = False,
) -> None:
    """Check this machine and its settings; exit code 1 when something needs mending."""
    with bad_input_from(SettingsError):
        settings = load_settings()
    checks = [_run(name, look, settings) for name, look in CHECKS.items()]
    if as_json:
        print_json({"ok": all(c.ok for c in checks), "checks": [asdict(c) for c in checks]})
    else:
        for check in checks:
            print_line(f"{'ok  ' if check.ok else 'MEND'} {check.name}: {check.found}")
            if not check.ok:
                print_line(f"     {check.mend}")
    if not all(check.ok for check in checks):
        raise typer.Exit(FAILURE)


def _run(name: str, look: Callable[[AnalystSettings], Check], settings: AnalystSettings) -> Check:
    try:
        return look(settings)
    except Exception as error:  # noqa: BLE001 - a broken part must not hide the other checks
        kind = type(error).__name__
        return Check(name, ok=False, found=f"could not be checked ({kind})", mend="See the log.")


def _python(_: AnalystSettings) -> Check:
    version = ".".join(map(str, sys.version_info[:3]))
    right = (3, 11) <= sys.version_info[:2] <= (3, 12)
    return Check("Python", right, version, "Install Python 3.11 and run `make setup`.")


def _sqlite(_: AnalystSettings) -> Check:
    version = sqlite3.sqlite_version
    return Check("SQLite", ok=True, found=f"{version}, rollback journal (WAL is not used)")


def _database(settings: AnalystSettings) -> Check:
    engine = open_database(settings.storage.url)
    try:
        migrate(engine)
        described = ", ".join(describe_database(engine).values())
        with transaction(engine) as session:
            broken = verify_audit_chain(session)
    finally:
        engine.dispose()
    if broken is not None:
        return Check(
            "Database",
            ok=False,
            found=f"{described}; audit chain broken at entry {broken}",
            mend="Somebody changed the audit table. Compare with the last backup.",
        )
    return Check("Database", ok=True, found=f"{described}; audit chain intact")


def _model_folder(settings: AnalystSettings) -> Check:
    there = (Path(settings.vllm.model) / "config.json").is_file()
    found = settings.vllm.model if there else f"{settings.vllm.model} is not there yet"
    return Check("Base model", there, found, "`analyst demo` or `analyst up` prepares it.")


def _model_server(settings: AnalystSettings) -> Check:
    with ModelClient(settings.serving) as client:
        healthy = client.is_healthy()
    found = settings.serving.base_url if healthy else f"{settings.serving.base_url} is silent"
    return Check(
        "Model server", healthy, found, "Start it: `analyst up`, or `python -m deploy.vllm`."
    )


def _slack(settings: AnalystSettings) -> Check:
    slack = settings.slack_settings()
    has_tokens = bool(slack.bot_token.get_secret_value() and slack.app_token.get_secret_value())
    found = "tokens are set" if has_tokens else "no tokens (the practice workspace needs none)"
    return Check("Slack", ok=True, found=found)


def _disk(_: AnalystSettings) -> Check:
    free = shutil.disk_usage(Path.cwd()).free
    return Check(
        "Disk",
        free > FREE_BYTES,
        f"{free / 1e9:.1f} GB free",
        "Free 2 GB, or move the data folder.",
    )


def _port(settings: AnalystSettings) -> Check:
    with socket.socket() as probe:
        probe.settimeout(1)
        taken = probe.connect_ex((settings.vllm.host, settings.vllm.port)) == 0
    return Check("vLLM port", True, f"{settings.vllm.port} {'in use' if taken else 'free'}")


CHECKS: dict[str, Callable[[AnalystSettings], Check]] = {
    "Python": _python,
    "SQLite": _sqlite,
    "Database": _database,
    "Base model": _model_folder,
    "Model server": _model_server,
    "vLLM port": _port,
    "Slack": _slack,
    "Disk": _disk,
}
