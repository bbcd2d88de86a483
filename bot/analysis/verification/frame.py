"""One sentence taken apart: tokens, places in time, quantities, and what was said before.

The frame is what every role check reads. It holds no verdicts.
"""

from dataclasses import dataclass, field
from functools import cached_property

from bot.analysis.answer import Section
from bot.analysis.facts import Findings
from bot.analysis.verification.series import SeriesView
from bot.analysis.verification.tokens import Token
from bot.analysis.verification.wordsets import words

EXCLUDING = words(
    "apart except excluding outside besides bar aside leaving without ignoring excepting omitting"
)


@dataclass(slots=True)
class Place:
    """A period, window or set of periods that a sentence names.

    `windows` are the readings it allows (positions, 0-based); empty when the place lies outside
    the series or contradicts it, and then `trouble` says why.
    """

    i: int
    j: int
    windows: tuple[tuple[int, ...], ...]
    kind: str  # point, span, set, event
    relation: str = ""  # in, by, since, before, after, from, until
    trouble: str = ""
    sized: float | None = None  # the period count it states, if any
    used: bool = False
    origin: tuple[int, ...] = ()  # what "since" leans on

    @property
    def point(self) -> int | None:
        """The single position this place names, None for windows."""
        if self.windows and len(self.windows[0]) == 1:
            return self.windows[0][0]
        return None


@dataclass(slots=True)
class Quantity:
    """A written number with its unit and hedges; `i` to `j` are its tokens."""

    i: int
    j: int
    value: float
    half_step: float
    unit: str  # %, pp, pt, x, currency code, cent, ms, s, min, h, period:week, noun, share, ""
    sign: int = 0  # the written sign; 0 when none was written
    margin: str = "plain"
    noun: str = ""
    worded: bool = False
    share: float | None = None  # "half", "two thirds" as a number between 0 and 1
    place: Place | None = None
    direct: bool = False  # the place stands right behind the number
    per: bool = False  # "1.5 hours a week"
    whole: int | None = None  # "five of the fourteen days"


@dataclass(frozen=True, slots=True)
class Superlative:
    """A rank that the sentence gives: side +1 highest, -1 lowest; `steps` ranks the changes."""

    i: int
    j: int
    side: int
    rank: int = 1
    many: int = 1
    steps: bool = False
    step_side: int = 0  # +1 rises, -1 falls, 0 either
    since: int | None = None
    noun: bool = False


@dataclass
class Context:
    """What earlier sentences left open: places, values and events to refer back to."""

    points: list[int] = field(default_factory=list)
    windows: list[tuple[int, ...]] = field(default_factory=list)
    levels: list[float] = field(default_factory=list)  # proved values, in order
    timed: list[tuple[int, float]] = field(default_factory=list)  # (position, value)
    written: list[float] = field(default_factory=list)  # the same as the sentence wrote them
    pairs: list[tuple[float, float]] = field(default_factory=list)  # (before, after)
    positions: list[tuple[int, int]] = field(default_factory=list)
    event: int | None = None  # index into view.events
    stat: str = ""
    about: tuple[str, str] | None = None  # (variable, level) of a sentence about groups


@dataclass
class Frame:
    """Tokens of one sentence with everything recognised in them."""

    text: str
    tokens: list[Token]
    view: SeriesView
    findings: Findings
    section: Section
    before: Context
    now: Context = field(default_factory=Context)
    places: list[Place] = field(default_factory=list)
    quantities: list[Quantity] = field(default_factory=list)
    taken: set[int] = field(default_factory=set)
    superlatives: list[Superlative] | None = None  # None until they were looked for
    moved: set[int] = field(default_factory=set)  # numbers of from-to pairs, proved in order
    ordinal_base: int = 0  # where "the first week off the store" starts counting, for "the second"
    count_noun: str = ""  # the period noun counted last, for "the five after it"

    def low(self, at: int) -> str:
        """Return the lower-cased token at a position, "" outside the sentence."""
        return self.tokens[at].low if 0 <= at < len(self.tokens) else ""

    def kind(self, at: int) -> str:
        """Return the token kind at a position, "" outside the sentence."""
        return self.tokens[at].kind if 0 <= at < len(self.tokens) else ""

    def words(self, first: int, last: int) -> list[str]:
        """Return lower-cased tokens first to last, last excluded, clipped to the sentence."""
        return [token.low for token in self.tokens[max(0, first) : max(0, last)]]

    def written(self, first: int, last: int) -> tuple[int, int]:
        """Return the character positions of tokens first to last, last excluded."""
        last = min(max(last, first + 1), len(self.tokens))
        return self.tokens[first].start, self.tokens[last - 1].end

    @cached_property
    def lows(self) -> frozenset[str]:
        """All lower-cased words of the sentence."""
        return frozenset(token.low for token in self.tokens)

    @cached_property
    def left_out(self) -> frozenset[int]:
        """Positions that the sentence leaves out ("apart from May", "excluding week 5")."""
        found: set[int] = set()
        for place in self.places:
            if EXCLUDING & set(self.words(place.i - 3, place.i)):
                found.update(at for window in place.windows for at in window)
        return frozenset(found)

    def segment(self, at: int) -> tuple[int, int]:
        """Return the clause (token range) around a position, cut at ; : , and conjunctions."""
        first = at
        while first > 0 and not self.is_break(first - 1):
            first -= 1
        last = at
        while last < len(self.tokens) and not self.is_break(last):
            last += 1
        return first, last

    def is_break(self, at: int) -> bool:
        """Tell whether a clause ends at this token."""
        return self.low(at) in {";", ":", ",", "and", "but", "while", "whereas", "against", "yet"}
