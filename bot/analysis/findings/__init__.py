"""What the numbers say: a `MetricQuestion` in, typed facts and a verdict out.

Step 3 of the walk. Every number an answer may carry is made here (or in the regression next
door), by code. Writes no prose beyond one compact line per fact.
"""

from bot.analysis.findings.compute import compute_findings

__all__ = ["compute_findings"]
