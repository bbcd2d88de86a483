"""The picture beside an answer, and its alternative text.

Shows only what the facts hold: values, recorded changes, breaks. matplotlib loads on first use.
"""

from bot.analysis.chart.alt_text import describe_chart
from bot.analysis.chart.drawing import render_chart

__all__ = ["describe_chart", "render_chart"]
