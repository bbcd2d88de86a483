"""Change-point detection on plain arrays: level, slide, steps, or steps on a slide.

PELT (Killick, Fearnhead and Eckley 2012, by ruptures) proposes break places; least squares then
fits them together, the weakest is dropped until each passes a threshold calibrated on noise, and
a Bayesian information criterion chooses between steps, a slide and both. It knows nothing of
metrics, recorded changes or wording.
"""

import math
from dataclasses import dataclass, replace
from enum import StrEnum

import numpy as np

from bot.analysis.findings.series import FloatArray

SHORTEST = 6  # two values each side plus two to estimate noise from
SMALLEST_SEGMENT = 2  # one value on its own is a dip, not a level
MOST_POINTS = 1000  # longer series are cut into block means; a break is then placed to a block
# Penalty times noise variance times log(n). Tuned on the tuning seed of deploy.bench.findings_truth
# (3, 4, 5 and 7 tried): at 3 false breaks in autocorrelated noise are 9-10 %, at 7 steps get lost.
PROPOSAL_PENALTY = 4.0
# A step must reach |t| of THRESHOLD_BASE + THRESHOLD_SHORT / degrees of freedom. The form follows
# the 98 % quantile of the largest |t| over all places in simulated noise (5.6 at 6 values, 4.0 at
# 12, 3.5 at 50); the base was then raised from 3.45 to 3.6 with the penalty above.
THRESHOLD_BASE = 3.6
THRESHOLD_SHORT = 8.5
OUTLIER_SCORE = 4.0  # robust z of a lone value against its neighbours before it is set aside
SHORTEST_AUTOCORRELATION = 10  # below this a lag-one correlation of residuals is noise
LARGEST_AUTOCORRELATION = 0.8
# A level may explain the values by wandering (each like its neighbour) up to this correlation; a
# random walk would explain every step away. On the tuning seed 0.6 takes one point off the false
# breaks in autocorrelated noise and costs under one point of hits.
LARGEST_WANDERING = 0.6
# |t| a slope must reach to be told beside steps. Tuned: with any slope allowed 8 % of dips and
# recoveries were told as a move, at 3.5 it is 5 %; at 5 steps on a real slope get lost.
SLOPE_BESIDE_STEPS = 4.0
LONGEST_CANDIDATE = 12  # in longer series a slide is told as a slide, without a best split


class Shape(StrEnum):
    """What describes the series best."""

    LEVEL = "level"
    SLIDE = "slide"
    STEPS = "steps"
    STEPS_ON_SLIDE = "steps_on_slide"


@dataclass(frozen=True)
class Step:
    """A level shift before array place `place`; `low`..`high` are the places data allows."""

    place: int
    low: int
    high: int
    size: float
    error: float


@dataclass(frozen=True)
class Detection:
    """The chosen description: its steps, its slope per place, and the noise around it.

    `candidate` is the best single step of a short slide, kept for comparison with recorded
    changes; it is no finding of its own.
    """

    shape: Shape
    steps: tuple[Step, ...]
    slope: float
    noise: float
    lone: tuple[int, ...]
    block: int = 1
    candidate: Step | None = None


def detect_shape(y: FloatArray) -> Detection:
    """Describe y, shape (n,), evenly spaced; under six values only a level comes back."""
    if len(y) < SHORTEST or float(np.ptp(y)) == 0:
        return Detection(Shape.LEVEL, (), 0.0, 0.0, ())
    reduced, block = _block_means(y)
    scale = float(np.max(np.abs(reduced - reduced.mean())))
    centred = (reduced - reduced.mean()) / scale
    lone = lone_values(centred)
    clean = _without_lone(centred, lone)
    fits = [
        _Fit.make(clean, (), slide=False),
        _Fit.make(clean, (), slide=True),
        _confirmed(clean, _propose(clean), slide=False),
        _confirmed(clean, _propose_on_slide(clean), slide=True),
    ]
    if fits[3].places and fits[3].slope_strength < SLOPE_BESIDE_STEPS:
        fits.pop()  # a slope that weak beside steps only bends them a little
    best = min(fits, key=lambda fit: fit.criterion)
    return _describe(best, fits[2], clean, lone, scale, block)


def lone_values(y: FloatArray) -> tuple[int, ...]:
    """Places whose value stands alone: far from the median of its neighbours, which agree."""
    n = len(y)
    if n < SHORTEST:
        return ()
    local = np.array([_neighbour_median(y, place) for place in range(n)])
    residual = y - local
    spread = 1.4826 * float(np.median(np.abs(residual - np.median(residual))))
    if spread == 0:
        spread = 1.2533 * float(np.mean(np.abs(residual)))
    if spread == 0:
        return ()
    far = np.abs(residual) > OUTLIER_SCORE * spread
    return tuple(
        place
        for place in range(n)
        if far[place] and _stands_alone(y, residual, place, OUTLIER_SCORE * spread / 2)
    )


def _neighbour_median(y: FloatArray, place: int) -> float:
    low, high = max(place - 2, 0), min(place + 3, len(y))
    return float(np.median(np.concatenate([y[low:place], y[place + 1 : high]])))


def _stands_alone(y: FloatArray, residual: FloatArray, place: int, near: float) -> bool:
    """Neighbours on both sides lie apart from the value, so it begins and ends no level."""
    beside = [side for side in (place - 1, place + 1) if 0 <= side < len(y)]
    return all(abs(y[place] - y[side]) > near for side in beside) and all(
        abs(residual[side]) < abs(residual[place]) for side in beside
    )


def _without_lone(y: FloatArray, lone: tuple[int, ...]) -> FloatArray:
    clean = y.copy()
    for place in lone:
        clean[place] = _neighbour_median(y, place)
    return clean


def _block_means(y: FloatArray) -> tuple[FloatArray, int]:
    if len(y) <= MOST_POINTS:
        return y, 1
    block = math.ceil(len(y) / MOST_POINTS)
    usable = len(y) // block * block
    return y[:usable].reshape(-1, block).mean(axis=1), block


def _noise_of_differences(y: FloatArray) -> float:
    """Noise from first differences, which a few steps and a slide hardly touch."""
    differences = np.diff(y)
    spread = 1.4826 * float(np.median(np.abs(differences - np.median(differences))))
    return max(spread, 0.25 * float(np.std(differences)), 1e-9) / math.sqrt(2)


def _propose(y: FloatArray) -> tuple[int, ...]:
    """Break places by PELT with squared-error cost, every place allowed (jump 1)."""
    import ruptures

    noise = _noise_of_differences(y)
    penalty = PROPOSAL_PENALTY * noise**2 * math.log(len(y))
    search = ruptures.KernelCPD(kernel="linear", min_size=SMALLEST_SEGMENT)
    ends = search.fit(y.reshape(-1, 1)).predict(pen=penalty)
    return tuple(int(end) for end in ends[:-1])


def _propose_on_slide(y: FloatArray) -> tuple[int, ...]:
    """Break places after taking out the slope that fits beside the best single step."""
    places = np.arange(len(y), dtype=np.float64)
    single = _best_single(y, slide=True)
    slope = _Fit.make(y, (single,) if single else (), slide=True).slope
    proposed = _propose(y - slope * places)
    return proposed or ((single,) if single else ())


def _best_single(y: FloatArray, *, slide: bool) -> int | None:
    n = len(y)
    places = range(SMALLEST_SEGMENT, n - SMALLEST_SEGMENT + 1)
    base = _design(n, (), slide=slide)
    orthogonal, _ = np.linalg.qr(base)
    columns = (np.arange(n)[:, None] >= np.array(list(places))[None, :]).astype(np.float64)
    columns -= orthogonal @ (orthogonal.T @ columns)
    power = np.einsum("ij,ij->j", columns, columns)
    gain = (columns.T @ y) ** 2 / np.where(power > 1e-9, power, np.inf)
    return int(places[int(np.argmax(gain))]) if len(places) else None


def _design(n: int, steps: tuple[int, ...], *, slide: bool) -> FloatArray:
    place = np.arange(n, dtype=np.float64)
    columns = [np.ones(n)] + ([place - place.mean()] if slide else [])
    columns += [(place >= step).astype(np.float64) for step in steps]
    return np.stack(columns, axis=1)


@dataclass(frozen=True)
class _Fit:
    """Least squares of a level, an optional slope and steps at given places."""

    places: tuple[int, ...]
    slide: bool
    slope: float
    slope_strength: float
    sizes: tuple[float, ...]
    errors: tuple[float, ...]
    squares: float
    freedom: int
    inflation: float
    criterion: float

    @staticmethod
    def make(y: FloatArray, places: tuple[int, ...], *, slide: bool) -> "_Fit":
        n, skip = len(y), 2 if slide else 1
        design = _design(n, places, slide=slide)
        inverse = np.linalg.pinv(design.T @ design)
        beta = inverse @ design.T @ y
        residual = y - design @ beta
        squares = float(residual @ residual)
        freedom = max(n - design.shape[1], 1)
        inflation = _inflation(residual, design.shape[1])
        variance = max(squares / freedom, 1e-12)
        errors = np.sqrt(variance * np.diag(inverse)) * inflation
        # A step costs two parameters, its place and its size; a slope costs one.
        parameters = 1 + int(slide) + 2 * len(places)
        likeness = min(lag_one_correlation(residual, 0), LARGEST_WANDERING)
        fresh = squares * (1 - likeness**2)  # what the neighbour does not already tell
        criterion = n * math.log(max(fresh / n, 1e-12)) + parameters * math.log(n)
        return _Fit(
            places,
            slide,
            float(beta[1]) if slide else 0.0,
            abs(float(beta[1]) / float(errors[1])) if slide else 0.0,
            tuple(float(size) for size in beta[skip:]),
            tuple(float(error) for error in errors[skip:]),
            squares,
            freedom,
            inflation,
            criterion,
        )

    @property
    def strengths(self) -> list[float]:
        """|t| of each step."""
        return [abs(size) / error for size, error in zip(self.sizes, self.errors, strict=True)]


def _inflation(residual: FloatArray, parameters: int) -> float:
    """Factor on standard errors for a lag-one autocorrelation of the residuals."""
    rho = lag_one_correlation(residual, parameters)
    return math.sqrt((1 + rho) / (1 - rho))


def lag_one_correlation(residual: FloatArray, parameters: int) -> float:
    """Positive lag-one correlation of least-squares residuals, corrected for its small-sample bias.

    The bias is about -(parameters + 3 rho) / n (Kendall 1954 for one parameter).
    """
    n, power = len(residual), float(residual @ residual)
    if n < SHORTEST_AUTOCORRELATION or power == 0:
        return 0.0
    rho = float(residual[:-1] @ residual[1:]) / power
    rho += (parameters + 3 * max(rho, 0.0)) / n
    return min(max(rho, 0.0), LARGEST_AUTOCORRELATION)


def threshold(freedom: int) -> float:
    """|t| a step at its best place must reach; see THRESHOLD_BASE."""
    return THRESHOLD_BASE + THRESHOLD_SHORT / freedom


def _confirmed(y: FloatArray, proposed: tuple[int, ...], *, slide: bool) -> _Fit:
    """Fit the proposed steps, dropping the weakest until every one passes the threshold."""
    places = _strongest(y, proposed, slide=slide)
    fit = _Fit.make(y, places, slide=slide)
    while fit.places:
        weakest = int(np.argmin(fit.strengths))
        if fit.strengths[weakest] >= threshold(fit.freedom):
            return fit
        places = fit.places[:weakest] + fit.places[weakest + 1 :]
        fit = _Fit.make(y, places, slide=slide)
    return fit


def _strongest(y: FloatArray, proposed: tuple[int, ...], *, slide: bool) -> tuple[int, ...]:
    """Keep at most a third as many steps as values, so that noise can still be estimated."""
    most = min(max(len(y) // 3 - 1, 1), 30)
    if len(proposed) <= most:
        return proposed
    fit = _Fit.make(y, proposed, slide=slide)
    ranked = sorted(zip(fit.strengths, proposed, strict=True), reverse=True)
    return tuple(sorted(place for _, place in ranked[:most]))


def _describe(
    best: _Fit,
    stepped: _Fit,
    y: FloatArray,
    lone: tuple[int, ...],
    scale: float,
    block: int,
) -> Detection:
    shapes = {
        (False, False): Shape.LEVEL,
        (True, False): Shape.SLIDE,
        (False, True): Shape.STEPS,
        (True, True): Shape.STEPS_ON_SLIDE,
    }
    shape = shapes[(best.slide, bool(best.places))]
    noise = math.sqrt(best.squares / best.freedom) * scale
    candidate = None
    if shape is Shape.SLIDE and len(y) <= LONGEST_CANDIDATE:
        single = _best_single(y, slide=False)
        if single is not None:
            candidate = _steps(y, _Fit.make(y, (single,), slide=False), scale, block)[0]
    return Detection(
        shape,
        _steps(y, best, scale, block),
        best.slope * scale / block,
        noise,
        tuple(place * block for place in lone) if block == 1 else (),
        block,
        candidate,
    )


def _steps(y: FloatArray, fit: _Fit, scale: float, block: int) -> tuple[Step, ...]:
    steps = []
    for number, place in enumerate(fit.places):
        low, high = _place_interval(y, fit, number)
        step = Step(place, low, high, fit.sizes[number] * scale, fit.errors[number] * scale)
        steps.append(replace(step, place=place * block, low=low * block, high=high * block))
    return tuple(steps)


def _place_interval(y: FloatArray, fit: _Fit, number: int) -> tuple[int, int]:
    """Places next to a step that the data cannot rule out (likelihood ratio, 95 %)."""
    n = len(y)
    bounds = (0, *fit.places, n)
    first, last = bounds[number] + 1, bounds[number + 2] - 1
    limit = fit.squares * math.exp(3.84 / n) if fit.squares > 0 else 1e-12
    allowed = [fit.places[number]]
    for move in (-1, 1):
        place = fit.places[number] + move
        while first <= place <= last and abs(place - fit.places[number]) <= 26:
            moved = (*fit.places[:number], place, *fit.places[number + 1 :])
            if _Fit.make(y, moved, slide=fit.slide).squares > limit:
                break
            allowed.append(place)
            place += move
    return min(allowed), max(allowed)
