"""First sentence, whole answer, and our own share of the time, on real vLLM.

Questions are asked one after the other in a practice workspace. Per answer: the time from the
event to the last proved sentence, minus the time spent waiting for vLLM, is our overhead. Beside
it, in the same run, the same prompt goes straight to vLLM with the same number of tokens.

    python -m deploy.bench.answer_latency [--answers 10]
"""

import argparse
import statistics
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path

from bot.analysis.facts import Findings
from bot.analysis.prompt import Shot, render_messages
from bot.serving.client import ModelClient
from bot.serving.settings import ServingSettings
from bot.shots import load_shots
from deploy.bench.running_bot import RunningBot, running_bot
from deploy.bench.running_vllm import running_vllm
from deploy.bench.table import Row, report
from deploy.playground import people
from storage.answers import Answer, AnswerSentence, find_answer_by_message, list_sentences
from storage.database import open_database, transaction

QUESTION = (
    "<@{bot}> Activation rate, weekly: 0.4{a}, 0.41, 0.38, 0.35, 0.33, 0.31. "
    "2,000 sign-ups a week. Onboarding redesign 5 weeks ago. Why is it falling?"
)


def ask_once(bot: RunningBot, number: int) -> tuple[float, Answer, list[AnswerSentence]]:
    """Ask and wait for the finished message; returns when it was asked (epoch s) and the rows."""
    text = QUESTION.format(bot=people.BOT_USER_ID, a=number % 10)
    asked = time.time()
    ts = bot.workspace.say(people.GINA, people.GROWTH_CHANNEL, text, raw=True)

    def finished() -> str | None:
        for message in bot.workspace.bot_messages(people.GROWTH_CHANNEL, ts):
            if any(block["type"] == "context_actions" for block in message["blocks"]):
                return str(message["ts"])
        return None

    message_ts = bot.workspace.wait_for(finished, "answer", 180)
    engine = open_database(bot.database_url)
    with transaction(engine) as session:
        answer = find_answer_by_message(session, people.GROWTH_CHANNEL, message_ts)
        if answer is None:
            raise RuntimeError("the answer's row is missing")
        rows = list_sentences(session, answer.id)
    engine.dispose()
    return asked, answer, rows


def ask_directly(client: ModelClient, answer: Answer, shots: tuple[Shot, ...]) -> float:
    """The same prompt straight to vLLM, for as long an answer; returns ms."""
    findings = Findings.model_validate(answer.findings)
    messages = render_messages(findings, () if answer.adapter else shots)
    started = time.perf_counter()
    with client.stream_completion(messages, model=answer.adapter) as stream:
        for _ in stream:
            pass
    return (time.perf_counter() - started) * 1000


def main() -> None:
    """Start vLLM and the bot, ask, and report medians."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--answers", type=int, default=10)
    count = parser.parse_args().answers
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        with (
            running_vllm(folder) as server,
            running_bot(folder, model_url=server.base_url) as bot,
            ModelClient(ServingSettings(base_url=server.base_url)) as client,
        ):
            report("answer_latency", measure(bot, client, count))


def measure(bot: RunningBot, client: ModelClient, count: int) -> list[Row]:
    """Ask `count` questions after one that warms up."""
    shots = load_shots()
    first, last, overhead, ratio, direct, total = [], [], [], [], [], []
    for number in range(count + 1):
        asked, answer, rows = ask_once(bot, number)
        done = [row.committed_at.replace(tzinfo=row.committed_at.tzinfo or UTC) for row in rows]
        to_last_ms = (max(done).timestamp() - asked) * 1000
        model_ms = float(answer.timings["model_ms"])
        raw_ms = ask_directly(client, answer, shots)
        if number == 0:
            continue
        first.append((min(done).timestamp() - asked) * 1000)
        last.append(to_last_ms)
        overhead.append(to_last_ms - model_ms)
        ratio.append(to_last_ms / model_ms)
        direct.append(raw_ms)
        finished = answer.finished_at or datetime.now(UTC)
        total.append((finished.timestamp() - asked) * 1000)
    median = statistics.median
    how = f"median of {count} answers, one at a time"
    return [
        Row("first sentence after the event", median(first), "ms", how=how),
        Row("last sentence after the event", median(last), "ms", how=how),
        Row("finished message after the event", median(total), "ms", how=how),
        Row("our overhead up to the last sentence", median(overhead), "ms", "< 150", how),
        Row("event to last sentence / vLLM's own time", median(ratio), "", "< 1.05", how),
        Row("the same prompt straight to vLLM, unguarded", median(direct), "ms", how=how),
        Row("peak memory of the bot", bot.peak_memory_bytes() / 1e6, "MB", "< 400"),
    ]


if __name__ == "__main__":
    main()
