"""The packaged model's tokenizer stands in for one: speed does not depend on the words."""

from pathlib import Path

import pytest

from pipeline.training.presets import CPU_DEMO


@pytest.fixture(scope="session")
def base_model() -> Path:
    """The packaged model's folder; skipped loudly where it was not prepared."""
    folder = Path(CPU_DEMO.base_model).absolute()
    if not (folder / "tokenizer.json").exists():
        pytest.skip("no packaged model: run make setup first")
    return folder
