"""The chapters of `pipeline.run`, each repeatable: collect, augment, build, train, evaluate, judge.

A chapter returns plain JSON for the record. None of them knows about cycles, Slack or schedules.
"""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from sqlalchemy.engine import Engine
from sqlmodel import Session, col, select

from bot.analysis.quality.jargon import Glossary
from pipeline.dataset.build import BuiltDataset, DatasetSettings, EmptyDatasetError, build_dataset
from pipeline.dataset.golden import GoldenText
from pipeline.dataset.product import PRODUCT_ANALYSIS
from pipeline.launcher.port import Launcher, RunState
from pipeline.training.errors import TrainingFailedError, TrainingInputError
from pipeline.training.job import TrainingJob, run_key
from pipeline.training.presets import Preset
from pipeline.training.record import hold_run, note_ended, publish_run
from storage.adapters import list_adapters
from storage.database import reading
from storage.datasets import DatasetMember, get_dataset_version
from storage.evaluations import Evaluation, find_latest_evaluation, get_evaluation
from storage.examples import Example, ExampleStatus

Result = dict[str, Any]
CURATED = "curated"  # shipped with the product: never a reason to train again
_ALL = 1_000_000


def count_new_examples(session: Session) -> int:
    """Count approved examples that the newest dataset version does not hold, curated ones apart."""
    return sum(origin != CURATED for origin in _new_origins(session))


def _new_origins(session: Session) -> list[str]:
    newest = get_dataset_version(session)
    used = select(DatasetMember.example_id).where(
        DatasetMember.dataset_version_id == (newest.id if newest else -1)
    )
    query = select(Example.origin).where(
        col(Example.status) == ExampleStatus.APPROVED, col(Example.id).not_in(used)
    )
    return list(session.exec(query))


class StoppedError(RuntimeError):
    """This process is ending; what was begun goes on at its next start."""


def _never() -> bool:
    return False


def _no_augmentation() -> Result:
    return {"queued_for_review": 0, "reason": "no teacher is set up"}


@dataclass(frozen=True)
class Learning:
    """Everything the chapters need, wired by whoever runs them. Times in seconds."""

    engine: Engine
    dataset: DatasetSettings
    glossary: Glossary
    read_golden: Callable[[], Sequence[GoldenText]]
    launcher: Launcher
    preset: Preset
    adapters_dir: Path
    evaluate_adapter: Callable[[str], Evaluation]
    import_examples: Callable[[], object]
    check_room: Callable[[], None]
    augment: Callable[[], Result] = field(default=_no_augmentation)
    poll_seconds: float = 1.0
    training_limit_seconds: float = 6 * 3600.0
    actor: str = "pipeline"
    should_stop: Callable[[], bool] = field(default=_never)

    def collect(self) -> Result:
        """Count what was approved since the newest dataset version, by where it came from."""
        self.import_examples()
        with reading(self.engine) as session:
            newest = get_dataset_version(session)
            origins = _new_origins(session)
        by_origin = {name: origins.count(name) for name in sorted(set(origins))}
        new = sum(count for name, count in by_origin.items() if name != CURATED)
        return {"new": new, "by_origin": by_origin, "since": newest.version if newest else None}

    def queue_augmentation(self) -> Result:
        """Let the teacher write candidates for review; they join once people approved them."""
        return self.augment()

    def build_dataset(self) -> Result:
        """Freeze the approved examples as a version; say when nothing passes the filter."""
        try:
            built = build_dataset(
                self.engine,
                self.dataset,
                PRODUCT_ANALYSIS,
                self.glossary,
                self.read_golden(),
                created_by=self.actor,
            )
        except EmptyDatasetError as error:
            return {"problem": str(error), "evaluated_as": None}
        return {
            "problem": "",
            "version": built.version,
            "fingerprint": built.fingerprint,
            "folder": str(built.folder),
            "splits": built.counts["splits"],
            "by_origin": built.counts.get("by_origin", {}),
            "rejected": built.rejected,
            "advice": built.advice,
            "evaluated_as": self._find_evaluated(built),
        }

    def train(self, dataset: Result) -> Result:
        """Train, or take over the run that is under way; publish and register the adapter.

        Raises:
            TrainingFailedError, TrainingInputError: the run failed, or took too long.
            StoppedError: this process is ending.
        """
        self.check_room()
        job = TrainingJob(preset=self.preset, dataset=Path(dataset["folder"]).resolve())
        run_id = run_key(self.preset, dataset["fingerprint"])
        held = hold_run(self.engine, self.launcher, job, run_id, dataset["fingerprint"])
        give_up_at = time.monotonic() + self.training_limit_seconds
        while (status := self.launcher.status(run_id)).state is RunState.RUNNING:
            if time.monotonic() > give_up_at:
                self.launcher.cancel(run_id, token=held.token)
                note_ended(self.engine, held, self.launcher.status(run_id))
                hours = self.training_limit_seconds / 3600
                raise TrainingFailedError(f"Training took longer than {hours:g} h; stopped.")
            if self.should_stop():
                raise StoppedError("Training goes on in its own process.")
            time.sleep(self.poll_seconds)
        if status.state is not RunState.FINISHED:
            note_ended(self.engine, held, status)
            kind = TrainingInputError if status.is_input else TrainingFailedError
            raise kind(status.problem or f"Training run {run_id} is {status.state.value}.")
        trained = publish_run(self.engine, self.launcher, held, self.adapters_dir, actor=self.actor)
        return {
            "adapter": trained.name,
            "sha256": trained.result.sha256,
            "steps": trained.result.steps,
            "best_eval_loss": trained.result.best_eval_loss,
            "seconds": trained.result.seconds,
            "run": run_id,
        }

    def evaluate(self, adapter: str) -> Result:
        """Evaluate through the served path; what is stored already is not asked again."""
        return {"evaluation_id": self.evaluate_adapter(adapter).id}

    def judge(self, evaluation_id: int) -> Result:
        """Read the verdict of the gates."""
        with reading(self.engine) as session:
            found = get_evaluation(session, evaluation_id)
        if found is None:
            raise LookupError(f"Evaluation {evaluation_id} is not stored any more.")
        return {
            "passed": bool(found.has_passed),
            "conclusion": str(found.summary.get("conclusion", "")),
            "failed": [g["name"] for g in found.gates if g.get("passed") is False],
        }

    def _find_evaluated(self, built: BuiltDataset) -> str | None:
        """Name the adapter of this data and preset that was evaluated already, if any."""
        with reading(self.engine) as session:
            for adapter in list_adapters(session, limit=_ALL):
                lineage = adapter.lineage
                if (
                    lineage.get("dataset_fingerprint") == built.fingerprint
                    and lineage.get("preset") == self.preset.name
                    and find_latest_evaluation(session, adapter.name) is not None
                ):
                    return adapter.name
        return None
