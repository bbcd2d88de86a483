"""What a training process finds in its environment besides the harmless part of ours."""

import os
from pathlib import Path

# On the CPU each step makes and drops tensors of hundreds of megabytes. By default glibc hands
# every one of them back to the kernel, and a fifth of the time went into fresh pages.
_KEEP_BYTES = 8 << 30

# Threads that finished their part of an operation spin until the others have. Where something
# more urgent has one of two cores, they spin away the time the other one waits for: forward and
# backward of a row of 300 tokens took 6.2 and 5.9 s, with sleeping threads 1.6 and 2.4 s.


def training_environment() -> dict[str, str]:
    """Offline, all allowed cores, and an allocator that keeps what it has, threads that sleep."""
    cores = str(len(os.sched_getaffinity(0)))
    return {
        "HF_HUB_OFFLINE": "1",  # a missing folder fails here instead of being looked up on a hub
        "TRANSFORMERS_OFFLINE": "1",
        "HF_HUB_DISABLE_TELEMETRY": "1",
        "TOKENIZERS_PARALLELISM": "false",
        "PYTHONHASHSEED": "0",
        "PYTHONPATH": str(Path(__file__).resolve().parents[2]),
        "OMP_NUM_THREADS": cores,
        "OMP_WAIT_POLICY": "PASSIVE",
        "MALLOC_MMAP_THRESHOLD_": str(_KEEP_BYTES),
        "MALLOC_TRIM_THRESHOLD_": str(_KEEP_BYTES),
    }
