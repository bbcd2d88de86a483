"""The whole walk with real parts: Bolt over Socket Mode, jobs, database; stubs are named so."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from deploy.playground.client import PlaygroundClient
from deploy.playground.options import Options
from deploy.playground.running import running_playground
from deploy.stub_model import StubModel
from pipeline.curated import CURATED_FOLDER
from tests.acceptance.bots import BotProcess
from tests.acceptance.cycles import PROGRAM


@pytest.fixture
def workspace(tmp_path: Path) -> Iterator[PlaygroundClient]:
    """A practice workspace that retries quickly, where Slack would take minutes."""
    options = Options(
        data_folder=tmp_path / "workspace",
        retry_delays_seconds=(0.2, 1.0, 3.0),
        acknowledge_timeout_seconds=10.0,  # Slack's 3 s are measured by the benchmark, not here
    )
    with running_playground(options) as client:
        yield client


@pytest.fixture
def stub_model() -> Iterator[StubModel]:
    """A stub of vLLM's protocol: fast, scripted, able to fail."""
    with StubModel() as stub:
        yield stub


@pytest.fixture
def bot(
    workspace: PlaygroundClient, stub_model: StubModel, database_url: str, tmp_path: Path
) -> Iterator[BotProcess]:
    """Bot processes against the stub model, on both databases."""
    process = BotProcess(workspace, stub_model.base_url, database_url, tmp_path)
    yield process
    process.close()


@pytest.fixture
def maker(bot: BotProcess, stub_model: StubModel, tmp_path: Path) -> BotProcess:
    """The bot with its scheduler, eight examples to learn from, adapters seen by the stub."""
    folder = tmp_path / "curated"
    folder.mkdir()
    lines = (CURATED_FOLDER / "a.jsonl").read_text("utf-8").splitlines()[:8]
    (folder / "a.jsonl").write_text("\n".join(lines) + "\n", encoding="utf-8")
    stub_model.adapters_dir = tmp_path / "adapters"
    stub_model.adapters_dir.mkdir()
    bot.program = PROGRAM
    return bot


@pytest.fixture
def wait_for_answer(
    workspace: PlaygroundClient,
) -> Callable[[str, str], dict[str, object]]:
    """Wait until the thread's answer carries rating controls; returns that message."""

    def finished(channel: str, thread_ts: str) -> dict[str, object]:
        def look() -> dict[str, object] | None:
            for message in workspace.bot_messages(channel, thread_ts):
                if any(b["type"] == "context_actions" for b in message.get("blocks", [])):
                    return message
            return None

        return workspace.wait_for(look, "finished answer", timeout_seconds=60)

    return finished
