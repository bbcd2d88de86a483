"""What real training runs need: the packaged model, and a working folder that holds it."""

from pathlib import Path

import pytest

from pipeline.training.presets import CPU_DEMO, Preset

MODEL = Path(CPU_DEMO.base_model).absolute()  # tests may change the working folder


@pytest.fixture(scope="session")
def base_model() -> Path:
    """The packaged base model; skipped loudly where it was not prepared."""
    if not (MODEL / "config.json").exists():
        pytest.skip("no packaged model: run make setup first")
    return MODEL


@pytest.fixture
def tiny_preset(base_model: Path) -> Preset:
    """cpu-demo, cut to six steps of two rows, evaluated and saved at every step."""
    return CPU_DEMO.model_copy(
        update={
            "max_steps": 6,
            "accumulation": 1,
            "patience": 6,
            "memory_gib": 1.0,
            "wall_clock_seconds": 3600.0,
        }
    )
