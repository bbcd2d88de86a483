"""Make the demo company ready: database, catalogue settings, recorded changes.

Safe to repeat: a company of an older week is written anew, so that "the last 8 weeks" are always
there, and its recorded changes move along.
"""

from datetime import date
from pathlib import Path

from pydantic import SecretStr
from sqlalchemy.engine import Engine

from bot.recorded_changes import NewAnnotation, record
from bot.settings import CatalogueSettings
from deploy.demo_company.story import RELEASES
from deploy.demo_company.writing import DATABASE_NAME, is_current, last_whole_week, write_company
from storage.annotations import remove_annotations_by_key
from storage.database import transaction

CATALOGUE_FILE = Path(__file__).with_name("metrics.yaml")
FILE_NAME = "demo-company.sqlite"
_KEY = "demo:"


def prepare_company(data_dir: Path, today: date) -> CatalogueSettings:
    """Write the company's database unless it is current; returns the settings that read it."""
    file, week = data_dir / FILE_NAME, last_whole_week(today)
    if not is_current(file, week):
        write_company(file, week)
    return CatalogueSettings(
        file=CATALOGUE_FILE,
        database_url=SecretStr(f"sqlite:///{file}"),
        database_name=DATABASE_NAME,
    )


def record_releases(engine: Engine, today: date) -> int:
    """Store the company's recorded changes and drop those of an older run; returns how many."""
    week = last_whole_week(today)
    told = {
        f"{_KEY}{release.happened_on(week).isoformat()}:{release.what}": NewAnnotation(
            release.happened_on(week),
            release.what,
            release.author,
            release.metric,
            release.segment or release.market,
        )
        for release in RELEASES
    }
    with transaction(engine) as session:
        remove_annotations_by_key(session, _KEY, frozenset(told))
        for key, new in told.items():
            record(session, new, key)
    return len(told)
