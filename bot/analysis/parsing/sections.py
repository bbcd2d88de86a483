"""The text cut into labelled fields ("Metric: ...", "Changes: ...") and the lines that are left.

Labels are honoured in any case and order, also several on one line. Says nothing about what a
field holds.
"""

import re
from dataclasses import dataclass, field

from bot.analysis.parsing.cohorts import find_cohort
from bot.analysis.parsing.wording import asks

_NAMES: dict[str, tuple[str, ...]] = {
    "metric": ("metric", "metric name", "kpi", "measure", "name", "name of metric", "metrik",
        "métrica", "metrica",
               "kennzahl", "indicateur", "mått", "nyckeltal"),
    "definition": ("definition", "defined as", "metric definition", "def", "what it is",
                   "definición", "définition", "definizione"),
    "unit": ("unit", "units", "einheit", "unidad", "unité", "unità", "unidade", "enhet"),
    "values": ("values", "value", "data", "numbers", "series", "data points", "datapoints",
               "figures", "history", "actuals", "time series", "weekly values", "daily values",
               "monthly values", "werte", "valores", "valeurs", "valori", "värden", "waarden",
               "recent values",
               "datos", "dados", "daten", "données", "dati"),
    "period": ("period", "periods", "cadence", "frequency", "granularity", "interval", "grain",
        "zeitraum",
               "frecuencia", "frequência", "fréquence", "periodo", "período", "période",
               "häufigkeit"),
    "segment": ("segment", "segments", "audience", "user segment", "customer segment", "who",
                "segmento", "zielgruppe"),
    "market": ("market", "markets", "region", "country", "geo", "markt", "país",
               "mercado", "marché", "mercato", "paese"),
    "context": ("context", "background", "business context", "notes", "note", "kontext"),
    "cohort": ("cohort", "cohort size", "sample", "sample size", "n", "base", "denominator",
               "cohort sizes", "users per week", "denominators", "base size",
               "kohorte", "kohortengröße", "cohorte", "tamaño de la cohorte", "dimensione coorte",
               "taille de la cohorte", "tamanho da coorte", "list", "list size", "audience size"),
    "changes": ("changes", "change", "recent changes", "recent change", "what changed", "events",
                "event", "recorded changes", "known changes", "releases", "annotations",
                "change log", "changelog", "änderungen", "änderung", "cambios",
                "changements", "modifiche", "mudanças", "ändringar"),
    "question": ("question", "questions", "ask", "our question", "frage", "pregunta", "pergunta",
                 "domanda", "fråga", "vraag"),
    "direction": ("direction", "good direction", "better", "good is", "desired direction"),
}  # fmt: skip
FIELD_OF = {name: key for key, names in _NAMES.items() for name in names}
_ALTERNATIVES = "|".join(sorted(map(re.escape, FIELD_OF), key=len, reverse=True))
_LABEL = re.compile(
    rf"^[ \t]*(?:[-•][ \t]+)?(?P<name>{_ALTERNATIVES})[ \t]*(?P<hint>\([^()\n]{{0,60}}\)|"
    rf",[^:,\n]{{0,40}}(?=:))?"
    r"(?:[ \t]*(?::|=(?![=>]))|[ \t]+[-–—|][ \t])[ \t]*(?P<rest>.*)$",
    re.IGNORECASE,
)
_LABEL_TABBED = re.compile(
    r"^[ \t]*(?P<name>metric|metric name|definition|unit|period|segment|market|context|cohort|"
    r"cohort size|question)\t+(?P<rest>[^\t]+)$", re.IGNORECASE,
)  # fmt: skip
_HEADING = re.compile(
    r"^[ \t#]*(?P<name>changes|recent changes|what changed|question|context)[ \t]*(?P<rest>)$",
    re.IGNORECASE,
)
_INLINE = re.compile(
    rf"[;|,.]?[ \t]+(?=(?:{_ALTERNATIVES})[ \t]*(?:\([^()\n]{{0,60}}\))?:[ \t])", re.IGNORECASE
)
_CONTINUES = re.compile(r"^\s*(?:[-•*–]\s|\d{1,3}[.)]\s|[-+($£€¥~]*\d|n/a\b|\|)", re.IGNORECASE)
_OTHER_LABEL = re.compile(r"^[^\W\d][\w /&'()%,-]{0,50}:\s*(?:\S|$)")


@dataclass(slots=True)
class Sections:
    """Labelled fields (key -> text) and the unlabelled lines; hints stand beside labels."""

    fields: dict[str, str] = field(default_factory=dict)
    hints: dict[str, str] = field(default_factory=dict)
    lines: list[str] = field(default_factory=list)

    def add(self, key: str, text: str) -> None:
        """Append to a field; a repeated label adds a line."""
        before = self.fields.get(key, "")
        self.fields[key] = f"{before}\n{text}".strip() if before else text.strip()


def split_sections(text: str) -> Sections:
    """Cut cleaned text into labelled fields and other lines."""
    sections = Sections()
    open_key = ""
    was_empty = False
    for line in _separate_labels(text).split("\n"):
        match = _LABEL.match(line) or _LABEL_TABBED.match(line) or _HEADING.match(line)
        if match:
            open_key = FIELD_OF[match["name"].casefold()]
            hint = match.groupdict().get("hint")
            if hint:
                sections.hints[open_key] = hint.strip("(), ")
            sections.add(open_key, match["rest"])
            was_empty = not match["rest"].strip()
        elif not line.strip():
            if not was_empty or sections.fields.get(open_key):
                open_key = ""
            sections.lines.append("")
        elif open_key and _continues(open_key, line, empty=was_empty):
            sections.add(open_key, line)
        else:
            open_key = ""
            sections.lines.append(line)
    return sections


def _separate_labels(text: str) -> str:
    """Put each label of "Metric: x, Values: 1, 2" on its own line."""
    lines = []
    for line in text.split("\n"):
        starts = _LABEL.match(line)
        lines.append(_INLINE.sub("\n", line) if starts and len(line) < 20_000 else line)
    return "\n".join(lines)


def _continues(key: str, line: str, *, empty: bool) -> bool:
    if key == "changes" and _ends_changes(line):
        return False
    if key in {"values", "changes", "cohort"}:
        if _CONTINUES.match(line) and not (key == "cohort" and not empty):
            return True
        return (
            empty
            and (key == "changes" or not line.rstrip().endswith("?"))
            and (key != "values" or bool(re.search(r"\d|\t|,|n/a", line)))
        )
    return empty and _OTHER_LABEL.match(line) is None


def _ends_changes(line: str) -> bool:
    """Whether a line under a list of changes is a question or tells how many people there are."""
    bullet = re.match(r"^\s*(?:[-•*–]\s+)?", line)
    plain = line[bullet.end() if bullet else 0 :].strip()
    if plain.endswith("?") or (asks(plain) and not re.search(r"\d", plain)):
        return True
    cohort = find_cohort(plain)
    return (
        cohort is not None
        and cohort.start <= len("cohort: ")
        and len(plain) - cohort.end <= len(" on average")
    )
