"""`make bench`: every benchmark in turn, each in a process of its own; about 55 minutes.

Tables are printed, figures kept under `deploy/bench/results`. Measure with nothing else running.

    python -m deploy.bench [NAME ...]
"""

import argparse
import subprocess
import sys
from collections.abc import Sequence

BENCHMARKS = {
    "analysis_speed": "findings and verification per second",
    "findings_truth": "hits and false alarms on planted series",
    "acknowledgement": "acknowledgement, losses, duplicates",
    "watch_alarms": "false alarms and detection times of the watch over ratings",
    "review_queue": "review queue and App Home with 10,000 answers",
    "file_reading": "files of 200,000 rows: time and memory",
    "answer_latency": "first sentence and overhead on real vLLM",
    "kill_drill": "bot and vLLM killed in mid-answer, on real vLLM",
    "training_speed": "seconds to the same loss, ours and a published recipe",
    "planted_preference": "what sixty corrections change in answers",
}


def main(arguments: Sequence[str] | None = None) -> int:
    """Run those named, or all; returns how many failed."""
    listed = "\n".join(f"  {name:20}{what}" for name, what in BENCHMARKS.items())
    parser = argparse.ArgumentParser(
        description="Measure on this machine; without a name, everything.",
        epilog=f"benchmarks:\n{listed}",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("names", nargs="*", metavar="NAME")
    names = parser.parse_args(arguments).names or list(BENCHMARKS)
    if unknown := [name for name in names if name not in BENCHMARKS]:
        parser.error(f"no benchmark is called {', '.join(unknown)}")
    failed = 0
    for name in names:
        sys.stdout.write(f"\n== {name}: {BENCHMARKS[name]}\n")
        sys.stdout.flush()
        failed += subprocess.run([sys.executable, "-m", f"deploy.bench.{name}"]).returncode != 0
    return failed


if __name__ == "__main__":
    sys.exit(main())
