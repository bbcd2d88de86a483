"""XLSX: sheets, merged cells, stored results of formulas, serial dates, hidden rows, links."""

from datetime import date

from openpyxl import Workbook

from tests.unit.analysis.files.made import book, read, rewritten, sentence

HEAD = ("week", "activation")
ROWS = [
    HEAD,
    (date(2026, 9, 7), 0.42),
    (date(2026, 9, 14), 0.41),
    (date(2026, 9, 21), 0.38),
]
NOTES = [("About this file",), ("made by finance",)]
SHEET_1 = "xl/worksheets/sheet1.xml"


def test_dates_and_percentages_are_read_as_excel_shows_them() -> None:
    def as_percent(workbook: Workbook) -> None:
        for row in range(2, 5):
            workbook.worksheets[0].cell(row, 2).number_format = "0.0%"

    reading = read(book(ROWS, change=as_percent), name="growth.xlsx")
    assert reading.question is not None, reading.problems
    assert reading.question.values == (42, 41, 38)
    assert reading.question.unit == "%"
    assert reading.question.dates == (date(2026, 9, 7), date(2026, 9, 14), date(2026, 9, 21))
    assert reading.statement[0] == "“growth.xlsx”: sheet “Sheet 1”."


def test_serial_days_without_a_date_format_are_dates() -> None:
    reading = read(book([HEAD, (46272, 42), (46279, 41), (46286, 38)]))
    assert reading.question is not None
    assert reading.question.dates == (date(2026, 9, 7), date(2026, 9, 14), date(2026, 9, 21))


def test_the_first_sheet_with_a_table_is_read_and_another_can_be_chosen() -> None:
    other = [HEAD, *[(day, value * 2) for day, value in ROWS[1:]]]
    content = book(NOTES, ROWS, other)
    first = read(content)
    assert first.question is not None
    assert first.chosen.sheet == "Sheet 2"
    assert any("Sheet “Sheet 2” was read" in note for note in first.question.assumptions)
    assert first.options.sheets == ("Sheet 1", "Sheet 2", "Sheet 3")
    chosen = read(content, sheet="sheet 3")
    named = read(content, "what about Sheet 3?")
    assert chosen.question is not None
    assert named.question is not None
    assert chosen.question.values == named.question.values == (0.84, 0.82, 0.76)
    assert sentence(read(content, sheet="Q3")) == (
        "There is no sheet “Q3”. The workbook has “Sheet 1”, “Sheet 2” and “Sheet 3”."
    )


def test_hidden_sheets_are_left_alone_unless_chosen() -> None:
    def hide(workbook: Workbook) -> None:
        workbook.worksheets[0].sheet_state = "hidden"

    content = book([HEAD, ("2026-01-01", 1), ("2026-02-01", 2)], ROWS, change=hide)
    assert read(content).chosen.sheet == "Sheet 2"
    assert read(content, sheet="Sheet 1").chosen.sheet == "Sheet 1"


def test_merged_headings_and_merged_segments() -> None:
    def merge(workbook: Workbook) -> None:
        sheet = workbook.worksheets[0]
        sheet.merge_cells("B1:C1")
        sheet.merge_cells("D1:E1")

    rows = [
        ("", "UK", "", "DE", ""),
        ("week", "sign-ups", "orders", "sign-ups", "orders"),
        ("2026-09-07", 10, 1, 20, 2),
        ("2026-09-14", 11, 2, 21, 3),
        ("2026-09-21", 12, 3, 22, 4),
    ]
    reading = read(book(rows, change=merge), "orders in DE?")
    assert reading.question is not None, reading.problems
    assert reading.question.values == (2, 3, 4)
    assert reading.options.value_columns == (
        "UK · sign-ups", "UK · orders", "DE · sign-ups", "DE · orders",
    )  # fmt: skip


def test_merged_cells_down_a_column_hold_for_every_row() -> None:
    rows = [("market", "week", "sign-ups")]
    for market in ("UK", "DE"):
        for i, day in enumerate(("2026-09-07", "2026-09-14", "2026-09-21")):
            rows.append(
                (market if i == 0 else "", day, f"{i + 1}" if market == "UK" else f"{i + 7}")
            )

    def merge(workbook: Workbook) -> None:
        workbook.worksheets[0].merge_cells("A2:A4")
        workbook.worksheets[0].merge_cells("A5:A7")

    reading = read(book(rows, change=merge), "sign-ups in DE?")
    assert reading.question is not None, reading.problems
    assert reading.question.values == (7, 8, 9)
    assert any("Merged cells" in note for note in reading.question.assumptions)


def test_a_formula_without_a_stored_result_is_refused_with_its_row() -> None:
    rows = [*ROWS[:3], (date(2026, 9, 21), "=B3*0.9")]
    assert sentence(read(book(rows))) == (
        "Row 4 of column “activation” holds a formula without a stored result (“=B3*0.9”). "
        "Formulas are never run here: replace it with its value, or open and save the file in a "
        "spreadsheet program first."
    )


def test_the_stored_result_of_a_formula_is_used() -> None:
    rows = [*ROWS[:3], (date(2026, 9, 21), "=B3*0.9")]

    def with_result(xml: bytes) -> bytes:
        assert b"<v></v>" in xml or b"<v />" in xml or b"<v/>" in xml, xml[-400:]
        for empty in (b"<v></v>", b"<v />", b"<v/>"):
            xml = xml.replace(empty, b"<v>0.369</v>")
        return xml

    reading = read(rewritten(book(rows), SHEET_1, with_result))
    assert reading.question is not None, reading.problems
    assert reading.question.values[-1] == 0.369


def test_hidden_rows_are_left_out_and_said_or_read_when_chosen() -> None:
    def hide(workbook: Workbook) -> None:
        workbook.worksheets[0].row_dimensions[4].hidden = True

    content = book([*ROWS, (date(2026, 9, 28), 0.37)], change=hide)
    gap = read(content, gaps="missing")
    assert gap.question is not None
    assert gap.question.values == (0.42, 0.41, None, 0.37)
    assert "1 hidden" in gap.statement[-1]
    assert gap.options.has_hidden
    every = read(content, hidden="include")
    assert every.question is not None
    assert every.question.values == (0.42, 0.41, 0.38, 0.37)


def test_links_to_other_files_are_not_followed_and_said() -> None:
    content = rewritten(
        book(ROWS), "xl/externalLinks/externalLink1.xml",
        lambda _: b'<externalLink xmlns="x"><externalBook r:id="rId1" xmlns:r="r"/></externalLink>',
    )  # fmt: skip
    reading = read(content)
    assert reading.question is not None
    assert any("Links to other files were not followed" in n for n in reading.question.assumptions)


def test_errors_of_formulas_are_missing_values() -> None:
    reading = read(book([*ROWS[:3], (date(2026, 9, 21), "#DIV/0!")]))
    assert reading.question is not None
    assert reading.question.values == (0.42, 0.41, None)


def test_periods_across_the_top_as_real_dates() -> None:
    head = ("metric", date(2026, 1, 1), date(2026, 2, 1), date(2026, 3, 1))
    reading = read(book([head, ("NPS", 30, 31, 28), ("Tickets", 5, 6, 9)]), "NPS?")
    assert reading.question is not None, reading.problems
    assert reading.question.values == (30, 31, 28)


def test_numbers_typed_as_text_with_a_decimal_comma() -> None:
    rows = [("Woche", "Umsatz"), ("07.09.2026", "1.234,5 €"), ("14.09.2026", "1.100,0 €")]
    reading = read(book([*rows, ("21.09.2026", "900,5 €")]))
    assert reading.question is not None, reading.problems
    assert reading.question.values == (1234.5, 1100.0, 900.5)


def test_true_numbers_with_three_decimals_stay_what_they_are() -> None:
    reading = read(book([HEAD, ("2026-09-07", 1.234), ("2026-09-14", 2.345), ("2026-09-21", 3)]))
    assert reading.question is not None, reading.problems
    assert reading.question.values == (1.234, 2.345, 3)
