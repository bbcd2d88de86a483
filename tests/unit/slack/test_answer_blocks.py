"""The finished message holds what was promised, within Slack's limits."""

import json

from bot.analysis.answer import AnswerSections
from bot.analysis.question import Period, Problem, ProblemCode
from bot.slack.blocks.answer import RUBRIC, AnswerView, answer_blocks, working_blocks
from bot.slack.blocks.ask_form import ask_form, read_form

VIEW = AnswerView(
    answer_id="a" * 32,
    title="Activation rate: worsening",
    sections=AnswerSections(
        analysis="Fell from 42 % to 31 %. <!channel>",
        recommended_action="The owner tests the old flow.",
        urgency="High. It falls.",
    ),
    claims=3,
    verified_claims=3,
    model_label="growth-analyst-v1",
    reference="abc",
    chart_file_id="F1",
    chart_alt_text="A line",
)


def test_the_three_parts_proof_chart_and_rating_are_there() -> None:
    text = json.dumps(answer_blocks(VIEW))
    for part in ("Analysis", "Recommended action", "Urgency", "3 of 3 numbers verified", "F1"):
        assert part in text
    assert all(f"{score}:{VIEW.answer_id}" in text for score in RUBRIC)


def test_text_of_the_answer_cannot_broadcast() -> None:
    assert "<!channel>" not in json.dumps(answer_blocks(VIEW))


def test_a_long_answer_stays_within_slack_limits() -> None:
    long = AnswerSections(analysis="x" * 9_000, recommended_action="y" * 9_000, urgency="High. z")
    blocks = answer_blocks(AnswerView(**{**VIEW.__dict__, "sections": long}))
    assert len(blocks) <= 50
    for block in blocks:
        if block["type"] == "section":
            assert len(block["text"]["text"]) <= 3_000


def test_the_working_message_shows_status_and_a_stop_button() -> None:
    text = json.dumps(working_blocks("Writing", VIEW.sections, "r1"))
    assert "Writing" in text
    assert "answer_stop" in text


def test_the_form_comes_back_filled_with_the_wrong_part_marked() -> None:
    problem = Problem(code=ProblemCode.MIXED_UNITS, message="0.42 stands beside 42 %.")
    form = ask_form({"values": "0.42, 42 %", "period": Period.MONTH.value}, [problem], channel="C1")
    values = next(b for b in form["blocks"] if b.get("block_id") == "values")
    assert values["element"]["initial_value"] == "0.42, 42 %"
    assert "check" in values["label"]["text"]
    assert "0.42 stands beside" in json.dumps(form)


def test_a_submitted_form_is_read_back_with_its_channel() -> None:
    view = {
        "private_metadata": json.dumps({"channel": "C1"}),
        "state": {
            "values": {
                "metric": {"metric": {"value": "Churn"}},
                "values": {"values": {"value": "1, 2, 3"}},
                "context": {"context": {"value": None}},
                "period": {"period": {"selected_option": {"value": "month"}}},
            }
        },
    }
    fields, channel = read_form(view)
    assert fields == {"metric": "Churn", "values": "1, 2, 3", "period": "month"}
    assert channel == "C1"
