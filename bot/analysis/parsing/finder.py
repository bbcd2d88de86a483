"""Finds the one series in a text: labelled values, a table, dated lines, lists, a sentence.

Tries the clearest shape first and says which lines it used, so that the rest can be read as
context, changes and question.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from bot.analysis.parsing.arms import refuse_arms
from bot.analysis.parsing.columns import draft_from_table
from bot.analysis.parsing.drafts import SeriesDraft, UnreadableSeriesError
from bot.analysis.parsing.lists import split_cells, strip_bullets
from bot.analysis.parsing.names import is_plain_word
from bot.analysis.parsing.numbers import is_missing, split_number
from bot.analysis.parsing.prose import pairs_in_sentence, run_in_sentence
from bot.analysis.parsing.rows import Row, read_base, read_row
from bot.analysis.parsing.tables import Table, find_table
from bot.analysis.parsing.time_labels import read_label
from bot.analysis.parsing.vocabulary import kind_of_name, looks_like_denominator
from bot.analysis.question import MetricKind, ProblemCode

_NAMED = re.compile(
    r"^\s*[-•*]?\s*(?P<name>[^\W\d][^:\n=\t]{0,120}?)\s*(?::|=(?!>)|\s[-–—]{1,2}\s|\t|\s\|"
    r"\s)\s*(?P<rest>\S.*)$"
)
_TAIL = re.compile(
    r"(.*?\d[%kKmM)*]?(?:\s?[a-z%€£$]{1,7})?)(?:[.!]\s+|\s+[-–—]{1,2}\s+)([^\W\d][^;|]*)",
    re.IGNORECASE,
)
_NOT_VALUES = re.compile(
    r"\b\d{4}-\d\d-\d\d\b|\b\d{1,2}[./]\d{1,2}[./]?\d{0,4}\b|"
    r"\b\d{1,3}[ -](?:days?|weeks?|months?|quarters?|years?|wochen|monaten?|tagen?|semaines|mois|"
    r"semanas|meses|veckor|settimane|mesi)\b|"
    r"\b\d{1,2}(?:st|nd|rd|th|\.)? (?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*\b",
    re.IGNORECASE,
)
_NUMBERED = re.compile(r"^\s*\d{1,3}[.)]\s+(?=[-+($£€¥~]*\d)")
MIN_TEXT_LIST = 3  # numbers a line needs before a word among them is an error, not prose


@dataclass(slots=True)
class Found:
    """The series found and the numbers of the lines it used up."""

    draft: SeriesDraft
    used: set[int] = field(default_factory=set)
    name_line: str = ""
    in_prose: bool = False


def find_series(lines: Sequence[str], masked: Sequence[str], metric: str) -> Found | None:
    """The series of the lines; `masked` are the same lines with changes and cohorts blanked.

    Returns None when there are no values. Raises UnreadableSeriesError when there are several
    series or a list is broken.
    """
    table = find_table(lines)
    dated = _dated_lines(lines)
    if table is not None and dated is not None and _is_comma_pair(table, lines, dated):
        table = None
    if table is not None and (dated is None or len(table.rows) >= len(dated.draft.cells)):
        used = set(range(table.first_line, table.last_line + 1))
        words = metric or " ".join(
            line for i, line in enumerate(lines) if i not in used and line.strip()
        )
        return Found(
            draft_from_table(table, words[:2000]), used, _line_above(lines, table.first_line)
        )
    if dated is not None and len(dated.draft.cells) >= 2:
        return dated
    refuse_arms(lines, metric)
    for finder in (_named_lists, _bare_lists):
        found = finder(lines, metric)
        if found is not None:
            return found
    return _longer(_sentence(masked), _paired(lines)) or dated or _single(masked)


def _is_comma_pair(table: Table, lines: Sequence[str], dated: Found) -> bool:
    """Whether the commas of each line may belong to its number ("gennaio 24,1%")."""
    first = lines[table.first_line]
    firsts = [row[0] for row in table.rows]
    cut = sum(read_label(cell) is None and read_row(cell) is not None for cell in firsts)
    spaced = re.search(r"[\t|;]|,\s", lines[table.last_line])
    if cut * 2 > len(firsts) and len(dated.draft.cells) >= cut and not spaced:
        return True  # "2026-03-09: 1" beside "240" is one value under a title with a comma
    return (
        not table.header
        and len(table.rows[0]) == 2
        and first.count(",") == 1
        and not re.search(r"[\t|;]", first)
        and len(dated.draft.cells) >= len(table.rows)
    )


def read_values(text: str, metric: str) -> SeriesDraft | None:
    """The series of a values field; looser than free text, for all of it is meant as values."""
    lines = [line for line in text.split("\n") if line.strip()]
    if not lines:
        return None
    if (
        len(lines) > 1
        and not re.search(r"\d", lines[-1])
        and not is_missing(lines[-1].strip(" -*"))
    ):
        draft = read_values("\n".join(lines[:-1]), metric)
        if draft is not None:
            draft.tail = f"{draft.tail}\nlast value: {lines[-1].strip(' *')}".strip()
        return draft
    table = find_table(lines)
    if table is not None and len(table.rows) * 2 >= len(lines):
        return draft_from_table(table, metric)
    pairs = _row_list(text)
    rows = _dated_lines(lines) if pairs is None or len(lines) > 1 else None
    if rows is not None and len(rows.draft.cells) * 2 > len(lines):
        return _keep_strays(rows, lines)
    if pairs is not None:
        return pairs
    refuse_arms(lines, metric)
    if len(lines) > 1 and (named := _named_lists(lines, metric)) is not None:
        return named.draft
    cells = [_without_note(cell) for cell in split_cells(text)]
    numbers = sum(split_number(cell) is not None for cell, _ in cells)
    if not numbers or (numbers < len(cells) / 2 and len(cells) > 3):
        run = run_in_sentence(text) if numbers < 2 else None
        if run is not None:
            return run
    draft = SeriesDraft(cells=[cell for cell, _ in cells])
    draft.notes = {i: note for i, (_, note) in enumerate(cells) if note}
    return _take_bases(draft)


def _without_note(cell: str) -> tuple[str, str]:
    """A cell and the remark in brackets after it ("31 (so far)")."""
    match = re.fullmatch(r"(.*?\S)\s*\(([^()]*[^\W\d][^()]*)\)", cell.strip())
    if match and (split_number(match[1]) or is_missing(match[1])):
        return match[1], match[2]
    return cell, ""


def _take_bases(draft: SeriesDraft) -> SeriesDraft:
    """Remarks such as (n=2,000) beside the values are the people counted."""
    sizes = [read_base(draft.notes.get(i, "")) for i in range(len(draft.cells))]
    if sum(bool(size) for size in sizes) * 2 > len(sizes):
        draft.denominators = sizes
        draft.notes = {i: note for i, note in draft.notes.items() if not sizes[i]}
    return draft


def _keep_strays(found: Found, lines: Sequence[str]) -> SeriesDraft:
    """Lines between dated lines that hold only a value have lost their date."""
    for i, line in enumerate(lines):
        if i not in found.used and split_number(line) is not None and i > 0:
            found.draft.cells.insert(min(i, len(found.draft.cells)), line.strip())
            found.draft.labels.insert(min(i, len(found.draft.labels)), None)
    return found.draft


def _line_above(lines: Sequence[str], first: int) -> str:
    for at in range(first - 1, max(first - 3, -1), -1):
        if lines[at].strip():
            return lines[at]
    return ""


def _dated_lines(lines: Sequence[str]) -> Found | None:
    """Lines that each tie a value to a time."""
    bare = strip_bullets_each(lines)
    rows = [(i, row) for i, line in enumerate(bare) if (row := read_row(line)) is not None]
    if not rows:
        rows = _year_rows(bare)
    if not rows:
        return None
    if len(rows) == 1 and len(lines) > 1:
        return None
    draft = _draft_of_rows([row for _, row in rows])
    used = {i for i, _ in rows}
    found = Found(draft, used, _line_above(lines, rows[0][0]))
    for i in range(rows[0][0] + 1, rows[-1][0]):
        if i not in used and split_number(lines[i]) is not None:
            _raise_undated(lines[i])
        head, mark, rest = lines[i].partition(":")
        if i not in used and mark and rest.strip() and read_label(head) is not None:
            draft.cells.insert(min(i - rows[0][0], len(draft.cells)), rest.strip())
            draft.labels.insert(min(i - rows[0][0], len(draft.labels)), read_label(head))
    return found


def _year_rows(lines: Sequence[str]) -> list[tuple[int, Row]]:
    rows = [
        (i, row) for i, line in enumerate(lines) if (row := read_row(line, years=True)) is not None
    ]
    return rows if len(rows) >= 2 else []


def _raise_undated(line: str) -> None:
    raise UnreadableSeriesError(
        ProblemCode.MISSING_DATES,
        f"“{line.strip()[:40]}” has no date while the other lines have one. Write a date on every "
        "line, or on none.",
    )


def strip_bullets_each(lines: Sequence[str]) -> list[str]:
    """Lines without a bullet sign (a dash counts only before a letter or a time)."""
    return [re.sub(r"^\s*(?:\[[ xX]\]|[•·▪◦‣*]|[-–](?=\s))\s*", "", line) for line in lines]


def _draft_of_rows(rows: Sequence[Row]) -> SeriesDraft:
    draft = SeriesDraft(cells=[row.cell for row in rows], labels=[row.label for row in rows])
    draft.notes = {i: row.note for i, row in enumerate(rows) if row.note}
    if any(row.base for row in rows):
        draft.denominators = [row.base for row in rows]
    return draft


def _row_list(text: str) -> SeriesDraft | None:
    """ "Jan 42, Feb 41, Mar 38" on one line: every piece ties a value to a time."""
    for pattern in (r"[;|\n]", r",\s+|\n", r","):
        pieces = [piece for piece in re.split(pattern, text) if piece.strip(" .")]
        if len(pieces) < 2:
            continue
        rows = [read_row(re.sub(r"^\s*(?:and|then)\s+", "", piece).strip(" .")) for piece in pieces]
        if all(rows):
            return _draft_of_rows([row for row in rows if row is not None])
    return None


def _named_lists(lines: Sequence[str], metric: str) -> Found | None:
    """ "Activation rate: 42, 41, 38"; several such lines are several series."""
    found: list[tuple[int, str, SeriesDraft]] = []
    for i, line in enumerate(lines):
        match = _NAMED.match(line)
        if match is None:
            continue
        draft = _row_list(match["rest"]) or _list_of(match["rest"])
        if draft is not None and len(draft.cells) >= 2:
            heads = re.split(r"[.!?]\s+", match["name"])
            draft.name = heads[-1].strip(" *-")
            if is_plain_word(draft.name):
                draft.hint = draft.name
                draft.name = heads[-2].strip(" *-") if len(heads) > 1 else draft.name
            found.append((i, draft.name, draft))
    if not found:
        return None
    if len(found) == 1:
        i, _, draft = found[0]
        return Found(draft, {i})
    return _one_of(found, metric)


def _one_of(found: list[tuple[int, str, SeriesDraft]], metric: str) -> Found:
    used = {i for i, _, _ in found}
    if len(found) == 2:
        for (_, _, value), (_, base_name, base) in (found, found[::-1]):
            rate = kind_of_name(value.name) is MetricKind.RATE or "%" in value.cells[0]
            if rate and looks_like_denominator(base_name) and len(base.cells) == len(value.cells):
                value.denominators = base.cells
                return Found(value, used)
    named = [item for item in found if metric and item[1].casefold() == metric.casefold()]
    if len(named) == 1:
        return Found(named[0][2], used)
    names = ", ".join(f"“{name[:40]}”" for _, name, _ in found[:4])
    raise UnreadableSeriesError(
        ProblemCode.SEVERAL_SERIES,
        f"There are {len(found)} series: {names}. Ask about one of them at a time.",
    )


def _list_of(text: str, least: int = 2) -> SeriesDraft | None:
    """A list if (nearly) all cells are numbers or missing markers."""
    tail = ""
    match = _TAIL.fullmatch(text[:20_000])
    if match:
        text, tail = match[1], match[2]
    cells = [_without_note(cell) for cell in split_cells(text)]
    numbers = sum(split_number(cell) is not None for cell, _ in cells)
    if numbers < least and not (
        numbers and all(split_number(c) or is_missing(c) for c, _ in cells)
    ):
        return None
    strays = [cell for cell, _ in cells if split_number(cell) is None and not is_missing(cell)]
    ends = {cells[0][0], cells[-1][0]} if cells else set()
    if strays and (
        any(stray in ends for stray in strays)
        or numbers < MIN_TEXT_LIST
        or len(strays) * 3 > len(cells)
        or any(len(stray.split()) > 2 for stray in strays)
    ):
        return None
    draft = SeriesDraft(cells=[cell for cell, _ in cells])
    draft.notes = {i: note for i, (_, note) in enumerate(cells) if note}
    draft.tail = tail
    return _take_bases(draft)


def _bare_lists(lines: Sequence[str], metric: str) -> Found | None:
    """Lines that hold nothing but values; neighbouring ones belong together."""
    del metric
    block: list[int] = []
    best: list[int] = []
    for i, line in enumerate([*lines, "end"]):
        if line.strip() and _is_list_line(_NUMBERED.sub("", line)):
            block.append(i)
        elif line.strip():
            best, block = max(best, block, key=lambda b: _size(lines, b)), []
    if not best:
        return None
    if len(best) == 1 and split_number(lines[best[0]]) is not None and _sentence(lines):
        return None
    draft = _row_list("\n".join(lines[i] for i in best))
    if draft is None:
        cells = split_cells("\n".join(strip_bullets([lines[i] for i in best])))
        pairs = [_without_note(cell) for cell in cells]
        draft = SeriesDraft(cells=[cell for cell, _ in pairs])
        draft.notes = {i: note for i, (_, note) in enumerate(pairs) if note}
        draft = _take_bases(draft)
    return Found(draft, set(best), _line_above(lines, best[0]))


def _size(lines: Sequence[str], block: Sequence[int]) -> int:
    return sum(len(lines[i]) for i in block)


def _is_list_line(line: str) -> bool:
    bare = strip_bullets_each([line])[0].strip()
    if split_number(bare) is not None or (is_missing(bare) and bare not in {".", "..."}):
        return True
    if not re.search(r"\d", line):
        return False
    try:
        return _list_of(line) is not None or _row_list(line) is not None
    except UnreadableSeriesError:
        return re.search(r"[^\W\d]", line) is None or len(re.findall(r"[^\W\d]", line)) < 4


def _sentence(lines: Sequence[str]) -> Found | None:
    """The longest run of values inside a sentence."""
    best: Found | None = None
    for i, line in enumerate(lines):
        for reader in (pairs_in_sentence, run_in_sentence):
            draft = reader(line)
            if draft is not None and (best is None or len(draft.cells) > len(best.draft.cells)):
                best = Found(draft, {i}, in_prose=True)
    return best


def _paired(lines: Sequence[str]) -> Found | None:
    """Values tied to times in a sentence whose verbs look like a change ("moved from")."""
    pairs = [(i, draft) for i, line in enumerate(lines) if (draft := pairs_in_sentence(line))]
    if not pairs:
        return None
    i, draft = max(pairs, key=lambda pair: len(pair[1].cells))
    return Found(draft, {i}, in_prose=True)


def _longer(first: Found | None, second: Found | None) -> Found | None:
    """The series with more values; the first one where they are equal."""
    if first is None or second is None:
        return first or second
    return second if len(second.draft.cells) > len(first.draft.cells) else first


def _single(lines: Sequence[str]) -> Found | None:
    """A single value in the text, so that the reader can be told that one is too few."""
    for i, line in enumerate(lines):
        plain = _NOT_VALUES.sub(" ", line)
        match = re.search(r"(?<![\w.,/-])[$£€]?\d[\d.,]*\s?%?(?![\w/])", plain)
        if match and split_number(match[0].strip(" .,")):
            return Found(SeriesDraft(cells=[match[0].strip(" .,")]), {i}, in_prose=True)
    return None
