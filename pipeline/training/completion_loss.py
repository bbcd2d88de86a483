"""TRL's trainer with the loss taken at the labelled positions and nothing else computed.

TRL 1.16 also projects labelled positions only, but in chunks that it computes again for the
gradient, with entropy and accuracy beside the loss. Here the few hundred answers' positions of a
batch are projected once: on two cores a step of eight rows of 600 tokens took 18 s instead of 30,
at 3.5 GB instead of 4.4, with the same loss and gradient norm.
"""

from typing import Any

import torch
from torch.nn.functional import cross_entropy
from trl import SFTTrainer

from pipeline.training.tokens import IGNORED


class CompletionTrainer(SFTTrainer):  # type: ignore[misc]  # TRL ships no types
    """SFTTrainer for causal models whose head is `lm_head` over `model`."""

    def compute_loss(
        self,
        model: Any,
        inputs: dict[str, Any],
        return_outputs: bool = False,
        num_items_in_batch: Any = None,
    ) -> Any:
        """Mean negative log-likelihood per labelled token of the whole (accumulated) batch."""
        base = self.accelerator.unwrap_model(model).get_base_model()
        labels = inputs["labels"][:, 1:]
        is_labelled = labels != IGNORED
        with torch.autocast(labels.device.type, dtype=torch.bfloat16, enabled=self.args.bf16):
            hidden = base.model(
                input_ids=inputs["input_ids"],
                attention_mask=inputs.get("attention_mask"),
                use_cache=False,
            ).last_hidden_state
            logits = base.lm_head(hidden[:, :-1][is_labelled])
        total = cross_entropy(logits.float(), labels[is_labelled], reduction="sum")
        count = is_labelled.sum() if num_items_in_batch is None else num_items_in_batch
        loss = total / torch.as_tensor(count).clamp(min=1)
        return (loss, {"loss": loss}) if return_outputs else loss
