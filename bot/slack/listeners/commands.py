"""`/analyst ...` and the form it opens."""

from typing import Any

from slack_bolt import Ack, App
from slack_sdk import WebClient

from bot.analysis.parsing import read_fields
from bot.analysis.question import UnreadableQuestionError
from bot.inbox import Inbox
from bot.roles import Action
from bot.services import Services
from bot.slack.arrivals import form_arrival
from bot.slack.blocks.ask_form import CALLBACK_ID, FIELDS, ask_form, read_form
from bot.slack.blocks.home import help_blocks
from bot.slack.listeners import adapters, catalogue, dataset
from bot.slack.listeners.rate import open_blind
from bot.slack.listeners.review import open_queue
from bot.slack.permissions import refusal_of
from bot.slack.windows import notice_view

ACTIONS = {"ask": Action.ASK, "review": Action.REVIEW, "rate": Action.RATE_BLIND}


def register(app: App, services: Services, inbox: Inbox) -> None:
    """Listen to the slash command and the submitted form."""

    @app.command("/analyst")
    def on_command(ack: Ack, body: dict[str, Any], client: WebClient) -> None:
        word, _, rest = body.get("text", "").strip().partition(" ")
        action = ACTIONS.get(word)
        refusal = refusal_of(services, body, action) if action else None
        if refusal:
            ack(text=refusal)
        elif word == "review":
            open_queue(services, body, client)
            ack()
        elif word == "rate":
            open_blind(services, body, client)
            ack()
        elif word == "ask":
            draft = {"values": rest.strip()} if rest.strip() else {}
            form = ask_form(draft, channel=body.get("channel_id", ""))
            client.views_open(trigger_id=body["trigger_id"], view=form)
            ack()
        elif word in catalogue.ACTIONS:
            text, blocks = catalogue.answer_command(services, body, client, word, rest)
            ack(text=text, blocks=blocks or None)
        elif word == "dataset":
            ack(text=dataset.answer_command(services, body, rest))
        elif word in adapters.ACTIONS:
            ack(text=adapters.answer_command(services, body, word, rest))
        elif word in ("", "help"):
            ack(text="How to use the Growth Analyst", blocks=help_blocks())
        else:
            ack(
                text=f"I do not know `/analyst {word[:40]}`. "
                "`/analyst help` lists what I can do.".replace("<", "&lt;")
            )

    @app.view(CALLBACK_ID)
    def on_form(ack: Ack, body: dict[str, Any]) -> None:
        refusal = refusal_of(services, body, Action.ASK)
        if refusal:
            ack(response_action="update", view=notice_view(refusal))
            return
        fields, channel = read_form(body["view"])
        try:
            read_fields(fields, today=services.today())
        except UnreadableQuestionError as error:
            known = {field.name for field in FIELDS}
            marked = {
                problem.field if problem.field in known else "values": problem.message[:1_900]
                for problem in error.problems
            }
            ack(response_action="errors", errors=marked)
            return
        arrival = form_arrival(body, fields, channel)
        inbox.accept(arrival.key, arrival.kind.value, arrival.payload)
        ack()
