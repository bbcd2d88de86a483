"""Leakage: training examples that repeat what the model will be measured on.

Compared are the request's wording, the series (exact, rescaled, or with each value a little
moved) and the answer's wording. A leak fails the build: a measured gain must not be a memory.
"""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from bot.analysis.quality.duplicates import DuplicateKind, NearDuplicates, fingerprint_text
from pipeline.dataset.golden import GoldenText

# Requests share labels ("metric", "values", "changes") and stock questions, so words without
# order say less than in answers: the closest of 6,670 pairs of curated requests shared 0.40, the
# closest of 600 simulated training requests to 300 simulated golden ones 0.24.
REQUEST_CONTENT_SIMILARITY = 0.60
# Two series tell the same story with other figures when, put on one scale, no value lies further
# apart than this share of the series' own spread. Rounding 42.13 % to 42 % stays below it.
SERIES_TOLERANCE = 0.15
SERIES_MINIMUM_VALUES = 6


@dataclass(frozen=True)
class Leak:
    """One example that repeats something it must not."""

    key: str
    repeats: str
    why: str


class LeakageError(ValueError):
    """Examples repeat golden or validation cases; the version is not built."""

    def __init__(self, leaks: Sequence[Leak]) -> None:
        self.leaks = tuple(leaks)
        shown = "; ".join(f"{leak.key} repeats {leak.repeats} ({leak.why})" for leak in leaks[:5])
        more = f" and {len(leaks) - 5} more" if len(leaks) > 5 else ""
        super().__init__(
            f"{len(leaks)} leak{'s' if len(leaks) > 1 else ''}: {shown}{more}. No version was"
            " built. Take each of them out (`analyst examples withdraw KEY leak`) and build again."
        )


class LeakCheck:
    """What must not be repeated: golden cases, and for augmentation the validation side."""

    def __init__(self, golden: Iterable[GoldenText] = ()) -> None:
        self._requests = NearDuplicates()
        self._answers = NearDuplicates()
        self._series: list[tuple[str, tuple[float, ...]]] = []
        for case in golden:
            self.add(f"golden {case.case_id}", case.request, case.values, case.answer)

    def add(
        self, name: str, request: str, values: Sequence[float | None], answer: str = ""
    ) -> None:
        """Remember one case that must not be repeated."""
        self._requests.add(name, fingerprint_text(request, values))
        if answer:
            self._answers.add(name, fingerprint_text(answer))
        scaled = scale_series(values)
        if scaled:
            self._series.append((name, scaled))

    def find(
        self, key: str, request: str, values: Sequence[float | None], answer: str
    ) -> Leak | None:
        """Return what this example repeats, or None."""
        for duplicate in self._requests.find_all(fingerprint_text(request, values)):
            is_loose = duplicate.kind is DuplicateKind.CONTENT
            if not is_loose or duplicate.similarity >= REQUEST_CONTENT_SIMILARITY:
                share = f"{duplicate.similarity:.0%} the same {duplicate.kind.value}"
                return Leak(key, duplicate.key, share)
        copied = self._answers.find(fingerprint_text(answer))
        if copied is not None:
            return Leak(key, copied.key, f"answer {copied.similarity:.0%} the same")
        scaled = scale_series(values)
        for name, theirs in self._series:
            if is_same_story(scaled, theirs):
                return Leak(key, name, "the same series with slightly other figures")
        return None


def scale_series(values: Sequence[float | None]) -> tuple[float, ...]:
    """Divide by the mean size, so that units and currencies do not matter; () when too short."""
    present = [value for value in values if value is not None]
    size = math.fsum(abs(value) for value in present) / max(len(present), 1)
    if len(present) < SERIES_MINIMUM_VALUES or size == 0 or len(set(present)) < 3:
        return ()
    return tuple(value / size for value in present)


def is_same_story(left: tuple[float, ...], right: tuple[float, ...]) -> bool:
    """Tell whether two scaled series of one length differ by little against their own spread."""
    if not left or len(left) != len(right):
        return False
    middle = math.fsum(left) / len(left)
    spread = math.sqrt(math.fsum((value - middle) ** 2 for value in left) / len(left))
    return max(abs(a - b) for a, b in zip(left, right, strict=True)) <= SERIES_TOLERANCE * spread
