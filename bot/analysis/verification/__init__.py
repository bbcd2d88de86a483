"""Every number and worded quantity of an answer, checked against the typed facts.

Step 6 of the walk: `check_sentence` runs on each finished sentence while an answer streams,
`verify_answer` on a whole one. It decides what is proved; what to do with the rest is the
business of the answering use case.
"""

from bot.analysis.verification.whole import check_sentence, verify_answer, verify_sections

__all__ = ["check_sentence", "verify_answer", "verify_sections"]
