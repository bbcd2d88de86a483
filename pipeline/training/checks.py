"""Is there room for the run? Free memory and disk, checked before the start and on failure."""

import errno
import os
import shutil
from pathlib import Path

from pipeline.training.errors import TrainingFailedError
from pipeline.training.presets import Preset

_GIB = 1 << 30
# Less than this left after a failed write means that the disk was the reason.
FULL_DISK_BYTES = 32_000_000
_CGROUP = Path("/sys/fs/cgroup")


def check_room(preset: Preset, folder: Path) -> None:
    """Refuse to start where the run cannot end.

    Raises:
        TrainingFailedError: too little free memory or disk; says how much is wanted and there.
    """
    free_disk = shutil.disk_usage(folder).free
    if free_disk < preset.disk_mb * 1_000_000:
        raise TrainingFailedError(
            f"Preset {preset.name} needs {preset.disk_mb} MB of disk in {folder.resolve()} and "
            f"{free_disk // 1_000_000} MB are free. Free some space and start again."
        )
    free_memory = gpu_free_bytes() if preset.device == "gpu" else free_memory_bytes()
    if free_memory is not None and free_memory < preset.memory_gib * _GIB:
        kind = "GPU memory" if preset.device == "gpu" else "memory"
        raise TrainingFailedError(
            f"Preset {preset.name} needs {preset.memory_gib:g} GiB of {kind} and "
            f"{free_memory / _GIB:.1f} GiB are free. Stop something (the model server?) or use "
            "another machine."
        )


def free_memory_bytes(meminfo: Path = Path("/proc/meminfo"), cgroup: Path = _CGROUP) -> int | None:
    """Memory this process may still take: the machine's or its container's; None: unknown."""
    try:
        lines = meminfo.read_text().splitlines()
        free = next(int(ln.split()[1]) * 1024 for ln in lines if ln.startswith("MemAvailable:"))
    except (OSError, StopIteration, ValueError):
        return None
    try:
        limit = (cgroup / "memory.max").read_text().strip()
        if limit != "max":
            used = int((cgroup / "memory.current").read_text())
            free = min(free, int(limit) - used)
    except (OSError, ValueError):
        pass  # no version-2 control group: the machine's figure stands
    return free


def gpu_free_bytes() -> int | None:
    """Free memory of the first CUDA device; None where there is none."""
    import torch

    return torch.cuda.mem_get_info()[0] if torch.cuda.is_available() else None


def peak_memory_bytes() -> int:
    """The most memory this process had: on the GPU where one is used, otherwise resident."""
    import resource

    import torch

    if torch.cuda.is_available() and torch.cuda.max_memory_allocated() > 0:
        return torch.cuda.max_memory_allocated()
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024  # Linux counts KiB


def is_disk_full(
    folder: Path, error: BaseException | None = None, full_below: int = FULL_DISK_BYTES
) -> bool:
    """Tell whether a write failed for lack of space: the error says so, or little is left.

    Not every library keeps the error number: safetensors gives its text, torch neither.
    """
    while error is not None:
        if isinstance(error, OSError) and error.errno in (errno.ENOSPC, errno.EDQUOT):
            return True
        if os.strerror(errno.ENOSPC) in str(error):
            return True
        error = error.__cause__ or error.__context__
    try:
        return shutil.disk_usage(folder).free < full_below
    except OSError:
        return False
