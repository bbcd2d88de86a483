"""What a training process finds in its environment besides the harmless part of ours."""

import os
import sys
from pathlib import Path


def training_environment(library_folder: Path = Path(sys.prefix) / "lib") -> dict[str, str]:
    """Offline, all allowed cores, and Intel's OpenMP where it is installed."""
    cores = str(len(os.sched_getaffinity(0)))
    return {
        "HF_HUB_OFFLINE": "1",  # a missing folder fails here instead of being looked up on a hub
        "TRANSFORMERS_OFFLINE": "1",
        "HF_HUB_DISABLE_TELEMETRY": "1",
        "TOKENIZERS_PARALLELISM": "false",
        "PYTHONHASHSEED": "0",
        "PYTHONPATH": str(Path(__file__).resolve().parents[2]),
        "OMP_NUM_THREADS": cores,
    }
