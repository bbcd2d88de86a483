"""Is this SQL one reading statement with bound parameters only? Looked at word by word.

The first of two locks: what it lets through still runs on a read-only connection. It is no SQL
parser; what it cannot follow it refuses. It runs nothing.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

PARAMETERS = frozenset({"start", "end", "segment", "market"})
SQL_CHARACTERS = 8_000

# Words that write, change the session, leave the database, or run code, in any of the three
# databases. Refused wherever they stand outside quotes, so also inside a WITH or a subquery.
_FORBIDDEN = frozenset(
    """
    alter analyze attach begin call checkpoint cluster comment commit copy create deallocate declare
    delete detach discard do drop execute explain export grant import insert install into
    listen load lock merge notify pragma prepare reassign refresh reindex reset revoke
    rollback savepoint security set show truncate unlisten update use vacuum
    """.split()  # noqa: SIM905 - a list of fifty quoted words would be harder to review
)
_FORBIDDEN_CALLS = re.compile(
    r"^(?:pg_(?:sleep|read|ls|write|terminate|cancel|reload|advisory)\w*|lo_\w+|dblink\w*|"
    r"load_extension|readfile|writefile|edit|set_config|nextval|setval|query_to_xml\w*|"
    r"read_(?:csv|json|parquet|text|blob|ndjson)\w*|parquet_scan|sqlite_scan|glob|getenv)$"
)
_TOKEN = re.compile(
    r"""
    (?P<comment>--[^\n]*|/\*.*?\*/)
    |(?P<quoted>'(?:[^']|'')*'|"(?:[^"]|"")*"|`[^`]*`)
    |(?P<dollar>\$\w*\$)
    |(?P<cast>::)
    |(?P<parameter>:[A-Za-z_]\w*)
    |(?P<word>[A-Za-z_][\w$]*)
    |(?P<number>\d[\w.]*)
    |(?P<space>\s+)
    |(?P<sign>.)
    """,
    re.VERBOSE | re.DOTALL,
)


class UnsafeStatementError(ValueError):
    """The SQL is not one plain reading statement; the message says what stands in the way."""


@dataclass(frozen=True)
class _Token:
    kind: str
    text: str


def check_statement(sql: str) -> frozenset[str]:
    """Return the parameters a statement binds.

    Raises:
        UnsafeStatementError: several statements, a writing word, something pasted in instead of
            bound, or an unknown parameter.
    """
    if len(sql) > SQL_CHARACTERS:
        raise UnsafeStatementError(
            f"it has {len(sql):,} characters; at most {SQL_CHARACTERS:,} are read"
        )
    tokens = [token for token in _tokens(sql) if token.kind not in {"space", "comment"}]
    while tokens and tokens[-1].text == ";":
        tokens.pop()
    if not tokens:
        raise UnsafeStatementError("it is empty; write one SELECT")
    if tokens[0].text.lower() not in {"select", "with"}:
        raise UnsafeStatementError(
            f"it begins with {tokens[0].text[:20]!r}; a statement begins with SELECT or WITH"
        )
    for place, token in enumerate(tokens):
        _check_token(token, tokens[place + 1].text if place + 1 < len(tokens) else "")
    return frozenset(token.text[1:] for token in tokens if token.kind == "parameter")


def without_comments(sql: str) -> str:
    """Return a checked statement as it is run: comments and the last semicolon left out."""
    kept = (" " if token.kind == "comment" else token.text for token in _tokens(sql))
    return "".join(kept).strip().rstrip(";").strip()


def _tokens(sql: str) -> Iterator[_Token]:
    for match in _TOKEN.finditer(sql):
        yield _Token(match.lastgroup or "sign", match.group())


def _check_token(token: _Token, following: str) -> None:
    text = token.text
    if text == ";":
        raise UnsafeStatementError("it holds several statements; keep one, without a semicolon")
    if token.kind == "word":
        lowered = text.lower()
        # A column may be called "comment" or "set" only in quotes; a name after a dot is a column
        # too, but refusing it costs a pair of quotes and nothing else.
        if lowered in _FORBIDDEN:
            raise UnsafeStatementError(f"the word {text.upper()} is not for reading")
        if following == "(" and _FORBIDDEN_CALLS.match(lowered):
            raise UnsafeStatementError(f"the function {lowered} is not allowed")
    if token.kind == "parameter" and text[1:] not in PARAMETERS:
        known = ", ".join(f":{name}" for name in sorted(PARAMETERS))
        raise UnsafeStatementError(f"the parameter {text} is not known; use {known}")
    if token.kind == "quoted" and re.search(r":[A-Za-z_]\w*", text):
        raise UnsafeStatementError(f"{text[:40]} holds a parameter inside quotes; bind it bare")
    if token.kind == "dollar" or text in {"'", '"', "`"}:
        raise UnsafeStatementError("a quotation is not closed, or uses dollar signs")
    if text in {"{", "}", "%", "?", "\\", "\x00"}:
        raise UnsafeStatementError(
            f"the sign {text!r} is not allowed; values are bound as :start, :end, :segment, :market"
        )
