"""The menus of a reading, and what a form's answer changes."""

from bot.analysis.files.choices import FileChoices
from bot.analysis.files.correction import can_correct, corrected, menus
from bot.analysis.files.export import safe_cell, write_csv
from tests.unit.analysis.files.made import book, read

LONG = "month,market,sign-ups,orders\n" + "".join(
    f"2026-0{i},{market},{i},{i * 2}\n" for i in (1, 2, 3, 4) for market in ("UK", "DE")
)


def test_menus_are_filled_with_what_was_done() -> None:
    found = {menu.name: menu for menu in menus(read(LONG, "orders in DE?"))}
    assert found["separator"].chosen == ","
    assert found["encoding"].chosen == "utf-8"
    assert found["decimal"].chosen == "."
    assert found["layout"].chosen == "series"
    assert found["period"].chosen == "month"
    assert dict(found["value_column"].options)[found["value_column"].chosen] == "orders"
    assert dict(found["segment_0"].options)[found["segment_0"].chosen] == "DE"
    assert found["segment_0"].label == "Segment: market"


def test_only_what_differs_becomes_a_choice() -> None:
    reading = read(LONG, "orders in DE?")
    same = {menu.name: menu.chosen for menu in menus(reading)}
    assert corrected(reading, FileChoices(), same) == FileChoices()
    uk = next(value for value, words in _menu(reading, "segment_0") if words == "UK")
    choices = corrected(reading, FileChoices(), same | {"segment_0": uk})
    assert choices == FileChoices(segments=(("market", "UK"),))
    again = read(LONG, "orders in DE?", **choices.model_dump())
    assert again.question is not None
    assert "market: UK" in again.question.context


def test_another_separator_forgets_the_columns_chosen_under_the_old_one() -> None:
    reading = read(LONG, "orders in DE?")
    wanted = FileChoices(value_column="orders", segments=(("market", "DE"),))
    changed = corrected(reading, wanted, {"separator": ";"})
    assert changed == FileChoices(separator=";")


def test_values_that_no_menu_offers_change_nothing() -> None:
    reading = read(LONG, "orders in DE?")
    picked = {"separator": "x", "segment_0": "99", "value_column": "-1", "sheet": "0"}
    assert corrected(reading, FileChoices(), picked) == FileChoices()


def test_adding_up_is_offered_where_it_means_something() -> None:
    assert ("*", "all of them, added up") in _menu(read(LONG, "orders?"), "segment_0")
    rates = LONG.replace("orders", "activation rate")
    assert "*" not in dict(_menu(read(rates, "activation rate?"), "segment_0"))


def test_a_workbook_offers_sheets_and_hidden_rows_instead_of_separators() -> None:
    rows = [("week", "x"), ("2026-09-07", 1), ("2026-09-14", 2), ("2026-09-21", 3)]
    names = {menu.name for menu in menus(read(book(rows, rows)))}
    assert "sheet" in names
    assert not names & {"separator", "encoding"}


def test_a_file_that_was_not_understood_at_all_offers_nothing() -> None:
    assert not can_correct(read(b"%PDF-1.7"))
    assert can_correct(read(LONG))


def _menu(reading: object, name: str) -> tuple[tuple[str, str], ...]:
    return next(menu.options for menu in menus(reading) if menu.name == name)  # type: ignore[arg-type]


def test_exported_text_cannot_become_a_formula() -> None:
    for text in ("=1+1", "+1", "-1", "@SUM(1)", "\t=1", "\r=1"):
        assert safe_cell(text) == f"'{text}"
    for harmless in ("plain", -5, 1.5, None, True, " =1", ""):
        assert safe_cell(harmless) == harmless
    written = write_csv(["=name", "n"], [["@x", -1.5], [None, 2]])
    assert written == "'=name,n\r\n'@x,-1.5\r\n,2\r\n"
