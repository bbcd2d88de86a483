"""Wire the simulated loop: a folder of its own, a database, datasets and runs for each arm."""

from collections.abc import Callable
from pathlib import Path

from sqlalchemy.engine import Engine

from bot.serving.client import ModelClient
from bot.shots import load_shots
from deploy.commands.learning import read_glossary
from deploy.cycle_parts import TRAINER
from deploy.settings import AnalystSettings
from deploy.starter import install_starter
from pipeline.chapters import Learning
from pipeline.curated import import_curated
from pipeline.dataset.build import DatasetSettings
from pipeline.dataset.golden import load_golden_texts
from pipeline.dataset.product import PRODUCT_ANALYSIS
from pipeline.evaluation.cases import load_case_set
from pipeline.evaluation.opening import EvaluationRequest
from pipeline.evaluation.run import evaluate
from pipeline.evaluation.systems import SystemName
from pipeline.launcher.local import LocalLauncher
from pipeline.simulation.asking import SIMULATED
from pipeline.simulation.loop import ArmParts
from pipeline.simulation.plan import Arm, LoopPlan
from pipeline.training.checks import check_room
from pipeline.training.environment import training_environment
from pipeline.training.presets import Preset, find_preset
from storage.database import migrate, open_database
from storage.evaluations import Evaluation

BASELINES = (SystemName.FEW_SHOT_BASE, SystemName.BASE)


def loop_preset(settings: AnalystSettings, plan: LoopPlan) -> Preset:
    """The cycle's preset within the plan's budget. Raises TrainingInputError for a wrong name."""
    preset = find_preset(settings.scheduler.preset)
    steps = [n for n in (plan.max_steps, preset.max_steps) if n is not None]
    return preset.model_copy(
        update={
            "max_steps": min(steps, default=None),
            "wall_clock_seconds": min(plan.training_minutes * 60, preset.wall_clock_seconds),
        }
    )


def build_arm(
    arm: Arm,
    plan: LoopPlan,
    settings: AnalystSettings,
    model: ModelClient,
    folder: Path,
    tell: Callable[[str], None],
) -> ArmParts:
    """Put an arm together; the model server must read its adapters from `folder`/adapters."""
    own = folder / arm.value
    own.mkdir(parents=True, exist_ok=True)
    engine = open_database(f"sqlite:///{own / 'simulated.sqlite'}")
    migrate(engine)
    runs, adapters = own / "training", folder / "adapters"
    runs.mkdir(exist_ok=True)
    preset = loop_preset(settings, plan)

    def judge(adapter: str, beside_bases: bool) -> Evaluation:
        return _evaluate(engine, model, settings, plan, adapter, own, tell, beside=beside_bases)

    learning = Learning(
        engine=engine,
        dataset=DatasetSettings(folder=own / "datasets"),
        glossary=read_glossary(),
        read_golden=lambda: load_golden_texts(PRODUCT_ANALYSIS),
        launcher=LocalLauncher(
            runs,
            program=settings.scheduler.trainer or TRAINER,
            environment=training_environment(),
        ),
        preset=preset,
        adapters_dir=adapters,
        evaluate_adapter=lambda adapter: judge(adapter, arm is Arm.TRUE),
        import_examples=lambda: import_curated(engine, PRODUCT_ANALYSIS),
        check_room=lambda: check_room(preset, runs),
        actor=SIMULATED,
    )
    return ArmParts(
        arm=arm,
        engine=engine,
        learning=learning,
        model=model,
        shots=load_shots(),
        folder=own,
        evaluate=judge,
        install_start=lambda: install_starter(engine, adapters, model.settings.model),
        concurrency=settings.evaluation.concurrency,
        tell=tell,
    )


def _evaluate(
    engine: Engine,
    model: ModelClient,
    settings: AnalystSettings,
    plan: LoopPlan,
    adapter: str,
    own: Path,
    tell: Callable[[str], None],
    *,
    beside: bool,
) -> Evaluation:
    """Evaluate raw answers on the golden set; the bases once, beside the first adapter."""
    bases_done = own / "bases-evaluated"
    known = bases_done.read_text(encoding="utf-8") if bases_done.exists() else ""
    with_bases = beside and known in {"", adapter}
    if with_bases:
        bases_done.write_text(adapter, encoding="utf-8")

    def on_progress(done: int, total: int) -> None:
        if done == total or done % 10 == 0:
            tell(f"{adapter}: {done} of {total} answers")

    request = EvaluationRequest(
        adapter=adapter,
        cases=load_case_set("golden", plan.cases),
        baselines=BASELINES if with_bases else (),
        shots=load_shots(),
        with_probes=False,
        notes=(f"{SIMULATED.capitalize()} loop: the verdicts learned from were simulated.",),
    )
    chosen = settings.evaluation.model_copy(
        update={"folder": own / "evaluations", "timed_cases": 0, "redrafts": False}
    )
    return evaluate(engine, model, request, chosen, on_progress=on_progress)
