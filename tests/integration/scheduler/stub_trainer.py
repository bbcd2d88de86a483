"""A stub of the training program: the real run folder, manifest and result, no learning.

Started by path with a run folder, like the real one. With STUB_TRAINER_SECONDS in the job's folder
it takes its time. The weights are a digest of the data, so that other data give another adapter.
"""

import hashlib
import json
import sys
import time
from pathlib import Path

from pipeline.launcher.files import RunFiles, write_whole
from pipeline.training.artefact import WEIGHTS, write_manifest
from pipeline.training.job import TrainingJob, TrainingResult


def main(folder: Path) -> int:
    """Write what a finished run leaves."""
    files = RunFiles(folder)
    job = TrainingJob.model_validate_json(files.job.read_text("utf-8"))
    pace = folder.parent / "seconds"
    time.sleep(float(pace.read_text()) if pace.exists() else 0.0)
    with (folder.parent / "started.log").open("a", encoding="utf-8") as log:
        log.write(folder.name + "\n")
    manifest = json.loads((job.dataset / "manifest.json").read_text("utf-8"))
    adapter = folder / "adapter"
    adapter.mkdir(exist_ok=True)
    digest = hashlib.sha256(manifest["fingerprint"].encode())
    (adapter / WEIGHTS).write_bytes(digest.digest())
    config = {"peft_type": "LORA", "base_model_name_or_path": job.preset.base_model}
    (adapter / "adapter_config.json").write_text(json.dumps(config))
    result = TrainingResult(
        sha256=write_manifest(adapter),
        dataset_fingerprint=manifest["fingerprint"],
        dataset_version=manifest["version"],
        steps=3,
        best_step=2,
        best_eval_loss=0.5,
        first_eval_loss=1.0,
        seconds=0.1,
        peak_memory_bytes=1,
        stopped_because="stub",
        resumed_from_step=0,
    )
    write_whole(files.result, result.model_dump_json())
    return 0


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
