"""A thread keeps its adapter; the canary gets its share and no more."""

from itertools import pairwise

import pytest

from bot.serving.routing import choose_adapter

THREADS = [f"T1:C{n % 7}:{1700000000 + n}.000{n % 10}" for n in range(4000)]


def canary_threads(percent: float, canary: str = "new-2") -> set[str]:
    return {
        thread
        for thread in THREADS
        if choose_adapter(thread, live="old-1", canary=canary, canary_percent=percent) == canary
    }


def test_without_any_adapter_the_base_answers() -> None:
    assert choose_adapter("thread", live=None) is None


def test_without_a_canary_the_live_adapter_answers() -> None:
    assert choose_adapter("thread", live="old-1", canary=None, canary_percent=50) == "old-1"


@pytest.mark.parametrize("percent", [1, 10, 25, 50])
def test_the_canary_gets_about_its_share(percent: float) -> None:
    share = 100 * len(canary_threads(percent)) / len(THREADS)
    # four standard errors of a share of 4,000 threads
    assert abs(share - percent) < 4 * (percent * (100 - percent) / len(THREADS)) ** 0.5


def test_none_and_all() -> None:
    assert canary_threads(0) == set()
    assert canary_threads(100) == set(THREADS)


def test_raising_the_share_takes_no_thread_back() -> None:
    shares = [canary_threads(percent) for percent in (1, 5, 20, 60)]
    assert all(smaller < larger for smaller, larger in pairwise(shares))


def test_the_choice_is_the_same_in_every_process() -> None:
    # Written down once: a change of the hash would move threads under way to another adapter.
    chosen = [
        choose_adapter(f"thread-{n}", live="old-1", canary="new-2", canary_percent=30)
        for n in range(8)
    ]
    new, old = "new-2", "old-1"
    assert chosen == [new, new, old, new, old, old, old, old]


def test_another_canary_draws_another_share() -> None:
    first, second = canary_threads(20), canary_threads(20, canary="new-3")
    assert len(first & second) < 0.5 * len(first)
