"""JSON pasted from a tool, made into the lines a person would have written.

Knows a list of numbers, a list of flat objects, and one flat object with a list in it. Anything
else is left as it was, for the other readers.
"""

import json

MAX_JSON_CHARACTERS = 200_000


def spell_out_json(text: str) -> str:
    """The text with JSON turned into a table or labelled lines; unchanged when it is none."""
    plain = text.strip()
    if len(plain) > MAX_JSON_CHARACTERS or plain[:1] not in {"[", "{"}:
        return text
    try:
        data = json.loads(plain)
    except (ValueError, RecursionError):
        return text
    if isinstance(data, dict) and all(_is_flat(value) for value in data.values()):
        return "\n".join(f"{key}: {_spell(value)}" for key, value in data.items())
    if isinstance(data, list) and data and all(isinstance(item, dict) for item in data):
        names = list(dict.fromkeys(str(name) for item in data for name in item))
        rows = [[_cell(item.get(name)) for name in names] for item in data]
        return "\n".join("\t".join(row) for row in [names, *rows])
    return text


def _is_flat(value: object) -> bool:
    if isinstance(value, list):
        return all(not isinstance(item, list | dict) for item in value)
    return not isinstance(value, dict)


def _spell(value: object) -> str:
    return "; ".join(map(_cell, value)) if isinstance(value, list) else _cell(value)


def _cell(value: object) -> str:
    if value is None:
        return "n/a"
    return " ".join(str(value).split())
