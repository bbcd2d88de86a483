"""What a simulated analyst would have written: facts that are proved, the true cause, an action.

Its sentences are its own: neither the golden set's generator nor its voice has a part in them.
Every sentence is checked like a model's, and what is not proved is left out.
"""

from collections.abc import Sequence

import numpy as np

from bot.analysis.answer import AnswerSections, Section
from bot.analysis.facts import Findings, Verdict
from bot.analysis.findings.recorded import short_name
from bot.analysis.plain import metric_name, plain_sentences
from bot.analysis.question import MetricQuestion, Period
from bot.analysis.verification import check_sentence
from pipeline.simulator.truth import GroundTruth, Stance

KEPT_FACTS = 4  # sentences of plain facts; more would be a list and no explanation
_OWNERS = (
    "The growth analyst", "The product lead", "The lifecycle manager", "The data engineer",
    "The onboarding team", "The pricing owner", "The campaign manager", "The support lead",
    "The mobile team", "The retention squad", "The checkout team", "The analytics lead",
)  # fmt: skip
_DEADLINES = {
    Period.DAY: ("by tomorrow evening", "within 2 days", "before the week is over"),
    Period.WEEK: ("by Friday", "within 7 days", "before the next weekly review", "from Monday"),
    Period.MONTH: ("within 14 days", "before the month closes", "by the next planning round"),
    Period.QUARTER: ("within 30 days", "before the quarter closes"),
    Period.YEAR: ("within 30 days", "before the budget is set"),
}
_SUSPECTED = (
    "Of everything on record, {change} fits the timing best, so it is the likeliest suspect;"
    " timing by itself proves nothing.",
    "The likeliest explanation is {change}, although two things moving together is not proof.",
    "{Change} is the first place to look, and the evidence for it is its timing alone.",
    "Our best reading is that {change} plays a part here, which a comparison has yet to show.",
)
_UNEXPLAINED = (
    "Nothing on record fits in time, so the cause stays open.",
    "What was recorded does not explain this, and guessing at a cause would not help.",
    "The log holds no change that fits, which leaves the cause unknown for now.",
    "No entry of the change log sits at the right place, so we should not name a culprit.",
)
_TESTS = (
    "{owner} should compare people who met {change} with people who did not {when}; a gap in the"
    " same direction would confirm it, and no gap would clear it.",
    "{owner} should switch {change} off for half of the audience {when} and read {metric} for both"
    " halves; recovery in that half alone would confirm the suspicion.",
    "{owner} should go through {change} step by step {when} and test the old version again with a"
    " small group; a better {metric} there would confirm what to undo.",
    "{owner} should pull {metric} for those reached by {change} and for everybody else {when};"
    " if only the first group moved, that confirms the explanation.",
)
_SPLITS = (
    "{owner} should split {metric} by segment, device and channel {when}; one group that carries"
    " the move would confirm where to act, an even spread points at a common cause.",
    "{owner} should look at new and returning customers separately {when}; if {metric} moved in"
    " only one of them, that group is where work should start.",
    "{owner} should check tracking and definitions of {metric} first and then compare markets"
    " {when}; a market that stands apart would confirm where to look.",
    "{owner} should interview a handful of customers behind the latest values of {metric} {when};"
    " the same complaint told twice would confirm where to dig.",
)
_WAITS = (
    "{owner} should change nothing because of this series, and read {metric} again when the next"
    " values are in; a run in one direction would be the reason to act.",
    "{owner} should keep measuring {metric} as it is {when} and hold new experiments on it; a"
    " lasting move would confirm that something is there.",
    "{owner} should leave the setup alone and note {metric} in the next review; only a clear break"
    " from its usual range would justify more work.",
    "{owner} should confirm with the tracking owner {when} that {metric} is counted the same way"
    " throughout; a change in counting would explain the numbers without any customer acting.",
)
_ASIDES = (
    "It would help to know whether every segment moved alike, because a change of mix looks the"
    " same in a total.",
    "A total hides its parts: one large account or one channel may carry all of this.",
    "Before anybody acts, it is worth asking whether the way of counting stayed the same.",
    "The numbers say what moved and when; they do not say why.",
    "Other teams may have seen the same, and their log could hold what ours does not.",
    "A short conversation with the people behind the numbers is cheaper than another dashboard.",
    "Seasonal habits and single large customers are the usual false friends in such a series.",
    "The direction is clear from the facts; how lasting it is will only show with time.",
)
_URGENCY = {
    Verdict.WORSENING: (
        "High. The metric is moving in the bad direction and each further period adds to the loss.",
        "High. Waiting costs more than a quick comparison, because the move is against us.",
        "Medium. The move is unwelcome, yet a look at the segments comes before any rollback.",
    ),
    Verdict.IMPROVING: (
        "Low. The metric moves in the right direction, and nothing breaks if we wait.",
        "Low. Good news can be confirmed calmly before it is copied elsewhere.",
        "Medium. If the cause is found, it can be used elsewhere, so it should not be forgotten.",
    ),
    Verdict.FLAT: (
        "Low. Nothing here asks for a decision now.",
        "Low. The level holds, so other work may go first.",
    ),
    Verdict.INSUFFICIENT_EVIDENCE: (
        "Low. The evidence is too thin to drop other work for it.",
        "Low. More values will settle this better than more opinions.",
    ),
}  # fmt: skip


def write_correction(
    question: MetricQuestion, findings: Findings, truth: GroundTruth, rng: np.random.Generator
) -> AnswerSections:
    """Write the answer a careful analyst who knew the truth would have given; all of it proved."""
    change = None if truth.explained_by is None else question.changes[truth.explained_by].what
    words = {
        "metric": metric_name(question),
        "owner": _draw(rng, _OWNERS),
        "when": _draw(rng, _DEADLINES[question.period]),
        "change": short_name(change) if change else "",
    }
    words["Change"] = words["change"][:1].upper() + words["change"][1:]
    told = _proved(findings, Section.ANALYSIS, plain_sentences(findings, Section.ANALYSIS))
    cause = _draw(rng, _SUSPECTED if change else _UNEXPLAINED)
    asides = [_ASIDES[i] for i in rng.choice(len(_ASIDES), size=2, replace=False)]
    analysis = [*told[:KEPT_FACTS], *_fill(findings, Section.ANALYSIS, [cause, *asides], words)]
    action = _fill(
        findings, Section.RECOMMENDED_ACTION, [_draw(rng, _actions(truth, change))], words
    )
    urgency = _fill(findings, Section.URGENCY, [_draw(rng, _URGENCY[truth.verdict])], words)
    return AnswerSections(
        analysis=" ".join(analysis),
        recommended_action=" ".join(
            action or plain_sentences(findings, Section.RECOMMENDED_ACTION)
        ),
        urgency=" ".join(urgency or plain_sentences(findings, Section.URGENCY)),
    )


def _actions(truth: GroundTruth, change: str | None) -> Sequence[str]:
    if truth.stance is Stance.WAIT_OR_MEASURE:
        return _WAITS
    return _TESTS if change else _SPLITS


def _fill(
    findings: Findings, section: Section, templates: list[str], words: dict[str, str]
) -> list[str]:
    return _proved(findings, section, [template.format(**words) for template in templates])


def _proved(findings: Findings, section: Section, sentences: list[str]) -> list[str]:
    kept: list[str] = []
    for sentence in sentences:
        if check_sentence(sentence, findings, section, kept).verified:
            kept.append(sentence)
    return kept


def _draw(rng: np.random.Generator, options: Sequence[str]) -> str:
    return options[int(rng.integers(len(options)))]
