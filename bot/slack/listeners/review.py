"""The reviewer's clicks: open the queue, approve, edit, reject, skip."""

from collections.abc import Callable
from typing import Any

from slack_bolt import Ack, App
from slack_sdk import WebClient

from bot.inbox import Inbox
from bot.review import (
    describe_item,
    find_edit_problems,
    read_example_sections,
    read_progress,
    take_next,
)
from bot.roles import Action
from bot.services import Services
from bot.slack.arrivals import review_arrival
from bot.slack.blocks import View
from bot.slack.blocks.correction import read_parts
from bot.slack.blocks.review import (
    EDIT_CALLBACK_ID,
    REJECT_CALLBACK_ID,
    ReviewAction,
    edit_form,
    read_example_id,
    read_reject_form,
    reject_form,
    review_view,
)
from bot.slack.permissions import may_click, refusal_of
from bot.slack.windows import acting_user, notice_view, open_window
from storage.database import reading, transaction
from storage.examples import Example, get_example
from storage.reviews import Decision

Body = dict[str, Any]
DECISIONS = {
    ReviewAction.APPROVE.value: Decision.APPROVE,
    ReviewAction.SKIP.value: Decision.SKIP,
}
GONE = "This example is not there any more."


def register(app: App, services: Services, inbox: Inbox) -> None:
    """Listen to the review window and its forms."""
    listen: Callable[[str], Callable[..., Any]] = app.action

    @app.action(ReviewAction.OPEN.value)
    def on_open(ack: Ack, body: Body, client: WebClient) -> None:
        if may_click(services, body, Action.REVIEW, client):
            open_queue(services, body, client)
        ack()

    def on_decision(ack: Ack, body: Body, client: WebClient) -> None:
        if may_click(services, body, Action.REVIEW, client):
            action = body["actions"][0]
            arrival = review_arrival(
                body,
                key=f"review:{acting_user(body)}:{action['value']}:{action['action_ts']}",
                example_id=int(action["value"]),
                decision=DECISIONS[action["action_id"]].value,
            )
            inbox.accept(arrival.key, arrival.kind.value, arrival.payload)
        ack()

    for action_id in DECISIONS:
        listen(action_id)(on_decision)

    def on_form(ack: Ack, body: Body, client: WebClient) -> None:
        if may_click(services, body, Action.REVIEW, client):
            open_window(client, body, _form_for(services, body["actions"][0]), on_top=True)
        ack()

    for action_id in (ReviewAction.EDIT.value, ReviewAction.REJECT.value):
        listen(action_id)(on_form)

    _register_forms(app, services, inbox)


def open_queue(services: Services, body: Body, client: WebClient) -> None:
    """Lease the next candidate to the acting person and show it."""
    reviewer = acting_user(body)
    with transaction(services.engine) as session:
        example = take_next(session, reviewer, services.feedback)
    with reading(services.engine) as session:
        item = describe_item(session, example) if example else None
        view = review_view(item, read_progress(session, reviewer))
    open_window(client, body, view)


def _register_forms(app: App, services: Services, inbox: Inbox) -> None:
    @app.view(EDIT_CALLBACK_ID)
    def on_edit(ack: Ack, body: Body) -> None:
        refusal = refusal_of(services, body, Action.REVIEW)
        example = _example(services, read_example_id(body["view"]))
        if refusal or example is None:
            ack(response_action="update", view=notice_view(refusal or GONE))
            return
        sections = read_parts(body["view"])
        problems = find_edit_problems(example, sections, services.glossary)
        if problems:
            errors = {part.value: message[:1_500] for part, message in problems.items()}
            ack(response_action="errors", errors=errors)
            return
        arrival = review_arrival(
            body,
            key=f"view:{body['view']['id']}",
            example_id=example.id,
            decision=Decision.EDIT.value,
            sections=sections.model_dump(),
        )
        inbox.accept(arrival.key, arrival.kind.value, arrival.payload)
        ack()

    @app.view(REJECT_CALLBACK_ID)
    def on_reject(ack: Ack, body: Body) -> None:
        refusal = refusal_of(services, body, Action.REVIEW)
        if refusal:
            ack(response_action="update", view=notice_view(refusal))
            return
        reason, comment = read_reject_form(body["view"])
        arrival = review_arrival(
            body,
            key=f"view:{body['view']['id']}",
            example_id=read_example_id(body["view"]),
            decision=Decision.REJECT.value,
            reasons=(reason.value,),
            comment=comment,
        )
        inbox.accept(arrival.key, arrival.kind.value, arrival.payload)
        ack()


def _form_for(services: Services, action: dict[str, Any]) -> View:
    example = _example(services, int(action["value"]))
    if example is None:
        return notice_view(GONE)
    if action["action_id"] == ReviewAction.REJECT.value:
        return reject_form(example.id)
    return edit_form(example.id, read_example_sections(example))


def _example(services: Services, example_id: int) -> Example | None:
    with reading(services.engine) as session:
        return get_example(session, example_id)
