"""One real vLLM server for the whole test session, started when a test first asks for it."""

import importlib.util
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.serving.client import ModelClient
from bot.serving.settings import ServingSettings
from deploy.models import ModelFolderError, ensure_model
from deploy.vllm import VllmServer, VllmSettings

REPOSITORY = Path(__file__).resolve().parents[1]


def find_free_port() -> int:
    """Return a port nobody listens on at present."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    return port


@pytest.fixture
def free_port() -> int:
    """A port nobody listens on at present."""
    return find_free_port()


@pytest.fixture(scope="session")
def vllm_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[VllmServer]:
    """A healthy server with the packaged base model and an adapters folder of its own.

    `server.settings.adapters_dir` is that folder: put an adapter there and ask for it by name.
    """
    if importlib.util.find_spec("vllm") is None:
        pytest.skip("vLLM IS NOT INSTALLED: nothing here was tested on a real server (make setup)")
    try:
        ensure_model(models_folder=REPOSITORY / "models")
    except ModelFolderError as error:
        pytest.skip(f"NO BASE MODEL, nothing here was tested on a real server: {error}")
    folder = tmp_path_factory.mktemp("vllm")
    (folder / "adapters").mkdir()
    settings = VllmSettings(
        port=find_free_port(),
        adapters_dir=folder / "adapters",
        log_file=folder / "vllm.log",
        max_model_len=4096,
    )
    with VllmServer(settings, working_dir=REPOSITORY) as server:
        yield server


@pytest.fixture
def vllm_client(vllm_server: VllmServer) -> Iterator[ModelClient]:
    """A client of the session's server."""
    with ModelClient(ServingSettings(base_url=vllm_server.base_url)) as client:
        yield client
