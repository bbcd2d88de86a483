"""App Home."""

from typing import Any

from slack_bolt import App

from bot.inbox import Inbox
from bot.slack.arrivals import home_arrival


def register(app: App, inbox: Inbox) -> None:
    """Listen to people opening the Home tab."""

    @app.event("app_home_opened")
    def on_home(body: dict[str, Any], event: dict[str, Any]) -> None:
        if event.get("tab") == "home":
            arrival = home_arrival(body)
            inbox.accept(arrival.key, arrival.kind.value, arrival.payload)
