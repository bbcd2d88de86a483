"""Layer 1, ours: parts, urgency with its reason, language, length, and what Slack can show."""

from bot.analysis.answer import AnswerSections, Section, render_answer
from bot.analysis.facts import Verdict
from bot.analysis.quality.finding import QualityFinding
from bot.analysis.quality.language import check_language
from bot.analysis.quality.privacy import check_broadcast_or_link, check_personal_data
from bot.analysis.quality.shape import MINIMUM_WORDS_INSUFFICIENT, check_format, count_words

# The product promises 80 to 300 words, and less where evidence is missing (PRODUCT, The answer).
MINIMUM_WORDS = 80
MAXIMUM_WORDS = 300
SLACK_SECTION_CHARACTERS = 3000  # text of a Block Kit section (Slack's reference)


def check_form(sections: AnswerSections, verdict: Verdict) -> dict[str, bool]:
    """Return each check by name, and `compliant` when all of them hold."""
    text = render_answer(sections)
    checks = {
        "parts_and_urgency": check_format(sections).passed,
        "language": check_language(text).passed,
        "length": _has_length(count_words(text), verdict),
        "fits_slack": all(
            len(sections.part(section)) <= SLACK_SECTION_CHARACTERS for section in Section
        ),
        "no_link_or_mention": _passed(check_broadcast_or_link(text), check_personal_data(text)),
    }
    return {**checks, "compliant": all(checks.values())}


def _has_length(words: int, verdict: Verdict) -> bool:
    thin = verdict is Verdict.INSUFFICIENT_EVIDENCE
    return (MINIMUM_WORDS_INSUFFICIENT if thin else MINIMUM_WORDS) <= words <= MAXIMUM_WORDS


def _passed(*findings: QualityFinding) -> bool:
    return all(finding.passed for finding in findings)
