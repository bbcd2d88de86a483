"""Segments set against each other: who is meant, their counts before and after, the findings.

Pure: series of counts go in; `bot.analysis.drivers` does the arithmetic.
"""
