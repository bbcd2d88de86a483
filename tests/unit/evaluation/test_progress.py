"""Progress lines: not too many, no guess before there is a pace, stored answers told apart."""

import pytest

from deploy.commands.progress import ProgressTeller, describe_left


def test_time_left_is_told_from_the_pace_of_this_run(capsys: pytest.CaptureFixture[str]) -> None:
    moments = iter([0.0, *(float(second) for second in range(1, 200))])
    tell = ProgressTeller("answers", clock=lambda: next(moments))
    for done in range(101, 201):
        tell(done, 200)
    said = capsys.readouterr().err.splitlines()
    assert said[0] == "100 of 200 answers were stored before"
    assert said[1] == "101 of 200 answers"
    assert "left" not in said[2]
    assert any(line.endswith("about 50 s left at this pace") for line in said)
    assert said[-1] == "200 of 200 answers"
    assert len(said) <= 12


def test_left_in_words() -> None:
    assert describe_left(0) == ""
    assert "10 s" in describe_left(3)
    assert "12 min" in describe_left(700)
