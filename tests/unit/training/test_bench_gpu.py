"""`analyst bench gpu` never passes off a machine without a GPU as measured."""

import subprocess
from typing import Any

import pytest
from typer.testing import CliRunner

from deploy.commands import bench


def test_without_a_gpu_nothing_is_run_and_it_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bench, "gpu_free_bytes", lambda: None)
    monkeypatch.setattr(subprocess, "run", lambda *_, **__: pytest.fail("measured without a GPU"))
    result = CliRunner().invoke(bench.app, ["gpu"])
    assert result.exit_code == 1
    assert "NO GPU HERE: nothing was measured" in result.stderr
    assert result.stdout == ""


def test_a_failed_measurement_is_no_success(monkeypatch: pytest.MonkeyPatch) -> None:
    def run(command: list[str], **_: Any) -> subprocess.CompletedProcess[bytes]:
        assert command[-4:] == ["-m", "gpu", "-s", "-q"]
        return subprocess.CompletedProcess(command, 1)

    monkeypatch.setattr(bench, "gpu_free_bytes", lambda: 40 << 30)
    monkeypatch.setattr(subprocess, "run", run)
    result = CliRunner().invoke(bench.app, ["gpu"])
    assert result.exit_code == 1
    assert "The measurement failed" in result.stderr
