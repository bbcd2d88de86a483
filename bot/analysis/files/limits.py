"""What a file may hold at most, and how a refusal is worded.

The figures keep a reading inside the child process's memory and time (`bot.file_reading`); the
benchmark `deploy.bench.file_reading` measures what they cost.
"""

from bot.analysis.question import Problem, ProblemCode, UnreadableQuestionError

MAX_FILE_BYTES = 25_000_000  # 200,000 rows of ten columns, twice over
MAX_UNPACKED_BYTES = 200_000_000  # all parts of a workbook together
MAX_PACKING = 400  # times smaller than its content: no table packs like that, a bomb does
MAX_PARTS = 2_000
MAX_ROWS = 200_000
MAX_COLUMNS = 400
MAX_CELLS = 4_000_000
MAX_CELL_CHARACTERS = 10_000  # Excel itself holds 32,767; a number or name needs a few dozen
MAX_LEVELS = 500  # more different values than that are no segments
SHOWN_NAMES = 100  # names offered in a form, Slack's limit for one menu


def refusal(code: ProblemCode, message: str, field: str = "file") -> UnreadableQuestionError:
    """The error that carries one problem to the user."""
    problem = Problem(code=code, message=message, field=field)
    return UnreadableQuestionError((problem,), {})


def not_readable(message: str) -> UnreadableQuestionError:
    """The error for a file that is no readable table at all."""
    return refusal(ProblemCode.UNREADABLE_FILE, message)


def check_size(rows: int, columns: int, cells: int) -> None:
    """Refuse a table over the limits; raises UnreadableQuestionError naming figure and limit."""
    if rows > MAX_ROWS:
        raise refusal(
            ProblemCode.TOO_LONG,
            f"The file has more than {MAX_ROWS:,} rows, the most that can be read. Send a shorter "
            "window, one segment, or one row for each week instead of each day.",
        )
    if columns > MAX_COLUMNS:
        raise refusal(
            ProblemCode.TOO_LONG,
            f"The file has more than {MAX_COLUMNS} columns, the most that can be read. Send only "
            "the date, the values and the segments.",
        )
    if cells > MAX_CELLS:
        raise refusal(
            ProblemCode.TOO_LONG,
            f"The file has more than {MAX_CELLS:,} cells, the most that can be read. Leave out "
            "columns that the question does not need.",
        )


def shorten(name: str, limit: int = 60) -> str:
    """A name of the user's for a message: on one line, cut."""
    flat = " ".join(name.split())
    return flat if len(flat) <= limit else flat[: limit - 1] + "…"


def quote_names(names: list[str], shown: int = 4) -> str:
    """Names for a sentence: “a”, “b” and 3 more."""
    quoted = [f"“{shorten(name, 40)}”" for name in names[:shown]]
    if len(names) > shown:
        return ", ".join(quoted) + f" and {len(names) - shown} more"
    return " and ".join([", ".join(quoted[:-1]), quoted[-1]]) if len(quoted) > 1 else quoted[0]
