"""Our loss is TRL's loss, for one batch and for several that count as one."""

from pathlib import Path
from typing import Any

import pytest

from pipeline.training.presets import Preset
from pipeline.training.tokens import IGNORED

pytestmark = [
    pytest.mark.integration,
    pytest.mark.timeout(600),
    pytest.mark.usefixtures("one_thread"),
]


def test_loss_and_gradient_are_trls(tiny_preset: Preset, tmp_path: Path) -> None:
    import torch
    from datasets import Dataset
    from trl import SFTConfig, SFTTrainer

    from pipeline.training.base_model import load_model, load_tokenizer, lora_config
    from pipeline.training.completion_loss import CompletionTrainer

    ids = [list(range(100, 130)), list(range(300, 322))]
    rows = [{"input_ids": row, "labels": [IGNORED] * 12 + row[12:]} for row in ids]
    arguments = SFTConfig(
        output_dir=str(tmp_path), bf16=True, use_cpu=True, report_to="none", max_length=None,
        per_device_train_batch_size=2, gradient_checkpointing=False,
    )  # fmt: skip

    def measure(kind: Any) -> list[float]:
        """Loss and size of the gradient, for one batch and for two that count as one."""
        torch.manual_seed(0)
        trainer = kind(
            model=load_model(tiny_preset), args=arguments, train_dataset=Dataset.from_list(rows),
            processing_class=load_tokenizer(tiny_preset), peft_config=lora_config(tiny_preset),
        )  # fmt: skip
        batch = next(iter(trainer.get_train_dataloader()))
        trainer.model.train()
        measured = []
        for count in (None, torch.tensor(56)):
            trainer.model.zero_grad()
            with trainer.compute_loss_context_manager():
                loss = trainer.compute_loss(trainer.model, dict(batch), num_items_in_batch=count)
            loss.backward()
            given = [p.grad for p in trainer.model.parameters() if p.grad is not None]
            squares = torch.stack([gradient.float().pow(2).sum() for gradient in given])
            measured += [float(loss.detach()), float(squares.sum().sqrt())]
        return measured

    assert measure(CompletionTrainer) == pytest.approx(measure(SFTTrainer), rel=0.01)
