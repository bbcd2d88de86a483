"""The plain answer about rows: associations with intervals, a test of the strongest, an urgency.

Stands in for `bot.analysis.plain` where the findings hold a regression or segments and no series.
A sentence that the verifier would refuse is left out, as the model's would be. It fits nothing.
"""

from bot.analysis.answer import Section
from bot.analysis.drivers.cautions import CautionCode
from bot.analysis.drivers.headings import column_name
from bot.analysis.drivers.plain_mix import is_mix, write_mix
from bot.analysis.facts import Fact, FactKind, Findings, Subject
from bot.analysis.units import PERCENT, value_text
from bot.analysis.verification import check_sentence

MOST_TOLD = 3
MOST_NAMES = 3
TEST_DAYS = 30  # long enough for a controlled test, short enough to be remembered
_CAUTIONS = {
    CautionCode.SEPARATION: "Caution: {} has values with only a single outcome, which makes its "
    "effect uncertain.",
    CautionCode.COLLINEAR: "Caution: {} follows from the other columns, so its own part cannot be "
    "told.",
    CautionCode.FEW_EVENTS: "Caution: the rarer outcome has few rows, so effects are uncertain.",
    CautionCode.MISSING: "Caution: rows that miss a value were left out, which may tilt results.",
    CautionCode.LEAKAGE: "Caution: {} nearly tells the outcome by itself and may have been written "
    "down after it.",
    CautionCode.NOT_CONVERGED: "Caution: the regression did not settle, so it gives no effects.",
}


def plain_row_sentences(findings: Findings, section: Section) -> list[str]:
    """List the plain sentences of one part, most important first; all of them verify."""
    write = {
        Section.ANALYSIS: _analysis,
        Section.RECOMMENDED_ACTION: _action,
        Section.URGENCY: _urgency,
    }[section]
    written = write_mix(findings, section) if is_mix(findings) else write(findings)
    kept: list[str] = []
    for sentence in written:
        if check_sentence(sentence, findings, section, kept).verified:
            kept.append(sentence)
    return kept


def main_effects(findings: Findings) -> list[Fact]:
    """Return each term's effect in the unit a reader knows best, strongest first.

    Points of probability for a yes-or-no outcome, percent for a count, the coefficient else.
    """
    wanted = {FactKind.MARGINAL_EFFECT, FactKind.RATE_CHANGE, FactKind.COEFFICIENT}
    found = [
        fact for fact in findings.facts if fact.kind in wanted and fact.id.startswith("driver.")
    ]
    return sorted(found, key=lambda fact: int(fact.id.split(".")[1]))


def clear_effects(findings: Findings) -> list[Fact]:
    """Return those of `main_effects` that stand out after correction."""
    return [fact for fact in main_effects(findings) if fact.subject and fact.subject.is_clear]


def _analysis(findings: Findings) -> list[str]:
    effects = main_effects(findings)
    if not effects:
        told = [findings.fact(fact_id) for fact_id in findings.prompt_facts]
        return [f"{fact.text}." for fact in told if not fact.id.startswith("caution.")] + (
            _cautions(findings)
        )
    clear = clear_effects(findings)
    sentences = [_rows_sentence(findings), *map(effect_sentence, clear[:MOST_TOLD])]
    sentences += _unclear_sentences(findings, clear)
    sentences.append("These are associations; they do not show what causes what.")
    return sentences + _cautions(findings)


def _rows_sentence(findings: Findings) -> str:
    rows = f"{findings.fact('model.rows').value:,.0f}"
    base = findings.fact("model.base")
    if base.unit != PERCENT:
        return f"The comparison covers {rows} rows."
    outcome = column_name(base.subject.outcome if base.subject else "the outcome")
    share = value_text(base.value, PERCENT)
    return f"The comparison covers {rows} rows; the overall share with {outcome} is {share}."


def effect_sentence(fact: Fact) -> str:
    """Say one effect with its interval, the other columns held equal."""
    subject = fact.subject
    if subject is None or fact.interval is None:
        return f"{fact.text}."
    outcome, higher = column_name(subject.outcome), "higher" if fact.value > 0 else "lower"
    size = value_text(abs(fact.value), "")
    if fact.kind is FactKind.MARGINAL_EFFECT:
        said = f"the chance of {outcome} is {size} points {higher}"
    elif fact.kind is FactKind.RATE_CHANGE:
        said = f"the rate of {outcome} is {value_text(abs(fact.value), PERCENT)} {higher}"
    else:
        said = f"{outcome} is {size} {higher}"
    return f"{_case(subject)}, {said}{_than(subject)} (95 % interval {_ends(fact)})."


def _case(subject: Subject) -> str:
    name = column_name(subject.variable)
    if subject.step:
        step = "unit" if subject.step == 1 else value_text(subject.step, "")
        return f"For each additional {step} of {name}"
    return f"Where {name} is {column_name(subject.level)}"


def _than(subject: Subject) -> str:
    """Name what a level is set against, unless it is plainly the other of yes and no."""
    if subject.step or not subject.reference or subject.level.casefold() in {"yes", "true", "1"}:
        return ""
    return f" than where it is {column_name(subject.reference)}"


def _ends(fact: Fact) -> str:
    low, high = fact.interval or (0.0, 0.0)
    if high < 0:  # "12 points lower (95 % interval 10 to 14)"
        low, high = -high, -low
    return f"{value_text(low, '')} to {value_text(high, '')}"


def _unclear_sentences(findings: Findings, clear: list[Fact]) -> list[str]:
    known = {fact.subject.variable for fact in clear if fact.subject}
    names = list(
        dict.fromkeys(
            column_name(fact.subject.variable)
            for fact in main_effects(findings)
            if fact.subject and fact.subject.variable not in known
        )
    )[:MOST_NAMES]
    if not names:
        return []
    outcome = column_name(findings.question.metric)
    joined = " and ".join([", ".join(names[:-1]), names[-1]] if len(names) > 1 else names)
    verb = "show" if len(names) > 1 else "shows"
    return [f"{joined[:1].upper()}{joined[1:]} {verb} no clear association with {outcome}."]


def _cautions(findings: Findings) -> list[str]:
    sentences = []
    for fact in findings.facts:
        if not fact.id.startswith("caution."):
            continue
        code = CautionCode(fact.id.split(".")[1])
        if code in _CAUTIONS:
            name = column_name(fact.subject.variable) if fact.subject else ""
            sentences.append(_CAUTIONS[code].format(name))
    return sentences[:MOST_TOLD]


def _action(findings: Findings) -> list[str]:
    outcome = column_name(findings.question.metric)
    clear = clear_effects(findings)
    if not clear or clear[0].subject is None:
        return [
            f"Ask the owner of {outcome} to add rows, and columns that say what people did, and to "
            f"repeat the comparison within {TEST_DAYS} days.",
            "A predictor that stands out then would be the one to test; change nothing before.",
        ]
    name = column_name(clear[0].subject.variable)
    return [
        f"Ask the owner of {outcome} to test the strongest predictor, {name}, within {TEST_DAYS} "
        "days: change it for a random group and leave a control group as it is.",
        f"The measure of success is the difference in {outcome} between test and control group, "
        "with a 95 % interval that leaves out zero.",
        f"If {name} cannot be changed, use it to choose whom to help first, and test that help in "
        "the same way.",
    ]


def _urgency(findings: Findings) -> list[str]:
    if not clear_effects(findings):
        return ["Low.", "Nothing in the table stands out from chance enough to act on."]
    return [
        "Medium.",
        "A clear association is worth a test, but a single table has no course over time, so "
        "nothing says that waiting does harm.",
    ]
