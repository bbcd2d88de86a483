"""Seconds to the same validation loss: our trainer beside the published recipe, in one run.

Same rows, same validation rows, same seed, same 4-bit base model, each arm in a process of its
own. The published recipe is a plain TRL script: loss over the whole text, batches as they come,
padded to their longest row, q_proj and v_proj only, fixed epochs. Its warm-up of 100 steps is cut
to a tenth of the run, without which it would learn nothing here. Both evaluate after every step
on completion tokens, and that time counts in both. The loss to reach is the worse of the two best.

    python -m deploy.bench.training_speed [--dataset FOLDER] [--rows 48] [--epochs 1]
"""

import argparse
import json
import os
import random
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from deploy.bench.table import Row, report
from pipeline.training.environment import training_environment
from pipeline.training.plan import plan_run
from pipeline.training.presets import CPU_DEMO, PUBLISHED_MISTRAL_7B, Preset
from pipeline.training.rows import TrainingRow, read_training_data

ARMS = ("ours", "published")
SEED = 17
LONGEST_ARM_SECONDS = 1800

Point = tuple[int, float, float]  # step, seconds of training, validation loss


def choose_preset(arm: str, epochs: float) -> Preset:
    """Ours as it is, or the published figures on the packaged model; evaluated at every step."""
    changes: dict[str, Any] = {
        "epochs": epochs, "max_steps": None, "eval_every_steps": 1, "general_share": 0.0,
        "preference": None, "patience": 1000, "seed": SEED,
    }  # fmt: skip
    if arm == "published":
        changes |= {
            "base_model": CPU_DEMO.base_model, "architecture": CPU_DEMO.architecture,
            "chat_template": None, "device": "cpu", "row_tokens": CPU_DEMO.row_tokens,
        }  # fmt: skip
        return PUBLISHED_MISTRAL_7B.model_copy(update=changes)
    return CPU_DEMO.model_copy(update=changes)


def find_newest_version() -> Path:
    """The folder of the newest dataset version of this installation."""
    from deploy.commands.learning import dataset_settings, open_learning
    from pipeline.dataset.files import version_folder
    from storage.database import reading
    from storage.datasets import get_dataset_version

    settings, engine = open_learning()
    with reading(engine) as session:
        stored = get_dataset_version(session, None)
    if stored is None:
        sys.exit("There is no dataset version; `analyst dataset build` makes one.")
    return version_folder(dataset_settings(settings).folder, stored.version, stored.fingerprint)


def draw_rows(rows: Sequence[TrainingRow], count: int) -> list[TrainingRow]:
    """The same `count` rows for both arms."""
    source = random.Random(SEED)  # noqa: S311  reproducible choice, nothing secret
    return source.sample(list(rows), min(count, len(rows)))


def run_arm(arm: str, dataset: Path, rows: int, validation_rows: int, epochs: float) -> None:
    """Train one arm in this process and print what it measured as the last line."""
    from pipeline.training.base_model import load_model, load_tokenizer
    from pipeline.training.checks import peak_memory_bytes
    from pipeline.training.fitting import fit_adapter
    from pipeline.training.progress import read_progress
    from pipeline.training.tokens import tokenize_rows

    preset = choose_preset(arm, epochs)
    data = read_training_data(dataset)
    tokenizer = load_tokenizer(preset)
    drawn = draw_rows(data.train, rows)
    train, _ = tokenize_rows(drawn, tokenizer, preset.row_tokens)
    validation, _ = tokenize_rows(
        draw_rows(data.validation, validation_rows), tokenizer, preset.row_tokens
    )
    plan = plan_run(preset, len(train))
    model = load_model(preset)
    with tempfile.TemporaryDirectory() as folder:
        if arm == "ours":
            fit_adapter(model, tokenizer, train, validation, preset, plan, Path(folder))
            lines = read_progress(Path(folder, "progress.jsonl"))
            points = [
                (line.step, line.seconds, line.eval_loss)
                for line in lines
                if line.eval_loss is not None
            ]
        else:
            points = run_published(model, tokenizer, drawn, validation, preset, plan, folder)
    measured = {
        "points": points,
        "rows": len(train),
        "tokens": sum(len(row.input_ids) for row in train),
        "validation_rows": len(validation),
        "peak_memory_bytes": peak_memory_bytes(),
    }
    sys.stdout.write(json.dumps(measured) + "\n")


def run_published(
    model: Any, tokenizer: Any, rows: Sequence[TrainingRow], validation: Sequence[Any],
    preset: Preset, plan: Any, folder: str,
) -> list[Point]:  # fmt: skip
    """The published recipe as TRL's documentation would have one write it."""
    from datasets import Dataset
    from transformers import TrainerCallback
    from trl import SFTConfig, SFTTrainer

    from pipeline.training.base_model import lora_config

    points: list[Point] = []
    started = time.monotonic()

    class Watcher(TrainerCallback):  # type: ignore[misc]  # transformers ships no types
        def on_train_begin(self, *_: Any, **__: Any) -> None:
            nonlocal started
            started = time.monotonic()

        def on_evaluate(self, args: Any, state: Any, *_: Any, metrics: Any, **__: Any) -> None:
            seconds = round(time.monotonic() - started, 1)
            points.append((state.global_step, seconds, metrics["eval_loss"]))

    trainer = SFTTrainer(
        model=model,
        args=SFTConfig(
            output_dir=folder, num_train_epochs=preset.epochs, bf16=True, use_cpu=True,
            per_device_train_batch_size=preset.batch_size,
            per_device_eval_batch_size=CPU_DEMO.batch_size,  # evaluation costs both the same
            gradient_accumulation_steps=preset.accumulation,
            learning_rate=preset.learning_rate, warmup_steps=plan.warmup_steps,
            completion_only_loss=False, gradient_checkpointing=preset.gradient_checkpointing,
            eval_strategy="steps", eval_steps=1, eval_on_start=True, save_strategy="no",
            logging_steps=1, disable_tqdm=True, report_to="none", seed=preset.seed,
            dataloader_pin_memory=False,
        ),
        train_dataset=Dataset.from_list(
            [{"messages": [*row.messages(), {"role": "assistant", "content": row.answer}]}
             for row in rows]
        ),
        eval_dataset=Dataset.from_list(
            [{"input_ids": row.input_ids, "labels": row.labels} for row in validation]
        ),
        processing_class=tokenizer,
        peft_config=lora_config(preset),
        callbacks=[Watcher()],
    )  # fmt: skip
    trainer.train()
    return points


def seconds_to(points: Sequence[Point], loss: float) -> float:
    """Seconds until the first evaluation at or under a loss; needs one."""
    return next(seconds for _, seconds, reached in points if reached <= loss)


def compare(measured: dict[str, dict[str, Any]], limits: str) -> list[Row]:
    """Rows of the report from what both arms measured."""
    best = {arm: min(loss for _, _, loss in measured[arm]["points"]) for arm in ARMS}
    target = max(best.values())
    needed = {arm: seconds_to(measured[arm]["points"], target) for arm in ARMS}
    last = {arm: measured[arm]["points"][-1] for arm in ARMS}
    rows = [
        Row("validation loss to reach", target, "nats per completion token", how=limits),
        Row(
            "published / ours, seconds to that loss",
            needed["published"] / max(needed["ours"], 0.1), "times", ">= 1.5", limits,
        ),
    ]  # fmt: skip
    for arm in ARMS:
        memory = measured[arm]["peak_memory_bytes"] / 1e9
        rows += [
            Row(f"{arm}: seconds to that loss", needed[arm], "s"),
            Row(f"{arm}: seconds in all", last[arm][1], "s", how=f"{last[arm][0]} steps"),
            Row(f"{arm}: loss before training", measured[arm]["points"][0][2], "nats"),
            Row(f"{arm}: best loss", best[arm], "nats"),
            Row(f"{arm}: peak memory of its process", memory, "GB"),
        ]
    return rows


def main() -> None:
    """Run both arms one after the other and report; or, with --arm, be one of them."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--dataset", type=Path, help="default: the newest version")
    parser.add_argument("--rows", type=int, default=48)
    parser.add_argument("--validation-rows", type=int, default=6)
    parser.add_argument("--epochs", type=float, default=1)
    parser.add_argument("--arm", choices=ARMS, help=argparse.SUPPRESS)
    given = parser.parse_args()
    dataset = given.dataset or find_newest_version()
    if given.arm:
        run_arm(given.arm, dataset, given.rows, given.validation_rows, given.epochs)
        return
    measured = {}
    for arm in ARMS:
        done = subprocess.run(
            [
                sys.executable, "-m", "deploy.bench.training_speed", "--arm", arm,
                "--dataset", str(dataset), "--rows", str(given.rows),
                "--validation-rows", str(given.validation_rows), "--epochs", str(given.epochs),
            ],
            stdout=subprocess.PIPE, text=True, env=os.environ | training_environment(),
            check=True, timeout=LONGEST_ARM_SECONDS,
        )  # fmt: skip
        measured[arm] = json.loads(done.stdout.splitlines()[-1])
        sys.stdout.write(f"{arm}: {done.stdout.splitlines()[-1]}\n")
    ours = measured["ours"]
    limits = (
        f"limited to {ours['rows']} training rows ({ours['tokens']} tokens), "
        f"{ours['validation_rows']} validation rows and {given.epochs:g} epochs each (published: 3 "
        "epochs of 460 rows); one run, one seed"
    )
    report("training_speed", compare(measured, limits))


if __name__ == "__main__":
    main()
