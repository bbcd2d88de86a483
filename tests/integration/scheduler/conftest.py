"""A machine for tests: real database, launcher and model client; trainer and model server stubs."""

import json
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from slack_sdk import WebClient
from sqlalchemy import Engine

from bot.serving.client import ModelClient
from bot.serving.settings import ServingSettings
from deploy.cycle_parts import build_machine
from deploy.settings import AnalystSettings
from deploy.stub_model import StubModel
from deploy.stub_model.model import BASE_MODEL
from deploy.vllm.settings import VllmSettings
from pipeline.curated import CURATED_FOLDER, import_curated
from pipeline.dataset.product import PRODUCT_ANALYSIS
from pipeline.training.artefact import write_manifest
from scheduler.machine import Machine
from scheduler.settings import SchedulerSettings
from storage.adapters import get_adapter, register_adapter
from storage.columns import utc_now
from storage.database import reading, transaction
from storage.evaluations import Evaluation, finish_evaluation, start_evaluation

TRAINER = Path(__file__).with_name("stub_trainer.py")


@dataclass
class World:
    """The machine and what a test does to its surroundings."""

    machine: Machine
    stub: StubModel
    started: list[int] = field(default_factory=list)
    passes: bool = True
    now: Callable[[], datetime] = utc_now

    @property
    def engine(self) -> Engine:
        """The database."""
        return self.machine.engine

    def make_adapter(
        self,
        number: int,
        *,
        passed: bool = True,
        evaluated: bool = True,
        lineage: dict[str, object] | None = None,
    ) -> str:
        """Publish and register an adapter as training would, with its evaluation."""
        name = f"growth-analyst-v{number}-{number:08x}"
        folder = self.machine.adapters_dir / name
        folder.mkdir(parents=True)
        config = {"peft_type": "LORA", "base_model_name_or_path": BASE_MODEL}
        (folder / "adapter_config.json").write_text(json.dumps(config))
        (folder / "adapter_model.safetensors").write_bytes(bytes([number]))
        sha256 = write_manifest(folder)
        with transaction(self.engine) as session:
            register_adapter(
                session,
                name=name,
                sha256=sha256,
                directory=str(folder),
                base_model=BASE_MODEL,
                lineage=lineage or {},
            )
        if evaluated:
            store_evaluation(self.engine, name, sha256, passed=passed)
        return name


class RecordingSlack(WebClient):
    """Takes every message and keeps what it was given."""

    def __init__(self) -> None:
        super().__init__()
        self.posted: list[dict[str, Any]] = []
        self.updated: list[dict[str, Any]] = []

    def chat_postMessage(self, **said: Any) -> Any:  # noqa: N802  Slack's name
        """Keep a message."""
        self.posted.append(said)
        return {"ts": f"{len(self.posted)}.0"}

    def chat_update(self, **said: Any) -> Any:
        """Keep a change."""
        self.updated.append(said)

    def conversations_history(self, **_asked: Any) -> Any:
        """Nothing was said before."""
        return {"messages": []}


def store_evaluation(engine: Engine, name: str, sha256: str, *, passed: bool) -> Evaluation:
    """A finished evaluation with one gate."""
    gate = {
        "name": "format",
        "verdict": "pass" if passed else "fail",
        "passed": passed,
        "level": "blocking",
        "words": "All of 4 raw answers in our format.",
    }
    with transaction(engine) as session:
        begun = start_evaluation(
            session, key=f"stub-{name}", adapter_name=name, adapter_sha256=sha256
        )
        return finish_evaluation(
            session,
            begun.id,
            n=4,
            summary={"conclusion": "No blocking gate failed." if passed else "Do not promote."},
            gates=[gate],
            has_passed=passed,
        )


@pytest.fixture
def world(engine: Engine, tmp_path: Path) -> Iterator[World]:
    """A machine that knows eight curated examples; nothing is live."""
    curated = tmp_path / "curated"
    curated.mkdir()
    lines = (CURATED_FOLDER / "a.jsonl").read_text("utf-8").splitlines()[:8]
    (curated / "a.jsonl").write_text("\n".join(lines) + "\n", encoding="utf-8")
    adapters = tmp_path / "adapters"
    adapters.mkdir()
    with StubModel(adapters_dir=adapters) as stub:
        serving = ServingSettings(base_url=stub.base_url, retry_pause_seconds=0.0)
        settings = AnalystSettings(
            _env_file=None,
            data_dir=tmp_path / "data",
            serving=serving,
            vllm=VllmSettings(adapters_dir=adapters),
            scheduler=SchedulerSettings(trainer=(sys.executable, str(TRAINER))),
        )
        with ModelClient(serving) as model:
            machine = build_machine(settings, engine, model, actor="test")
            built = World(machine, stub)

            def evaluate(name: str) -> Evaluation:
                with reading(engine) as session:
                    known = get_adapter(session, name)
                assert known is not None
                return store_evaluation(engine, name, known.sha256, passed=built.passes)

            learning = replace(
                machine.learning,
                evaluate_adapter=evaluate,
                import_examples=lambda: import_curated(engine, PRODUCT_ANALYSIS, curated),
                poll_seconds=0.05,
            )
            built.machine = replace(
                machine,
                learning=learning,
                start_cycle=built.started.append,
                now=lambda: built.now(),
            )
            yield built
