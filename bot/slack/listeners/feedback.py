"""Verdicts under an answer: thumbs, the score, the form that asks why, "Correct it"."""

from collections.abc import Callable
from typing import Any

from slack_bolt import Ack, App
from slack_sdk import WebClient

from bot.dossier import Dossier, find_field_problems, load_dossier
from bot.feedback import asks_why
from bot.inbox import Inbox
from bot.roles import Action
from bot.services import Services
from bot.slack.arrivals import correction_arrival, verdict_arrival
from bot.slack.blocks.answer import ActionId
from bot.slack.blocks.correction import (
    CALLBACK_ID,
    CorrectionDraft,
    FilledCorrection,
    correction_form,
    is_same_text,
    read_correction_form,
)
from bot.slack.permissions import may_click, refusal_of
from bot.slack.windows import notice_view, open_window, tell_privately
from storage.database import reading

Body = dict[str, Any]
GONE = "This answer is not kept any more, so it cannot be corrected."
UNCHANGED = "This is the answer as it was. Change what should be different."


def register(app: App, services: Services, inbox: Inbox) -> None:
    """Listen to the rating controls and the form behind them."""

    def on_verdict(ack: Ack, body: Body, client: WebClient) -> None:
        if not may_click(services, body, Action.RATE, client):
            ack()
            return
        arrival = verdict_arrival(body)
        is_new = inbox.accept(arrival.key, arrival.kind.value, arrival.payload)
        if is_new and asks_why(arrival.payload["verdict"]):
            dossier = _load(services, arrival.payload["answer_id"])
            if dossier is not None:
                _open_form(client, body, dossier, asks_why=True)
        ack()

    listen: Callable[[str], Callable[..., Any]] = app.action
    for action_id in (ActionId.THUMBS, ActionId.SCORE):
        listen(action_id.value)(on_verdict)

    @app.action(ActionId.CORRECT.value)
    def on_correct(ack: Ack, body: Body, client: WebClient) -> None:
        if may_click(services, body, Action.CORRECT, client):
            dossier = _load(services, str(body["actions"][0].get("value", "")))
            if dossier is None:
                tell_privately(client, body, GONE)
            else:
                _open_form(client, body, dossier, asks_why=False)
        ack()

    @app.view(CALLBACK_ID)
    def on_correction(ack: Ack, body: Body) -> None:
        refusal = refusal_of(services, body, Action.CORRECT)
        form = read_correction_form(body["view"])
        dossier = _load(services, form.answer_id)
        if refusal or dossier is None:
            ack(response_action="update", view=notice_view(refusal or GONE))
            return
        problems = _find_problems(services, form, dossier)
        if problems:
            ack(response_action="errors", errors=problems)
            return
        is_rewritten = not is_same_text(form.sections, dossier.sections)
        if is_rewritten or form.reasons or form.comment:
            arrival = correction_arrival(body, form, is_rewritten=is_rewritten)
            inbox.accept(arrival.key, arrival.kind.value, arrival.payload)
        ack()


def _load(services: Services, answer_id: str) -> Dossier | None:
    with reading(services.engine) as session:
        return load_dossier(session, answer_id)


def _open_form(client: WebClient, body: Body, dossier: Dossier, *, asks_why: bool) -> None:
    draft = CorrectionDraft(
        answer_id=dossier.answer.id,
        sections=dossier.sections,
        action_ts=str(body["actions"][0]["action_ts"]),
        asks_why=asks_why,
    )
    open_window(client, body, correction_form(draft))


def _find_problems(services: Services, form: FilledCorrection, dossier: Dossier) -> dict[str, str]:
    """What must be mended before the form can be taken, by input block."""
    if is_same_text(form.sections, dossier.sections):
        return {} if form.asks_why else {"analysis": UNCHANGED}
    found = find_field_problems(form.sections, dossier.findings, dossier.asked, services.glossary)
    return {part.value: message for part, message in found.items()}
