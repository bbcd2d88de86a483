"""The artefact: a folder vLLM can load and anyone can check, written whole, published by rename.

Adapter weights in bf16, PEFT's config with the served base string, tokenizer and chat template,
settings, curves, model card and a manifest of SHA-256 sums. It knows nothing of the database.
"""

import hashlib
import json
import os
import re
import shutil
import tempfile
import time
from pathlib import Path
from typing import Any

from pipeline.dataset.files import hash_file
from pipeline.training.errors import TrainingFailedError
from pipeline.training.presets import Preset

MANIFEST = "manifest.json"
WEIGHTS = "adapter_model.safetensors"
_INCOMING = ".incoming-"  # a copy on its way; nothing looks for an adapter of such a name
# A copy takes seconds; one that nobody touched for an hour belongs to a process that is gone.
_ABANDONED_SECONDS = 3600.0
ADAPTER_NAME = re.compile(r"^growth-analyst-v(\d+)-([0-9a-f]{8})$")


def write_adapter(checkpoint: Path, tokenizer: Any, preset: Preset, folder: Path) -> None:
    """Write weights (bf16), adapter config, tokenizer and template from a checkpoint."""
    import torch
    from safetensors.torch import load_file, save_file

    tensors = load_file(checkpoint / WEIGHTS)
    small = {name: tensor.to(torch.bfloat16).contiguous() for name, tensor in tensors.items()}
    save_file(small, folder / WEIGHTS, metadata={"format": "pt"})
    config = json.loads((checkpoint / "adapter_config.json").read_text("utf-8"))
    # vLLM's resolver compares this with its own --model, character by character.
    config |= {"base_model_name_or_path": preset.base_model, "inference_mode": True}
    if isinstance(config["target_modules"], list):
        config["target_modules"].sort()  # PEFT keeps a set, whose order is another each time
    (folder / "adapter_config.json").write_text(json.dumps(config, indent=2, sort_keys=True) + "\n")
    tokenizer.save_pretrained(folder)
    # Written with indents it is 3.5 MB, more than half of it blanks.
    vocabulary = json.loads((folder / "tokenizer.json").read_text("utf-8"))
    text = json.dumps(vocabulary, ensure_ascii=False, separators=(",", ":"))
    (folder / "tokenizer.json").write_text(text, encoding="utf-8")


def write_manifest(folder: Path) -> str:
    """Write the sums of all files; return the manifest's own SHA-256 (hex), the adapter's sum."""
    files: dict[str, dict[str, str | int]] = {}
    for path in sorted(p for p in folder.rglob("*") if p.is_file() and p.name != MANIFEST):
        path.chmod(0o644)  # safetensors writes 0600, which another service user cannot read
        name = path.relative_to(folder).as_posix()
        files[name] = {"sha256": hash_file(path), "bytes": path.stat().st_size}
    text = json.dumps({"files": files}, indent=2, sort_keys=True) + "\n"
    (folder / MANIFEST).write_text(text, encoding="utf-8")
    return hashlib.sha256(text.encode()).hexdigest()


def check_adapter(folder: Path) -> str:
    """Compare a folder with its manifest; return the adapter's SHA-256 (hex).

    Raises:
        TrainingFailedError: a file is missing, changed or too many.
    """
    try:
        text = (folder / MANIFEST).read_text("utf-8")
        listed: dict[str, dict[str, Any]] = json.loads(text)["files"]
    except (OSError, ValueError, KeyError) as error:
        raise TrainingFailedError(f"{folder} is not a whole adapter: no manifest.") from error
    there = {
        p.relative_to(folder).as_posix()
        for p in folder.rglob("*")
        if p.is_file() and p.name != MANIFEST
    }
    wrong = sorted(there ^ listed.keys())
    wrong += [
        name
        for name, entry in sorted(listed.items())
        if name in there and hash_file(folder / name) != entry["sha256"]
    ]
    if wrong:
        raise TrainingFailedError(f"{folder} differs from its manifest: {', '.join(wrong)}.")
    return hashlib.sha256(text.encode()).hexdigest()


def adapter_name(number: int, sha256: str) -> str:
    """Return the name used once: growth-analyst-v<N>-<8 hex digits of the sum>."""
    return f"growth-analyst-v{number}-{sha256[:8]}"


def publish_adapter(artefact: Path, adapters: Path, name: str) -> Path:
    """Make `adapters/<name>` appear whole: copy beside it, check, flush, rename.

    A folder of this name that is whole is left alone: publishing twice changes nothing.

    Raises:
        TrainingFailedError: the artefact, or a folder that has the name already, is damaged.
    """
    target = adapters / name
    if target.exists():
        check_adapter(target)
        return target
    adapters.mkdir(parents=True, exist_ok=True)
    _drop_abandoned(adapters)
    draft = Path(tempfile.mkdtemp(prefix=_INCOMING, dir=adapters))
    try:
        shutil.copytree(artefact, draft, dirs_exist_ok=True)
        check_adapter(draft)
        _flush(draft)
        draft.chmod(0o755)
        draft.rename(target)
        _flush_folder(adapters)
    except BaseException:
        shutil.rmtree(draft, ignore_errors=True)
        raise
    return target


def _drop_abandoned(adapters: Path) -> None:
    """Delete copies whose process was killed, so that they do not pile up."""
    for draft in adapters.glob(f"{_INCOMING}*"):
        try:
            is_abandoned = time.time() - draft.stat().st_mtime > _ABANDONED_SECONDS
        except FileNotFoundError:  # another process has just finished it
            continue
        if is_abandoned:
            shutil.rmtree(draft, ignore_errors=True)


def _flush(folder: Path) -> None:
    for path in folder.rglob("*"):
        if path.is_file():
            with path.open("rb") as file:
                os.fsync(file.fileno())
    _flush_folder(folder)


def _flush_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
