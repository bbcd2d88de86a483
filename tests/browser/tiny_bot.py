"""A tiny real Bolt app for browser tests: answers a mention, opens a form, publishes a home tab."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from slack_bolt import App
from slack_bolt.adapter.socket_mode import SocketModeHandler
from slack_sdk import WebClient

from deploy.playground.client import PlaygroundClient
from deploy.playground.people import APP_TOKEN, BOT_TOKEN, SIGNING_SECRET

# What a hostile text would try: markup, script links, an image that calls home.
HOSTILE = (
    '<img src=x onerror="window.hacked=1"> <script>window.hacked=1</script> '
    "[click](javascript:window.hacked=1) [plain](http://evil.example) "
    "![p](https://evil.example/p.png) [safe](https://good.example/)"
)


def plain(text: str) -> dict[str, str]:
    return {"type": "plain_text", "text": text}


def answer_blocks() -> list[dict[str, Any]]:
    """An answer with text, feedback, a select and a button that opens a form."""
    options = [{"text": plain(str(n)), "value": str(n)} for n in range(6)]
    thumbs = {
        "type": "feedback_buttons",
        "action_id": "thumbs",
        "positive_button": {"text": plain("Helpful"), "value": "up"},
        "negative_button": {"text": plain("Not helpful"), "value": "down"},
    }
    return [
        {"type": "header", "text": plain("Recommended action")},
        {"type": "section", "text": {"type": "mrkdwn", "text": "*Pause* the redesign."}},
        {"type": "markdown", "text": HOSTILE},
        {"type": "context_actions", "elements": [thumbs]},
        {
            "type": "actions",
            "elements": [
                {
                    "type": "static_select",
                    "action_id": "score",
                    "placeholder": plain("Rate 0-5"),
                    "options": options,
                },
                {"type": "button", "action_id": "correct", "text": plain("Correct it")},
            ],
        },
    ]


FORM = {
    "type": "modal",
    "callback_id": "correction",
    "title": plain("Correct it"),
    "submit": plain("Send"),
    "blocks": [
        {
            "type": "input",
            "block_id": "what",
            "label": plain("What is wrong?"),
            "element": {"type": "plain_text_input", "action_id": "text", "multiline": True},
        }
    ],
}


def add_listeners(app: App, taken: list[tuple[str, Any]]) -> None:
    """The app's listeners; what people did is noted in ``taken``."""

    @app.event("app_mention")
    def mentioned(event: dict[str, Any], client: WebClient) -> None:
        place = {"channel": event["channel"], "thread_ts": event["ts"]}
        client.chat_postMessage(**place, text="Recommended action", blocks=answer_blocks())

    @app.event("message")
    def heard(event: dict[str, Any]) -> None:
        taken.append(("message", event))

    @app.event("app_home_opened")
    def opened(event: dict[str, Any], client: WebClient) -> None:
        text = {"type": "mrkdwn", "text": "How to ask a question"}
        view = {"type": "home", "blocks": [{"type": "section", "text": text}]}
        client.views_publish(user_id=event["user"], view=view)

    @app.action("thumbs")
    @app.action("score")
    def rated(ack: Any, action: dict[str, Any], body: dict[str, Any], client: WebClient) -> None:
        ack()
        value = action.get("value") or action["selected_option"]["value"]
        taken.append((action["action_id"], (body["user"]["id"], value)))
        place = {"channel": body["channel"]["id"], "thread_ts": body["message"]["thread_ts"]}
        client.chat_postEphemeral(**place, user=body["user"]["id"], text=f"Noted: {value}")

    @app.command("/analyst")
    @app.action("correct")
    def correct(ack: Any, body: dict[str, Any], client: WebClient) -> None:
        ack()
        client.views_open(trigger_id=body["trigger_id"], view=FORM)

    @app.view("correction")
    def corrected(ack: Any, view: dict[str, Any]) -> None:
        text = view["state"]["values"]["what"]["text"]["value"]
        if len(text) < 5:
            ack(response_action="errors", errors={"what": "Say a little more."})
        else:
            taken.append(("correction", text))
            ack()


@contextmanager
def running_bot(workspace: PlaygroundClient) -> Iterator[list[tuple[str, Any]]]:
    """The app, connected; yields the list of what people did."""
    web = WebClient(token=BOT_TOKEN, base_url=workspace.api_url)
    app = App(client=web, signing_secret=SIGNING_SECRET, process_before_response=True)
    taken: list[tuple[str, Any]] = []
    add_listeners(app, taken)
    handler = SocketModeHandler(app, APP_TOKEN, web_client=web)
    handler.connect()
    workspace.wait_for_app()
    try:
        yield taken
    finally:
        handler.close()
