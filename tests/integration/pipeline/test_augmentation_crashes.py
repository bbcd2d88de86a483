"""Augmentation killed at every stage and started again: nothing lost, nothing paid twice."""

import json
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine

from pipeline.augmentation.settings import AugmentationSettings
from storage.database import reading
from storage.examples import count_examples
from storage.teacher_requests import list_teacher_requests

HERE = Path(__file__).parent
ROOT = HERE.parents[2]
COUNT = 4
KILLED = 9


@pytest.fixture
def log(tmp_path: Path) -> Path:
    return tmp_path / "asked.log"


@pytest.fixture
def stub_url(log: Path) -> Iterator[str]:
    """The stub teacher in its own process, which outlives the crashes."""
    process = subprocess.Popen(
        [sys.executable, str(HERE / "stub_teacher.py"), str(log)],
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    port = process.stdout.readline().strip()
    yield f"http://127.0.0.1:{port}/v1"
    process.kill()
    process.wait()
    process.stdout.close()


def run_process(url: str, settings: AugmentationSettings, die_at: str, die_after: int) -> Any:
    arguments = [url, settings.model_dump_json(), str(COUNT), "examples", die_at, str(die_after)]
    done = subprocess.run(
        [sys.executable, str(HERE / "augmenting_process.py"), *arguments],
        capture_output=True,
        text=True,
        timeout=120,
        cwd=ROOT,
        check=False,
    )
    if die_at:
        assert done.returncode == KILLED, done.stderr
        return None
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


@pytest.mark.parametrize(
    ("die_at", "die_after", "lost"),
    [
        ("planned", 1, 0),
        ("sent", 1, 1),
        ("sent", 5, 1),
        ("received", 2, 1),
        ("kept", 1, 0),
        ("kept", 6, 0),
        ("examined", 1, 0),
        ("examined", 7, 0),
    ],
)
def test_killed_and_resumed(
    engine: Engine,
    database_url: str,
    stub_url: str,
    log: Path,
    make_row: Any,
    import_examples: Any,
    die_at: str,
    die_after: int,
    lost: int,
) -> None:
    import_examples([make_row(n) for n in range(3)])
    settings = AugmentationSettings(
        base_url=stub_url, model="stub", concurrency=1, input_price=10, output_price=30
    )
    run_process(database_url, settings, die_at, die_after)
    report = run_process(database_url, settings, "", 0)

    asked = Counter(log.read_text(encoding="utf-8").split())
    assert max(asked.values()) == 1, "a request was paid for twice"
    assert report["waiting"] == 0
    assert report["requested"] == COUNT
    assert report["rejected"] == ({"lost_in_crash": lost} if lost else {})
    assert report["queued_for_review"] == COUNT - lost
    with reading(engine) as session:
        assert count_examples(session)["candidate"] == COUNT - lost
        kept = [r for r in list_teacher_requests(session, "crash") if r.state == "answered"]
    assert len(asked) - len(kept) <= lost, "a reply that was paid for is gone"


def test_free_teacher_is_asked_again_after_a_crash(
    engine: Engine,
    database_url: str,
    stub_url: str,
    make_row: Any,
    import_examples: Any,
) -> None:
    import_examples([make_row(n) for n in range(3)])
    settings = AugmentationSettings(base_url=stub_url, model="stub", concurrency=1)
    run_process(database_url, settings, "sent", 3)
    report = run_process(database_url, settings, "", 0)
    assert report["queued_for_review"] == COUNT
    assert report["rejected"] == {}
