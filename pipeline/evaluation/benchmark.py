"""How fast an evaluation runs: batched beside one by one, and beside raw batches of the server.

`python -m pipeline.evaluation.benchmark --adapter NAME` needs a running model server. It scores
and stores nothing.
"""

import argparse
import json
import sys
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

from bot.analysis.facts import Findings
from bot.analysis.findings import compute_findings
from bot.analysis.prompt import render_messages
from bot.answering import Author, write_checked_answer
from bot.serving.answer_record import WrittenSentence
from bot.serving.client import ModelClient
from bot.serving.settings import ServingSettings
from pipeline.evaluation.cases import load_case_set
from pipeline.evaluation.replay import be_patient

Write = Callable[[Findings], int]


def measure_speed(
    model: ModelClient, author: Author, asked: Sequence[Findings], concurrency: int
) -> dict[str, Any]:
    """Time the served path one by one and batched, then raw completions of the same length.

    Tokens per second count what the server wrote, redrafts included.
    """

    def ignore(_: WrittenSentence) -> None:
        return

    def write_served(findings: Findings) -> int:
        written = write_checked_answer(
            findings, author, model, complete_draft=True, on_sentence=ignore
        )
        return written.completion_tokens

    model.smoke_test(author.adapter)  # the first use of an adapter loads it
    single = _time(write_served, asked, 1)
    batched = _time(write_served, asked, concurrency)
    length = max(16, round(batched["tokens"] / len(asked)))

    def write_raw(findings: Findings) -> int:
        messages = render_messages(findings, author.shots)
        with model.stream_completion(messages, model=author.adapter, max_tokens=length) as stream:
            for _ in stream:
                pass
            return stream.completion_tokens

    raw = _time(write_raw, asked, concurrency)
    return {
        "adapter": author.adapter,
        "cases": len(asked),
        "concurrency": concurrency,
        "one_by_one": single,
        "batched": batched,
        "raw_batch": raw,
        "batched_over_one_by_one": round(single["seconds"] / batched["seconds"], 2),
        "tokens_per_second_of_raw": round(
            batched["tokens_per_second"] / raw["tokens_per_second"], 3
        ),
    }


def main(arguments: list[str] | None = None) -> int:
    """Print the measurement as JSON."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--adapter", required=True)
    parser.add_argument("--cases", type=int, default=16)
    parser.add_argument("--concurrency", type=int, default=8)
    parser.add_argument("--base-url", default=ServingSettings().base_url)
    parser.add_argument("--write", type=Path, help="also write the result here")
    options = parser.parse_args(arguments)
    cases = load_case_set("golden", options.cases).cases
    author = Author(adapter=options.adapter, sha256=None, label=options.adapter, shots=())
    with ModelClient(be_patient(ServingSettings(base_url=options.base_url))) as model:
        asked = [compute_findings(case.question) for case in cases]
        found = measure_speed(model, author, asked, options.concurrency)
    text = json.dumps(found, indent=2) + "\n"
    sys.stdout.write(text)
    if options.write:
        options.write.write_text(text, encoding="utf-8")
    return 0


def _time(write: Write, asked: Sequence[Findings], concurrency: int) -> dict[str, float]:
    started = time.perf_counter()
    with ThreadPoolExecutor(concurrency) as pool:
        tokens = sum(pool.map(write, asked))
    seconds = time.perf_counter() - started
    return {
        "seconds": round(seconds, 2),
        "tokens": tokens,
        "tokens_per_second": round(tokens / seconds, 1),
        "answers_per_second": round(len(asked) / seconds, 3),
    }


if __name__ == "__main__":
    sys.exit(main())
