"""Hedges around a number: "about", "nearly", "just over", "at least", "or more"."""

from bot.analysis.verification.frame import Frame
from bot.analysis.verification.tolerance import ABOUT, NEARLY
from bot.analysis.verification.wordsets import words

_LESS = words("under below")
_LOOSELY = (["or", "so"], ["or", "thereabouts"], ["give", "or"], ["more", "or"])
_MORE = words("over above exceeding beyond past")


def read_margin(frame: Frame, start: int, end: int) -> str:
    """Read the hedge around a number: plain, about, nearly, just_over, more, less."""
    before, second = frame.low(start - 1), frame.low(start - 2)
    if before in {"a", "an", "the"} and second in ABOUT | NEARLY:
        before, second = second, frame.low(start - 3)
    if before in {"over", "above"} and second in {"just", "slightly", "little"}:
        return "just_over"
    if before in {"under", "below"} and second in {"just", "slightly", "little"}:
        return "nearly"
    if before in NEARLY or (before == "to" and second == "close"):
        return "nearly" if before in NEARLY else "about"
    if before in ABOUT:
        return "about"
    if before == "than" and second in {"more", "greater", "higher", "better"}:
        return "more"
    if before == "than" and second in {"less", "fewer", "lower"}:
        return "less"
    if before == "least" and second == "at":
        return "more"
    if before == "most" and second == "at":
        return "less"
    if before in _MORE:
        return "more"
    if before in _LESS:
        return "less"
    if frame.words(end, end + 2) in _LOOSELY:
        return "about"
    if frame.low(end) == "or":
        if frame.low(end + 1) in {"less", "fewer", "lower", "below", "under", "worse"}:
            return "less"
        if frame.low(end + 1) in {"more", "higher", "above", "over", "better"}:
            return "more"
    return "plain"
