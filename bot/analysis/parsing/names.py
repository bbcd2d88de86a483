"""The metric's name: from its label, its column, the line above the values, or the sentence.

Cleans a name and takes a unit written in it ("Activation (%)") apart. Never longer than the
limit, whatever was pasted.
"""

import re

from bot.analysis.parsing.cleaning import one_line
from bot.analysis.parsing.months import month_names
from bot.analysis.parsing.units import Unit, is_currency, unit_of
from bot.analysis.parsing.vocabulary import find_metric_name
from bot.analysis.parsing.wording import METRIC_CHARACTERS, is_greeting, is_instruction

UNNAMED = "the metric"
LONGEST_NAME_WORDS = 7

_IN_BRACKETS = re.compile(r"[(\[]([^()\[\]]{1,30})[)\]]")
_AFTER_COMMA = re.compile(r",\s*(?:in\s+)?([^,]{1,20})$")
_IN_UNIT = re.compile(r"\s+in\s+(%|percent|[A-Za-z]{1,8}|[$£€¥])$", re.IGNORECASE)
_CODE_END = re.compile(r"\s([A-Z]{3})(?=$| per )")
_DEFINED = re.compile(r"(?P<name>[^()]{3,}?)\s*\((?P<definition>[^()]{16,300})\)[\s.:]*")
_MONTHS = "|".join(sorted(map(re.escape, month_names()), key=len, reverse=True))
_SINCE_DAY = re.compile(
    r"\s(?:starting|beginning|commencing|from|since) (?:on |the week of )?(?:\d{4}-\d\d(?:-\d\d)?|"
    rf"\d{{1,2}}(?:st|nd|rd|th)? (?:{_MONTHS})|(?:{_MONTHS}) \d{{1,4}})(?:,? \d{{4}})?\s*$",
    re.IGNORECASE,
)
_SPAN_WORDS = re.compile(
    r"[\s,]*(?:from|since|start\w*|weeks?|months?|days?|last|past)\b", re.IGNORECASE
)
_DIRECTION = re.compile(
    r"[\s,;(\[–—-]*\b(?:(?:lower|higher|less|more|fewer) (?:is|=|are) (?:better|good)|"
    r"(?:the )?(?:lower|higher|fewer),? the better)\b[)\]]?",
    re.IGNORECASE,
)
FEWEST_DEFINING_WORDS = 4  # "(UK small business)" is a segment; a definition says who and what
_BEHIND = re.compile(r"\s*(?:,\s*(?:in\s+)?|\(|\bin\s+|\s)([A-Za-z]{1,12}|[%$£€¥])(?![\w])")
_SIGN_END = re.compile(r"\s*([%$£€])\s*$")
_WINDOW = re.compile(
    r"[\s,(–-]*\b(?:for |over |in )?(?:the )?(?:last|past|previous)\s+\w{1,8}\s+(?:days?|weeks?|"
    r"months?|quarters?|years?)\)?|"
    r"[\s,(–-]+(?:weekly|daily|monthly|quarterly|yearly|per week|per day|per month|by week|by day|"
    r"by month|"
    r"week by week|oldest first|newest first|oldest to newest|newest to oldest)\)?(?=$|[,)\s])",
    re.IGNORECASE,
)
_LEAD = re.compile(
    r"^(?:(?:our|the|my|here are|here is|here's|these are|this is|see|below|weekly values of|"
    r"values (?:for|of)|"
                   r"data (?:for|of|on)|numbers for|for)\b[\s:]*)+", re.IGNORECASE)  # fmt: skip
_PLAIN_WORDS = re.compile(
    r"^(?:data|values|numbers|value|series|results|rate|figures|count|actual|total|metric|"
    r"days|weeks|months|quarters|years|daily|weekly|monthly|quarterly|yearly|"
    r"column \d+|kpi)$",
    re.IGNORECASE,
)


def unit_in_name(name: str) -> tuple[str, Unit | None]:
    """A name without the unit written in it, and that unit."""
    joined = re.fullmatch(
        r"([a-z0-9_]+)_(pct|percent|usd|eur|gbp|sek|s|sec|ms|min|hours|days)",
        name.strip(),
        re.IGNORECASE,
    )
    if joined and (unit := unit_of(joined[2])) is not None:
        return joined[1].replace("_", " "), unit
    for match in _IN_BRACKETS.finditer(name):
        unit = next((unit for part in match[1].split(",") if (unit := unit_of(part.strip()))), None)
        if unit is not None:
            rest = f"{name[: match.start()]} {name[match.end() :]}"
            return " ".join(rest.split()).replace(" ,", ","), unit
    bare = _WINDOW.sub("", name).strip(" \t,:")  # "CAC in £, weekly" ends in its unit
    for pattern in (_AFTER_COMMA, _IN_UNIT, _SIGN_END, _CODE_END):
        found = pattern.search(bare)
        unit = unit_of(found[1]) if found else None
        if found is None or unit is None or found.start() == 0:
            continue
        if pattern is not _CODE_END or is_currency(unit.name):
            return f"{bare[: found.start()].strip()}{bare[found.end() :]}", unit
    for part in bare.split(",")[1:-1]:  # "CAC, EUR, B2B invoicing"
        if (unit := unit_of(part.strip())) is not None:
            return bare.replace(f",{part}", "", 1), unit
    return name.strip(), None


def direction_in_name(name: str) -> tuple[str, str]:
    """A name without the remark which way is good ("churn, lower is better"), and the remark."""
    remark = _DIRECTION.search(name)
    if remark is None:
        return name, ""
    return f"{name[: remark.start()]}{name[remark.end() :]}".strip(" ,;"), remark[0].strip(" ,;([")


def split_definition(name: str) -> tuple[str, str]:
    """A name and the definition in brackets behind it, '' where the brackets hold none."""
    match = _DEFINED.fullmatch(name.strip())
    told = _WINDOW.sub("", f" {match['definition']}") if match else ""
    if match is None or len(told.split()) < FEWEST_DEFINING_WORDS or _SPAN_WORDS.match(told):
        return name, ""
    return match["name"].strip(), match["definition"].strip()


def unit_behind(name: str, text: str) -> Unit | None:
    """The unit written right behind a name in running text ("handle time in minutes was")."""
    at = text.casefold().find(name.casefold()) if name else -1
    match = _BEHIND.match(text, at + len(name)) if at >= 0 else None
    return unit_of(match[1]) if match else None


def clean_name(name: str) -> str:
    """A metric name as one short line."""
    plain = _LEAD.sub("", _SINCE_DAY.sub("", _WINDOW.sub("", name)).strip(" \t:,-–—*#\"'"))
    return one_line(plain.strip(" :,-\"'"), METRIC_CHARACTERS)


def name_from_line(line: str) -> str:
    """A name from a heading or a sentence near the values, '' when none is plain."""
    text = line.strip().rstrip(":").strip(" #*")
    if not text or is_instruction(text) or is_greeting(text):
        return ""
    bare = clean_name(text)
    words = bare.split()
    known = find_metric_name(text)
    if 0 < len(words) <= LONGEST_NAME_WORDS and not re.search(
        r"[?!;]|\.\s|(?<![A-Za-z])\d{2,}", bare
    ):
        sentence = re.search(
            r"\b(?:is|are|was|were|has|have|we|i|you|please|can|below|here|went|fell|dropped|"
            r"rose)\b",
            text,
            re.IGNORECASE,
        )
        if not sentence:
            return bare if known or line.rstrip().endswith(":") or len(words) <= 4 else known
    return clean_name(known)


def is_plain_word(name: str) -> bool:
    """Whether a header says nothing about the metric ("value", "data")."""
    return _PLAIN_WORDS.match(name.strip()) is not None
