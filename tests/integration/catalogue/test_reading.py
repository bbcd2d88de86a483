"""Rows come out of three kinds of database; nothing goes in, runs long, or comes in floods."""

import time
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from pydantic import SecretStr

import bot.catalogue_reading
from bot.analysis.catalogue.loading import read_catalogue
from bot.analysis.question import UnreadableQuestionError
from bot.catalogue_reading import ReadRefusedError, SourceDownError, open_source
from bot.metric_library import MetricLibrary
from tests.integration.catalogue.conftest import MONDAY, NAME, Company

SQL = """
  SELECT week AS period, 100.0 * SUM(done) / SUM(signups) AS value, SUM(signups) AS cohort
  FROM signup_week
  WHERE week >= :start AND week < :end
    AND (:segment = 'all' OR segment = :segment) AND (:market = 'all' OR market = :market)
  GROUP BY week ORDER BY week
"""
WINDOW = {"start": MONDAY - timedelta(weeks=7), "end": MONDAY + timedelta(weeks=1)}
EVERYTHING: dict[str, date | str] = {**WINDOW, "segment": "all", "market": "all"}
NOW = datetime(2026, 11, 27, 9, 30, tzinfo=UTC)
CATALOGUE = read_catalogue(
    f"""version: 1
reviewed_by: Ana
metrics:
  - name: Activation rate
    aliases: [activation]
    definition: sign-ups that finish setup
    unit: "%"
    direction: higher
    owner: Onboarding team
    segments: [{{value: SMB}}, {{value: Enterprise}}]
    markets: [{{value: UK}}, {{value: US}}]
    sql: "{" ".join(SQL.split())}"
""",
    "metrics.yaml",
)
WRITES = (
    "The metric's query tries to do more than read, so the database refused it. Its owner has to"
    " mend it in the catalogue."
)
BROKEN = (
    "The metric's query does not fit the company's database any more. Its owner has to mend it in"
    " the catalogue."
)
SLOW = {
    "sqlite": "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n)"
    " SELECT COUNT(*) FROM n",
    "postgresql": "SELECT COUNT(*) FROM generate_series(1, 100000) a, generate_series(1, 100000) b"
    " WHERE MOD(a, 7) = MOD(b, 3)",
    "duckdb": "SELECT COUNT(*) FROM range(10000000) a, range(1000000) b"
    " WHERE MOD(a.range, 7) = MOD(b.range, 3)",
}


def library(company: Company) -> MetricLibrary:
    return MetricLibrary(CATALOGUE, company.source(), {"smb": "small businesses"}, lambda: NOW)


def test_a_question_by_name_gets_its_values(company: Company) -> None:
    question = library(company).find_question("how is activation in UK SMB over the last 8 weeks?")
    assert question is not None
    assert question.values == (40.0,) * 8
    assert question.denominators == (100.0,) * 8
    assert question.dates is not None
    assert (question.dates[0], question.dates[-1]) == (MONDAY - timedelta(weeks=7), MONDAY)
    assert question.unit == "%"
    assert question.higher_is_better
    assert question.context == "UK SMB; SMB = small businesses"
    assert question.assumptions[0] == (
        "Numbers from the test company: Activation rate, UK SMB, 8 weeks from 28 Sep 2026 to the"
        " week of 16 Nov 2026, read 27 Nov 2026 09:30 UTC. Owner: Onboarding team."
    )


def test_without_a_segment_all_are_added_up(company: Company) -> None:
    question = library(company).find_question("activation, last 5 weeks")
    assert question is not None
    assert question.values == (35.0,) * 5
    assert question.cohort_size == 400.0


def test_a_window_without_rows_is_said(company: Company) -> None:
    with pytest.raises(UnreadableQuestionError) as caught:
        library(company).find_question("activation between 1 January 2020 and 1 March 2020")
    assert caught.value.problems[0].message == (
        "the test company holds no Activation rate between 2019-12-30 and 2020-02-24. Ask for"
        " another window, or tell Onboarding team."
    )


def test_names_are_bound_and_never_become_sql(company: Company) -> None:
    hostile: dict[str, date | str] = {
        **EVERYTHING,
        "segment": "SMB'; DROP TABLE signup_week; --",
        "market": "' OR '1'='1",
    }
    assert company.source().read(SQL, hostile) == []
    assert company.count() == 120


@pytest.mark.parametrize(
    ("sql", "said"),
    [
        (SQL.replace("ORDER BY week", "; DELETE FROM signup_week"), "it holds several statements"),
        ("DELETE FROM signup_week", "it begins with 'DELETE'"),
        ("WITH x AS (SELECT 1) INSERT INTO signup_week SELECT * FROM x", "the word INSERT"),
        ("SELECT 1; ATTACH DATABASE 'x' AS x", "it holds several statements"),
    ],
)
def test_statements_that_are_no_reading_are_refused_before_they_run(
    company: Company, sql: str, said: str
) -> None:
    with pytest.raises(ReadRefusedError) as caught:
        company.source().read(sql, EVERYTHING)
    assert str(caught.value).startswith("The metric's query is refused: ")
    assert said in str(caught.value)
    assert company.count() == 120


@pytest.mark.parametrize(
    "sql",
    [
        "DELETE FROM signup_week",
        "INSERT INTO signup_week VALUES ('2026-01-05', 'x', 'x', 1, 1)",
        "DROP TABLE signup_week",
        "CREATE TABLE mine (x INT)",
    ],
)
def test_a_write_that_slipped_past_the_first_lock_meets_a_second(
    company: Company, sql: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bot.catalogue_reading, "check_statement", lambda _: frozenset())
    with pytest.raises(ReadRefusedError) as caught:
        company.source().read(sql, EVERYTHING)
    # PostgreSQL is given the statement inside a SELECT, where a writing one does not even parse.
    expected = BROKEN if company.kind == "postgresql" else WRITES
    assert str(caught.value) == expected
    assert company.count() == 120


def test_postgresql_itself_refuses_to_write(
    company: Company, monkeypatch: pytest.MonkeyPatch
) -> None:
    if company.kind != "postgresql":
        pytest.skip("a function that writes inside a SELECT exists in PostgreSQL only")
    monkeypatch.setattr(bot.catalogue_reading, "check_statement", lambda _: frozenset())
    with pytest.raises(ReadRefusedError) as caught:
        company.source().read("SELECT lo_create(0)", EVERYTHING)
    assert str(caught.value) == WRITES


def test_other_files_are_out_of_reach(
    company: Company, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bot.catalogue_reading, "check_statement", lambda _: frozenset())
    other = tmp_path / "other"
    sql = {
        "sqlite": f"ATTACH DATABASE '{other}' AS other",
        "duckdb": f"COPY (SELECT 1) TO '{other}'",
        "postgresql": f"COPY (SELECT 1) TO '{other}'",
    }[company.kind]
    if company.kind == "postgresql":
        pytest.skip("a server's files are the server's business: give the bot a role without them")
    with pytest.raises(ReadRefusedError):
        company.source().read(sql, EVERYTHING)
    assert not other.exists()


def test_a_slow_query_is_stopped(company: Company) -> None:
    started = time.monotonic()
    with pytest.raises(ReadRefusedError) as caught:
        company.source(timeout_seconds=0.5).read(SLOW[company.kind], EVERYTHING)
    assert time.monotonic() - started < 5
    assert str(caught.value) == (
        "The metric's query took longer than 0.5 seconds and was stopped. Ask for a shorter window,"
        " or have its owner make it faster."
    )


def test_too_many_rows_are_refused(company: Company) -> None:
    source = company.source(row_cap=100)
    with pytest.raises(ReadRefusedError) as caught:
        source.read("SELECT week AS period, done AS value FROM signup_week", EVERYTHING)
    assert str(caught.value).startswith("The metric's query gives more than 100 rows.")
    assert len(source.read(SQL, EVERYTHING)) == 8


def test_a_query_that_does_not_fit_the_database_is_said(company: Company) -> None:
    with pytest.raises(ReadRefusedError) as caught:
        company.source().read("SELECT nothing FROM nowhere", EVERYTHING)
    assert "does not fit the company's database any more" in str(caught.value)
    assert "nowhere" not in str(caught.value)


@pytest.mark.parametrize(
    "url",
    [
        "sqlite:////nowhere/company.sqlite",
        "duckdb:////nowhere/company.duckdb",
        "postgresql://reader:secret@127.0.0.1:9/company",
    ],
)
def test_a_database_that_is_down_is_told_apart(url: str) -> None:
    source = open_source(SecretStr(url), name=NAME, timeout_seconds=2, row_cap=10)
    with pytest.raises(SourceDownError) as caught:
        source.read(SQL, EVERYTHING)
    assert "secret" not in str(caught.value)


@pytest.mark.parametrize("url", ["mysql://h/d", "sqlite://", "no address", "sqlite:///:memory:"])
def test_other_addresses_are_refused_in_words(url: str) -> None:
    with pytest.raises(ValueError, match="use sqlite:///file, postgresql"):
        open_source(SecretStr(url), name=NAME, timeout_seconds=2, row_cap=10)
