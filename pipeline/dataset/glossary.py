"""Reading the reviewed glossary file."""

from pathlib import Path

import yaml

from bot.analysis.quality.jargon import Glossary


class GlossaryError(ValueError):
    """The glossary file is missing or not in its form; the message says where."""


def load_glossary(path: Path) -> Glossary:
    """Read `terms` (with `term`, may have `meaning`) and `avoid` (with `term` and `say`).

    Raises:
        GlossaryError: the file cannot be read or an entry lacks a field.
    """
    try:
        content = yaml.safe_load(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        raise GlossaryError(f"The glossary {path} cannot be read; restore the file.") from error
    try:
        terms = [str(entry["term"]).lower() for entry in content["terms"]]
        meanings = {
            str(entry["term"]).lower(): str(entry["meaning"])
            for entry in content["terms"]
            if "meaning" in entry
        }
        avoid = {str(entry["term"]).lower(): str(entry["say"]) for entry in content["avoid"]}
    except (KeyError, TypeError) as error:
        raise GlossaryError(
            f"The glossary {path} needs `terms` with `term`, and `avoid` with `term` and `say`;"
            f" look for the entry without {error}."
        ) from error
    return Glossary(terms=frozenset(terms), avoid=avoid, meanings=meanings)
