"""Rows of people with an outcome: recognised, typed, proposed; and series that are not mistaken."""

import json
from datetime import date, timedelta

import pytest
import statsmodels.datasets

from bot.analysis.files.correction import menus
from bot.analysis.files.row_level import ColumnKind, RowLevelTable
from tests.unit.analysis.files.made import read, sentence

USERS = "user_id,signed_up,plan,days_active,revenue,country,converted\n" + "".join(
    f"u{i},{date(2026, 5, 1) + timedelta(days=i % 60)},{'pro' if i % 3 else 'basic'},{i % 17},"
    f"{i * 1.5 if i % 5 else ''},{('UK', 'DE', 'FR')[i % 3]},{'yes' if i % 2 else 'no'}\n"
    for i in range(80)
)


def test_users_with_an_outcome_become_a_typed_table() -> None:
    reading = read(USERS)
    table = reading.row_level
    assert table is not None, reading.problems
    assert table.outcome == "converted"
    assert table.row_count == 80
    kinds = {column.name: column.kind for column in table.columns}
    assert kinds == {
        "signed_up": ColumnKind.DATE,
        "plan": ColumnKind.CATEGORICAL,
        "days_active": ColumnKind.NUMERIC,
        "revenue": ColumnKind.NUMERIC,
        "country": ColumnKind.CATEGORICAL,
        "converted": ColumnKind.BINARY,
    }
    assert table.left_out == (("user_id", "tells rows apart, describes nothing"),)
    outcome = table.column("converted")
    assert outcome.values[:3] == (False, True, False)
    assert (outcome.positive_label, outcome.negative_label) == ("yes", "no")
    assert table.column("signed_up").values[1] == date(2026, 5, 2)
    assert table.column("revenue").values[:2] == (None, 1.5)
    assert table.column("revenue").missing == 16
    assert "Outcome: “converted” (yes is “yes”)." in reading.statement


def test_a_table_survives_json() -> None:
    table = read(USERS).row_level
    assert table is not None
    assert RowLevelTable.from_json(json.loads(json.dumps(table.to_json()))) == table


def test_the_outcome_can_be_chosen_or_asked_about() -> None:
    chosen = read(USERS, value_column="revenue")
    asked = read(USERS, "what drives days_active?")
    assert chosen.row_level is not None
    assert asked.row_level is not None
    assert chosen.row_level.outcome == "revenue"
    assert asked.row_level.outcome == "days_active"
    offered = {menu.name: [words for _, words in menu.options] for menu in menus(chosen)}
    assert offered["value_column"] == ["days_active", "revenue", "converted"]


def _csv(frame: object) -> str:
    return str(frame.to_csv(index=False))  # type: ignore[attr-defined]


def test_the_spector_data_of_statsmodels() -> None:
    reading = read(_csv(statsmodels.datasets.spector.load_pandas().data))
    table = reading.row_level
    assert table is not None, reading.problems
    assert table.outcome == "GRADE"
    assert table.row_count == 32
    assert table.column("GRADE").kind is ColumnKind.BINARY
    assert table.column("PSI").kind is ColumnKind.BINARY
    assert table.column("GPA").kind is ColumnKind.NUMERIC
    assert sum(value is True for value in table.column("GRADE").values) == 11


def test_the_fair_data_of_statsmodels_when_asked_what_drives_it() -> None:
    reading = read(_csv(statsmodels.datasets.fair.load_pandas().data), "What drives affairs?")
    table = reading.row_level
    assert table is not None, reading.problems
    assert table.outcome == "affairs"
    assert table.row_count == 6366
    assert {column.kind for column in table.columns} == {ColumnKind.NUMERIC}


@pytest.mark.parametrize(
    "rows",
    [
        "week,sign-ups\n" + "".join(f"2026-{m:02}-01,{m * 9}\n" for m in range(1, 13)) * 1,
        "date,orders,holiday\n" + "".join(
            f"{date(2026, 6, 1) + timedelta(days=i)},{i % 9},{int(i % 7 == 0)}\n" for i in range(40)
        ),
        "date,market,sign-ups\n" + "".join(
            f"{date(2026, 6, 1) + timedelta(days=i // 2)},{('UK', 'DE')[i % 2]},{i}\n"
            for i in range(60)
        ),
    ],
)  # fmt: skip
def test_periods_are_not_taken_for_people(rows: str) -> None:
    assert read(rows).row_level is None


def test_the_user_may_overrule_either_way() -> None:
    people = read(USERS, layout="series")
    assert people.row_level is None
    rows = "date,orders,promoted\n" + "".join(
        f"{date(2026, 6, 1) + timedelta(days=i)},{i % 9},{('no', 'yes')[i % 2]}\n"
        for i in range(40)
    )
    table = read(rows, layout="rows").row_level
    assert table is not None
    assert table.outcome == "promoted"


def test_rows_without_anything_to_compare_are_refused() -> None:
    rows = "user_id,converted\n" + "".join(f"u{i},{i % 2}\n" for i in range(40))
    assert "The rows hold nothing to compare" in sentence(read(rows, layout="rows"))


def test_a_number_too_large_to_compute_with_is_refused() -> None:
    told = sentence(read(USERS.replace("u16,", "u16,").replace(",16,", ",1e999,")))
    assert "“1e999” in column “days_active” is no number" in told
