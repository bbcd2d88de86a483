"""A comparison of segments -> findings: how much of a change is rates, how much is mix.

Loads the regression's package; the process that parses files uses the other modules only.
"""

from bot.analysis.drivers.mix import Segment
from bot.analysis.drivers.mix_facts import compute_mix_findings
from bot.analysis.facts import Findings
from bot.analysis.question import Problem, ProblemCode, UnreadableQuestionError
from bot.analysis.segments.comparison import SegmentComparison

SAMPLING_NOTE = "The intervals take the people of every period for different people."


def compute_comparison_findings(comparison: SegmentComparison) -> Findings:
    """Split the change of the whole rate by segment, rate and mix.

    Raises:
        UnreadableQuestionError: the segments cannot be compared; says which and why.
    """
    segments = [
        Segment(part.name, part.before, part.before_of, part.after, part.after_of)
        for part in comparison.segments
    ]
    try:
        findings = compute_mix_findings(
            segments,
            comparison.metric,
            period=comparison.period,
            question=comparison.question,
            context=comparison.context,
            higher_is_better=comparison.higher_is_better,
        )
    except ValueError as error:
        # Raised by our own arithmetic with a sentence for the asker.
        problem = Problem(code=ProblemCode.SEVERAL_SERIES, message=str(error), field="segments")
        raise UnreadableQuestionError((problem,), {"question": comparison.question}) from error
    question = findings.question.model_copy(
        update={
            "assumptions": (*comparison.notes, SAMPLING_NOTE),
            # No series, so no place in one.
            "changes": tuple(c.model_copy(update={"index": None}) for c in comparison.changes),
            "source_text": comparison.source_text,
        }
    )
    return findings.model_copy(update={"question": question})
