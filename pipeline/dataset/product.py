"""The product's own reading, findings and verification: what serving uses, data is made with."""

from datetime import date

from bot.analysis.findings import compute_findings
from bot.analysis.parsing import read_question
from bot.analysis.question import MetricQuestion
from bot.analysis.verification import verify_answer
from pipeline.dataset.analysis import Analysis


def _read(text: str, today: date) -> MetricQuestion:
    return read_question(text, today=today)


PRODUCT_ANALYSIS = Analysis(read=_read, find=compute_findings, verify=verify_answer)
