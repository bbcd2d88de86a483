"""The Bolt app: middleware and every listener registered, for Socket Mode and HTTP alike."""

import json
import logging
import uuid
from typing import Any

from slack_bolt import App, BoltResponse
from slack_sdk.http_retry.builtin_handlers import (
    ConnectionErrorRetryHandler,
    RateLimitErrorRetryHandler,
    ServerErrorRetryHandler,
)
from slack_sdk.web import WebClient

from bot.inbox import Inbox
from bot.services import Services
from bot.slack.listeners import (
    actions,
    adapters,
    catalogue,
    commands,
    feedback,
    files,
    home,
    messages,
    rate,
    review,
)
from bot.slack.settings import SlackSettings

logger = logging.getLogger(__name__)


def make_client(settings: SlackSettings) -> WebClient:
    """Build the Web API client; rate limits, server errors and lost connections are retried."""
    return WebClient(
        token=settings.bot_token.get_secret_value(),
        base_url=settings.api_url,
        timeout=20,
        retry_handlers=[
            RateLimitErrorRetryHandler(max_retry_count=5),
            ServerErrorRetryHandler(max_retry_count=3),
            ConnectionErrorRetryHandler(max_retry_count=3),
        ],
    )


def build_app(services: Services, inbox: Inbox) -> App:
    """Put the app together. Listeners run before the acknowledgement, in both modes."""
    settings = services.slack_settings
    app = App(
        client=services.slack,
        signing_secret=settings.signing_secret.get_secret_value() or None,
        request_verification_enabled=settings.mode == "http",
        process_before_response=True,
        logger=logging.getLogger("bot.slack.bolt"),
    )
    messages.register(app, services, inbox)
    commands.register(app, services, inbox)
    actions.register(app, services)
    feedback.register(app, services, inbox)
    review.register(app, services, inbox)
    rate.register(app, services)
    files.register(app, services, inbox)
    catalogue.register(app, services)
    adapters.register(app, services)
    home.register(app, inbox)
    app.error(_on_error)
    return app


def _on_error(error: Exception, body: dict[str, Any]) -> BoltResponse:
    """Log under a reference. Commands get a sentence; events are refused, so Slack resends them."""
    reference = uuid.uuid4().hex[:8]
    logger.error("Listener failed, reference %s", reference, exc_info=error)
    if "command" in body:
        sorry = f"Something went wrong on my side; please try again (reference {reference})."
        return BoltResponse(
            status=200,
            body=json.dumps({"response_type": "ephemeral", "text": sorry}),
            headers={"content-type": "application/json"},
        )
    return BoltResponse(status=500, body=f"reference {reference}")
