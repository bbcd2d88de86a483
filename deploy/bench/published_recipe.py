"""The published recipe as TRL's documentation would have one write it, timed beside ours."""

import time
from collections.abc import Sequence
from typing import Any

from pipeline.training.plan import RunPlan
from pipeline.training.presets import CPU_DEMO, Preset
from pipeline.training.rows import TrainingRow
from pipeline.training.tokens import TokenizedRow

Point = tuple[int, float, float]  # step, seconds of training, validation loss


def run_published(
    model: Any, tokenizer: Any, rows: Sequence[TrainingRow], validation: Sequence[TokenizedRow],
    preset: Preset, plan: RunPlan, folder: str,
) -> list[Point]:  # fmt: skip
    """Train with loss over the whole text, batches as they come; validation loss by time."""
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
