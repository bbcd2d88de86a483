"""A stub of the model server on this machine's loopback, and a client that talks to it."""

from collections.abc import Iterator

import pytest

from bot.serving.client import ModelClient
from bot.serving.settings import ServingSettings
from deploy.stub_model import StubModel


@pytest.fixture
def stub() -> Iterator[StubModel]:
    with StubModel(adapters={"growth-analyst-v1-1a2b3c4d"}) as running:
        yield running


@pytest.fixture
def settings(stub: StubModel) -> ServingSettings:
    """Short limits, so that faults show at once."""
    return ServingSettings(
        base_url=stub.base_url,
        connect_timeout_seconds=0.5,
        first_token_timeout_seconds=0.4,
        retry_pause_seconds=0,
    )


@pytest.fixture
def client(settings: ServingSettings) -> Iterator[ModelClient]:
    with ModelClient(settings) as opened:
        yield opened
