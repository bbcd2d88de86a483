"""Durable jobs: the work behind an arrival, resumed after a crash where it stopped."""
