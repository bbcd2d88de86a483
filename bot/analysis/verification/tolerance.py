"""How near a written number must be to the computed one.

The written precision is the tolerance: "26 %" covers 25.5 to 26.5, "26.2 %" only 26.15 to 26.25.
Words in front widen it ("about") or leave one side open ("nearly", "just over", "more than").
"""

from dataclasses import dataclass

from bot.analysis.verification.wordsets import words

# Own choices, tuned on the development half of the checking corpus: "about 220" may be 5 % off,
# "nearly 45" may stand for down to 10 % less, "more than 40" for at most half as much again.
ABOUT_SHARE = 0.05
NEARLY_SHARE = 0.10
OPEN_SHARE = 0.50
ROUNDING_SLACK = 1.001  # a half rounds either way, and floats are not exact

ABOUT = words(
    "about roughly around approximately approx circa ca some ~ close almost-exactly near "
    "something like"
)
NEARLY = words("nearly almost")
EXACT = words("exactly precisely")


@dataclass(frozen=True, slots=True)
class Margin:
    """How a number was hedged: plain, about, nearly, just_over, more, less."""

    kind: str = "plain"


def _last_digit(written: float) -> float:
    """Return the place value of the last digit that is not 0: 10 of 430, 0.1 of 4.3."""
    digits = f"{abs(written):.10f}".rstrip("0")
    if len(digits.partition(".")[2]) > 6:
        return abs(written)  # a third, written as a number, has no last digit
    if not digits.endswith("."):
        return 10.0 ** -len(digits.partition(".")[2])
    whole = digits[:-1]
    if len(whole) > 2 and whole.endswith("5"):
        return 5.0  # "about 645" counts in fives
    return 10.0 ** (len(whole) - len(whole.rstrip("0"))) if whole.strip("0") else 1.0


def is_near(written: float, true: float, half_step: float, margin: str = "plain") -> bool:
    """Tell whether `written` is a fair way to write `true` (same unit, signs compared too)."""
    step = half_step * ROUNDING_SLACK + 1e-9 * max(1.0, abs(true))
    size = abs(true)
    gap = true - written if written >= 0 else written - true  # positive: truth is larger in size
    if margin == "about":
        return abs(true - written) <= max(step, min(ABOUT_SHARE * size, _last_digit(written)))
    if margin == "nearly":
        return -NEARLY_SHARE * abs(written) - step <= gap <= step
    if margin == "just_over":
        return -step <= gap <= max(NEARLY_SHARE * abs(written), step)
    if margin == "more":
        return -1e-9 * size <= gap <= OPEN_SHARE * abs(written) + step
    if margin == "less":
        return -OPEN_SHARE * abs(written) - step <= gap <= 1e-9 * size
    return abs(true - written) <= step
