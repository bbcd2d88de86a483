"""Properties of the file reader: whatever comes, a whole reading or a whole sentence."""

from datetime import date, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from bot.analysis.files.choices import (
    DATE_ORDERS,
    DECIMALS,
    ENCODINGS,
    GAPS,
    LAYOUTS,
    SEPARATORS,
    FileChoices,
)
from bot.analysis.files.correction import corrected, menus
from bot.analysis.files.reading import FileReading, read_table
from tests.unit.analysis.files.made import TODAY, book

CELLS = st.one_of(
    st.sampled_from(
        ["", "n/a", "42", "0,42", "1.234,5", "1,234.5", "42 %", "€ 12", "week", "UK", "DE", "date",
         "2026-09-07", "07/09/2026", "9/14/2026", "Q3 2026", "w37", "=1+1", "yes", "no", "Total",
         "\"", ";", "user_id", "converted", "1e9", "-", "(5)", "sept", "3 weeks ago", "46272"]
    ),
    st.text(max_size=12),
    st.floats(allow_nan=False, allow_infinity=False).map(str),
    st.dates().map(str),
)  # fmt: skip
ROWS = st.lists(st.lists(CELLS, max_size=6), max_size=14)
CHOICES = st.builds(
    FileChoices,
    separator=st.sampled_from(["", *SEPARATORS]),
    encoding=st.sampled_from(["", *ENCODINGS]),
    decimal=st.sampled_from(["", *DECIMALS]),
    date_order=st.sampled_from(["", *DATE_ORDERS]),
    layout=st.sampled_from(["", *LAYOUTS]),
    gaps=st.sampled_from(["", *GAPS]),
    repeats=st.sampled_from(["", "add"]),
    value_column=st.sampled_from(["", "42", "column 2", "UK"]),
    date_column=st.sampled_from(["", "week", "column 1"]),
)


def check(reading: FileReading) -> FileReading:
    """A reading holds exactly one of question, table and problems, and survives JSON."""
    found = [reading.question is not None, reading.row_level is not None, bool(reading.problems)]
    assert sum(found) == 1
    for problem in reading.problems:
        assert problem.message[0].isupper() or problem.message[0] in "“0123456789"
        assert problem.message.rstrip()[-1] in ".!?"
        assert "Traceback" not in problem.message
        assert "Error" not in problem.message.split("“")[0]
    if reading.question is not None:
        assert reading.statement
        question = reading.question
        assert question.dates is None or len(question.dates) == len(question.values)
        assert question.denominators is None or len(question.denominators) == len(question.values)
    if reading.row_level is not None:
        table = reading.row_level
        assert all(len(column.values) == table.row_count for column in table.columns)
    assert FileReading.model_validate_json(reading.model_dump_json()).chosen == reading.chosen
    for menu in menus(reading):
        assert menu.chosen in {"", *dict(menu.options)}
    return reading


@settings(max_examples=150, deadline=None)
@given(st.binary(max_size=400), CHOICES, st.text(max_size=30))
def test_any_bytes(content: bytes, choices: FileChoices, text: str) -> None:
    check(read_table(content, today=TODAY, name="f.csv", text=text, choices=choices))


@settings(max_examples=250, deadline=None)
@given(ROWS, st.sampled_from([",", ";", "\t", "|"]), CHOICES, st.text(max_size=30))
def test_any_cells(rows: list[list[str]], mark: str, choices: FileChoices, text: str) -> None:
    content = "\n".join(mark.join(row) for row in rows).encode("utf-8", "surrogatepass")
    check(read_table(content, today=TODAY, name="f.csv", text=text, choices=choices))


@settings(max_examples=100, deadline=None)
@given(ROWS, st.data())
def test_any_form_sent_back(rows: list[list[str]], data: st.DataObject) -> None:
    content = "\n".join(",".join(row) for row in rows).encode("utf-8", "surrogatepass")
    reading = check(read_table(content, today=TODAY, name="f.csv"))
    picked = {
        menu.name: data.draw(st.sampled_from([value for value, _ in menu.options]))
        for menu in menus(reading)
    }
    again = corrected(reading, FileChoices(), picked)
    check(read_table(content, today=TODAY, name="f.csv", choices=again))


@settings(max_examples=40, deadline=None)
@given(
    st.lists(
        st.lists(
            st.one_of(
                st.none(), st.integers(), st.floats(allow_nan=False, allow_infinity=False),
                st.booleans(), st.dates(min_value=date(1950, 1, 1)),
                st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cs"]), max_size=9),
            ),
            max_size=5,
        ),
        min_size=1, max_size=8,
    )
)  # fmt: skip
def test_any_workbook(rows: list[list[object]]) -> None:
    check(read_table(book(rows), today=TODAY, name="f.xlsx"))


@settings(max_examples=60, deadline=None)
@given(
    st.lists(st.integers(0, 10**7).map(lambda n: n / 100), min_size=3, max_size=40),
    st.sampled_from([(",", "."), (";", ","), ("tab", "."), ("|", ",")]),
    st.sampled_from(["utf-8", "utf-8-sig", "utf-16", "cp1252"]),
    st.sampled_from(["%Y-%m-%d", "%d.%m.%Y", "%d %B %Y"]),
)
def test_what_was_written_is_what_is_read(
    values: list[float], style: tuple[str, str], encoding: str, form: str
) -> None:
    separator, decimal = style
    mark = "\t" if separator == "tab" else separator
    days = [date(2025, 1, 6) + timedelta(weeks=i) for i in range(len(values))]
    rows = [f"Woche{mark}Umsatz (EUR)"]
    for day, value in zip(days, values, strict=True):
        rows.append(f"{day.strftime(form)}{mark}{f'{value:.2f}'.replace('.', decimal)}")
    content = "\r\n".join(rows).encode(encoding)
    reading = check(read_table(content, today=TODAY, name="umsatz.csv"))
    assert reading.question is not None, reading.problems
    assert reading.question.values == tuple(values)
    assert reading.question.dates == tuple(days)
    assert reading.question.unit == "EUR"
