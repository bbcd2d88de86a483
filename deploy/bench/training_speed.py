"""Seconds to the same validation loss: our trainer beside the published recipe, in one run.

Same rows, same validation rows, same seed, same 4-bit base model, each arm in a process of its
own. The published recipe is a plain TRL script: loss over the whole text, batches as they come,
padded to their longest row, q_proj and v_proj only, fixed epochs. Its warm-up of 100 steps is cut
to a tenth of the run, without which it would learn nothing here. The third arm is that script with
our rate, batch size and target layers: what it loses to ours is lost by its loss and its order of
rows, the rest of the published recipe's distance by its settings. All evaluate after every step on
completion tokens, and that time counts in all. The loss to reach is the worse of two best ones.

    python -m deploy.bench.training_speed [--quick] [--dataset FOLDER] [--rows 64] [--epochs 1]

The rows are drawn from the shipped examples, frozen as a dataset version in a folder of its own.
"""

import argparse
import json
import os
import random
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from deploy.bench.published_recipe import Point, run_published
from deploy.bench.table import Row, report
from pipeline.training.environment import training_environment
from pipeline.training.plan import plan_run
from pipeline.training.presets import CPU_DEMO, PUBLISHED_MISTRAL_7B, Preset
from pipeline.training.rows import TrainingRow, read_training_data

OURS, PUBLISHED, SAME_SETTINGS = "ours", "published", "published loss, our settings"
ARMS = (OURS, PUBLISHED, SAME_SETTINGS)
SEED = 17
LONGEST_ARM_SECONDS = 1800

SOURCES = (
    "part of it comes from settings, not from the trainer: "
    f"rate {CPU_DEMO.learning_rate:g} for {PUBLISHED_MISTRAL_7B.learning_rate:g}, "
    f"{CPU_DEMO.batch_size * CPU_DEMO.accumulation} rows a step for "
    f"{PUBLISHED_MISTRAL_7B.batch_size * PUBLISHED_MISTRAL_7B.accumulation}, all linear layers for "
    "q_proj and v_proj, no recomputing of activations; the arm with our settings tells the rest"
)


def choose_preset(arm: str, epochs: float) -> Preset:
    """Our settings, or the published ones on the packaged model; evaluated at every step."""
    changes: dict[str, Any] = {
        "epochs": epochs, "max_steps": None, "eval_every_steps": 1, "general_share": 0.0,
        "preference": None, "patience": 1000, "seed": SEED,
    }  # fmt: skip
    if arm == PUBLISHED:
        changes |= {
            "base_model": CPU_DEMO.base_model, "architecture": CPU_DEMO.architecture,
            "chat_template": None, "device": "cpu", "row_tokens": CPU_DEMO.row_tokens,
        }  # fmt: skip
        return PUBLISHED_MISTRAL_7B.model_copy(update=changes)
    return CPU_DEMO.model_copy(update=changes)


def freeze_examples(folder: Path) -> Path:
    """Make a dataset version of the shipped examples, apart from this installation's own."""
    apart = {
        "ANALYST_DATA_DIR": str(folder),
        "ANALYST_STORAGE__URL": f"sqlite:///{folder / 'analyst.sqlite'}",
    }
    done = subprocess.run(
        [sys.executable, "-m", "deploy.cli", "dataset", "build", "--json"],
        stdout=subprocess.PIPE, text=True, env=os.environ | apart, check=True,
    )  # fmt: skip
    return Path(json.loads(done.stdout)["folder"])


def draw_rows(rows: Sequence[TrainingRow], count: int) -> list[TrainingRow]:
    """The same `count` rows for every arm."""
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
        if arm == OURS:
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


def seconds_to(points: Sequence[Point], loss: float) -> float:
    """Seconds until the first evaluation at or under a loss; needs one."""
    return next(seconds for _, seconds, reached in points if reached <= loss)


def compare(measured: dict[str, dict[str, Any]], limits: str) -> list[Row]:
    """Rows of the report from what the arms measured."""
    points = {arm: measured[arm]["points"] for arm in ARMS}
    best = {arm: min(loss for _, _, loss in points[arm]) for arm in ARMS}
    rows = []
    for arm, aim, how in (
        (PUBLISHED, ">= 1.5", SOURCES),
        (SAME_SETTINGS, "", "what completion-only loss, taken once, and batches of like length do"),
    ):
        target = max(best[arm], best[OURS])
        needed, ours = seconds_to(points[arm], target), seconds_to(points[OURS], target)
        rows += [
            Row(f"{arm} / ours, seconds to the loss both reach", needed / max(ours, 0.1), "times",
                aim, how),
            Row(f"{arm} and ours: loss to reach", target, "nats per completion token", how=limits),
            Row(f"{arm}: seconds to that loss", needed, "s"),
            Row(f"ours: seconds to {arm}'s loss", ours, "s"),
        ]  # fmt: skip
    for arm in ARMS:
        steps, seconds, last = points[arm][-1]
        rows += [
            Row(f"{arm}: seconds in all", seconds, "s", how=f"{steps} steps"),
            Row(f"{arm}: loss before training", points[arm][0][2], "nats"),
            Row(f"{arm}: best loss", best[arm], "nats", how=f"{last:.4g} at the end"),
            Row(f"{arm}: peak memory of its process", measured[arm]["peak_memory_bytes"] / 1e9,
                "GB"),
        ]  # fmt: skip
    return rows


def measure_arms(dataset: Path, given: argparse.Namespace) -> dict[str, dict[str, Any]]:
    """Train every arm in a process of its own, one after the other."""
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
        sys.stdout.flush()
    return measured


def main() -> None:
    """Run the arms and report; or, with --arm, be one of them."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="8 rows, nothing kept: does it run?")
    parser.add_argument("--dataset", type=Path, help="default: the shipped examples")
    parser.add_argument("--rows", type=int, default=64)
    parser.add_argument("--validation-rows", type=int, default=6)
    parser.add_argument("--epochs", type=float, default=1)
    parser.add_argument("--arm", choices=ARMS, help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.quick:
        given.rows, given.validation_rows = 8, 2
    if given.arm:
        run_arm(given.arm, given.dataset, given.rows, given.validation_rows, given.epochs)
        return
    with tempfile.TemporaryDirectory() as folder:
        measured = measure_arms(given.dataset or freeze_examples(Path(folder)), given)
    ours = measured[OURS]
    limits = (
        f"limited to {ours['rows']} training rows ({ours['tokens']} tokens), "
        f"{ours['validation_rows']} validation rows and {given.epochs:g} epochs each (published: 3 "
        "epochs of 460 rows); one run, one seed"
    )
    report("training_speed", compare(measured, limits), is_kept=not given.quick)


if __name__ == "__main__":
    main()
