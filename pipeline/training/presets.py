"""Presets: every training setting, typed, documented and saved with each adapter.

Declares only. How published figures are fitted to a run's size is `plan.py`. A preset never
changes silently: its settings are part of the run's key.
"""

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from pipeline.training.errors import TrainingInputError


class PreferenceSettings(BaseModel):
    """Preference training after the answers: DPO (Rafailov et al. 2023) with an SFT term."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    minimum_pairs: int = Field(
        default=50,
        ge=1,
        # One author gives at most 40 examples to a version, so a step needs more than one person.
        description="fewer corrections serve as examples only; more than one person can give",
    )
    learning_rate: float = Field(gt=0)
    epochs: float = Field(default=1, gt=0)
    max_steps: int | None = Field(default=None, ge=1, description="step budget; None: by epochs")
    batch_size: int = Field(default=1, ge=1, description="pairs, each two rows, in memory at once")
    accumulation: int = Field(default=4, ge=1)
    beta: float = Field(default=0.1, gt=0, description="how near to stay; 0.1 as in the paper")
    sft_weight: float = Field(
        default=1.0,
        ge=0,
        # Pang et al. (2024): without it the chosen answer itself becomes less likely.
        description="weight of the loss per token of the chosen answer",
    )
    wall_clock_seconds: float = Field(gt=0, description="on top of the budget for the answers")


class Preset(BaseModel):
    """All settings of a run; sizes in tokens, bytes (GiB where named) and seconds."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str
    purpose: str = Field(description="one sentence for people who choose")
    base_model: str = Field(description="exactly the string vLLM is started with: models/<name>")
    hub_id: str | None = Field(default=None, description="where the folder's content comes from")
    architecture: str = Field(description="the class named in the base model's config.json")
    chat_template: str | None = Field(
        default=None, description="file in templates/ for a base model that has none"
    )
    licence: str = Field(description="of the base model; goes into the model card")
    device: Literal["cpu", "gpu"]

    quantize: bool = Field(default=True, description="NF4, double-quantised, bf16 compute (QLoRA)")
    lora_rank: int = Field(default=16, ge=1)
    lora_alpha: int = Field(default=32, ge=1)
    lora_dropout: float = Field(default=0.0, ge=0, lt=1)
    target_modules: str | tuple[str, ...] = "all-linear"

    general_share: float = Field(
        default=0.1, ge=0, lt=0.5, description="share of general chat rows, against forgetting"
    )
    learning_rate: float = Field(gt=0)
    epochs: float = Field(gt=0)
    max_steps: int | None = Field(default=None, ge=1, description="step budget; None: by epochs")
    batch_size: int = Field(ge=1, description="rows in memory at once")
    accumulation: int = Field(default=1, ge=1, description="batches per optimizer step")
    warmup_steps: int = Field(ge=0, description="as published; cut to a tenth of a short run")
    eval_every_steps: int = Field(ge=1, description="as published; at least `evaluations` a run")
    evaluations: int = Field(default=6, ge=1, description="evaluations a run should have at least")
    patience: int = Field(default=2, ge=1, description="evaluations without gain before the stop")
    min_gain: float = Field(default=0.002, ge=0, description="smaller loss gains count as none")
    weight_decay: float = Field(default=0.0, ge=0)
    max_grad_norm: float = Field(default=1.0, gt=0)
    gradient_checkpointing: bool = False
    preference: PreferenceSettings | None = Field(
        default=None, description="a second step on corrections, when there are enough"
    )

    row_tokens: int = Field(ge=64, description="longer rows are left out and counted, never cut")
    wall_clock_seconds: float = Field(gt=0, description="then stop and keep the best checkpoint")
    seed: int = 17
    memory_gib: float = Field(gt=0, description="free memory wanted before the start")
    disk_mb: int = Field(gt=0, description="free disk wanted for checkpoints and the adapter")


CPU_DEMO = Preset(
    name="cpu-demo",
    purpose="The packaged 135M model on two cores within half an hour.",
    base_model="models/smollm2-135m-instruct",
    hub_id="HuggingFaceTB/SmolLM2-135M-Instruct",
    architecture="LlamaForCausalLM",
    licence="apache-2.0",
    device="cpu",
    # LoRA on all linear layers at about ten times the rate of full fine-tuning ("LoRA Without
    # Regret", 2025). Two passes: on 150 hand-written rows the validation loss fell from 3.22 to
    # 3.01 in the second, and the rate should have come down to zero when the time is over.
    learning_rate=1e-3,
    epochs=2,
    max_steps=96,
    batch_size=2,  # eight rows at once took 12 GB and were slower per token
    accumulation=4,
    warmup_steps=5,
    eval_every_steps=12,
    # A pair costs its two rows three times (reference, forward, backward); a choice, not swept.
    preference=PreferenceSettings(learning_rate=5e-5, max_steps=16, wall_clock_seconds=8 * 60),
    row_tokens=1000,
    wall_clock_seconds=28 * 60,
    memory_gib=8.0,
    disk_mb=400,
)

# A team's report: QLoRA of Mistral-7B on 460 examples, about 2.5 h on one A100-40GB. The preset
# keeps their figures; warm-up 100 and evaluation every 200 steps would outlast so short a run.
PUBLISHED_MISTRAL_7B = Preset(
    name="published-mistral-7b",
    purpose="The published recipe on Mistral-7B, for comparison; one GPU of 24 GB or more.",
    base_model="models/mistral-7b-v0.3",
    hub_id="mistralai/Mistral-7B-v0.3",
    architecture="MistralForCausalLM",
    chat_template="mistral-base.jinja",
    licence="apache-2.0",
    device="gpu",
    lora_dropout=0.05,
    target_modules=("q_proj", "v_proj"),
    general_share=0.0,  # the published recipe mixed nothing in
    learning_rate=2e-4,
    epochs=3,
    batch_size=4,
    accumulation=4,
    warmup_steps=100,
    eval_every_steps=200,
    gradient_checkpointing=True,
    row_tokens=2048,
    wall_clock_seconds=4 * 3600,
    memory_gib=20.0,
    disk_mb=2_000,
)

PUBLISHED_LLAMA3_8B = PUBLISHED_MISTRAL_7B.model_copy(
    update={
        "name": "published-llama3-8b",
        "purpose": "The same published recipe on Llama-3-8B; one GPU of 24 GB or more.",
        "base_model": "models/llama-3-8b",
        "hub_id": "meta-llama/Meta-Llama-3-8B",
        "architecture": "LlamaForCausalLM",
        "chat_template": "llama3-base.jinja",
        "licence": "llama3",
        "memory_gib": 22.0,
    }
)

RECOMMENDED_4B_24GB = Preset(
    name="recommended-4b-24gb",
    purpose="A current 4B instruct model on one 24 GB GPU; the setting to start with there.",
    base_model="models/qwen3-4b-instruct-2507",
    hub_id="Qwen/Qwen3-4B-Instruct-2507",
    architecture="Qwen3ForCausalLM",
    licence="apache-2.0",
    device="gpu",
    # All layers, a small effective batch and early stop: what helps with 160-500 examples.
    learning_rate=2e-4,
    epochs=3,
    batch_size=4,
    accumulation=2,
    warmup_steps=10,
    eval_every_steps=25,
    gradient_checkpointing=True,
    # A tenth of the rate for the answers; a choice, not swept.
    preference=PreferenceSettings(
        learning_rate=2e-5, batch_size=2, accumulation=4, wall_clock_seconds=3600
    ),
    row_tokens=2048,
    wall_clock_seconds=3 * 3600,
    memory_gib=14.0,
    disk_mb=2_000,
)

PRESETS: dict[str, Preset] = {
    preset.name: preset
    for preset in (CPU_DEMO, PUBLISHED_MISTRAL_7B, PUBLISHED_LLAMA3_8B, RECOMMENDED_4B_24GB)
}


def find_preset(name: str) -> Preset:
    """Return a preset by name.

    Raises:
        TrainingInputError: there is none of this name; the message lists all.
    """
    if name not in PRESETS:
        raise TrainingInputError(f"There is no preset {name!r}; choose {', '.join(PRESETS)}.")
    return PRESETS[name]
