"""The text of `metrics.yaml` -> `Catalogue`, or every mistake in it with file, line and field.

Pure: the caller opens the file. Keys written twice, anchors and unknown fields are refused, because
each of them hides what a reviewer believes to read.
"""

from collections.abc import Mapping, Sequence
from typing import Any

import yaml
from pydantic import ValidationError

from bot.analysis.catalogue.model import Catalogue

LARGEST_FILE_CHARACTERS = 500_000
_SHOWN = 8


class CatalogueError(ValueError):
    """The catalogue file is wrong; the message lists each place as "file, line n, field: what"."""


def read_catalogue(text: str, file: str, glossary_terms: frozenset[str] | None = None) -> Catalogue:
    """Read and validate; with `glossary_terms` (lower case) each metric's terms must be among them.

    Raises:
        CatalogueError: names every mistake with its line and field.
    """
    if len(text) > LARGEST_FILE_CHARACTERS:
        raise CatalogueError(
            f"{file} has {len(text):,} characters; a catalogue has at most"
            f" {LARGEST_FILE_CHARACTERS:,}. Split it."
        )
    root = _compose(text, file)
    problems = _doubtful_nodes(root, file)
    if problems:
        raise CatalogueError("\n".join(problems[:_SHOWN]))
    data = yaml.safe_load(text)
    try:
        catalogue = Catalogue.model_validate(data)
    except ValidationError as error:
        items = error.errors(include_url=False, include_input=False)
        # A list of which every entry is wrong is also called empty; the entries say it better.
        inside = [item for item in items if item["loc"][:1] == ("metrics",) and item["loc"][1:]]
        told = [
            _at(root, file, item["loc"], _in_words(item))
            for item in items
            if not (inside and item["loc"] == ("metrics",))
        ]
        raise CatalogueError("\n".join(told[:_SHOWN])) from error
    problems = [*_shared_names(catalogue, root, file)]
    problems += _unknown_terms(catalogue, root, file, glossary_terms)
    if problems:
        raise CatalogueError("\n".join(problems[:_SHOWN]))
    return catalogue


def _compose(text: str, file: str) -> yaml.Node:
    try:
        root = yaml.compose(text, Loader=yaml.SafeLoader)
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        raise CatalogueError(
            f"{file}, line {line}: this is not YAML ({error.problem or 'cannot be read'}); check"
            " indentation, colons and quotes."
        ) from error
    except yaml.YAMLError as error:
        raise CatalogueError(f"{file}: holds characters that YAML does not allow.") from error
    if not isinstance(root, yaml.MappingNode):
        raise CatalogueError(
            f"{file}, line 1: a catalogue begins with `version`, `reviewed_by` and `metrics`."
        )
    return root


def _doubtful_nodes(root: yaml.Node, file: str) -> list[str]:
    problems: list[str] = []
    seen: set[int] = set()
    waiting = [root]
    while waiting:
        node = waiting.pop()
        if id(node) in seen:
            line = node.start_mark.line + 1
            return [
                f"{file}, line {line}: anchors and aliases (& and *) are not read; write it out."
            ]
        seen.add(id(node))
        if isinstance(node, yaml.MappingNode):
            keys = [key.value for key, _ in node.value if isinstance(key, yaml.ScalarNode)]
            problems += [
                f"{file}, line {key.start_mark.line + 1}, {key.value}: is written twice; keep one."
                for place, (key, _) in enumerate(node.value)
                if isinstance(key, yaml.ScalarNode) and key.value in keys[:place]
            ]
            waiting += [part for pair in node.value for part in pair]
        elif isinstance(node, yaml.SequenceNode):
            waiting += node.value
    return problems


def _in_words(item: Mapping[str, Any]) -> str:
    words = {
        "missing": "is missing; add it",
        "extra_forbidden": "is not a field of the catalogue; remove it or check its spelling",
        "string_type": "must be text",
        "string_too_short": "is too short",
        "string_too_long": f"is too long; at most {(item.get('ctx') or {}).get('max_length')}"
        " characters",
        "tuple_type": "must be a list",
        "too_short": "must not be empty",
        "less_than_equal": "must be 1",
        "greater_than_equal": "must be 1",
    }
    if item["type"] in words:
        return words[item["type"]]
    message = str(item["msg"]).removeprefix("Value error, ")
    return message[:1].lower() + message[1:]


def _at(root: yaml.Node, file: str, place: Sequence[int | str], what: str) -> str:
    """Write one problem with the line its field (or the nearest one around it) stands on."""
    node, line = root, root.start_mark.line
    for step in place:
        found = _child(node, step)
        if found is None:
            break
        line, node = found
    field = ".".join(str(step + 1) if isinstance(step, int) else step for step in place)
    name = _metric_name(root, place)
    return f"{file}, line {line + 1}, {field}{name}: {what.rstrip('.')}."


def _child(node: yaml.Node, step: int | str) -> tuple[int, yaml.Node] | None:
    if isinstance(node, yaml.MappingNode):
        for key, value in node.value:
            if isinstance(key, yaml.ScalarNode) and key.value == step:
                return key.start_mark.line, value
    if isinstance(node, yaml.SequenceNode) and isinstance(step, int) and step < len(node.value):
        return node.value[step].start_mark.line, node.value[step]
    return None


def _metric_name(root: yaml.Node, place: Sequence[int | str]) -> str:
    if len(place) < 2 or place[0] != "metrics":
        return ""
    node: yaml.Node = root
    for step in (*place[:2], "name"):
        found = _child(node, step)
        if found is None:
            return ""
        node = found[1]
    return f" ({str(node.value)[:60]})" if isinstance(node, yaml.ScalarNode) else ""


def _shared_names(catalogue: Catalogue, root: yaml.Node, file: str) -> list[str]:
    owners: dict[str, str] = {}
    problems = []
    for number, metric in enumerate(catalogue.metrics):
        for spelling in metric.spellings:
            other = owners.setdefault(spelling, metric.name)
            if other != metric.name or not spelling:
                what = f"{spelling!r} already means {other}; a name means one metric"
                problems.append(_at(root, file, ("metrics", number, "name"), what))
    names = [metric.name for metric in catalogue.metrics]
    problems += [
        _at(root, file, ("metrics", number, "name"), f"{name} is defined twice; keep one")
        for number, name in enumerate(names)
        if name in names[:number]
    ]
    return problems


def _unknown_terms(
    catalogue: Catalogue, root: yaml.Node, file: str, known: frozenset[str] | None
) -> list[str]:
    if known is None:
        return []
    return [
        _at(
            root,
            file,
            ("metrics", number, "terms", place),
            f"{term!r} is in no glossary; add it there with its meaning",
        )
        for number, metric in enumerate(catalogue.metrics)
        for place, term in enumerate(metric.terms)
        if term.lower() not in known
    ]
