"""A version's folder: JSONL and Parquet for trainers, a data card and a manifest for people.

The folder appears whole or not at all, and is never changed afterwards.
"""

import hashlib
import json
import shutil
import tempfile
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from pipeline.dataset.members import Member
from pipeline.dataset.splits import Split


class DatasetFilesError(ValueError):
    """The folder of a version does not hold what was written into it."""


def version_folder(root: Path, version: int, fingerprint: str) -> Path:
    """Return where a version lies: v<N>-<first 8 digits of the fingerprint>."""
    return root / f"v{version}-{fingerprint[:8]}"


def trainer_row(member: Member) -> dict[str, Any]:
    """One line as trainers read it (TRL's prompt-completion form, conversational)."""
    return {
        "prompt": list(member.prompt),
        "completion": [{"role": "assistant", "content": member.completion}],
        "example_id": member.key,
        "family_id": member.family_id,
        "origin": member.origin,
        "pattern": member.pattern,
        "metric_family": member.metric_family,
    }


def preference_row(member: Member) -> dict[str, Any]:
    """One preference pair (TRL's chosen-rejected form) from a correction."""
    return {
        "prompt": list(member.prompt),
        "chosen": [{"role": "assistant", "content": member.completion}],
        "rejected": [{"role": "assistant", "content": member.rejected_completion}],
        "example_id": member.key,
        "family_id": member.family_id,
    }


def write_version(
    folder: Path,
    members: Iterable[Member],
    sides: Mapping[str, Split],
    *,
    card: str,
    manifest: dict[str, Any],
) -> None:
    """Write a version's folder by atomic rename; a folder that is there is checked, not changed.

    Raises:
        DatasetFilesError: the folder exists and differs from its own manifest.
    """
    if folder.exists():
        check_files(folder)
        return
    folder.parent.mkdir(parents=True, exist_ok=True)
    draft = Path(tempfile.mkdtemp(prefix=f".{folder.name}.", dir=folder.parent))
    try:
        ordered = sorted(members, key=lambda member: member.key)
        for side in Split:
            rows = [trainer_row(m) for m in ordered if sides[m.family_id] is side]
            _write_jsonl(draft / f"{side.value}.jsonl", rows)
            _write_parquet(draft / f"{side.value}.parquet", rows)
        pairs = [
            preference_row(m)
            for m in ordered
            if m.rejected_completion and sides[m.family_id] is Split.TRAIN
        ]
        _write_jsonl(draft / "preferences.jsonl", pairs)
        (draft / "README.md").write_text(card, encoding="utf-8")
        sums = {p.name: hash_file(p) for p in sorted(draft.iterdir())}
        text = json.dumps({**manifest, "files": sums}, indent=2, ensure_ascii=False)
        (draft / "manifest.json").write_text(text + "\n", encoding="utf-8")
        draft.chmod(0o755)
        draft.replace(folder)
    except BaseException:
        shutil.rmtree(draft, ignore_errors=True)
        raise


def check_files(folder: Path) -> dict[str, Any]:
    """Compare a folder with its manifest and return the manifest.

    Raises:
        DatasetFilesError: a file is missing or was changed.
    """
    try:
        manifest: dict[str, Any] = json.loads((folder / "manifest.json").read_text("utf-8"))
        sums: dict[str, str] = manifest["files"]
        wrong = [name for name, sha in sums.items() if hash_file(folder / name) != sha]
    except (OSError, ValueError, KeyError) as error:
        raise DatasetFilesError(
            f"{folder} is not a whole dataset version; move it away and build again."
        ) from error
    if wrong:
        raise DatasetFilesError(
            f"{folder}: {', '.join(wrong)} changed since it was written. Versions are never"
            " changed; move the folder away and build again."
        )
    return manifest


def hash_file(path: Path) -> str:
    """SHA-256 (hex) of a file."""
    return hashlib.sha256(path.read_bytes()).hexdigest()


def _write_jsonl(path: Path, rows: list[dict[str, Any]]) -> None:
    lines = [json.dumps(row, ensure_ascii=False, sort_keys=True) for row in rows]
    path.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")


def _write_parquet(path: Path, rows: list[dict[str, Any]]) -> None:
    import pyarrow as pa  # type: ignore[import-untyped]  # only with the training extra
    import pyarrow.parquet as pq  # type: ignore[import-untyped]

    message = pa.struct([("role", pa.string()), ("content", pa.string())])
    labels = ("example_id", "family_id", "origin", "pattern", "metric_family")
    fields = [("prompt", pa.list_(message)), ("completion", pa.list_(message))]
    schema = pa.schema([*fields, *[(name, pa.string()) for name in labels]])
    pq.write_table(pa.Table.from_pylist(rows, schema=schema), path)
