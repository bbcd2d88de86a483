"""CSV and its relatives: separators, encodings, decimal marks, dates, and what is said of them."""

from datetime import date

import pytest

from bot.analysis.question import MetricKind, Period, ProblemCode
from tests.unit.analysis.files.made import WEEKS, read, sentence

VALUES = (42.5, 41.0, 38.0, 35.5)


@pytest.mark.parametrize(
    ("mark", "name"), [(",", "comma"), (";", "semicolon"), ("\t", "tab"), ("|", "pipe")]
)
def test_every_separator_is_found_and_named(mark: str, name: str) -> None:
    rows = [f"week{mark}activation rate (%)"]
    rows += [f"{day}{mark}{value}" for day, value in zip(WEEKS, VALUES, strict=True)]
    reading = read("\r\n".join(rows))
    assert reading.question is not None
    assert reading.question.values == VALUES
    assert reading.question.unit == "%"
    assert f"separated by {name}" in reading.statement[0]
    assert reading.chosen.separator == ("tab" if mark == "\t" else mark)


@pytest.mark.parametrize(
    ("encoding", "told"),
    [
        ("utf-8", "UTF-8,"),
        ("utf-8-sig", "byte order mark"),
        ("utf-16", "UTF-16"),
        ("utf-16-le", "UTF-16"),
        ("utf-16-be", "UTF-16"),
        ("cp1252", "Windows-1252"),
    ],
)
def test_every_encoding_is_found_and_named(encoding: str, told: str) -> None:
    content = "Woche;Aktivierungsrate für Käufer\n2026-06-01;42,5 %\n2026-06-08;41,0 %\n"
    reading = read(content.encode(encoding))
    assert reading.question is not None
    assert reading.question.values == (42.5, 41.0)
    assert reading.question.metric == "Aktivierungsrate für Käufer"
    assert told in reading.statement[0]


def test_latin_1_is_read_where_windows_1252_has_no_character() -> None:
    reading = read(b"week,caf\xe9 visits \x81\n2026-06-01,42\n2026-06-08,41\n")
    assert reading.question is not None
    assert "café visits" in reading.question.metric
    assert "Latin-1" in reading.statement[0]


def test_a_chosen_encoding_that_does_not_fit_is_refused_with_its_place() -> None:
    reading = read("week,caf\xe9\n2026-06-01,42\n".encode("cp1252"), encoding="utf-8")
    assert sentence(reading) == (
        "The file is not in UTF-8: byte 9 does not fit. Choose another encoding, or save the file "
        "as CSV in UTF-8."
    )


def test_decimal_commas_and_thousands_are_settled_by_the_column() -> None:
    rows = "Datum;Umsatz\n07.09.2026;1.234,5 €\n14.09.2026;2.234,0 €\n21.09.2026;1.134,5 €\n"
    reading = read(rows)
    assert reading.question is not None
    assert reading.question.values == (1234.5, 2234.0, 1134.5)
    assert (reading.question.unit, reading.question.kind) == ("EUR", MetricKind.MONEY)
    assert "decimal comma" in reading.statement[0]


def test_thousands_separators_with_a_decimal_point() -> None:
    reading = read(
        'week,revenue (USD)\n2026-09-07,"1,234.5"\n2026-09-14,"12,234"\n2026-09-21,900\n'
    )
    assert reading.question is not None
    assert reading.question.values == (1234.5, 12234.0, 900.0)


def test_an_open_thousand_follows_the_separator_and_can_be_corrected() -> None:
    rows = "date;sign-ups\n2026-09-07;1.200\n2026-09-14;1.100\n2026-09-21;1.300\n"
    first = read(rows)
    assert first.question is not None
    assert first.question.values == (1200, 1100, 1300)
    assert any("1.200 were read as 1200" in note for note in first.question.assumptions)
    second = read(rows, decimal=".")
    assert second.question is not None
    assert second.question.values == (1.2, 1.1, 1.3)


@pytest.mark.parametrize(
    "written",
    [
        ("7 Sep 2026", "14 Sep 2026", "21 Sep 2026"),
        ("7. September 2026", "14. September 2026", "21. September 2026"),
        ("7 septembre 2026", "14 septembre 2026", "21 septembre 2026"),
        ("7 de septiembre de 2026", "14 de septiembre de 2026", "21 de septiembre de 2026"),
        ("September 7, 2026", "September 14, 2026", "September 21, 2026"),
        ("07/09/2026", "14/09/2026", "21/09/2026"),
        ("09/07/2026", "09/14/2026", "09/21/2026"),
        ("07.09.2026", "14.09.2026", "21.09.2026"),
        ("2026-09-07T00:00:00Z", "2026-09-14T00:00:00Z", "2026-09-21T00:00:00Z"),
        ("20260907", "20260914", "20260921"),
        ("2026-W37", "2026-W38", "2026-W39"),
        ("46272", "46279", "46286"),
    ],
)
def test_dates_in_common_forms(written: tuple[str, ...]) -> None:
    rows = "".join(f"{day}\t{value}\n" for day, value in zip(written, VALUES, strict=False))
    reading = read("week\tactivation (%)\n" + rows)
    assert reading.question is not None, reading.problems
    assert reading.question.dates == (date(2026, 9, 7), date(2026, 9, 14), date(2026, 9, 21))
    assert reading.question.period is Period.WEEK
    assert f"written like {written[0]}"[:30] in reading.statement[1]


def test_dates_that_may_be_either_are_asked_about_and_settled() -> None:
    rows = "date,NPS\n03/04/2026,5\n03/05/2026,6\n03/06/2026,7\n"
    asked = read(rows)
    assert "can be read day first or month first" in sentence(asked)
    assert asked.problems[0].field == "date_order"
    monthly = read(rows, date_order="day")
    daily = read(rows, date_order="month")
    assert monthly.question is not None
    assert daily.question is not None
    assert monthly.question.period is Period.MONTH
    assert daily.question.dates is not None
    assert daily.question.dates[0] == date(2026, 3, 4)


def test_months_and_quarters() -> None:
    monthly = read("month,NPS\nJan 2026,5\nFeb 2026,6\nMar 2026,7\n")
    quarterly = read("quarter,NPS\nQ1 2026,5\nQ2 2026,6\nQ3 2026,7\n")
    assert monthly.question is not None
    assert quarterly.question is not None
    assert monthly.question.period is Period.MONTH
    assert quarterly.question.period is Period.QUARTER


def test_rows_that_are_no_values_are_counted_with_the_reason() -> None:
    reading = read(
        "Weekly report,\n,\nweek,sign-ups\n2026-09-07,100\n2026-09-14,90\n2026-09-21,80\n"
        "Total,270\nsource: warehouse,\n"
    )
    assert reading.question is not None
    assert reading.question.values == (100, 90, 80)
    told = reading.statement[-1]
    assert told.startswith("3 rows used")
    assert "1 totals" in told
    assert "1 above the headings" in told
    assert "1 without a readable date" in told


def test_gaps_are_asked_about_and_mean_what_the_user_says() -> None:
    rows = "date,orders\n" + "".join(f"2026-09-{day:02},{day}\n" for day in (1, 2, 3, 6, 7, 8))
    asked = read(rows)
    assert asked.problems[0].code is ProblemCode.MISSING_DATES
    assert asked.problems[0].field == "gaps"
    zero, missing = read(rows, gaps="zero"), read(rows, gaps="missing")
    assert zero.question is not None
    assert missing.question is not None
    assert zero.question.values[2:6] == (3, 0, 0, 6)
    assert missing.question.values[2:6] == (3, None, None, 6)


def test_the_words_beside_a_file_become_question_and_changes() -> None:
    reading = read(
        "week,activation (%)\n" + "".join(f"{d},{v}\n" for d, v in zip(WEEKS, VALUES, strict=True)),
        text="Onboarding redesign on 14 September. Why is it falling?",
    )
    assert reading.question is not None
    assert reading.question.question == "Why is it falling?"
    assert [change.index for change in reading.question.changes] == [1]


def test_a_remark_column_becomes_a_change() -> None:
    reading = read(
        "week,sign-ups,notes\n2026-09-07,100,\n2026-09-14,90,pricing change\n2026-09-21,80,\n"
    )
    assert reading.question is not None
    assert [(c.what, c.index) for c in reading.question.changes] == [("pricing change", 1)]


def test_a_file_of_one_column_is_read_like_a_message() -> None:
    reading = read("Activation rate, weekly\n42%\n41%\n38%\n")
    assert reading.question is not None
    assert reading.question.values == (42, 41, 38)


def test_the_file_name_stands_in_for_a_metric_name() -> None:
    reading = read("2026-06-01,42\n2026-06-08,41\n", name="weekly_demos.csv")
    assert reading.question is not None
    assert reading.question.metric == "weekly demos"
