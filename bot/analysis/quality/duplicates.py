"""Near-duplicates: texts that are almost the same, and series that are the same numbers.

MinHash over word shingles finds copied wording (Broder 1997; LSH as in Leskovec, Rajaraman and
Ullman, Mining of Massive Datasets, ch. 3), a set of content words finds reordered paraphrases,
and the series itself finds a case told again in other words. Holds its index in memory.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from itertools import pairwise

from datasketch import MinHash, MinHashLSH

from bot.analysis.quality.finding import QualityCheck, QualityFinding, failed, passed

# 128 permutations: standard error of an estimated similarity about 1/sqrt(128) = 0.09; candidates
# are confirmed on the exact sets, so that error only concerns what is looked at.
PERMUTATIONS = 128
CANDIDATE_SIMILARITY = 0.20
SHINGLE_WORDS = 4
# Of 6,670 pairs of separately written curated answers the closest shared 0.06 of their 4-word
# shingles and 0.21 of their content words; hand-made paraphrases (tests/corpora/quality) shared at
# least 0.29 and 0.89.
SHINGLE_SIMILARITY = 0.25
CONTENT_SIMILARITY = 0.50
# Fewer equal values in a row can be chance (0, 0, 0 or 5, 5, 5, 5).
SERIES_MINIMUM_VALUES = 5
SERIES_MINIMUM_DISTINCT = 4
SERIES_OVERLAP = 0.80

_WORD = re.compile(r"[^\W\d_]+|\d+(?:[.,]\d+)*")
_SMALL_WORDS = (
    "a an and are as at be been but by for from had has have if in into is it its of on or so that "
    "the their them then there these they this to was we were what when which while who will with "
    "would should not no than analysis recommended action urgency high medium low"
)
_SMALL = frozenset(_SMALL_WORDS.split())


class DuplicateKind(StrEnum):
    """In what respect two texts are the same."""

    WORDING = "wording"
    CONTENT = "content words"
    SERIES = "series"


@dataclass(frozen=True)
class Duplicate:
    """An earlier text that is almost the same, and how much of it is shared (0 to 1)."""

    key: str
    kind: DuplicateKind
    similarity: float


@dataclass(frozen=True)
class Fingerprint:
    """What a text is compared by."""

    shingles: frozenset[str]
    content: frozenset[str]
    series: tuple[float, ...] = ()


def fingerprint_text(text: str, values: Sequence[float | None] = ()) -> Fingerprint:
    """Reduce a text, and the series it is about, to what is compared.

    Values are put on a common scale by dividing by the first that is not zero, so that 0.42 and
    42 % are the same series.
    """
    words = [word.lower() for word in _WORD.findall(text)]
    shingles = frozenset(
        " ".join(words[start : start + SHINGLE_WORDS])
        for start in range(max(len(words) - SHINGLE_WORDS + 1, 1 if words else 0))
    )
    content = frozenset(_stem(w) for w in words if w not in _SMALL and not w[0].isdigit())
    return Fingerprint(shingles, content, _scale(values))


@dataclass
class NearDuplicates:
    """An index of texts by key; add texts, then ask what a new one repeats."""

    _known: dict[str, Fingerprint] = field(default_factory=dict)
    _lsh: dict[str, MinHashLSH] = field(
        default_factory=lambda: {
            name: MinHashLSH(threshold=CANDIDATE_SIMILARITY, num_perm=PERMUTATIONS)
            for name in ("shingles", "content")
        }
    )
    _series: dict[tuple[float, ...], set[str]] = field(default_factory=dict)

    def __len__(self) -> int:
        return len(self._known)

    def add(self, key: str, fingerprint: Fingerprint) -> None:
        """Remember a text; a known key is left as it is."""
        if key in self._known:
            return
        self._known[key] = fingerprint
        self._lsh["shingles"].insert(key, _minhash(fingerprint.shingles))
        self._lsh["content"].insert(key, _minhash(fingerprint.content))
        for window in _windows(fingerprint.series):
            self._series.setdefault(window, set()).add(key)

    def find(self, fingerprint: Fingerprint, *, ignore: Iterable[str] = ()) -> Duplicate | None:
        """Return the closest known text that is almost the same, or None."""
        return next(iter(self.find_all(fingerprint, ignore=ignore)), None)

    def find_all(self, fingerprint: Fingerprint, *, ignore: Iterable[str] = ()) -> list[Duplicate]:
        """Return every known text that is almost the same in some respect, closest first."""
        skipped = set(ignore)
        found = [
            *self._find_same_words(fingerprint, skipped),
            *self._find_same_series(fingerprint, skipped),
        ]
        return sorted(found, key=lambda d: (-d.similarity, d.key, d.kind))

    def _find_same_words(self, wanted: Fingerprint, skipped: set[str]) -> list[Duplicate]:
        found = []
        for kind, name, threshold in (
            (DuplicateKind.WORDING, "shingles", SHINGLE_SIMILARITY),
            (DuplicateKind.CONTENT, "content", CONTENT_SIMILARITY),
        ):
            mine: frozenset[str] = getattr(wanted, name)
            if not mine:
                continue
            for key in self._lsh[name].query(_minhash(mine)):
                if str(key) in skipped:
                    continue
                similarity = _jaccard(mine, getattr(self._known[str(key)], name))
                if similarity >= threshold:
                    found.append(Duplicate(str(key), kind, similarity))
        return found

    def _find_same_series(self, wanted: Fingerprint, skipped: set[str]) -> list[Duplicate]:
        windows = _windows(wanted.series)
        candidates = {key for w in windows for key in self._series.get(w, ())} - skipped
        found = []
        for key in sorted(candidates):
            theirs = set(_windows(self._known[key].series))
            shared = sum(window in theirs for window in windows)
            share = shared / min(len(windows), len(theirs))
            if share >= SERIES_OVERLAP:
                found.append(Duplicate(key, DuplicateKind.SERIES, share))
        return found


def check_near_duplicate(
    fingerprint: Fingerprint, known: NearDuplicates, *, ignore: Iterable[str] = ()
) -> QualityFinding:
    """The example repeats nothing that is already there."""
    duplicate = known.find(fingerprint, ignore=ignore)
    if duplicate is None:
        return passed(QualityCheck.NEAR_DUPLICATE)
    return failed(
        QualityCheck.NEAR_DUPLICATE,
        f"{duplicate.similarity:.0%} the same {duplicate.kind.value} as {duplicate.key}.",
    )


def _stem(word: str) -> str:
    # Enough to make drop/drops/dropped and ship/shipping one word; no linguistics intended.
    for suffix in ("ing", "ed", "es", "s", "ly"):
        if word.endswith(suffix) and len(word) - len(suffix) >= 4:
            return word.removesuffix(suffix)
    return word


def _minhash(items: frozenset[str]) -> MinHash:
    sketch = MinHash(num_perm=PERMUTATIONS)
    sketch.update_batch([item.encode() for item in sorted(items)])
    return sketch


def _jaccard(left: frozenset[str], right: frozenset[str]) -> float:
    return len(left & right) / len(left | right) if left or right else 0.0


def _scale(values: Sequence[float | None]) -> tuple[float, ...]:
    """Ratios of neighbours, to four digits; a factor or an offset in time does not change them."""
    present = [value for value in values if value is not None]
    if len(present) < SERIES_MINIMUM_VALUES or len(set(present)) < SERIES_MINIMUM_DISTINCT:
        return ()
    return tuple(
        round(after / before, 4) if before else float("inf") if after else 0.0
        for before, after in pairwise(present)
    )


def _windows(series: tuple[float, ...]) -> list[tuple[float, ...]]:
    size = SERIES_MINIMUM_VALUES - 1
    return [series[i : i + size] for i in range(len(series) - size + 1)]
