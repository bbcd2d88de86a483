"""Values inside a sentence: "activation went 42 %, 41 % and then 38 %", "120 in May, 130 in June".

Looks at one line, in which changes and cohorts have been blanked out.
"""

import re

from bot.analysis.parsing.drafts import SeriesDraft
from bot.analysis.parsing.lists import split_cells
from bot.analysis.parsing.numbers import is_missing, split_fraction, split_number
from bot.analysis.parsing.rows import Row, read_row
from bot.analysis.parsing.time_labels import TimeLabel, read_label

_TOKEN = re.compile(
    r"\(?[-+~]?(?:R?\$|[£€¥₹]|kr ?)?-?(?<![\w.])\d+(?:[.,']\d+)*"
    r"(?:\s?(?:(?:k|m|bn)\s?(?:€|£|\$|kr\b\.?|[a-z]{3}\b(?<=usd|eur|gbp|sek|chf|nok|dkk))|¢|chf\b|"
    r"dkk\b|nok\b|%|percent\b|pct\b|k\b|m\b|bn\b|x\b|pts?\b|points\b|ms\b|s\b|secs?\b|seconds\b|"
    r"min\b|minutes\b|hours\b|h\b|"
    r"days\b|months\b|€|£|\$|kr\b\.?|usd\b|eur\b|gbp\b|sek\b))?\)?(?![\w])", re.IGNORECASE,
)  # fmt: skip
_GAP = re.compile(
    r"(?:\s(?:sign-?ups|users|visits|visitors|orders|sessions|customers|leads|tickets|downloads|"
    r"trials|installs|points))?\s*(?:[,;/|→>·]|->|=>|-(?=\s)|–|—|\.\.\.|\b(?:and|then|to|now|"
    r"finally|down|up|followed|by|from|und|et|y|och|via|at|a|zu|zuletzt|dann|auf|von|de|luego|"
    r"después|à|puis|poi|na|naar|til|till|after that|before that|a whopping|reached|hit|last|"
    r"dropped|fell|rose|went|jumped|climbed|slipped|recovered|back|through)\b|\s)*",
    re.IGNORECASE,
)
_MISSING_GAP = re.compile(
    r"\s+(?:\?|n/a)\s+|\s*[,;/|]\s*(n/a|na|null|none|-|–|—|#n/a|missing|nan)\s*[,;/|]\s*",
    re.IGNORECASE,
)
_PIECES = re.compile(r"[,;]\s+(?:and\s+|then\s+)?|\s+(?:and|then|to)\s+|\.\s+")
_IN_PIECE = re.compile(
    r"(?P<value>[$£€]?\d[\d.,]*\s?(?:%|k\b|m\b)?)\s+(?:[a-z-]+\s+)?(?:in|on|for|"
    r"during)\s+(?P<label>[\w ./-]{2,30})$",
    re.IGNORECASE,
)
_LABEL_FIRST = re.compile(
    r"\b(?:in|on|for|during)?\s*(?P<label>[\w./-]+(?:\s[\w./-]+){0,2})\s+(?:was|were|had|at|saw|"
    r"it was|we had)\s+(?P<value>[$£€]?\d[\d.,]*\s?(?:%|k\b|m\b)?)",
    re.IGNORECASE,
)
_FRACTION = re.compile(r"(?<![\w/.])\d[\d,]{0,9}\s?(?:/|of|out of)\s?\d[\d,]{0,9}(?<=\d)(?![\w/])")
_NEWEST = re.compile(
    rf"\b(?:to|at|is|was|now|hit|only|then)\s+(?P<value>{_TOKEN.pattern})\s+(?:just )?"
    r"(?:this|in the current|in the latest) (?:day|week|month|quarter|year)\b|"
    r"\b(?:this|the current|the latest) (?:day|week|month|quarter|year)(?:'s)?\b"
    rf"[^.;:\d]{{0,30}}?(?:\b(?:to|at|is|was|hit|only)|:)\s+(?P<later>{_TOKEN.pattern})",
    re.IGNORECASE,
)
# "Last week" is the newest period where it follows the earlier values or is set against them.
_LAST_PERIOD = re.compile(
    rf"\b(?:to|at|is|was|hit|only)\s+(?P<value>{_TOKEN.pattern})\s+(?:just )?last "
    r"(?:day|week|month|quarter|year)\b|\blast (?:day|week|month|quarter|year)(?:'s)?\b"
    rf"[^.;:\d]{{0,30}}?(?:\b(?:to|at|is|was|hit|only)|:)\s+(?P<later>{_TOKEN.pattern})",
    re.IGNORECASE,
)
_EARLIER = re.compile(
    r"\b(?:before (?:that|then)|previously|prior to that|earlier)\b", re.IGNORECASE
)
_WORD = re.compile(r"[^\W\d_]{2,}")
_AIMS = frozenset(_WORD.findall("goal goals target targets plan budget forecast aim benchmark"))
_NOT_MEASURED = re.compile(rf"\b(?:{'|'.join(sorted(_AIMS))})\b", re.IGNORECASE)
# Words that may stand around a newest value behind its row; any other word may name another thing.
_TELLING = frozenset(
    _WORD.findall(
        "it is was now at to hit only just then and but so far this last the current latest day "
        "week month quarter year has have had been dropped fell rose slipped jumped went sank "
        "plunged climbed down up back suddenly we are stands sits came in value figure number"
    )
)
LONGEST_LINE = 20_000


def run_in_sentence(line: str) -> SeriesDraft | None:
    """The longest run of numbers joined only by separators or linking words; None under two."""
    if len(line) > LONGEST_LINE:
        line = line[:LONGEST_LINE]
    fractions = _FRACTION.findall(line)
    if len(fractions) >= 2 and all(map(split_fraction, fractions)):
        return SeriesDraft(cells=fractions, hint=line[:200])
    runs: list[tuple[int, int, int]] = []
    end = -1
    for match in _TOKEN.finditer(line):
        if read_label_at(line, match.start(), match.end()):
            continue
        gap = line[end : match.start()] if end >= 0 else "x"
        joined = (
            bool(gap) and len(gap) < 40 and (_GAP.fullmatch(gap) or _MISSING_GAP.fullmatch(gap))
        )
        if runs and joined:
            first, _, count = runs[-1]
            runs[-1] = (first, match.end(), count + 1)
        else:
            runs.append((match.start(), match.end(), 1))
        end = match.end()
    best = max(runs, key=lambda run: run[2], default=None)
    if best is None:
        return None
    text = _without_outer_bracket(line[best[0] : best[1]])
    if best[2] < 2 and not re.search(r"\d,\d+,\d", text):
        return None
    cells = [cell for cell in split_cells(_linked(text)) if cell]
    if len(cells) < 2 or not all(split_number(c) or is_missing(c) for c in cells):
        return None
    draft = SeriesDraft(cells=cells, hint=line[: best[0]][-200:])
    _add_newest(draft, line[: best[0]], line[best[1] :])
    return draft


def _clause(text: str, match: re.Match[str]) -> str:
    """The words from the start of a match's sentence to its end, without the value's own sign."""
    return re.split(r"[.;:\n]", text[: match.start()])[-1] + " " + match[0]


def _without_outer_bracket(text: str) -> str:
    """A row of values without the bracket round several of them; one round a single value stays."""
    if text.startswith("(") and ")" not in text[: text.find(",") + 1]:
        inside, _, behind = text[1:].partition(")")
        return inside + behind
    if text.endswith(")") and "(" not in text[text.rfind(",") + 1 :]:
        return text[:-1]
    return text


def _add_newest(draft: SeriesDraft, before: str, after: str) -> None:
    """Append the value of the running period where it is told apart from the earlier ones."""
    found = [
        match
        for match in _NEWEST.finditer(before)
        if not _NOT_MEASURED.search(_clause(before, match))
    ]
    if _EARLIER.search(before):
        found.extend(_LAST_PERIOD.finditer(before))
    known = {word.casefold() for word in _WORD.findall(before)} | _TELLING
    for pattern in (_NEWEST, _LAST_PERIOD):
        for match in pattern.finditer(after):
            words = {word.casefold() for word in _WORD.findall(_clause(after, match))}
            if words <= known and not words & _AIMS:
                found.append(match)
    values = {(match["value"] or match["later"]).strip(" .,") for match in found}
    if len(values) != 1:
        return
    newest = values.pop()
    number, last = split_number(newest), split_number(draft.cells[-1])
    if number is None or last is None or newest in draft.cells or number.unit != last.unit:
        return
    draft.cells.append(newest)
    draft.assumptions.append(f"“{newest}” is told as the newest value, so it was put last.")


def _linked(text: str) -> str:
    """Linking words between numbers made into separators."""
    mark = ";" if ";" in text else ", "
    words = (
        r"\s*,?\s*\b(?:and|then|to|now|finally|down|up|followed|by|from|und|et|y|och|via|at|zu|"
        r"zuletzt|dann|auf|von|de|luego|después|à|puis|poi|na|naar|til|till|after that|"
        r"before that|a whopping|reached|hit|last|dropped|fell|rose|went|"
        r"jumped|climbed|slipped|recovered|back|through|a)\b[\s,]*"
    )
    linked = re.sub(rf"(?:{words})+", mark, text, flags=re.IGNORECASE)
    return re.sub(r"(?<=[\d%)])\s+[-–—]\s+(?=\d)|\s*[–—]\s*(?=\d)|\.\.\.", mark, linked)


def read_label_at(line: str, start: int, end: int) -> bool:
    """Whether a number belongs to a word before it that makes it a time ("week 3", "D7")."""
    before = line[max(0, start - 14) : start].split()
    if not before:
        return False
    word = before[-1].strip("(,.;:")
    number = line[start:end].strip()
    return number.isdigit() and word.isalpha() and read_label(f"{word} {number}") is not None


def pairs_in_sentence(line: str) -> SeriesDraft | None:
    """Values each tied to a time in one sentence; None under two."""
    if len(line) > LONGEST_LINE:
        return None
    draft = SeriesDraft(cells=[])
    for piece in _PIECES.split(line):
        text = piece.strip(" .?!")
        match = _IN_PIECE.search(text) or _LABEL_FIRST.search(text)
        label = _label_in(match["label"]) if match else None
        if match is not None and label is not None and split_number(match["value"].strip(" .,")):
            draft.cells.append(match["value"].strip(" .,"))
            draft.labels.append(label)
            continue
        row = read_row(text) or (None if draft.cells else _row_at_end(text))
        if row is not None:
            draft.cells.append(row.cell)
            draft.labels.append(row.label)
    return draft if len(draft.cells) >= 2 else None


def _row_at_end(text: str) -> Row | None:
    """The first of a row of dated values, behind its introduction ("CSAT by month: Sep 74.9")."""
    _, mark, rest = text.partition(": ")
    if mark and (row := read_row(rest)) is not None:
        return row
    words = text.split()
    rows = (read_row(" ".join(words[-count:])) for count in (4, 3, 2) if len(words) > count)
    return next((row for row in rows if row is not None), None)


def _label_in(text: str) -> TimeLabel | None:
    words = text.split()
    for count in range(len(words), 0, -1):
        label = read_label(" ".join(words[:count])) or read_label(" ".join(words[-count:]))
        if label is not None:
            return label
    return None
