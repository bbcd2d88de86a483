"""What one place in the text offers as a series, before any number is decided.

Made by the readers of lists, lines and tables; read by `bot.analysis.parsing.series`.
"""

from dataclasses import dataclass, field

from bot.analysis.parsing.time_labels import TimeLabel
from bot.analysis.question import Problem, ProblemCode, UnreadableQuestionError


@dataclass(slots=True)
class SeriesDraft:
    """Cells as written, one per value, with what stands beside them.

    `labels` is empty or as long as `cells` (None for a row without one); `notes` holds the
    remark beside a row, by position in `cells`.
    """

    cells: list[str]
    labels: list[TimeLabel | None] = field(default_factory=list)
    name: str = ""
    hint: str = ""  # words near the series that may tell unit and period (headers)
    denominators: list[str] = field(default_factory=list)
    notes: dict[int, str] = field(default_factory=dict)
    assumptions: list[str] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    where: str = "in the values"
    scale: float = 1.0
    unit_text: str = ""
    context: str = ""
    tail: str = ""  # words after the values on the same line


class UnreadableSeriesError(UnreadableQuestionError):
    """A series cannot be read; carries its problems, the caller adds the draft."""

    def __init__(self, code: ProblemCode, message: str) -> None:
        super().__init__((Problem(code=code, message=message),), {})
