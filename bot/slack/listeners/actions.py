"""Buttons under messages: stop, open the form, show the working."""

from typing import Any

from slack_bolt import Ack, App
from slack_sdk import WebClient

import storage.answers
import storage.requests
from bot.analysis.claims import Claim
from bot.analysis.facts import Findings
from bot.analysis.question import Problem
from bot.analysis.working import show_working
from bot.roles import Action
from bot.services import Services
from bot.slack.blocks import View
from bot.slack.blocks.answer import ActionId
from bot.slack.blocks.ask_form import ask_form
from bot.slack.blocks.working import working_view
from bot.slack.permissions import may_click
from bot.slack.windows import open_window
from storage.database import transaction
from storage.requests import RequestState

Body = dict[str, Any]


def register(app: App, services: Services) -> None:
    """Listen to the buttons; rating controls are in `feedback`."""

    @app.action(ActionId.STOP.value)
    def on_stop(ack: Ack, body: Body, client: WebClient) -> None:
        if not may_click(services, body, Action.STOP, client):
            ack()
            return
        with transaction(services.engine) as session:
            request = storage.requests.get_request(session, _value(body))
            if request and request.ended_at is None:
                storage.requests.set_request_state(session, request.id, RequestState.CANCELLED)
        ack()

    @app.action(ActionId.OPEN_FORM.value)
    def on_open_form(ack: Ack, body: Body, client: WebClient) -> None:
        if may_click(services, body, Action.ASK, client):
            open_window(client, body, _form_for(services, body))
        ack()

    @app.action(ActionId.WORKING.value)
    def on_working(ack: Ack, body: Body, client: WebClient) -> None:
        if may_click(services, body, Action.SHOW_WORKING, client):
            open_window(client, body, _working_for(services, _value(body)))
        ack()


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
