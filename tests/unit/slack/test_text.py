"""Text of any origin must never become a mention, a link or markup in Slack."""

import pytest

from bot.slack.text import escape, plain, unescape


@pytest.mark.parametrize(
    "attack",
    ["<!channel>", "<!here|here>", "<@U123>", "<#C1|general>", "<https://evil.example|click>"],
)
def test_slack_control_sequences_lose_their_angle_brackets(attack: str) -> None:
    shown = plain(f"rate fell {attack}")
    assert "<" not in shown
    assert ">" not in shown


def test_bare_links_are_removed() -> None:
    assert "evil.example" not in plain("see https://evil.example/path and www.evil.example")


def test_broadcast_words_are_broken_up() -> None:
    assert "@channel" not in plain("ask @channel now")


def test_markup_signs_are_dropped() -> None:
    assert plain("*bold* _it_ ~gone~ `code`") == "bold it gone code"


def test_an_underscore_within_a_name_stays() -> None:
    assert plain("_rate_marriage_ and __init__") == "rate_marriage and init"


def test_a_cut_does_not_leave_half_an_entity() -> None:
    shown = plain("&" * 50, limit=23)
    assert len(shown) <= 23
    assert shown.rstrip("…").endswith("&amp;")


def test_unescape_undoes_escape() -> None:
    assert unescape(escape("a < b & c > d")) == "a < b & c > d"
