"""What real training runs need: the packaged model, a small one, presets, one run left in peace."""

import warnings
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from pipeline.training.job import TrainingJob
from pipeline.training.presets import CPU_DEMO, Preset
from tests.integration.training.rows import write_dataset
from tests.integration.training.runs import ForkedTrainer, forked_trainer
from tests.integration.training.small_model import write_small_model

MODEL = Path(CPU_DEMO.base_model).absolute()  # tests may change the working folder


@pytest.fixture(scope="session")
def base_model() -> Path:
    """The packaged base model; skipped loudly where it was not prepared."""
    if not (MODEL / "config.json").exists():
        pytest.skip("no packaged model: run make setup first")
    return MODEL


@pytest.fixture
def one_thread() -> Iterator[None]:
    """One thread for torch within the test; two would spin while another test has a core."""
    import torch

    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(threads)


@pytest.fixture(scope="session")
def tiny_preset(base_model: Path) -> Preset:
    """cpu-demo, cut to three steps of two rows, evaluated and saved at every step."""
    return CPU_DEMO.model_copy(
        update={
            "max_steps": 3,
            "accumulation": 1,
            "patience": 6,
            "memory_gib": 1.0,
            "wall_clock_seconds": 3600.0,
        }
    )


@pytest.fixture(scope="session")
def small_preset(tiny_preset: Preset, tmp_path_factory: pytest.TempPathFactory) -> Preset:
    """The same for a model of two layers, whose runs take about a second."""
    folder = tmp_path_factory.mktemp("small-model")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # transformers reads its own deprecated names on import
        write_small_model(folder, MODEL)
    changes = {"base_model": str(folder), "memory_gib": 0.5, "disk_mb": 1}
    return tiny_preset.model_copy(update=changes)


@pytest.fixture(scope="session")
def trainer(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ForkedTrainer]:
    """Runs the real trainer in forks of one process."""
    log = tmp_path_factory.mktemp("trainer") / "log.txt"
    with forked_trainer(MODEL.parents[1], log) as started:
        yield started


@dataclass(frozen=True)
class FinishedRun:
    """A run called "run" that nobody disturbed, in the folder `runs` of its home."""

    home: Path
    job: TrainingJob

    @property
    def folder(self) -> Path:
        """The run's own folder."""
        return self.home / "runs" / "run"


@pytest.fixture(scope="session")
def undisturbed(
    trainer: ForkedTrainer, small_preset: Preset, tmp_path_factory: pytest.TempPathFactory
) -> FinishedRun:
    """Three steps on the small model; what disturbed runs are compared with."""
    home = tmp_path_factory.mktemp("undisturbed")
    run = FinishedRun(home, TrainingJob(preset=small_preset, dataset=write_dataset(home / "data")))
    result = trainer.finish(run.folder, run.job)
    assert result.first_eval_loss is not None
    assert result.best_eval_loss < result.first_eval_loss
    return run
