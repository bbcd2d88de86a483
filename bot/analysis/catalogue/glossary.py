"""The catalogue's own names as glossary terms, so that answers may use them unexplained.

Metric names, aliases, segments and markets are the company's vocabulary by definition. The
glossary file is read elsewhere.
"""

import re
from dataclasses import replace

from bot.analysis.catalogue.model import Catalogue
from bot.analysis.quality.jargon import Glossary


def with_catalogue(glossary: Glossary, catalogue: Catalogue | None) -> Glossary:
    """Return the glossary with every word of the catalogue's names among its terms."""
    if catalogue is None:
        return glossary
    names: list[str] = []
    for metric in catalogue.metrics:
        names += [metric.name, *metric.aliases]
        for choice in (*metric.segments, *metric.markets):
            names += [choice.value, *choice.aliases]
    words = {word.lower() for name in names for word in re.findall(r"[\w/&-]+", name)}
    return replace(glossary, terms=glossary.terms | words | {name.lower() for name in names})
