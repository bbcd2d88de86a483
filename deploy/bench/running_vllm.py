"""A real vLLM server with the packaged model and the shipped starter adapter, for benchmarks."""

import contextlib
import socket
from collections.abc import Iterator
from pathlib import Path

from deploy.models import ensure_model
from deploy.starter import install_starter
from deploy.vllm import VllmServer, VllmSettings
from storage.database import migrate, open_database


@contextlib.contextmanager
def running_vllm(folder: Path, *, shutdown_seconds: float = 15) -> Iterator[VllmServer]:
    """Serve on a free port; the database `folder/analyst.sqlite` learns the live adapter.

    `shutdown_seconds` is what requests in flight get when the server stops.
    """
    ensure_model()
    settings = VllmSettings(
        port=free_port(),
        adapters_dir=folder / "adapters",
        log_file=folder / "vllm.log",
        shutdown_timeout_seconds=shutdown_seconds,
    )
    engine = open_database(f"sqlite:///{folder / 'analyst.sqlite'}")
    migrate(engine)
    install_starter(engine, settings.adapters_dir, settings.model)
    engine.dispose()
    with VllmServer(settings) as server:
        yield server


def free_port() -> int:
    """A port nobody listens on at present."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
