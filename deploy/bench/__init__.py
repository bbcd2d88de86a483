"""Benchmarks: what was measured, how, and on what."""
