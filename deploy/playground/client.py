"""Acting as people from a program: what tests and benchmarks use instead of the page."""

import time
from collections.abc import Callable, Mapping, Sequence
from types import TracebackType
from typing import Any, Self, TypeVar

import httpx2

from deploy.playground.errors import BadRequestError

Json = dict[str, Any]
Found = TypeVar("Found")
POLL_SECONDS = 0.02
# A wait ends as soon as it can: on a quick machine patience costs nothing.
PATIENCE_SECONDS = 30.0


class PlaygroundClient:
    """A person's hands in the workspace at ``base_url``. Use as a context manager."""

    def __init__(self, base_url: str, timeout_seconds: float = 30.0) -> None:
        self.base_url = base_url
        self.api_url = f"{base_url}/api/"  # for slack_sdk's WebClient(base_url=...)
        self._http = httpx2.Client(base_url=base_url, timeout=timeout_seconds, trust_env=False)

    def __enter__(self) -> Self:
        """The client itself."""
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Close connections."""
        self._http.close()

    def _post(self, act: str, **body: Any) -> Json:
        response = self._http.post(f"/playground/{act}", json=body)
        return self._read(response)

    @staticmethod
    def _read(response: httpx2.Response) -> Json:
        content: Json = response.json()
        if response.status_code != httpx2.codes.OK:
            raise BadRequestError(str(content.get("error", content)))
        return content

    def say(
        self,
        user: str,
        channel: str,
        text: str,
        *,
        thread_ts: str | None = None,
        files: Sequence[str] = (),
        raw: bool = False,
    ) -> str:
        """Post as a person; returns the ts. ``raw``: ``text`` is already in wire form."""
        body: Json = {"thread_ts": thread_ts, "files": list(files), "raw": raw}
        return str(self._post("say", user=user, channel=channel, text=text, **body)["ts"])

    def upload(self, user: str, filename: str, content: bytes) -> str:
        """Attach a file (shared by the next ``say`` naming it); returns its id."""
        query = {"user": user, "filename": filename}
        response = self._http.post("/playground/upload", params=query, content=content)
        return str(self._read(response)["file"]["id"])

    def command(self, user: str, channel: str, command: str, text: str = "") -> Json:
        """Run a slash command: ``payload``, ``acknowledged``, ``failure``, ``response``."""
        return self._post("command", user=user, channel=channel, command=command, text=text)

    def click(
        self,
        user: str,
        *,
        action_id: str,
        channel: str | None = None,
        message_ts: str | None = None,
        view_id: str | None = None,
        block_id: str | None = None,
        value: Any = None,
        state: Mapping[str, Mapping[str, Any]] | None = None,
    ) -> Json:
        """Act on an element of a message (``channel``, ``message_ts``) or a view (``view_id``).

        ``value`` is the chosen option's value, a text, or "positive"/"negative".
        """
        body: Json = {"user": user, "action_id": action_id, "block_id": block_id, "value": value}
        place: Json = {"channel": channel, "message_ts": message_ts, "view_id": view_id}
        return self._post("click", **body, **place, state=dict(state or {}))

    def submit(self, user: str, view_id: str, state: Mapping[str, Mapping[str, Any]]) -> Json:
        """Submit a form with values by block and action id: ``errors``, ``error``."""
        return self._post("submit", user=user, view_id=view_id, state=dict(state))

    def close_view(self, user: str, view_id: str, *, everything: bool = False) -> None:
        """Close the form on top, or all of them."""
        self._post("close", user=user, view_id=view_id, everything=everything)

    def open_home(self, user: str, tab: str = "home") -> None:
        """Open the app's home (or messages) tab."""
        self._post("home", user=user, tab=tab)

    def inject(self, kind: str, **settings: Any) -> None:
        """Arm a fault (kinds and settings in ``faults.py``); kind "clear" disarms all."""
        self._post("faults", kind=kind, **settings)

    def send_event(self, event: Json, event_id: str | None = None) -> str:
        """Deliver a hand-made event; returns its event id."""
        return str(self._post("event", event=event, event_id=event_id)["event_id"])

    def reset(self) -> None:
        """Forget everything said, shown and armed."""
        self._post("reset")

    def state(self, limit: int = 500) -> Json:
        """The whole workspace (see ``snapshot.py``)."""
        return self._read(self._http.get("/playground/state", params={"limit": limit}))

    def messages(self, channel: str, thread_ts: str | None = None) -> list[Json]:
        """All messages of a channel, or of one thread, oldest first."""
        query = {"channel": channel} | ({"thread_ts": thread_ts} if thread_ts else {})
        found: list[Json] = self._read(self._http.get("/playground/messages", params=query))[
            "messages"
        ]
        return found

    def bot_messages(self, channel: str, thread_ts: str | None = None) -> list[Json]:
        """The app's own messages there."""
        return [m for m in self.messages(channel, thread_ts) if "bot_id" in m]

    def ephemerals(self, user: str) -> list[Json]:
        """Messages only this person sees, oldest first."""
        return [m for m in self.state()["ephemerals"] if m["recipient"] == user]

    def open_views(self, user: str) -> list[Json]:
        """A person's open forms, the top one last."""
        found: list[Json] = self.state(limit=1)["views"].get(user, [])
        return found

    def home(self, user: str) -> Json | None:
        """A person's home tab, if the app has published one."""
        found: Json | None = self.state(limit=1)["homes"].get(user)
        return found

    def deliveries(self) -> list[Json]:
        """Every attempt to reach the app: kind, type, id, attempt, latency_ms, failure."""
        found: list[Json] = self._read(self._http.get("/playground/deliveries"))["deliveries"]
        return found

    def wait_for(
        self, look: Callable[[], Found | None], what: str, timeout_seconds: float = PATIENCE_SECONDS
    ) -> Found:
        """Poll until ``look`` returns something true; returns it.

        Raises:
            TimeoutError: nothing came, naming ``what``.
        """
        deadline = time.monotonic() + timeout_seconds
        while time.monotonic() < deadline:
            found = look()
            if found:
                return found
            time.sleep(POLL_SECONDS)
        raise TimeoutError(f"no {what} within {timeout_seconds} s")

    def wait_for_app(self, timeout_seconds: float = PATIENCE_SECONDS) -> None:
        """Wait until an app is connected over Socket Mode."""
        self.wait_for(lambda: self.state(limit=1)["connections"], "connected app", timeout_seconds)

    def wait_until_up(self, timeout_seconds: float) -> None:
        """Wait until the workspace answers at all."""

        def answers() -> bool:
            try:
                return self._http.get("/playground/state?limit=1").status_code == httpx2.codes.OK
            except httpx2.HTTPError:
                return False

        self.wait_for(answers, "answering workspace", timeout_seconds)
