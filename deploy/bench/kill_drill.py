"""The bot killed hard at every named point, and vLLM killed in mid-answer, on real vLLM.

One practice workspace, one SQLite database, one vLLM server with the packaged model. Per point: a
question is asked, the bot dies by SIGKILL at the point, starts again, and must end with exactly
one answer. Then vLLM dies after the first sentence: the reader must be told, and the answer must
arrive once after the server's return. Ends with status 1 if any of this does not hold.

    python -m deploy.bench.kill_drill [--points before_post after_sentence_commit:2 ...]
"""

import argparse
import contextlib
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from sqlmodel import col, select

from deploy.bench.running_vllm import running_vllm
from deploy.bench.table import Row, report
from deploy.playground import people
from deploy.playground.client import PlaygroundClient
from deploy.playground.options import Options
from deploy.playground.running import running_playground
from deploy.vllm import VllmServer
from storage.answers import Answer, AnswerSentence
from storage.database import open_database, reading
from storage.requests import Request

POINTS = (
    "event_committed",
    "request_committed",
    "before_post",
    "after_post",
    "after_post_commit",
    "after_read",
    "after_findings",
    "before_sentence_commit",
    "after_sentence_commit:2",
    "after_sentence_sent:2",
    "before_answer_commit",
    "after_answer_commit",
    "after_chart_upload",
    "before_final_edit",
    "after_final_edit",
)
QUESTION = (
    f"<@{people.BOT_USER_ID}> Activation rate, weekly: 0.42, 0.41, 0.38, 0.35, 0.33, 0.31. "
    "2,000 sign-ups a week. Onboarding redesign 5 weeks ago. Why is it falling?"
)
PROGRAM = Path(__file__).with_name("killed_bot.py")
ROOT = Path(__file__).parents[2]
ANSWER_SECONDS = 180.0
QUIET_SECONDS = 2.0  # how long to look for a second answer after the first


@dataclass
class Drill:
    """Workspace and database of the drill, and how its bots are started."""

    workspace: PlaygroundClient
    folder: Path
    model_url: str

    @contextlib.contextmanager
    def bot(self, kill_at: str = "") -> Iterator[subprocess.Popen[str]]:
        """A connected bot; ended in order with the block unless it died before."""
        environment = os.environ | {
            "SLACK_BOT_TOKEN": people.BOT_TOKEN,
            "SLACK_APP_TOKEN": people.APP_TOKEN,
            "SLACK_SIGNING_SECRET": people.SIGNING_SECRET,
            "ANALYST_SLACK__API_URL": self.workspace.api_url,
            "ANALYST_SERVING__BASE_URL": self.model_url,
            "ANALYST_STORAGE__URL": f"sqlite:///{self.folder / 'analyst.sqlite'}",
            "ANALYST_ANSWERING__SWEEP_SECONDS": "0.5",
            "ANALYST_ANSWERING__MODEL_WAIT_SECONDS": "1",
            "KILL_AT": kill_at,
            "PASSED_POINTS": str(self.folder / "points.log"),
            "PYTHONPATH": str(ROOT),
        }
        with (self.folder / "bot.log").open("a") as log:
            process = subprocess.Popen(
                [sys.executable, str(PROGRAM)],
                env=environment,
                stdout=subprocess.PIPE,
                stderr=log,
                text=True,
            )
        try:
            if process.stdout is None or process.stdout.readline() != "ready\n":
                raise RuntimeError((self.folder / "bot.log").read_text(encoding="utf-8")[-2_000:])
            yield process
        finally:
            process.send_signal(signal.SIGTERM)
            try:
                process.wait(timeout=30)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
            if process.stdout is not None:
                process.stdout.close()

    def ask(self) -> str:
        """Ask in the channel; returns the question's timestamp."""
        return self.workspace.say(people.GINA, people.GROWTH_CHANNEL, QUESTION, raw=True)

    def posts(self, ts: str) -> list[dict[str, object]]:
        """What the bot has written below this question."""
        return self.workspace.bot_messages(people.GROWTH_CHANNEL, ts)

    def wait_for_answer(self, ts: str) -> None:
        """Wait until an answer below this question carries its rating controls."""
        self.workspace.wait_for(
            lambda: any("context_actions" in str(post.get("blocks")) for post in self.posts(ts)),
            "finished answer",
            ANSWER_SECONDS,
        )

    def find_fault(self, ts: str) -> str:
        """What is wrong with the answers to this question; empty when there is exactly one."""
        time.sleep(QUIET_SECONDS)
        posts = len(self.posts(ts))
        requests, answers, sentences = self._stored(ts)
        if (posts, requests, answers) != (1, 1, 1):
            return f"{posts} messages, {requests} requests, {answers} answers"
        return "" if len(sentences) == len(set(sentences)) else "a sentence came twice"

    def sentences(self, ts: str) -> list[str]:
        """The sentences committed so far for this question, in order."""
        return self._stored(ts)[2]

    def _stored(self, ts: str) -> tuple[int, int, list[str]]:
        engine = open_database(f"sqlite:///{self.folder / 'analyst.sqlite'}")
        with reading(engine) as session:
            asked = select(Request.id).where(Request.message_ts == ts)
            requests = list(session.exec(asked).all())
            answers = session.exec(
                select(Answer.id).where(col(Answer.request_id).in_(requests))
            ).all()
            rows = session.exec(
                select(AnswerSentence.text)
                .where(col(AnswerSentence.answer_id).in_(answers))
                .order_by(col(AnswerSentence.position))
            ).all()
        engine.dispose()
        return len(requests), len(answers), list(rows)


def kill_bot(drill: Drill, point: str) -> Row:
    """Kill the bot at this point and look at what the reader gets after its restart."""
    with drill.bot(kill_at=point) as doomed:
        ts = drill.ask()
        with contextlib.suppress(subprocess.TimeoutExpired):
            doomed.wait(timeout=ANSWER_SECONDS)
        if doomed.returncode != -signal.SIGKILL:
            return Row(f"killed at {point}", 1, "faults", "0", "the point was never reached")
    started = time.monotonic()
    with drill.bot():
        drill.wait_for_answer(ts)
        seconds = time.monotonic() - started
        fault = drill.find_fault(ts)
    how = fault or f"one answer, {seconds:.1f} s after the restart began"
    return Row(f"killed at {point}", float(bool(fault)), "faults", "0", how)


def kill_model(drill: Drill, server: VllmServer) -> Row:
    """Kill vLLM after the first sentence, see that the reader is told, start it again."""
    with drill.bot():
        ts = drill.ask()
        kept = drill.workspace.wait_for(lambda: drill.sentences(ts), "sentence", ANSWER_SECONDS)
        server.stop()
        drill.workspace.wait_for(
            lambda: "model server is not answering" in str(drill.posts(ts)), "told", 60
        )
        server.start()
        started = time.monotonic()
        drill.wait_for_answer(ts)
        seconds = time.monotonic() - started
        fault = drill.find_fault(ts)
    if not fault and drill.sentences(ts)[: len(kept)] != kept:
        fault = "a sentence that was shown has changed"
    how = fault or f"told, one answer {seconds:.1f} s after the server's return"
    return Row("vLLM killed in mid-answer", float(bool(fault)), "faults", "0", how)


def main() -> int:
    """Run the drill; returns the number of faults, at most 1."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--points", nargs="+", choices=POINTS, default=POINTS, metavar="POINT")
    points = parser.parse_args().points
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        with (
            running_vllm(folder, shutdown_seconds=0.5) as server,
            running_playground(Options(data_folder=folder / "workspace")) as workspace,
        ):
            drill = Drill(workspace, folder, server.base_url)
            rows = []
            for point in points:
                rows.append(kill_bot(drill, point))
                sys.stdout.write(f"{rows[-1].figure}: {rows[-1].how}\n")
                sys.stdout.flush()
            rows.append(kill_model(drill, server))
    report("kill_drill", rows)
    return int(any(row.value for row in rows))


if __name__ == "__main__":
    sys.exit(main())
