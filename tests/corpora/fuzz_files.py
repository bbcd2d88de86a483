"""Feed the file reader with broken files and count what happens; a crash is printed with its input.

Starts from tables that read well and breaks them: bytes flipped, cut, doubled, cells swapped for
hostile ones, parts of workbooks rewritten. A reading or a sentence is fine, an exception is not.

    .venv/bin/python tests/corpora/fuzz_files.py [--inputs 20000] [--seed 1]
"""

import argparse
import io
import random
import sys
import time
import traceback
import zipfile
from collections import Counter
from datetime import date, timedelta
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2]))

from openpyxl import Workbook

from bot.analysis.files.choices import (
    DATE_ORDERS,
    DECIMALS,
    ENCODINGS,
    GAPS,
    LAYOUTS,
    SEPARATORS,
    FileChoices,
)
from bot.analysis.files.correction import corrected, menus
from bot.analysis.files.reading import FileReading, read_table

TODAY = date(2026, 11, 27)
SLOW_SECONDS = 5.0
WEEKS = [str(date(2026, 6, 1) + timedelta(weeks=i)) for i in range(12)]
CELLS = (
    "", "n/a", "=1+1", "@SUM(A1)", "1.234", "1,234", "-", "(5)", "1e999", "9" * 400, "٤٢",
    "\u202e12",
    "𝟜𝟚", "'; DROP TABLE x;--", "<!channel>", "31/02/2026", "0000-00-00", "9999-12-31", "Q9 2026",
    "w99", "Feb 29", "0", "-0", "NaN", "inf", "TRUE", "Total", "\"", "\"\"\"", "\t", ";", "|", "\0",
    "\ufeff", "=\"42\"", "12:61", "50 %", "€ 1.2k", "5m", "3 weeks ago", "today", "1/1", "13.13.13",
    "x" * 12_000, "2026-W53", "46272", "99999999", "²", "½", "1 234", "1'234", "12.", ".5", "+",
)  # fmt: skip
TEXTS = (
    "Why?",
    "orders in UK?",
    "NPS?",
    "what drives converted?",
    "Metric: orders",
    "\0",
    "\u202e",
)


def seeds() -> list[tuple[bytes, str]]:
    """Tables of every layout, each with a question under which it reads well."""
    week = [("week", "sign-ups", "notes"), *((d, i, "") for i, d in enumerate(WEEKS))]
    long = [
        ("date", "market", "orders"),
        *((d, m, i) for i, d in enumerate(WEEKS) for m in ("UK", "DE")),
    ]
    wide = [("metric", *WEEKS), ("NPS", *range(12)), ("orders", *range(12))]
    users = [("user_id", "plan", "days", "converted")]
    users += [(f"u{i}", ("pro", "free")[i % 2], i, ("no", "yes")[i % 3 == 0]) for i in range(30)]
    german = [("Datum", "Umsatz"), *((f"{d[8:]}.{d[5:7]}.{d[:4]}", "1.234,5 €") for d in WEEKS)]
    found = []
    asked = ("Why?", "orders in UK?", "NPS?", "what drives converted?", "Umsatz?")
    for rows, text in zip((week, long, wide, users, german), asked, strict=True):
        for mark, encoding in (
            (",", "utf-8"),
            (";", "cp1252"),
            ("\t", "utf-16"),
            ("|", "utf-8-sig"),
        ):
            table = "\n".join(mark.join(str(cell) for cell in row) for row in rows)
            found.append((table.encode(encoding), text))
        found.append((workbook(rows), text))
    return found


def workbook(rows: list[tuple[object, ...]]) -> bytes:
    """The rows as XLSX."""
    book = Workbook()
    for row in rows:
        book.active.append(row)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def broken(content: bytes, draw: random.Random) -> bytes:
    """One to three breakages of a file."""
    for _ in range(draw.choice((1, 1, 2, 3))):
        if content.startswith(b"PK") and draw.random() < 0.7:
            content = broken_workbook(content, draw)
        else:
            content = broken_bytes(content, draw)
    return content


def broken_bytes(content: bytes, draw: random.Random) -> bytes:
    """Bytes flipped, cut, doubled, or a cell put in."""
    at, to = sorted(draw.randint(0, len(content)) for _ in range(2))
    way = draw.choice((0, 1, 2, 3, 4, 5, 5, 5, 5))
    if way == 0 and content:
        flipped = bytearray(content)
        for _ in range(draw.randint(1, 9)):
            flipped[draw.randrange(len(flipped))] = draw.randrange(256)
        return bytes(flipped)
    if way == 1:
        return content[:at]
    if way == 2:
        return content[:at] + content[at:to] * draw.randint(2, 5) + content[to:]
    if way == 3:
        return content[:at] + content[to:]
    encoding = draw.choice(["utf-8", "utf-16-le", "utf-8"])
    cell = draw.choice(CELLS).encode(encoding, "surrogatepass")
    if way == 4:
        return content[:at] + cell + content[at:]
    lines = content.split(b"\n")
    chosen = draw.randrange(len(lines))
    mark = next((m for m in (b";", b"|", b"\t", b",") if m in lines[chosen]), b",")
    cells = lines[chosen].split(mark)
    cells[draw.randrange(len(cells))] = cell
    lines[chosen] = mark.join(cells)
    return b"\n".join(lines)


def broken_workbook(content: bytes, draw: random.Random) -> bytes:
    """One part of a workbook broken, dropped or doubled; the archive itself stays whole."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as old:
            parts = {name: old.read(name) for name in old.namelist()}
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError, EOFError, RuntimeError):
        return broken_bytes(content, draw)
    except zipfile.zlib.error:
        return broken_bytes(content, draw)
    if not parts:
        return broken_bytes(content, draw)
    name = draw.choice(list(parts))
    if draw.random() < 0.1:
        del parts[name]
    elif draw.random() < 0.4:
        data = parts[name]
        words = (b'r="', b"<v>", b'ref="', b't="', b's="', b'hidden="', b"<f>")
        word = draw.choice(words)
        junk = draw.choice((b"99999999", b"-1", b"XFD1048576", b"", b"1", b"&amp;", b"n"))
        parts[name] = data.replace(word, word + junk, draw.randint(1, 3))
    else:
        parts[name] = broken_bytes(parts[name], draw)
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for part, data in parts.items():
            new.writestr(part, data)
    return out.getvalue()


def some_choices(draw: random.Random) -> FileChoices:
    """Mostly none, sometimes odd ones."""
    if draw.random() < 0.7:
        return FileChoices()
    return FileChoices(
        separator=draw.choice(["", *SEPARATORS]),
        encoding=draw.choice(["", "", *ENCODINGS]),
        decimal=draw.choice(["", *DECIMALS]),
        date_order=draw.choice(["", *DATE_ORDERS]),
        layout=draw.choice(["", "", *LAYOUTS]),
        gaps=draw.choice(["", *GAPS]),
        repeats=draw.choice(["", "add"]),
        hidden=draw.choice(["", "include"]),
        segments=draw.choice([(), (), (("market", "*"),), (("", "UK"),)]),
    )


def outcome(reading: FileReading) -> str:
    """What came of an input; raises AssertionError when that is not one thing, or no sentence."""
    found = [reading.question is not None, reading.row_level is not None, bool(reading.problems)]
    assert sum(found) == 1, found
    for problem in reading.problems:
        assert problem.message.rstrip()[-1] in ".!?", problem.message
    reading.model_dump_json()
    return ("question", "row-level table", "sentence")[found.index(True)]


def main() -> int:
    """Fuzz, print the counts; returns 1 when anything crashed or hung."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--inputs", type=int, default=20_000)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    draw, good = random.Random(options.seed), seeds()
    counts: Counter[str] = Counter()
    crashes, slowest = 0, 0.0
    for _ in range(options.inputs):
        seed, asked = draw.choice(good)
        content, choices = broken(seed, draw), some_choices(draw)
        text = asked if draw.random() < 0.8 else draw.choice(TEXTS)
        begun = time.perf_counter()
        try:
            reading = read_table(content, today=TODAY, name="f", text=text, choices=choices)
            counts[outcome(reading)] += 1
            picked = {menu.name: draw.choice(menu.options)[0] for menu in menus(reading)}
            corrected(reading, choices, picked)
        except Exception:  # noqa: BLE001 - any exception at all is what is looked for
            crashes += 1
            sys.stdout.write(
                f"CRASH {content[:3000]!r} {text!r} {choices!r}\n{traceback.format_exc()}\n"
            )
        slowest = max(slowest, time.perf_counter() - begun)
    told = ", ".join(f"{count:,} {what}" for what, count in counts.most_common())
    sys.stdout.write(
        f"{options.inputs:,} inputs tried (seed {options.seed}): {told}; {crashes} crashes; "
        f"slowest {slowest:.2f} s\n"
    )
    return int(crashes > 0 or slowest > SLOW_SECONDS)


if __name__ == "__main__":
    sys.exit(main())
