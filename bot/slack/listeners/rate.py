"""Blind rating: save five scores, show the next answer in the same window."""

from typing import Any

from slack_bolt import Ack, App
from slack_sdk import WebClient

import storage.answers
import storage.blind_ratings
from bot.blind_rating import take_blind
from bot.roles import Action
from bot.services import Services
from bot.slack.blocks.rate import CALLBACK_ID, blind_view, read_blind_form
from bot.slack.permissions import refusal_of
from bot.slack.windows import acting_user, notice_view, open_window
from storage.blind_ratings import BlindRating
from storage.database import reading, transaction

Body = dict[str, Any]


def register(app: App, services: Services) -> None:
    """Listen to the submitted scores."""

    @app.view(CALLBACK_ID)
    def on_scores(ack: Ack, body: Body) -> None:
        refusal = refusal_of(services, body, Action.RATE_BLIND)
        if refusal:
            ack(response_action="update", view=notice_view(refusal))
            return
        answer_id, scores = read_blind_form(body["view"])
        user = acting_user(body)
        with transaction(services.engine) as session:
            answer = storage.answers.get_answer(session, answer_id)
            if answer is not None:
                rating = BlindRating(
                    answer_id=answer_id,
                    user_id=user,
                    adapter=answer.adapter,
                    usefulness=scores["usefulness"],
                    accuracy=scores["accuracy"],
                    relevance=scores["relevance"],
                    quality=scores["quality"],
                    style=scores["style"],
                )
                storage.blind_ratings.rate_blind(session, rating)
            view = blind_view(take_blind(session, user))
        ack(response_action="update", view=view)


def open_blind(services: Services, body: Body, client: WebClient) -> None:
    """Show the acting person the first answer to rate blind."""
    with reading(services.engine) as session:
        view = blind_view(take_blind(session, acting_user(body)))
    open_window(client, body, view)
