""" "Read it differently": the form under a file's answer, one-click meanings, and their return."""

from typing import Any

from slack_bolt import Ack, App
from slack_sdk import WebClient

import storage.file_readings
import storage.requests
from bot.analysis.files.correction import corrected
from bot.inbox import Inbox
from bot.jobs.files import find_reading
from bot.roles import Action
from bot.services import Services
from bot.slack.arrivals import file_form_arrival
from bot.slack.blocks import View
from bot.slack.blocks.file_form import (
    CALLBACK_ID,
    PICKED,
    FileAction,
    file_form,
    read_file_form,
    read_pick,
)
from bot.slack.permissions import may_click, refusal_of
from bot.slack.windows import notice_view, open_window, tell_privately
from storage.database import reading

Body = dict[str, Any]
GONE = "This file's reading is not kept any more. Please send the file again."


def register(app: App, services: Services, inbox: Inbox) -> None:
    """Listen to the buttons and the submitted form."""

    @app.action(FileAction.READ_DIFFERENTLY.value)
    def on_differently(ack: Ack, body: Body, client: WebClient) -> None:
        if may_click(services, body, Action.ASK, client):
            request_id = str(body["actions"][0].get("value", ""))
            open_window(client, body, _form_for(services, request_id))
        ack()

    @app.view(CALLBACK_ID)
    def on_form(ack: Ack, body: Body) -> None:
        refusal = refusal_of(services, body, Action.ASK)
        if refusal:
            ack(response_action="update", view=notice_view(refusal))
            return
        request_id, picked = read_file_form(body["view"])
        if _read_again(services, inbox, body, request_id, picked):
            ack()
        else:
            ack(response_action="update", view=notice_view(GONE))

    @app.action(PICKED)
    def on_pick(ack: Ack, body: Body, client: WebClient) -> None:
        if may_click(services, body, Action.ASK, client):
            request_id, picked = read_pick(str(body["actions"][0].get("value", "")))
            if not _read_again(services, inbox, body, request_id, picked):
                tell_privately(client, body, GONE)
        ack()


def _read_again(
    services: Services, inbox: Inbox, body: Body, request_id: str, picked: dict[str, str]
) -> bool:
    """Take in the corrected question; False when the file's reading is gone."""
    found = find_reading(services, request_id)
    with reading(services.engine) as session:
        request = storage.requests.get_request(session, request_id)
        row = storage.file_readings.find_file_reading(session, request_id)
    if found is None or request is None or row is None:
        return False
    choices = corrected(*found, picked)
    arrival = file_form_arrival(body, request, row.file, choices.model_dump(mode="json"))
    inbox.accept(arrival.key, arrival.kind.value, arrival.payload)
    return True


def _form_for(services: Services, request_id: str) -> View:
    found = find_reading(services, request_id)
    return file_form(found[0], request_id) if found else notice_view(GONE)
