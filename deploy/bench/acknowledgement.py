"""How fast events are acknowledged, and whether any is lost or answered twice.

Real Bolt over Socket Mode and signed HTTP, real database (SQLite), the stub model server. The
events are direct messages without numbers: each is stored, queued, and answered with what is
missing, so the whole walk but the writing takes part.

    python -m deploy.bench.acknowledgement [--seconds 60] [--events 10000]
"""

import argparse
import random
import tempfile
import time
from pathlib import Path

from sqlmodel import func, select

from deploy.bench.running_bot import RunningBot, running_bot
from deploy.bench.table import Row, percentile, report
from deploy.playground import people
from deploy.playground.people import PERSON_BY_ID
from deploy.stub_model import StubModel
from storage.answers import Answer
from storage.database import open_database, transaction
from storage.inbox import InboxEvent

RATES = (10, 50)
AIM_P99_MS = 100
DIRECT = PERSON_BY_ID[people.GINA].direct_channel_id


def _event(number: int) -> dict[str, object]:
    return {
        "type": "message",
        "channel_type": "im",
        "channel": DIRECT,
        "user": people.GINA,
        "ts": f"{1_700_000_000 + number}.000100",
        "text": "how are we doing?",
    }


def acknowledge_at_rate(bot: RunningBot, rate: int, seconds: float, start: int) -> list[float]:
    """Send `rate` events a second and return each acknowledgement's latency in ms."""
    before = len(bot.workspace.deliveries())
    begun = time.perf_counter()
    count = int(rate * seconds)
    for number in range(count):
        wait = begun + number / rate - time.perf_counter()
        if wait > 0:
            time.sleep(wait)
        bot.workspace.send_event(_event(start + number))

    def all_delivered() -> list[dict[str, object]] | None:
        found = bot.workspace.deliveries()[before:]
        return found if len(found) >= count else None

    deliveries = bot.workspace.wait_for(all_delivered, "deliveries", 60)
    return [float(str(item["latency_ms"])) for item in deliveries]


def lose_none(bot: RunningBot, events: int) -> tuple[int, int, int]:
    """Send unique events 1-4 times each, shuffled; return sent, stored and answers."""
    draw = random.Random(7)  # noqa: S311 - a reproducible shuffle, no secret
    numbers = [n for n in range(events) for _ in range(draw.randint(1, 4))]
    draw.shuffle(numbers)
    for number in numbers:
        bot.workspace.send_event(_event(1_000_000 + number), event_id=f"Ev{number}")
    engine = open_database(bot.database_url)

    def count(table: type[InboxEvent] | type[Answer]) -> int:
        with transaction(engine) as session:
            return session.exec(select(func.count()).select_from(table)).one()

    deadline = time.monotonic() + 1_800
    first = count(Answer)
    while time.monotonic() < deadline:
        time.sleep(3)
        last = count(Answer)
        if last == first and last >= events:
            break
        first = last
    stored = count(InboxEvent)
    answers = count(Answer)
    engine.dispose()
    return len(numbers), stored, answers


def main() -> None:
    """Measure both modes at both rates, then the shuffled flood."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=60)
    parser.add_argument("--events", type=int, default=10_000)
    given = parser.parse_args()
    rows = []
    with tempfile.TemporaryDirectory() as folder, StubModel() as stub:
        for http in (False, True):
            mode = "HTTP, signed" if http else "Socket Mode"
            with running_bot(Path(folder) / mode[:4], model_url=stub.base_url, http=http) as bot:
                for rate in RATES:
                    taken = acknowledge_at_rate(bot, rate, given.seconds, rate * 10_000)
                    how = f"{len(taken)} events at {rate}/s"
                    rows += [
                        Row(f"{mode} p50", percentile(taken, 0.5), "ms", how=how),
                        Row(f"{mode} p99", percentile(taken, 0.99), "ms", f"< {AIM_P99_MS}", how),
                    ]
                rows.append(
                    Row(f"{mode} peak memory", bot.peak_memory_bytes() / 1e6, "MB", "< 400")
                )
        with running_bot(Path(folder) / "flood", model_url=stub.base_url) as bot:
            sent, stored, answers = lose_none(bot, given.events)
        how = f"{given.events} unique events, {sent} sent, shuffled"
        rows += [
            Row("lost events", given.events - stored, "", "0", how),
            Row("answered twice", answers - stored, "", "0", how),
        ]
    report("acknowledgement", rows)


if __name__ == "__main__":
    main()
