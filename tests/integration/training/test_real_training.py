"""A real QLoRA run of a few steps: gradient, the same seed again, artefact, divergence."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from sqlalchemy import Engine

from pipeline.launcher.local import LocalLauncher
from pipeline.launcher.port import RunState
from pipeline.training.artefact import check_adapter
from pipeline.training.environment import training_environment
from pipeline.training.job import TrainingJob
from pipeline.training.presets import Preset
from pipeline.training.record import HeldRun, hold_run, publish_run
from storage.adapters import get_adapter
from storage.database import migrate, open_database, reading
from storage.training_runs import TrainingState, find_training_run
from tests.integration.training.rows import write_dataset
from tests.integration.training.runs import ForkedTrainer, read_result, read_weights, wait

pytestmark = [pytest.mark.integration, pytest.mark.timeout(1200)]


@dataclass(frozen=True)
class RecordedRun:
    """A run that was recorded, started by the launcher and has ended; not published yet."""

    job: TrainingJob
    launcher: LocalLauncher
    engine: Engine
    held: HeldRun

    @property
    def folder(self) -> Path:
        """The run's own folder."""
        return self.launcher.folder("run")


@pytest.fixture(scope="module")
def recorded(
    tiny_preset: Preset, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[RecordedRun]:
    home = tmp_path_factory.mktemp("recorded")
    job = TrainingJob(preset=tiny_preset, dataset=write_dataset(home / "data"))
    engine = open_database(f"sqlite:///{home / 'a.sqlite'}")
    migrate(engine)
    launcher = LocalLauncher(home / "runs", environment=training_environment())
    held = hold_run(engine, launcher, job, "run", "f" * 64)
    assert wait(launcher, "run") is RunState.FINISHED, launcher.logs("run")
    yield RecordedRun(job, launcher, engine, held)
    engine.dispose()


@pytest.mark.usefixtures("one_thread")
def test_evaluation_leaves_the_gradient_alone(tiny_preset: Preset) -> None:
    """bitsandbytes repacks 4-bit weights at the first evaluation; packed ones have no gradient."""
    import torch
    from peft import get_peft_model

    from pipeline.training.base_model import load_model, lora_config

    torch.manual_seed(0)
    model = get_peft_model(load_model(tiny_preset), lora_config(tiny_preset))
    ids = torch.arange(100, 140)[None]

    def measure_first_layer() -> float:
        model.train()
        model.zero_grad()
        with torch.autocast("cpu", dtype=torch.bfloat16):
            model(input_ids=ids, labels=ids).loss.backward()
        found = [p.grad for name, p in model.named_parameters() if ".layers.0." in name]
        return sum(float(g.float().pow(2).sum()) for g in found if g is not None)

    before = measure_first_layer()
    model.eval()
    with torch.no_grad():
        model(input_ids=ids)
    assert before > 0
    assert measure_first_layer() == pytest.approx(before, rel=1e-3)


def test_it_learns_and_the_same_seed_gives_the_same_adapter(
    recorded: RecordedRun, trainer: ForkedTrainer, tmp_path: Path
) -> None:
    result = read_result(recorded.folder)
    assert result.first_eval_loss is not None
    assert result.best_eval_loss < result.first_eval_loss - 0.1
    again = trainer.finish(tmp_path / "again", recorded.job)
    assert again.best_eval_loss == result.best_eval_loss
    weights = "adapter/adapter_model.safetensors"  # bit by bit: same machine, same threads
    assert (tmp_path / "again" / weights).read_bytes() == (recorded.folder / weights).read_bytes()


def test_a_run_is_published_registered_and_small(recorded: RecordedRun, tmp_path: Path) -> None:
    engine, launcher, held = recorded.engine, recorded.launcher, recorded.held
    trained = publish_run(engine, launcher, held, tmp_path / "adapters")
    assert publish_run(engine, launcher, held, tmp_path / "adapters") == trained  # repeatable

    assert trained.folder == tmp_path / "adapters" / trained.name
    assert trained.name == f"growth-analyst-v1-{trained.result.sha256[:8]}"
    assert check_adapter(trained.folder) == trained.result.sha256
    there = {path.name for path in trained.folder.iterdir()}
    assert there >= {"README.md", "curves.png", "training.json", "chat_template.jinja"}
    assert sum(path.stat().st_size for path in trained.folder.iterdir()) <= 12_000_000
    config = json.loads((trained.folder / "adapter_config.json").read_text())
    assert config["base_model_name_or_path"] == "models/smollm2-135m-instruct"
    assert config["peft_type"] == "LORA"
    template = trained.folder / "chat_template.jinja"
    assert template.read_bytes() == Path(recorded.job.preset.base_model, template.name).read_bytes()
    weights = read_weights(recorded.folder)
    assert {str(tensor.dtype) for tensor in weights.values()} == {"torch.bfloat16"}
    with reading(engine) as session:
        adapter = get_adapter(session, trained.name)
        assert adapter is not None
        assert adapter.sha256 == trained.result.sha256
        assert adapter.lineage["training_run"] == "run"
        row = find_training_run(session, trained.name)
        assert row is not None
        assert row.state is TrainingState.FINISHED
        assert row.steps == 3


def test_a_diverging_run_stops_with_a_sentence(
    small_preset: Preset, trainer: ForkedTrainer, tmp_path: Path
) -> None:
    preset = small_preset.model_copy(update={"learning_rate": 1e30, "max_grad_norm": 1e30})
    job = TrainingJob(preset=preset, dataset=write_dataset(tmp_path / "data"))
    launcher = LocalLauncher(tmp_path)
    assert trainer.train(launcher.folder("run"), job) == 1
    status = launcher.status("run")
    assert "The loss diverged at step" in status.problem
    assert not status.is_input
    assert not (launcher.folder("run") / "adapter").exists()
