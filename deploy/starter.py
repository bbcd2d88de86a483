"""The shipped starter adapter: installed once, so that the first answer is a good one.

Trained by `analyst train --preset cpu-demo` from the curated set (see its README for data, command
and checksum). It goes live only where nothing ever was: a team's own decision is never touched.
"""

from pathlib import Path

from sqlalchemy.engine import Engine

import storage.adapters
import storage.aliases
from pipeline.training.artefact import check_adapter, publish_adapter
from storage.adapters import AdapterState
from storage.aliases import LIVE
from storage.database import transaction

STARTER_FOLDER = Path(__file__).with_name("starter")
ACTOR = "system:starter"


def install_starter(engine: Engine, adapters_dir: Path, base_model: str) -> str | None:
    """Put the starter adapter into `adapters_dir` and make it live; returns its name.

    None when none is shipped for this base model, or when the live alias was ever set.

    Raises:
        TrainingFailedError: the shipped files do not match their manifest.
    """
    shipped = sorted(path for path in STARTER_FOLDER.glob("growth-analyst-*") if path.is_dir())
    if not shipped or base_model not in (shipped[-1] / "adapter_config.json").read_text("utf-8"):
        return None
    with transaction(engine) as session:
        if storage.aliases.get_alias(session, LIVE) is not None:
            return None
    name = shipped[-1].name
    sha256 = check_adapter(shipped[-1])
    folder = publish_adapter(shipped[-1], adapters_dir, name)
    with transaction(engine) as session:
        storage.adapters.register_adapter(
            session,
            name=name,
            sha256=sha256,
            directory=str(folder),
            base_model=base_model,
            lineage={"origin": "starter"},
            actor=ACTOR,
        )
        storage.adapters.change_adapter_state(
            session, name, AdapterState.LIVE, ACTOR, "shipped with the product"
        )
        storage.aliases.point_alias(session, LIVE, name, sha256, ACTOR, "shipped with the product")
    return name
