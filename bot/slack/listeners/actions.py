"""Buttons and menus under messages: stop, open the form, show the working, rate."""

from collections.abc import Callable
from typing import Any

from slack_bolt import Ack, App
from slack_sdk import WebClient

import storage.answers
import storage.requests
from bot.analysis.claims import Claim
from bot.analysis.facts import Findings
from bot.analysis.question import Problem
from bot.analysis.working import show_working
from bot.inbox import Inbox
from bot.services import Services
from bot.slack.arrivals import verdict_arrival
from bot.slack.blocks import View
from bot.slack.blocks.answer import ActionId
from bot.slack.blocks.ask_form import ask_form
from bot.slack.blocks.working import working_view
from storage.database import transaction
from storage.requests import RequestState

Body = dict[str, Any]


def register(app: App, services: Services, inbox: Inbox) -> None:
    """Listen to every element the bot puts under its messages."""

    @app.action(ActionId.STOP.value)
    def on_stop(ack: Ack, body: Body) -> None:
        with transaction(services.engine) as session:
            request = storage.requests.get_request(session, _value(body))
            if request and request.ended_at is None:
                storage.requests.set_request_state(session, request.id, RequestState.CANCELLED)
        ack()

    @app.action(ActionId.OPEN_FORM.value)
    def on_open_form(ack: Ack, body: Body, client: WebClient) -> None:
        client.views_open(trigger_id=body["trigger_id"], view=_form_for(services, body))
        ack()

    @app.action(ActionId.WORKING.value)
    def on_working(ack: Ack, body: Body, client: WebClient) -> None:
        view = _working_for(services, _value(body))
        client.views_open(trigger_id=body["trigger_id"], view=view)
        ack()

    def take_verdict(ack: Ack, body: Body) -> None:
        arrival = verdict_arrival(body)
        inbox.accept(arrival.key, arrival.kind.value, arrival.payload)
        ack()

    listen: Callable[[str], Callable[..., Any]] = app.action
    for action_id in (ActionId.THUMBS, ActionId.SCORE):
        listen(action_id.value)(take_verdict)


def _value(body: Body) -> str:
    return str(body["actions"][0].get("value", ""))


def _form_for(services: Services, body: Body) -> View:
    """The form as far as an earlier request could be read; empty from App Home."""
    channel = (body.get("channel") or {}).get("id", "")
    with transaction(services.engine) as session:
        request = storage.requests.get_request(session, _value(body))
        problem = (request.problem if request else None) or {}
    problems = [Problem.model_validate(item) for item in problem.get("problems", [])]
    return ask_form(problem.get("draft", {}), problems, channel=channel or body["user"]["id"])


def _working_for(services: Services, answer_id: str) -> View:
    with transaction(services.engine) as session:
        answer = storage.answers.get_answer(session, answer_id)
        rows = storage.answers.list_sentences(session, answer_id) if answer else []
    if answer is None or answer.findings is None:
        return working_view("This answer is not kept any more.", [])
    findings = Findings.model_validate(answer.findings)
    claims = [Claim.model_validate(claim) for row in rows for claim in row.claims]
    return working_view(findings.question.metric, show_working(findings, claims))
