"""Intervals and paired tests, with cases of one family counted as belonging together."""
