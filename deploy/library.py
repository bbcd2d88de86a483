"""The metric catalogue as the settings name it, with mistakes told as settings are."""

from bot.analysis.catalogue.loading import CatalogueError
from bot.analysis.quality.jargon import Glossary
from bot.metric_library import MetricLibrary, open_library
from deploy.settings import AnalystSettings, SettingsError


def load_library(settings: AnalystSettings, glossary: Glossary) -> MetricLibrary | None:
    """Read the catalogue; None when the settings name none.

    Raises:
        SettingsError: the file or the database's address is wrong; says file, line and field.
    """
    try:
        return open_library(settings.catalogue, glossary)
    except CatalogueError as error:
        raise SettingsError(f"The metric catalogue is wrong: {error}") from error
