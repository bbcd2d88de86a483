"""The gate before every click and command: ask the matrix, refuse privately and politely."""

from slack_sdk import WebClient

from bot.roles import Action, explain_refusal
from bot.services import Services
from bot.slack.windows import Body, acting_user, tell_privately


def refusal_of(services: Services, body: Body, action: Action) -> str | None:
    """Say why the acting person may not do this; None when they may."""
    return explain_refusal(services.members.standing(acting_user(body)), action)


def may_click(services: Services, body: Body, action: Action, client: WebClient) -> bool:
    """Tell whether a click may go on; otherwise the person is told, and only they."""
    refusal = refusal_of(services, body, action)
    if refusal is None:
        return True
    tell_privately(client, body, refusal)
    return False
