"""The command line and environment of a vLLM server, from its settings.

Pure apart from reading which cores and libraries this machine has. Starts nothing.
"""

import os
import sys
from collections.abc import Mapping
from pathlib import Path

from deploy.vllm.settings import VllmSettings, has_cuda_vllm, resolve_profile

# vLLM gets what it needs to run and nothing else: never a Slack token or a database address.
_PASSED_NAMES = {"PATH", "HOME", "USER", "LANG", "TZ", "TMPDIR", "LD_LIBRARY_PATH", "LD_PRELOAD"}
_PASSED_PREFIXES = (
    "LC_", "XDG_", "VLLM_", "HF_", "CUDA_", "NVIDIA_", "NCCL_", "TORCH", "OMP_", "KMP_", "MKL_",
)  # fmt: skip
# vLLM's own default keeps one core back. On two cores that halves the speed (measured: 19 -> 27
# tokens/s with both); on larger machines a core for the front end is worth having.
_BIND_ALL_CORES_UP_TO = 4
_DEFAULT_LORA_RANK = {"cpu": 16, "gpu": 32}


def build_command(settings: VllmSettings) -> list[str]:
    """Return the argument list; run it from the folder that holds `models/`."""
    if has_cuda_vllm():
        command = [sys.executable, "-m", "vllm.entrypoints.cli.main", "serve", settings.model]
    else:  # the CPU wheel's `serve` looks for metadata under a name it does not have
        command = [sys.executable, "-m", "vllm.entrypoints.openai.api_server"]
        command += ["--model", settings.model]
    command += ["--host", settings.host, "--port", str(settings.port)]
    command += ["--max-model-len", str(settings.max_model_len)]
    rank = settings.max_lora_rank or _DEFAULT_LORA_RANK[resolve_profile(settings)]
    command += ["--enable-lora", "--max-lora-rank", str(rank)]
    command += ["--max-loras", str(settings.max_loras)]
    # One template for training and serving; published base models have none of their own.
    command += ["--chat-template", f"{settings.model}/chat_template.jinja"]
    # Sampling comes with each request, not from a file in the model's folder.
    command += ["--generation-config", "vllm"]
    command += ["--shutdown-timeout", str(int(settings.shutdown_timeout_seconds))]
    command += ["--uvicorn-log-level", "warning"]
    if settings.max_num_seqs is not None:
        command += ["--max-num-seqs", str(settings.max_num_seqs)]
    return [*command, *_profile_arguments(settings), *settings.extra_args]


def build_environment(
    settings: VllmSettings,
    inherited: Mapping[str, str],
    *,
    library_folder: Path = Path(sys.prefix) / "lib",
    cores: frozenset[int] | None = None,
) -> dict[str, str]:
    """Return the server's environment: the harmless part of ours plus vLLM's switches."""
    environment = {
        name: value
        for name, value in inherited.items()
        if name in _PASSED_NAMES or name.startswith(_PASSED_PREFIXES)
    }
    environment |= {
        "VLLM_PLUGINS": "lora_filesystem_resolver",
        "VLLM_LORA_RESOLVER_CACHE_DIR": str(settings.adapters_dir),
        "VLLM_ALLOW_RUNTIME_LORA_UPDATING": "True",
        "VLLM_NO_USAGE_STATS": "1",
        "HF_HUB_OFFLINE": "1",  # a missing folder must fail here, not be looked up on a hub
        "TRANSFORMERS_OFFLINE": "1",
        # adapter ids come from Python's string hash; a fixed seed keeps them equal in all workers
        "PYTHONHASHSEED": "0",
    }
    if resolve_profile(settings) == "cpu":
        cores = cores if cores is not None else frozenset(os.sched_getaffinity(0))
        environment |= _cpu_environment(settings, environment, library_folder, cores)
    return environment


def _profile_arguments(settings: VllmSettings) -> list[str]:
    if resolve_profile(settings) == "cpu":
        return ["--dtype", "bfloat16" if settings.dtype == "auto" else settings.dtype]
    return [
        "--dtype", settings.dtype,
        "--tensor-parallel-size", str(settings.tensor_parallel_size),
        "--gpu-memory-utilization", str(settings.gpu_memory_utilization),
    ]  # fmt: skip


def _cpu_environment(
    settings: VllmSettings,
    inherited: Mapping[str, str],
    library_folder: Path,
    cores: frozenset[int],
) -> dict[str, str]:
    bind = settings.cpu_omp_threads_bind
    if bind == "auto" and len(cores) <= _BIND_ALL_CORES_UP_TO:
        bind = ",".join(str(core) for core in sorted(cores))
    environment = {
        "VLLM_CPU_KVCACHE_SPACE": str(settings.cpu_kv_cache_gib),
        "VLLM_CPU_OMP_THREADS_BIND": bind,
    }
    # Intel's OpenMP keeps its threads spinning between kernels; GNU's puts them to sleep.
    openmp = library_folder / "libiomp5.so"
    if openmp.exists():
        already = inherited.get("LD_PRELOAD")
        environment["LD_PRELOAD"] = f"{openmp}:{already}" if already else str(openmp)
    return environment
