"""The plain answer about segments: the total, rates against mix, each segment, where to look.

Sentences are checked by `plain`, which leaves out what the verifier would refuse.
"""

from bot.analysis.answer import Section
from bot.analysis.drivers.headings import column_name
from bot.analysis.facts import Fact, Findings, Verdict
from bot.analysis.units import change_text, value_text

MOST_TOLD = 3  # segments
SEARCH_DAYS = 14  # a look into existing data, no experiment


def is_mix(findings: Findings) -> bool:
    """Whether findings about rows are a change split by segments."""
    return any(fact.id == "total.change" for fact in findings.facts)


def write_mix(findings: Findings, section: Section) -> list[str]:
    """List the sentences of one part, most important first."""
    if section is Section.ANALYSIS:
        return _analysis(findings)
    return _action(findings) if section is Section.RECOMMENDED_ACTION else _urgency(findings)


def _analysis(findings: Findings) -> list[str]:
    rate, mix = (_points(findings.fact(f"total.{name}")) for name in ("rate", "mix"))
    sentences = [
        _moved(findings, findings.fact("total.change"), "total"),
        f"Of that, {rate} come from the segments' own rates and {mix} from the changed mix of "
        "segments.",
    ]
    sentences += [f"{fact.text}." for fact in findings.facts if fact.id == "total.simpson"]
    for number, fact in enumerate(_contributions(findings)[:MOST_TOLD], start=1):
        sentences.append(_moved(findings, findings.fact(f"segment.{number}.change"), ""))
        sentences.append(f"{fact.text}.")
    sentences.append("The split shows where the change sits, not what made it.")
    return sentences


def _moved(findings: Findings, change: Fact, total: str) -> str:
    """Say one change with its rates and interval, and whether it is clear."""
    label = total or change.id.rpartition(".")[0]
    before, after = (findings.fact(f"{label}.{side}") for side in ("before", "after"))
    name = column_name(findings.question.metric)
    if not total and change.subject is not None:
        name = column_name(change.subject.level)
    low, high = change.interval or (change.value, change.value)
    ends = f"95 % interval {value_text(low, '')} to {value_text(high, '')} points"
    doubt = "" if change.subject and change.subject.is_clear else ", not clear"
    verb = "rose" if change.value > 0 else "fell" if change.value < 0 else "stayed"
    return (
        f"{name[:1].upper()}{name[1:]} {verb} from {value_text(before.value, before.unit)} to "
        f"{value_text(after.value, after.unit)}, {_points(change)} ({ends}){doubt}."
    )


def _points(fact: Fact) -> str:
    return change_text(fact.value, "points")


def _contributions(findings: Findings) -> list[Fact]:
    found = [fact for fact in findings.facts if fact.id.endswith(".contribution")]
    return sorted(found, key=lambda fact: int(fact.id.split(".")[1]))


def _action(findings: Findings) -> list[str]:
    metric = column_name(findings.question.metric)
    rate, mix = (abs(findings.fact(f"total.{part}").value) for part in ("rate", "mix"))
    leading = _largest(findings, "mix" if mix > rate else "rate")
    name = column_name(leading.subject.level) if leading.subject else "the first segment"
    if findings.verdict is Verdict.FLAT and mix <= rate:
        return [
            f"Ask the owner of {metric} to repeat this comparison within {SEARCH_DAYS} days, with "
            "the periods that are in by then, and to change nothing before.",
            "A change of the total whose interval leaves out zero would be the reason to act.",
        ]
    look = "what people there met that others did not"
    if mix > rate:
        look = "why its weight among all people changed"
    return [
        f"Ask the owner of {metric} to find out within {SEARCH_DAYS} days, for {name} first, "
        f"{look}.",
        f"{name} in front again in the next comparison of the same length would confirm where to "
        "act.",
    ]


def _largest(findings: Findings, part: str) -> Fact:
    """Return the rate or mix effect of the segment that has most of it."""
    found = [f for f in findings.facts if f.id.startswith("segment.") and f.id.endswith(part)]
    return max(found, key=lambda fact: abs(fact.value))


def _urgency(findings: Findings) -> list[str]:
    if findings.verdict is Verdict.WORSENING:
        return ["Medium.", "The total has moved in the bad direction."]
    if findings.verdict is Verdict.IMPROVING:
        return ["Low.", "The total has moved in the good direction."]
    return ["Low.", "The total has not moved enough to tell it from chance."]
