"""What the commands about training data share: settings, database, glossary, the product's code."""

import getpass
from pathlib import Path

from sqlalchemy.engine import Engine

from bot.analysis.quality.jargon import Glossary
from deploy.commands.output import bad_input_from
from deploy.settings import AnalystSettings, SettingsError, load_settings
from pipeline.dataset.build import DatasetSettings
from pipeline.dataset.glossary import GlossaryError, load_glossary
from storage.database import migrate, open_database
from storage.errors import DatabaseUrlError

GLOSSARY_FILE = Path(__file__).parents[1] / "glossary.yaml"


def open_learning() -> tuple[AnalystSettings, Engine]:
    """Read the settings and open the migrated database; exit code 2 when a setting is wrong."""
    with bad_input_from(SettingsError, DatabaseUrlError):
        settings = load_settings()
        engine = open_database(settings.storage.url)
    migrate(engine)
    return settings, engine


def read_glossary() -> Glossary:
    """Read the reviewed glossary; exit code 2 when it is damaged."""
    with bad_input_from(GlossaryError):
        return load_glossary(GLOSSARY_FILE)


def dataset_settings(settings: AnalystSettings) -> DatasetSettings:
    """How versions are made on this machine."""
    return DatasetSettings(folder=settings.data_dir / "datasets")


def operator_name() -> str:
    """Who runs the command, as the audit log shall name them."""
    try:
        return f"cli:{getpass.getuser()}"
    except (OSError, KeyError):  # a container user without an entry
        return "cli:unknown"
