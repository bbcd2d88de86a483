"""`make bench`: every benchmark in turn, each in a process of its own; about 20 minutes.

Tables are printed, figures kept under `deploy/bench/results`. Measure with nothing else running.
"""

import subprocess
import sys

BENCHMARKS = (
    ("analysis_speed", "findings and verification per second"),
    ("findings_truth", "hits and false alarms on planted series"),
    ("acknowledgement", "acknowledgement, losses, duplicates"),
    ("review_queue", "review queue and App Home with 10,000 answers"),
    ("file_reading", "files of 200,000 rows: time and memory"),
    ("answer_latency", "first sentence and overhead on real vLLM"),
)


def main() -> int:
    """Run all; returns how many failed."""
    failed = 0
    for name, what in BENCHMARKS:
        sys.stdout.write(f"\n== {name}: {what}\n")
        sys.stdout.flush()
        failed += subprocess.run([sys.executable, "-m", f"deploy.bench.{name}"]).returncode != 0
    return failed


if __name__ == "__main__":
    sys.exit(main())
