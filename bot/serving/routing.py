"""Which adapter answers a thread: the live one, or the canary for a stable share of threads.

Pure: the aliases come in as values, the name goes out. A request stores the name it got and
keeps it for its whole life, retries included.
"""

import hashlib

_BUCKETS = 10_000  # a hundredth of a percent each


def choose_adapter(
    thread_key: str,
    *,
    live: str | None,
    canary: str | None = None,
    canary_percent: float = 0,
) -> str | None:
    """Return the adapter's name for a thread, or None: the base model with few-shot examples.

    The same thread gets the same answer as long as the aliases stand. Raising the percentage
    only moves threads from live to canary, never back; another canary draws another share, so
    that it is not always the same threads that try things out.
    """
    if canary and _bucket(canary, thread_key) < canary_percent / 100 * _BUCKETS:
        return canary
    return live


def _bucket(canary: str, thread_key: str) -> int:
    """Place a thread in 0.._BUCKETS-1, evenly; Python's own hash differs between processes."""
    digest = hashlib.sha256(f"{canary}\n{thread_key}".encode()).digest()
    return int.from_bytes(digest[:8], "big") % _BUCKETS
