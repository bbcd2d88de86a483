"""Bot processes for acceptance tests: started, watched, killed."""

import os
import signal
from dataclasses import dataclass, field
from pathlib import Path

from deploy.playground import people
from deploy.playground.client import PlaygroundClient
from tests.acceptance.warm import WarmProcess

ROOT = Path(__file__).parents[2]
BOT = ROOT / "deploy" / "bench" / "killed_bot.py"
ACTIVATION = (
    f"<@{people.BOT_USER_ID}> Activation rate, weekly: 0.42, 0.41, 0.38, 0.35, 0.33, 0.31. "
    "2,000 sign-ups a week. Onboarding redesign 5 weeks ago. Why is it falling?"
)


@dataclass
class BotProcess:
    """Starts, watches and kills bot processes that share one database and one workspace."""

    workspace: PlaygroundClient
    model_url: str
    database_url: str
    folder: Path
    running: list[WarmProcess] = field(default_factory=list)
    program: Path = BOT

    def start(self, kill_at: str = "", **settings: str) -> WarmProcess:
        """Start the bot and wait until it is connected."""
        environment = os.environ | {
            "SLACK_BOT_TOKEN": people.BOT_TOKEN,
            "SLACK_APP_TOKEN": people.APP_TOKEN,
            "SLACK_SIGNING_SECRET": people.SIGNING_SECRET,
            "ANALYST_SLACK__API_URL": self.workspace.api_url,
            "ANALYST_SLACK__UPDATE_INTERVAL_SECONDS": "0.05",
            "ANALYST_SLACK__FILE_HOSTS": '["127.0.0.1"]',
            "ANALYST_SERVING__BASE_URL": self.model_url,
            "ANALYST_STORAGE__URL": self.database_url,
            "ANALYST_ANSWERING__SWEEP_SECONDS": "0.5",
            "ANALYST_ANSWERING__MODEL_WAIT_SECONDS": "0.5",
            "KILL_AT": kill_at,
            "PASSED_POINTS": str(self.folder / "points.log"),
            "PYTHONPATH": str(ROOT),
            **settings,
        }
        log = self.folder / "bot.log"
        process = WarmProcess(self.program, self.folder, environment, log)
        self.running.append(process)
        assert process.first_line == "ready\n" or kill_at, log.read_text()
        return process

    def stop(self) -> None:
        """Stop the last process in order."""
        process = self.running[-1]
        process.send_signal(signal.SIGTERM)
        process.wait(timeout=20)

    @property
    def passed_points(self) -> list[str]:
        """Named points reached so far, in order, over all processes."""
        log = self.folder / "points.log"
        return log.read_text(encoding="utf-8").split() if log.exists() else []

    def close(self) -> None:
        """End whatever still runs."""
        for process in self.running:
            if process.poll() is None:
                process.kill()
            process.wait(timeout=20)
