"""Ratings: the last action counts, in whatever order and however often it is delivered."""

import itertools
from typing import Any

import pytest
from sqlalchemy import Engine

from storage.corrections import list_corrections, record_correction, set_correction_state
from storage.database import reading, transaction
from storage.errors import NotFoundError
from storage.ratings import (
    Thumb,
    get_rating,
    list_rating_history,
    list_ratings,
    rate,
    summarise_ratings,
)

pytestmark = pytest.mark.integration

# What one person did, in the order they did it: (action_ts, payload key, what).
ACTIONS: list[tuple[str, str, dict[str, Any]]] = [
    ("999.9", "a", {"thumb": "up"}),
    ("1000.000001", "b", {"score": 5}),
    ("1000.000010", "c", {"score": 2, "reasons": ["action"], "comment": "too vague"}),
    ("1000.5", "d", {"thumb": "down"}),
]


def test_every_order_of_arrival_ends_the_same(engine: Engine, make_answer: Any) -> None:
    for number, order in enumerate(itertools.permutations(ACTIONS)):
        answer_id = make_answer(f"T1:C1:{number}")
        for action_ts, key, what in order:
            with transaction(engine) as session:
                rate(session, answer_id, "U1", action_ts, f"{number}-{key}", **what)
        with reading(engine) as session:
            rating = get_rating(session, answer_id, "U1")
        assert rating is not None
        assert (rating.score, rating.thumb, rating.action_ts) == (2, Thumb.DOWN, "1000.5")
        assert (rating.reasons, rating.comment) == (["action"], "too vague")


def test_each_action_delivered_four_times_is_kept_once(engine: Engine, make_answer: Any) -> None:
    answer_id = make_answer()
    for action_ts, key, what in [*ACTIONS * 2, *reversed(ACTIONS * 2)]:
        with transaction(engine) as session:
            rate(session, answer_id, "U1", action_ts, key, **what)
    with reading(engine) as session:
        history = list_rating_history(session, answer_id, "U1")
        assert [action.payload_key for action in history] == ["a", "b", "c", "d"]
        assert len(list_ratings(session, answer_id)) == 1


def test_clicks_at_the_same_moment_see_each_other(
    engine: Engine, make_answer: Any, race: Any
) -> None:
    for number in range(3):
        answer_id = make_answer(f"T1:C1:{number}")
        race(
            *[
                lambda s, n=click, a=answer_id: rate(
                    s, a, "U1", f"{n}.5", f"{a}-{n % 6}", score=n % 6
                )
                for click in range(6)
                for _ in range(2)
            ]
        )
        with reading(engine) as session:
            rating = get_rating(session, answer_id, "U1")
            assert rating is not None
            assert rating.score == 5
            assert len(list_rating_history(session, answer_id, "U1")) == 6


@pytest.mark.parametrize(
    ("what", "message"),
    [
        ({"score": 6}, "0 to 5"),
        ({"score": -1}, "0 to 5"),
        ({"thumb": "sideways"}, "sideways"),
        ({}, "needs a score"),
    ],
)
def test_what_is_no_rating_is_refused(
    engine: Engine, make_answer: Any, what: dict[str, Any], message: str
) -> None:
    answer_id = make_answer()
    with transaction(engine) as session:
        with pytest.raises(ValueError, match=message):
            rate(session, answer_id, "U1", "1.0", "k", **what)
        with pytest.raises(ValueError, match="yesterday"):
            rate(session, answer_id, "U1", "yesterday", "k", score=3)
    with reading(engine) as session:
        assert list_ratings(session, answer_id) == []


def test_ratings_add_up_by_adapter(engine: Engine, make_answer: Any) -> None:
    first, second = make_answer("k:1", adapter="v1"), make_answer("k:2", adapter="v1")
    base = make_answer("k:3")
    with transaction(engine) as session:
        rate(session, first, "U1", "1.0", "a", score=5, thumb="up")
        rate(session, first, "U2", "1.0", "b", score=2)
        rate(session, second, "U1", "1.0", "c", thumb="down")
        rate(session, base, "U1", "1.0", "d", score=1)
    with reading(engine) as session:
        summary = summarise_ratings(session, "v1")
        assert (summary.rated, summary.scored, summary.mean_score) == (3, 2, 3.5)
        assert (summary.thumbs_up, summary.thumbs_down) == (1, 1)
        assert summarise_ratings(session, None).mean_score == 1
        assert summarise_ratings(session, "v9").mean_score is None


def test_a_correction_is_kept_once_and_says_what_became_of_it(
    engine: Engine, make_answer: Any
) -> None:
    answer_id = make_answer()
    with transaction(engine) as session:
        first = record_correction(
            session, key="k", answer_id=answer_id, user_id="U1", sections={"analysis": "It fell."}
        )
        again = record_correction(session, key="k", answer_id=answer_id, user_id="U1", sections={})
        assert (again.id, again.sections) == (first.id, {"analysis": "It fell."})
        set_correction_state(session, first.id, "approved")
        assert [c.id for c in list_corrections(session, state="approved")] == [first.id]
        assert list_corrections(session, user_id="U2") == []
        with pytest.raises(NotFoundError, match="4711"):
            set_correction_state(session, 4711, "approved")
