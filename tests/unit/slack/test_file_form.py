"""The blocks that say how a file was read, and the form that corrects it."""

import json
from typing import Any

from bot.slack.blocks.file_form import (
    FileAction,
    file_form,
    file_problem_blocks,
    read_file_form,
    read_pick,
    reading_blocks,
)
from tests.unit.analysis.files.made import read

LONG = "month,market,sign-ups\n" + "".join(
    f"2026-0{i},{market},{i}\n" for i in (1, 2, 3) for market in ("UK", "<!channel>")
)


def _text(blocks: Any) -> str:
    return json.dumps(blocks, ensure_ascii=False)


def test_the_reading_is_stated_with_a_button_that_names_the_request() -> None:
    blocks = reading_blocks(read(LONG, "UK?"), "request-1")
    assert "separated by comma, UTF-8, decimal point" in _text(blocks)
    button = blocks[-1]["elements"][0]
    assert (button["action_id"], button["value"]) == (FileAction.READ_DIFFERENTLY, "request-1")


def test_a_problem_names_it_and_what_was_understood() -> None:
    blocks = file_problem_blocks(read(LONG, name="a*b.csv"), "request-1")
    told = _text(blocks)
    assert "The file holds several segments" in told
    assert "So far:" in told
    assert "<!channel>" not in told


def test_a_few_meanings_can_be_picked_with_one_click() -> None:
    blocks = file_problem_blocks(read(LONG), "request-1")
    picks = blocks[-1]["elements"][:-1]
    assert [pick["text"]["text"] for pick in picks] == [
        "all of them, added up",
        "UK",
        "!channel",
    ]
    assert len({pick["action_id"] for pick in picks}) == 3
    assert read_pick(picks[1]["value"]) == ("request-1", {"segment_0": "0"})
    plans = "week,market,plan,signups,activated\n" + "".join(
        f"2026-09-{day:02},{market},{plan},90,{30 + day}\n"
        for day in (7, 14, 21)
        for market in ("UK", "DE")
        for plan in ("pro", "free")
    )
    blocks = file_problem_blocks(read(plans, "compare the segments"), "request-1")
    told = [pick["text"]["text"] for pick in blocks[-1]["elements"]]
    assert told == ["Compare by market", "Compare by plan", "Read it differently"]
    twice = file_problem_blocks(read(LONG + LONG.split("\n", 1)[1], "UK"), "request-1")
    pick = twice[-1]["elements"][0]
    assert pick["text"]["text"] == "Rows with the same date are: added up"
    markets = ("UK", "DE", "FR", "ES", "IT", "PT")
    many = "month,market,sign-ups\n" + "".join(
        f"2026-0{i},{market},{i}\n" for i in (1, 2, 3) for market in markets
    )
    assert len(file_problem_blocks(read(many), "request-1")[-1]["elements"]) == 1


def test_a_file_beyond_help_has_no_form() -> None:
    blocks = file_problem_blocks(read(b"%PDF-1.7"), "request-1")
    assert [block["type"] for block in blocks] == ["section"]


def test_the_form_is_filled_and_marks_what_is_missing() -> None:
    view = file_form(read(LONG), "request-1")
    inputs = {block["block_id"]: block for block in view["blocks"] if block["type"] == "input"}
    assert inputs["segment_0"]["label"]["text"] == "Segment: market (please choose)"
    assert "initial_option" not in inputs["segment_0"]["element"]
    assert inputs["separator"]["element"]["initial_option"]["value"] == ","
    for block in inputs.values():
        for option in block["element"]["options"]:
            assert 0 < len(option["text"]["text"]) <= 75
            assert 0 < len(option["value"]) <= 75
        assert 0 < len(block["element"]["options"]) <= 100


def test_long_names_and_many_levels_fit_slacks_limits() -> None:
    rows = "date,market,sign-ups\n" + "".join(
        f"2026-01-{day:02},{'x' * 90}{i},{i}\n" for i in range(300) for day in (1, 2, 3)
    )
    view = file_form(read(rows), "request-1")
    options = [
        option
        for block in view["blocks"]
        if block["type"] == "input"
        for option in block["element"]["options"]
    ]
    assert max(len(option["text"]["text"]) for option in options) <= 75
    assert all(
        len(block["element"]["options"]) <= 100
        for block in view["blocks"]
        if block["type"] == "input"
    )


def test_what_was_chosen_comes_back() -> None:
    view = file_form(read(LONG), "request-1")
    view["state"] = {
        "values": {
            "segment_0": {"choice": {"selected_option": {"value": "0"}}},
            "separator": {"choice": {"selected_option": {"value": ","}}},
            "gaps": {"choice": {"selected_option": None}},
        }
    }
    assert read_file_form(view) == ("request-1", {"segment_0": "0", "separator": ","})
