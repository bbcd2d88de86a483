"""The proposal's message: within Slack's limits at its longest, no buttons after a decision."""

import json
from dataclasses import replace

from slack_sdk.models.blocks import Block

from bot.slack.blocks.proposal import GateLine, ProposalView, proposal_blocks

LONGEST = ProposalView(
    adapter="growth-analyst-v12-1a2b3c4d",
    conclusion="No blocking gate failed. <!channel> & more " * 40,
    data="12 corrections, 30 ratings " * 60,
    table=[("measure " * 3, "91.0 % (88 to 93)", "<live>")] * 80,
    gates=[GateLine(f"gate_{n}", "pass", "words & figures " * 30, n % 2 == 0) for n in range(40)],
    regressions=[f"case-{n:04}" for n in range(300)],
    report="data/evaluations/7/report.html",
    sha256="0" * 64,
    expires="3 Jun 2026",
    canary_percent=10,
)


def test_the_longest_message_is_one_slack_takes() -> None:
    blocks = proposal_blocks(LONGEST)
    assert len(blocks) <= 50
    for block in Block.parse_all(blocks):
        block.validate_json()
    texts = [block["text"]["text"] for block in blocks if block["type"] == "section"]
    assert max(len(text) for text in texts) <= 3_000
    assert sum(len(text) for text in texts) <= 13_000


def test_nothing_in_it_calls_a_channel_or_breaks_out_of_the_table() -> None:
    text = json.dumps(proposal_blocks(replace(LONGEST, table=[("```", "<!here>")])))
    assert "<!" not in text
    assert text.count("```") == 2


def test_buttons_carry_the_adapter_and_go_after_a_decision() -> None:
    actions = [b for b in proposal_blocks(LONGEST) if b["type"] == "actions"]
    assert [e["value"] for e in actions[0]["elements"]] == [LONGEST.adapter] * 3
    decided = proposal_blocks(replace(LONGEST, decision="*Approved* by <@U1>, 3 Jun 14:02 UTC."))
    assert "actions" not in [b["type"] for b in decided]
    assert "<@U1>" in json.dumps(decided)


def test_the_number_is_what_people_type() -> None:
    assert LONGEST.number == "12"
