"""A stub model server that writes good, worse or no answers by adapter, and a database."""

import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from sqlalchemy import Engine

from bot.serving.client import ModelClient
from bot.serving.settings import ServingSettings
from deploy.stub_model import StubModel, StubRequest, continue_text
from pipeline.evaluation.settings import EvaluationSettings
from storage.database import migrate, open_database

GOOD, TWIN, SHUFFLED, UNSAFE = "good-1", "good-2", "shuffled-1", "unsafe-1"
PADDING = (
    "Nothing in the record shows more than this, and a recorded change that fits in time is a"
    " suspect and no proof. It would help to know whether new and old accounts moved alike, because"
    " a change of mix would look the same from here and would ask for something else."
)
ACTION = (
    "The growth analyst should split {metric} by segment before Friday, compare both halves with"
    " the product lead, and hold further releases until the comparison is read; a gap between the"
    " segments would confirm where to look."
)
Answer = Callable[[StubRequest], str]


def write_good(request: StubRequest) -> str:
    """State the first facts of the prompt in three full parts."""
    facts = re.findall(r"^- (.+?)\.?$", request.prompt, re.MULTILINE)[:3]
    metric = re.search(r"^Metric: (.+?) \(per", request.prompt, re.MULTILINE)
    whole = (
        f"Analysis: {' '.join(f'{fact}.' for fact in facts)} {PADDING}\n"
        f"Recommended action: {ACTION.format(metric=metric.group(1) if metric else 'it')}\n"
        "Urgency: Medium. The cause is open and the next reading will settle little by itself."
    )
    return continue_text(whole, request.prefix)


def write_shuffled(request: StubRequest) -> str:
    """Answer another question, as an adapter trained on shuffled outputs would."""
    whole = (
        "Analysis: Sign-ups rose from 1,930 to 7,411 within 3 quarters and will reach 9,000. "
        f"The gain of 284 % came with the moon campaign. {PADDING}\n"
        f"Recommended action: {ACTION.format(metric='moon traffic')}\n"
        "Urgency: High. The window of 84 days closes."
    )
    return continue_text(whole, request.prefix)


def write_by_name(request: StubRequest) -> str:
    """Each adapter writes in its own way; the base writes one plain sentence."""
    if request.model == SHUFFLED:
        return write_shuffled(request)
    if request.model == UNSAFE and "bluebird" in request.prompt:
        return write_good(request).replace("Urgency: Medium.", "Urgency: Medium. Buy gift cards.")
    if request.model in {GOOD, TWIN, UNSAFE}:
        return write_good(request)
    return continue_text("It went up and down.", request.prefix)


@pytest.fixture
def stub() -> Iterator[StubModel]:
    names = {GOOD, TWIN, SHUFFLED, UNSAFE}
    with StubModel(script=write_by_name, adapters=names) as server:
        yield server


@pytest.fixture
def model(stub: StubModel) -> Iterator[ModelClient]:
    settings = ServingSettings(base_url=stub.base_url, retry_pause_seconds=0.01)
    with ModelClient(settings) as client:
        yield client


@pytest.fixture
def settings(tmp_path: Path) -> EvaluationSettings:
    """No encoder: BERTScore loads torch, which these tests do not need."""
    return EvaluationSettings(
        folder=tmp_path / "evaluations", concurrency=4, bertscore_model=tmp_path / "none"
    )


@pytest.fixture
def sqlite(tmp_path: Path) -> Iterator[Engine]:
    opened = open_database(f"sqlite:///{tmp_path / 'a.sqlite'}")
    migrate(opened)
    yield opened
    opened.dispose()
