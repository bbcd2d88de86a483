"""The watch over ratings, simulated: false alarms under continuous looking, time to an alarm.

Somebody looks after every rating. Nothing fell: how many of these histories ever raise an alarm.
Something fell: after how many ratings of the new adapter the alarm comes. Both designs are
measured, the canary beside what is live and the new live adapter after the one before. The bets are
those of `scheduler.evidence`; that these arrays compute what it computes is tested.

    python -m deploy.bench.watch_alarms [--histories N]
"""

import argparse
import sys
from collections.abc import Callable, Sequence
from functools import partial

import numpy as np
import numpy.typing as npt

from deploy.bench.table import Row, report
from scheduler.evidence import BETS
from scheduler.settings import WatchSettings

ALPHA = WatchSettings().false_alarm_rate
LOOKS = 500  # ratings of the new adapter, a look after each
OLD_PER_NEW = 9  # beside a canary of 10 %
BASELINES = (100, 400)  # ratings that the adapter before had earned
HALVINGS = 20  # of [0, 1] for the lower bound
# Shares of scores 0..5 with means 4.2 and 3.4: a drop of 0.8 points; and thumbs up, 20 % fewer.
GOOD_SCORES = (0.01, 0.02, 0.05, 0.12, 0.26, 0.54)
WORSE_SCORES = (0.04, 0.08, 0.12, 0.20, 0.26, 0.30)
GOOD_THUMBS, WORSE_THUMBS = 0.8, 0.64

Floats = npt.NDArray[np.float64]
Alarms = Callable[..., Floats]
"""(generator, histories, scores_fell, thumbs_fell) -> the look of each history's first alarm."""


def e_values(differences: Floats) -> Floats:
    """The e-value after each difference; (histories, looks) in, the same shape out."""
    total = np.zeros_like(differences)
    for bet in BETS:
        total += np.exp(np.minimum(np.cumsum(np.log1p(bet * differences), axis=1), 700.0))
    return total / len(BETS)


def lower_bounds(values: Floats, error_rate: float) -> Floats:
    """Lower bounds on the means of (histories, n) values in [0, 1]."""
    low, high = np.zeros(len(values)), np.ones(len(values))
    for _ in range(HALVINGS):
        middle = (low + high) / 2
        refuted = e_values(values - middle[:, None])[:, -1] >= 1 / error_rate
        low, high = np.where(refuted, middle, low), np.where(refuted, high, middle)
    return low


def draw_scores(rng: np.random.Generator, shares: tuple[float, ...], *shape: int) -> Floats:
    """Scores on the 0-1 scale."""
    return rng.choice(len(shares), p=shares, size=shape) / (len(shares) - 1)


def draw_thumbs(rng: np.random.Generator, share: float, *shape: int) -> Floats:
    """1 for thumbs up, 0 for down."""
    return (rng.random(shape) < share).astype(float)


def first_alarms(e: Floats, threshold: float) -> Floats:
    """The look of the first alarm in each history; infinite where none came."""
    alarmed = e >= threshold
    return np.where(alarmed.any(axis=1), alarmed.argmax(axis=1) + 1.0, np.inf)


def canary_alarms(
    rng: np.random.Generator, n: int, *, scores_fell: bool, thumbs_fell: bool
) -> Floats:
    """First alarms of a canary beside what is live, in n histories."""
    new_scores = WORSE_SCORES if scores_fell else GOOD_SCORES
    new_thumbs = WORSE_THUMBS if thumbs_fell else GOOD_THUMBS
    streams = [
        draw_scores(rng, GOOD_SCORES, n, LOOKS, OLD_PER_NEW).mean(axis=2)
        - draw_scores(rng, new_scores, n, LOOKS),
        draw_thumbs(rng, GOOD_THUMBS, n, LOOKS, OLD_PER_NEW).mean(axis=2)
        - draw_thumbs(rng, new_thumbs, n, LOOKS),
    ]
    return first_alarms(_average(streams), 1 / ALPHA)


def live_alarms(
    rng: np.random.Generator, n: int, *, scores_fell: bool, thumbs_fell: bool, baseline: int
) -> Floats:
    """First alarms of a new live adapter after the one before it, in n histories."""
    before = (
        draw_scores(rng, GOOD_SCORES, n, baseline),
        draw_thumbs(rng, GOOD_THUMBS, n, baseline),
    )
    now = (
        draw_scores(rng, WORSE_SCORES if scores_fell else GOOD_SCORES, n, LOOKS),
        draw_thumbs(rng, WORSE_THUMBS if thumbs_fell else GOOD_THUMBS, n, LOOKS),
    )
    streams = [
        lower_bounds(old, ALPHA / 4)[:, None] - new for old, new in zip(before, now, strict=True)
    ]
    return first_alarms(_average(streams), 2 / ALPHA)


def _average(streams: Sequence[Floats]) -> Floats:
    """The mean of the streams' e-values, which is an e-value again."""
    return np.asarray(np.mean([e_values(stream) for stream in streams], axis=0), dtype=np.float64)


def measure(histories: int, seed: int = 20260601) -> list[Row]:
    """Every figure of both designs."""
    rng = np.random.default_rng(seed)
    designs: list[tuple[str, Alarms]] = [("canary", canary_alarms)]
    designs += [
        (f"new live adapter after {n} ratings of the one before", partial(live_alarms, baseline=n))
        for n in BASELINES
    ]
    rows = []
    for design, alarms in designs:
        share = np.isfinite(alarms(rng, histories, scores_fell=False, thumbs_fell=False)).mean()
        how = f"of {histories} histories, looked at after each of {LOOKS} ratings"
        rows.append(Row(f"{design}: false alarms", 100 * float(share), "%", f"{ALPHA:.0%}", how))
        for what, scores_fell, thumbs_fell in (
            ("scores 4.2 to 3.4", True, False),
            ("thumbs up 80 % to 64 %", False, True),
            ("both", True, True),
        ):
            seen = alarms(rng, histories, scores_fell=scores_fell, thumbs_fell=thumbs_fell)
            found = 100 * float(np.isfinite(seen).mean())
            how = f"half after {_within(seen, 0.5)}, 9 in 10 after {_within(seen, 0.9)}"
            rows.append(Row(f"{design}: {what}, found", found, "%", "", how))
    return rows


def _within(seen: Floats, share: float) -> str:
    looks = float(np.quantile(seen, share, method="higher"))
    return f"{looks:g} ratings" if np.isfinite(looks) else f"more than {LOOKS} ratings"


def main() -> int:
    """Simulate, print, keep; status 1 when there are more false alarms than promised."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--histories", type=int, default=5_000)
    histories = parser.parse_args().histories
    rows = measure(histories)
    report("watch_alarms", rows)
    # One-sided 99.9 % bound of a binomial with the promised rate.
    most = 100 * (ALPHA + 3.09 * (ALPHA * (1 - ALPHA) / histories) ** 0.5)
    return int(any(row.value > most for row in rows if row.aim))


if __name__ == "__main__":
    sys.exit(main())
