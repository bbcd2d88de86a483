"""Real QLoRA runs of a few steps on the packaged model: gradients, resume, artefact, faults."""

import json
import os
import signal
import time
from pathlib import Path
from typing import Any

import pytest

from pipeline.launcher.local import LocalLauncher
from pipeline.launcher.port import RunState
from pipeline.training.artefact import check_adapter
from pipeline.training.environment import training_environment
from pipeline.training.job import TrainingJob, TrainingResult
from pipeline.training.presets import Preset
from pipeline.training.progress import read_progress
from pipeline.training.record import hold_run, publish_run
from storage.adapters import get_adapter
from storage.database import migrate, open_database, reading
from storage.training_runs import TrainingState, find_training_run
from tests.integration.training.rows import write_dataset

pytestmark = [pytest.mark.integration, pytest.mark.timeout(2400)]

# Two threads add up in the same order, so a resumed run is expected to be the same run; the
# tolerance leaves room for another order on machines with more cores.
WEIGHT_TOLERANCE = 1e-3


def start(launcher: LocalLauncher, run_id: str, job: TrainingJob, token: int = 1) -> None:
    launcher.submit(run_id, job.model_dump_json(), token=token)


def wait(launcher: LocalLauncher, run_id: str, seconds: float = 900) -> RunState:
    until = time.monotonic() + seconds
    while (status := launcher.status(run_id)).state is RunState.RUNNING:
        assert time.monotonic() < until, launcher.logs(run_id)
        time.sleep(0.2)
    return status.state


def read_weights(folder: Path) -> Any:
    from safetensors.torch import load_file

    return load_file(folder / "adapter" / "adapter_model.safetensors")


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


def test_a_killed_run_goes_on_and_ends_like_an_uninterrupted_one(
    tiny_preset: Preset, tmp_path: Path
) -> None:
    job = TrainingJob(preset=tiny_preset, dataset=write_dataset(tmp_path / "data"))
    launcher = LocalLauncher(tmp_path / "runs", environment=training_environment())
    start(launcher, "whole", job)
    assert wait(launcher, "whole") is RunState.FINISHED, launcher.logs("whole")

    start(launcher, "cut", job)
    progress = launcher.folder("cut") / "progress.jsonl"
    until = time.monotonic() + 900
    while not any(line.step >= 3 for line in read_progress(progress)):
        assert time.monotonic() < until, launcher.logs("cut")
        time.sleep(0.05)
    os.killpg(int((launcher.folder("cut") / "process").read_text()), signal.SIGKILL)
    assert wait(launcher, "cut", 20) is RunState.LOST
    start(launcher, "cut", job, token=2)
    assert wait(launcher, "cut") is RunState.FINISHED, launcher.logs("cut")

    whole, cut = (_read_result(launcher.folder(run)) for run in ("whole", "cut"))
    assert cut.resumed_from_step >= 2
    assert cut.steps == whole.steps == 6
    assert cut.best_eval_loss == pytest.approx(whole.best_eval_loss, abs=1e-3)
    assert whole.first_eval_loss is not None
    assert whole.best_eval_loss < whole.first_eval_loss - 0.1  # it learns
    one, other = (read_weights(launcher.folder(run)) for run in ("whole", "cut"))
    assert one.keys() == other.keys()
    worst = max(float((one[k].float() - other[k].float()).abs().max()) for k in one)
    assert worst <= WEIGHT_TOLERANCE


def test_a_run_is_published_registered_and_small(tiny_preset: Preset, tmp_path: Path) -> None:
    preset = tiny_preset.model_copy(update={"max_steps": 1, "evaluations": 1})
    job = TrainingJob(preset=preset, dataset=write_dataset(tmp_path / "data"))
    engine = open_database(f"sqlite:///{tmp_path / 'a.sqlite'}")
    migrate(engine)
    launcher = LocalLauncher(tmp_path / "runs", environment=training_environment())
    held = hold_run(engine, launcher, job, "run", "f" * 64)
    assert wait(launcher, "run") is RunState.FINISHED, launcher.logs("run")
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
    assert template.read_bytes() == Path(preset.base_model, template.name).read_bytes()
    weights = read_weights(launcher.folder("run"))
    assert {str(tensor.dtype) for tensor in weights.values()} == {"torch.bfloat16"}
    with reading(engine) as session:
        adapter = get_adapter(session, trained.name)
        assert adapter is not None
        assert adapter.sha256 == trained.result.sha256
        assert adapter.lineage["training_run"] == "run"
        row = find_training_run(session, trained.name)
        assert row is not None
        assert row.state is TrainingState.FINISHED
        assert row.steps == 1
    engine.dispose()


def test_a_diverging_run_stops_with_a_sentence(tiny_preset: Preset, tmp_path: Path) -> None:
    preset = tiny_preset.model_copy(
        update={"learning_rate": 1e30, "max_grad_norm": 1e30, "max_steps": 4}
    )
    job = TrainingJob(preset=preset, dataset=write_dataset(tmp_path / "data"))
    launcher = LocalLauncher(tmp_path / "runs", environment=training_environment())
    start(launcher, "run", job)
    assert wait(launcher, "run") is RunState.FAILED
    status = launcher.status("run")
    assert "The loss diverged at step" in status.problem
    assert not status.is_input
    assert not (launcher.folder("run") / "adapter").exists()


def _read_result(folder: Path) -> TrainingResult:
    return TrainingResult.model_validate_json((folder / "result.json").read_text())
