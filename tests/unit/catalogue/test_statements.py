"""One reading statement with bound parameters: what passes, what is refused, and in which words."""

import pytest

from bot.analysis.catalogue.statements import (
    UnsafeStatementError,
    check_statement,
    without_comments,
)

PLAIN = "SELECT week AS period, SUM(x) AS value FROM t WHERE week >= :start AND week < :end"


@pytest.mark.parametrize(
    ("sql", "bound"),
    [
        (PLAIN, {"start", "end"}),
        (PLAIN + ";", {"start", "end"}),
        ("WITH a AS (SELECT 1) SELECT * FROM a WHERE d = :start", {"start"}),
        (PLAIN + " AND kind = 'insert; drop table t'", {"start", "end"}),
        (PLAIN + " -- drop it later\n AND (:segment = 'all')", {"start", "end", "segment"}),
        ('SELECT "update", x::date FROM t', set()),
        ("select replace(name, 'a', 'b') from t", set()),
        (PLAIN + " AND name LIKE 'A%'", {"start", "end"}),
    ],
)
def test_a_reading_statement_passes_and_tells_what_it_binds(sql: str, bound: set[str]) -> None:
    assert check_statement(sql) == bound


@pytest.mark.parametrize(
    ("sql", "said"),
    [
        ("", "it is empty; write one SELECT"),
        (PLAIN + "; DROP TABLE t", "it holds several statements"),
        ("DROP TABLE t", "it begins with 'DROP'"),
        ("PRAGMA writable_schema = 1", "it begins with 'PRAGMA'"),
        ("WITH a AS (DELETE FROM t RETURNING *) SELECT * FROM a", "DELETE is not for reading"),
        ("SELECT * INTO other FROM t", "INTO is not for reading"),
        ("SELECT * FROM t FOR UPDATE", "UPDATE is not for reading"),
        ("SELECT pg_sleep(100)", "the function pg_sleep is not allowed"),
        ("SELECT * FROM read_csv('/etc/passwd')", "the function read_csv is not allowed"),
        ("SELECT load_extension('x')", "the function load_extension is not allowed"),
        ("SELECT * FROM t WHERE s = '{segment}' AND u = {x}", "the sign '{' is not allowed"),
        ("SELECT * FROM t WHERE s = %s", "the sign '%' is not allowed"),
        ("SELECT * FROM t WHERE s = ?", "the sign '?' is not allowed"),
        ("SELECT * FROM t WHERE s = ':segment'", "holds a parameter inside quotes"),
        ("SELECT * FROM t WHERE s = :company", "the parameter :company is not known"),
        ("SELECT 'open", "a quotation is not closed"),
        ("SELECT $$; drop table t$$", "uses dollar signs"),
        ("SELECT 1" + " " * 9_000, "at most 8,000 are read"),
        ("SELECT /* ; */ 1; /* */ SELECT 2", "it holds several statements"),
    ],
)
def test_anything_else_is_refused_in_words(sql: str, said: str) -> None:
    with pytest.raises(UnsafeStatementError) as caught:
        check_statement(sql)
    assert said in str(caught.value)


def test_comments_do_not_reach_the_database() -> None:
    run = without_comments("SELECT 1 -- :start is first\n/* :end */ FROM t;")
    assert ":" not in run
    assert run.split() == ["SELECT", "1", "FROM", "t"]
