"""How long a file of 200,000 rows takes to read and how much memory, in its limited process.

The whole way a dropped file goes: a process started, limits set, parsed, the result back. One row
more than the limit must be refused.

    python -m deploy.bench.file_reading [--rows 200000] [--repeat 3]
"""

import argparse
import io
import random
import statistics
import sys
import time
from collections.abc import Callable
from datetime import date, timedelta

from bot.analysis.files.choices import FileChoices
from bot.analysis.files.limits import MAX_ROWS
from bot.file_reading import ChildReading, ReadingLimits, read_in_child
from deploy.bench.table import Row, report

TODAY = date(2026, 11, 27)
MARKETS = ("UK", "DE", "FR", "US", "ES")
PLANS = tuple(f"plan {i}" for i in range(20))
DRAW = random.Random(7)  # noqa: S311 - reproducible rows, no secret
SERIES = "How are sign-ups in UK, plan 3?"


def long_rows(count: int) -> list[tuple[object, ...]]:
    """Days by five markets and twenty plans: the layout of an export from a warehouse."""
    rows: list[tuple[object, ...]] = [("date", "market", "plan", "sign-ups", "activation_rate")]
    for i in range(count):
        day = date(2019, 1, 1) + timedelta(days=i // 100)
        market, plan = MARKETS[i // 20 % 5], PLANS[i % 20]
        rows.append((day, market, plan, DRAW.randint(1, 5_000), round(DRAW.random(), 4)))
    return rows


def user_rows(count: int) -> list[tuple[object, ...]]:
    """One row for each user with an outcome."""
    rows: list[tuple[object, ...]] = [("user_id", "plan", "days_active", "spend", "converted")]
    for i in range(count):
        plan, days = PLANS[i % 20], DRAW.randint(0, 30)
        rows.append((f"u{i}", plan, days, round(DRAW.random() * 90, 2), DRAW.choice(("yes", "no"))))
    return rows


def as_csv(rows: list[tuple[object, ...]]) -> bytes:
    """The rows as comma-separated text."""
    return "\n".join(",".join(map(str, row)) for row in rows).encode()


def as_workbook(rows: list[tuple[object, ...]]) -> bytes:
    """The rows as a workbook."""
    from openpyxl import Workbook

    book = Workbook(write_only=True)
    sheet = book.create_sheet("rows")
    for row in rows:
        sheet.append(row)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def measure(
    what: str, content: bytes, name: str, repeat: int, is_read: Callable[[ChildReading], bool]
) -> list[Row]:
    """Read `repeat` times; median seconds and the most memory. Raises if it was not read."""
    seconds, cpu, peaks = [], [], []
    for _ in range(repeat):
        begun = time.perf_counter()
        found = read_in_child(
            content, name=name, today=TODAY, text=SERIES, choices=FileChoices(),
            limits=ReadingLimits(),
        )  # fmt: skip
        seconds.append(time.perf_counter() - begun)
        cpu.append(found.cpu_seconds)
        peaks.append(found.peak_bytes)
        if not is_read(found):
            raise RuntimeError(f"{what}: {found.reading.problems}")
    size = f"{len(content) / 1e6:.1f} MB, process start included, median of {repeat}"
    return [
        Row(f"{what}: time", statistics.median(seconds), "s", how=size),
        Row(f"{what}: CPU time", statistics.median(cpu), "s", how="start and parsing"),
        Row(f"{what}: peak memory", max(peaks) / 1e6, "MB", how="of the parsing process"),
    ]


def main() -> int:
    """Measure, print, store."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=MAX_ROWS)
    parser.add_argument("--repeat", type=int, default=3)
    options = parser.parse_args()
    count, repeat = options.rows, options.repeat

    def has_question(found: ChildReading) -> bool:
        return found.reading.question is not None

    def has_rows(found: ChildReading) -> bool:
        table = found.reading.row_level
        return table is not None and table.row_count == count

    def is_refused(found: ChildReading) -> bool:
        return "more than 200,000 rows" in str(found.reading.problems)

    table = long_rows(count)
    rows = measure(f"CSV, {count:,} rows", as_csv(table), "f.csv", repeat, has_question)
    rows += measure(f"XLSX, {count:,} rows", as_workbook(table), "f.xlsx", 1, has_question)
    users = as_csv(user_rows(count))
    rows += measure(f"CSV of users, {count:,} rows", users, "u.csv", repeat, has_rows)
    above = as_csv(long_rows(MAX_ROWS + 1))
    rows += measure(f"{MAX_ROWS + 1:,} rows refused", above, "f.csv", repeat, is_refused)
    report("file_reading", rows)
    return 0


if __name__ == "__main__":
    sys.exit(main())
